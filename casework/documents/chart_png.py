"""A chart as PNG for a report that takes no other picture: three pixels to a point, no colour lost.

The faces are those of our PDFs, so that a picture reads the same on every machine.
"""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.documents.charts import Chart
    from casework.documents.fonts import FontSet

SCALE = 3
_ROLE = FontRole.HEADING
_TITLE_SIZE, _TITLE_ROOM = 15, 34
_MARGIN = 12
_DPI = 216

Point = tuple[float, float]


def render_png(chart: Chart, *, fonts: FontSet) -> bytes:
    """Return the chart under its title on white; equal charts give equal bytes.

    What the chart says stands in the file as its description.
    """
    width = round((WIDTH + 2 * _MARGIN) * SCALE)
    height = round((chart.height + _TITLE_ROOM + _MARGIN) * SCALE)
    image = Image.new("RGB", (width, height), PAPER)
    pen = _Pen(ImageDraw.Draw(image), fonts, top=_TITLE_ROOM)
    pen.words(chart.title, WIDTH / 2, -12, size=_TITLE_SIZE, anchor="middle")
    for shape in chart.shapes:
        pen.draw(shape)
    buffer = io.BytesIO()
    about = PngInfo()
    about.add_itxt("Title", chart.title, lang="zh-CN")
    about.add_itxt("Description", chart.description, lang="zh-CN")
    # Few colours: a palette keeps the file small and the letters sharp.
    image.quantize(64, dither=Image.Dither.NONE).save(
        buffer, "PNG", optimize=True, dpi=(_DPI, _DPI), pnginfo=about
    )
    return buffer.getvalue()


class _Pen:
    """Draws shapes on the picture; all lengths in points."""

    def __init__(self, draw: ImageDraw.ImageDraw, fonts: FontSet, *, top: float) -> None:
        self._draw = draw
        self._fonts = fonts
        self._top = top
        self._faces: dict[tuple[str, int, int], ImageFont.FreeTypeFont] = {}

    def draw(self, shape: object) -> None:
        match shape:
            case Box():
                self._box(shape)
            case Axis():
                ends = [self._at(shape.x1, shape.y1), self._at(shape.x2, shape.y2)]
                self._draw.line(ends, fill=AXIS, width=SCALE)
            case Polyline():
                self._polyline(shape)
            case Key():
                self._key(shape)
            case Words():
                self.words(shape.text, shape.x, shape.y, anchor=shape.anchor)

    def words(self, text: str, x: float, y: float, *, anchor: str, size: int = SIZE) -> None:
        runs = list(self._runs(clean(text).replace("\n", " "), size))
        width = sum(face.getlength(piece) for face, piece in runs)
        at, baseline = self._at(x, y)
        at -= {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        for face, piece in runs:
            self._draw.text((at, baseline), piece, font=face, fill=INK, anchor="ls")
            at += face.getlength(piece)

    def _runs(self, text: str, size: int) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
        for font, piece in self._fonts.runs(_ROLE, text):
            key = (font.face.filename, font.place, size)
            if key not in self._faces:
                self._faces[key] = ImageFont.truetype(key[0], size * SCALE, index=key[1])
            yield self._faces[key], piece

    def _at(self, x: float, y: float) -> Point:
        return (x + _MARGIN) * SCALE, (y + self._top) * SCALE

    def _box(self, box: Box) -> None:
        left, top = self._at(box.x, box.y)
        right, bottom = self._at(box.x + box.width, box.y + box.height)
        fill = PAPER if box.hatched else BAR
        self._draw.rectangle((left, top, right, bottom), fill=fill, outline=BAR, width=SCALE)
        if box.hatched:
            step, rise = HATCH_STEP * SCALE, bottom - top
            start = left - rise
            while start < right:
                begin, end = max(start, left), min(start + rise, right)
                if begin < end:
                    line = (begin, bottom - (begin - start), end, bottom - (end - start))
                    self._draw.line(line, fill=BAR, width=round(1.2 * SCALE))
                start += step

    def _polyline(self, line: Polyline) -> None:
        points = [self._at(x, y) for x, y in line.points]
        width = round(LINE_WIDTH * SCALE)
        if not line.dashed:
            if len(points) > 1:
                self._draw.line(points, fill=INK, width=width, joint="curve")
            return
        for begin, end in pairwise(points):
            for stretch in _dashes(begin, end):
                self._draw.line(stretch, fill=INK, width=width)

    def _key(self, key: Key) -> None:
        x, y = self._at(key.x, key.y)
        if key.open_square:
            half = SQUARE / 2 * SCALE
            box = (x - half, y - half, x + half, y + half)
            self._draw.rectangle(box, fill=PAPER, outline=INK, width=round(LINE_WIDTH * SCALE))
        else:
            half = POINT_RADIUS * SCALE
            self._draw.ellipse((x - half, y - half, x + half, y + half), fill=INK)


def _dashes(begin: Point, end: Point) -> Iterator[list[Point]]:
    length = ((end[0] - begin[0]) ** 2 + (end[1] - begin[1]) ** 2) ** 0.5
    full, gap = (part * SCALE for part in DASH)
    at = 0.0
    while at < length:
        to = min(at + full, length)
        yield [
            (
                begin[0] + (end[0] - begin[0]) * place / length,
                begin[1] + (end[1] - begin[1]) * place / length,
            )
            for place in (at, to)
        ]
        at += full + gap
