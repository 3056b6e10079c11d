"""Do the dates stored with the cases follow from their facts? Everything is reckoned anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.models import Case
from casework.queries.calendar import read_calendars
from casework.queries.clock_rows import (
    DerivedDates,
    Reckoners,
    is_judged,
    is_running,
    iterate_clock_rows,
    read_agency_keys,
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
    agencies = read_agency_keys(session)
    reckoners = Reckoners(calendars, agencies, office_days)
    cases = 0
    differences: list[DateDifference] = []
    for row in iterate_clock_rows(session, is_running()):
        cases += 1
        dates = reckoners.of(row.agency_id).derive(row)
        if dates != row.stored:
            name = agencies[row.agency_id].name
            differences += _differences(row, name, dates, DerivedDates._fields)
    judged_fields = tuple(name for name in DerivedDates._fields if name != _OFFICE)
    current = {calendars.of(path).version for path in ("", *calendars.scopes())}
    judged = is_judged() & Case.calendar_version.in_(sorted(current))
    for row in iterate_clock_rows(session, judged):
        reckoner = reckoners.of(row.agency_id)
        if row.calendar_version != reckoner.calendar.version:
            continue
        cases += 1
        dates = reckoner.derive(row)
        if dates != row.stored:
            name = agencies[row.agency_id].name
            differences += _differences(row, name, dates, judged_fields)
    return DateCheck(cases=cases, differences=tuple(differences))


def _differences(
    row: ClockRow, agency_name: str, dates: DerivedDates, names: tuple[str, ...]
) -> Iterator[DateDifference]:
    for name in names:
        stored, reckoned = getattr(row.stored, name), getattr(dates, name)
        if stored != reckoned:
            yield DateDifference(
                number=row.number,
                agency_name=agency_name,
                field=name,
                stored=stored,
                reckoned=reckoned,
            )
