"""The parts of a letter as rows: title, addressee, text, attachments, signature, tables.

GB/T 9704-2012 7.3: title in 2号 centred; addressee flush left; text indented by two; 附件 named one
line below the text; the agency centred over the date, the date four characters from the right
edge, room for the seal above and below it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from casework.documents.official_page import (
    BODY,
    CELL,
    HEADING,
    MEASURE,
    MIDDLE,
    PITCH,
    QUOTE,
    SMALL,
    SMALL_HEADING,
    SMALL_SIZE,
    SUBHEADING,
    TITLE,
    Row,
    bound_to_next,
    centred_rows,
    kept_together,
    line_row,
    paragraph_rows,
)
from casework.documents.tagged_canvas import Element
from casework.documents.wording import BlockKind, parted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from casework.documents.chinese_text import Line
    from casework.documents.official_page import Pen, Setter, TextStyle
    from casework.documents.wording import Block, Letter

BLANK = Row()
_DATE_FROM_RIGHT = 4 * CELL
_ROOM_FOR_SEAL = 2  # empty rows above the agency's name
_LINES_WITH_SIGNATURE = 2  # the signature never stands alone on a page (7.3.5.5)
_TABLE_LINE = 20.0
_TABLE_PADDING = 5.0
_LABEL_WIDTH = 6 * SMALL_SIZE + 2 * _TABLE_PADDING
_BORDER = 0.75
_MOST_TABLE_LINES = 26  # a longer cell goes on in a further row
_SIGNING_LINE = "年　　月　　日"  # a cell of this alone is dated by hand, below right
_ROW_SIZES = (2, 4)  # label and value, once or twice

_TEXT_STYLES: dict[BlockKind, TextStyle] = {
    BlockKind.PARAGRAPH: BODY,
    BlockKind.QUOTE: QUOTE,
    BlockKind.HEADING: HEADING,
    BlockKind.SUBHEADING: SUBHEADING,
    BlockKind.FLUSH: BODY,
}

_TAGS = {
    BlockKind.HEADING: "H2",
    BlockKind.SUBHEADING: "H3",
}


def letter_rows(setter: Setter, letter: Letter, *, number_below_title: bool) -> list[Row]:
    """Return everything below the head, in order.

    What follows the first page break of the body (意见回执) stands behind the signature.
    """
    proper, behind = parted(letter.blocks)
    rows = bound_to_next(centred_rows(setter, letter.title, TITLE, tag="H1"))
    if number_below_title and letter.number:
        rows += bound_to_next(centred_rows(setter, letter.number, BODY))
    rows.append(replace(BLANK, keep_with_next=True))
    if letter.addressee:
        rows += bound_to_next(paragraph_rows(setter, f"{letter.addressee}：", indent=0))
    body = list(_body_rows(setter, proper))
    ending = [*_attachment_rows(setter, letter.attachments), *_signature_rows(setter, letter)]
    if letter.contact:
        ending += paragraph_rows(setter, f"（{letter.contact}）")  # 附注, 7.3.6
    if ending:
        rows += body[:-_LINES_WITH_SIGNATURE]
        rows += kept_together([*body[-_LINES_WITH_SIGNATURE:], *ending])
    else:
        rows += body
    return rows + list(_body_rows(setter, behind))


def _body_rows(setter: Setter, blocks: Sequence[Block]) -> Iterator[Row]:
    new_page = False
    table: Element | None = None
    for block in blocks:
        if block.kind is BlockKind.PAGE_BREAK:
            new_page = True
            continue
        if block.kind is BlockKind.ROW:
            table = table or Element("Table")
            rows = _table_rows(setter, block, table)
        else:
            table = None
            rows = _block_rows(setter, block)
        if new_page and rows:
            rows[0] = replace(rows[0], new_page=True)
            new_page = False
        yield from rows


def _block_rows(setter: Setter, block: Block) -> list[Row]:
    if block.kind is BlockKind.BLANK:
        return [BLANK]
    if block.kind is BlockKind.TITLE:
        rows = centred_rows(setter, block.text, TITLE, tag="H1")
        return bound_to_next([*rows, BLANK])
    indent = 0 if block.kind is BlockKind.FLUSH else 2 * CELL
    tag = _TAGS.get(block.kind, "P")
    rows = paragraph_rows(setter, block.text, _TEXT_STYLES[block.kind], indent=indent, tag=tag)
    if block.kind in {BlockKind.HEADING, BlockKind.SUBHEADING}:
        return bound_to_next(rows)
    return rows


def _attachment_rows(setter: Setter, attachments: Sequence[str]) -> list[Row]:
    """附件说明 (7.3.4): further lines of a name stand below its first character."""
    if not attachments:
        return []
    rows = [BLANK]
    start = 2 * CELL
    label = "附件："
    name_at = start + setter.width(label, BODY)
    for number, name in enumerate(attachments, start=1):
        ordinal = f"{number}." if len(attachments) > 1 else ""
        text_at = name_at + setter.width(ordinal, BODY)
        lines = setter.lines(name, measure=MEASURE - text_at)
        element = Element("P")
        for index, line in enumerate(lines):
            lead = (("" if number > 1 else label), ordinal) if index == 0 else ("", "")
            rows.append(_hanging_row(line, lead, (start, name_at, text_at), element))
    return rows


def _hanging_row(
    line: Line, lead: tuple[str, str], places: tuple[float, float, float], element: Element
) -> Row:
    words = line_row(line, BODY, x=places[2])

    def draw(pen: Pen, left: float, top: float) -> None:
        baseline = top - PITCH / 2 - MIDDLE * BODY.size
        for text, place in zip(lead, places, strict=False):
            pen.text(text, BODY, left + place, baseline)
        if words.draw:
            words.draw(pen, left, top)

    return Row(draw=draw, element=element)


def _signature_rows(setter: Setter, letter: Letter) -> list[Row]:
    """发文机关署名 centred on the 成文日期 (7.3.5.1); nothing is printed where the seal goes."""
    if not letter.agency:
        return []
    names = setter.lines(letter.agency, measure=MEASURE - _DATE_FROM_RIGHT, justify=False)
    widths = [setter.line_width(line, BODY) for line in names]
    date_width = setter.width(letter.dated, BODY)
    middle = MEASURE - _DATE_FROM_RIGHT - date_width / 2
    # A name wider than the room keeps two characters from the edge and the date moves under it.
    middle = min(middle, MEASURE - 2 * CELL - max(widths) / 2)
    rows = [BLANK] * _ROOM_FOR_SEAL
    signed = Element("P")
    rows += [
        line_row(line, BODY, x=middle - width / 2, element=signed)
        for line, width in zip(names, widths, strict=True)
    ]
    for line in setter.lines(letter.dated, justify=False):
        rows.append(line_row(line, BODY, x=middle - date_width / 2))
    return rows


# --- tables ------------------------------------------------------------------------------------


def _table_rows(setter: Setter, block: Block, table: Element) -> list[Row]:
    """One row of a form: labels in 黑体, values beside them, a frame round each cell."""
    cells = block.cells
    if len(cells) in _ROW_SIZES:
        value_width = MEASURE * 2 / len(cells) - _LABEL_WIDTH
        widths = [_LABEL_WIDTH, value_width] * (len(cells) // 2)
        styles = [SMALL_HEADING, SMALL] * (len(cells) // 2)
    else:
        widths = [MEASURE / len(cells)] * len(cells)
        styles = [SMALL] * len(cells)
    row = Element("TR", table)
    columns = [
        _Cell(
            element=_cell_element(row, style),
            lines=tuple(_cell_lines(setter, text, style, width - 2 * _TABLE_PADDING)),
            style=style,
            width=width,
            place=_place(text, style, block.least_lines),
        )
        for text, style, width in zip(cells, styles, widths, strict=True)
    ]
    depth = max(block.least_lines, *(len(cell.lines) for cell in columns))
    return [
        _framed_row(
            setter,
            [replace(c, lines=c.lines[start : start + _MOST_TABLE_LINES]) for c in columns],
            min(depth - start, _MOST_TABLE_LINES),
        )
        for start in range(0, depth, _MOST_TABLE_LINES)
    ]


class _Place(Enum):
    """Where a cell's text stands in its frame."""

    CENTRE = auto()
    MIDDLE_LEFT = auto()
    TOP_LEFT = auto()
    BOTTOM_RIGHT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    element: Element
    lines: tuple[Line, ...]
    style: TextStyle
    width: float
    place: _Place


