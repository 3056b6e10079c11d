"""A chart as SVG, made by hand.

There is no script and no inline style, so that a page may forbid both; colours are presentation
attributes, which a style sheet overrides by class.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from casework.documents.chart_shapes import (
    AXIS,
    BAR,
    INK,
    POINT_RADIUS,
    SIZE,
    SQUARE,
    WIDTH,
    Axis,
    Box,
    Key,
    Polyline,
    Words,
    css,
)
from casework.documents.chinese_text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from casework.documents.chart_shapes import Shape

_FACES = "Microsoft YaHei, PingFang SC, Noto Sans CJK SC, WenQuanYi Micro Hei, sans-serif"


def render_svg(
    name: str, title: str, description: str, shapes: Iterable[Shape], *, height: float
) -> str:
    """Return the drawing: the names of its parts begin with its own, so that a page holds many."""
    parts = [_drawn(name, shape) for shape in shapes]
    if any("-hatch)" in part for part in parts):
        parts.insert(0, _hatch(name))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="cw-chart" role="img" '
        f'aria-labelledby="chart-{name}-title chart-{name}-desc" '
        f'viewBox="0 0 {_number(WIDTH)} {_number(height)}" width="{_number(WIDTH)}" '
        f'height="{_number(height)}" '
        f'font-family="{_FACES}" font-size="{SIZE}" fill="{css(INK)}">'
        f'<title id="chart-{name}-title">{_escaped(title)}</title>'
        f'<desc id="chart-{name}-desc">{_escaped(description)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def _drawn(name: str, shape: Shape) -> str:
    match shape:
        case Box():
            return _box(name, shape)
        case Axis():
            return (
                f'<line class="ax" x1="{_number(shape.x1)}" y1="{_number(shape.y1)}" '
                f'x2="{_number(shape.x2)}" y2="{_number(shape.y2)}" stroke="{css(AXIS)}"/>'
            )
        case Polyline():
            places = " ".join(f"{_number(x)},{_number(y)}" for x, y in shape.points)
            dash = ' stroke-dasharray="6 4"' if shape.dashed else ""
            return (
                f'<polyline class="ln" points="{places}" fill="none" stroke="{css(INK)}" '
                f'stroke-width="2"{dash}/>'
            )
        case Key():
            return _key(shape)
        case Words():
            return (
                f'<text x="{_number(shape.x)}" y="{_number(shape.y)}" '
                f'text-anchor="{shape.anchor}">{_escaped(shape.text)}</text>'
            )


def _box(name: str, box: Box) -> str:
    fill = f"url(#{name}-hatch)" if box.hatched else css(BAR)
    return (
        f'<rect class="{"b-rest" if box.hatched else "b1"}" x="{_number(box.x)}" '
        f'y="{_number(box.y)}" width="{_number(box.width)}" height="{_number(box.height)}" '
        f'fill="{fill}" stroke="{css(BAR)}"/>'
    )


def _key(key: Key) -> str:
    if key.open_square:
        half = SQUARE / 2
        return (
            f'<rect class="pt" x="{_number(key.x - half)}" y="{_number(key.y - half)}" '
            f'width="{_number(SQUARE)}" height="{_number(SQUARE)}" fill="#fff" '
            f'stroke="{css(INK)}" stroke-width="2"/>'
        )
    return (
        f'<circle class="pt-full" cx="{_number(key.x)}" cy="{_number(key.y)}" '
        f'r="{_number(POINT_RADIUS)}" fill="{css(INK)}"/>'
    )


def _hatch(name: str) -> str:
    return (
        f'<defs><pattern id="{name}-hatch" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<rect width="6" height="6" fill="#fff"/>'
        f'<path d="M-1 1 1-1M0 6 6 0M5 7 7 5" stroke="{css(BAR)}" stroke-width="1.2"/>'
        f"</pattern></defs>"
    )


def _escaped(text: str) -> str:
    return escape(clean(text).replace("\n", " "))


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
