"""The page of an official document: GB/T 9704-2012 in points, and rows dealt onto it.

A4; 天头 37 mm, 订口 28 mm, 版心 156 × 225 mm (5.1, 5.2.1); 22 × 28 characters of 3号 (5.2.3):
28 signs of 16 pt would be 158 mm wide, so each advances 156/28 mm = 15.79 pt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reportlab.lib.units import mm

from casework.documents.chinese_text import set_lines
from casework.documents.fonts import FontRole
from casework.documents.tagged_canvas import Element

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from casework.documents.chinese_text import Line
    from casework.documents.embedded_font import EmbeddedFont
    from casework.documents.fonts import FontSet
    from casework.documents.tagged_canvas import TaggedCanvas

PAGE_WIDTH, PAGE_HEIGHT = 210 * mm, 297 * mm
LEFT, TOP = 28 * mm, 37 * mm
MEASURE, DEPTH = 156 * mm, 225 * mm
COLUMNS, ROWS = 28, 22
CELL = MEASURE / COLUMNS
PITCH = DEPTH / ROWS
BODY_SIZE = 16.0  # 3号
TITLE_SIZE = 22.0  # 2号
SMALL_SIZE = 14.0  # 4号: page numbers and tables
RED = (0.80, 0.0, 0.0)
BLACK = (0.0, 0.0, 0.0)
MIDDLE = 0.38  # of a hanzi above the baseline, in em: half its height less its descent
_EMBOLDEN = 0.018  # pen width in em that gives Noto Serif the weight of 小标宋
_ROUNDING = 0.01

Color = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle:
    """How a text is set; ``size`` and ``cell`` (the advance of a hanzi) in points."""

    role: FontRole = FontRole.BODY
    size: float = BODY_SIZE
    cell: float = CELL
    color: Color = BLACK
    bold: bool = False


BODY = TextStyle()
QUOTE = TextStyle(role=FontRole.KAI)
SUBHEADING = TextStyle(role=FontRole.KAI)
HEADING = TextStyle(role=FontRole.HEADING)
TITLE = TextStyle(role=FontRole.TITLE, size=TITLE_SIZE, cell=TITLE_SIZE, bold=True)
SMALL = TextStyle(size=SMALL_SIZE, cell=SMALL_SIZE)
SMALL_HEADING = TextStyle(role=FontRole.HEADING, size=SMALL_SIZE, cell=SMALL_SIZE)
FOLIO = TextStyle(role=FontRole.SONG, size=SMALL_SIZE, cell=SMALL_SIZE)


@dataclass(frozen=True, slots=True)
class Setter:
    """Measures and sets text with the faces of this installation."""

    fonts: FontSet

    def width(self, text: str, style: TextStyle) -> float:
        """Return the width of ``text`` in points."""
        tracking = style.cell - style.size
        return sum(
            self.fonts.advance(style.role, char) * style.size + (0 if char.isascii() else tracking)
            for char in text
        )

    def lines(
        self,
        text: str,
        style: TextStyle = BODY,
        *,
        measure: float = MEASURE,
        indent: float = 0.0,
        justify: bool = True,
    ) -> list[Line]:
        """Set one paragraph; ``indent`` of its first line in points."""
        known: dict[str, float] = {}

        def width_of(piece: str) -> float:
            # Each piece is asked for several times, and most pieces are single signs that recur.
            if piece not in known:
                known[piece] = self.width(piece, style)
            return known[piece]

        return set_lines(
            text,
            measure=measure,
            width_of=width_of,
            indent=indent,
            justify=justify,
        )

    def line_width(self, line: Line, style: TextStyle) -> float:
        """Return the width of a set line without its start."""
        return self.width(line.text, style) + line.gap * (len(line.pieces) - 1)


class Pen:
    """Draws set text and straight lines on a canvas, and nothing else.

    The text is shown as it is. There is no markup to interpret, so nothing in it can open a file
    or an address.
    """

    def __init__(self, setter: Setter, canvas: TaggedCanvas) -> None:
        self.setter = setter
        self._canvas = canvas

    def within(self, element: Element | None) -> AbstractContextManager[None]:
        """Take the texts drawn meanwhile for a part of ``element``, None for an artifact."""
        return self._canvas.within(element)

    def line(self, line: Line, style: TextStyle, x: float, baseline: float) -> None:
        """Draw a set line; ``x`` is where its paragraph begins, left of ``line.start``."""
        x += line.start
        out = self._canvas.beginText(x, baseline)
        out.setFillColorRGB(*style.color)
        bold = style.bold and self.setter.fonts.is_bundled(style.role)
        if bold:
            self._canvas.setLineWidth(style.size * _EMBOLDEN)
            self._canvas.setStrokeColorRGB(*style.color)
            out.setTextRenderMode(2)
        for font, text, spacing in self._runs(line, style):
            out.setTextOrigin(x, baseline)
            out.setFont(font.fontName, style.size)
            out.setCharSpace(spacing)
            out.textOut(text)
            x += sum(font.advance(char) * style.size + spacing for char in text)
        if bold:
            out.setTextRenderMode(0)
        with self._canvas.marked():
            self._canvas.drawText(out)

    def text(self, text: str, style: TextStyle, x: float, baseline: float) -> None:
        """Draw one line of text from ``x`` on."""
        for line in self.setter.lines(text, style, measure=PAGE_WIDTH, justify=False)[:1]:
            self.line(line, style, x, baseline)

    def rule(
        self, x1: float, y1: float, x2: float, y2: float, width: float, color: Color = BLACK
    ) -> None:
        """Draw a straight line ``width`` points thick."""
        self._canvas.setLineWidth(width)
        self._canvas.setStrokeColorRGB(*color)
        with self._canvas.marked(artifact=True):
            self._canvas.line(x1, y1, x2, y2)

    def box(self, x: float, y: float, width: float, height: float) -> None:
        """Fill a black box whose lower left corner is ``x``, ``y``."""
        self._canvas.setFillColorRGB(*BLACK)
        with self._canvas.marked(artifact=True):
            self._canvas.rect(x, y, width, height, stroke=0, fill=1)

    def _runs(self, line: Line, style: TextStyle) -> Iterator[tuple[EmbeddedFont, str, float]]:
        """Join neighbours of one face and one spacing: fewer operators, text that reads back."""
        tracking = style.cell - style.size
        pending: tuple[EmbeddedFont, str, float] | None = None
        for font, text, spacing in self._pieces(line, style, tracking):
            if pending and pending[0] is font and abs(pending[2] - spacing) < _ROUNDING:
                pending = (font, pending[1] + text, spacing)
                continue
            if pending:
                yield pending
            pending = (font, text, spacing)
        if pending:
            yield pending

    def _pieces(
        self, line: Line, style: TextStyle, tracking: float
    ) -> Iterator[tuple[EmbeddedFont, str, float]]:
        for piece in line.pieces:
            for last, char in _with_last(piece):
                own = 0.0 if char.isascii() else tracking
                ((font, drawn),) = self.setter.fonts.runs(style.role, char)
                yield font, drawn, own + (line.gap if last else 0.0)


def _with_last(text: str) -> Iterator[tuple[bool, str]]:
    for index, char in enumerate(text, start=1):
        yield index == len(text), char


Drawing = Callable[[Pen, float, float], None]
"""Draws a row: pen, left edge, top edge (points from the lower left corner of the page)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A horizontal strip of the type area; ``element`` is what its text is a part of."""

    height: float = PITCH
    draw: Drawing | None = None
    element: Element | None = None
    keep_with_next: bool = False
    new_page: bool = False

    @property
    def is_space(self) -> bool:
        """Whether nothing is drawn; space at the head of a page is dropped."""
        return self.draw is None

    def put(self, pen: Pen, left: float, top: float) -> None:
        """Draw the row where it was dealt to; points from the lower left corner of the page."""
        if self.draw is not None:
            with pen.within(self.element):
                self.draw(pen, left, top)


def line_row(
    line: Line,
    style: TextStyle,
    *,
    x: float = 0.0,
    height: float = PITCH,
    element: Element | None = None,
) -> Row:
    """Make the row of one set line, its hanzi in the middle of the strip."""

    def draw(pen: Pen, left: float, top: float) -> None:
        pen.line(line, style, left + x, top - height / 2 - MIDDLE * style.size)

    return Row(height=height, draw=draw, element=element or Element("P"))


def paragraph_rows(
    setter: Setter,
    text: str,
    style: TextStyle = BODY,
    *,
    indent: float = 2 * CELL,
    tag: str = "P",
) -> list[Row]:
    """Set one justified paragraph on the grid."""
    lines = setter.lines(text, style, indent=indent)
    element = Element(tag)
    return [line_row(line, style, element=element) for line in lines]


def centred_rows(
    setter: Setter, text: str, style: TextStyle, *, height: float = PITCH, tag: str = "P"
) -> list[Row]:
    """Set a title: as few lines as it takes, of nearly equal length, each in the middle."""
    count = len(setter.lines(text, style, justify=False))
    measure = MEASURE
    if count > 1:
        measure = min(MEASURE, setter.width(text, style) / count + 2 * style.size)
    lines = setter.lines(text, style, measure=measure, justify=False)
    element = Element(tag)
    return [
        line_row(
            line,
            style,
            x=(MEASURE - setter.line_width(line, style)) / 2,
            height=height,
            element=element,
        )
        for line in lines
    ]


def kept_together(rows: Iterable[Row]) -> list[Row]:
    """Bind rows to each other, the last one free."""
    bound = [replace(row, keep_with_next=True) for row in rows]
    if bound:
        bound[-1] = replace(bound[-1], keep_with_next=False)
    return bound


def bound_to_next(rows: Iterable[Row]) -> list[Row]:
    """Bind rows to each other and to whatever follows."""
    return [replace(row, keep_with_next=True) for row in rows]


Page = list[tuple[Row, float]]
"""The rows of a page, each with its top edge in points below the head of the type area."""


def deal(rows: Sequence[Row], *, depth: float = DEPTH) -> list[Page]:
    """Deal rows onto pages ``depth`` points deep; bound rows share a page if one can hold them."""
    pages: list[Page] = [[]]
    used = 0.0
    for group in _groups(rows):
        height = sum(row.height for row in group)
        if pages[-1] and (
            group[0].new_page or (used + height > depth + _ROUNDING and height <= depth)
        ):
            pages.append([])
            used = 0.0
        for row in group:
            if pages[-1] and used + row.height > depth + _ROUNDING:
                pages.append([])
                used = 0.0
            if row.is_space and not pages[-1] and len(pages) > 1:
                continue
            pages[-1].append((row, used))
            used += row.height
    return pages


def _groups(rows: Sequence[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        group.append(row)
        if not row.keep_with_next:
            yield group
            group = []
    if group:
        yield group
