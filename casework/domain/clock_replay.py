"""Replaying a case's facts, one event after the other, as the regulation reads them.

The outcome is a ``Replay``: the day the count starts from, the spans that do not count, the
extension in force, what the clock waits for, and a note for every fact that is out of order. It
computes no timeliness and knows no "today"; ``statutory_clock`` reads it.

Three mechanisms, and they differ: a correction or a paid fee *restarts* the count, a consultation
*takes out* days, an extension *adds* days to the same count.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from casework.domain.clock_breaches import Note, delay_breach, extension_breach, fee_notice_breach
from casework.domain.clock_events import ClockEvent, ClockEventKind, full_date
from casework.domain.statutes import Party, Rule, Statute

if TYPE_CHECKING:
    from datetime import date

    from casework.domain.clock_events import ClockFacts
    from casework.domain.working_days import WorkingDayCalendar


class Span(NamedTuple):
    """Days that do not count: those after ``after`` up to and including ``through``."""

    after: date
    through: date
    parties: tuple[Party, ...]


class Wait(NamedTuple):
    """The days after a correction was asked for, until it came; ``until`` None: it has not."""

    since: date
    until: date | None


class Period(NamedTuple):
    """A count that a restart ended: where it began, what it left out, on which day it fell away."""

    starts_on: date
    spans: tuple[Span, ...]
    ended_on: date
    restarted_by: ClockEventKind


@dataclass(slots=True)
class Replay:
    """The state of the clock after the events read so far.

    ``starts_on`` is day 0. ``open_since`` is the day from which a consultation that has not ended
    takes out days; ``awaiting_since`` the day of a correction request that has no answer yet.
    """

    statute: Statute
    calendar: WorkingDayCalendar
    received_on: date
    starts_on: date
    restarted_by: ClockEventKind | None = None
    extension_days: int = 0
    delay_days: int = 0
    spans: list[Span] = field(default_factory=list)
    consultations: list[ClockEvent] = field(default_factory=list)
    open_since: date | None = None
    awaiting_since: date | None = None
    correction_requests: int = 0
    fee_noticed_on: date | None = None
    closed_on: date | None = None
    past_periods: list[Period] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    ordered_due_on: date | None = None
    open_parties: set[Party] = field(default_factory=set)

    # What the period is

    @property
    def added_days(self) -> int:
        """What the office added to the statute's limit: the extension and the delay."""
        return self.extension_days + self.delay_days

    def limit(self, days: int) -> tuple[date, int]:
        """Return the ``days``-th day that counts, and how many spans lie before it.

        A span that starts on or after the last day finds nothing left to stop: it changes nothing.
        An ordered day is the limit whatever is counted.
        """
        if self.ordered_due_on is not None:
            return self.ordered_due_on, 0
        calendar, starts_on = self.calendar, self.starts_on
        last = calendar.add(starts_on, days)
        used = 0
        for span in self.spans:
            if span.after >= last:
                break
            days += calendar.count(span.after, span.through)
            last = calendar.add(starts_on, days)
            used += 1
        return last, used

    def due(self) -> date:
        """Return the statutory last day by what is known now, an open consultation aside."""
        return self.limit(self.statute.base_days + self.added_days)[0]

    def is_suspended(self) -> bool:
        """Tell whether a consultation that has not ended holds the count."""
        if self.ordered_due_on is not None:
            return False
        return self.open_since is not None and self.open_since < self.due()

    @property
    def stands_still_since(self) -> date | None:
        """The day of a correction request without an answer, where that stops the period."""
        return None if self.ordered_due_on is not None else self.awaiting_since

    def open_consultation(self, party: Party | None) -> ClockEvent | None:
        """Return the oldest consultation that has not ended, with ``party`` if one is named."""
        return next((c for c in self.consultations if party in (None, c.party)), None)

    # Reading

    def read(self, event: ClockEvent) -> None:
        """Apply one event; what the law gives no effect is noted and otherwise ignored."""
        if event.on < self.received_on:
            self.note(
                "event_before_receipt",
                f"{event.kind.label}日期 {full_date(event.on)}早于收到日期，未计入",
                "on",
            )
            return
        _READERS[event.kind](self, event)

    def end_consultations(self, on: date) -> None:
        """Let the answer end what is still open: after it there is nothing left to count."""
        if self.open_since is not None and self.is_suspended():
            self.note(
                "consultation_open_at_end",
                "征求意见没有登记结束日期，按办结之日结束推算，请补登",
                "on",
            )
            self.close_span(on)

    def note_slow_opinion(self, started: ClockEvent, through: date) -> None:
        """Note a party that took longer than its own working days; the real end is used."""
        limit = self.statute.opinion_limit(started.party)
        if limit is None or started.party is None:
            return
        taken = self.calendar.count(started.on, through)
        if taken > limit.days:
            whom = started.party.label
            self.note(
                f"{started.party.value}_slow",
                f"自 {full_date(started.on)}征求{whom}意见已用 {taken} 个工作日，"
                f"{whom}应在 {limit.days} 个工作日内提出意见，{_SILENCE[limit.rule]}",
                "on",
                limit.rule,
            )

    # Bookkeeping

    def restart(self, event: ClockEvent) -> None:
        """Start the count anew from the day of ``event``; an extension falls away with the old."""
        if self.ordered_due_on is not None:
            return
        if self.added_days:
            self.note(
                "extension_fell_away",
                f"{event.kind.label}后期限重新计算，此前的延期不再适用；仍需延期的，请重新办理",
                "on",
                Rule.EXTENSION,
            )
        spans = list(self.spans)
        if self.open_since is not None:
            spans.append(Span(self.open_since, event.on, self._parties()))
            self.open_since = event.on  # it goes on in the new period
        self.past_periods.append(Period(self.starts_on, tuple(spans), event.on, event.kind))
        self.starts_on = event.on
        self.restarted_by = event.kind
        self.extension_days = self.delay_days = 0
        self.spans = []

    def close_span(self, on: date) -> None:
        """Let the open consultation end on ``on``."""
        if self.open_since is not None:
            self.spans.append(Span(self.open_since, on, self._parties()))
        self.open_since = None

    def _parties(self) -> tuple[Party, ...]:
        return tuple(party for party in Party if party in self.open_parties)

    def note(self, code: str, message: str, name: str, rule: Rule | None = None) -> None:
        """Keep a note on the input ``name``, with the article of ``rule``."""
        basis = self.statute.article(rule) if rule else ""
        self.notes.append(Note(code, message, name, basis))


