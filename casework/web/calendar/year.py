"""A year laid out by months and weeks, every day with its kind in a sign and in words."""

from __future__ import annotations

import calendar as weeks
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from casework import formatting
from casework.domain.working_days import WEEKEND_NAMES, DayKind
from casework.web.strips import kind_mark

if TYPE_CHECKING:
    from casework.domain.working_days import Day, WorkingDayCalendar

_MONTHS = range(1, 13)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDay:
    """One cell: its sign (计 班 休 假), its class, and what a screen reader says of it."""

    on: date
    mark: str
    style: str
    words: str
    is_today: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """Weeks from Monday to Sunday, None for the days of other months."""

    number: int
    working_days: int
    weeks: list[list[MonthDay | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Festival:
    """One run of days off under one name."""

    name: str
    days: int
    span: str


def list_months(calendar: WorkingDayCalendar, year: int, today: date) -> list[Month]:
    """Return the twelve months of ``year``."""
    return [
        Month(
            number=number,
            working_days=_working_days(calendar, year, number),
            weeks=[
                [_day(calendar, date(year, number, day), today) if day else None for day in week]
                for week in weeks.Calendar().monthdayscalendar(year, number)
            ],
        )
        for number in _MONTHS
    ]


def list_festivals(days: tuple[Day, ...]) -> list[Festival]:
    """Return the days off of a year's listing by festival, in order."""
    off = [day for day in days if day.kind is DayKind.OFF]
    festivals = []
    for name, group in groupby(off, key=lambda day: day.name):
        named = [day.on for day in group]
        span = formatting.date_span(named[0], named[-1])
        festivals.append(Festival(name=name, days=len(named), span=span))
    return festivals


def day_words(day: Day) -> str:
    """Return 工作日, 周六休息, 春节放假 or 春节调休上班."""
    if day.kind is DayKind.WORKDAY:
        return "工作日"
    if day.kind is DayKind.MAKE_UP:
        return f"{day.name}调休上班"
    return f"{day.name}休息" if day.name in WEEKEND_NAMES else f"{day.name}放假"


def _working_days(calendar: WorkingDayCalendar, year: int, number: int) -> int:
    first = date(year, number, 1)
    last = date(year, number, weeks.monthrange(year, number)[1])
    return calendar.count(first - _ONE_DAY, last)


def _day(calendar: WorkingDayCalendar, on: date, today: date) -> MonthDay:
    mark, style = kind_mark(calendar, on)
    words = "" if mark == "计" else day_words(calendar.describe(on))
    return MonthDay(on=on, mark=mark, style=style, words=words, is_today=on == today)
