"""权限表 and 日历, to be read."""

from __future__ import annotations

import calendar as weeks
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from flask import render_template, request

from casework import formatting
from casework.domain.errors import NotFound
from casework.domain.permissions import GRANTS, Permission, Role
from casework.domain.working_days import DayKind
from casework.web import surroundings
from casework.web.admin import bp
from casework.web.security import requires
from casework.web.strips import kind_mark

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from casework.domain.working_days import Day

_MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDay:
    """One day in the year's calendar."""

    on: date
    mark: str
    style: str
    is_today: bool


@bp.get("/admin/permissions")
@requires(Permission.VIEW_PERMISSIONS)
def permissions() -> ResponseReturnValue:
    """Show which role may do what: the table the program itself decides by."""
    return render_template(
        "admin/permissions.html", roles=Role, permissions=Permission, grants=GRANTS
    )


@bp.get("/calendar")
@requires(Permission.VIEW_CALENDAR)
def calendar() -> ResponseReturnValue:
    """Show a year of working days, days off and make-up days, and the notices behind them."""
    today, known = surroundings.today(), surroundings.calendar()
    year = request.args.get("year", today.year, type=int)
    first, last = known.known_from.year, known.known_through.year
    if not first <= year <= last:
        raise NotFound(f"日历有 {first} 年至 {last} 年；其他年份的放假安排不在日历中")
    months = [
        [
            [_day(date(year, month, number), today) if number else None for number in week]
            for week in weeks.Calendar().monthdayscalendar(year, month)
        ]
        for month in _MONTHS
    ]
    days = known.listing(year)
    return render_template(
        "admin/calendar.html",
        year=year,
        years=range(last, first - 1, -1),
        months=months,
        notices=known.notices(year),
        off=_spans([day for day in days if day.kind is DayKind.OFF]),
        made_up=[day for day in days if day.kind is DayKind.MAKE_UP],
        total=known.count(date(year - 1, 12, 31), date(year, 12, 31)),
        version=known.version,
        known_through=known.known_through,
    )


def _spans(days: list[Day]) -> list[tuple[str, int, str]]:
    """Return name, number of days and span of each festival."""
    spans = []
    for name, group in groupby(days, key=lambda day: day.name):
        named = [day.on for day in group]
        spans.append((name, len(named), formatting.date_span(named[0], named[-1])))
    return spans


def _day(on: date, today: date) -> MonthDay:
    mark, style = kind_mark(surroundings.calendar(), on)
    return MonthDay(on=on, mark=mark, style=style, is_today=on == today)
