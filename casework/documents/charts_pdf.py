"""The charts of a report as PDF: vectors, black and white readable, each said in words below it."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING

from reportlab.lib.units import mm

from casework.documents.canvas import a4_canvas
from casework.documents.chart_shapes import (
    AXIS,
    BAR,
    DASH,
    HATCH_STEP,
    INK,
    LINE_WIDTH,
    PAPER,
    POINT_RADIUS,
    SIZE,
    SQUARE,
    WIDTH,
    Axis,
    Box,
    Key,
    Polyline,
    Words,
)
from casework.documents.chinese_text import clean
from casework.documents.fonts import FontRole
from casework.documents.official_page import (
    FOLIO,
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

    from casework.documents.chart_shapes import Color
    from casework.documents.charts import Chart
    from casework.documents.fonts import FontSet
    from casework.documents.tagged_canvas import TaggedCanvas

_LEFT, _TOP, _BOTTOM = 22 * mm, 24 * mm, 24 * mm
_MEASURE = PAGE_WIDTH - 2 * _LEFT
_SCALE = _MEASURE / WIDTH
_FOLIO_AT = 14 * mm
_TITLE = TextStyle(role=FontRole.HEADING, size=13, cell=13)
_TEXT = TextStyle(role=FontRole.SONG, size=10, cell=10)
_LABEL = TextStyle(role=FontRole.HEADING, size=SIZE * _SCALE, cell=SIZE * _SCALE)
_LEADING = 15.0
_GAP = 18.0


def render_charts_pdf(charts: Sequence[Chart], *, title: str, author: str, fonts: FontSet) -> bytes:
    """Return the charts one below the other, none broken over two pages.

    RuleBroken(undrawable) names the characters that no face has.
    """
    written = "".join(
        chart.title
        + chart.description
        + "".join(shape.text for shape in chart.shapes if isinstance(shape, Words))
        for chart in charts
    )
    if missing := fonts.undrawable(clean(written).replace("\n", " ")):
        raise RuleBroken(
            "undrawable",
            f"现有字体没有“{missing}”，不能导出PDF。请您把含有这些字的字体文件放入单位字体目录后重试。",
            field="kind",
        )
    buffer = io.BytesIO()
    with a4_canvas(buffer, fonts=fonts, title=title, author=author) as canvas:
        pen = Pen(Setter(fonts), canvas)
        for number, page in enumerate(_pages(pen.setter, charts), start=1):
            top = PAGE_HEIGHT - _TOP
            for chart, lines in page:
                _draw_chart(pen, canvas, chart, lines, top)
                top -= _depth(chart, lines)
            folio = f"— {number} —"
            pen.text(folio, FOLIO, (PAGE_WIDTH - pen.setter.width(folio, FOLIO)) / 2, _FOLIO_AT)
            canvas.showPage()
    return buffer.getvalue()


def _pages(setter: Setter, charts: Sequence[Chart]) -> Iterator[list[tuple[Chart, list[str]]]]:
    page: list[tuple[Chart, list[str]]] = []
    room = PAGE_HEIGHT - _TOP - _BOTTOM
    for chart in charts:
        lines = [
            line.text
            for line in setter.lines(
                chart.description, _TEXT, measure=_MEASURE, indent=2 * _TEXT.size, justify=False
            )
        ]
        if page and room < _depth(chart, lines):
            yield page
            page, room = [], PAGE_HEIGHT - _TOP - _BOTTOM
        page.append((chart, lines))
        room -= _depth(chart, lines)
    yield page


def _depth(chart: Chart, lines: Sequence[str]) -> float:
    return 2 * _LEADING + chart.height * _SCALE + len(lines) * _LEADING + _GAP


def _draw_chart(
    pen: Pen, canvas: TaggedCanvas, chart: Chart, lines: Sequence[str], top: float
) -> None:
    with pen.within(Element("H1")):
        pen.text(chart.title, _TITLE, _LEFT, top - 13)
    base = top - 2 * _LEADING
    brush = _Brush(pen, canvas, base)
    with pen.within(Element("Figure", alt=chart.description)):
        for shape in chart.shapes:
            brush.draw(shape)
    at = base - chart.height * _SCALE - _LEADING
    with pen.within(Element("P")):
        for number, line in enumerate(lines):
            pen.text(line, _TEXT, _LEFT + (0 if number else 2 * _TEXT.size), at)
            at -= _LEADING


class _Brush:
    """Draws shapes on the page; ``top`` is the upper edge of the drawing."""

    def __init__(self, pen: Pen, canvas: TaggedCanvas, top: float) -> None:
        self._pen = pen
        self._canvas = canvas
        self._top = top

    def draw(self, shape: object) -> None:
        if isinstance(shape, Words):
            self._words(shape)
            return
        with self._canvas.marked(artifact=True):
            match shape:
                case Box():
                    self._box(shape)
                case Axis():
                    self._stroke(AXIS, 0.6)
                    self._canvas.line(*self._at(shape.x1, shape.y1), *self._at(shape.x2, shape.y2))
                case Polyline():
                    self._polyline(shape)
                case Key():
                    self._key(shape)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return _LEFT + x * _SCALE, self._top - y * _SCALE

    def _words(self, words: Words) -> None:
        text = clean(words.text).replace("\n", " ")
        width = self._pen.setter.width(text, _LABEL)
        x, y = self._at(words.x, words.y)
        x -= {"start": 0.0, "middle": width / 2, "end": width}[words.anchor]
        self._pen.text(text, _LABEL, x, y)

    def _stroke(self, color: Color, width: float) -> None:
        self._canvas.setStrokeColorRGB(*(part / 255 for part in color))
        self._canvas.setLineWidth(width)

    def _fill(self, color: Color) -> None:
        self._canvas.setFillColorRGB(*(part / 255 for part in color))

    def _box(self, box: Box) -> None:
        x, y = self._at(box.x, box.y + box.height)
        width, height = box.width * _SCALE, box.height * _SCALE
        self._stroke(BAR, 0.6)
        self._fill(PAPER if box.hatched else BAR)
        self._canvas.rect(x, y, width, height, stroke=1, fill=1)
        if box.hatched:
            start = x - height
            while start < x + width:
                begin, end = max(start, x), min(start + height, x + width)
                if begin < end:
                    self._canvas.line(begin, y + begin - start, end, y + end - start)
                start += HATCH_STEP * _SCALE

    def _polyline(self, line: Polyline) -> None:
        points = [self._at(x, y) for x, y in line.points]
        self._stroke(INK, LINE_WIDTH * _SCALE)
        self._canvas.setDash([part * _SCALE for part in DASH] if line.dashed else [])
        for begin, end in pairwise(points):
            self._canvas.line(*begin, *end)
        self._canvas.setDash([])

    def _key(self, key: Key) -> None:
        x, y = self._at(key.x, key.y)
        self._stroke(INK, LINE_WIDTH * _SCALE)
        if key.open_square:
            half = SQUARE / 2 * _SCALE
            self._fill(PAPER)
            self._canvas.rect(x - half, y - half, 2 * half, 2 * half, stroke=1, fill=1)
        else:
            self._fill(INK)
            self._canvas.circle(x, y, POINT_RADIUS * _SCALE, stroke=0, fill=1)
