"""审核流程: an office arranges the steps its drafts pass, and moves on what no longer waits.

条例第十七条; 法制审核 is always among them. A step that is added binds the drafts that are
submitted from then on; one that is taken out is waited for no longer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.errors import NotFound
from casework.domain.permissions import Permission, require
from casework.domain.review_chain import StepKind, check_chain
from casework.domain.states import State
from casework.domain.workflow import Action
from casework.models import Agency, Case, ReviewStep
from casework.queries.case_facts import facts_of
from casework.queries.review_chain import list_chain
from casework.services.case_file import carry_out, open_case, record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.services.desk import Desk


def set_chain(desk: Desk, agency_id: int, kinds: Sequence[StepKind]) -> int:
    """Put an agency's review steps in this order; return how many cases went on to be issued.

    Raises RuleBroken where 法制审核 is not among them, PermissionRefused, NotFound.
    """
    require(desk.actor, Permission.MANAGE_AGENCIES)
    check_chain(kinds)
    with transaction(desk.session):
        agency = desk.session.get(Agency, agency_id)
        if agency is None or not desk.actor.sees(agency.path):
            raise NotFound("没有这个机关，或者不在您的机关范围内")
        before = list_chain(desk.session, agency_id)
        if tuple(kinds) == before:
            return 0
        write_chain(desk, agency_id, kinds)
        record_event(
            desk,
            case=None,
            action="set_review_chain",
            permission=Permission.MANAGE_AGENCIES,
            detail={"agency": agency.code, "before": list(before), "after": list(kinds)},
        )
        return _move_on(desk, agency_id)


def note_step_in_turn(desk: Desk, case: Case) -> None:
    """Write on ``case`` which step it waits for, so that lists need not reckon it."""
    desk.session.flush()
    step = facts_of(desk.session, case).step_in_turn
    waits = case.state is State.IN_REVIEW and step is not None
    case.review_step = step.kind.value if waits and step is not None else None


def write_chain(desk: Desk, agency_id: int, kinds: Sequence[StepKind]) -> None:
    """Write the steps inside the caller's transaction."""
    query = select(ReviewStep).where(ReviewStep.agency_id == agency_id)
    known = {row.kind: row for row in desk.session.scalars(query)}
    for kind, row in known.items():
        if kind not in kinds:
            desk.session.delete(row)
    for position, kind in enumerate(kinds, start=1):
        if kind in known:
            known[kind].position = position
        else:
            desk.session.add(
                ReviewStep(agency_id=agency_id, kind=kind, position=position, added_at=desk.now)
            )
    desk.session.flush()


def _move_on(desk: Desk, agency_id: int) -> int:
    moved = 0
    waiting = desk.session.scalars(
        select(Case.id).where(Case.agency_id == agency_id, Case.state == State.IN_REVIEW)
    ).all()
    for case_id in waiting:
        case = open_case(desk, case_id)
        if facts_of(desk.session, case).step_in_turn is None:
            carry_out(desk, case, Action.PASS_ON, note="审核流程调整，其余环节均已通过")
            moved += 1
        note_step_in_turn(desk, case)
    return moved