_SILENCE = {
    Rule.THIRD_PARTY: "逾期由本机关依法决定是否公开",
    Rule.CO_MAKER: "逾期未提出意见的视为同意公开",
}

# One reader for each kind of event


def _read_correction_requested(state: Replay, event: ClockEvent) -> None:
    if not state.statute.correction_restarts:
        state.note(
            "correction_is_an_answer",
            "告知更改、补充本身是答复，不影响期限；请将告知之日登记为答复日期",
            "on",
            Rule.CORRECTION,
        )
        return
    state.correction_requests += 1
    limit = state.statute.correction_notice_days
    if limit is not None and state.correction_requests == 1:
        taken = state.calendar.count(state.received_on, event.on)
        if taken > limit:
            state.note(
                "correction_notice_late",
                f"补正告知在收到申请后第 {taken} 个工作日发出，应在 {limit} 个工作日内发出",
                "on",
                Rule.CORRECTION,
            )
    elif state.correction_requests > 1:
        state.note(
            "correction_requested_twice",
            "补正事项应当一次性告知，本件告知补正不止一次",
            "on",
            Rule.CORRECTION,
        )
    if state.awaiting_since is None:
        state.awaiting_since = event.on


def _read_correction_received(state: Replay, event: ClockEvent) -> None:
    if not state.statute.correction_restarts:
        state.note(
            "correction_restarts_nothing",
            "2007年条例没有补正后重新计算期限的规定，收到补正不影响期限",
            "on",
            Rule.CORRECTION,
        )
        return
    if state.awaiting_since is None:
        state.note(
            "correction_without_request",
            "没有登记告知补正的日期，仍按收到补正之日重新计算期限，请补登",
            "on",
            Rule.CORRECTION,
        )
    else:
        state.waits.append(Wait(state.awaiting_since, event.on))
        state.awaiting_since = None
    state.restart(event)


def _read_fee_noticed(state: Replay, event: ClockEvent) -> None:
    if breach := fee_notice_breach(state, event.on):
        state.notes.append(breach)
    if state.statute.fee_restart_from is not None:
        state.fee_noticed_on = event.on