def _cell_element(row: Element, style: TextStyle) -> Element:
    return Element("TH", row, scope="Row") if style is SMALL_HEADING else Element("TD", row)


def _place(text: str, style: TextStyle, least_lines: int) -> _Place:
    if style is SMALL_HEADING:
        return _Place.CENTRE
    if text == _SIGNING_LINE:
        return _Place.BOTTOM_RIGHT
    return _Place.TOP_LEFT if least_lines > 1 else _Place.MIDDLE_LEFT


def _cell_lines(setter: Setter, text: str, style: TextStyle, measure: float) -> list[Line]:
    lines: list[Line] = []
    for paragraph in text.split("\n"):
        if style is SMALL_HEADING:  # a label of two lines is cut in the middle
            count = len(setter.lines(paragraph, style, measure=measure, justify=False))
            even = setter.width(paragraph, style) / max(count, 1) + style.size / 2
            measure = min(measure, even) if count > 1 else measure
        lines += setter.lines(paragraph, style, measure=measure, justify=False)
    return lines


def _framed_row(setter: Setter, cells: list[_Cell], depth: int) -> Row:
    height = depth * _TABLE_LINE + 2 * _TABLE_PADDING

    def draw(pen: Pen, left: float, top: float) -> None:
        x = left
        for cell in cells:
            _frame(pen, x, top, cell.width, height)
            spare_depth = height - len(cell.lines) * _TABLE_LINE
            above = {
                _Place.TOP_LEFT: _TABLE_PADDING,
                _Place.BOTTOM_RIGHT: spare_depth - _TABLE_PADDING,
            }.get(cell.place, spare_depth / 2)
            for index, line in enumerate(cell.lines):
                spare = cell.width - 2 * _TABLE_PADDING - setter.line_width(line, cell.style)
                aside = {_Place.CENTRE: spare / 2, _Place.BOTTOM_RIGHT: spare}.get(cell.place, 0)
                middle = top - above - (index + 0.5) * _TABLE_LINE
                baseline = middle - MIDDLE * cell.style.size
                with pen.within(cell.element):
                    pen.line(line, cell.style, x + _TABLE_PADDING + aside, baseline)
            x += cell.width

    return Row(height=height, draw=draw)


def _frame(pen: Pen, x: float, top: float, width: float, height: float) -> None:
    bottom, right = top - height, x + width
    for start, end in (
        ((x, top), (right, top)),
        ((x, bottom), (right, bottom)),
        ((x, top), (x, bottom)),
        ((right, top), (right, bottom)),
    ):
        pen.rule(*start, *end, _BORDER)
