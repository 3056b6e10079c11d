"""The management view read: a period's work counted, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import case, extract, func, literal, select, union_all

from casework.domain.clock_events import ClockEventKind
from casework.domain.management import (
    FinishedRow,
    Performance,
    Period,
    Topic,
    overall,
    performances,
    rising,
)
from casework.domain.states import State
from casework.domain.statutory_clock import Timeliness
from casework.models import Agency, Case, ClockFact, User
from casework.queries.annual_cube import finished_timeliness
from casework.queries.case_rows import case_rows, read_rows
from casework.queries.management_demand import (
    RepeatApplicant,
    count_topics,
    list_repeat_applicants,
)
from casework.queries.management_period import closed_in, in_scope, received_in
from casework.queries.management_setbacks import (
    Reversal,
    SendBacks,
    count_reversals,
    count_send_backs,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor
    from casework.queries.annual_cube import Scope
    from casework.queries.case_rows import CaseRow, Viewer

OLDEST = 10
TOPICS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One open case and how many working days ago it was received."""

    case: CaseRow
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthLoad:
    """Cases received and finished in one month (those of its days that lie in the period)."""

    year: int
    month: int
    received: int
    finished: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagementPage:
    """Everything the view shows."""

    overall: Performance
    by_unit: tuple[Performance, ...]
    by_handler: tuple[Performance, ...]
    without_handler: int
    oldest: tuple[Waiting, ...]
    open_cases: int
    load: tuple[MonthLoad, ...]
    topics: tuple[Topic, ...]
    rising: tuple[Topic, ...]
    applicants: tuple[RepeatApplicant, ...]
    send_backs: tuple[SendBacks, ...]
    reversals: tuple[Reversal, ...]


def read_management(
    session: Session, viewer: Viewer, period: Period, scope: Scope
) -> ManagementPage:
    """Return the view of ``period``; what is open and how long is as of the viewer's day.

    Nine queries, whatever the size of the tree and the period.
    """
    reader = viewer.actor
    finished = list_finished(session, period, scope, reader)
    topics = count_topics(session, period, scope, reader)
    return ManagementPage(
        overall=overall(finished, viewer.calendar),
        by_unit=performances(finished, viewer.calendar, name=lambda row: (row.agency, row.unit)),
        by_handler=performances(
            [row for row in finished if row.handler],
            viewer.calendar,
            name=lambda row: (row.agency, row.unit, row.handler),
        ),
        without_handler=sum(row.count for row in finished if not row.handler),
        oldest=list_oldest(session, viewer, scope),
        open_cases=count_open(session, scope, reader),
        load=count_load(session, period, scope, reader),
        topics=tuple(topic for topic in topics if topic.now)[:TOPICS],
        rising=rising(topics, most=TOPICS),
        applicants=list_repeat_applicants(session, period, scope, reader),
        send_backs=count_send_backs(session, period, scope, reader),
        reversals=count_reversals(session, period, scope, reader),
    )


def list_finished(
    session: Session, period: Period, scope: Scope, reader: Actor
) -> list[FinishedRow]:
    """Return the cases finished (办结) in ``period``, like ones counted together."""
    extension = (
        select(func.coalesce(func.sum(ClockFact.days), 0))
        .where(
            ClockFact.case_id == Case.id,
            ClockFact.kind == ClockEventKind.EXTENSION.value,
            ClockFact.round == 0,
        )
        .scalar_subquery()
    )
    facts = (
        select(
            Agency.short_name.label("agency"),
            Case.unit.label("unit"),
            func.coalesce(User.name, "").label("handler"),
            Case.handler_id.label("handler_id"),
            Case.statute.label("statute"),
            finished_timeliness().label("timeliness"),
            Case.replied_on.label("replied_on"),
            Case.due_on.label("due_on"),
            # Most cases have no extension; only the others look into their facts.
            case((Case.due_on == Case.original_due_on, 0), else_=extension).label("extension"),
        )
        .join(Agency, Agency.id == Case.agency_id)
        .outerjoin(User, User.id == Case.handler_id)
        .where(in_scope(scope, reader), closed_in(period))
        .subquery()
    )
    query = select(facts, func.count().label("cases")).group_by(*facts.c)
    return [
        FinishedRow(
            agency=row.agency,
            unit=row.unit,
            handler=row.handler,
            statute=row.statute,
            timeliness=Timeliness(row.timeliness),
            replied_on=row.replied_on,
            due_on=row.due_on,
            extension_days=row.extension,
            count=row.cases,
        )
        for row in session.execute(query)
    ]


def list_oldest(
    session: Session, viewer: Viewer, scope: Scope, *, limit: int = OLDEST
) -> tuple[Waiting, ...]:
    """Return the cases without an answer that were received longest ago, the oldest first."""
    query = (
        case_rows()
        .where(in_scope(scope, viewer.actor), _unanswered())
        .order_by(_by_receipt(), Case.id)
        .limit(limit)
    )
    rows = read_rows(session, session.execute(query).all(), viewer)
    return tuple(
        Waiting(case=row, days=viewer.calendar.count(row.received_on, viewer.today))
        for row in rows
        if row.received_on is not None
    )


def count_open(session: Session, scope: Scope, reader: Actor) -> int:
    """Return how many cases wait for their answer now."""
    query = (
        select(func.count())
        .select_from(Case)
        .join(Agency, Agency.id == Case.agency_id)
        .where(in_scope(scope, reader), _unanswered())
    )
    return session.scalar(query) or 0


def count_load(
    session: Session, period: Period, scope: Scope, reader: Actor
) -> tuple[MonthLoad, ...]:
    """Return what came in and what was finished, month by month, months of 0 among them."""
    legs = []
    for is_received, year, day, within in (
        (1, Case.received_year, Case.received_on, received_in(period.first, period.last)),
        (0, Case.closed_year, Case.closed_on, closed_in(period)),
    ):
        month = extract("month", day)
        legs.append(
            select(literal(is_received).label("leg"), year, month, func.count())
            .select_from(Case)
            .join(Agency, Agency.id == Case.agency_id)
            .where(in_scope(scope, reader), within)
            .group_by(year, month)
        )
    counts = {
        (leg, year, int(month)): count
        for leg, year, month, count in session.execute(union_all(*legs))
    }
    return tuple(
        MonthLoad(
            year=year,
            month=month,
            received=counts.get((1, year, month), 0),
            finished=counts.get((0, year, month), 0),
        )
        for year, month in period.months
    )


def _unanswered() -> ColumnElement[bool]:
    """Return the condition that a case received has neither an answer nor an end.

    Whether it was received is asked of the state, not of the day (the table's check
    ``unreceived_waits`` makes the two the same): asked of the day, SQLite walks every case ever
    received in order, where ix_cases_desk holds just the open ones.
    """
    return (
        Case.closed_on.is_(None)
        & Case.replied_on.is_(None)
        & (Case.state != State.AWAITING_CONFIRMATION)
    )


def _by_receipt() -> ColumnElement[date]:
    """Order by receipt day as an expression, so that no index on it is walked (see above)."""
    return func.coalesce(Case.received_on, date.max)
