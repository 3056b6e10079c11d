"""Setting up the tree of agencies."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.errors import EditConflict, NotFound, RuleBroken
from casework.domain.permissions import Permission, require
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


def add_agency_below(desk: Desk, data: AgencyData, *, parent_id: int | None) -> int:
    """新设机关 below one of the actor's own; PermissionRefused, NotFound, RuleBroken."""
    require(desk.actor, Permission.MANAGE_AGENCIES)
    parent = desk.session.get(Agency, parent_id) if parent_id is not None else None
    if parent is None or not desk.actor.sees(parent.path):
        raise RuleBroken("parent_unknown", "请选一个您管理范围内的上级机关", field="parent_id")
    return add_agency(desk, data, parent_id=parent_id)


def edit_agency(desk: Desk, agency_id: int, data: AgencyData, *, seen: str) -> None:
    """更改机关信息: what the next letters and numbers are written with; issued ones stay.

    The code and the place in the tree do not change. ``seen`` is ``mark_of`` what was on the
    screen; EditConflict if somebody has changed the agency meanwhile.
    """
    require(desk.actor, Permission.MANAGE_AGENCIES)
    if not clean_text(data.name):
        raise RuleBroken("agency_missing", "请填机关名称", field="name")
    with transaction(desk.session):
        agency = get_agency(desk, agency_id)
        if mark_of(agency) != seen:
            raise EditConflict("您打开之后，有人改过这个机关。您填的内容没有丢，请核对后再保存")
        values = {field: clean_text(getattr(data, field)) for field in EDITABLE}
        for field, fallback in _FALLBACKS.items():
            values[field] = values[field] or fallback.format(name=values["name"])
        changed = [field for field, value in values.items() if getattr(agency, field) != value]
        if agency.standing is not data.standing:
            changed.append("standing")
        if not changed:
            return
        for field, value in values.items():
            setattr(agency, field, value)
        agency.standing = data.standing
        record_event(
            desk,
            case=None,
            action="edit_agency",
            permission=Permission.MANAGE_AGENCIES,
            detail={"agency": agency.code, "changed": changed},
        )


EDITABLE = (
    "name",
    "short_name",
    "number_prefix",
    "red_head",
    "superior_government",
    "superior_department",
    "court",
    "contact_office",
    "contact_phone",
    "contact_address",
    "postcode",
    "one_person_reason",
)
_FALLBACKS = {"short_name": "{name}", "number_prefix": "{name}公开", "red_head": "{name}"}


@dataclass(frozen=True, slots=True)
class AgencyCard:
    """An agency as its page shows it; ``mark`` tells whether it has changed since."""

    data: AgencyData
    mark: str


def read_agency(desk: Desk, agency_id: int) -> AgencyCard:
    """Return an agency's data for its page; NotFound, PermissionRefused."""
    require(desk.actor, Permission.MANAGE_AGENCIES)
    agency = get_agency(desk, agency_id)
    words = {field: getattr(agency, field) for field in EDITABLE}
    return AgencyCard(
        AgencyData(code=agency.code, standing=agency.standing, **words), mark_of(agency)
    )


def get_agency(desk: Desk, agency_id: int) -> Agency:
    """Return an agency of the actor's part of the tree; NotFound if there is none."""
    agency = desk.session.get(Agency, agency_id)
    if agency is None or not desk.actor.sees(agency.path):
        raise NotFound("没有这个机关，或者不在您的机关范围内")
    return agency


def mark_of(agency: Agency) -> str:
    """Return what tells whether an agency has been changed since it was shown (SHA-256, hex)."""
    words = [str(getattr(agency, field)) for field in EDITABLE] + [agency.standing.value]
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()


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
