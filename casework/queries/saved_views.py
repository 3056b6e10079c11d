"""常用查找, read: one's own and those that colleagues of the same agency share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from casework.domain.search_criteria import SearchCriteria
from casework.models import SavedView, User

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewLine:
    """One kept search; ``owner_name`` is "" for one's own."""

    id: int
    name: str
    criteria: SearchCriteria
    is_shared: bool
    owner_name: str


def list_views(session: Session, actor: Actor) -> list[ViewLine]:
    """Return the kept searches a person may open, their own first, by name: one query."""
    query = (
        select(SavedView)
        .join(User, User.id == SavedView.owner_id)
        .where(
            or_(
                SavedView.owner_id == actor.user_id,
                User.is_active & (SavedView.agency_id == actor.agency_id),
            )
        )
        .options(joinedload(SavedView.owner))
        .order_by(SavedView.owner_id != actor.user_id, SavedView.name, SavedView.id)
    )
    return [
        ViewLine(
            id=view.id,
            name=view.name,
            criteria=SearchCriteria.read(view.criteria),
            is_shared=view.agency_id is not None,
            owner_name="" if view.owner_id == actor.user_id else view.owner.name,
        )
        for view in session.scalars(query)
    ]
