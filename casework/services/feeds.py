"""日历订阅: a secret address under which a calendar program asks for one person's open limits.

The address is all it takes to read the feed, so it is random (256 bits), shown once, kept as its
SHA-256 only, and tells case numbers and days, never a person. A new address ends the former one;
an account that is disabled or may no longer see cases ends its feed at once.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from casework.documents.icalendar import DayEvent, calendar_text
from casework.domain.errors import RuleBroken
from casework.domain.permissions import Permission, require
from casework.formatting import date_with_weekday
from casework.models import FeedToken, User
from casework.queries.calendar import current_calendar
from casework.queries.watch import list_own_limits
from casework.services.accounts import actor_of
from casework.services.case_file import record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor
    from casework.queries.watch import OpenLimit
    from casework.services.desk import Desk

FEED_MADE = "make_feed"
FEED_ENDED = "end_feed"
NAME = "依申请公开应答复日"
_BYTES = 32
_UID_SHOWN = 32


def make_feed(desk: Desk) -> str:
    """Give the actor a new feed address and return its token; the former one ends."""
    require(desk.actor, Permission.VIEW_CASES)
    user_id = _own_id(desk)
    token = secrets.token_urlsafe(_BYTES)
    with transaction(desk.session):
        desk.session.execute(delete(FeedToken).where(FeedToken.user_id == user_id))
        desk.session.add(FeedToken(user_id=user_id, token_hash=_hash(token), made_at=desk.now))
        record_event(desk, case=None, action=FEED_MADE, permission=Permission.VIEW_CASES)
    return token


def end_feed(desk: Desk) -> None:
    """End the actor's feed; nothing happens if there is none."""
    user_id = _own_id(desk)
    with transaction(desk.session):
        gone = desk.session.scalars(
            delete(FeedToken).where(FeedToken.user_id == user_id).returning(FeedToken.id)
        ).all()
        if gone:
            record_event(desk, case=None, action=FEED_ENDED, permission=Permission.VIEW_CASES)


def find_feed_owner(session: Session, token: str) -> Actor | None:
    """Return whose feed this is; None if the token is unknown, replaced, or its account ended."""
    user = session.scalars(
        select(User)
        .join(FeedToken, FeedToken.user_id == User.id)
        .where(FeedToken.token_hash == _hash(token), User.is_active)
        .options(joinedload(User.agency))
    ).one_or_none()
    if user is None:
        return None
    actor = actor_of(session, user.login)
    return actor if actor.may(Permission.VIEW_CASES) else None


def write_feed(session: Session, owner: Actor) -> bytes:
    """Return the feed: one all-day event for each open case's office limit."""
    horizon = current_calendar(session, agency_path=owner.agency_path)
    return calendar_text(
        NAME,
        (
            _event(limit, tentative=horizon.is_provisional(limit.office_due_on))
            for limit in list_own_limits(session, actor=owner)
        ),
    )


def _event(limit: OpenLimit, *, tentative: bool) -> DayEvent:
    doubt = "（暂定）" if tentative else ""
    return DayEvent(
        uid=_uid(limit),
        on=limit.office_due_on,
        summary=f"{limit.number} 应答复{doubt}",
        description=f"法定期限 {date_with_weekday(limit.due_on)}",
        changed_at=limit.changed_at,
        tentative=tentative,
    )


def _uid(limit: OpenLimit) -> str:
    """Return an identifier that is the case's own and says nothing (RFC 7986 5.3)."""
    digest = hashlib.sha256(f"{limit.case_id}\n{limit.number}".encode()).hexdigest()
    return f"{digest[:_UID_SHOWN]}@casework"


def _own_id(desk: Desk) -> int:
    if desk.actor.user_id is None:
        raise RuleBroken("account_needed", "日历订阅属于个人账号，请登录后再办")
    return desk.actor.user_id


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
