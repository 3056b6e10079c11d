"""登录会话: the log-ins that are open on the server, and how each of them ends.

A cookie holds a random token (256 bits), the table its SHA-256. A log-in ends by log-out, after 30
minutes without a request, after 12 hours, when the account is closed, when its roles or its
password change, when its holder or the 系统管理员 ends it, and when newer ones take its place
(OWASP ASVS 5.0 7.2.1–7.5.2). What has ended stays ended, whatever the clock says later.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from casework.domain.errors import NotFound
from casework.domain.security_policy import ABSOLUTE_LIMIT, IDLE_LIMIT, SecurityPolicy
from casework.models import LoginSession, User
from casework.queries.security_policy import current_policy
from casework.services.account_record import actor_for, record_own
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor

_SEEN_EVERY = timedelta(minutes=1)


class EndedBy(StrEnum):
    """Why a log-in is over."""

    LOG_OUT = "log_out"
    IDLE = "idle"
    ABSOLUTE = "absolute"
    OWN = "own"
    ADMINISTRATOR = "administrator"
    NEWER = "newer"
    PASSWORD = "password"  # noqa: S105  a reason
    ROLES = "roles"
    CLOSED = "closed"
    SECOND_STEP = "second_step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a log-in comes from; ``certificate`` is what a trusted proxy vouches for, or ""."""

    address: str = ""
    browser: str = ""
    certificate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The person behind a request.

    ``password_due`` says why the password has to be changed before anything else: "given" by
    somebody else, "expired", or "". ``code_due``: the role asks for a second step and none is set
    up.
    """

    actor: Actor
    log_in_id: int
    login: str
    unit: str
    agency_id: int
    agency_name: str
    is_demo: bool
    password_due: str
    code_due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Another open log-in of the same account."""

    address: str
    browser: str
    opened_at: datetime


def find_person(
    session: Session, token: str, now: datetime, *, demo: bool = False
) -> Person | None:
    """Return who holds an open log-in with this token; None if it is over or unknown.

    The accounts of the demonstration open only with ``demo``. Reading never waits for a writer:
    the last-seen time is written at most once a minute.
    """
    row = _find_open(session, token)
    if row is None or row.awaits_code or not _is_admitted(row.user, demo=demo):
        return None
    if over := _is_over(row, now):
        _expire(session, row.id, over, now)
        return None
    person = _person(row, current_policy(session), now)
    if now - row.seen_at > _SEEN_EVERY:
        with transaction(session):
            session.execute(
                update(LoginSession).where(LoginSession.id == row.id).values(seen_at=now)
            )
    return person


def _find_open(session: Session, token: str) -> LoginSession | None:
    return session.scalars(
        select(LoginSession)
        .where(LoginSession.token_hash == token_digest(token), LoginSession.ended_at.is_(None))
        .options(joinedload(LoginSession.user).joinedload(User.agency))
    ).one_or_none()


def _is_admitted(user: User, *, demo: bool) -> bool:
    return user.is_active and (demo or not user.is_demo)


def _is_over(row: LoginSession, now: datetime) -> EndedBy | None:
    if now - row.opened_at > ABSOLUTE_LIMIT:
        return EndedBy.ABSOLUTE
    return EndedBy.IDLE if now - row.seen_at > IDLE_LIMIT else None


def _person(row: LoginSession, policy: SecurityPolicy, now: datetime) -> Person:
    user = row.user
    expires_at = policy.passwords.expires_at(user.password_set_at or user.created_at)
    expired = expires_at is not None and expires_at < now and not user.is_demo
    return Person(
        actor=actor_for(user),
        log_in_id=row.id,
        login=user.login,
        unit=user.unit,
        agency_id=user.agency_id,
        agency_name=user.agency.name,
        is_demo=user.is_demo,
        password_due="given" if user.must_change_password else "expired" if expired else "",
        code_due=policy.needs_code(user.roles)
        and user.totp_since_at is None
        and user.certificate is None,
    )


def open_log_in(
    session: Session, user: User, place: Place, now: datetime, *, awaits_code: bool = False
) -> str:
    """Open a log-in inside an act and return its token.

    Where the account has as many as the policy allows, the oldest ends; one that waits for its
    code counts for nothing.
    """
    token = secrets.token_urlsafe(32)
    if not awaits_code:
        mine = open_log_ins(session, user.id, now)
        surplus = mine[: max(len(mine) + 1 - current_policy(session).sessions, 0)]
        for row in surplus:
            _end(session, row, EndedBy.NEWER, now)
    session.add(
        LoginSession(
            token_hash=token_digest(token),
            user_id=user.id,
            address=place.address,
            browser=place.browser,
            awaits_code=awaits_code,
            opened_at=now,
            seen_at=now,
        )
    )
    return token


def open_log_ins(session: Session, user_id: int, now: datetime) -> Sequence[LoginSession]:
    """Return the open log-ins of an account, the oldest first."""
    return session.scalars(
        select(LoginSession)
        .where(
            LoginSession.user_id == user_id,
            LoginSession.ended_at.is_(None),
            LoginSession.awaits_code.is_(False),
            LoginSession.seen_at >= now - IDLE_LIMIT,
            LoginSession.opened_at >= now - ABSOLUTE_LIMIT,
        )
        .order_by(LoginSession.opened_at, LoginSession.id)
    ).all()


def log_out(session: Session, token: str, now: datetime) -> None:
    """End the log-in with this token; a token that is not open changes nothing."""
    with transaction(session):
        row = _find_open(session, token)
        if row is not None:
            _end(session, row, EndedBy.LOG_OUT, now)


def end_own(session: Session, user_id: int, log_in_id: int, now: datetime) -> None:
    """Let a person end one of their own log-ins; NotFound if it is not theirs or over."""
    with transaction(session):
        row = session.get(LoginSession, log_in_id)
        if row is None or row.user_id != user_id or row.ended_at is not None:
            raise NotFound("没有这次登录，或者它已经结束")
        _end(session, row, EndedBy.OWN, now)


def end_others(session: Session, user_id: int, keep_id: int, now: datetime) -> int:
    """Let a person end all their log-ins but the one they use; return how many there were."""
    with transaction(session):
        return end_all(session, user_id, EndedBy.OWN, now, keep_id=keep_id)


def end_all(
    session: Session, user_id: int, by: EndedBy, now: datetime, *, keep_id: int | None = None
) -> int:
    """End every log-in of an account inside an act, but for ``keep_id``; return how many."""
    rows = session.scalars(
        select(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None))
        .options(joinedload(LoginSession.user))
    ).all()
    others = [row for row in rows if row.id != keep_id]
    for row in others:
        _end(session, row, by, now)
    return len(others)


def _expire(session: Session, log_in_id: int, by: EndedBy, now: datetime) -> None:
    with transaction(session):
        row = session.get_one(LoginSession, log_in_id)
        if row.ended_at is None:
            _end(session, row, by, now)


def _end(session: Session, row: LoginSession, by: EndedBy, now: datetime) -> None:
    row.ended_at = now
    row.ended_by = by.value
    if row.awaits_code:
        return  # nothing was open: the refused code has its own line
    action = "log_out" if by is EndedBy.LOG_OUT else "end_log_in"
    detail = {"address": row.address, "browser": row.browser}
    if by is not EndedBy.LOG_OUT:
        detail["by"] = by.value
    record_own(session, row.user, action, now, detail)


def token_digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
