"""Many cases as the clock reads them, in two queries however many there are.

The dates kept with a case are derived: this is where they are derived again in bulk, after a
change of the calendar and to check what is stored.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from casework.domain.clock_events import ClockEvent, ClockEventKind, ClockFacts
from casework.domain.statutes import Party
from casework.domain.statutory_clock import due_dates, reckon
from casework.models import Agency, Case, ClockFact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy.orm import Session

    from casework.domain.working_days import WorkingDayCalendar

_BATCH = 10_000


class DerivedDates(NamedTuple):
    """What the clock makes of a case's facts, as the columns of the case hold it."""

    starts_on: date | None
    original_due_on: date | None
    due_on: date | None
    office_due_on: date | None
    is_suspended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """One case with a receipt day: its facts, and the dates that are stored with it."""

    case_id: int
    number: str
    agency_id: int
    agency_name: str
    agency_path: str
    facts: ClockFacts
    stored: DerivedDates
    calendar_version: str


def is_running() -> ColumnElement[bool]:
    """Return the condition that a case waits for its answer.

    An answered case was judged on the day of its reply and a closed one has ended: a notice that
    comes afterwards makes nobody late in hindsight.
    """
    return and_(Case.closed_on.is_(None), Case.replied_on.is_(None))


def is_judged() -> ColumnElement[bool]:
    """Return the condition that a case was answered or has ended."""
    return or_(Case.closed_on.is_not(None), Case.replied_on.is_not(None))


def iterate_clock_rows(session: Session, which: ColumnElement[bool]) -> Iterator[ClockRow]:
    """Yield the cases with a receipt day for which ``which`` holds."""
    query = (
        select(
            Case.id,
            Case.number,
            Case.agency_id,
            Agency.name.label("agency_name"),
            Agency.path,
            Case.received_on,
            Case.statute,
            Case.replied_on,
            Case.closed_on,
            Case.calendar_version,
            Case.starts_on,
            Case.original_due_on,
            Case.due_on,
            Case.office_due_on,
            Case.is_suspended,
        )
        .join(Case.agency)
        .where(which, Case.received_on.is_not(None))
    )
    events = _events(session, which)
    for row in session.execute(query.execution_options(yield_per=_BATCH)):
        happened = events.get(row.id, [])
        if row.closed_on is not None and row.replied_on is None:
            happened = [*happened, ClockEvent(kind=ClockEventKind.CLOSED, on=row.closed_on)]
        yield ClockRow(
            case_id=row.id,
            number=row.number,
            agency_id=row.agency_id,
            agency_name=row.agency_name,
            agency_path=row.path,
            facts=ClockFacts(
                received_on=row.received_on,
                statute=row.statute,
                events=tuple(happened),
                replied_on=row.replied_on,
            ),
            stored=DerivedDates(
                row.starts_on,
                row.original_due_on,
                row.due_on,
                row.office_due_on,
                row.is_suspended,
            ),
            calendar_version=row.calendar_version,
        )


def derive(facts: ClockFacts, calendar: WorkingDayCalendar, office_days: int) -> DerivedDates:
    """Return the dates that follow from ``facts``; a case without events costs two look-ups."""
    if not facts.events:
        ((due_on, office_due_on),) = due_dates([facts], calendar, office_days=office_days)
        return DerivedDates(facts.received_on, due_on, due_on, office_due_on, is_suspended=False)
    # "Today" decides how late a case is and how much is used, never the dates asked for here.
    result = reckon(facts, calendar, today=facts.received_on, office_days=office_days)
    return DerivedDates(
        result.starts_on,
        result.original_due_on,
        result.due_on,
        result.office_due_on,
        is_suspended=result.due_on is None,
    )


def _events(session: Session, which: ColumnElement[bool]) -> dict[int, list[ClockEvent]]:
    query = (
        select(
            ClockFact.case_id,
            ClockFact.kind,
            ClockFact.happened_on,
            ClockFact.party,
            ClockFact.days,
        )
        .join(ClockFact.case)
        .where(which)
        .order_by(ClockFact.happened_on, ClockFact.id)
    )
    events: dict[int, list[ClockEvent]] = defaultdict(list)
    for case_id, kind, on, party, days in session.execute(query):
        events[case_id].append(
            ClockEvent(
                kind=ClockEventKind(kind), on=on, party=Party(party) if party else None, days=days
            )
        )
    return events
