"""账号 and 登录: who may come in, and the log-ins that are open.

Sessions live on the server (a replayed cookie opens nothing after log-out); passwords are kept as
scrypt; an unknown log-in costs the same time as a wrong password; five wrong ones in a row close
the account for a while, and only that account (ASVS 5.0 6.3.1; GB/T 22239-2019 8.1.4.1).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload
from werkzeug.security import check_password_hash, generate_password_hash

from casework.domain.errors import NotFound, RuleBroken
from casework.domain.permissions import Actor, Role, check_roles
from casework.domain.text import clean_text
from casework.domain.time_source import beijing_date
from casework.models import Agency, Event, LoginSession, User, UserRole
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)
ALLOWED_FAILURES = 5
LOCK_TIME = timedelta(minutes=15)
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 128
_SEEN_EVERY = timedelta(minutes=1)
_REFUSAL = "用户名或者密码不对。连续错 5 次，账号停用 15 分钟"


@cache
def _nobody() -> str:
    """Return what an unknown log-in is checked against, so that it takes as long as a known one."""
    return generate_password_hash(secrets.token_hex(16))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The person behind a request."""

    actor: Actor
    login: str
    unit: str
    agency_id: int
    agency_name: str
    is_demo: bool
    must_change_password: bool


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A fresh log-in: the token for the cookie, and who it is."""

    token: str
    actor: Actor


def log_in(session: Session, *, login: str, password: str, now: datetime) -> OpenSession:
    """Check a log-in and open a session; RuleBroken(field="password") with one sentence if not."""
    login = clean_text(login)
    with transaction(session):
        user = session.scalars(
            select(User).where(User.login == login).options(joinedload(User.agency))
        ).one_or_none()
        locked = (
            user is not None and user.locked_until_at is not None and user.locked_until_at > now
        )
        matches = check_password_hash(user.password_hash if user else _nobody(), password)
        admitted = user is not None and matches and user.is_active and not locked
        if user is not None and admitted:
            user.failed_logins = 0
            user.locked_until_at = None
            token = secrets.token_urlsafe(32)
            session.add(
                LoginSession(token_hash=_hash(token), user_id=user.id, opened_at=now, seen_at=now)
            )
            _record(session, user, "log_in", now)
            return OpenSession(token, _actor(user))
        if user is not None and not locked:
            _count_failure(user, now)
            _record(session, user, "log_in_refused", now)
    raise RuleBroken("log_in_refused", _REFUSAL, field="password")


def find_person(session: Session, token: str, now: datetime) -> Person | None:
    """Return who holds an open session with this token; None if it is over or unknown.

    A session ends 30 minutes after the last request and 12 hours after log-in. Reading never
    waits for a writer: the last-seen time is written at most once a minute.
    """
    row = session.scalars(
        select(LoginSession)
        .where(LoginSession.token_hash == _hash(token), LoginSession.ended_at.is_(None))
        .options(joinedload(LoginSession.user).joinedload(User.agency))
    ).one_or_none()
    if (
        row is None
        or not row.user.is_active
        or now - row.seen_at > IDLE_LIMIT
        or now - row.opened_at > ABSOLUTE_LIMIT
    ):
        return None
    user = row.user
    person = Person(
        actor=_actor(user),
        login=user.login,
        unit=user.unit,
        agency_id=user.agency_id,
        agency_name=user.agency.name,
        is_demo=user.is_demo,
        must_change_password=user.must_change_password,
    )
    if now - row.seen_at > _SEEN_EVERY:
        with transaction(session):
            session.execute(
                update(LoginSession).where(LoginSession.id == row.id).values(seen_at=now)
            )
    return person


def log_out(session: Session, token: str, now: datetime) -> None:
    """End the session with this token; a token that is not open changes nothing."""
    with transaction(session):
        row = session.scalars(
            select(LoginSession).where(
                LoginSession.token_hash == _hash(token), LoginSession.ended_at.is_(None)
            )
        ).one_or_none()
        if row is not None:
            row.ended_at = now
            _record(session, row.user, "log_out", now)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """An account to be made; ``must_change_password`` where somebody else knows the password."""

    login: str
    name: str
    agency_id: int
    roles: frozenset[Role]
    password: str
    unit: str = ""
    is_demo: bool = False
    must_change_password: bool = True


def create_user(session: Session, new: NewUser, *, now: datetime) -> int:
    """Make an account and return its id; RuleBroken where log-in, password or roles cannot be."""
    login = clean_text(new.login)
    check_password(new.password, login=login)
    if not login:
        raise RuleBroken("login_missing", "请填用户名", field="login")
    if reason := check_roles(new.roles):
        raise RuleBroken("roles_mixed", reason, field="roles", basis="GB/T 22239-2019 8.1.5")
    with transaction(session):
        if session.get(Agency, new.agency_id) is None:
            raise NotFound("没有这个机关")
        taken = session.scalar(select(func.count()).where(User.login == login))
        if taken:
            raise RuleBroken("login_taken", f"用户名“{login}”已经用过，请换一个", field="login")
        user = User(
            login=login,
            name=clean_text(new.name) or login,
            agency_id=new.agency_id,
            unit=clean_text(new.unit),
            password_hash=generate_password_hash(new.password),
            is_demo=new.is_demo,
            must_change_password=new.must_change_password,
            created_at=now,
            grants=[UserRole(role=role) for role in Role if role in new.roles],
        )
        session.add(user)
        session.flush()
        _record(session, user, "create_user", now)
        return user.id


def change_password(
    session: Session, user_id: int, *, old: str, new: str, keep_token: str, now: datetime
) -> None:
    """Let a person put another password in the place of the old one.

    All other log-ins of the account end (ASVS 5.0 7.4.3). RuleBroken names ``old`` or ``password``.
    """
    with transaction(session):
        user = session.get_one(User, user_id)
        if not check_password_hash(user.password_hash, old):
            raise RuleBroken("old_password", "现在的密码不对，请重新输入", field="old")
        check_password(new, login=user.login)
        if new == old:
            raise RuleBroken("same_password", "新密码不能与现在的密码相同", field="password")
        _set_password(session, user, new, now, keep_token=keep_token)
        user.must_change_password = False
        _record(session, user, "change_password", now)


def reset_password(session: Session, login: str, *, password: str, now: datetime) -> None:
    """Give an account a one-time password, to be changed at the next log-in; NotFound."""
    with transaction(session):
        user = session.scalars(select(User).where(User.login == login)).one_or_none()
        if user is None:
            raise NotFound(f"没有用户“{login}”")
        check_password(password, login=login)
        _set_password(session, user, password, now, keep_token=None)
        user.must_change_password = not user.is_demo
        _record(session, user, "reset_password", now)


def _set_password(
    session: Session, user: User, password: str, now: datetime, *, keep_token: str | None
) -> None:
    user.password_hash = generate_password_hash(password)
    user.failed_logins = 0
    user.locked_until_at = None
    others = update(LoginSession).where(
        LoginSession.user_id == user.id, LoginSession.ended_at.is_(None)
    )
    if keep_token is not None:
        others = others.where(LoginSession.token_hash != _hash(keep_token))
    session.execute(others.values(ended_at=now))


def check_password(password: str, *, login: str) -> None:
    """Raise RuleBroken unless the password is long enough, mixed enough and not the log-in.

    Three of the four kinds of character: GB/T 22239-2019 8.1.4.1 a).
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise RuleBroken(
            "password_length",
            f"密码须有 {SHORTEST_PASSWORD} 到 {LONGEST_PASSWORD} 个字符",
            field="password",
        )
    kinds = (
        any(c.islower() for c in password),
        any(c.isupper() for c in password),
        any(c.isdigit() for c in password),
        any(not c.isalnum() for c in password),
    )
    needed = 3
    if sum(kinds) < needed:
        raise RuleBroken(
            "password_kinds",
            "密码须含大写字母、小写字母、数字、符号中的至少三种",
            field="password",
            basis="GB/T 22239-2019 8.1.4.1",
        )
    if login and login.lower() in password.lower():
        raise RuleBroken("password_is_login", "密码不能包含用户名", field="password")


def actor_of(session: Session, login: str) -> Actor:
    """Return the actor behind a log-in name; NotFound if there is none (for the command line)."""
    user = session.scalars(
        select(User).where(User.login == login).options(joinedload(User.agency))
    ).one_or_none()
    if user is None:
        raise NotFound(f"没有用户“{login}”")
    return _actor(user)


def _actor(user: User) -> Actor:
    return Actor(
        user_id=user.id,
        name=user.name,
        agency_id=user.agency_id,
        agency_path=user.agency.path,
        roles=user.roles,
        unit=user.unit,
    )


def _count_failure(user: User, now: datetime) -> None:
    user.failed_logins += 1
    if user.failed_logins >= ALLOWED_FAILURES:
        user.failed_logins = 0
        user.locked_until_at = now + LOCK_TIME


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _record(session: Session, user: User, action: str, now: datetime) -> None:
    session.add(
        Event(
            agency_id=user.agency_id,
            action=action,
            actor_id=user.id,
            actor_name=user.name,
            effective_on=beijing_date(now),
            recorded_at=now,
            detail={},
        )
    )
