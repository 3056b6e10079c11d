"""The calendar the office reckons by: what ships with the program and what was imported since.

Asked for at every request, so it costs one small query: the digests of the imported versions (one
or two a year). They name the content, so a calendar built once in this process is used as long as
they stay the same, and a version that another process imports is used from the next request on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import inspect, select
from sqlalchemy.orm import selectinload

from casework.domain.calendar_layers import CalendarSet, Layer
from casework.domain.holiday_notice import HolidayNotice, NoticeDay
from casework.domain.working_days import shipped_calendar
from casework.models import Agency, CalendarVersion

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from casework.domain.holiday_notice import NoticeKind
    from casework.domain.working_days import WorkingDayCalendar

_MOST_KEPT = 32
_built: dict[tuple[object, ...], CalendarSet] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One imported version for a list: who imported it, when, and what it is."""

    label: str
    kind: NoticeKind
    year: int
    number: str
    title: str
    issued_on: date | None
    agency_name: str
    author: str
    imported_at: datetime
    days: tuple[NoticeDay, ...]


def current_calendar(session: Session, *, agency_path: str = "") -> WorkingDayCalendar:
    """Return the calendar in force for the agency at ``agency_path``.

    Without a path: the one for everybody, that is the State Council's notices and the local days
    off that hold for the whole installation.
    """
    return read_calendars(session).of(agency_path)


def find_calendar(session: Session) -> WorkingDayCalendar | None:
    """Return the national calendar in force; None if the database is not set up yet."""
    if not inspect(session.connection()).has_table(CalendarVersion.__tablename__):
        return None
    return current_calendar(session)


def read_calendars(session: Session) -> CalendarSet:
    """Return all calendars in force: one query, and a second one after a change."""
    base = shipped_calendar()
    versions = session.execute(
        select(CalendarVersion.label, CalendarVersion.sha256, Agency.path)
        .outerjoin(CalendarVersion.agency)
        .order_by(CalendarVersion.id)
    ).all()
    if not versions:
        return CalendarSet(base)
    key = (base.version, *map(tuple, versions))
    known = _built.get(key)
    if known is None:
        known = CalendarSet(base, _read_layers(session))
        if len(_built) >= _MOST_KEPT:
            _built.clear()
        _built[key] = known
    return known


def list_versions(session: Session) -> Sequence[VersionRow]:
    """Return the imported versions, newest first."""
    versions = session.scalars(
        select(CalendarVersion)
        .options(selectinload(CalendarVersion.days), selectinload(CalendarVersion.agency))
        .order_by(CalendarVersion.id.desc())
    )
    return [
        VersionRow(
            label=version.label,
            kind=version.kind,
            year=version.year,
            number=version.number,
            title=version.title,
            issued_on=version.issued_on,
            agency_name=version.agency.name if version.agency else "",
            author=version.author,
            imported_at=version.imported_at,
            days=_days(version),
        )
        for version in versions
    ]


def _read_layers(session: Session) -> tuple[Layer, ...]:
    versions = session.scalars(
        select(CalendarVersion)
        .options(selectinload(CalendarVersion.days), selectinload(CalendarVersion.agency))
        .order_by(CalendarVersion.id)
    )
    return tuple(
        Layer(
            version.label,
            HolidayNotice(
                year=version.year,
                days=_days(version),
                number=version.number,
                title=version.title,
                issued_on=version.issued_on,
                kind=version.kind,
                agency_code=version.agency.code if version.agency else "",
            ),
            version.agency.path if version.agency else None,
        )
        for version in versions
    )


def _days(version: CalendarVersion) -> tuple[NoticeDay, ...]:
    return tuple(NoticeDay(day.day, day.kind, day.name) for day in version.days)
