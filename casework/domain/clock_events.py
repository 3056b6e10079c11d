"""The facts the clock reads: what happened to a case, and on which day; nothing computed.

Every date is a Beijing date. A due date is a pure function of these facts and a calendar, so
removing a fact gives back the date it would always have been.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.statutes import STATUTES, Party, Statute, StatuteCode, statute_for

if TYPE_CHECKING:
    from datetime import date


class ClockEventKind(StrEnum):
    """What can happen to the clock of a case.

    The order of the members is the order in which events of one day are read: a correction asked
    for and received on the same day restarts the count, an extension decided on the day a
    consultation starts lengthens the period the consultation falls into, and a consultation that
    starts and ends on one day takes out nothing.
    """

    CORRECTION_REQUESTED = "correction_requested"
    CORRECTION_RECEIVED = "correction_received"
    FEE_NOTICED = "fee_noticed"
    FEE_PAID = "fee_paid"
    EXTENSION = "extension"
    DELAY = "delay"
    CONSULTATION_STARTED = "consultation_started"
    CONSULTATION_ENDED = "consultation_ended"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The word in the case's history."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    ClockEventKind.CORRECTION_REQUESTED: "告知补正",
    ClockEventKind.CORRECTION_RECEIVED: "收到补正",
    ClockEventKind.FEE_NOTICED: "收费通知",
    ClockEventKind.FEE_PAID: "缴费",
    ClockEventKind.EXTENSION: "延期",
    ClockEventKind.DELAY: "确定延迟答复期限",
    ClockEventKind.CONSULTATION_STARTED: "开始征求意见",
    ClockEventKind.CONSULTATION_ENDED: "征求意见结束",
    ClockEventKind.CLOSED: "办结",
}
_READING_ORDER = {kind: place for place, kind in enumerate(ClockEventKind)}


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """One fact: ``party`` for consultations (an end may leave it out), ``days`` for added days."""

    kind: ClockEventKind
    on: date
    party: Party | None = None
    days: int | None = None

    @property
    def reading_order(self) -> tuple[date, int, str, int]:
        """The sort key that makes the reckoning independent of the order facts were typed in."""
        return (self.on, _READING_ORDER[self.kind], self.party or "", self.days or 0)


class ClockStart(StrEnum):
    """What day 0 of a period is: the receipt, or what made the office answer anew (重新答复)."""

    RECEIPT = "receipt"
    ORDER = "order"
    REOPENING = "reopening"

    @property
    def label(self) -> str:
        """The act, e.g. 收到申请."""
        return _START_LABELS[self][0]

    @property
    def day_label(self) -> str:
        """The day of it, e.g. 收到日期."""
        return _START_LABELS[self][1]


_START_LABELS = {
    ClockStart.RECEIPT: ("收到申请", "收到日期"),
    ClockStart.ORDER: ("收到责令重新答复的决定、判决", "收到决定、判决的日期"),
    ClockStart.REOPENING: ("本机关重开", "重开日期"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFacts:
    """One period as the clock sees it: of an application, or of a new answer to it.

    ``statute`` None means the regulation in force on ``received_on``; a code overrides it (law
    of transition: docs/clock.md). ``replied_on`` is the day the reply was handed over or posted
    (国办公开办函〔2016〕235号), None while there is no reply.

    For a new answer ``received_on`` is the day 0 of its own period, named by ``start``.
    ``ordered_due_on`` is the last day that a 复议 decision or a judgment set: it is not the
    regulation's limit, and nothing in the regulation moves it (docs/clock.md).
    """

    received_on: date
    statute: StatuteCode | None = None
    events: tuple[ClockEvent, ...] = ()
    replied_on: date | None = None
    start: ClockStart = ClockStart.RECEIPT
    ordered_due_on: date | None = None

    @property
    def governing_statute(self) -> Statute:
        """The regulation that governs; RuleBroken ``before_any_statute`` if there was none."""
        return STATUTES[self.statute] if self.statute else statute_for(self.received_on)

    def in_reading_order(self) -> list[ClockEvent]:
        """Return the events by day, those of one day in the order of their kinds."""
        return sorted(self.events, key=lambda event: event.reading_order)


def full_date(day: date) -> str:
    """Return 2026年9月28日, for the sentences of this room (formatting stands above the domain)."""
    return f"{day.year}年{day.month}月{day.day}日"
