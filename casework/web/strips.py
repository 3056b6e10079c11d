"""期限日历条: days laid side by side, each with its kind, its number in the count, its events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from casework import formatting
from casework.domain.working_days import DayKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from casework.domain.working_days import WorkingDayCalendar

_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class StripDay:
    """One column: ``mark`` is 计 班 休 假 停 or 收, ``style`` its class, ``place`` its number."""

    on: date
    mark: str
    style: str
    is_today: bool = False
    place: int | None = None
    flag: str = ""

    @property
    def week(self) -> str:
        """一 to 日."""
        return formatting.weekday(self.on)[-1]

    @property
    def in_words(self) -> str:
        """What a screen reader says in place of an empty cell."""
        return _WORDS.get(self.mark, "")


_WORDS = {"休": "不计", "假": "不计", "停": "停", "班": "计入", "计": "计入", "收": "收到日"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A head cell over ``span`` columns."""

    label: str
    span: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """The table: its days and the months above them."""

    days: list[StripDay]

    @property
    def months(self) -> list[Month]:
        """The months, the first one with its year."""
        heads: list[Month] = []
        for (_, _), group in groupby(self.days, key=lambda day: (day.on.year, day.on.month)):
            days = list(group)
            first = not heads or days[0].on.month == 1
            label = formatting.month(days[0].on) if first else f"{days[0].on.month}月"
            heads.append(Month(label=label, span=len(days)))
        return heads


def kind_mark(calendar: WorkingDayCalendar, on: date) -> tuple[str, str]:
    """Return the sign and the class of a day by the calendar alone."""
    kind = calendar.kind(on)
    if kind is DayKind.WORKDAY:
        return "计", "d-cnt"
    if kind is DayKind.MAKE_UP:
        return "班", "d-mkp"
    is_holiday = bool(calendar.describe(on).notice)
    return ("假", "d-hol") if is_holiday else ("休", "d-wkd")


def week_strip(calendar: WorkingDayCalendar, *, first: date, last: date, today: date) -> Strip:
    """Return the days from ``first`` to ``last`` with their kinds."""
    days = []
    for on in days_between(first, last):
        mark, style = kind_mark(calendar, on)
        days.append(StripDay(on=on, mark=mark, style=style, is_today=on == today))
    return Strip(days=days)


def days_between(first: date, last: date) -> list[date]:
    """Return every day from ``first`` to ``last``, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def join_flags(flags: Mapping[date, list[str]], on: date) -> str:
    """Return what happened on a day, one word after the other."""
    return "、".join(flags.get(on, ()))
