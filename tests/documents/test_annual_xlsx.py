"""The year-end table as XLSX, read back by another library."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from casework.documents.annual_cells import AnnualReturn
from casework.documents.annual_xlsx import render_xlsx
from tests.documents.annual_tables import filled_table

FORMS = ("2014", "2019", "2021")
FIRST_ROW = 4  # below the title, the year and the agency


def opened(filed):
    return load_workbook(io.BytesIO(render_xlsx(filed)))


@pytest.mark.parametrize("code", FORMS)
def test_acceptance_73_read_back_gives_the_same_cells(code):
    filed = AnnualReturn(table=filled_table(code), agency="青沅市")
    book = opened(filed)
    for grid, sheet in zip(filed.grids(), book, strict=True):
        for cell in grid.cells:
            found = sheet.cell(FIRST_ROW + cell.row, cell.column + 1).value
            if cell.cell is None:
                assert found == cell.text
            elif cell.content is None:
                assert found is None
            else:
                assert found == float(cell.content)
                assert not isinstance(found, str)


@pytest.mark.parametrize("code", FORMS)
def test_heads_are_merged_and_set_vertically(code):
    filed = AnnualReturn(table=filled_table(code), agency="青沅市")
    book = opened(filed)
    for grid, sheet in zip(filed.grids(), book, strict=True):
        merged = {
            (area.min_row, area.min_col, area.max_row, area.max_col)
            for area in sheet.merged_cells.ranges
            if FIRST_ROW <= area.min_row < FIRST_ROW + grid.rows
        }
        assert merged == {
            (
                FIRST_ROW + cell.row,
                cell.column + 1,
                FIRST_ROW + cell.row + cell.rowspan - 1,
                cell.column + cell.colspan,
            )
            for cell in grid.cells
            if cell.rowspan * cell.colspan > 1
        }
    if code != "2014":
        upright = [
            cell.value
            for row in book.worksheets[0].iter_rows()
            for cell in row
            if cell.alignment.text_rotation == 255 and cell.value
        ]
        assert upright == ["三、本年度办理结果"]


def test_it_prints_on_a4_with_repeated_heads():
    sheet = opened(AnnualReturn(table=filled_table("2014"), agency="青沅市")).active
    assert sheet.page_setup.paperSize == 9
    assert sheet.page_setup.orientation == "portrait"
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$4:$4"
    assert "&P" in sheet.oddFooter.center.text
    assert sheet["A2"].value == "（2018年度）"
    assert [sheet.cell(71 + n, 1).value for n in range(5)] == [
        "单位负责人：",
        "审核人：",
        "填报人：",
        "联系电话：",
        "填报日期：",
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "https://a.example/"])
def test_acceptance_82_text_opens_as_text(name):
    filed = AnnualReturn(
        table=filled_table("2014"), agency="青沅市", fields={"填报人": name, "联系电话": "-12"}
    )
    sheet = opened(AnnualReturn(table=filled_table("2021"), agency=name)).active
    assert sheet["A3"].value == f"填报单位：{name.replace(chr(9), ' ')}"
    for book in (opened(filed), sheet.parent):
        for tab in book:
            assert not tab._hyperlinks
            for row in tab.iter_rows():
                assert all(cell.data_type in "sn" for cell in row)


@pytest.mark.parametrize("code", FORMS)
def test_equal_tables_give_equal_bytes(code):
    filed = AnnualReturn(table=filled_table(code), agency="青沅市")
    assert render_xlsx(filed) == render_xlsx(filed)
