"""What a chart is drawn of: bars, an axis, lines, points and words, in points from the upper left.

Each writer (SVG, PNG, PDF) knows how to draw these and nothing of what they mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

WIDTH = 640.0
SIZE = 12
HATCH_STEP = 6.0
POINT_RADIUS, SQUARE = 4.5, 8.0
DASH = (6.0, 4.0)
LINE_WIDTH = 2.0

Color = tuple[int, int, int]
INK: Color = (0x1E, 0x2B, 0x3C)
BAR: Color = (0x17, 0x4F, 0x92)
AXIS: Color = (0x75, 0x83, 0x9A)
PAPER: Color = (0xFF, 0xFF, 0xFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A bar; a hatched one stands for what is left over."""

    x: float
    y: float
    width: float
    height: float
    hatched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A straight line on which bars stand."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Polyline:
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """The mark of one value: a full circle, or an open square on the second line."""

    x: float
    y: float
    open_square: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A line of text; ``y`` is its baseline, ``x`` its start, middle or end."""

    text: str
    x: float
    y: float
    anchor: Literal["start", "middle", "end"] = "middle"


Shape = Box | Axis | Polyline | Key | Words


def css(color: Color) -> str:
    """Return #174f92."""
    return "#" + "".join(f"{part:02x}" for part in color)
