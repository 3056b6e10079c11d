"""The trail (逐日说明): every day from receipt to the due day, whether it counts, and why.

It is built apart from the reckoning, which lists and watch lists need without it. The days that
count add up to the limit: that is the proof a citizen or a court can check with a wall calendar.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from casework.domain.clock_events import ClockEventKind
from casework.domain.clock_replay import replay
from casework.domain.statutes import Rule
from casework.domain.working_days import WEEKEND_NAMES, DayKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.domain.clock_events import ClockFacts
    from casework.domain.clock_replay import Period, Replay, Span
    from casework.domain.working_days import Day, WorkingDayCalendar

_ONE_DAY = timedelta(days=1)
_LONGEST_WAIT = timedelta(days=366)
"""A clock that has stood still for a year is not drawn further day by day."""


class TrailMark(StrEnum):
    """The one character a day bears on the calendar strip."""

    RECEIVED = "收"
    COUNTS = "计"
    MAKE_UP = "班"
    WEEKEND = "休"
    HOLIDAY = "假"
    STOPPED = "停"


class TrailDay(NamedTuple):
    """One day: ``number`` is its place in the count, None where it does not count."""

    on: date
    why: str
    mark: TrailMark
    number: int | None = None

    @property
    def counts(self) -> bool:
        """Whether the day is one of the limit's working days."""
        return self.number is not None


def trail(facts: ClockFacts, calendar: WorkingDayCalendar, *, today: date) -> tuple[TrailDay, ...]:
    """Return the days from receipt through the due day, in order.

    While the clock is stopped there is no due day: the trail then ends today, or a year after the
    stop if that is earlier. Days before a restart stay in it, none of them counting.
    """
    state = replay(facts, calendar)
    return tuple(_days(facts, state, _end(facts, state, today)))


def _end(facts: ClockFacts, state: Replay, today: date) -> date:
    stopped_on = state.stands_still_since
    if stopped_on is None and not (facts.replied_on or state.closed_on) and state.is_suspended():
        stopped_on = state.open_since
    if stopped_on is None:
        return state.due()
    return max(stopped_on, min(today, stopped_on + _LONGEST_WAIT))


def _days(facts: ClockFacts, state: Replay, end: date) -> Iterator[TrailDay]:
    calendar = state.calendar
    yield TrailDay(state.received_on, f"{facts.start.label}，次日起算", TrailMark.RECEIVED)
    for period in state.past_periods:
        for day in _through(period.starts_on + _ONE_DAY, period.ended_on - _ONE_DAY):
            yield _off(calendar.describe(day)) or _fell_away(state, period, day)
        if period.ended_on > period.starts_on:
            why = f"{_restart_words(period, state)}，次日起重新计算"
            yield TrailDay(period.ended_on, why, TrailMark.RECEIVED)
    last, effective = state.limit(state.statute.base_days + state.added_days)
    spans = state.spans[:effective]
    suspended = state.open_since if state.is_suspended() else None
    number = 0
    for day in _through(state.starts_on + _ONE_DAY, end):
        known = calendar.describe(day)
        if off := _off(known):
            yield off
        elif state.stands_still_since is not None and day > state.stands_still_since:
            yield _stopped(day, f"等待申请人补正，不计入{_cite(state, Rule.CORRECTION)}")
        elif (words := _consulting(spans, day)) is not None:
            yield _stopped(day, f"{words}，不计入{_cite(state, Rule.CONSULTATION)}")
        elif suspended is not None and day > suspended:
            yield _stopped(day, f"征求意见，不计入{_cite(state, Rule.CONSULTATION)}")
        else:
            number += 1
            yield _counted(known, number, is_last=day == last)


def _through(first: date, last: date) -> Iterator[date]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)


def _off(day: Day) -> TrailDay | None:
    if day.kind is not DayKind.OFF:
        return None
    if day.name in WEEKEND_NAMES:
        return TrailDay(day.on, day.name + _doubt(day), TrailMark.WEEKEND)
    notice = f"（{day.notice}）" if day.notice else ""
    return TrailDay(day.on, f"{day.name}放假{notice}", TrailMark.HOLIDAY)


def _counted(day: Day, number: int, *, is_last: bool) -> TrailDay:
    why = f"第 {number} 个工作日"
    mark = TrailMark.COUNTS
    if day.kind is DayKind.MAKE_UP:
        mark = TrailMark.MAKE_UP
        why += f"，调休上班（{day.notice}）" if day.notice else "，调休上班"
    if is_last:
        why += "，期限届满"
    return TrailDay(day.on, why + _doubt(day), mark, number)


def _doubt(day: Day) -> str:
    return "（暂定，放假安排尚未公布）" if day.provisional else ""


def _stopped(day: date, why: str) -> TrailDay:
    return TrailDay(day, why, TrailMark.STOPPED)


def _fell_away(state: Replay, period: Period, day: date) -> TrailDay:
    for wait in state.waits:
        if wait.since < day and (wait.until is None or day <= wait.until):
            return _stopped(day, f"等待申请人补正，不计入{_cite(state, Rule.CORRECTION)}")
    if (words := _consulting(period.spans, day)) is not None:
        return _stopped(day, f"{words}，不计入{_cite(state, Rule.CONSULTATION)}")
    return _stopped(day, f"{period.restarted_by.label}之前的工作日，期限重新计算后不再计入")


def _restart_words(period: Period, state: Replay) -> str:
    paid = period.restarted_by is ClockEventKind.FEE_PAID
    rule = Rule.FEE_RESTART if paid else Rule.CORRECTION
    return f"{period.restarted_by.label}{_cite(state, rule)}"


def _consulting(spans: list[Span] | tuple[Span, ...], day: date) -> str | None:
    for span in spans:
        if span.after < day <= span.through:
            return f"征求{'、'.join(party.label for party in span.parties)}意见"
    return None


def _cite(state: Replay, rule: Rule) -> str:
    return f"（{state.statute.article(rule)}）"
