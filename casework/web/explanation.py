"""怎么算的: the reckoning of a deadline in one paragraph, for a telephone call or a court."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from casework import formatting
from casework.domain.clock_events import ClockEventKind, ClockFacts
from casework.domain.clock_trail import TrailDay, TrailMark, trail
from casework.domain.lights import Lamp, finish_words, lamp_of
from casework.domain.statutes import STATUTES, Rule, Statute
from casework.domain.statutory_clock import Reckoning, StopReason, Timeliness, reckon
from casework.web.filters import day
from casework.web.strips import Strip, StripDay

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from casework.domain.working_days import WorkingDayCalendar

_STYLES = {
    TrailMark.RECEIVED: "d-zero",
    TrailMark.COUNTS: "d-cnt",
    TrailMark.MAKE_UP: "d-mkp",
    TrailMark.WEEKEND: "d-wkd",
    TrailMark.HOLIDAY: "d-hol",
    TrailMark.STOPPED: "d-sus",
}
_FLAGS = {
    ClockEventKind.CORRECTION_REQUESTED: "补正",
    ClockEventKind.CORRECTION_RECEIVED: "补到",
    ClockEventKind.FEE_NOTICED: "收费",
    ClockEventKind.FEE_PAID: "缴费",
    ClockEventKind.EXTENSION: "延期",
    ClockEventKind.DELAY: "延迟",
    ClockEventKind.CONSULTATION_STARTED: "发函",
    ClockEventKind.CONSULTATION_ENDED: "回函",
}
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A case's clock as the page shows it; working-day counts throughout."""

    reckoning: Reckoning
    statute: Statute
    lamp: Lamp | None
    finished: str
    strip: Strip
    sentence: str
    office_total: int
    legal_total: int
    suspended: int
    legal_left: int | None

    @property
    def stopped_by(self) -> StopReason | None:
        """What the clock waits for."""
        return self.reckoning.stopped_by

    @property
    def is_open(self) -> bool:
        """Whether the case still has to be answered."""
        return self.lamp is not None


def explain(
    facts: ClockFacts,
    calendar: WorkingDayCalendar,
    *,
    today: date,
    office_days: int,
) -> Deadline:
    """Return the reckoning of ``facts`` with its strip and its sentence.

    RuleBroken ``before_any_statute`` for a receipt before 2008-05-01.
    """
    reckoning = reckon(facts, calendar, today=today, office_days=office_days)
    days = trail(facts, calendar, today=today)
    statute = STATUTES[reckoning.statute]
    extension = reckoning.added_days
    stopped = [d for d in days if d.mark is TrailMark.STOPPED and d.on > reckoning.starts_on]
    due_on = reckoning.due_on
    return Deadline(
        reckoning=reckoning,
        statute=statute,
        lamp=lamp_of(reckoning, calendar, today=today),
        finished=_finished(facts, reckoning, calendar),
        strip=_strip(facts, days, reckoning, today),
        sentence=_sentence(facts, days, reckoning, statute, office_days),
        office_total=min(office_days, statute.base_days) + extension,
        legal_total=statute.base_days + extension,
        suspended=len(stopped),
        legal_left=None if due_on is None else calendar.count(today, due_on),
    )


def _strip(facts: ClockFacts, days: Iterable[TrailDay], reckoning: Reckoning, today: date) -> Strip:
    flags: dict[date, list[str]] = {}

    def put(on: date | None, word: str) -> None:
        if on is not None:
            flags.setdefault(on, []).append(word)

    put(facts.received_on, "收到")
    for event in facts.events:
        if event.kind in _FLAGS:
            put(event.on, _FLAGS[event.kind])
    put(facts.replied_on, "答复")
    if reckoning.office_due_on != reckoning.due_on:
        put(reckoning.office_due_on, "应答")
    put(reckoning.due_on, "法限")
    if facts.replied_on is None:
        put(today, "今天")
    return Strip(
        days=[
            StripDay(
                on=d.on,
                mark=d.mark.value,
                style=_STYLES[d.mark],
                is_today=d.on == today,
                place=0 if d.on == facts.received_on else d.number,
                flag="、".join(flags.get(d.on, ())),
            )
            for d in days
        ]
    )


