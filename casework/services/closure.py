"""送达、办结、归档, and the applicant's 撤回: how a case ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.application import DeliveryMethod
from casework.domain.errors import RuleBroken
from casework.domain.states import State
from casework.domain.statutory_clock import Timeliness, reckon
from casework.domain.text import clean_text
from casework.domain.workflow import Action
from casework.models import Delivery, Document
from casework.queries.case_facts import clock_facts_of, is_answered_anew
from casework.services.case_file import CaseKey, carry_out, open_case, reckon_dates
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from datetime import date

    from casework.models import Case
    from casework.services.desk import Desk

WITHDRAWN = "withdrawn"
POST_BASIS = "国办公开办函〔2016〕235号"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """How the reply left: ``handed_over_on`` is the day that counts as the reply.

    The day of signature for direct service, of posting for mail (国办公开办函〔2016〕235号).
    """

    method: DeliveryMethod
    handed_over_on: date
    mail_number: str = ""
    signed_on: date | None = None
    note: str = ""


def dispatch(desk: Desk, case_id: int, handover: Handover, *, version: int | None) -> CaseKey:
    """登记送达: record how and when the issued reply was handed over; that day is the reply."""
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        document = _issued_reply(desk, case)
        carry_out(
            desk,
            case,
            Action.DISPATCH,
            effective_on=handover.handed_over_on,
            detail={"method": handover.method.value, "mail_number": handover.mail_number},
        )
        _check_handover(desk, case, document, handover)
        desk.session.add(
            Delivery(
                case_id=case.id,
                document_id=document.id if document else None,
                method=handover.method,
                handed_over_on=handover.handed_over_on,
                mail_number=clean_text(handover.mail_number),
                signed_on=handover.signed_on,
                address=_address(case, handover.method),
                note=clean_text(handover.note),
            )
        )
        # A case that was taken up again was answered when it was answered first.
        case.replied_on = case.replied_on or handover.handed_over_on
        if case.reopenings:
            case.reopenings[-1].replied_on = handover.handed_over_on
        if not is_answered_anew(case):
            reckon_dates(desk, case)
        return CaseKey(case.id, case.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """Why a case was late and which unit answers for it."""

    cause: str = ""
    unit: str = ""


def close(
    desk: Desk, case_id: int, *, lateness: Lateness | None = None, version: int | None
) -> CaseKey:
    """办结: the case counts as finished from the day its reply was handed over.

    Whenever the clerk gets round to it, the statistics follow the reply (docs/counting.md). A late
    case needs its cause and the unit responsible (条例第四十七条 asks for supervision and account).
    """
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        ended_on = _served_on(desk, case)
        late = _note_lateness(desk, case, lateness or Lateness())
        carry_out(
            desk,
            case,
            Action.CLOSE,
            effective_on=ended_on,
            detail={"late_cause": case.late_cause, "late_unit": case.late_unit} if late else {},
        )
        case.closed_on = ended_on
        return CaseKey(case.id, case.number)


def archive(desk: Desk, case_id: int, *, version: int | None) -> CaseKey:
    """归档: the file is complete and put away (条例第四十五条)."""
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        carry_out(desk, case, Action.ARCHIVE)
        case.archived_on = desk.today
        return CaseKey(case.id, case.number)


def withdraw(desk: Desk, case_id: int, *, on: date, reason: str, version: int | None) -> CaseKey:
    """申请人撤回: the applicant takes the application back; it ends without a reply."""
    reason = clean_text(reason, keep_lines=True)
    if not reason:
        raise RuleBroken("reason_missing", "请写明申请人撤回的方式和经过", field="reason")
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        begins = case.received_on or case.arrived_on or case.submitted_on
        if on > desk.today or (begins is not None and on < begins):
            raise RuleBroken(
                "withdrawal_day",
                "撤回日期须在收到申请之后、今天之前（含今天）",
                field="on",
            )
        carry_out(desk, case, Action.WITHDRAW, effective_on=on, note=reason)
        case.ground = WITHDRAWN
        case.closed_on = on
        if not is_answered_anew(case):
            reckon_dates(desk, case)
        return CaseKey(case.id, case.number)


def _served_on(desk: Desk, case: Case) -> date | None:
    """Return the day of the newest reply's hand-over: a case may have been answered twice.

    Its first hand-over counts: what came back and was sent again was answered all the same.
    """
    newest = desk.session.scalar(
        select(Delivery.handed_over_on)
        .join(Document, Document.id == Delivery.document_id)
        .where(Delivery.case_id == case.id, Document.draft_id.is_not(None))
        .order_by(Document.id.desc(), Delivery.id)
        .limit(1)
    )
    return newest or case.replied_on


def _note_lateness(desk: Desk, case: Case, lateness: Lateness) -> bool:
    facts = clock_facts_of(case)
    if facts is None or case.state is not State.DISPATCHED:
        return False
    reckoning = reckon(facts, desk.calendar, today=desk.today, office_days=desk.office_days)
    if reckoning.timeliness is not Timeliness.LATE:
        return False
    case.late_cause = clean_text(lateness.cause, keep_lines=True) or case.late_cause
    case.late_unit = clean_text(lateness.unit) or case.late_unit
    for text, field, sentence in (
        (case.late_cause, "cause", "请写明逾期的原因"),
        (case.late_unit, "unit", "请填对逾期负责的科室"),
    ):
        if not text:
            raise RuleBroken(
                f"late_{field}_missing",
                f"本案逾期 {reckoning.days_late} 个工作日，{sentence}，才能办结",
                field=field,
            )
    return True


def _issued_reply(desk: Desk, case: Case) -> Document | None:
    return desk.session.scalars(
        select(Document)
        .where(Document.case_id == case.id, Document.draft_id.is_not(None))
        .order_by(Document.id.desc())
        .limit(1)
    ).one_or_none()


def _address(case: Case, method: DeliveryMethod) -> str:
    """Return where the reply went: what the applicant gave for this way of delivery."""
    applicant = case.applicant
    if method is DeliveryMethod.EMAIL:
        return applicant.email
    return applicant.phone if method is DeliveryMethod.FAX else applicant.address


def _check_handover(desk: Desk, case: Case, document: Document | None, handover: Handover) -> None:
    day = handover.handed_over_on
    if day > desk.today:
        raise RuleBroken("reply_in_future", "送达日期不能晚于今天", field="handed_over_on")
    if case.received_on is not None and day < case.received_on:
        raise RuleBroken(
            "reply_before_receipt",
            f"早于收到日期 {case.received_on:%Y-%m-%d}。邮寄填交邮之日，直接送达填签收之日",
            field="handed_over_on",
            basis=POST_BASIS,
        )
    if document is not None and day < document.dated_on:
        raise RuleBroken(
            "reply_before_letter",
            f"早于答复书的成文日期 {document.dated_on:%Y-%m-%d}，请核对",
            field="handed_over_on",
        )
    if handover.method is DeliveryMethod.MAIL and not clean_text(handover.mail_number):
        raise RuleBroken(
            "mail_number_missing",
            "邮寄须通过邮政企业，请填邮件号码",
            field="mail_number",
            basis=POST_BASIS,
        )
    if handover.signed_on is not None and handover.signed_on < day:
        raise RuleBroken(
            "signed_before_handover", "签收日期早于送达日期，请核对", field="signed_on"
        )
