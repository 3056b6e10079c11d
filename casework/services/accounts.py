"""账号: made, given a password, found; by the machine's operator and by each person for themselves.

What the administrators do on their pages is in services.account_administration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from casework.domain.errors import NotFound, RuleBroken
from casework.domain.permissions import Role, check_roles
from casework.domain.text import clean_text
from casework.models import Agency, User, UserRole
from casework.queries.security_policy import current_policy
from casework.services.account_record import actor_for, record_own
from casework.services.log_ins import EndedBy, end_all
from casework.services.login_attempts import (
    account_digest,
    begin_attempt,
    forgive,
    forgive_account,
)
from casework.services.passwords import check_new_password, hash_password, password_matches
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor
    from casework.services.login_attempts import Attempt

LONGEST_LOGIN = 64


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
    hashed = hash_password(new.password)
    with transaction(session):
        user = user_row(session, new, hashed, now)
        record_own(session, user, "create_user", now, {"roles": written_roles(new.roles)})
        return user.id


def user_row(session: Session, new: NewUser, hashed: str, now: datetime) -> User:
    """Return the flushed row of a new account, inside an act; raises as ``create_user`` does."""
    login = clean_text(new.login)
    if not login:
        raise RuleBroken("login_missing", "请填用户名", field="login")
    if len(login) > LONGEST_LOGIN:
        raise RuleBroken("login_long", f"用户名最多 {LONGEST_LOGIN} 个字符", field="login")
    if reason := check_roles(new.roles):
        raise RuleBroken("roles_mixed", reason, field="roles", basis="GB/T 22239-2019 8.1.5")
    agency = session.get(Agency, new.agency_id)
    if agency is None:
        raise NotFound("没有这个机关")
    name = clean_text(new.name) or login
    policy = current_policy(session)
    check_new_password(new.password, policy.passwords, login=login, name=name, agency=agency)
    if session.scalar(select(func.count()).where(User.login == login)):
        raise RuleBroken("login_taken", f"用户名“{login}”已经用过，请换一个", field="login")
    user = User(
        login=login,
        name=name,
        agency_id=new.agency_id,
        unit=clean_text(new.unit),
        password_hash=hashed,
        password_set_at=now,
        is_demo=new.is_demo,
        must_change_password=new.must_change_password,
        created_at=now,
        grants=[UserRole(role=role) for role in Role if role in new.roles],
    )
    session.add(user)
    session.flush()
    return user


def change_password(
    session: Session, user_id: int, *, old: str, new: str, keep_id: int, now: datetime
) -> None:
    """Let a person put another password in the place of the old one.

    All other log-ins of the account end (ASVS 5.0 7.4.3). RuleBroken names ``old`` or
    ``password``; a wrong old password counts as a wrong log-in.
    """
    attempt = prove_password(session, user_id, old, field="old", now=now)
    hashed = hash_password(new)
    with transaction(session):
        forgive(session, attempt)
        user = session.get_one(User, user_id)
        rules = current_policy(session).passwords
        check_new_password(new, rules, login=user.login, name=user.name, agency=user.agency)
        if new == old:
            raise RuleBroken("same_password", "新密码不能与现在的密码相同", field="password")
        set_password(session, user, hashed, now, keep_id=keep_id)
        user.must_change_password = False
        record_own(session, user, "change_password", now)


def prove_password(
    session: Session, user_id: int, password: str, *, field: str, now: datetime
) -> Attempt:
    """Check the password of somebody who is logged in, outside any transaction.

    Returns the try, to be forgiven in the act that follows. RuleBroken names ``field``.
    """
    user = session.get_one(User, user_id)
    login, stored = user.login, user.password_hash
    try:
        attempt = begin_attempt(session, login, "", now)
    except RuleBroken as closed:
        raise RuleBroken(closed.code, closed.message, field=field) from closed
    if not password_matches(stored, password):
        raise RuleBroken("old_password", "现在的密码不对，请重新输入", field=field)
    return attempt


def reset_password(session: Session, login: str, *, password: str, now: datetime) -> None:
    """Give an account a one-time password, to be changed at the next log-in; NotFound."""
    hashed = hash_password(password)
    with transaction(session):
        user = session.scalars(select(User).where(User.login == login)).one_or_none()
        if user is None:
            raise NotFound(f"没有用户“{login}”")
        set_password(session, user, hashed, now)
        user.must_change_password = not user.is_demo
        record_own(session, user, "reset_password", now)


def set_password(
    session: Session, user: User, hashed: str, now: datetime, *, keep_id: int | None = None
) -> None:
    """Put a password in place inside an act: log-ins end, wrong tries are forgiven."""
    user.password_hash = hashed
    user.password_set_at = now
    forgive_account(session, account_digest(user.login))
    end_all(session, user.id, EndedBy.PASSWORD, now, keep_id=keep_id)


def written_roles(roles: frozenset[Role]) -> str:
    """Return roles as the audit record spells them."""
    return ",".join(sorted(role.value for role in roles))


def actor_of(session: Session, login: str) -> Actor:
    """Return the actor behind a log-in name; NotFound if there is none (for the command line)."""
    user = session.scalars(
        select(User).where(User.login == login).options(joinedload(User.agency))
    ).one_or_none()
    if user is None:
        raise NotFound(f"没有用户“{login}”")
    return actor_for(user)
