"""Whether a ledger row is known already, or at odds with what the records or its own file hold."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.ledger import differing_columns
from casework.domain.ledger_checks import RowProblem
from casework.models import Case
from casework.queries.ledger import read_ledger
from casework.queries.visibility import kept_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.domain.ledger import LedgerRow
    from casework.services.desk import Desk
    from casework.services.ledger_storage import StorableRow

_ADVICE = "导入不改动已有的案件，请您核对，需要更改的在系统里办理。"


class KnownRows:
    """What the records held before, and what the file itself has said so far, by key and number.

    The file's own rows are kept here and not looked for in the tables: a dry run, which writes
    nothing, then decides exactly as the real one.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._keys: set[tuple[int, str]] = set()
        self._kept = kept_ids(desk.session, desk.actor)
        self._cases: dict[tuple[int, str], int] = {}
        # Of the file: a key is a SHA-256, and half of one tells a hundred thousand apart.
        self._said: set[tuple[int, bytes]] = set()
        self._lines: dict[tuple[int, str], int] = {}

    def look_up(self, rows: Sequence[StorableRow]) -> None:
        """Ask the records about a chunk of rows: two queries for each agency in it."""
        self._keys.clear()
        self._cases.clear()
        by_agency: defaultdict[int, list[StorableRow]] = defaultdict(list)
        for stored in rows:
            by_agency[stored.agency.id].append(stored)
        for agency_id, of_agency in by_agency.items():
            self._look_up(agency_id, of_agency)

    def has(self, stored: StorableRow) -> bool:
        """Say whether this very row was taken in before, or its case says the same."""
        place = stored.agency.id
        return (
            (place, stored.key) in self._keys
            or (place, _half(stored.key)) in self._said
            or (bool(stored.row.number) and (place, stored.row.number) in self._cases)
        )

    def conflict(self, stored: StorableRow) -> RowProblem | None:
        """Say why a row cannot go in beside what is there, or None."""
        place, row = stored.agency.id, stored.row
        if not row.number or (place, stored.key) in self._keys:
            return None
        if (place, _half(stored.key)) in self._said:
            return None
        if (place, row.number) in self._lines:
            return _conflict(
                row.number,
                f"第{self._lines[place, row.number]}行也是这个编号，内容不同；一个编号只能是一件。",
            )
        if (place, row.number) in self._cases:
            if self._cases[place, row.number] in self._kept:
                return _conflict(row.number, "请您核对编号。")
            there = self._case(self._cases[place, row.number])
            columns = differing_columns(there, row) if there else ["收到日期"]
            if columns:
                return _conflict(row.number, f"{'、'.join(columns)}与这一行不同；{_ADVICE}")
        return None

    def remember(self, stored: StorableRow) -> None:
        """Keep a row that goes in, for the rest of the file."""
        place, row = stored.agency.id, stored.row
        self._said.add((place, _half(stored.key)))
        if row.number:
            self._lines[place, row.number] = stored.line

    def _case(self, case_id: int) -> LedgerRow | None:
        """Return the case as a row; None while its receipt day is not confirmed."""
        return next((row for _, row in read_ledger(self._desk.session, [case_id])), None)

    def _look_up(self, agency_id: int, rows: Sequence[StorableRow]) -> None:
        session = self._desk.session
        keys = [stored.key for stored in rows]
        self._keys |= {
            (agency_id, key or "")
            for key in session.scalars(
                select(Case.import_key).where(
                    Case.agency_id == agency_id, Case.import_key.in_(keys)
                )
            )
        }
        numbers = [stored.row.number for stored in rows if stored.row.number]
        if numbers:
            self._cases |= {
                (agency_id, number): case_id
                for case_id, number in session.execute(
                    select(Case.id, Case.number).where(
                        Case.agency_id == agency_id, Case.number.in_(numbers)
                    )
                )
            }


def _half(key: str) -> bytes:
    return bytes.fromhex(key[:32])


def _conflict(number: str, reason: str) -> RowProblem:
    return RowProblem("申请编号", number, f"申请编号“{number}”已经有了，{reason}")
