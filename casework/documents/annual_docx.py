"""The year-end table as DOCX: tables that can be pasted into the report as they are.

Faces are named as offices name them (仿宋_GB2312, 宋体 …); the font table names what to take where
one is missing. The bytes carry no clock: equal tables give equal files.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from docx import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm, Pt

from casework.documents.annual_cells import Look
from casework.documents.fixed_package import docx_bytes

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.styles.style import ParagraphStyle
    from docx.table import Table as DocxTable
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

    from casework.documents.annual_cells import AnnualReturn, Grid, PlacedCell

_FIXED_DATE = datetime(2000, 1, 1)  # noqa: DTZ001 - a constant, and OOXML core dates bear no zone
_TITLE_FACE, _HEAD_FACE, _BODY_FACE, _TABLE_FACE = (
    "方正小标宋简体",
    "黑体",
    "仿宋_GB2312",
    "宋体",
)
_LATIN_FACE = "Times New Roman"
_FALLBACKS = {
    "方正小标宋简体": "宋体",
    "仿宋_GB2312": "仿宋",
    "宋体": "SimSun",
    "黑体": "SimHei",
}
_TITLE_SIZE, _BODY_SIZE, _TABLE_SIZE = Pt(18), Pt(12), Pt(9)
_LEAST_ROW = 5.6  # mm
_INDENT = Pt(9)
_ALIGNED = {
    Look.LABEL: WD_ALIGN_PARAGRAPH.LEFT,
    Look.FIGURE: WD_ALIGN_PARAGRAPH.RIGHT,
}
_VERTICAL = "tbRlV"  # from top to bottom, Chinese signs upright (ISO/IEC 29500-1 17.18.93)


def render_docx(filed: AnnualReturn) -> bytes:
    """Return the document: title, 填报单位, the tables, the form's foot."""
    document = _sheet(filed)
    for number, grid in enumerate(filed.grids()):
        if number:
            _paragraph(document, "", _BODY_FACE, _BODY_SIZE)
        _paragraph(
            document, grid.title, _TITLE_FACE, _TITLE_SIZE, WD_ALIGN_PARAGRAPH.CENTER
        ).paragraph_format.keep_with_next = True
        if not number:
            _paragraph(
                document, filed.year_line, _BODY_FACE, _BODY_SIZE, WD_ALIGN_PARAGRAPH.CENTER
            ).paragraph_format.keep_with_next = True
            _paragraph(
                document, filed.agency_line, _BODY_FACE, _BODY_SIZE
            ).paragraph_format.keep_with_next = True
        _table(document, grid)
    if filed.foot:
        line = "　　".join(f"{name}：{value or '　　　　'}" for name, value in filed.foot)
        _paragraph(document, line, _BODY_FACE, _TABLE_SIZE)
    return docx_bytes(document)


def _sheet(filed: AnnualReturn) -> DocxDocument:
    document = Document()
    core = document.core_properties
    core.title, core.author = filed.title, filed.agency_line
    core.subject, core.language, core.comments = filed.form.title, "zh-CN", ""
    core.created = core.modified = _FIXED_DATE
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(18)
    section.footer_distance = Mm(10)
    normal: ParagraphStyle = document.styles["Normal"]
    normal.font.name, normal.font.size = _LATIN_FACE, _BODY_SIZE
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _BODY_FACE)
    _name_fallbacks(document)
    _folio(section.footer.paragraphs[0])
    return document


def _name_fallbacks(document: DocxDocument) -> None:
    """Enter what to take where a face is missing into the font table (w:altName)."""
    part = next(
        relation.target_part
        for relation in document.part.rels.values()
        if relation.reltype.endswith("/fontTable")
    )
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in _FALLBACKS.items()
    ).encode()
    end = b"</w:fonts>"
    part._blob = part.blob.replace(end, fonts + end)  # noqa: SLF001 - no public door


def _folio(footer: Paragraph) -> None:
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(footer, "— ", _TABLE_FACE, _BODY_SIZE)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    footer._p.append(field)  # noqa: SLF001 - no public door
    _run(footer, " —", _TABLE_FACE, _BODY_SIZE)


def _run(paragraph: Paragraph, text: str, face: str, size: Pt) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.name = size, _LATIN_FACE
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)  # noqa: SLF001


def _paragraph(
    document: DocxDocument,
    text: str,
    face: str,
    size: Pt,
    alignment: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.alignment = alignment
    _close_up(paragraph)
    paragraph.paragraph_format.space_after = Pt(3)
    _run(paragraph, text, face, size)
    return paragraph


def _close_up(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = 1.0


def _table(document: DocxDocument, grid: Grid) -> None:
    table = document.add_table(rows=grid.rows, cols=len(grid.widths), style="Table Grid")
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    squares = [list(row.cells) for row in table.rows]
    for column, width in zip(table.columns, grid.widths, strict=True):
        column.width = Mm(width)
    for cells in squares:
        for square, width in zip(cells, grid.widths, strict=True):
            square.width = Mm(width)
    _set_rows(table, grid)
    for cell in grid.cells:
        first = squares[cell.row][cell.column]
        last = squares[cell.row + cell.rowspan - 1][cell.column + cell.colspan - 1]
        _fill(first.merge(last) if first is not last else first, cell)


def _set_rows(table: DocxTable, grid: Grid) -> None:
    heights = grid.row_heights(size=_TABLE_SIZE.pt, least=_LEAST_ROW)
    for number, (row, height) in enumerate(zip(table.rows, heights, strict=True)):
        row.height, row.height_rule = Mm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
        properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - no public door
        properties.append(OxmlElement("w:cantSplit"))
        if number < grid.heads:
            properties.append(OxmlElement("w:tblHeader"))


def _fill(square: _Cell, cell: PlacedCell) -> None:
    square.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    _set_margins(square)
    paragraph = square.paragraphs[0]
    _close_up(paragraph)
    paragraph.alignment = _ALIGNED.get(cell.look, WD_ALIGN_PARAGRAPH.CENTER)
    if cell.indent:
        paragraph.paragraph_format.left_indent = Pt(cell.indent * _INDENT.pt)
    face = _HEAD_FACE if cell.look is Look.HEAD else _TABLE_FACE
    _run(paragraph, cell.text, face, _TABLE_SIZE)
    if cell.look is Look.VERTICAL:
        direction = OxmlElement("w:textDirection")
        direction.set(qn("w:val"), _VERTICAL)
        _insert(square, direction)


def _set_margins(square: _Cell) -> None:
    """Leave 1 mm at the sides; Word's own 1.9 mm is a sixth of a narrow column."""
    margins = OxmlElement("w:tcMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(Mm(1).twips))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    _insert(square, margins)


def _insert(square: _Cell, element: BaseOxmlElement) -> None:
    """Add a property before w:vAlign: CT_TcPr is a sequence, w:tcMar, w:textDirection, w:vAlign."""
    square._tc.get_or_add_tcPr().find(qn("w:vAlign")).addprevious(element)  # noqa: SLF001
