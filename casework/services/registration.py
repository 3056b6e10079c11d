"""登记: an application comes in and becomes a case (条例第二十九条、第三十一条、第四十五条)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from casework.domain.errors import NotFound, PermissionRefused, RuleBroken
from casework.domain.numbers import CASE_SERIES
from casework.domain.permissions import Permission, require
from casework.domain.receipt import needs_confirmation, validate_receipt
from casework.domain.states import State
from casework.domain.statutes import StatuteCode, statute_for
from casework.domain.text import clean_text
from casework.domain.workflow import Action
from casework.models import Agency, Applicant, Case
from casework.models.sealed import sealer
from casework.queries.case_facts import standing_events_of
from casework.services.case_file import (
    CaseKey,
    carry_out,
    open_case,
    reckon_dates,
    record_event,
)
from casework.services.numbering import draw
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from datetime import date

    from casework.domain.application import ApplicantType, ReceiptMode
    from casework.services.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicantData:
    """申请人 as the form gives it; 条例第二十九条 asks for name, proof of identity and contact."""

    type: ApplicantType
    name: str
    id_kind: str = ""
    id_number: str = ""
    phone: str = ""
    address: str = ""
    postcode: str = ""
    email: str = ""
    contact_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApplication:
    """What the clerk types from the paper form.

    ``submitted_on`` is the day on the form, ``arrived_on`` the day it reached the office,
    ``received_on`` the legal receipt day (条例第三十一条); ``None`` where the law wants a
    confirmation that has not happened yet: then no clock runs.
    """

    receipt_mode: ReceiptMode
    applicant: ApplicantData
    request_text: str
    submitted_on: date | None = None
    arrived_on: date | None = None
    received_on: date | None = None
    mail_number: str = ""
    subject: str = ""
    provide_form: str = ""
    obtain_by: str = ""
    note: str = ""
    statute: StatuteCode | None = None
    statute_reason: str = ""


def register(
    desk: Desk, application: NewApplication, *, agency_id: int, nonce: str | None = None
) -> CaseKey:
    """Register an application and give it the next number of its agency and Beijing year.

    A form that arrives twice (same ``nonce``) gives the same case. Raises RuleBroken on a fact
    that cannot be, PermissionRefused.
    """
    require(desk.actor, Permission.REGISTER)
    _check(desk, application)
    if nonce and (known := _find_by_nonce(desk, nonce)):
        return known
    try:
        with transaction(desk.session):
            if nonce and (known := _find_by_nonce(desk, nonce)):
                return known
            case = _write(desk, application, agency_id, nonce)
            return CaseKey(case.id, case.number)
    except IntegrityError:
        # The same form, posted twice at once: the other one won.
        known = _find_by_nonce(desk, nonce) if nonce else None
        if known is None:
            raise
        return known


def confirm_receipt(desk: Desk, case_id: int, *, received_on: date, version: int | None) -> CaseKey:
    """Record the day both sides confirmed receipt: from here the clock runs (第三十一条)."""
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        validate_receipt(
            received_on=received_on,
            submitted_on=case.arrived_on or case.submitted_on,
            today=desk.today,
        )
        case.received_on = received_on
        if not case.statute_reason:  # else a person chose the regulation, and said why
            case.statute = statute_for(received_on).code
        carry_out(desk, case, Action.CONFIRM_RECEIPT, effective_on=received_on)
        reckon_dates(desk, case)
        return CaseKey(case.id, case.number)


def correct_receipt(
    desk: Desk, case_id: int, *, received_on: date, reason: str, version: int | None
) -> CaseKey:
    """Put another receipt day in the place of a wrong one; everything after it is replayed."""
    reason = clean_text(reason)
    if not reason:
        raise RuleBroken("reason_missing", "请写明更正收到日期的原因", field="reason")
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        validate_receipt(received_on=received_on, submitted_on=case.submitted_on, today=desk.today)
        first = min((fact.happened_on for fact in standing_events_of(case)), default=None)
        if first is not None and first < received_on:
            raise RuleBroken(
                "event_before_receipt",
                "收到日期晚于已登记的补正、征求意见等事项，请先核对这些事项的日期",
                field="received_on",
            )
        before = case.received_on
        case.received_on = received_on
        if not case.statute_reason:
            case.statute = statute_for(received_on).code
        carry_out(
            desk,
            case,
            Action.CORRECT_RECEIPT,
            effective_on=received_on,
            note=reason,
            detail={"before": str(before), "after": str(received_on)},
        )
        reckon_dates(desk, case)
        return CaseKey(case.id, case.number)


def assign(
    desk: Desk, case_id: int, *, unit: str, handler_id: int | None, version: int | None
) -> CaseKey:
    """分办: give the case to a handling unit and, if known, to a person."""
    unit = clean_text(unit)
    if not unit:
        raise RuleBroken("unit_missing", "请填承办单位", field="unit")
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        carry_out(desk, case, Action.ASSIGN, note=unit, detail={"handler_id": handler_id})
        case.unit = unit
        case.handler_id = handler_id
        return CaseKey(case.id, case.number)


def _check(desk: Desk, application: NewApplication) -> None:
    if not clean_text(application.applicant.name):
        raise RuleBroken(
            "name_missing", "请填申请人姓名或者名称", field="name", basis="条例第二十九条"
        )
    if not clean_text(application.request_text):
        raise RuleBroken(
            "request_missing",
            "请照申请表填写申请内容",
            field="request_text",
            basis="条例第二十九条",
        )
    if application.statute is not None and not clean_text(application.statute_reason):
        raise RuleBroken(
            "statute_reason_missing", "改用另一部条例须写明理由", field="statute_reason"
        )
    if application.received_on is not None:
        validate_receipt(
            received_on=application.received_on,
            submitted_on=application.submitted_on,
            today=desk.today,
        )
    elif not needs_confirmation(
        application.receipt_mode,
        statute_for(application.arrived_on or application.submitted_on or desk.today).code,
    ):
        raise RuleBroken(
            "receipt_missing",
            "请填收到日期：当面提交填提交之日，EMS、挂号信填签收之日",
            field="received_on",
            basis="条例第三十一条",
        )


def _find_by_nonce(desk: Desk, nonce: str) -> CaseKey | None:
    row = desk.session.execute(
        select(Case.id, Case.number).where(Case.nonce == nonce)
    ).one_or_none()
    return CaseKey(row.id, row.number) if row else None


def _write(desk: Desk, application: NewApplication, agency_id: int, nonce: str | None) -> Case:
    agency = desk.session.get(Agency, agency_id)
    if agency is None or not agency.is_active:
        raise NotFound("没有这个机关，或者它已停用")
    if not desk.actor.sees(agency.path):
        raise PermissionRefused("不能为别的机关登记申请", permission=Permission.REGISTER.value)
    return write_case(desk, application, agency, nonce=nonce)


def write_case(
    desk: Desk, application: NewApplication, agency: Agency, *, nonce: str | None = None
) -> Case:
    """Write a case with its number, dates and event, inside the act of whoever may do so."""
    received_on = application.received_on
    reference = received_on or application.arrived_on or application.submitted_on or desk.today
    [number] = draw(
        desk.session,
        agency_id=agency.id,
        series=CASE_SERIES,
        year=desk.today.year,
        prefix=agency.number_prefix,
    )
    case = Case(
        agency=agency,
        number=str(number),
        nonce=nonce,
        state=State.AWAITING_ASSIGNMENT if received_on else State.AWAITING_CONFIRMATION,
        channel=application.receipt_mode.channel,
        receipt_mode=application.receipt_mode,
        applicant_type=application.applicant.type,
        submitted_on=application.submitted_on,
        arrived_on=application.arrived_on,
        received_on=received_on,
        mail_number=clean_text(application.mail_number),
        request_text=clean_text(application.request_text, keep_lines=True),
        subject=clean_text(application.subject),
        provide_form=application.provide_form,
        obtain_by=application.obtain_by,
        note=clean_text(application.note, keep_lines=True),
        statute=application.statute or statute_for(reference).code,
        statute_reason=clean_text(application.statute_reason),
        registered_at=desk.now,
        changed_at=desk.now,
        clock_events=[],
    )
    case.applicant = applicant_row(application.applicant)
    desk.session.add(case)
    # From here the row is locked against a calendar change, which then finds and moves it.
    desk.session.flush()
    reckon_dates(desk, case)
    record_event(
        desk,
        case=case,
        action="register",
        permission=Permission.REGISTER,
        moved=(None, case.state),
        effective_on=received_on,
        detail={
            "channel": case.channel.value,
            "receipt_mode": application.receipt_mode.value,
            "statute": case.statute.value,
        },
    )
    return case


def applicant_row(data: ApplicantData) -> Applicant:
    """Return the applicant's row, its numbers indexed blindly for exact search."""
    id_number = clean_text(data.id_number)
    phone = clean_text(data.phone)
    return Applicant(
        name=clean_text(data.name),
        id_kind=clean_text(data.id_kind),
        id_number=id_number,
        id_number_index=sealer().blind_index(id_number) if id_number else "",
        phone=phone,
        phone_index=sealer().blind_index(phone) if phone else "",
        address=clean_text(data.address),
        postcode=clean_text(data.postcode),
        email=clean_text(data.email),
        contact_name=clean_text(data.contact_name),
    )
