"""怎么算的: the reckoning of a deadline in one paragraph, for a telephone call or a court."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from casework.domain import clock_sentence
from casework.domain.clock_events import ClockEventKind, ClockFacts, ClockStart
from casework.domain.clock_trail import TrailDay, TrailMark, trail
from casework.domain.lights import Lamp, finish_words, lamp_of
from casework.domain.statutes import STATUTES, Statute
from casework.domain.statutory_clock import Reckoning, StopReason, Timeliness, reckon
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
        sentence=clock_sentence.explain(facts, calendar, office_days=office_days),
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

    put(facts.received_on, "收到" if facts.start is ClockStart.RECEIPT else "起算")
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


def _finished(facts: ClockFacts, reckoning: Reckoning, calendar: WorkingDayCalendar) -> str:
    if facts.replied_on is None:
        return ""
    return finish_words(reckoning.office_due_on, calendar, replied_on=facts.replied_on)


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
