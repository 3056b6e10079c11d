"""Whether a person has a calendar feed, and what it lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.models import FeedToken

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor


def find_feed_made_at(session: Session, actor: Actor) -> datetime | None:
    """Return when the actor's feed was made, or None if there is none."""
    return session.scalar(select(FeedToken.made_at).where(FeedToken.user_id == actor.user_id))
