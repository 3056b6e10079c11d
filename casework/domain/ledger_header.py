"""Finding the header row of somebody's ledger, and which of their columns is which of ours.

A header may stand under title lines, and may itself be two rows deep with merged cells above
(``补正`` over ``告知日期`` and ``收到日期``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken
from casework.domain.ledger_columns import COLUMNS, REQUIRED, Slot
from casework.domain.ledger_values import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.domain.ledger_values import Cell

SEARCHED_ROWS = 20
"""How many rows from the top are searched for the header."""

_FEWEST_KNOWN = 3
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_TURN = re.compile(r"(?P<base>.*?)\(?(?P<turn>[2-9]|[1-9]\d)\)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A found header: ``row`` is its (last) row number, counted from 1.

    ``slots`` pairs a column's place with what it holds; ``unknown`` are the names nobody here
    knows; ``unheaded`` the places without any name; ``texts`` the row as it stands.
    """

    row: int
    slots: tuple[tuple[int, Slot], ...]
    unknown: tuple[str, ...]
    unheaded: frozenset[int]
    texts: tuple[str, ...]

    def cells(self, row: Sequence[Cell]) -> dict[Slot, Cell]:
        """Return the known cells of a data row, empty ones left out."""
        width = len(row)
        return {
            slot: row[place]
            for place, slot in self.slots
            if place < width and row[place] is not None and row[place] != ""
        }

    def repeats(self, row: Sequence[Cell]) -> bool:
        """Say whether a row is the header over again, as at the head of each printed page."""
        return tuple(folded(cell) for cell in row) == self.texts


def find_header(rows: Sequence[tuple[int, Sequence[Cell]]]) -> Header | None:
    """Return the header among the first ``rows`` (number, cells), or None if there is none.

    The row that names most of our columns is taken, the earlier one of equals; two stacked rows
    only if together they name more than any single one.
    """
    searched = [(number, [folded(cell) for cell in cells]) for number, cells in rows]
    searched = searched[:SEARCHED_ROWS]
    candidates = [_header(number, texts) for number, texts in searched]
    candidates += [
        _header(number, _stacked(above, below), below)
        for (_, above), (number, below) in pairwise(searched)
    ]
    best = max(candidates, key=lambda header: len(header.slots), default=None)
    return best if best is not None and len(best.slots) >= _FEWEST_KNOWN else None


def check_header(header: Header | None) -> Header:
    """Return the header; RuleBroken(field="表头") if it is missing or lacks a required column."""
    if header is None:
        raise RuleBroken(
            "header_missing",
            f"在前{SEARCHED_ROWS}行里没有找到表头，请您在数据上方写上{'、'.join(REQUIRED)}等栏目名称。",
            field="表头",
        )
    present = {slot.key for _, slot in header.slots}
    missing = [column.header for column in COLUMNS.values() if column.required]
    missing = [name for name in missing if _KNOWN[name] not in present]
    if missing:
        raise RuleBroken(
            "columns_missing",
            f"表头里没有{'、'.join(missing)}，请您补上这几列，或者把相应的列改成这个名称。",
            field="表头",
        )
    return header


def find_slot(name: str) -> Slot | None:
    """Return what a column called ``name`` holds, or None if it is none of ours.

    Brackets behind a name and marks for required fields are disregarded; a number behind the name
    of a repeating column is its turn.
    """
    name = _plain(name)
    if name in _KNOWN:
        return Slot(_KNOWN[name])
    numbered = _TURN.fullmatch(name)
    if numbered is not None:
        key = _KNOWN.get(numbered["base"])
        if key is not None and COLUMNS[key].group:
            return Slot(key, int(numbered["turn"]))
    key = _KNOWN.get(_plain(_BRACKETS.sub("", name)))
    return Slot(key) if key is not None else None


def _plain(name: str) -> str:
    return "".join(folded(name).split()).strip("*:").upper()


def _header(row: int, names: Sequence[str], texts: Sequence[str] | None = None) -> Header:
    found: defaultdict[Slot, list[int]] = defaultdict(list)
    unknown: list[int] = []
    for place, name in enumerate(names):
        slot = find_slot(name) if name else None
        if slot is not None:
            found[slot].append(place)
        elif name:
            unknown.append(place)
    slots: list[tuple[int, Slot]] = []
    for slot, places in found.items():
        chosen = _chosen(slot, places, names)
        slots += [(place, slot) for place in chosen]
        unknown += [place for place in places if place not in chosen]
    return Header(
        row=row,
        slots=tuple(sorted(slots)),
        unknown=tuple(names[place] for place in sorted(unknown)),
        unheaded=frozenset(place for place, name in enumerate(names) if not name),
        texts=tuple(names if texts is None else texts),
    )


def _chosen(slot: Slot, places: list[int], names: Sequence[str]) -> list[int]:
    """Of several columns for one slot take the one that bears our own name, else the first."""
    exact = [place for place in places if _plain(names[place]) == _plain(slot.header)]
    return (exact or places)[:1]


def _stacked(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Join two header rows; a merged cell above counts for all columns it spans."""
    width = max(len(upper), len(lower))
    above = ""
    names: list[str] = []
    for place in range(width):
        top = upper[place] if place < len(upper) else ""
        bottom = lower[place] if place < len(lower) else ""
        above = top or (above if bottom else "")
        joined = above + bottom
        if find_slot(joined) is not None:
            names.append(joined)
        elif find_slot(bottom) is not None:
            names.append(bottom)
        else:
            names.append(joined if bottom or not top else top)
    return names


_KNOWN = {
    _plain(name): column.key
    for column in reversed(COLUMNS.values())
    for name in (*column.synonyms, column.header)
}
