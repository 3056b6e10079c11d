"""常用查找: keep what one looks for under a name, alone or for the whole agency.

A telephone or document number is never kept: the criteria stand in the database in clear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from casework.domain.errors import NotFound, RuleBroken
from casework.domain.permissions import Permission, require
from casework.domain.search_criteria import personal_number
from casework.domain.text import clean_text
from casework.models import SavedView
from casework.services.case_file import record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from casework.domain.search_criteria import SearchCriteria
    from casework.services.desk import Desk

LONGEST_NAME = 30
MOST_VIEWS = 50


def save_view(desk: Desk, criteria: SearchCriteria, *, name: str, shared: bool) -> None:
    """Keep ``criteria`` under ``name``; one's own of the same name is replaced.

    Raises RuleBroken without a name or criteria, on a personal number, on too many of them.
    """
    require(desk.actor, Permission.VIEW_CASES)
    name = clean_text(name)
    _check(criteria, name)
    with transaction(desk.session):
        view = desk.session.scalars(
            select(SavedView).where(
                SavedView.owner_id == desk.actor.user_id, SavedView.name == name
            )
        ).one_or_none()
        if view is None:
            kept = desk.session.scalar(
                select(func.count()).where(SavedView.owner_id == desk.actor.user_id)
            )
            if (kept or 0) >= MOST_VIEWS:
                raise RuleBroken(
                    "views_many",
                    f"常用查找最多存 {MOST_VIEWS} 个，请先删去不用的",
                    field="name",
                )
            view = SavedView(owner_id=desk.actor.user_id, name=name)
            desk.session.add(view)
        view.criteria = criteria.words()
        view.agency_id = desk.actor.agency_id if shared else None
        view.saved_at = desk.now
        desk.session.flush()
        record_event(
            desk,
            case=None,
            action="save_view",
            permission=Permission.VIEW_CASES,
            detail={"view": view.id, "shared": shared},
        )


def drop_view(desk: Desk, view_id: int) -> None:
    """Take away one of one's own; NotFound for anybody else's."""
    require(desk.actor, Permission.VIEW_CASES)
    with transaction(desk.session):
        gone = desk.session.scalars(
            delete(SavedView)
            .where(SavedView.id == view_id, SavedView.owner_id == desk.actor.user_id)
            .returning(SavedView.id)
        ).all()
        if not gone:
            raise NotFound("没有这个常用查找，或者它是同事的")
        record_event(
            desk,
            case=None,
            action="drop_view",
            permission=Permission.VIEW_CASES,
            detail={"view": view_id},
        )


def _check(criteria: SearchCriteria, name: str) -> None:
    if not name:
        raise RuleBroken("name_missing", "请给这个查找起个名字，如“本科室快到期的”", field="name")
    if len(name) > LONGEST_NAME:
        raise RuleBroken(
            "name_long", f"名字最多 {LONGEST_NAME} 个字，现在是 {len(name)} 个", field="name"
        )
    if criteria.is_open:
        raise RuleBroken(
            "criteria_missing", "还没有查任何词，也没有筛选，请先查一次再存", field="name"
        )
    if personal_number(criteria.text):
        raise RuleBroken(
            "criteria_personal",
            "查的是电话或者证件号码，不能存；请换成案号或者内容中的词",
            field="name",
            basis="个人信息保护法第五十一条",
        )
