"""How a due date was reached, in one Chinese sentence that an applicant can follow."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from casework.domain.clock_events import ClockEventKind, ClockStart
from casework.domain.clock_replay import replay
from casework.domain.statutes import Rule
from casework.domain.statutory_clock import OFFICE_DAYS
from casework.domain.working_days import DayKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.domain.clock_events import ClockFacts
    from casework.domain.clock_replay import Replay, Span
    from casework.domain.working_days import WorkingDayCalendar

_ONE_DAY = timedelta(days=1)
_WEEKDAYS = "一二三四五六日"


def explain(
    facts: ClockFacts, calendar: WorkingDayCalendar, *, office_days: int = OFFICE_DAYS
) -> str:
    """Return the sentence, e.g.

    9月7日收到，次日起算；9月16日至23日征求第三方意见，扣除 7 个工作日；中秋节、国庆节放假不计，
    10月10日（周六）调休上班计入。第 15 个工作日为 10月13日，第 20 个工作日为 10月20日
    （条例第三十三条第二款）。

    Years are written only where they differ from the year of receipt.
    """
    state = replay(facts, calendar)
    year = facts.received_on.year
    began = "收到" if facts.start is ClockStart.RECEIPT else facts.start.label
    parts = [f"{_say(facts.received_on, year)}{began}，次日起算"]
    if facts.ordered_due_on is not None:
        return (
            f"{parts[0]}；决定、判决确定的重新答复期限为 {_say(facts.ordered_due_on, year)}，"
            "征求意见、补正都不改变这个期限。"
        )
    if state.restarted_by is not None:
        parts.append(f"{_say(state.starts_on, year)}{_restarted(state)}")
    if state.awaiting_since is not None:
        return (
            f"{'；'.join(parts)}；{_say(state.awaiting_since, year)}告知补正，"
            f"自收到补正之日起重新计算期限（{state.statute.article(Rule.CORRECTION)}）。"
        )
    limit = state.statute.base_days + state.added_days
    last, effective = state.limit(limit)
    parts += [_deducted(span, calendar, year) for span in state.spans[:effective]]
    ended = facts.replied_on or state.closed_on
    if not ended and state.open_since is not None and state.is_suspended():
        return (
            f"{'；'.join(parts)}；{_say(state.open_since, year)}起征求意见，停止计算，"
            f"收到意见后重新推算（{state.statute.article(Rule.CONSULTATION)}）。"
        )
    if state.extension_days:
        parts.append(f"延长 {state.extension_days} 个工作日")
    if state.delay_days:
        basis_of_delay = state.statute.article(Rule.DELAY)
        parts.append(f"确定延迟 {state.delay_days} 个工作日（{basis_of_delay}）")
    spans = state.spans[:effective]
    if special := "，".join(_special_days(state.starts_on, last, spans, calendar, year)):
        parts.append(special)
    office_limit = min(state.statute.base_days, office_days) + state.added_days
    ends = [f"第 {limit} 个工作日为 {_say(last, year)}"]
    if office_limit < limit:
        office = state.limit(office_limit)[0]
        ends.insert(0, f"第 {office_limit} 个工作日为 {_say(office, year)}")
    doubt = "，放假安排尚未公布，暂定" if calendar.is_provisional(last) else ""
    basis = state.statute.article(Rule.REPLY)
    return f"{'；'.join(parts)}。{'，'.join(ends)}（{basis}）{doubt}。"


def _say(day: date, year: int) -> str:
    words = f"{day.month}月{day.day}日"
    return words if day.year == year else f"{day.year}年{words}"


def _restarted(state: Replay) -> str:
    if state.restarted_by is ClockEventKind.FEE_PAID:
        return "缴费，期限自次日重新计算"
    return "收到补正，期限自次日重新计算"


def _deducted(span: Span, calendar: WorkingDayCalendar, year: int) -> str:
    first, last = span.after + _ONE_DAY, span.through
    whom = "、".join(party.label for party in span.parties)
    days = calendar.count(span.after, last)
    if last <= first:
        when = _say(last, year)
    elif (first.year, first.month) == (last.year, last.month):
        when = f"{_say(first, year)}至{last.day}日"
    else:
        when = f"{_say(first, year)}至{_say(last, year if last.year == first.year else 0)}"
    return f"{when}征求{whom}意见，扣除 {days} 个工作日"


def _special_days(
    after: date, through: date, spans: list[Span], calendar: WorkingDayCalendar, year: int
) -> Iterator[str]:
    """Yield the holidays passed over in ``(after, through]``, then the make-up days counted."""
    named = [
        day
        for each in range(after.year, through.year + 1)
        for day in calendar.listing(each)
        if after < day.on <= through
        and not any(span.after < day.on <= span.through for span in spans)
    ]
    holidays = dict.fromkeys(day.name for day in named if day.kind is DayKind.OFF)
    if holidays:
        yield f"{'、'.join(holidays)}放假不计"
    for day in named:
        if day.kind is DayKind.MAKE_UP:
            yield f"{_say(day.on, year)}（周{_WEEKDAYS[day.on.weekday()]}）调休上班计入"
