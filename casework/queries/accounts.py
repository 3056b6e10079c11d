"""Accounts as the administrators read them: who, since when, last seen when, open where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from casework.domain.errors import NotFound
from casework.domain.security_policy import ABSOLUTE_LIMIT, IDLE_LIMIT
from casework.models import Agency, LoginSession, User, UserRole
from casework.queries.agencies import in_subtree

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor, Role

MOST_ROWS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """One account of the list; ``open_log_ins`` counts those that work now."""

    id: int
    login: str
    name: str
    unit: str
    agency_name: str
    roles: tuple[Role, ...]
    is_active: bool
    is_administrator: bool
    has_second_step: bool
    certificate: str
    created_at: datetime
    password_set_at: datetime | None
    last_log_in_at: datetime | None
    open_log_ins: int
    addresses: int

    @property
    def last_used_at(self) -> datetime:
        """When the account was last of use: its last log-in, or when it was made."""
        return self.last_log_in_at or self.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInRow:
    """One open log-in of an account."""

    id: int
    address: str
    browser: str
    opened_at: datetime
    seen_at: datetime


def list_accounts(
    session: Session, actor: Actor, *, now: datetime, text: str = "", role: Role | None = None
) -> list[AccountRow]:
    """Return the accounts the actor keeps, by agency and name; those in use first."""
    query = (
        select(User)
        .join(User.agency)
        .where(in_subtree(actor.agency_path))
        .options(joinedload(User.agency))
        .order_by(User.is_active.desc(), Agency.path, User.unit, User.name)
        .limit(MOST_ROWS)
    )
    for word in text.split():
        like = f"%{_escaped(word)}%"
        query = query.where(
            or_(
                User.login.ilike(like, escape="\\"),
                User.name.ilike(like, escape="\\"),
                User.unit.ilike(like, escape="\\"),
                Agency.name.ilike(like, escape="\\"),
            )
        )
    if role is not None:
        query = query.where(User.id.in_(select(UserRole.user_id).where(UserRole.role == role)))
    return _rows(session, session.scalars(query).all(), now)


def get_account(session: Session, actor: Actor, user_id: int, *, now: datetime) -> AccountRow:
    """Return one account; NotFound if it is not the actor's to keep."""
    user = session.scalars(
        select(User).where(User.id == user_id).options(joinedload(User.agency))
    ).one_or_none()
    if user is None or not actor.sees(user.agency.path):
        raise NotFound("没有这个账号，或者不在您的机关范围内")
    return _rows(session, [user], now)[0]


def list_unused(
    session: Session, days: int, *, now: datetime, under: str = "/"
) -> list[AccountRow]:
    """Return the open accounts without a log-in for more than ``days``, the longest first.

    GB/T 22239-2019 8.1.4.2 c): superfluous and expired accounts are to be removed in time.
    """
    used_at = func.coalesce(User.last_log_in_at, User.created_at)
    query = (
        select(User)
        .join(User.agency)
        .where(User.is_active, used_at < now - timedelta(days=days))
        .options(joinedload(User.agency))
        .order_by(used_at)
    )
    if under != "/":
        query = query.where(in_subtree(under))
    return _rows(session, session.scalars(query).all(), now)


def list_log_ins(session: Session, user_id: int, *, now: datetime) -> list[LogInRow]:
    """Return the open log-ins of one account, the newest first."""
    rows = session.scalars(
        select(LoginSession)
        .where(LoginSession.user_id == user_id, *_works(now))
        .order_by(LoginSession.opened_at.desc(), LoginSession.id.desc())
    )
    return [
        LogInRow(
            id=row.id,
            address=row.address,
            browser=row.browser,
            opened_at=row.opened_at,
            seen_at=row.seen_at,
        )
        for row in rows
    ]


def _works(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        LoginSession.ended_at.is_(None),
        LoginSession.awaits_code.is_(False),
        LoginSession.seen_at >= now - IDLE_LIMIT,
        LoginSession.opened_at >= now - ABSOLUTE_LIMIT,
    )


def _rows(session: Session, users: Sequence[User], now: datetime) -> list[AccountRow]:
    counts = {
        user_id: (log_ins, addresses)
        for user_id, log_ins, addresses in session.execute(
            select(
                LoginSession.user_id,
                func.count(),
                func.count(LoginSession.address.distinct()),
            )
            .where(LoginSession.user_id.in_([user.id for user in users]), *_works(now))
            .group_by(LoginSession.user_id)
        )
    }
    return [
        AccountRow(
            id=user.id,
            login=user.login,
            name=user.name,
            unit=user.unit,
            agency_name=user.agency.name,
            roles=tuple(sorted(user.roles)),
            is_active=user.is_active,
            is_administrator=user.is_administrator,
            has_second_step=user.totp_since_at is not None,
            certificate=user.certificate or "",
            created_at=user.created_at,
            password_set_at=user.password_set_at,
            last_log_in_at=user.last_log_in_at,
            open_log_ins=counts.get(user.id, (0, 0))[0],
            addresses=counts.get(user.id, (0, 0))[1],
        )
        for user in users
    ]


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
