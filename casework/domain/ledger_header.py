"""Finding the header row of somebody's ledger, and which of their columns is which of ours.

A header may stand under title lines, and may itself be two rows deep with merged cells above
(``补正`` over ``告知日期`` and ``收到日期``).
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken
from casework.domain.ledger_columns import COLUMNS, REQUIRED, Slot
from casework.domain.ledger_values import folded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from casework.domain.ledger_values import Cell

SEARCHED_ROWS = 20
"""How many rows from the top are searched for the header."""

REASON = "不能导入的原因"
"""The column we add to a copy of somebody's file; it is ours and not read back."""

_FEWEST_KNOWN = 3
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_TURN = re.compile(r"(?P<base>.*?)\(?(?P<turn>[2-9]|[1-9]\d)\)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A found header: ``row`` is its (last) row number, counted from 1; 0 where there is none.

    ``slots`` pairs a column's place with what it holds; ``unknown`` are the names nobody here
    knows; ``unheaded`` the places without any name; ``texts`` the row as it stands; ``names`` what
    each column is called, both rows of a deep header together. ``given`` is what every row says
    without a column for it.
    """

    row: int
    slots: tuple[tuple[int, Slot], ...]
    unknown: tuple[str, ...]
    unheaded: frozenset[int]
    texts: tuple[str, ...]
    names: tuple[str, ...] = ()
    given: tuple[tuple[Slot, Cell], ...] = ()

    def cells(self, row: Sequence[Cell]) -> dict[Slot, Cell]:
        """Return the known cells of a data row, empty ones left out; none for an empty row."""
        width = len(row)
        cells = {
            slot: row[place]
            for place, slot in self.slots
            if place < width and row[place] is not None and row[place] != ""
        }
        if cells:
            cells |= self.given
        return cells

    def repeats(self, row: Sequence[Cell]) -> bool:
        """Say whether a row is the header over again, as at the head of each printed page."""
        # Nearly every row is told apart by one cell.
        for place, slot in self.slots:
            if slot.turn == 1 and COLUMNS[slot.key].required:
                text = self.texts[place] if place < len(self.texts) else ""
                if place >= len(row) or folded(row[place]) != text:
                    return False
                break
        return bool(self.texts) and tuple(folded(cell) for cell in row) == self.texts


def find_header(
    rows: Sequence[tuple[int, Sequence[Cell]]],
    *,
    called: Mapping[str, Slot | None] | None = None,
) -> Header | None:
    """Return the header among the first ``rows`` (number, cells), or None if there is none.

    The row that names most of our columns is taken, the earlier one of equals; two stacked rows
    only if together they name more than any single one. ``called`` says what columns with names
    of their own are (``plain_name`` -> slot, None for one to leave out).
    """
    best = max(_candidates(rows, called or {}), key=_named, default=None)
    return best if best is not None and _named(best) >= _FEWEST_KNOWN else None


def header_at(rows: Sequence[tuple[int, Sequence[Cell]]], row: int) -> Header | None:
    """Return the header as it is if it ends in ``row``; 0 is a sheet without one.

    None if there is no such row among the first ``SEARCHED_ROWS``.
    """
    if row == 0:
        width = max((len(cells) for _, cells in rows), default=0)
        return Header(
            row=0,
            slots=(),
            unknown=(),
            unheaded=frozenset(range(width)),
            texts=(),
            names=("",) * width,
        )
    ending = [header for header in _candidates(rows, {}) if header.row == row]
    return max(ending, key=_named, default=None)


def _candidates(
    rows: Sequence[tuple[int, Sequence[Cell]]], called: Mapping[str, Slot | None]
) -> list[Header]:
    searched = [(number, [folded(cell) for cell in cells]) for number, cells in rows]
    searched = searched[:SEARCHED_ROWS]
    single = [_header(number, texts, called=called) for number, texts in searched]
    return single + [
        _header(number, _stacked(above, below), below, called=called)
        for (_, above), (number, below) in pairwise(searched)
    ]


def _named(header: Header) -> int:
    return len(header.slots)


def check_header(header: Header | None) -> Header:
    """Return the header; RuleBroken(field="表头") if it is missing or lacks a required column."""
    if header is None:
        raise RuleBroken(
            "header_missing",
            f"在前{SEARCHED_ROWS}行里没有找到表头，请您在数据上方写上{'、'.join(REQUIRED)}等栏目名称。",
            field="表头",
        )
    present = {slot.key for _, slot in header.slots} | {slot.key for slot, _ in header.given}
    missing = [column.header for column in COLUMNS.values() if column.required]
    missing = [name for name in missing if _KNOWN[name] not in present]
    if missing:
        raise RuleBroken(
            "columns_missing",
            f"表头里没有{'、'.join(missing)}，请您补上这几列，或者指明您的哪一列是它。",
            field="表头",
        )
    return header


def find_slot(name: str) -> Slot | None:
    """Return what a column called ``name`` holds, or None if it is none of ours.

    Brackets behind a name and marks for required fields are disregarded; a number behind the name
    of a repeating column is its turn.
    """
    name = plain_name(name)
    if name in _KNOWN:
        return Slot(_KNOWN[name])
    numbered = _TURN.fullmatch(name)
    if numbered is not None:
        key = _KNOWN.get(numbered["base"])
        if key is not None and COLUMNS[key].group:
            return Slot(key, int(numbered["turn"]))
    key = _KNOWN.get(plain_name(_BRACKETS.sub("", name)))
    return Slot(key) if key is not None else None


def plain_name(name: str) -> str:
    """Return a column's name as names are compared: half-width, no spaces, no marks."""
    return "".join(folded(name).split()).strip("*:").upper()


def known_names() -> Mapping[str, str]:
    """Return every name we know (as ``plain_name`` gives it) with the key of its column."""
    return _KNOWN


def fingerprint_of(names: Sequence[str]) -> str:
    """Return the SHA-256 by which a header is known again: its names in their order.

    A column of reasons that we added, and empty columns at the end, make no other header of it.
    """
    plain = [plain_name(name) for name in names]
    while plain and plain[-1] in {"", REASON}:
        plain.pop()
    return hashlib.sha256("\x1f".join(plain).encode()).hexdigest()


def _header(
    row: int,
    names: Sequence[str],
    texts: Sequence[str] | None = None,
    *,
    called: Mapping[str, Slot | None],
) -> Header:
    found: defaultdict[Slot, list[int]] = defaultdict(list)
    unknown: list[int] = []
    said: set[int] = set()
    for place, name in enumerate(names):
        plain = plain_name(name)
        if not name or plain == REASON:
            continue
        if plain in called:
            said.add(place)
            slot = called[plain]
        else:
            slot = find_slot(name)
        if slot is not None:
            found[slot].append(place)
        else:
            unknown.append(place)
    slots: list[tuple[int, Slot]] = []
    for slot, places in found.items():
        chosen = _chosen(slot, places, names, said)
        slots += [(place, slot) for place in chosen]
        unknown += [place for place in places if place not in chosen]
    return Header(
        row=row,
        slots=tuple(sorted(slots)),
        unknown=tuple(names[place] for place in sorted(unknown)),
        unheaded=frozenset(place for place, name in enumerate(names) if not name),
        texts=tuple(names if texts is None else texts),
        names=tuple(names),
    )


def _chosen(slot: Slot, places: list[int], names: Sequence[str], said: set[int]) -> list[int]:
    """Of several columns for one slot take the one somebody named for it, or ours, or the first."""
    named = [place for place in places if place in said]
    exact = [place for place in places if plain_name(names[place]) == plain_name(slot.header)]
    return (named or exact or places)[:1]


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
        if plain_name(bottom) == REASON:
            names.append(bottom)
        elif find_slot(joined) is not None:
            names.append(joined)
        elif find_slot(bottom) is not None:
            names.append(bottom)
        else:
            names.append(joined if bottom or not top else top)
    return names


_KNOWN = {
    plain_name(name): column.key
    for column in reversed(COLUMNS.values())
    for name in (*column.synonyms, column.header)
}
