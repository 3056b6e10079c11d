"""The same letter as DOCX, for offices that go on in WPS or Word.

The grid of GB/T 9704-2012 is set as the document grid (22 lines of 28 characters); faces are named
as the standard names them and the office's computer draws them. The bytes carry no clock, so the
same letter gives the same file.
"""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm, Pt, RGBColor

from casework.documents.fixed_package import docx_bytes
from casework.documents.wording import BlockKind, cleaned, numbered, parted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document as DocxDocument
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

    from casework.documents.wording import Block, Letter

_BODY_FACE = "仿宋_GB2312"
_TITLE_FACE = "方正小标宋简体"
_HEADING_FACE = "黑体"
_KAI_FACE = "楷体_GB2312"
_LATIN_FACE = "Times New Roman"
_BODY_SIZE, _TITLE_SIZE, _TABLE_SIZE = Pt(16), Pt(22), Pt(14)
_LINE = Pt(28.99)
_TWIPS = 20
_CHARACTERS = 28
_TABLE_LINE = Pt(20)
_COLUMNS = (Mm(33), Mm(45), Mm(33), Mm(45))
_DRAFT_GREY = RGBColor(0x99, 0x99, 0x99)
_FIXED_DATE = datetime(2000, 1, 1)  # noqa: DTZ001 - a constant, and OOXML core dates bear no zone
_FACES = {
    BlockKind.PARAGRAPH: _BODY_FACE,
    BlockKind.FLUSH: _BODY_FACE,
    BlockKind.QUOTE: _KAI_FACE,
    BlockKind.HEADING: _HEADING_FACE,
    BlockKind.SUBHEADING: _KAI_FACE,
}


def render_docx(letter: Letter, *, draft: bool = False) -> bytes:
    """Return the letter as DOCX; a draft says so in its page head."""
    letter = cleaned(letter)
    document = _sheet(letter, draft=draft)
    _centred(document, letter.title, _TITLE_FACE, _TITLE_SIZE)
    if letter.number:
        _centred(document, letter.number, _BODY_FACE, _BODY_SIZE)
    _paragraph(document, "", _BODY_FACE, indent=0)
    if letter.addressee:
        _paragraph(document, f"{letter.addressee}：", _BODY_FACE, indent=0)
    proper, behind = parted(letter.blocks)
    _blocks(document, proper)
    _ending(document, letter)
    _blocks(document, behind)
    return docx_bytes(document)


def _sheet(letter: Letter, *, draft: bool) -> DocxDocument:
    document = Document()
    core = document.core_properties
    core.title, core.author = letter.title, letter.agency
    core.subject, core.language = letter.number or letter.title, "zh-CN"
    core.comments = ""
    core.created = core.modified = _FIXED_DATE
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.footer_distance = Mm(25)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "linesAndChars")
    grid.set(qn("w:linePitch"), str(round(_LINE.pt * _TWIPS)))
    grid.set(qn("w:charSpace"), "-849")  # 4096ths of a point: 15.79 pt for 16 pt signs
    for old in section._sectPr.findall(qn("w:docGrid")):  # noqa: SLF001 - no public door
        section._sectPr.remove(old)  # noqa: SLF001
    section._sectPr.append(grid)  # noqa: SLF001
    normal: ParagraphStyle = document.styles["Normal"]
    normal.font.name, normal.font.size = _LATIN_FACE, _BODY_SIZE
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _BODY_FACE)
    _folio(section.footer.paragraphs[0])
    if draft:
        head = section.header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(head, "草稿", _HEADING_FACE, _BODY_SIZE).font.color.rgb = _DRAFT_GREY
    return document


def _folio(footer: Paragraph) -> None:
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(footer, "— ", "宋体", _TABLE_SIZE)
    field = _run(footer, "", "宋体", _TABLE_SIZE)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = text
        field._r.append(part)  # noqa: SLF001 - no public door
    _run(footer, " —", "宋体", _TABLE_SIZE)


def _run(paragraph: Paragraph, text: str, face: str, size: Pt) -> Run:
    run = paragraph.add_run(text)
    run.font.size = size
    run.font.name = _LATIN_FACE
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)  # noqa: SLF001
    return run


