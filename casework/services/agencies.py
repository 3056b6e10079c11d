"""Setting up the tree of agencies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.errors import NotFound, RuleBroken
from casework.domain.remedies import Standing
from casework.domain.text import clean_text
from casework.models import Agency
from casework.services.case_file import record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.services.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyData:
    """What an agency's letters and numbers need; the empty ones follow from the name."""

    code: str
    name: str
    short_name: str = ""
    number_prefix: str = ""
    red_head: str = ""
    standing: Standing = Standing.DEPARTMENT
    superior_government: str = ""
    superior_department: str = ""
    court: str = ""
    contact_office: str = ""
    contact_phone: str = ""
    contact_address: str = ""
    postcode: str = ""
    one_person_reason: str = ""


def add_agency(desk: Desk, data: AgencyData, *, parent_id: int | None = None) -> int:
    """Add an agency below another (or as a root) and return its id; RuleBroken on a taken code."""
    with transaction(desk.session):
        agency = write_agency(desk.session, data, parent_id=parent_id)
        record_event(desk, case=None, action="add_agency", detail={"code": agency.code})
        return agency.id


def write_agency(session: Session, data: AgencyData, *, parent_id: int | None) -> Agency:
    """Write the row inside the caller's transaction."""
    code, name = clean_text(data.code), clean_text(data.name)
    if not code or not name:
        raise RuleBroken(
            "agency_missing", "请填机关代码和名称", field="code" if not code else "name"
        )
    if session.scalar(select(Agency.id).where(Agency.code == code)) is not None:
        raise RuleBroken("agency_code_taken", f"机关代码“{code}”已经用过，请换一个", field="code")
    parent = session.get(Agency, parent_id) if parent_id is not None else None
    if parent_id is not None and parent is None:
        raise NotFound("没有这个上级机关")
    agency = Agency(
        code=code,
        name=name,
        short_name=clean_text(data.short_name) or name,
        parent_id=parent_id,
        # The final path needs the id; until then a place that no other agency can hold.
        path=f"/new/{code}/",
        number_prefix=clean_text(data.number_prefix) or f"{name}公开",
        red_head=clean_text(data.red_head) or name,
        standing=data.standing,
        superior_government=clean_text(data.superior_government),
        superior_department=clean_text(data.superior_department),
        court=clean_text(data.court),
        contact_office=clean_text(data.contact_office),
        contact_phone=clean_text(data.contact_phone),
        contact_address=clean_text(data.contact_address),
        postcode=clean_text(data.postcode),
        one_person_reason=clean_text(data.one_person_reason),
    )
    session.add(agency)
    session.flush()
    agency.path = f"{parent.path if parent else '/'}{agency.id}/"
    session.flush()
    return agency
