"""Do the dates stored with the cases follow from their facts? Everything is reckoned anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.models import Case
from casework.queries.calendar import read_calendars
from casework.queries.clock_rows import (
    DerivedDates,
    derive,
    is_judged,
    is_running,
    iterate_clock_rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy.orm import Session

    from casework.queries.clock_rows import ClockRow

_OFFICE = "office_due_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateDifference:
    """One stored value that is not what the facts and the calendar give."""

    number: str
    agency_name: str
    field: str
    stored: date | bool | None
    reckoned: date | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCheck:
    """How many cases were reckoned anew, and every difference that was found."""

    cases: int
    differences: tuple[DateDifference, ...]


def check_stored_dates(session: Session, *, office_days: int) -> DateCheck:
    """Reckon anew every open case, and every answered or closed one judged by today's calendar.

    Those judged by an older calendar keep their dates and are passed over. The office's own limit
    of a judged case is as well: the office may have changed its promise since.
    """
    calendars = read_calendars(session)
    current = {calendars.of(path).version for path in ("", *calendars.scopes())}
    cases = 0
    differences: list[DateDifference] = []
    for row in iterate_clock_rows(session, is_running()):
        cases += 1
        dates = derive(row.facts, calendars.of(row.agency_path), office_days)
        differences += _differences(row, dates, DerivedDates._fields)
    judged_fields = tuple(name for name in DerivedDates._fields if name != _OFFICE)
    judged = is_judged() & Case.calendar_version.in_(sorted(current))
    for row in iterate_clock_rows(session, judged):
        calendar = calendars.of(row.agency_path)
        if row.calendar_version == calendar.version:
            cases += 1
            dates = derive(row.facts, calendar, office_days)
            differences += _differences(row, dates, judged_fields)
    return DateCheck(cases=cases, differences=tuple(differences))


def _differences(
    row: ClockRow, dates: DerivedDates, names: tuple[str, ...]
) -> Iterator[DateDifference]:
    if dates == row.stored:
        return
    for name in names:
        stored, reckoned = getattr(row.stored, name), getattr(dates, name)
        if stored != reckoned:
            yield DateDifference(
                number=row.number,
                agency_name=row.agency_name,
                field=name,
                stored=stored,
                reckoned=reckoned,
            )