def _sentence(
    facts: ClockFacts,
    days: Iterable[TrailDay],
    reckoning: Reckoning,
    statute: Statute,
    office_days: int,
) -> str:
    trail_days = list(days)
    parts = [f"{day(facts.received_on)}收到，次日起算"]
    if reckoning.starts_on != facts.received_on:
        parts.append(f"{day(reckoning.starts_on)}重新起算（{statute.article(Rule.CORRECTION)}）")
    parts += _stops(trail_days, reckoning)
    parts += _calendar_words(trail_days, reckoning)
    extension = reckoning.added_days
    if extension:
        parts.append(f"延长 {extension} 个工作日（{statute.article(Rule.EXTENSION)}）")
    return "；".join(parts) + f"。{_outcome(reckoning, statute, office_days, extension)}"


def _finished(facts: ClockFacts, reckoning: Reckoning, calendar: WorkingDayCalendar) -> str:
    if facts.replied_on is None:
        return ""
    return finish_words(reckoning.office_due_on, calendar, replied_on=facts.replied_on)


def _stops(days: list[TrailDay], reckoning: Reckoning) -> list[str]:
    stopped = [d for d in days if d.mark is TrailMark.STOPPED and d.on > reckoning.starts_on]
    words = []
    for group in _runs(stopped, days):
        why = group[0].why.split("，")[0]
        words.append(f"{_span(group[0].on, group[-1].on)}{why}，不计 {len(group)} 个工作日")
    return words


def _runs(chosen: list[TrailDay], days: list[TrailDay]) -> list[list[TrailDay]]:
    """Return runs of ``chosen`` with nothing that counts between them."""
    counting = {d.on for d in days if d.counts}
    runs: list[list[TrailDay]] = []
    for d in chosen:
        if runs and not _between(counting, runs[-1][-1].on, d.on):
            runs[-1].append(d)
        else:
            runs.append([d])
    return runs


def _between(counting: set[date], first: date, last: date) -> bool:
    on = first + _ONE_DAY
    while on < last:
        if on in counting:
            return True
        on += _ONE_DAY
    return False


def _calendar_words(days: list[TrailDay], reckoning: Reckoning) -> list[str]:
    after = [d for d in days if d.on > reckoning.starts_on]
    names = dict.fromkeys(d.why.split("放假")[0] for d in after if d.mark is TrailMark.HOLIDAY)
    words = []
    if names:
        words.append(f"{'、'.join(names)}放假不计")
    made_up = [d.on for d in after if d.mark is TrailMark.MAKE_UP]
    if made_up:
        listed = "、".join(
            f"{formatting.short_date(on)}（{formatting.weekday(on)}）" for on in made_up
        )
        words.append(f"{listed}调休上班计入")
    return words


def _outcome(reckoning: Reckoning, statute: Statute, office_days: int, extension: int) -> str:
    if reckoning.due_on is None or reckoning.office_due_on is None:
        reason = reckoning.stopped_by.label if reckoning.stopped_by else "停钟"
        return f"现在{reason}，恢复计算后才有届满之日"
    article = statute.article(Rule.REPLY)
    office = min(office_days, statute.base_days) + extension
    legal = f"第 {statute.base_days + extension} 个工作日为 {_full(reckoning.due_on)}（{article}）"
    if reckoning.office_due_on == reckoning.due_on:
        return legal
    return f"第 {office} 个工作日为 {_full(reckoning.office_due_on)}，{legal}"


def _full(on: date) -> str:
    return f"{day(on)}（{formatting.weekday(on)}）"


def _span(first: date, last: date) -> str:
    if first == last:
        return formatting.short_date(first)
    end = f"{last.day}日" if first.month == last.month else formatting.short_date(last)
    return f"{formatting.short_date(first)}至{end}"


TIMELINESS_MARKS: Mapping[Timeliness, str] = {
    Timeliness.ON_TIME: "ok",
    Timeliness.EXTENDED: "ok",
    Timeliness.LATE: "late",
    Timeliness.OPEN: "ok",
    Timeliness.OVERDUE: "late",
    Timeliness.SUSPENDED: "hold",
    Timeliness.AWAITING_CORRECTION: "hold",
    Timeliness.CLOSED: "archive",
}
