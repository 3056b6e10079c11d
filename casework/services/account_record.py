"""What every act on an account shares: the actor behind it, and its line in the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.domain.permissions import Actor
from casework.domain.time_source import beijing_date
from casework.models import Event, User

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def actor_for(user: User) -> Actor:
    """Return the person of an account as the rules see them."""
    return Actor(
        user_id=user.id,
        name=user.name,
        agency_id=user.agency_id,
        agency_path=user.agency.path,
        roles=user.roles,
        unit=user.unit,
    )


def record_own(
    session: Session,
    user: User,
    action: str,
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append an event of somebody's own account: a log-in, a change of password."""
    session.add(
        Event(
            agency_id=user.agency_id,
            action=action,
            actor_id=user.id,
            actor_name=user.name,
            effective_on=beijing_date(now),
            recorded_at=now,
            detail=detail or {},
        )
    )


def record_stranger(
    session: Session, action: str, now: datetime, detail: dict[str, Any] | None = None
) -> None:
    """Append an event of nobody known: what was typed as the log-in is not kept."""
    session.add(
        Event(
            agency_id=None,
            action=action,
            actor_id=None,
            actor_name="未知用户",
            effective_on=beijing_date(now),
            recorded_at=now,
            detail=detail or {},
        )
    )
