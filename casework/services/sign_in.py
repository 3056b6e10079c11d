"""登录: the password, and the second step where there is one.

An unknown log-in, a closed account and a wrong password take the same time and read the same.
Passwords are checked outside any transaction: scrypt takes its tenth of a second while others
write. A log-in with a second step opens only with the code, under a new token (ASVS 5.0 7.2.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework.domain.errors import RuleBroken
from casework.domain.login_limits import SECOND_STEP
from casework.domain.passwords import ONE_TIME_VALID
from casework.domain.text import clean_text
from casework.models import LoginSession, User
from casework.services.account_record import actor_for, record_own, record_stranger
from casework.services.log_ins import Elsewhere, Place, open_log_in, open_log_ins, token_digest
from casework.services.login_attempts import (
    Attempt,
    LogInClosedError,
    begin_attempt,
    forgive,
    now_closed,
    take_back,
)
from casework.services.passwords import password_matches
from casework.services.second_factor import Proof, check_code
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor

_WRONG = "用户名或者密码不对。连续错 5 次，15 分钟内不能再试"
_WRONG_CODE = "验证码不对，或者已经用过。请等验证器换下一个再输入"
_TOO_LATE = "请重新登录：输入密码之后要在 5 分钟内输入验证码"
_OLD = "这个一次性口令已经过期（3 天内有效），请系统管理员换发一个"


class Why(StrEnum):
    """Why a log-in was refused, as the record says it; the person is told less."""

    UNKNOWN = "unknown"
    PASSWORD = "password"  # noqa: S105  a reason
    ACCOUNT_CLOSED = "account_closed"
    TOO_MANY = "too_many"
    ADDRESS = "address"
    CERTIFICATE = "certificate"
    ONE_TIME_EXPIRED = "one_time_expired"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A fresh log-in: the token for the cookie, who it is, and where else they are logged in.

    ``awaits_code``: nothing is open yet, the code is asked for next.
    """

    token: str
    actor: Actor
    awaits_code: bool = False
    elsewhere: tuple[Elsewhere, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of an account before its password is checked."""

    id: int
    password_hash: str
    is_open: bool


def log_in(
    session: Session,
    *,
    login: str,
    password: str,
    now: datetime,
    place: Place | None = None,
    demo: bool = False,
) -> OpenSession:
    """Check a log-in and open a session; RuleBroken(field="password") with one sentence if not.

    The accounts of the demonstration open only with ``demo``.
    """
    login = clean_text(login)
    place = place or Place()
    try:
        attempt = begin_attempt(session, login, place.address, now)
    except LogInClosedError as closed:
        if not closed.by_address:
            _refused(session, _find(session, login, demo=demo), Why.TOO_MANY, place, now)
        raise
    known = _find(session, login, demo=demo)
    session.rollback()
    matches = password_matches(known.password_hash if known else None, password)
    if known is None or not known.is_open or not matches:
        why = Why.UNKNOWN if known is None else Why.PASSWORD
        if known is not None and matches:
            why = Why.ACCOUNT_CLOSED
        _refused(session, known, why, place, now, attempt)
        raise RuleBroken("log_in_refused", _WRONG, field="password")
    return _admit(session, known, attempt, place, now)


def _find(session: Session, login: str, *, demo: bool) -> _Known | None:
    user = session.scalars(select(User).where(User.login == login)).one_or_none()
    if user is None:
        return None
    is_open = user.is_active and (demo or not user.is_demo)
    return _Known(id=user.id, password_hash=user.password_hash, is_open=is_open)


def _admit(
    session: Session, known: _Known, attempt: Attempt, place: Place, now: datetime
) -> OpenSession:
    """Open the log-in of a person whose password was right a moment ago."""
    why: Why | None = None
    with transaction(session):
        user = _locked(session, known.id)
        if not user.is_active or user.password_hash != known.password_hash:
            why = Why.ACCOUNT_CLOSED
        elif user.certificate is not None and user.certificate != place.certificate:
            why = Why.CERTIFICATE
        elif _one_time_expired(user, now):
            why = Why.ONE_TIME_EXPIRED
        elif user.totp_since_at is not None and user.certificate is None:
            take_back(session, attempt)
            token = open_log_in(session, user, place, now, awaits_code=True)
            return OpenSession(token=token, actor=actor_for(user), awaits_code=True)
        else:
            proof = Proof.CERTIFICATE if user.certificate is not None else Proof.PASSWORD
            return _open(session, user, attempt, place, now, proof)
    _refused(session, known, why, place, now, attempt)
    raise RuleBroken(
        "log_in_refused", _OLD if why is Why.ONE_TIME_EXPIRED else _WRONG, field="password"
    )


def _one_time_expired(user: User, now: datetime) -> bool:
    if not user.must_change_password or user.password_set_at is None:
        return False
    return now - user.password_set_at > ONE_TIME_VALID


def _open(
    session: Session, user: User, attempt: Attempt, place: Place, now: datetime, proof: Proof
) -> OpenSession:
    forgive(session, attempt)
    others = open_log_ins(session, user.id, now)
    token = open_log_in(session, user, place, now)
    user.last_log_in_at = now
    elsewhere = tuple(
        Elsewhere(address=row.address, browser=row.browser, opened_at=row.opened_at)
        for row in others
        if row.ended_at is None and row.address != place.address
    )
    detail: dict[str, object] = {
        "address": place.address,
        "browser": place.browser,
        "proof": proof.value,
    }
    if elsewhere:
        detail["elsewhere"] = sorted({each.address for each in elsewhere})
    record_own(session, user, "log_in", now, detail)
    return OpenSession(token=token, actor=actor_for(user), elsewhere=elsewhere)


def enter_code(
    session: Session, token: str, *, code: str, now: datetime, place: Place | None = None
) -> OpenSession:
    """Take the second step with a code of the authenticator or a recovery code.

    RuleBroken(field="code"); a wrong code counts like a wrong password.
    """
    place = place or Place()
    row = session.scalars(
        select(LoginSession)
        .where(
            LoginSession.token_hash == token_digest(token),
            LoginSession.awaits_code,
            LoginSession.ended_at.is_(None),
        )
        .options(joinedload(LoginSession.user))
    ).one_or_none()
    if row is None or now - row.opened_at > SECOND_STEP or not row.user.is_active:
        raise RuleBroken("second_step_over", _TOO_LATE, field="code")
    row_id, user_id, login = row.id, row.user_id, row.user.login
    known = _Known(id=user_id, password_hash=row.user.password_hash, is_open=True)
    try:
        attempt = begin_attempt(session, login, place.address, now)
    except LogInClosedError as closed:
        if not closed.by_address:
            _refused(session, known, Why.TOO_MANY, place, now)
        raise RuleBroken("log_in_closed", closed.message, field="code") from closed
    with transaction(session):
        user = _locked(session, user_id)
        waiting = session.get(LoginSession, row_id)
        proof = check_code(session, user, code, now)
        if proof is not None and waiting is not None and waiting.ended_at is None:
            waiting.ended_at = now
            return _open(session, user, attempt, place, now, proof)
    _refused(session, known, Why.CODE, place, now, attempt)
    raise RuleBroken("code_refused", _WRONG_CODE, field="code")


def _locked(session: Session, user_id: int) -> User:
    return session.scalars(
        select(User)
        .where(User.id == user_id)
        .options(joinedload(User.agency))
        .with_for_update(of=User)
        .execution_options(populate_existing=True)
    ).one()


def _refused(
    session: Session,
    known: _Known | None,
    why: Why,
    place: Place,
    now: datetime,
    attempt: Attempt | None = None,
) -> None:
    """Write a refusal down; and, where it was the last try allowed, until when it was."""
    detail = {"why": why.value, "address": place.address, "browser": place.browser}
    with transaction(session):
        closed = now_closed(session, attempt.account, now) if attempt else None
        if closed is not None:
            detail["closed_until"] = closed.isoformat(timespec="seconds")
        user = session.get(User, known.id) if known else None
        if user is None:
            record_stranger(session, "log_in_refused", now, detail)
        else:
            record_own(session, user, "log_in_refused", now, detail)
