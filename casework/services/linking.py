"""关联案件: tie one case to another, seen from both; take the tie off at both ends at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from casework.domain.case_links import BY_HANDING_ON, STORED, Linked, LinkKind, check_link
from casework.domain.errors import NotFound, RuleBroken
from casework.domain.permissions import Permission
from casework.domain.workflow import Action
from casework.models import Agency, Case, CaseLink, Document
from casework.queries.visibility import visible_to
from casework.services.case_file import CaseKey, carry_out, open_case, record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from casework.services.desk import Desk


def link(desk: Desk, case_id: int, *, number: str, kind: LinkKind, version: int | None) -> CaseKey:
    """关联案件: say what this case is to the one with ``number``.

    Raises RuleBroken where the pair table does not allow it or the two are linked already.
    """
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        other = _find_case(desk, case, number)
        check_link(_end(case), kind, _end(other))
        if _linked(desk, case, other) is not None:
            raise RuleBroken("already_linked", f"本案与 {other.number} 已经关联", field="number")
        carry_out(desk, case, Action.LINK, detail={"kind": kind.value, "other": other.number})
        _write(desk, case, kind, other)
        return CaseKey(case.id, case.number)


def unlink(desk: Desk, case_id: int, link_id: int, *, version: int | None) -> CaseKey:
    """取消关联, at both ends."""
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        tie = desk.session.get(CaseLink, link_id)
        if tie is None or case.id not in {tie.case_id, tie.other_id}:
            raise NotFound("本案没有这项关联")
        if tie.kind in BY_HANDING_ON:
            raise RuleBroken("link_by_handing_on", "转办的关联是案件的来去，不能取消")
        other_id = tie.other_id if tie.case_id == case.id else tie.case_id
        other = _get_end(desk, other_id)
        kind = tie.kind if tie.case_id == case.id else tie.kind.inverse
        carry_out(desk, case, Action.UNLINK, detail={"kind": kind.value, "other": other.number})
        _tell_other(desk, other, Action.UNLINK, kind.inverse, case)
        desk.session.delete(tie)
        return CaseKey(case.id, case.number)


def link_repeated(desk: Desk, case: Case, document_number: str) -> None:
    """Tie a 重复申请 to the case whose reply bears ``document_number``, if the office has it."""
    wanted = "".join(document_number.split())
    if not wanted:
        return
    other = desk.session.scalars(
        select(Case)
        .join(Document, Document.case_id == Case.id)
        .where(
            Document.agency_id == case.agency_id,
            Document.document_number == wanted,
            Document.voided_on.is_(None),
            Case.id != case.id,
        )
        .options(joinedload(Case.agency))
        .limit(1)
    ).one_or_none()
    if other is not None and other.replied_on is not None and _linked(desk, case, other) is None:
        _write(desk, case, LinkKind.REPEATS, other)


def _write(desk: Desk, case: Case, kind: LinkKind, other: Case) -> None:
    one, stored, two = (case, kind, other) if kind in STORED else (other, kind.inverse, case)
    desk.session.add(CaseLink(case_id=one.id, other_id=two.id, kind=stored, linked_at=desk.now))
    _tell_other(desk, other, Action.LINK, kind.inverse, case)


def _tell_other(desk: Desk, other: Case, action: Action, kind: LinkKind, case: Case) -> None:
    record_event(
        desk,
        case=other,
        action=action.value,
        permission=Permission.LINK,
        detail={"kind": kind.value, "other": case.number},
    )


def _linked(desk: Desk, case: Case, other: Case) -> CaseLink | None:
    return desk.session.scalars(
        select(CaseLink)
        .where(
            or_(
                (CaseLink.case_id == case.id) & (CaseLink.other_id == other.id),
                (CaseLink.case_id == other.id) & (CaseLink.other_id == case.id),
            )
        )
        .limit(1)
    ).one_or_none()


def _find_case(desk: Desk, case: Case, number: str) -> Case:
    wanted = "".join(number.split())
    found = desk.session.scalars(
        select(Case)
        .join(Agency, Agency.id == Case.agency_id)
        .where(Case.number == wanted, visible_to(desk.actor))
        .options(joinedload(Case.agency))
    ).all()
    own = [other for other in found if other.agency_id == case.agency_id]
    if not own and len(found) != 1:
        sentence = "有几个机关用了这个编号" if found else "没有这个编号的案件"
        raise RuleBroken("other_case_unknown", f"{sentence}，请照申请编号全文填写", field="number")
    return own[0] if own else found[0]


def _get_end(desk: Desk, case_id: int) -> Case:
    """Return the other end of a tie; one the actor may not know of has no tie either."""
    other = desk.session.scalars(
        select(Case)
        .join(Agency, Agency.id == Case.agency_id)
        .where(Case.id == case_id, visible_to(desk.actor))
        .options(joinedload(Case.agency))
    ).one_or_none()
    if other is None:
        raise NotFound("本案没有这项关联")
    return other


def _end(case: Case) -> Linked:
    return Linked(
        id=case.id,
        agency_id=case.agency_id,
        received_on=case.received_on,
        answered=case.replied_on is not None or case.closed_on is not None,
    )
