"""One row of a ledger (台账): read from cells, checked as a whole, and written back to cells.

An old ledger is the office's record of what it did. It is taken as given where the law of the day
might have been broken (a late reply, an extension beyond the cap, a ground that its regulation
did not know): the clock and the tables show such things, nobody rewrites them. Refused is what
cannot be true or cannot be counted.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.clock_events import ClockEvent, ClockEventKind, ClockFacts
from casework.domain.ledger_columns import COLUMNS, Slot
from casework.domain.ledger_values import text_of
from casework.domain.outcome_labels import label_for_ledger
from casework.domain.outcomes import get_ground
from casework.domain.states import State
from casework.domain.statutes import Party, Statute, statute_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from decimal import Decimal

    from casework.domain.application import (
        ApplicantType,
        Channel,
        DeliveryMethod,
        ReliefKind,
        ReliefResult,
    )
    from casework.domain.ledger_values import Cell

WITHHELD_NOTE = "不公开部分的理由："
"""How 部分公开-个人隐私 keeps its second half: as a line of 备注, where people read it."""


@dataclass(frozen=True, slots=True)
class Correction:
    """告知补正, and the day the corrected application came in, if it has."""

    requested_on: date
    received_on: date | None = None


@dataclass(frozen=True, slots=True)
class Consultation:
    """征求意见 from ``started_on`` to ``ended_on`` (None while it lasts)."""

    party: Party
    started_on: date
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """延期 by so many working days, told on ``on``."""

    days: int
    on: date


@dataclass(frozen=True, slots=True)
class ReliefRecord:
    """One 复议 or 诉讼."""

    kind: ReliefKind
    filed_on: date
    result: ReliefResult


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One application as a ledger tells it.

    ``agency`` is what the row calls it (a name, a code, a path), "" for the default one.
    ``closed_on`` is 办结日期 or, where the ledger has none, 答复日期. ``ground`` is a code of the
    catalogue; the row is finished if and only if it has one.
    """

    received_on: date
    channel: Channel
    applicant_type: ApplicantType
    name: str
    request_text: str
    number: str = ""
    agency: str = ""
    submitted_on: date | None = None
    id_kind: str = ""
    id_number: str = ""
    phone: str = ""
    address: str = ""
    postcode: str = ""
    email: str = ""
    subject: str = ""
    unit: str = ""
    corrections: tuple[Correction, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    extension: Extension | None = None
    fee_noticed_on: date | None = None
    fee_paid_on: date | None = None
    fee_yuan: Decimal | None = None
    replied_on: date | None = None
    closed_on: date | None = None
    ground: str | None = None
    document_number: str = ""
    delivery: DeliveryMethod | None = None
    mail_number: str = ""
    reviews: tuple[ReliefRecord, ...] = ()
    suits: tuple[ReliefRecord, ...] = ()
    made_public: str = ""
    note: str = ""

    @property
    def statute(self) -> Statute:
        """The regulation in force on the receipt day; a ledger names no other."""
        return statute_for(self.received_on)

    @property
    def state(self) -> State:
        """Where the case stands after the import.

        Finished cases are 已办结. Of the open ones those that wait for the applicant are 待补正
        (2019 条例第三十条; the 2007 regulation knows no such wait), those with a unit 拟办中, the
        rest 待分办.
        """
        if self.closed_on is not None:
            return State.CLOSED
        waits = any(correction.received_on is None for correction in self.corrections)
        if waits and self.statute.correction_restarts:
            return State.AWAITING_CORRECTION
        return State.DRAFTING if self.unit else State.AWAITING_ASSIGNMENT

    @property
    def clock_events(self) -> tuple[ClockEvent, ...]:
        """The dated facts the clock reads, in reading order."""
        events = [
            event
            for correction in self.corrections
            for event in _pair(
                ClockEventKind.CORRECTION_REQUESTED,
                correction.requested_on,
                ClockEventKind.CORRECTION_RECEIVED,
                correction.received_on,
            )
        ]
        events += [
            event
            for consultation in self.consultations
            for event in _pair(
                ClockEventKind.CONSULTATION_STARTED,
                consultation.started_on,
                ClockEventKind.CONSULTATION_ENDED,
                consultation.ended_on,
                consultation.party,
            )
        ]
        if self.extension is not None:
            events.append(
                ClockEvent(ClockEventKind.EXTENSION, self.extension.on, days=self.extension.days)
            )
        if self.fee_noticed_on is not None:
            events.append(ClockEvent(ClockEventKind.FEE_NOTICED, self.fee_noticed_on))
        if self.fee_paid_on is not None:
            events.append(ClockEvent(ClockEventKind.FEE_PAID, self.fee_paid_on))
        return tuple(sorted(events, key=lambda event: event.reading_order))

    def clock_facts(self) -> ClockFacts:
        """Return the case as the clock sees it; a case closed without reply says so."""
        events = self.clock_events
        if self.closed_on is not None and self.replied_on is None:
            events = (*events, ClockEvent(ClockEventKind.CLOSED, self.closed_on))
        return ClockFacts(
            received_on=self.received_on,
            statute=self.statute.code,
            events=events,
            replied_on=self.replied_on,
        )


def _pair(
    first: ClockEventKind,
    first_on: date,
    second: ClockEventKind,
    second_on: date | None,
    party: Party | None = None,
) -> list[ClockEvent]:
    events = [ClockEvent(first, first_on, party)]
    if second_on is not None:
        events.append(ClockEvent(second, second_on, party))
    return events


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedEvents:
    """The clock's facts as a ledger writes them: side by side, each start with its end."""

    corrections: tuple[Correction, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    extension: Extension | None = None
    fee_noticed_on: date | None = None
    fee_paid_on: date | None = None


def group_events(events: Iterable[ClockEvent]) -> GroupedEvents:
    """Pair the dated facts of a case; the inverse of ``LedgerRow.clock_events``.

    The earliest start takes the earliest end (of the same party): which of two overlapping
    consultations ended first does not matter to the clock.
    """
    in_order = sorted(events, key=lambda event: event.reading_order)
    of_kind: dict[ClockEventKind, list[ClockEvent]] = {kind: [] for kind in ClockEventKind}
    for event in in_order:
        of_kind[event.kind].append(event)
    received = [event.on for event in of_kind[ClockEventKind.CORRECTION_RECEIVED]]
    ends: dict[Party | None, list[date]] = {}
    for event in of_kind[ClockEventKind.CONSULTATION_ENDED]:
        ends.setdefault(event.party, []).append(event.on)
    extensions = of_kind[ClockEventKind.EXTENSION]
    noticed = of_kind[ClockEventKind.FEE_NOTICED]
    paid = of_kind[ClockEventKind.FEE_PAID]
    return GroupedEvents(
        corrections=tuple(
            Correction(event.on, _take(received, event.on))
            for event in of_kind[ClockEventKind.CORRECTION_REQUESTED]
        ),
        consultations=tuple(
            Consultation(
                event.party or Party.THIRD_PARTY,
                event.on,
                _take(ends.get(event.party) or ends.get(None, []), event.on),
            )
            for event in of_kind[ClockEventKind.CONSULTATION_STARTED]
        ),
        extension=Extension(extensions[0].days or 0, extensions[0].on) if extensions else None,
        fee_noticed_on=noticed[-1].on if noticed else None,
        fee_paid_on=paid[-1].on if paid else None,
    )


def _take(days: list[date], since: date) -> date | None:
    """Take the earliest day not before ``since`` out of ``days``."""
    for place, day in enumerate(days):
        if day >= since:
            return days.pop(place)
    return None


def cells_of(row: LedgerRow) -> dict[Slot, Cell]:
    """Return the row as cells, empty ones left out; ``parse_row`` of them gives the row back."""
    cells: dict[Slot, Cell] = {
        Slot(key): getattr(row, key) for key in _AS_THEY_ARE if getattr(row, key)
    }
    cells[Slot("channel")] = row.channel.label
    cells[Slot("applicant_type")] = row.applicant_type.label
    if row.delivery is not None:
        cells[Slot("delivery")] = row.delivery.label
    if row.ground is not None:
        cells[Slot("outcome")] = label_for_ledger(get_ground(row.ground), form=_form(row))
    if row.fee_yuan is not None:
        cells[Slot("fee_yuan")] = float(row.fee_yuan)
    if row.extension is not None:
        cells[Slot("extension_days")] = row.extension.days
        cells[Slot("extended_on")] = row.extension.on
    for turn, correction in enumerate(row.corrections, 1):
        cells[Slot("correction_requested_on", turn)] = correction.requested_on
        cells[Slot("correction_received_on", turn)] = correction.received_on
    for turn, consultation in enumerate(row.consultations, 1):
        cells[Slot("consultation_party", turn)] = consultation.party.label
        cells[Slot("consultation_started_on", turn)] = consultation.started_on
        cells[Slot("consultation_ended_on", turn)] = consultation.ended_on
    for turn, review in enumerate(row.reviews, 1):
        cells[Slot("review_on", turn)] = review.filed_on
        cells[Slot("review_result", turn)] = review.result.label
    for turn, suit in enumerate(row.suits, 1):
        cells[Slot("suit_kind", turn)] = suit.kind.label
        cells[Slot("suit_on", turn)] = suit.filed_on
        cells[Slot("suit_result", turn)] = suit.result.label
    return {slot: cell for slot, cell in cells.items() if cell is not None}


def _form(row: LedgerRow) -> str:
    """Return the form whose words the row's outcome is written in: the one of its regulation."""
    return "2014" if row.statute.code == "2007" else "2021"


def fingerprint(row: LedgerRow) -> str:
    """Return the SHA-256 of everything a row says, but for the agency it names."""
    lines = [
        f"{slot.header}={text_of(cell)}"
        for slot, cell in sorted(cells_of(row).items())
        if slot.key != "agency"
    ]
    return hashlib.sha256("\x1f".join(lines).encode()).hexdigest()


def import_key(digest: str, occurrence: int) -> str:
    """Return the key by which a row that was taken in before is known again, within its agency.

    ``digest`` is the row's fingerprint. ``occurrence`` counts rows of one file that are alike in
    every cell and bear no number: two people may ask for the same thing on the same day, and a
    file that says so twice means two cases. A numbered row is always occurrence 1.
    """
    return hashlib.sha256(f"{digest}#{occurrence}".encode()).hexdigest()


def differing_columns(one: LedgerRow, other: LedgerRow) -> list[str]:
    """Return the names of the columns in which two rows differ, in the order of a sheet."""
    left, right = _comparable(one), _comparable(other)
    order = {key: place for place, key in enumerate(COLUMNS)}
    changed = {slot for slot in left.keys() | right.keys() if left.get(slot) != right.get(slot)}
    return [slot.header for slot in sorted(changed, key=lambda slot: (order[slot.key], slot.turn))]


def _comparable(row: LedgerRow) -> Mapping[Slot, str]:
    return {slot: text_of(cell) for slot, cell in cells_of(row).items() if slot.key != "agency"}


_TRANSLATED = {"channel", "applicant_type", "delivery", "fee_yuan"}
_AS_THEY_ARE = tuple(
    key for key in COLUMNS if key in LedgerRow.__slots__ and key not in _TRANSLATED
)
