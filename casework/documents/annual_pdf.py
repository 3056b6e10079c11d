"""The year-end table as PDF: merged heads, vertical text, drawn stroke by stroke.

Texts are drawn as they are; there is no markup in them to interpret. The same table and the same
fonts give the same bytes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportlab.lib.units import mm

from casework.documents.annual_cells import Look
from casework.documents.canvas import a4_canvas
from casework.documents.fonts import FontRole
from casework.documents.official_page import (
    FOLIO,
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
    from collections.abc import Callable, Iterator

    from casework.documents.annual_cells import AnnualReturn, Grid, PlacedCell
    from casework.documents.fonts import FontSet

_LEFT = _TOP = 20 * mm
_BOTTOM = 18 * mm
_DEPTH = PAGE_HEIGHT - _TOP - _BOTTOM
_FOLIO_AT = 11 * mm
_TITLE = TextStyle(role=FontRole.TITLE, size=16, cell=16, bold=True)
_LINE_STYLE = TextStyle(role=FontRole.SONG, size=10.5, cell=10.5)
_CELL = TextStyle(role=FontRole.SONG, size=9, cell=9)
_HEAD = TextStyle(role=FontRole.HEADING, size=9, cell=9)
_NOTE = TextStyle(role=FontRole.SONG, size=8, cell=8)
_STYLES = {Look.HEAD: _HEAD, Look.NOTE: _NOTE}
_LEADING = 1.28
_PADDING = 3.0
_ABOVE = 2.0
_LEAST_ROW = 15.0
_THIN, _THICK = 0.5, 1.2
_INDENT = 9.0
_UPRIGHT_PITCH = 1.15
_HANGING_MARKS = frozenset(
    "、，。"
)  # in vertical text they stand in the upper right of their place


def render_pdf(filed: AnnualReturn, *, fonts: FontSet) -> bytes:
    """Return the return as PDF on A4; a table that fits on one page is not broken.

    RuleBroken(undrawable) names the characters of the agency's name that no face has.
    """
    _refuse_undrawable(filed, fonts)
    buffer = io.BytesIO()
    about = {"title": filed.title, "subject": filed.form.basis}
    with a4_canvas(buffer, fonts=fonts, author=filed.agency, **about) as canvas:
        pen = Pen(Setter(fonts), canvas)
        for number, page in enumerate(_pages(pen.setter, filed), start=1):
            top = PAGE_HEIGHT - _TOP
            for strip in page:
                strip.draw(pen, top)
                top -= strip.height
            _draw_folio(pen, number)
            canvas.showPage()
    return buffer.getvalue()


def _refuse_undrawable(filed: AnnualReturn, fonts: FontSet) -> None:
    written = "".join((filed.title, filed.agency_line, *(value for _, value in filed.foot)))
    if missing := fonts.undrawable(written):
        raise RuleBroken(
            "undrawable",
            f"现有字体没有“{missing}”，不能导出PDF。请您把含有这些字的字体文件放入单位字体目录后重试。",
            field="agency",
        )


# --- pages -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Strip:
    """Something as wide as the page's measure; ``draw`` takes its upper edge."""

    height: float
    draw: Callable[[Pen, float], None]


def _pages(setter: Setter, filed: AnnualReturn) -> Iterator[list[_Strip]]:
    """Deal titles and tables onto pages; a table longer than a page goes on under its heads."""
    page: list[_Strip] = []
    used = 0.0
    for number, grid in enumerate(filed.grids()):
        lead = _lead(filed, grid, first=number == 0)
        heights = _row_heights(setter, grid)
        needed = sum(strip.height for strip in lead) + sum(heights)
        if page and used + needed > _DEPTH:
            yield page
            page, used = [], 0.0
        page += lead
        used += sum(strip.height for strip in lead)
        first = grid.heads
        while first < grid.rows:
            room = _DEPTH - used - sum(heights[: grid.heads])
            last = _fitting(heights, first, room)
            page.append(_slice(setter, grid, heights, first, last))
            used += page[-1].height
            first = last
            if first < grid.rows:
                yield page
                page, used = [], 0.0
    if filed.foot:
        strip = _foot(filed)
        if used + strip.height > _DEPTH:
            yield page
            page = []
        page.append(strip)
    yield page


def _fitting(heights: list[float], first: int, room: float) -> int:
    """Return the row after the last one that fits; at least one always does."""
    last = first
    while last < len(heights) and (room >= heights[last] or last == first):
        room -= heights[last]
        last += 1
    return last


def _lead(filed: AnnualReturn, grid: Grid, *, first: bool) -> list[_Strip]:
    tag = "H1" if first else "H2"
    strips = [_text_strip(grid.title, _TITLE, height=30, centred=True, tag=tag)]
    if first:
        strips.append(_text_strip(filed.year_line, _LINE_STYLE, height=16, centred=True))
        strips.append(_text_strip(filed.agency_line, _LINE_STYLE, height=19))
    return strips


def _foot(filed: AnnualReturn) -> _Strip:
    width = (PAGE_WIDTH - 2 * _LEFT) / len(filed.foot)

    def draw(pen: Pen, top: float) -> None:
        for number, (name, value) in enumerate(filed.foot):
            with pen.within(Element("P")):
                pen.text(f"{name}：{value}", _CELL, _LEFT + number * width, top - 18)

    return _Strip(26, draw)


