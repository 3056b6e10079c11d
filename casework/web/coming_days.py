"""What the calendar brings next: the line under the title of the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from casework import formatting
from casework.domain.working_days import DayKind

if TYPE_CHECKING:
    from datetime import date

    from casework.domain.working_days import WorkingDayCalendar

_LOOK_AHEAD = timedelta(days=21)


def days_off_ahead(calendar: WorkingDayCalendar, today: date) -> str:
    """Return 10月1日至7日放假，10月10日（周六）上班: the named days of the next three weeks."""
    until = today + _LOOK_AHEAD
    years = dict.fromkeys((today.year, until.year))
    days = [day for year in years for day in calendar.listing(year) if today < day.on <= until]
    words = [f"{span}放假" for span in _spans([day.on for day in days if day.kind is DayKind.OFF])]
    words += [
        f"{formatting.short_date(day.on)}（{formatting.weekday(day.on)}）上班"
        for day in days
        if day.kind is DayKind.MAKE_UP
    ]
    return "，".join(words)


def _spans(days: list[date]) -> list[str]:
    spans: list[list[date]] = []
    for on in days:
        if spans and on - spans[-1][-1] == timedelta(days=1):
            spans[-1].append(on)
        else:
            spans.append([on])
    return [_span(span[0], span[-1]) for span in spans]


def _span(first: date, last: date) -> str:
    if first == last:
        return formatting.short_date(first)
    end = f"{last.day}日" if first.month == last.month else formatting.short_date(last)
    return f"{formatting.short_date(first)}至{end}"
