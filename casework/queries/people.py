"""The people a case can be given to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.permissions import GRANTS, Permission, Role
from casework.models import User, UserRole

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """One person who may draft, for the list on the 分办 page."""

    id: int
    name: str
    unit: str


def list_handlers(session: Session, agency_id: int) -> list[Handler]:
    """Return the active people of an agency who may draft, by unit and name."""
    drafting = [role for role in Role if Permission.DRAFT in GRANTS[role]]
    query = (
        select(User)
        .where(
            User.agency_id == agency_id,
            User.is_active,
            User.id.in_(select(UserRole.user_id).where(UserRole.role.in_(drafting))),
        )
        .order_by(User.unit, User.name)
    )
    return [Handler(id=user.id, name=user.name, unit=user.unit) for user in session.scalars(query)]
