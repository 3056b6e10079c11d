"""Working days: three kinds of day, counted in constant time.

工作日 in the regulations means: not a Saturday, Sunday or public holiday, but including the weekend
days the State Council declares worked (调休上班). Next year's arrangement is published in
October to December, so a calendar has a horizon, ``known_through``: past it only weekends are
reckoned, nothing is guessed about holidays, and every date is marked 暂定 (provisional).

A calendar never changes. A later notice or a local day off makes a new one with a new ``version``
(``with_changes``), so a deadline can always say by which calendar it was reckoned.

``add`` and ``count`` are one look-up each in tables of prefix sums: ``_rank`` tells how many
working days there are up to a day, ``_days`` which day has a given rank.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from casework.domain.errors import BeyondCalendar, RuleBroken
from casework.domain.state_council_notices import KNOWN_FROM, NOTICES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WEEK = 7
_WORKING_WEEK = 5
_WEEKEND = {6: "周六", 0: "周日"}  # by ordinal % 7; 0001-01-01, ordinal 1, was a Monday
WEEKEND_NAMES = frozenset(_WEEKEND.values())
"""What ``Day.name`` says of a day off that no notice names."""
_TABLE_SLACK = 800
"""Days tabulated past the horizon, so that provisional deadlines cost no more than known ones."""


class DayKind(StrEnum):
    """工作日, 休息日 (weekend or holiday), 调休上班日 (a weekend day declared worked)."""

    WORKDAY = "workday"
    OFF = "off"
    MAKE_UP = "make_up"

    @property
    def label(self) -> str:
        """The word on the calendar page."""
        return _KIND_LABELS[self]

    @property
    def counts(self) -> bool:
        """Whether such a day is a working day."""
        return self is not DayKind.OFF


_KIND_LABELS = {
    DayKind.WORKDAY: "工作日",
    DayKind.OFF: "休息日",
    DayKind.MAKE_UP: "调休上班日",
}


@dataclass(frozen=True, slots=True)
class DayChange:
    """One day that a notice takes out of the plain week: ``name`` 春节, ``notice`` its number."""

    on: date
    kind: DayKind
    name: str = ""
    notice: str = ""


class Day(NamedTuple):
    """What the calendar knows of one day; ``name`` is a festival, 周六, 周日 or empty."""

    on: date
    kind: DayKind
    name: str
    notice: str
    provisional: bool


class DayDifference(NamedTuple):
    """One day that two calendars see differently."""

    on: date
    before: Day
    after: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDayCalendar:
    """An immutable calendar; build one with ``shipped_calendar`` or ``with_changes``.

    ``changes`` holds one entry per day that differs from the plain week or bears a festival's
    name. Dates before ``known_from`` or after ``known_through`` are reckoned by weekends alone.
    """

    version: str
    known_from: date
    known_through: date
    changes: tuple[DayChange, ...]
    _by_day: dict[date, DayChange] = field(init=False, repr=False, compare=False)
    _rank: dict[date, int] = field(init=False, repr=False, compare=False)
    _days: list[date] = field(init=False, repr=False, compare=False)
    _first: int = field(init=False, repr=False, compare=False)
    _last: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_day: dict[date, DayChange] = {}
        for change in self.changes:
            if change.on in by_day:
                raise RuleBroken(
                    "day_listed_twice",
                    f"{change.on.isoformat()} 在同一份安排中出现了两次，请只保留一行",
                    field="on",
                    basis="国务院办公厅放假通知",
                )
            by_day[change.on] = change
        first = min(self.known_from, *by_day) if by_day else self.known_from
        last = max(self.known_through, *by_day) if by_day else self.known_through
        end = min(last.toordinal() + _TABLE_SLACK, date.max.toordinal())
        days = [date.min]  # rank 0 is no day; a placeholder keeps rank and index equal
        rank: dict[date, int] = {}
        for ordinal in range(first.toordinal(), end + 1):
            day = date.fromordinal(ordinal)
            listed = by_day.get(day)
            if listed.kind.counts if listed else ordinal % _WEEK not in _WEEKEND:
                days.append(day)
            rank[day] = len(days) - 1
        put = object.__setattr__  # the tables of a frozen calendar are filled once, here
        put(self, "_by_day", by_day)
        put(self, "_rank", rank)
        put(self, "_days", days)
        put(self, "_first", first.toordinal())
        put(self, "_last", end)

    # Arithmetic

    def add(self, start: date, n: int) -> date:
        """Return the ``n``-th working day after ``start``; ``start`` itself is day 0.

        ``add(start, 0)`` is ``start``, working day or not. ValueError if ``n`` is negative (see
        ``back``), BeyondCalendar if the day would lie after the year 9999.
        """
        if n > 0:
            try:
                return self._days[self._rank[start] + n]
            except (KeyError, IndexError):
                pass  # outside the tables
        return self._add_far(start, n)

    def add_many(self, starts: Sequence[date], n: int) -> list[date]:
        """Return ``add(start, n)`` for each of ``starts``, in one pass over the tables."""
        rank, days = self._rank, self._days
        if n > 0:
            try:
                return [days[rank[start] + n] for start in starts]
            except (KeyError, IndexError):
                pass  # at least one lies outside the tables
        return [self.add(start, n) for start in starts]

    def add_strict(self, start: date, n: int, *, field: str = "") -> date:
        """Return ``add(start, n)``, or raise BeyondCalendar if it would be provisional."""
        return self.certain(self.add(start, n), field=field)

    def back(self, end: date, n: int) -> date:
        """Return the ``n``-th working day before ``end`` (``n`` ≥ 1)."""
        if n < 1:
            msg = "back() counts at least one day"
            raise ValueError(msg)
        return self._ranked(self._rank_of(end) - self.is_working_day(end) - n + 1)

    def count(self, after: date, through: date) -> int:
        """Return how many working days lie in ``(after, through]``.

        0 for the same day; if ``through`` is the earlier day, the negative of the count the other
        way round. So ``count(a, b) == -count(b, a)`` and counts of adjoining spans add up.
        """
        try:
            return self._rank[through] - self._rank[after]
        except KeyError:
            return self._rank_of(through) - self._rank_of(after)

    # Single days

    def is_working_day(self, day: date) -> bool:
        """Tell whether ``day`` counts."""
        try:
            return self._days[self._rank[day]] == day
        except KeyError:
            return self.kind(day).counts

    def kind(self, day: date) -> DayKind:
        """Return which of the three kinds ``day`` is."""
        change = self._by_day.get(day)
        weekend = day.toordinal() % _WEEK in _WEEKEND
        works = change.kind.counts if change else not weekend
        if not works:
            return DayKind.OFF
        return DayKind.MAKE_UP if weekend else DayKind.WORKDAY

    def describe(self, day: date) -> Day:
        """Return kind, name and notice of ``day``, and whether they are provisional."""
        change = self._by_day.get(day)
        name = change.name if change else _WEEKEND.get(day.toordinal() % _WEEK, "")
        notice = change.notice if change else ""
        return Day(day, self.kind(day), name, notice, self.is_provisional(day))

    def is_provisional(self, day: date) -> bool:
        """Tell whether no State Council notice covers ``day`` (暂定)."""
        return not self.known_from <= day <= self.known_through

    def certain(self, day: date, *, field: str = "") -> date:
        """Return ``day``, or raise BeyondCalendar if it is provisional."""
        if self.is_provisional(day):
            raise BeyondCalendar(
                f"{day.year}年的放假安排不在日历中，{day.isoformat()} 只能暂定。"
                "请先导入国务院办公厅的放假通知",
                field=field,
            )
        return day

    # Years and versions

    def listing(self, year: int) -> tuple[Day, ...]:
        """Return the days of ``year`` that a notice names, in order: days off and make-up days."""
        return tuple(self.describe(day) for day in sorted(self._by_day) if day.year == year)

    def notices(self, year: int) -> tuple[str, ...]:
        """Return the numbers of the notices behind ``listing(year)``, first mentioned first."""
        return tuple(dict.fromkeys(day.notice for day in self.listing(year) if day.notice))

    def with_changes(
        self,
        version: str,
        changes: Iterable[DayChange],
        *,
        known_through: date | None = None,
    ) -> WorkingDayCalendar:
        """Return a new calendar in which ``changes`` overrule this one day by day.

        Pass ``known_through`` when the layer is the notice for a further year; local days off
        leave the horizon where it is. RuleBroken ``day_listed_twice`` if ``changes`` names a day
        twice, ``version_not_new`` if the version says nothing new.
        """
        if version == self.version:
            raise RuleBroken("version_not_new", f"日历版本 {version} 已经存在", field="version")
        layer = WorkingDayCalendar(
            version=version,
            known_from=self.known_from,
            known_through=known_through or self.known_through,
            changes=tuple(changes),
        )
        merged = self._by_day | layer._by_day
        return WorkingDayCalendar(
            version=version,
            known_from=self.known_from,
            known_through=max(layer.known_through, self.known_through),
            changes=tuple(merged[day] for day in sorted(merged)),
        )

    def differences(self, newer: WorkingDayCalendar) -> tuple[DayDifference, ...]:
        """Return the days that count in one calendar and not in the other, in order."""
        days = sorted(self._by_day.keys() | newer._by_day.keys())
        return tuple(
            DayDifference(day, self.describe(day), newer.describe(day))
            for day in days
            if self.is_working_day(day) is not newer.is_working_day(day)
        )

    # Outside the tables: whole weeks by division

    def _add_far(self, start: date, n: int) -> date:
        if n < 0:
            msg = "add() counts forward; use back()"
            raise ValueError(msg)
        return self._ranked(self._rank_of(start) + n) if n else start

    def _rank_of(self, day: date) -> int:
        ordinal = day.toordinal()
        if ordinal < self._first:
            return _plain_rank(ordinal) - _plain_rank(self._first - 1)
        if ordinal > self._last:
            return len(self._days) - 1 + _plain_rank(ordinal) - _plain_rank(self._last)
        return self._rank[date.fromordinal(ordinal)]

    def _ranked(self, rank: int) -> date:
        total = len(self._days) - 1
        if 0 < rank <= total:
            return self._days[rank]
        plain = rank + _plain_rank(self._first - 1) if rank < 1 else rank - total
        ordinal = _plain_day(plain if rank < 1 else plain + _plain_rank(self._last))
        if not 1 <= ordinal <= date.max.toordinal():
            raise BeyondCalendar("日期超出公历 9999 年，无法推算。请核对填写的日期和天数")
        return date.fromordinal(ordinal)


def _plain_rank(ordinal: int) -> int:
    """Return how many weekdays there are from ordinal 1, a Monday, to ``ordinal``."""
    weeks, rest = divmod(ordinal, _WEEK)
    return weeks * _WORKING_WEEK + min(rest, _WORKING_WEEK)


def _plain_day(rank: int) -> int:
    """Return the ordinal of the ``rank``-th weekday; the inverse of ``_plain_rank``."""
    weeks, rest = divmod(rank - 1, _WORKING_WEEK)
    return weeks * _WEEK + rest + 1


@cache
def shipped_calendar() -> WorkingDayCalendar:
    """Return the calendar of every notice that comes with the program; built once a process."""
    return calendar_as_of(date.max)


def calendar_as_of(published_by: date) -> WorkingDayCalendar:
    """Return the calendar as it stood when ``published_by`` was today.

    The version is the last arranged year and the number of notices for it: ``2019-2`` is the
    calendar after the Labour Day notice of 2019-03-22. RuleBroken if no notice is that old.
    """
    notices = [notice for notice in NOTICES if notice.published_on <= published_by]
    if not notices:
        raise RuleBroken(
            "no_notice_yet",
            f"{published_by.isoformat()} 之前没有放假通知，请改选较晚的日期",
            field="published_by",
            basis="国务院办公厅放假通知",
        )
    year = max(notice.year for notice in notices)
    changes = {
        day: DayChange(day, DayKind.OFF if is_off else DayKind.MAKE_UP, name, notice.number)
        for notice in notices
        for day, is_off, name in notice.days()
    }
    return WorkingDayCalendar(
        version=f"{year}-{sum(notice.year == year for notice in notices)}",
        known_from=KNOWN_FROM,
        known_through=date(year, 12, 31),
        changes=tuple(changes[day] for day in sorted(changes)),
    )