def _text_strip(
    text: str, style: TextStyle, *, height: float, centred: bool = False, tag: str = "P"
) -> _Strip:
    """Set one line; one that is too long is set smaller, never cut."""
    measure = PAGE_WIDTH - 2 * _LEFT

    def draw(pen: Pen, top: float) -> None:
        fitted, width = style, pen.setter.width(text, style)
        if width > measure:
            size = style.size * measure / width
            fitted = TextStyle(role=style.role, size=size, cell=size, bold=style.bold)
            width = measure
        x = _LEFT + (measure - width) / 2 if centred else _LEFT
        with pen.within(Element(tag)):
            pen.text(text, fitted, x, top - height / 2 - MIDDLE * fitted.size)

    return _Strip(height, draw)


def _draw_folio(pen: Pen, number: int) -> None:
    text = f"— {number} —"
    pen.text(text, FOLIO, (PAGE_WIDTH - pen.setter.width(text, FOLIO)) / 2, _FOLIO_AT)


# --- tables ------------------------------------------------------------------------------------


def _row_heights(setter: Setter, grid: Grid) -> list[float]:
    heights = [_LEAST_ROW] * grid.rows
    for cell in grid.cells:
        if cell.rowspan == 1:
            style = _STYLES.get(cell.look, _CELL)
            depth = len(_lines(setter, grid, cell)) * style.size * _LEADING + 2 * _ABOVE
            heights[cell.row] = max(heights[cell.row], depth)
    return heights


def _lines(setter: Setter, grid: Grid, cell: PlacedCell) -> list[str]:
    """Break a cell's text; a head of two lines is cut in the middle, not after its last place."""
    style = _STYLES.get(cell.look, _CELL)
    measure = grid.width_of(cell) * mm - 2 * _PADDING - cell.indent * _INDENT
    lines = setter.lines(cell.text, style, measure=measure, justify=False)
    if len(lines) > 1 and cell.look is Look.HEAD:
        even = setter.width(cell.text, style) / len(lines) + style.size / 2
        lines = setter.lines(cell.text, style, measure=min(measure, even), justify=False)
    return [line.text for line in lines]


def _slice(setter: Setter, grid: Grid, heights: list[float], first: int, last: int) -> _Strip:
    """Return the heads and the rows from ``first`` to before ``last`` as one strip."""
    shown = [*range(grid.heads), *range(first, last)]
    tops: dict[int, float] = {}
    depth = 0.0
    for row in shown:
        tops[row] = depth
        depth += heights[row]

    def draw(pen: Pen, top: float) -> None:
        table = Element("Table")
        lines = {row: Element("TR", table) for row in shown}
        for cell in grid.cells:
            rows = [row for row in range(cell.row, cell.row + cell.rowspan) if row in tops]
            if rows:
                box = _Box(
                    x=_LEFT + sum(grid.widths[: cell.column]) * mm,
                    top=top - tops[rows[0]],
                    width=grid.width_of(cell) * mm,
                    height=sum(heights[row] for row in rows),
                )
                _frame(pen, box, _THIN)
                with pen.within(_element(cell, lines[rows[0]], len(rows))):
                    _draw_cell(pen, cell, box, _lines(setter, grid, cell))
        _frame(pen, _Box(_LEFT, top, sum(grid.widths) * mm, depth), _THICK)

    return _Strip(depth + 6, draw)


def _element(cell: PlacedCell, line: Element, rows: int) -> Element:
    scope = {Look.HEAD: "Column", Look.LABEL: "Row", Look.VERTICAL: "Row"}.get(cell.look, "")
    tag = "TH" if scope else "TD"
    return Element(tag, line, columns=cell.colspan, rows=rows, scope=scope)


@dataclass(frozen=True, slots=True)
class _Box:
    x: float
    top: float
    width: float
    height: float


def _frame(pen: Pen, box: _Box, width: float) -> None:
    right, bottom = box.x + box.width, box.top - box.height
    pen.rule(box.x, box.top, right, box.top, width)
    pen.rule(box.x, bottom, right, bottom, width)
    pen.rule(box.x, box.top, box.x, bottom, width)
    pen.rule(right, box.top, right, bottom, width)


def _draw_cell(pen: Pen, cell: PlacedCell, box: _Box, lines: list[str]) -> None:
    if cell.look is Look.VERTICAL:
        _draw_upright(pen, cell.text, box)
        return
    style = _STYLES.get(cell.look, _CELL)
    leading = style.size * _LEADING
    middle = box.top - (box.height - leading * len(lines)) / 2 - leading / 2
    for line in lines:
        spare = box.width - pen.setter.width(line, style)
        aside = {
            Look.LABEL: _PADDING + cell.indent * _INDENT,
            Look.FIGURE: spare - _PADDING,
        }.get(cell.look, spare / 2)
        pen.text(line, style, box.x + aside, middle - MIDDLE * style.size)
        middle -= leading


def _draw_upright(pen: Pen, text: str, box: _Box) -> None:
    """Set the signs upright one below the other; a text too long for its box is set closer."""
    pitch = min(_CELL.size * _UPRIGHT_PITCH, (box.height - 2 * _PADDING) / max(1, len(text)))
    middle = box.top - (box.height - pitch * len(text)) / 2 - pitch / 2
    for sign in text:
        x = box.x + (box.width - pen.setter.width(sign, _CELL)) / 2
        shift = _CELL.size * 0.5 if sign in _HANGING_MARKS else 0.0
        pen.text(sign, _CELL, x + shift, middle - MIDDLE * _CELL.size + shift)
        middle -= pitch
