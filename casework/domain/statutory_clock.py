"""The statutory clock (答复期限): receipt, events, regulation and calendar in; the due date out.

条例第三十三条: 20 working days from receipt, the receipt day being day 0, extensible once by at
most 20; under the 2007 regulation (第二十四条) 15 and 15. Consultations do not count, a correction
or a paid fee starts the count anew. The office runs its own, shorter clock beside it: 15 working
days from the same start, with the same spans, restarts and extensions, never later than the
statute's.

Due dates depend on the facts and the calendar only. ``today`` decides whether an open case is
overdue and how many days are used, nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from casework.domain.clock_breaches import Note
from casework.domain.clock_checks import check_event, check_reply
from casework.domain.clock_events import ClockEvent, ClockEventKind, ClockFacts, full_date
from casework.domain.clock_replay import Replay, replay
from casework.domain.statutes import Party, Rule, StatuteCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from casework.domain.working_days import WorkingDayCalendar

__all__ = [
    "OFFICE_DAYS",
    "ClockEvent",
    "ClockEventKind",
    "ClockFacts",
    "DueDates",
    "Note",
    "Party",
    "Reckoning",
    "StatuteCode",
    "StopReason",
    "Timeliness",
    "check_event",
    "check_reply",
    "due_dates",
    "judge",
    "reckon",
]

OFFICE_DAYS = 15
"""The office's own limit in working days, unless its settings say otherwise."""


