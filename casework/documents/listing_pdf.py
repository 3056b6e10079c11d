"""A list as PDF on A4 across: heads on every page, lines never broken over two."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from reportlab.lib.units import mm

from casework.documents.canvas import a4_canvas_across
from casework.documents.chinese_text import clean
from casework.documents.fonts import FontRole
from casework.documents.listing import Align, ListRow, shown
from casework.documents.official_page import (
    MIDDLE,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    Pen,
    Setter,
    TextStyle,
)
from casework.documents.tagged_canvas import Element
from casework.domain.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from casework.documents.fonts import FontSet
    from casework.documents.listing import Listing

WIDTH, HEIGHT = PAGE_HEIGHT, PAGE_WIDTH
MOST_ROWS = 5000
"""A longer list is no paper to be read; it is for a spreadsheet."""

_LEFT, _TOP, _FOOT = 14 * mm, 14 * mm, 16 * mm
_FOLIO_AT = 9 * mm
_DEPTH = HEIGHT - _TOP - _FOOT
_TITLE = TextStyle(role=FontRole.TITLE, size=16, cell=16, bold=True)
_LINE = TextStyle(role=FontRole.SONG, size=9, cell=9)
_CELL = TextStyle(role=FontRole.SONG, size=8, cell=8)
_STRONG = TextStyle(role=FontRole.HEADING, size=8, cell=8)
_LEADING, _PADDING, _ABOVE = 1.3, 2.5, 2.0
_THIN, _THICK = 0.4, 1.0
_TITLE_HEIGHT, _LINE_HEIGHT = 26.0, 14.0


def render_listing_pdf(listing: Listing, *, fonts: FontSet) -> bytes:
    """Return the list as PDF.

    RuleBroken(too_many_rows) beyond ``MOST_ROWS``, (undrawable) for characters no face has.
    """
    if len(listing.rows) > MOST_ROWS:
        raise RuleBroken(
            "too_many_rows",
            f"清单有{len(listing.rows)}行，PDF最多{MOST_ROWS}行，请您改为导出Excel，或者缩小范围。",
            field="kind",
        )
    texts = [listing.title, *listing.lines, *listing.notes]
    texts += [shown(value) for row in listing.rows for value in row.cells]
    if missing := fonts.undrawable(clean("".join(texts)).replace("\n", "")):
        raise RuleBroken(
            "undrawable",
            f"现有字体没有“{missing}”，不能导出PDF。请您把含有这些字的字体文件放入单位字体目录后重试。",
            field="kind",
        )
    buffer = io.BytesIO()
    with a4_canvas_across(
        buffer, fonts=fonts, title=listing.title, author=listing.author
    ) as canvas:
        pen = Pen(Setter(fonts), canvas)
        sheet = _Sheet(pen, listing)
        pages = list(sheet.pages())
        for number, page in enumerate(pages, start=1):
            sheet.draw(page, first=number == 1, last=number == len(pages))
            folio = f"第 {number} 页，共 {len(pages)} 页"
            x = WIDTH - _LEFT - pen.setter.width(folio, _LINE)
            pen.text(folio, _LINE, x, _FOLIO_AT)
            canvas.showPage()
    return buffer.getvalue()


class _Sheet:
    """Deals the lines onto pages and draws them."""

    def __init__(self, pen: Pen, listing: Listing) -> None:
        self._pen = pen
        self._listing = listing
        self._widths = [width * mm for width in listing.widths]
        self._head = ListRow(cells=tuple(column.head for column in listing.columns), strong=True)
        self._head_lines, self._head_height = self._set(self._head)

    def pages(self) -> Iterator[list[tuple[ListRow, list[list[str]], float]]]:
        """Yield the lines of each page with their set texts and heights."""
        page: list[tuple[ListRow, list[list[str]], float]] = []
        room = _DEPTH - self._lead_height() - self._head_height
        last = len(self._listing.rows) - 1
        foot = len(self._listing.notes) * _LINE_HEIGHT
        for place, row in enumerate(self._listing.rows):
            lines, height = self._set(row)
            # A heading does not stand alone at the foot of a page; notes follow the last line.
            needed = height * (2 if row.is_heading else 1) + (foot if place == last else 0)
            if page and room < needed:
                yield page
                page, room = [], _DEPTH - self._head_height
            page.append((row, lines, height))
            room -= height
        yield page

    def draw(
        self, page: Sequence[tuple[ListRow, list[list[str]], float]], *, first: bool, last: bool
    ) -> None:
        """Draw one page."""
        top = HEIGHT - _TOP
        if first:
            top = self._draw_lead(top)
        table = Element("Table")
        begin = top
        top = self._draw_row((self._head, self._head_lines, self._head_height), top, table)
        for line in page:
            top = self._draw_row(line, top, table)
        self._frame(_LEFT, begin, sum(self._widths), begin - top, _THICK)
        if last:
            for note in self._listing.notes:
                top -= _LINE_HEIGHT
                with self._pen.within(Element("P")):
                    self._pen.text(note, _LINE, _LEFT, top)

    def _lead_height(self) -> float:
        return _TITLE_HEIGHT + len(self._listing.lines) * _LINE_HEIGHT + 4

    def _draw_lead(self, top: float) -> float:
        title = self._listing.title
        width = self._pen.setter.width(title, _TITLE)
        with self._pen.within(Element("H1")):
            self._pen.text(title, _TITLE, max(_LEFT, (WIDTH - width) / 2), top - 18)
        top -= _TITLE_HEIGHT
        for line in self._listing.lines:
            with self._pen.within(Element("P")):
                self._pen.text(line, _LINE, _LEFT, top - 10)
            top -= _LINE_HEIGHT
        return top - 4

    def _set(self, row: ListRow) -> tuple[list[list[str]], float]:
        style = _STRONG if row.strong else _CELL
        lines = []
        for value, width in zip(row.cells, self._places(row), strict=True):
            text = clean(shown(value)).replace("\n", " ")
            measure = width - 2 * _PADDING
            set_lines = self._pen.setter.lines(text, style, measure=measure, justify=False)
            lines.append([line.text for line in set_lines] if width else [])
        most = max(1, *(len(one) for one in lines))
        return lines, most * style.size * _LEADING + 2 * _ABOVE

    def _places(self, row: ListRow) -> list[float]:
        """Return the widths of a line's cells; those the first one reaches over have none."""
        reach = row.reach
        first = sum(self._widths[:reach])
        return [first, *(0.0,) * (reach - 1), *self._widths[reach:]]

    def _draw_row(
        self, line: tuple[ListRow, list[list[str]], float], top: float, table: Element
    ) -> float:
        row, lines, height = line
        head = row is self._head
        element = Element("TR", table)
        x = _LEFT
        for place, (texts, width) in enumerate(zip(lines, self._places(row), strict=True)):
            if not width:
                continue
            self._frame(x, top, width, height, _THIN)
            align = Align.CENTRE if head else self._listing.columns[place].align
            if row.reach > 1 and not place:
                align = Align.LEFT
            tag, scope = ("TH", "Column") if head else ("TD", "")
            columns = row.reach if not place else 1
            with self._pen.within(Element(tag, element, columns=columns, scope=scope)):
                style = _STRONG if row.strong else _CELL
                self._draw_cell(texts, style, (x, top, width, height), align)
            x += width
        return top - height

    def _draw_cell(
        self,
        texts: Sequence[str],
        style: TextStyle,
        box: tuple[float, float, float, float],
        align: Align,
    ) -> None:
        x, top, width, height = box
        leading = style.size * _LEADING
        middle = top - (height - leading * len(texts)) / 2 - leading / 2
        for text in texts:
            spare = width - self._pen.setter.width(text, style)
            aside = {Align.LEFT: _PADDING, Align.RIGHT: spare - _PADDING}.get(align, spare / 2)
            self._pen.text(text, style, x + aside, middle - MIDDLE * style.size)
            middle -= leading

    def _frame(self, x: float, top: float, width: float, height: float, pen: float) -> None:
        self._pen.rule(x, top, x + width, top, pen)
        self._pen.rule(x, top - height, x + width, top - height, pen)
        self._pen.rule(x, top, x, top - height, pen)
        self._pen.rule(x + width, top, x + width, top - height, pen)
