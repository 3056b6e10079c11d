"""A year's table written out whole, and what is on record about its lock."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from casework.domain.annual_fold import (
    CellFilter,
    CountedCase,
    ReliefRow,
    cell_predicate,
    cells_of_case,
    in_year,
)
from casework.domain.annual_form import Flow, ReliefCount
from casework.domain.annual_record import (
    YearRecord,
    differences,
    digest_of,
    read_record,
)
from casework.domain.annual_sheet import relief_cells_of
from casework.domain.application import ReliefKind, ReliefResult
from casework.domain.restriction import WITHHELD
from casework.domain.states import State
from casework.domain.statutory_clock import Timeliness
from casework.models import Case, Delivery, Document, Relief
from casework.queries.annual_checked import check_records
from casework.queries.annual_cube import (
    Scope,
    behind_cell,
    finished_timeliness,
    recounting,
    relief_shown,
)
from casework.queries.recounted import Recounting
from casework.queries.visibility import kept_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from casework.domain.annual_checks import Check
    from casework.domain.annual_fold import CubeRow
    from casework.domain.annual_form import Form
    from casework.domain.annual_record import CellDifference
    from casework.domain.annual_table import Cell
    from casework.models import AnnualLock

_ANY_RELIEF = CellFilter(relief_kinds=frozenset(ReliefKind), relief_results=frozenset(ReliefResult))


@dataclass(frozen=True, slots=True, kw_only=True)
class LockCheck:
    """The locked year run again. ``intact``: the stored texts still bear their hash.

    No ``differences`` and the same bytes go together.
    """

    intact: bool
    differences: tuple[CellDifference, ...]

    @property
    def same(self) -> bool:
        """Whether the year gives the very bytes that were locked."""
        return self.intact and not self.differences


def read_year(
    session: Session, form: Form, year: int, scope: Scope
) -> tuple[YearRecord, tuple[Check, ...]]:
    """Return the year as it would be locked now, and its checks; a fixed number of queries."""
    table, checks = check_records(session, form, year, scope)
    cases: defaultdict[Cell, list[str]] = defaultdict(list)
    for number, cells in _counted(session, form, year, scope):
        for cell in cells:
            cases[cell].append(number)
    for number, cells in _disputed(session, form, year, scope):
        for cell in cells:
            cases[cell].append(number)
    lists = {cell: tuple(sorted(numbers)) for cell, numbers in cases.items()}
    return YearRecord(table=table, cases=lists), checks


def check_lock(session: Session, lock: AnnualLock) -> LockCheck:
    """Run a locked year again and compare it with what was locked."""
    locked = read_record(lock.table_text, lock.cases_text)
    scope = Scope(path=lock.agency.path, own=lock.own)
    now, _ = read_year(session, locked.table.form, lock.year, scope)
    return LockCheck(
        intact=digest_of(lock.table_text, lock.cases_text) == lock.sha256,
        differences=differences(locked, now),
    )


def list_unfinished(session: Session, year: int, scope: Scope) -> Sequence[str]:
    """Return the cases answered by the end of ``year`` and not closed yet, restricted ones unnamed.

    They will be finished on the day of their reply, which would move a year locked before that:
    the first hand-over of the newest answer (services.closure).
    """
    served = (
        select(Delivery.handed_over_on)
        .join(Document, Document.id == Delivery.document_id)
        .where(Delivery.case_id == Case.id, Document.draft_id.is_not(None))
        .order_by(Document.id.desc(), Delivery.id)
        .limit(1)
        .scalar_subquery()
    )
    recounted = recounting(session, scope)
    query = select(Case.number).where(
        Case.state == State.DISPATCHED,
        func.coalesce(served, Case.replied_on) <= date(year, 12, 31),
    )
    found = [
        number
        for flow in (Flow.NEW, Flow.CARRIED_IN)
        for number in session.scalars(
            behind_cell(query, CellFilter(flow=flow), year, scope, recounted)
        )
    ]
    kept = kept_numbers(session, None, found)
    return sorted(set(found) - kept) + [WITHHELD] * len(kept)


def _counted(
    session: Session, form: Form, year: int, scope: Scope
) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    recounted = recounting(session, scope)
    facts: tuple[Any, ...] = (
        Case.id,
        Case.number,
        Case.received_on,
        Case.closed_on,
        Case.channel,
        Case.applicant_type,
        Case.ground,
        finished_timeliness(),
    )
    known: dict[CubeRow | None, tuple[Cell, ...]] = {}
    for flow in (Flow.NEW, Flow.CARRIED_IN):
        narrowed = behind_cell(select(*facts), CellFilter(flow=flow), year, scope, recounted)
        for case_id, number, *said in session.execute(narrowed):
            received_on, closed_on, channel, kind, ground, when = said
            case = CountedCase(
                received_on=received_on,
                closed_on=closed_on,
                channel=channel,
                applicant_type=kind,
                ground_code=ground,
                timeliness=Timeliness(when),
            )
            if case_id in recounted.cases:
                case = recounted.cases[case_id].counted
            alike = in_year(case, year)
            if alike not in known:
                known[alike] = cells_of_case(form, case, year)
            yield number, known[alike]


def _disputed(
    session: Session, form: Form, year: int, scope: Scope
) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    counting = {
        cell: cell_predicate(form, *cell)
        for cell in (
            *relief_cells_of(form),
            *((row.code, "") for row in form.rows if isinstance(row.source, ReliefCount)),
        )
    }
    query = select(Case.number, Relief.kind, relief_shown(year))
    narrowed = behind_cell(query, _ANY_RELIEF, year, scope, Recounting())
    for number, kind, result in session.execute(narrowed):
        shown = ReliefRow(kind=kind, result=ReliefResult(result))
        yield number, tuple(cell for cell, one in counting.items() if one.matches_relief(shown))
