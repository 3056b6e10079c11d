"""From the cells of one row to a ``LedgerRow``, or to everything that is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain import ledger_values as values
from casework.domain.application import ReliefKind
from casework.domain.errors import RuleBroken
from casework.domain.ledger import (
    WITHHELD_NOTE,
    Consultation,
    Correction,
    Extension,
    LedgerRow,
    ReliefRecord,
)
from casework.domain.ledger_checks import Reading, RowProblem, check
from casework.domain.ledger_columns import COLUMNS, Slot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from casework.domain.application import ApplicantType
    from casework.domain.ledger_values import Cell
    from casework.domain.outcome_labels import LedgerOutcome


def parse_row(cells: Mapping[Slot, Cell], *, today: date) -> LedgerRow | list[RowProblem]:
    """Read one row; return it, or all of its problems in the order of the sheet's columns.

    ``today`` is the Beijing date: nothing in a ledger lies after it.
    """
    reading = Reading(
        {
            slot: cell
            for slot, cell in cells.items()
            if not values.is_blank(cell, as_text=COLUMNS[slot.key].free_text)
        }
    )
    for slot, cell in reading.cells.items():
        try:
            reading.values[slot] = COLUMNS[slot.key].read(slot.header, cell)
        except RuleBroken as broken:
            reading.object_to(slot.key, broken.message, slot.turn)
    applicant_type = _applicant_type(reading)
    check(reading, today)
    if reading.problems or applicant_type is None:
        in_order = sorted(reading.problems, key=lambda found: _place(found[0]))
        return [problem for _, problem in in_order]
    return _row(reading, applicant_type)


_PLACES = {key: place for place, key in enumerate(COLUMNS)}


def _place(slot: Slot) -> tuple[int, int]:
    return _PLACES[slot.key], slot.turn


def _applicant_type(reading: Reading) -> ApplicantType | None:
    id_kind = reading.get("id_kind") or ""
    try:
        values.check_id_number("证件号码", id_kind, reading.get("id_number") or "")
    except RuleBroken as broken:
        reading.object_to("id_number", broken.message)
    if reading.given("applicant_type"):
        given: ApplicantType | None = reading.get("applicant_type")
        return given
    name = reading.get("name")
    if not name:
        return None
    try:
        return values.applicant_type_from("申请人类型", name, id_kind)
    except RuleBroken as broken:
        reading.object_to("applicant_type", broken.message)
        return None


def _row(reading: Reading, applicant_type: ApplicantType) -> LedgerRow:
    get = reading.get
    outcome: LedgerOutcome | None = get("outcome")
    days = get("extension_days")
    delivery = get("delivery")
    if delivery is None and get("mail_number"):
        # Only post has an item number.
        delivery = values.read_delivery("送达方式", "邮寄送达")
    return LedgerRow(
        number=get("number") or "",
        agency=get("agency") or "",
        channel=get("channel"),
        submitted_on=get("submitted_on"),
        received_on=get("received_on"),
        applicant_type=applicant_type,
        name=get("name"),
        id_kind=get("id_kind") or "",
        id_number=get("id_number") or "",
        phone=get("phone") or "",
        address=get("address") or "",
        postcode=get("postcode") or "",
        email=get("email") or "",
        request_text=get("request_text"),
        subject=get("subject") or "",
        unit=get("unit") or "",
        corrections=_corrections(reading),
        consultations=_consultations(reading),
        extension=Extension(days, get("extended_on")) if days else None,
        fee_noticed_on=get("fee_noticed_on"),
        fee_paid_on=get("fee_paid_on"),
        fee_yuan=get("fee_yuan"),
        replied_on=get("replied_on"),
        closed_on=get("closed_on") or get("replied_on"),
        ground=outcome.ground.code if outcome else None,
        document_number=get("document_number") or "",
        delivery=delivery,
        mail_number=get("mail_number") or "",
        reviews=_reviews(reading),
        suits=_suits(reading),
        made_public=get("made_public") or "",
        note=_note(get("note") or "", outcome),
    )


def _note(note: str, outcome: LedgerOutcome | None) -> str:
    if outcome is None or not outcome.withheld:
        return note
    line = WITHHELD_NOTE + "、".join(ground.label for ground in outcome.withheld)
    return f"{note}\n{line}" if note else line


def _given_turns(reading: Reading, group: str, key: str) -> list[int]:
    return [turn for turn in range(1, reading.turns(group) + 1) if reading.given(key, turn)]


def _corrections(reading: Reading) -> tuple[Correction, ...]:
    return tuple(
        Correction(
            reading.get("correction_requested_on", turn),
            reading.get("correction_received_on", turn),
        )
        for turn in _given_turns(reading, "correction", "correction_requested_on")
    )


def _consultations(reading: Reading) -> tuple[Consultation, ...]:
    return tuple(
        Consultation(
            reading.get("consultation_party", turn),
            reading.get("consultation_started_on", turn),
            reading.get("consultation_ended_on", turn),
        )
        for turn in _given_turns(reading, "consultation", "consultation_started_on")
    )


def _reviews(reading: Reading) -> tuple[ReliefRecord, ...]:
    return tuple(
        ReliefRecord(
            ReliefKind.REVIEW,
            reading.get("review_on", turn),
            reading.get("review_result", turn),
        )
        for turn in _given_turns(reading, "review", "review_on")
    )


def _suits(reading: Reading) -> tuple[ReliefRecord, ...]:
    return tuple(
        ReliefRecord(
            reading.get("suit_kind", turn),
            reading.get("suit_on", turn),
            reading.get("suit_result", turn),
        )
        for turn in _given_turns(reading, "suit", "suit_on")
    )
