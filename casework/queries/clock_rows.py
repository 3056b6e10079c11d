"""Many cases as the clock reads them, in two queries however many there are.

The dates kept with a case are derived: this is where they are derived again in bulk, after a
change of the calendar and to check what is stored.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple, cast

from sqlalchemy import ColumnElement, Table, and_, or_, select

from casework.domain.clock_events import ClockEvent, ClockEventKind, ClockFacts
from casework.domain.reopening import judged_round
from casework.domain.statutes import Party
from casework.domain.statutory_clock import due_dates, reckon
from casework.models import Agency, Case, ClockFact
from casework.queries.openings import list_openings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from sqlalchemy.orm import Session

    from casework.domain.calendar_layers import CalendarSet
    from casework.domain.statutes import StatuteCode
    from casework.domain.working_days import WorkingDayCalendar
    from casework.queries.openings import Opening

_BATCH = 10_000
_CASES = cast("Table", Case.__table__)


class DerivedDates(NamedTuple):
    """What the clock makes of a case's facts, as the columns of the case hold it."""

    starts_on: date | None
    original_due_on: date | None
    due_on: date | None
    office_due_on: date | None
    is_suspended: bool


class ClockRow(NamedTuple):
    """One case with a receipt day: its facts, and the dates that are stored with it.

    A plain tuple: a recomputation makes one for every open case.
    """

    case_id: int
    number: str
    agency_id: int
    received_on: date
    statute: StatuteCode
    replied_on: date | None
    events: tuple[ClockEvent, ...]
    stored: DerivedDates
    calendar_version: str
    opening: Opening | None = None

    @property
    def facts(self) -> ClockFacts:
        """What the clock reads: the round in which the case is answered first."""
        facts = ClockFacts(
            received_on=self.received_on,
            statute=self.statute,
            events=self.events,
            replied_on=self.replied_on,
        )
        return facts if self.opening is None else self.opening.shift(facts)


class AgencyKey(NamedTuple):
    """Which agency a case is at, for lists and for its calendar."""

    name: str
    path: str


def is_running() -> ColumnElement[bool]:
    """Return the condition that a case waits for its answer.

    An answered case was judged on the day of its reply and a closed one has ended: a notice that
    comes afterwards makes nobody late in hindsight.
    """
    return and_(Case.closed_on.is_(None), Case.replied_on.is_(None))


def is_judged() -> ColumnElement[bool]:
    """Return the condition that a case was answered or has ended."""
    return or_(Case.closed_on.is_not(None), Case.replied_on.is_not(None))


def read_agency_keys(session: Session) -> dict[int, AgencyKey]:
    """Return name and path of every agency by its id.

    Apart from the cases: joined to them, SQLite begins with the agencies and reads the cases of
    each, closed ones as well, instead of the index of the open ones (0.6 s instead of 0.02 s among
    1,000,000 cases).
    """
    rows = session.execute(select(Agency.id, Agency.name, Agency.path))
    return {agency_id: AgencyKey(name, path) for agency_id, name, path in rows}


def iterate_clock_rows(session: Session, which: ColumnElement[bool]) -> Iterator[ClockRow]:
    """Yield the cases with a receipt day for which ``which`` holds: three queries in all."""
    query = (
        select(
            _CASES.c.id,
            _CASES.c.number,
            _CASES.c.agency_id,
            _CASES.c.received_on,
            _CASES.c.statute,
            _CASES.c.replied_on,
            _CASES.c.closed_on,
            _CASES.c.calendar_version,
            *(_CASES.c[name] for name in DerivedDates._fields),
        )
        .where(which, _CASES.c.received_on.is_not(None))
        .execution_options(yield_per=_BATCH)
    )
    events = _events(session, which)
    openings = list_openings(session, which)
    for row in session.execute(query):
        case_id, number, agency_id, received_on, statute, replied_on, closed_on, version = row[:8]
        opened = openings.get(case_id, ())
        judged = judged_round([opening.former_replied_on for opening in opened])
        happened = events.get((case_id, judged), ())
        if closed_on is not None and replied_on is None:
            happened = (*happened, ClockEvent(kind=ClockEventKind.CLOSED, on=closed_on))
        yield ClockRow(
            case_id,
            number,
            agency_id,
            received_on,
            statute,
            replied_on,
            tuple(happened),
            DerivedDates._make(row[8:]),
            version,
            opened[judged - 1] if judged else None,
        )


class Reckoner:
    """Derives the dates of many cases by one calendar.

    Most cases have no events, and their dates hang on receipt day and regulation alone: one
    reckoning serves all of them that came in on a day.
    """

    def __init__(self, calendar: WorkingDayCalendar, office_days: int) -> None:
        self.calendar = calendar
        self._office_days = office_days
        self._plain: dict[tuple[date, StatuteCode], DerivedDates] = {}

    def derive(self, row: ClockRow) -> DerivedDates:
        """Return the dates that follow from the facts of ``row``."""
        if row.events or row.opening is not None:
            # "Today" decides how late a case is and how much is used, never the dates themselves.
            result = reckon(
                row.facts, self.calendar, today=row.received_on, office_days=self._office_days
            )
            return DerivedDates(
                result.starts_on,
                result.original_due_on,
                result.due_on,
                result.office_due_on,
                is_suspended=result.due_on is None,
            )
        key = (row.received_on, row.statute)
        known = self._plain.get(key)
        if known is None:
            ((due_on, office_due_on),) = due_dates(
                [row.facts], self.calendar, office_days=self._office_days
            )
            known = DerivedDates(row.received_on, due_on, due_on, office_due_on, is_suspended=False)
            self._plain[key] = known
        return known


class Reckoners:
    """One ``Reckoner`` for each agency's calendar."""

    def __init__(
        self, calendars: CalendarSet, agencies: Mapping[int, AgencyKey], office_days: int
    ) -> None:
        self._calendars = calendars
        self._agencies = agencies
        self._office_days = office_days
        self._by_version: dict[str, Reckoner] = {}
        self._by_agency: dict[int, Reckoner] = {}

    def of(self, agency_id: int) -> Reckoner:
        """Return the one that holds at the agency."""
        found = self._by_agency.get(agency_id)
        if found is None:
            calendar = self._calendars.of(self._agencies[agency_id].path)
            found = self._by_version.setdefault(
                calendar.version, Reckoner(calendar, self._office_days)
            )
            self._by_agency[agency_id] = found
        return found


def _events(
    session: Session, which: ColumnElement[bool]
) -> dict[tuple[int, int], list[ClockEvent]]:
    """Return the facts by case and round."""
    query = (
        select(
            ClockFact.case_id,
            ClockFact.round,
            ClockFact.kind,
            ClockFact.happened_on,
            ClockFact.party,
            ClockFact.days,
        )
        .join(ClockFact.case)
        .where(which)
        .order_by(ClockFact.happened_on, ClockFact.id)
    )
    events: dict[tuple[int, int], list[ClockEvent]] = defaultdict(list)
    for case_id, number, kind, on, party, days in session.execute(query):
        events[case_id, number].append(
            ClockEvent(
                kind=ClockEventKind(kind), on=on, party=Party(party) if party else None, days=days
            )
        )
    return events
