"""The year-end table as DOCX, read back."""

from __future__ import annotations

import io

import pytest
from docx import Document
from docx.oxml.ns import qn

from casework.documents.annual_cells import AnnualReturn, Look
from casework.documents.annual_docx import render_docx
from tests.documents.annual_tables import filled_table

FORMS = ("2014", "2019", "2021")


def opened(filed):
    return Document(io.BytesIO(render_docx(filed)))


@pytest.mark.parametrize("code", FORMS)
def test_read_back_gives_the_same_cells_and_merges(code):
    filed = AnnualReturn(table=filled_table(code), agency="=青沅市")
    document = opened(filed)
    assert len(document.tables) == len(filed.grids())
    for grid, table in zip(filed.grids(), document.tables, strict=True):
        squares = [list(row.cells) for row in table.rows]
        for cell in grid.cells:
            first = squares[cell.row][cell.column]
            assert first.text == cell.text
            for row in range(cell.row, cell.row + cell.rowspan):
                for column in range(cell.column, cell.column + cell.colspan):
                    assert squares[row][column]._tc is first._tc
    words = [paragraph.text for paragraph in document.paragraphs]
    assert filed.grids()[0].title in words
    assert filed.agency_line in words


def test_the_long_head_is_set_vertically():
    filed = AnnualReturn(table=filled_table("2021"), agency="青沅市")
    table = opened(filed).tables[0]
    upright = {
        square.text
        for row in table.rows
        for square in row.cells
        if square._tc.tcPr.find(qn("w:textDirection")) is not None
    }
    assert upright == {cell.text for cell in filed.grids()[0].cells if cell.look is Look.VERTICAL}
    direction = table.cell(5, 0)._tc.tcPr.find(qn("w:textDirection"))
    assert direction.get(qn("w:val")) == "tbRlV"


def test_cell_properties_stand_in_the_order_of_the_schema():
    # CT_TcPr (wml.xsd) is a sequence: Word refuses a file that has them in another order.
    order = ["tcW", "gridSpan", "vMerge", "tcMar", "textDirection", "vAlign"]
    for table in opened(AnnualReturn(table=filled_table("2021"), agency="青沅市")).tables:
        for properties in table._tbl.iter(qn("w:tcPr")):
            names = [child.tag.rpartition("}")[2] for child in properties]
            assert names == sorted(names, key=order.index)


def test_heads_are_repeated_on_a4_and_faces_have_a_second_choice():
    document = opened(AnnualReturn(table=filled_table("2014"), agency="青沅市"))
    rows = document.tables[0].rows
    repeated = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in rows]
    assert repeated == [True] + [False] * (len(rows) - 1)
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    (fonts,) = (
        relation.target_part.blob.decode()
        for relation in document.part.rels.values()
        if relation.reltype.endswith("/fontTable")
    )
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in fonts
    faces = {fonts.get(qn("w:eastAsia")) for fonts in document.tables[0]._tbl.iter(qn("w:rFonts"))}
    assert faces == {"黑体", "宋体"}
    assert any("单位负责人" in paragraph.text for paragraph in document.paragraphs)


def test_equal_tables_give_equal_bytes():
    filed = AnnualReturn(table=filled_table("2021"), agency="青沅市\x01<w:p>")
    assert render_docx(filed) == render_docx(filed)