def _read_fee_paid(state: Replay, event: ClockEvent) -> None:
    from_day = state.statute.fee_restart_from
    if from_day is None or event.on < from_day:
        state.note("fee_restarts_nothing", "当时没有缴费后重新计算期限的规定，缴费不影响期限", "on")
        return
    if state.fee_noticed_on is None:
        state.note(
            "fee_paid_without_notice",
            "没有登记收费通知的日期，仍自缴费次日重新计算期限，请补登",
            "on",
            Rule.FEE_RESTART,
        )
    state.fee_noticed_on = None
    state.restart(event)


def _read_extension(state: Replay, event: ClockEvent) -> None:
    if breach := extension_breach(state, event):
        state.notes.append(breach._replace(message=f"延期未计入：{breach.message}"))
    else:
        state.extension_days = event.days or 0


def _read_delay(state: Replay, event: ClockEvent) -> None:
    if breach := delay_breach(state, event):
        state.notes.append(breach._replace(message=f"延迟未计入：{breach.message}"))
    else:
        state.delay_days = event.days or 0


def _read_consultation_started(state: Replay, event: ClockEvent) -> None:
    state.consultations.append(event)
    if event.party not in state.statute.suspending:
        state.note(
            "consultation_counts",
            "征求其他机关意见所需时间计入答复期限",
            "on",
            Rule.CONSULTATION,
        )
        return
    if state.open_since is None:
        state.open_since = event.on
        state.open_parties = set()
        ordered = state.ordered_due_on is not None
        if state.awaiting_since is None and not ordered and not state.is_suspended():
            state.note(
                "consultation_after_due",
                f"征求意见始于答复期限届满之日 {full_date(state.due())}或以后，不影响期限",
                "on",
                Rule.CONSULTATION,
            )
    state.open_parties.add(event.party)


def _read_consultation_ended(state: Replay, event: ClockEvent) -> None:
    started = state.open_consultation(event.party)
    if started is None:
        state.note(
            "end_without_start",
            f"{full_date(event.on)}登记了征求意见结束，但没有相应的开始日期，未计入",
            "on",
        )
        return
    state.consultations.remove(started)
    state.note_slow_opinion(started, event.on)
    suspending = state.statute.suspending
    if started.party in suspending and not any(c.party in suspending for c in state.consultations):
        state.close_span(event.on)


def _read_closed(state: Replay, event: ClockEvent) -> None:
    if state.closed_on is None:
        state.closed_on = event.on


_READERS = {
    ClockEventKind.CORRECTION_REQUESTED: _read_correction_requested,
    ClockEventKind.CORRECTION_RECEIVED: _read_correction_received,
    ClockEventKind.FEE_NOTICED: _read_fee_noticed,
    ClockEventKind.FEE_PAID: _read_fee_paid,
    ClockEventKind.EXTENSION: _read_extension,
    ClockEventKind.DELAY: _read_delay,
    ClockEventKind.CONSULTATION_STARTED: _read_consultation_started,
    ClockEventKind.CONSULTATION_ENDED: _read_consultation_ended,
    ClockEventKind.CLOSED: _read_closed,
}


def replay(
    facts: ClockFacts,
    calendar: WorkingDayCalendar,
    *,
    up_to: ClockEvent | None = None,
) -> Replay:
    """Read the events of ``facts`` in order; with ``up_to``, as they stood when that one happened.

    Events after the reply change nothing and are noted; a reply or a closure ends an open
    consultation. RuleBroken ``before_any_statute`` if no regulation was in force.
    """
    state = Replay(
        facts.governing_statute,
        calendar,
        facts.received_on,
        facts.received_on,
        ordered_due_on=facts.ordered_due_on,
    )
    for event in facts.in_reading_order():
        if up_to is not None and event.reading_order > up_to.reading_order:
            break
        ended_on = facts.replied_on or state.closed_on
        if ended_on is None or event.on <= ended_on:
            state.read(event)
        elif event.kind is not ClockEventKind.CLOSED:
            message = f"{event.kind.label}日期 {full_date(event.on)}晚于办结之日，未计入"
            state.notes.append(Note("event_after_end", message, "on"))
    if state.awaiting_since is not None:
        state.waits.append(Wait(state.awaiting_since, None))
    if up_to is None and (ended_on := facts.replied_on or state.closed_on) is not None:
        state.end_consultations(ended_on)
    return state
