"""代理、移交: whose hands the work is in when somebody is away or has left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework.domain.errors import NotFound, RuleBroken
from casework.domain.permissions import Permission, require
from casework.domain.text import clean_text
from casework.domain.workflow import Action
from casework.models import StandIn, User
from casework.services.case_file import carry_out, open_case, record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from casework.services.desk import Desk


def name_stand_in(desk: Desk, *, by_id: int, first_on: date, last_on: date) -> None:
    """指定代理人: name who sees to one's own cases on these days.

    The stand-in acts in their own name and with their own roles; nothing is lent.
    """
    require(desk.actor, Permission.VIEW_CASES)
    if last_on < first_on or last_on < desk.today:
        raise RuleBroken("stand_in_days", "代理的最后一天不能早于第一天和今天", field="last_on")
    with transaction(desk.session):
        by = _colleague(desk, by_id, field="by_id")
        if by.id == desk.actor.user_id:
            raise RuleBroken("stand_in_self", "代理人须是另一位同事", field="by_id")
        desk.session.add(
            StandIn(absent_id=desk.actor.user_id, by_id=by.id, first_on=first_on, last_on=last_on)
        )
        record_event(
            desk,
            case=None,
            action="name_stand_in",
            detail={"by": by.id, "first_on": str(first_on), "last_on": str(last_on)},
        )


def end_stand_in(desk: Desk, stand_in_id: int) -> None:
    """提前结束代理: one is back, the cases are one's own again."""
    with transaction(desk.session):
        row = desk.session.get(StandIn, stand_in_id)
        if row is None or row.absent_id != desk.actor.user_id:
            raise NotFound("没有这项代理")
        row.ended_on = desk.today
        record_event(desk, case=None, action="end_stand_in", detail={"by": row.by_id})


def hand_over(desk: Desk, case_ids: Sequence[int], *, to_id: int, reason: str) -> int:
    """移交: give open cases to another handler; return how many went over.

    All or none: raises RuleBroken, TransitionRefused, PermissionRefused, NotFound.
    """
    reason = clean_text(reason, keep_lines=True)
    if not case_ids:
        raise RuleBroken("nothing_chosen", "请勾选要移交的案件", field="cases")
    if not reason:
        raise RuleBroken("reason_missing", "请写明移交的原因", field="reason")
    with transaction(desk.session):
        to = _colleague(desk, to_id, field="to_id")
        for case_id in case_ids:
            case = open_case(desk, case_id)
            before = case.handler_id
            carry_out(
                desk,
                case,
                Action.HAND_OVER,
                note=reason,
                detail={"from_handler": before, "handler_id": to.id},
            )
            case.handler_id = to.id
        return len(case_ids)


def _colleague(desk: Desk, user_id: int, *, field: str) -> User:
    user = desk.session.scalars(
        select(User).where(User.id == user_id).options(joinedload(User.agency))
    ).one_or_none()
    if user is None or not user.is_active or not desk.actor.sees(user.agency.path):
        raise RuleBroken("colleague_unknown", "请选一位在用账号的同事", field=field)
    return user
