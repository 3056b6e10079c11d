"""Sentences in which every number is a figure that names its cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from casework.domain.annual_table import Cell, Number

CASES = "件"
PERCENT = "%"

_NUMERAL = "[一二三四五六七八九十]+"
_ORDINAL = re.compile(rf"^(?:其中：)?(?:{_NUMERAL}、|（{_NUMERAL}）|\d+\.)?")
_REMARK = re.compile(r"（[^（）]*）$")
_COUNTED = re.compile(r"(?:答复)?数量?$")
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number in a sentence.

    ``cell`` is where the number stands, on the form ``form``; a share names the cell of the
    number it is a share of. None for a sum or a difference that no form prints.
    """

    value: Number
    unit: str
    cell: Cell | None = None
    form: str | None = None

    @property
    def text(self) -> str:
        """The number as printed, without a zero behind the point: 62.4%, 13件, 0.038万元."""
        value = self.value
        if isinstance(value, Decimal):
            value = int(value) if value == value.to_integral_value() else value.normalize()
        return f"{value:f}{self.unit}" if isinstance(value, Decimal) else f"{value}{self.unit}"

    def as_json(self) -> dict[str, object]:
        """Return the figure; ``cell`` as "R1,C7" or "3.1", null if it stands in none."""
        return {
            "text": self.text,
            "value": self.value if isinstance(self.value, int) else float(self.value),
            "unit": self.unit,
            "form": self.form,
            "cell": None if self.cell is None else ",".join(part for part in self.cell if part),
        }


Part = str | Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence on one topic (received, channels, … fees)."""

    topic: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The sentence as printed."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The numbers, in order."""
        return tuple(part for part in self.parts if isinstance(part, Figure))

    def as_json(self) -> dict[str, object]:
        """Return topic, text and parts; words are strings, figures are objects."""
        return {
            "topic": self.topic,
            "text": self.text,
            "parts": [part if isinstance(part, str) else part.as_json() for part in self.parts],
        }


def growth(now: int, before: int | None) -> Decimal | None:
    """Return the change against the year before in percent, None if there is nothing to compare.

    Rounded half up to one decimal; a change too small for that keeps its first digit that is not
    0, since a change is not none.
    """
    if not before:
        return None
    exact = Decimal(100 * (now - before)) / before
    places = _TENTH
    while exact and not exact.quantize(places, ROUND_HALF_UP):
        places /= 10
    return exact.quantize(places, ROUND_HALF_UP)


def short_label(label: str) -> str:
    """Return a row's label as it reads in a sentence: "（二）部分公开（区分…）" gives 部分公开."""
    return _COUNTED.sub("", _REMARK.sub("", _ORDINAL.sub("", label)))


def joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Join neighbouring words, so that parts are words and figures by turns."""
    whole: list[Part] = []
    for part in parts:
        if isinstance(part, str) and whole and isinstance(whole[-1], str):
            whole[-1] += part
        elif part:
            whole.append(part)
    return tuple(whole)


def listing(items: Iterable[Sequence[Part]], separator: str) -> list[Part]:
    """Return the items one after the other, ``separator`` between them."""
    parts: list[Part] = []
    for item in items:
        parts += [separator, *item] if parts else item
    return parts
