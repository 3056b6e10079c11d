"""登录失败处理 in the database: counted before anything is checked, in every process alike.

A try is written and committed first and counted together with all others that are committed, so
that of any number of tries at the same moment no more than five are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from casework.domain.errors import RuleBroken
from casework.domain.login_limits import (
    ADDRESS_SPAN,
    REMEMBERED,
    account_closed_until,
    address_closed_until,
)
from casework.domain.time_source import BEIJING
from casework.models import LoginAttempt
from casework.models.sealed import sealer
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try that may go on: its row, and the digest of the log-in it names."""

    id: int
    account: str


class LogInClosedError(RuleBroken):
    """The account or the address has to wait; ``by_address`` says which."""

    def __init__(self, until: datetime, *, by_address: bool) -> None:
        """Say until when, in Beijing time."""
        at = f"{until.astimezone(BEIJING):%H:%M}"
        who = "这台电脑所在的网络登录失败太多" if by_address else "这个用户名连续输错的次数太多"
        ask = "" if by_address else "；急用的，请系统管理员解除"
        super().__init__("log_in_closed", f"{who}，{at} 以后才能再试{ask}", field="password")
        self.by_address = by_address


def account_digest(login: str) -> str:
    """Return what a log-in name is counted under: keyed, for it may be a password by mistake."""
    return sealer().blind_index(f"login:{login.casefold()}")


def begin_attempt(session: Session, login: str, address: str, now: datetime) -> Attempt:
    """Write a try down and return it; LogInClosedError if it must not be looked at.

    A try at a closed account counts against the address; one from a closed address is not even
    written, so that nobody fills the database.
    """
    account = account_digest(login)
    with transaction(session):
        _require_open(_of_address(session, address, now), now)
        closed = account_closed_until(_of_account(session, account, now))
        is_closed = closed is not None and closed > now
        row = LoginAttempt(account=account, address=address, at=now, forgiven=is_closed)
        session.add(row)
        session.execute(delete(LoginAttempt).where(LoginAttempt.at < now - REMEMBERED))
        session.flush()
        attempt = Attempt(row.id, account)
    _require_open(_of_address(session, address, now, but=attempt.id), now)
    closed = account_closed_until(_of_account(session, account, now, but=attempt.id))
    session.rollback()  # nothing is held while the password is checked
    if closed is not None and closed > now:
        raise LogInClosedError(closed, by_address=False)
    return attempt


def _require_open(wrong: Sequence[datetime], now: datetime) -> None:
    until = address_closed_until(wrong)
    if until is not None and until > now:
        raise LogInClosedError(until, by_address=True)


def now_closed(session: Session, account: str, now: datetime) -> datetime | None:
    """Return until when an account is closed, None if it is open."""
    until = account_closed_until(_of_account(session, account, now))
    return until if until is not None and until > now else None


def closed_until(session: Session, login: str, now: datetime) -> datetime | None:
    """Return until when nobody can log in under this name, None if it is open."""
    return now_closed(session, account_digest(login), now)


def forgive(session: Session, attempt: Attempt) -> None:
    """Take a try that was right off the count, and with it all wrong ones of its account.

    Part of the act that opens the log-in.
    """
    take_back(session, attempt)
    forgive_account(session, attempt.account)


def take_back(session: Session, attempt: Attempt) -> None:
    """Take a try off the count that was right as far as it went; the wrong ones stay."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.id == attempt.id))


def forgive_account(session: Session, account: str) -> bool:
    """Let the wrong tries of an account count no longer; say whether there were any."""
    done = session.scalars(
        update(LoginAttempt)
        .where(LoginAttempt.account == account, LoginAttempt.forgiven.is_(False))
        .values(forgiven=True)
        .returning(LoginAttempt.id)
    ).all()
    return bool(done)


def _of_account(
    session: Session, account: str, now: datetime, *, but: int = 0
) -> Sequence[datetime]:
    return session.scalars(
        select(LoginAttempt.at)
        .where(
            LoginAttempt.account == account,
            LoginAttempt.forgiven.is_(False),
            LoginAttempt.at > now - REMEMBERED,
            LoginAttempt.id != but,
        )
        .order_by(LoginAttempt.at)
    ).all()


def _of_address(
    session: Session, address: str, now: datetime, *, but: int = 0
) -> Sequence[datetime]:
    if not address:
        return []
    return session.scalars(
        select(LoginAttempt.at)
        .where(
            LoginAttempt.address == address,
            LoginAttempt.at > now - ADDRESS_SPAN,
            LoginAttempt.id != but,
        )
        .order_by(LoginAttempt.at)
    ).all()
