"""What is kept of a year's table when it is locked: figures, the cases behind them, one hash.

The text is canonical JSON (sorted keys, no spaces, UTF-8), so that the same facts always give the
same bytes: a locked year is proved by writing it again and comparing.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from casework.domain.annual_fold import in_year
from casework.domain.annual_rollup import own_part
from casework.domain.annual_table import HandedIn, HandedPart, Table
from casework.domain.forms import get_form

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from casework.domain.annual_fold import CountedCase, CubeRow
    from casework.domain.annual_table import Cell, Number

RULES_VERSION = 2
"""The version of the counting rules (docs/counting.md); raise it with every change of a rule."""


class LockStatus(StrEnum):
    """How far a year's lock has come; only a confirmed one keeps the cases where they are."""

    CLOSED = "closed"
    CONFIRMED = "confirmed"

    @property
    def label(self) -> str:
        """The word on the screen."""
        return {LockStatus.CLOSED: "待确认", LockStatus.CONFIRMED: "已锁定"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRecord:
    """A year's table and, for every cell that counts cases, their numbers in order.

    A case stands behind a relief cell once for each 复议 or 诉讼 counted.
    """

    table: Table
    cases: Mapping[Cell, tuple[str, ...]]

    def table_text(self) -> str:
        """Return the figures as canonical JSON, with the version of the rules that made them."""
        return _canonical({**self.table.as_json(), "late": self.table.late, "rules": RULES_VERSION})

    def cases_text(self) -> str:
        """Return cell -> numbers of its cases as canonical JSON; empty cells are left out."""
        return _canonical(
            {_cell_name(cell): sorted(cases) for cell, cases in self.cases.items() if cases}
        )

    def sha256(self) -> str:
        """Return the hash that stands for the whole record."""
        return digest_of(self.table_text(), self.cases_text())


@dataclass(frozen=True, slots=True, kw_only=True)
class CellDifference:
    """A cell that is not what it was: both figures, and the cases that left it or came to it."""

    row: str
    column: str
    locked: Number | None
    now: Number | None
    left: tuple[str, ...]
    came: tuple[str, ...]


def digest_of(table_text: str, cases_text: str) -> str:
    """Return the SHA-256 over both texts; a line feed, which neither holds, parts them."""
    return hashlib.sha256(f"{table_text}\n{cases_text}".encode()).hexdigest()


def read_record(table_text: str, cases_text: str) -> YearRecord:
    """Return the record that was written as these two texts."""
    written = json.loads(table_text, parse_float=Decimal)
    form = get_form(written["form"])
    table = Table(
        form=form,
        year=written["year"],
        cells=dict(_nested(written["rows"])),
        relief=dict(_nested(written.get("relief", {}))),
        late=written["late"],
        handed=_read_handed(written.get("handed_in")),
        by_hand=written.get("by_hand", {}),
    )
    cases = {_cell_of(name): tuple(numbers) for name, numbers in json.loads(cases_text).items()}
    return YearRecord(table=table, cases=cases)


def differences(locked: YearRecord, now: YearRecord) -> tuple[CellDifference, ...]:
    """Return every cell in which the two records differ, in the form's order.

    A cell in which one case took another's place differs too, though its figure does not.
    """
    found = []
    before, after = _figures(locked.table), _figures(now.table)
    for cell in dict.fromkeys((*before, *after, *locked.cases, *now.cases)):
        was, is_now = Counter(locked.cases.get(cell, ())), Counter(now.cases.get(cell, ()))
        if before.get(cell) == after.get(cell) and was == is_now:
            continue
        row, column = cell
        found.append(
            CellDifference(
                row=row,
                column=column,
                locked=before.get(cell),
                now=after.get(cell),
                left=tuple(sorted((was - is_now).elements())),
                came=tuple(sorted((is_now - was).elements())),
            )
        )
    return tuple(found)


def changed_cells(locked: Table, now: Table) -> tuple[Cell, ...]:
    """Return the cells of two tables whose figures differ, in the form's order."""
    before, after = _figures(locked), _figures(now)
    return tuple(
        cell for cell in dict.fromkeys((*before, *after)) if before.get(cell) != after.get(cell)
    )


def unexplained(record: YearRecord) -> tuple[Cell, ...]:
    """Return the cells whose list of cases is not as long as their figure: there must be none.

    What was handed in is no case of ours.
    """
    figures = _figures(own_part(record.table))
    return tuple(cell for cell, cases in record.cases.items() if figures.get(cell) != len(cases))


def standing(
    case: CountedCase | None, replied_on: date | None, year: int
) -> tuple[CubeRow | None, bool]:
    """Return all that the table of ``year`` takes from one case; ``None`` stands for no case.

    The day of the reply belongs to it although the case may still be open: the case will be
    finished on that day, whenever somebody closes it (docs/counting.md).
    """
    if case is None:
        return None, False
    return in_year(case, year), replied_on is not None and replied_on.year == year


def _read_handed(written: Mapping[str, Any] | None) -> HandedPart | None:
    if written is None:
        return None
    return HandedPart(
        returns=tuple(HandedIn(**one) for one in written["returns"]),
        cells=dict(_nested(written["rows"])),
        relief=dict(_nested(written.get("relief", {}))),
    )


def _figures(table: Table) -> dict[Cell, Number | None]:
    relief = table.relief if table.form.relief is not None else {}
    by_hand = {(code, ""): value for code, value in table.by_hand.items()}
    return {**table.cells, **relief, **by_hand}


def _canonical(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _cell_name(cell: Cell) -> str:
    return ",".join(part for part in cell if part)


def _cell_of(name: str) -> Cell:
    row, _, column = name.partition(",")
    return row, column


def _nested(rows: Mapping[str, Any]) -> Iterator[tuple[Cell, Any]]:
    for row, value in rows.items():
        if isinstance(value, dict):
            for column, figure in value.items():
                yield (row, column), figure
        else:
            yield (row, ""), value
