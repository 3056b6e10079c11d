"""Where Chinese text may break: 避头尾, unbroken words, justified lines.

GB/T 15834-2011 5.1 says which marks may not open or close a line; GB/T 9704-2012 5.2.2 and 5.2.3
give the grid. Nothing here knows fonts or PDF: widths come from a function.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# 避头: may not begin a line. 避尾: may not end one.
NO_START = frozenset("，。、；：？！）》〉】〕」』｝］’”·～％‰℃,.;:?!)]}%°′″")
NO_END = frozenset("（《〈【〔「『｛［‘“([{￥¥$§№#")
_PAIRED = frozenset("—…─")  # 破折号 and 省略号 take two places and are not parted
_WORD_JOINERS = frozenset(".,-/:@_%&=?+~#'")
_LONG_WORD = 3  # a word longer than 1/3 of the line (an address of a page) may break at its joints
_JOINT = re.compile(r"[^-./?&=_@]*[-./?&=_@]+|[^-./?&=_@]+")
_LOOSEST = 0.25  # of a full-width sign: a line that would be set wider stays ragged
_HAN_FROM = 0x2E80
_ROUNDING = 0.02  # pt: sums of widths differ from the measure by less than this
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
_SELECTORS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
_NONCHARACTER = 0xFFFE


def clean(text: str) -> str:
    r"""Return ``text`` as it can be printed: one ``\n`` a line end, tabs as spaces, no controls.

    Control and formatting characters (among them the ones that turn the reading direction),
    lone surrogates, variation selectors and noncharacters carry no ink; they are taken out.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = text.replace("\u2029", "\n").replace("\t", " ")
    return "".join(char for char in text if char == "\n" or _has_ink(char))


@lru_cache(maxsize=1 << 16)
def _has_ink(char: str) -> bool:
    code = ord(char)
    return not (
        unicodedata.category(char) in _INVISIBLE
        or code & _NONCHARACTER == _NONCHARACTER
        or any(first <= code <= last for first, last in _SELECTORS)
    )


def words(text: str) -> Iterator[str]:
    """Cut ``text`` into the smallest pieces a line may hold: a Latin word, ——, one character."""
    start = 0
    while start < len(text):
        end = start + 1
        char = text[start]
        if char in _PAIRED:
            while end < len(text) and text[end] == char and end < start + 2:
                end += 1
        elif _in_word(char):
            while end < len(text) and (_in_word(text[end]) or _joins(text, end)):
                end += 1
        yield text[start:end]
        start = end


def _in_word(char: str) -> bool:
    return ord(char) < _HAN_FROM and char.isalnum()


def _joins(text: str, at: int) -> bool:
    return text[at] in _WORD_JOINERS and at + 1 < len(text) and _in_word(text[at + 1])


@dataclass(frozen=True, slots=True)
class Line:
    """One set line: its pieces, where it starts, and the space to add after each piece.

    ``start`` and ``gap`` in points; the gap comes between pieces, not after the last.
    """

    pieces: tuple[str, ...]
    start: float
    gap: float

    @property
    def text(self) -> str:
        """The characters of the line."""
        return "".join(self.pieces)


def set_lines(
    text: str,
    *,
    measure: float,
    width_of: Callable[[str], float],
    indent: float = 0.0,
    justify: bool = True,
) -> list[Line]:
    """Set one paragraph into lines of at most ``measure`` points.

    Every line but the last is stretched to the measure, between pieces only. A group of marks
    longer than a whole line is the one thing that can break a rule of 避头尾.
    """
    lines: list[Line] = []
    current: list[str] = []
    room = measure - indent
    pieces = _jointed(words(text), measure / _LONG_WORD, width_of)
    for cluster in _fitting(_clusters(pieces), measure, width_of):
        width = _width(cluster, width_of)
        if current and width > room + _ROUNDING:
            lines.append(_line(current, measure, indent, width_of, justify=justify))
            current, indent, room = [], 0.0, measure
        if not current and lines and cluster == (" ",):
            continue  # a space that would open a line
        current += cluster
        room -= width
    if current:
        lines.append(_line(current, measure, indent, width_of, justify=False))
    return lines


def _jointed(
    pieces: Iterable[str], longest: float, width_of: Callable[[str], float]
) -> Iterator[str]:
    for piece in pieces:
        if len(piece) > 1 and width_of(piece) > longest:
            yield from _JOINT.findall(piece)
        else:
            yield piece


def _clusters(pieces: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Bind marks to the piece they may not be parted from."""
    cluster: list[str] = []
    for piece in pieces:
        if cluster and not (piece[0] in NO_START or cluster[-1][-1] in NO_END):
            yield tuple(cluster)
            cluster = []
        cluster.append(piece)
    if cluster:
        yield tuple(cluster)


def _fitting(
    clusters: Iterable[tuple[str, ...]], measure: float, width_of: Callable[[str], float]
) -> Iterator[tuple[str, ...]]:
    """Pass clusters on; one that no line can hold falls apart, first into pieces, then signs."""
    for cluster in clusters:
        if _width(cluster, width_of) <= measure:
            yield cluster
            continue
        for piece in cluster:
            if width_of(piece) <= measure:
                yield (piece,)
            else:
                yield from ((char,) for char in piece)


def _width(pieces: Iterable[str], width_of: Callable[[str], float]) -> float:
    return sum(map(width_of, pieces))


def _line(
    pieces: list[str],
    measure: float,
    indent: float,
    width_of: Callable[[str], float],
    *,
    justify: bool,
) -> Line:
    while len(pieces) > 1 and pieces[-1] == " ":
        pieces = pieces[:-1]
    spare = measure - indent - _width(pieces, width_of)
    gap = spare / (len(pieces) - 1) if justify and len(pieces) > 1 else 0.0
    if gap > _LOOSEST * width_of("国"):
        gap = 0.0
    return Line(tuple(pieces), indent, gap)
