"""转办: an application meant for another agency of the tree is handed to it, before any answer.

The regulation has the agency tell the applicant who is in charge (条例第三十六条第五项); inside one
tree the application itself goes along, so that nobody has to ask twice. It is registered anew
there: that agency's period runs from the day it takes the application in (第三十一条 knows no other
day), and it alone counts it. What stays behind has no receipt day and is in no table; both ends
name each other for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.application import Channel, ReceiptMode
from casework.domain.case_links import LinkKind
from casework.domain.errors import NotFound, RuleBroken
from casework.domain.text import clean_text
from casework.domain.workflow import Action
from casework.models import Agency, CaseLink
from casework.services.attachments import copied
from casework.services.case_file import CaseKey, carry_out, open_case, reckon_dates, record_event
from casework.services.registration import ApplicantData, NewApplication, write_case
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from pathlib import Path

    from casework.models import Case
    from casework.services.desk import Desk

GROUND = "handed_on"
BASIS = "条例第三十六条第五项"
TAKEN = "take_handed_on"
"""The event at the other end."""

_USUAL_MODE = {
    Channel.IN_PERSON: ReceiptMode.COUNTER,
    Channel.MAIL: ReceiptMode.ORDINARY_MAIL,
    Channel.ONLINE: ReceiptMode.WEB_FORM,
    Channel.FAX: ReceiptMode.FAX,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOn:
    """To which agency, why it is in charge, and how the applicant was told."""

    agency_id: int
    reason: str
    told: str


def hand_on(desk: Desk, case_id: int, how: HandOn, *, folder: Path, version: int | None) -> CaseKey:
    """转办其他机关: close the case here, register it there, files and all; one act.

    Returns the new case. RuleBroken names the field that is missing; a case whose own limit has
    passed is answered here, not handed on.
    """
    reason = clean_text(how.reason, keep_lines=True)
    told = clean_text(how.told, keep_lines=True)
    for text, field, sentence in (
        (reason, "reason", "请写明为什么由对方负责公开"),
        (told, "told", "请写明何时、以什么方式告知了申请人，告知了对方的名称和联系方式"),
    ):
        if not text:
            raise RuleBroken(f"{field}_missing", sentence, field=field, basis=BASIS)
    with copied(folder) as copy, transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        other = _agency(desk, case, how.agency_id)
        if case.due_on is not None and desk.today > case.due_on:
            raise RuleBroken(
                "hand_on_late",
                f"答复期限 {case.due_on:%Y-%m-%d} 已过，不能再转办；"
                "请拟稿答复“不属于本机关负责公开”，写明对方的名称和联系方式",
                basis=BASIS,
            )
        carry_out(
            desk,
            case,
            Action.HAND_ON,
            note=f"{reason}\n告知申请人：{told}",
            detail={
                "agency": other.name,
                "former_received_on": str(case.received_on) if case.received_on else None,
            },
        )
        # Whole before anything is written: a closed case has its day and its ground.
        case.received_on = None
        case.ground = GROUND
        case.closed_on = desk.today
        reckon_dates(desk, case)
        new = write_case(desk, _application(desk, case), other)
        copy.attachments(desk, case, new)
        desk.session.add(
            CaseLink(
                case_id=new.id, other_id=case.id, kind=LinkKind.HANDED_FROM, linked_at=desk.now
            )
        )
        record_event(
            desk,
            case=new,
            action=TAKEN,
            note=reason,
            detail={"agency": case.agency.name, "other": case.number},
        )
        return CaseKey(new.id, new.number)


def _agency(desk: Desk, case: Case, agency_id: int) -> Agency:
    other = desk.session.get(Agency, agency_id)
    root = case.agency.path.split("/")[1]
    if other is None or not other.is_active or other.path.split("/")[1] != root:
        raise NotFound("没有这个机关，或者它已停用")
    if other.id == case.agency_id:
        raise RuleBroken("hand_on_to_itself", "请选另一个机关", field="agency_id")
    return other


def _application(desk: Desk, case: Case) -> NewApplication:
    """Return the application as it was made, arriving today and not yet taken in."""
    applicant = case.applicant
    return NewApplication(
        receipt_mode=case.receipt_mode or _USUAL_MODE[case.channel],
        applicant=ApplicantData(
            type=case.applicant_type,
            name=applicant.name,
            id_kind=applicant.id_kind,
            id_number=applicant.id_number,
            phone=applicant.phone,
            address=applicant.address,
            postcode=applicant.postcode,
            email=applicant.email,
            contact_name=applicant.contact_name,
        ),
        request_text=case.request_text,
        submitted_on=case.submitted_on,
        arrived_on=desk.today,
        mail_number=case.mail_number,
        subject=case.subject,
        provide_form=case.provide_form,
        obtain_by=case.obtain_by,
        note=case.note,
    )
