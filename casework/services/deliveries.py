"""送达 after the first: further attempts, signatures, letters that come back, envelopes.

The first hand-over of the answer is the act 登记送达 (services.closure.dispatch), because it is the
reply. Nothing here moves the day of the reply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm.attributes import flag_modified

from casework.documents.envelope import Envelope, render_envelope
from casework.documents.labels import Label, render_labels
from casework.domain.delivery import Attempt, check_attempt, check_return, check_signature
from casework.domain.errors import NotFound, RuleBroken, TransitionRefused
from casework.domain.letter_style import LabelSheet
from casework.domain.permissions import Permission, require
from casework.domain.states import State
from casework.domain.text import clean_text
from casework.models import Agency, Case, Delivery, Document
from casework.services.case_file import CaseKey, open_case, record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from casework.services.desk import Desk

DELIVERED = "deliver_again"
SIGNED = "record_signature"
RETURNED = "record_return"
ENVELOPE = "print_envelope"
LABELS = "print_labels"


def deliver(
    desk: Desk, case_id: int, document_id: int, attempt: Attempt, *, version: int | None
) -> CaseKey:
    """送达 one issued document, or once more one that came back.

    TransitionRefused for an answer that was never handed over: that is 登记送达, and the reply.
    """
    with transaction(desk.session):
        case = _open(desk, case_id, version)
        document = _document(desk, case, document_id)
        if document.draft_id is not None and case.state is State.AWAITING_DISPATCH:
            raise TransitionRefused(
                "答复书还没有送达过，请办“登记送达”",
                state=case.state.value,
                action=DELIVERED,
            )
        attempt = _cleaned(attempt, case)
        check_attempt(attempt, dated_on=document.dated_on, today=desk.today)
        desk.session.add(
            Delivery(
                case_id=case.id,
                document_id=document.id,
                method=attempt.method,
                handed_over_on=attempt.handed_over_on,
                mail_number=attempt.mail_number,
                signed_on=attempt.signed_on,
                note=attempt.note,
                addressee=attempt.addressee,
                address=attempt.address,
                recipient=attempt.recipient,
            )
        )
        _record(
            desk,
            case,
            DELIVERED,
            attempt.handed_over_on,
            {
                "method": attempt.method.value,
                "mail_number": attempt.mail_number,
                "number": document.document_number or "",
            },
        )
        return CaseKey(case.id, case.number)


def record_signature(
    desk: Desk, case_id: int, delivery_id: int, *, on: date, recipient: str, version: int | None
) -> CaseKey:
    """登记签收: who signed and when."""
    with transaction(desk.session):
        case = _open(desk, case_id, version)
        delivery = _delivery(desk, case, delivery_id)
        if delivery.returned_on is not None:
            raise RuleBroken("returned_before", "这次送达已经退回，不能登记签收", field="on")
        check_signature(delivery.method, delivery.handed_over_on, on, today=desk.today)
        delivery.signed_on = on
        delivery.recipient = clean_text(recipient)
        _record(desk, case, SIGNED, on, {"mail_number": delivery.mail_number})
        return CaseKey(case.id, case.number)


def record_return(
    desk: Desk, case_id: int, delivery_id: int, *, on: date, reason: str, version: int | None
) -> CaseKey:
    """登记退回: the letter came back and must be delivered again; the day of the reply stays."""
    reason = clean_text(reason)
    if not reason:
        raise RuleBroken("reason_missing", "请写明退回的原因，如“迁移新址”", field="reason")
    with transaction(desk.session):
        case = _open(desk, case_id, version)
        delivery = _delivery(desk, case, delivery_id)
        check_return(delivery.handed_over_on, on, signed_on=delivery.signed_on, today=desk.today)
        delivery.returned_on = on
        delivery.return_reason = reason
        _record(desk, case, RETURNED, on, {"mail_number": delivery.mail_number}, note=reason)
        return CaseKey(case.id, case.number)


def print_envelope(desk: Desk, case_id: int, *, document_number: str = "") -> bytes:
    """Print an envelope to the applicant; recorded, for it shows the whole address."""
    require(desk.actor, Permission.DISPATCH)
    require(desk.actor, Permission.REVEAL_PERSONAL_DATA)
    with transaction(desk.session):
        case = open_case(desk, case_id)
        applicant, agency = case.applicant, case.agency
        if not applicant.address:
            raise RuleBroken("address_missing", "申请人没有登记通信地址，不能印信封")
        envelope = Envelope(
            postcode=applicant.postcode,
            address=applicant.address,
            name=applicant.contact_name or applicant.name,
            phone=applicant.phone,
            sender_address=agency.contact_address,
            sender=agency.name,
            sender_postcode=agency.postcode,
            reference=document_number or case.number,
        )
        content = render_envelope(envelope, fonts=desk.stationery.fonts())
        record_event(desk, case=case, action=ENVELOPE, permission=Permission.DISPATCH)
        return content


def print_labels(desk: Desk, case_ids: Sequence[int], *, first: int = 1) -> bytes:
    """Print address labels to the applicants of these cases on the agency's label paper.

    ``first`` is the first free place of a sheet begun before. Every address shown is recorded.
    RuleBroken(field="cases") for none chosen and for an applicant without an address.
    """
    require(desk.actor, Permission.DISPATCH)
    require(desk.actor, Permission.REVEAL_PERSONAL_DATA)
    if not case_ids:
        raise RuleBroken("nobody_chosen", "请勾选要印标签的案件", field="cases")
    own = desk.session.get(Agency, desk.actor.agency_id) if desk.actor.agency_id else None
    sheet = own.label_sheet if own else LabelSheet.TWO_BY_SEVEN
    if not 1 <= first <= sheet.columns * sheet.rows:
        most = sheet.columns * sheet.rows
        raise RuleBroken(
            "no_such_place", f"一张标签纸有 {most} 枚，请填 1 至 {most}", field="first"
        )
    with transaction(desk.session):
        labels = []
        for case_id in case_ids:
            case = open_case(desk, case_id)
            applicant = case.applicant
            if not applicant.address:
                raise RuleBroken(
                    "address_missing",
                    f"{case.number} 的申请人没有登记通信地址，请不要勾选",
                    field="cases",
                )
            labels.append(
                Label(
                    postcode=applicant.postcode,
                    address=applicant.address,
                    name=applicant.contact_name or applicant.name,
                    phone=applicant.phone,
                    reference=case.number,
                )
            )
            record_event(desk, case=case, action=LABELS, permission=Permission.DISPATCH)
        return render_labels(
            labels,
            sheet=sheet,
            fonts=desk.stationery.fonts(),
            first=first,
            author=own.name if own else "",
        )


def _open(desk: Desk, case_id: int, version: int | None) -> Case:
    require(desk.actor, Permission.DISPATCH)
    case = open_case(desk, case_id, expected_version=version)
    if case.state is State.ARCHIVED:
        raise TransitionRefused(
            "案件已归档，不能再登记送达", state=case.state.value, action=DELIVERED
        )
    return case


def _document(desk: Desk, case: Case, document_id: int) -> Document:
    document = desk.session.get(Document, document_id)
    if document is None or document.case_id != case.id or document.kind.internal:
        raise NotFound("本案没有这份可以送达的文书")
    if document.voided_on is not None:
        raise RuleBroken("void", f"本文书已于 {document.voided_on} 作废，不能送达")
    return document


def _delivery(desk: Desk, case: Case, delivery_id: int) -> Delivery:
    delivery = desk.session.get(Delivery, delivery_id)
    if delivery is None or delivery.case_id != case.id:
        raise NotFound("本案没有这次送达")
    return delivery


def _cleaned(attempt: Attempt, case: Case) -> Attempt:
    to_applicant = not clean_text(attempt.addressee)
    return Attempt(
        method=attempt.method,
        handed_over_on=attempt.handed_over_on,
        mail_number=clean_text(attempt.mail_number),
        address=clean_text(attempt.address) or (case.applicant.address if to_applicant else ""),
        addressee=clean_text(attempt.addressee),
        recipient=clean_text(attempt.recipient),
        signed_on=attempt.signed_on,
        note=clean_text(attempt.note),
    )


def _record(
    desk: Desk, case: Case, action: str, on: date, detail: dict[str, str], *, note: str = ""
) -> None:
    case.changed_at = desk.now
    flag_modified(case, "changed_at")  # the version counts up though nothing else changed
    record_event(
        desk,
        case=case,
        action=action,
        permission=Permission.DISPATCH,
        effective_on=on,
        note=note,
        detail=detail,
    )
