"""The people a case can be given to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.permissions import GRANTS, Permission, Role
from casework.models import Agency, User, UserRole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """One person who may draft, for the list on the 分办 page."""

    id: int
    name: str
    unit: str


def list_who_may_see(session: Session, agency_path: str) -> Sequence[User]:
    """Return the active people who see an agency's cases: its own and those of agencies above."""
    parts = agency_path.strip("/").split("/")
    above = ["/" + "/".join(parts[: n + 1]) + "/" for n in range(len(parts))]
    viewing = [role for role in Role if Permission.VIEW_CASES in GRANTS[role]]
    query = (
        select(User)
        .join(User.agency)
        .where(
            Agency.path.in_(above),
            User.is_active,
            User.id.in_(select(UserRole.user_id).where(UserRole.role.in_(viewing))),
        )
        .order_by(Agency.path.desc(), User.unit, User.name)
    )
    return session.scalars(query).all()


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
