"""Guessing which of an office's own columns is which of ours: by name, then by what stands in it.

A guess is only ever shown to a clerk, who confirms or corrects it; no row is taken in on the
strength of one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain import ledger_values as values
from casework.domain.errors import RuleBroken
from casework.domain.ledger_columns import COLUMNS, Slot
from casework.domain.ledger_header import REASON, known_names, plain_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from casework.domain.ledger_header import Header
    from casework.domain.ledger_values import Cell

_ENOUGH = 0.8
_SHORTEST_NAME = 2
_SHOWN = 3
_LONGEST_SHOWN = 24
_LONG_TEXT = 6
_MOSTLY = 0.6


class Certainty(StrEnum):
    """Why a column is thought to be what it is."""

    NAME = "name"
    PART = "part"
    CONTENT = "content"
    NONE = "none"

    @property
    def label(self) -> str:
        """What a clerk reads beside the column."""
        return _LABELS[self]


_LABELS = {
    Certainty.NAME: "按列名对上",
    Certainty.PART: "按列名猜的，请核对",
    Certainty.CONTENT: "按内容猜的，请核对",
    Certainty.NONE: "没有对上，不导入",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessedColumn:
    """One of their columns: where, what it is called, some of what stands in it, and our guess."""

    place: int
    name: str
    samples: tuple[str, ...]
    slot: Slot | None
    certainty: Certainty


def guess_columns(header: Header, rows: Sequence[Sequence[Cell]]) -> list[GuessedColumn]:
    """Return every column of a sheet with our guess; ``rows`` are some of its data rows.

    No slot is given twice. Columns without a name and without content, and the column of reasons
    that we added ourselves, are left out.
    """
    width = max([len(header.names), *(len(row) for row in rows)], default=0)
    filled = {place: _filled(rows, place) for place in range(width)}
    names = [header.names[place] if place < len(header.names) else "" for place in range(width)]
    found: dict[int, tuple[Slot, Certainty]] = {
        place: (slot, Certainty.NAME) for place, slot in header.slots
    }
    open_places = [
        place
        for place in range(width)
        if place not in found
        and plain_name(names[place]) != REASON
        and (names[place] or filled[place])
    ]
    for certainty, look in ((Certainty.PART, _by_part), (Certainty.CONTENT, _by_content)):
        for place in list(open_places):
            taken = {slot.key for slot, _ in found.values()}
            key = look(names[place], filled[place], taken)
            if key is not None:
                found[place] = Slot(key), certainty
                open_places.remove(place)
    return [
        GuessedColumn(
            place=place,
            name=names[place],
            samples=_samples(filled[place]),
            slot=found[place][0] if place in found else None,
            certainty=found[place][1] if place in found else Certainty.NONE,
        )
        for place in sorted({*found, *open_places})
    ]


def _filled(rows: Iterable[Sequence[Cell]], place: int) -> list[Cell]:
    cells = (row[place] for row in rows if place < len(row))
    return [cell for cell in cells if not values.is_blank(cell)]


def _samples(cells: Sequence[Cell]) -> tuple[str, ...]:
    different = dict.fromkeys(" ".join(values.text_of(cell).split()) for cell in cells)
    return tuple(
        text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
        for text in list(different)[:_SHOWN]
    )


def _by_part(name: str, cells: Sequence[Cell], taken: set[str]) -> str | None:
    """Return the column whose name stands within ``name``, the longest such name first."""
    plain = plain_name(name)
    within = [
        (known, key)
        for known, key in known_names().items()
        if len(known) >= _SHORTEST_NAME and known in plain and key not in taken
    ]
    for _, key in sorted(within, key=lambda each: (-len(each[0]), plain.find(each[0]))):
        if not cells or _share(cells, _readable(key)) >= _ENOUGH:
            return key
    return None


def _by_content(_name: str, cells: Sequence[Cell], taken: set[str]) -> str | None:
    """Return the first column that is still free and that nearly all cells look like."""
    if not cells:
        return None
    return next(
        (key for key, fits, enough in _LOOKS if key not in taken and _share(cells, fits) >= enough),
        None,
    )


def _share(cells: Sequence[Cell], fits: Callable[[Cell], bool]) -> float:
    return sum(map(fits, cells)) / len(cells)


def _readable(key: str) -> Callable[[Cell], bool]:
    column = COLUMNS[key]

    def fits(cell: Cell) -> bool:
        try:
            column.read(column.header, cell)
        except RuleBroken:
            return False
        return True

    return fits


def _like(pattern: str) -> Callable[[Cell], bool]:
    compiled = re.compile(pattern)
    return lambda cell: compiled.fullmatch(values.folded(cell)) is not None


def _named_person(cell: Cell) -> bool:
    return values.looks_like_applicant(values.folded(cell))


def _long_text(cell: Cell) -> bool:
    return isinstance(cell, str) and len(cell.strip()) >= _LONG_TEXT


# In this order: what is hardest to mistake first. A date says least, so only the day that every
# ledger must have is looked for among dates; which of the others is which the clerk has to say.
_LOOKS: tuple[tuple[str, Callable[[Cell], bool], float], ...] = (
    ("outcome", _readable("outcome"), _ENOUGH),
    ("applicant_type", _readable("applicant_type"), _ENOUGH),
    ("channel", _readable("channel"), _ENOUGH),
    ("delivery", _readable("delivery"), _ENOUGH),
    ("id_number", _like(r"\d{17}[\dXx]|\d{15}|[0-9A-HJ-NPQRTUWXY]{18}"), _ENOUGH),
    ("phone", _like(r"1\d{10}|0\d{2,3}-?\d{7,8}"), _ENOUGH),
    ("email", _like(r"[^@\s]+@[^@\s]+\.[^@\s]+"), _ENOUGH),
    ("mail_number", _like(r"[A-Z]{2}\d{9}[A-Z]{2}|\d{13}"), _ENOUGH),
    ("number", _like(r".*[〔\[(]\d{4}[〕\])]\s*第?\d+号?"), _ENOUGH),
    ("document_number", _like(r".*[〔\[(]\d{4}[〕\])]\s*第?\d+号?"), _ENOUGH),
    ("received_on", _readable("received_on"), _ENOUGH),
    ("name", _named_person, _ENOUGH),
    ("request_text", _long_text, _MOSTLY),
)