def _paragraph(
    document: DocxDocument, text: str, face: str, *, indent: int = 2, size: Pt = _BODY_SIZE
) -> Paragraph:
    paragraph = document.add_paragraph()
    _close_up(paragraph)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(indent * size.pt)
    _run(paragraph, text, face, size)
    return paragraph


def _centred(document: DocxDocument, text: str, face: str, size: Pt) -> None:
    paragraph = _paragraph(document, text, face, indent=0, size=size)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.keep_with_next = True


def _close_up(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.space_before = Pt(0)
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = _LINE


def _blocks(document: DocxDocument, blocks: Sequence[Block]) -> None:
    for is_table, group in groupby(blocks, key=lambda block: block.kind is BlockKind.ROW):
        if is_table:
            _table(document, list(group))
            continue
        for block in group:
            _block(document, block)


def _block(document: DocxDocument, block: Block) -> None:
    if block.kind is BlockKind.PAGE_BREAK:
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    elif block.kind is BlockKind.TITLE:
        _centred(document, block.text, _TITLE_FACE, _TITLE_SIZE)
    elif block.kind is BlockKind.BLANK:
        _paragraph(document, "", _BODY_FACE, indent=0)
    else:
        indent = 0 if block.kind is BlockKind.FLUSH else 2
        paragraph = _paragraph(document, block.text, _FACES[block.kind], indent=indent)
        heading = block.kind in {BlockKind.HEADING, BlockKind.SUBHEADING}
        paragraph.paragraph_format.keep_with_next = heading


def _table(document: DocxDocument, rows: Sequence[Block]) -> None:
    """Set the rows of a form: label and value once or twice a row, values merged across."""
    table = document.add_table(rows=0, cols=len(_COLUMNS), style="Table Grid")
    table.autofit = False
    for block in rows:
        row = table.add_row()
        row.height = Pt(_TABLE_LINE.pt * block.least_lines + 10)
        cells = list(row.cells)
        for cell, width in zip(cells, _COLUMNS, strict=True):
            cell.width = width
        if len(block.cells) < len(_COLUMNS):
            cells = [cells[0], cells[1].merge(cells[-1])]
        for index, (cell, text) in enumerate(zip(cells, block.cells, strict=True)):
            paragraph = cell.paragraphs[0]
            _close_up(paragraph)
            paragraph.paragraph_format.line_spacing = _TABLE_LINE
            _run(paragraph, text, _BODY_FACE if index % 2 else _HEADING_FACE, _TABLE_SIZE)


def _ending(document: DocxDocument, letter: Letter) -> None:
    if letter.attachments:
        _paragraph(document, "", _BODY_FACE, indent=0)
        for index, name in enumerate(numbered(letter.attachments).split("\n")):
            text = f"附件：{name}" if index == 0 else f"　　　{name}"
            _paragraph(document, text, _BODY_FACE)
    if letter.agency:
        for _ in range(2):  # room for the seal
            _paragraph(document, "", _BODY_FACE).paragraph_format.keep_with_next = True
        _signature(document, letter)
    if letter.contact:
        _paragraph(document, f"（{letter.contact}）", _BODY_FACE)


def _signature(document: DocxDocument, letter: Letter) -> None:
    """Centre agency and date in one box whose middle is the date's, four characters in."""
    middle = _CHARACTERS - 4 - _cells(letter.dated) / 2
    half = max(_cells(letter.agency), _cells(letter.dated)) / 2 + 0.5
    middle = min(middle, _CHARACTERS - half)
    for text in filter(None, (letter.agency, letter.dated)):
        paragraph = _paragraph(document, text, _BODY_FACE, indent=0)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        indents = paragraph.paragraph_format
        indents.left_indent = Pt(max(0.0, middle - half) * _BODY_SIZE.pt)
        indents.right_indent = Pt((_CHARACTERS - middle - half) * _BODY_SIZE.pt)
        indents.keep_with_next = text is letter.agency


def _cells(text: str) -> float:
    return sum(0.5 if char.isascii() else 1.0 for char in text)
