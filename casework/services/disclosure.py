"""显示申请人全部信息: personal data shown in full leaves a trace, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken
from casework.domain.permissions import Permission, require
from casework.domain.text import clean_text
from casework.services.case_file import open_case, record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from casework.services.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class FullApplicant:
    """The applicant's data, unmasked, for one page and one person."""

    name: str
    id_kind: str
    id_number: str
    phone: str
    address: str
    postcode: str
    email: str
    contact_name: str


def reveal(desk: Desk, case_id: int, *, reason: str) -> FullApplicant:
    """Return the applicant's data in full and record who looked and why (个人信息保护法第五十一条).

    Raises RuleBroken without a reason, PermissionRefused, NotFound.
    """
    require(desk.actor, Permission.REVEAL_PERSONAL_DATA)
    reason = clean_text(reason)
    if not reason:
        raise RuleBroken(
            "reason_missing",
            "请写明为什么要看全部信息，例如“联系申请人确认收到日期”",
            field="reason",
            basis="个人信息保护法第五十一条",
        )
    with transaction(desk.session):
        case = open_case(desk, case_id)
        record_event(
            desk,
            case=case,
            action="reveal_personal_data",
            permission=Permission.REVEAL_PERSONAL_DATA,
            note=reason,
        )
        applicant = case.applicant
        return FullApplicant(
            name=applicant.name,
            id_kind=applicant.id_kind,
            id_number=applicant.id_number,
            phone=applicant.phone,
            address=applicant.address,
            postcode=applicant.postcode,
            email=applicant.email,
            contact_name=applicant.contact_name,
        )