class Timeliness(StrEnum):
    """How a case stands against its statutory limit; computed, never stored."""

    ON_TIME = "on_time"
    EXTENDED = "extended"
    LATE = "late"
    OPEN = "open"
    OVERDUE = "overdue"
    SUSPENDED = "suspended"
    AWAITING_CORRECTION = "awaiting_correction"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The word on the screen."""
        return _TIMELINESS_LABELS[self]


_TIMELINESS_LABELS = {
    Timeliness.ON_TIME: "按时答复",
    Timeliness.EXTENDED: "延期答复",
    Timeliness.LATE: "逾期答复",
    Timeliness.OPEN: "期限内",
    Timeliness.OVERDUE: "逾期未答复",
    Timeliness.SUSPENDED: "征求意见，停止计算",
    Timeliness.AWAITING_CORRECTION: "等待补正",
    Timeliness.CLOSED: "未答复办结",
}


class StopReason(StrEnum):
    """What the clock waits for (停钟)."""

    CORRECTION = "correction"
    THIRD_PARTY = "third_party"
    CO_MAKER = "co_maker"
    AGENCY = "agency"

    @property
    def label(self) -> str:
        """The words behind 停钟."""
        return _STOP_LABELS[self]


_STOP_LABELS = {
    StopReason.CORRECTION: "等待补正",
    StopReason.THIRD_PARTY: "征求第三方意见",
    StopReason.CO_MAKER: "征求共同制作机关意见",
    StopReason.AGENCY: "征求其他机关意见",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """The answer.

    ``starts_on`` is day 0 of the count. ``original_due_on`` is the limit without the extension,
    ``due_on`` the statute's limit for this case, ``office_due_on`` the office's; all three are
    None while the clock is stopped, and ``stopped_by`` says by what. ``days_late`` and
    ``working_days_used`` are working days; a reply handed over on the weekend after its last day
    is late by 0 of them. ``added_days``: what extension and delay add to both limits.
    ``provisional``: the due day lies past the calendar's horizon.
    """

    statute: StatuteCode
    starts_on: date
    original_due_on: date | None
    due_on: date | None
    office_due_on: date | None
    timeliness: Timeliness
    days_late: int
    working_days_used: int
    provisional: bool
    calendar_version: str
    warnings: tuple[Note, ...]
    stopped_by: StopReason | None
    added_days: int = 0


class DueDates(NamedTuple):
    """The two limits of a case, both None while its clock is stopped."""

    due_on: date | None
    office_due_on: date | None


_STOPPED = DueDates(None, None)


def reckon(
    facts: ClockFacts,
    calendar: WorkingDayCalendar,
    *,
    today: date,
    office_days: int = OFFICE_DAYS,
) -> Reckoning:
    """Reckon one case; the day-by-day proof is ``clock_trail.trail``.

    Facts the law gives no effect are ignored with a warning (``clock_checks.check_event`` refuses
    them beforehand). RuleBroken ``before_any_statute`` for a receipt before 2008-05-01.
    """
    state = replay(facts, calendar)
    statute = state.statute
    ended_on = facts.replied_on or state.closed_on
    original = due = office = None
    stopped_by = None if ended_on and not state.stands_still_since else _stopped_by(state)
    if stopped_by is None:
        original = state.limit(statute.base_days)[0]
        due, office = _limits(state, office_days)
    timeliness = _timeliness(facts, state, original, due, today)
    notes = state.notes
    if ended_on is None:
        notes = [*notes, *_open_notes(state, today)]
    ordered = facts.ordered_due_on is not None
    provisional = due is not None and not ordered and calendar.is_provisional(due)
    if provisional and due is not None:
        notes = [*notes, _provisional_note(due)]
    late_through = {Timeliness.LATE: facts.replied_on, Timeliness.OVERDUE: today}.get(timeliness)
    return Reckoning(
        statute=statute.code,
        starts_on=state.starts_on,
        original_due_on=original,
        due_on=due,
        office_due_on=office,
        timeliness=timeliness,
        days_late=calendar.count(due, late_through) if due and late_through else 0,
        working_days_used=_used(state, ended_on or today),
        provisional=provisional,
        calendar_version=calendar.version,
        warnings=tuple(notes),
        stopped_by=stopped_by,
        added_days=state.added_days,
    )


def due_dates(
    cases: Iterable[ClockFacts],
    calendar: WorkingDayCalendar,
    *,
    office_days: int = OFFICE_DAYS,
) -> Iterator[DueDates]:
    """Yield the limits of many cases in one pass, as after a change of the calendar.

    The same answers as ``reckon``. Cases without events that were received on one day share
    their limits, so each such day is looked up once.
    """
    plain: dict[tuple[StatuteCode | None, date], DueDates] = {}
    for facts in cases:
        if not facts.events:
            key = (facts.statute, facts.received_on)
            dates = plain.get(key)
            if dates is None:
                dates = plain[key] = DueDates(*_limits(replay(facts, calendar), office_days))
            yield dates
            continue
        state = replay(facts, calendar)
        stopped = _is_stopped(facts, state)
        yield _STOPPED if stopped else DueDates(*_limits(state, office_days))


def _is_stopped(facts: ClockFacts, state: Replay) -> bool:
    if state.stands_still_since is not None:
        return True
    return not (facts.replied_on or state.closed_on) and state.is_suspended()


def _limits(state: Replay, office_days: int) -> tuple[date, date]:
    base, more = state.statute.base_days, state.added_days
    due = state.limit(base + more)[0]
    office = state.limit(min(base, office_days) + more)[0]
    return due, office


def _stopped_by(state: Replay) -> StopReason | None:
    if state.stands_still_since is not None:
        return StopReason.CORRECTION
    if not state.is_suspended():
        return None
    open_with = {consultation.party for consultation in state.consultations}
    waited_for = open_with & state.statute.suspending
    return next(StopReason(party.value) for party in Party if party in waited_for)


def judge(day: date, original_due_on: date | None, due_on: date | None) -> Timeliness:
    """Return how an answer, or an end, on ``day`` stands to its limits.

    Without a limit (the clock stood still) there was nothing to miss.
    """
    if due_on is None or original_due_on is None or day <= original_due_on:
        return Timeliness.ON_TIME
    return Timeliness.EXTENDED if day <= due_on else Timeliness.LATE


def _timeliness(
    facts: ClockFacts,
    state: Replay,
    original: date | None,
    due: date | None,
    today: date,
) -> Timeliness:
    replied_on = facts.replied_on
    if replied_on is not None:
        return judge(replied_on, original, due)
    if state.closed_on is not None:
        return Timeliness.CLOSED
    if state.stands_still_since is not None:
        return Timeliness.AWAITING_CORRECTION
    if due is None:
        return Timeliness.SUSPENDED
    return Timeliness.OPEN if today <= due else Timeliness.OVERDUE


def _used(state: Replay, through: date) -> int:
    """Return how many days of the limit are used up by the end of ``through``; at least 0."""
    stopped_on = state.stands_still_since
    if stopped_on is None and state.is_suspended():
        stopped_on = state.open_since
    if stopped_on is not None:
        through = min(through, stopped_on)
    _, effective = state.limit(state.statute.base_days + state.added_days)
    used = state.calendar.count(state.starts_on, through)
    for span in state.spans[:effective]:
        if span.after < through:
            used -= state.calendar.count(span.after, min(span.through, through))
    return max(used, 0)


def _open_notes(state: Replay, today: date) -> list[Note]:
    before = len(state.notes)
    for consultation in state.consultations:
        state.note_slow_opinion(consultation, today)
    notes = state.notes[before:]
    del state.notes[before:]
    if state.fee_noticed_on is not None:
        message = (
            f"{full_date(state.fee_noticed_on)}已发收费通知，尚未登记缴费；"
            "缴费后，期限自缴费次日重新计算"
        )
        notes.append(Note("fee_unpaid", message, "on", state.statute.article(Rule.FEE_RESTART)))
    return notes


def _provisional_note(due: date) -> Note:
    return Note(
        "provisional",
        f"答复期限 {full_date(due)}为暂定：{due.year}年的放假安排尚未公布，公布后将重新推算",
        "",
        "国务院办公厅放假通知",
    )
