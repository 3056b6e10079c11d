"""The grid that XLSX, DOCX and PDF are drawn from."""

from __future__ import annotations

import json

import pytest

from casework.documents.annual_cells import AnnualReturn, Look
from casework.domain.annual_checks import check_file, check_table, has_fault
from casework.domain.annual_sheet import read_sheet, relief_cells_of
from tests.documents.annual_tables import filled_table

FORMS = ("2014", "2019", "2021")


def grids_of(code):
    return AnnualReturn(table=filled_table(code), agency="青沅市").grids()


@pytest.mark.parametrize("code", FORMS)
def test_every_square_is_covered_once(code):
    for grid in grids_of(code):
        squares = [
            (row, column)
            for cell in grid.cells
            for row in range(cell.row, cell.row + cell.rowspan)
            for column in range(cell.column, cell.column + cell.colspan)
        ]
        assert len(squares) == len(set(squares)) == grid.rows * len(grid.widths)
        assert sum(grid.widths) == pytest.approx(170)


@pytest.mark.parametrize("code", FORMS)
def test_every_figure_of_the_table_stands_in_one_cell(code):
    table = filled_table(code)
    shown = {
        cell.cell: cell.content
        for grid in AnnualReturn(table=table, agency="青沅市").grids()
        for cell in grid.cells
        if cell.cell is not None
    }
    expected = dict(table.cells)
    if table.form.relief:
        expected |= table.relief
    assert shown == expected


def test_heads_of_the_2021_form_are_merged_as_printed():
    grid = grids_of("2021")[0]
    spans = {
        cell.text: (cell.look, cell.row, cell.column, cell.rowspan, cell.colspan)
        for cell in grid.cells
        if cell.look is not Look.FIGURE
    }
    assert spans["申请人情况"] == (Look.HEAD, 0, 3, 1, 7)
    assert spans["自然人"] == (Look.HEAD, 1, 3, 2, 1)
    assert spans["法人或其他组织"] == (Look.HEAD, 1, 4, 1, 5)
    assert spans["法律服务机构"] == (Look.HEAD, 2, 7, 1, 1)
    assert spans["总计"] == (Look.HEAD, 1, 9, 2, 1)
    assert spans["一、本年新收政府信息公开申请数量"] == (Look.LABEL, 3, 0, 1, 3)
    assert spans["三、本年度办理结果"] == (Look.VERTICAL, 5, 0, 22, 1)
    assert spans["（一）予以公开"] == (Look.LABEL, 5, 1, 1, 2)
    assert spans["（三）不予公开"] == (Look.GROUP, 7, 1, 8, 1)
    assert spans["3.其他"] == (Look.LABEL, 25, 2, 1, 1)
    assert spans["（七）总计"] == (Look.LABEL, 26, 1, 1, 2)
    assert spans["四、结转下年度继续办理"] == (Look.LABEL, 27, 0, 1, 3)


def test_heads_of_the_relief_table():
    grid = grids_of("2021")[1]
    heads = {
        (cell.row, cell.column): (cell.text, cell.rowspan, cell.colspan)
        for cell in grid.cells
        if cell.look is Look.HEAD and cell.row < 2
    }
    assert heads == {
        (0, 0): ("行政复议", 2, 5),
        (0, 5): ("行政诉讼", 1, 10),
        (1, 5): ("未经复议直接起诉", 1, 5),
        (1, 10): ("复议后起诉", 1, 5),
    }


def test_an_open_row_is_empty_a_zero_is_printed_a_heading_has_a_dash():
    table = filled_table("2014", cube=())
    (grid,) = AnnualReturn(table=table, agency="青沅市").grids()
    by_label = {
        grid.cells[index].text: grid.cells[index + 2].text for index in range(3, len(grid.cells), 3)
    }
    assert by_label["一、主动公开情况"] == "——"
    assert by_label["（一）收到申请数"] == "0"
    assert by_label["六、举报投诉数量"] == ""
    assert by_label["七、依申请公开信息收取的费用"] == "0.038"


def test_what_stands_around_the_table_comes_from_the_form():
    filed = AnnualReturn(
        table=filled_table("2014"), agency="青沅市\x00\n", fields={"审核人": "罗建平"}
    )
    assert filed.year_line == "（2018年度）"
    assert filed.agency_line.startswith("填报单位（盖章）：青沅市")
    assert "\x00" not in filed.agency_line
    assert filed.foot == (
        ("单位负责人", ""),
        ("审核人", "罗建平"),
        ("填报人", ""),
        ("联系电话", ""),
        ("填报日期", ""),
    )
    assert AnnualReturn(table=filled_table("2021"), agency="青沅市").foot == ()
    assert [grid.title for grid in grids_of("2021")] == [
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
    ]


@pytest.mark.parametrize("code", FORMS)
def test_acceptance_73_json_read_again_has_the_same_cells(code):
    table = filled_table(code)
    checks = check_table(table)
    filed = AnnualReturn(table=table, agency="青沅市")
    written = json.loads(
        json.dumps(filed.as_json(agency={"code": "QY", "name": "青沅市"}, checks=checks))
    )
    assert list(written)[:4] == ["form", "year", "agency", "rows"]
    sheet = read_sheet(written)
    assert sheet.cells == {
        cell: value if value is None else pytest.approx(float(value))
        for cell, value in table.cells.items()
    }
    assert {cell: sheet.relief[cell] for cell in relief_cells_of(table.form)} == {
        cell: table.relief[cell] for cell in relief_cells_of(table.form)
    }
    assert not has_fault(check_file(written))
