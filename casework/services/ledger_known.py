"""Whether a ledger row is known already, or at odds with what the records hold."""

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


class KnownRows:
    """What the records (and the rows just before) already hold of a chunk's keys and numbers."""

    def __init__(self, desk: Desk, rows: Sequence[StorableRow]) -> None:
        self._desk = desk
        self._keys: set[tuple[int, str]] = set()
        self._kept = kept_ids(desk.session, desk.actor)
        self._cases: dict[tuple[int, str], int | LedgerRow] = {}
        by_agency: defaultdict[int, list[StorableRow]] = defaultdict(list)
        for stored in rows:
            by_agency[stored.agency.id].append(stored)
        for agency_id, of_agency in by_agency.items():
            self._look_up(agency_id, of_agency)

    def has(self, stored: StorableRow) -> bool:
        """Say whether this very row was taken in before, or its case says the same."""
        place = stored.agency.id
        return (place, stored.key) in self._keys or (place, stored.row.number) in self._cases

    def conflict(self, stored: StorableRow) -> RowProblem | None:
        """Say why a row cannot go in beside what is there, or None."""
        place, row = stored.agency.id, stored.row
        if (place, stored.key) in self._keys:
            return None
        if row.number and (place, row.number) in self._cases:
            if self._cases[place, row.number] in self._kept:
                return RowProblem(
                    "申请编号", row.number, f"申请编号“{row.number}”已经有了，请您核对编号。"
                )
            there = self._case(place, row.number)
            columns = differing_columns(there, row) if there else ["收到日期"]
            if not columns:
                return None
            return RowProblem(
                "申请编号",
                row.number,
                f"申请编号“{row.number}”已经有了，{'、'.join(columns)}与这一行不同；导入不改动已有的"
                "案件，请您核对，需要更改的在系统里办理。",
            )
        return None

    def remember(self, stored: StorableRow) -> None:
        """Keep a row that is about to be stored, for the rest of the chunk."""
        place, row = stored.agency.id, stored.row
        self._keys.add((place, stored.key))
        if row.number:
            self._cases[place, row.number] = row

    def _case(self, agency_id: int, number: str) -> LedgerRow | None:
        """Return the case as a row; None while its receipt day is not confirmed."""
        found = self._cases[agency_id, number]
        if isinstance(found, int):
            return next((row for _, row in read_ledger(self._desk.session, [found])), None)
        return found

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
