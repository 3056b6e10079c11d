"""二次验证: a code from an authenticator on the telephone (TOTP, RFC 6238), or a recovery code.

GB/T 22239-2019 8.1.4.1 d) asks for two kinds of proof, one of them cryptographic. The secret is
sealed in its column; a code opens once, a step earlier and a step later are taken too; recovery
codes are kept as digests and used up one by one (OWASP ASVS 5.0 6.5.1–6.5.5, 6.6).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import pyotp
from sqlalchemy import delete, func, select, update

from casework.domain.errors import RuleBroken
from casework.models import RecoveryCode, User
from casework.queries.security_policy import current_policy
from casework.services.account_record import record_own
from casework.services.accounts import prove_password
from casework.services.log_ins import EndedBy, end_all
from casework.services.login_attempts import forgive
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

STEP_SECONDS = 30
DRIFT = 1
DIGITS = 6
RECOVERY_CODES = 10
_GROUPS, _GROUP = 4, 4
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without what reads like another


class Proof(StrEnum):
    """What opened a log-in."""

    PASSWORD = "password"  # noqa: S105  a kind of proof
    CODE = "code"
    RECOVERY_CODE = "recovery_code"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What the telephone has to learn: ``uri`` in the QR code, ``secret`` to be typed instead."""

    secret: str
    uri: str


def begin_enrolment(session: Session, user_id: int, *, system_name: str) -> Enrolment:
    """Give an account a fresh secret, which counts only once a code has proved it.

    RuleBroken where the second step is set up already.
    """
    with transaction(session):
        user = session.get_one(User, user_id)
        if user.totp_since_at is not None:
            raise RuleBroken("second_step_on", "二次验证已经启用。换手机的，请先停用再重新绑定")
        user.totp_secret = pyotp.random_base32()
        return _enrolment(user, system_name)


def pending_enrolment(session: Session, user_id: int, *, system_name: str) -> Enrolment | None:
    """Return the secret that still waits for its first code, if one does."""
    user = session.get_one(User, user_id)
    if not user.totp_secret or user.totp_since_at is not None:
        return None
    return _enrolment(user, system_name)


def _enrolment(user: User, system_name: str) -> Enrolment:
    uri = pyotp.TOTP(user.totp_secret).provisioning_uri(name=user.login, issuer_name=system_name)
    return Enrolment(secret=user.totp_secret, uri=uri)


def confirm_enrolment(
    session: Session, user_id: int, *, code: str, keep_id: int, now: datetime
) -> tuple[str, ...]:
    """Turn the second step on and return the recovery codes, which nobody can show again.

    The account's other log-ins end. RuleBroken(field="code") for a wrong code.
    """
    with transaction(session):
        user = session.get_one(User, user_id, with_for_update=True)
        if user.totp_since_at is not None or not user.totp_secret:
            raise RuleBroken("second_step_on", "请从“二次验证”页面重新开始", field="code")
        step = _matching_step(user.totp_secret, code, now)
        if step is None:
            raise RuleBroken(
                "code_refused",
                "验证码不对。请核对手机的时间是否自动校准，再输入验证器现在显示的 6 位数字",
                field="code",
            )
        user.totp_step = step
        user.totp_since_at = now
        codes = _new_recovery_codes(session, user_id)
        end_all(session, user_id, EndedBy.SECOND_STEP, now, keep_id=keep_id)
        record_own(session, user, "enrol_second_step", now)
        return codes


def renew_recovery_codes(
    session: Session, user_id: int, *, code: str, now: datetime
) -> tuple[str, ...]:
    """Put ten new recovery codes in the place of the old; RuleBroken(field="code")."""
    with transaction(session):
        user = session.get_one(User, user_id, with_for_update=True)
        if check_code(session, user, code, now) is not Proof.CODE:
            raise RuleBroken("code_refused", "请输入验证器现在显示的 6 位数字", field="code")
        codes = _new_recovery_codes(session, user_id)
        record_own(session, user, "renew_recovery_codes", now)
        return codes


def end_second_step(
    session: Session, user_id: int, *, password: str, code: str, keep_id: int, now: datetime
) -> None:
    """Turn the second step off, with both proofs; RuleBroken(field="password" or "code")."""
    attempt = prove_password(session, user_id, password, field="password", now=now)
    with transaction(session):
        user = session.get_one(User, user_id, with_for_update=True)
        if check_code(session, user, code, now) is None:
            raise RuleBroken("code_refused", "验证码不对，或者已经用过", field="code")
        forgive(session, attempt)
        forget_second_step(session, user)
        end_all(session, user_id, EndedBy.SECOND_STEP, now, keep_id=keep_id)
        record_own(session, user, "end_second_step", now)


def forget_second_step(session: Session, user: User) -> None:
    """Take secret and recovery codes off an account, inside an act."""
    user.totp_secret = ""
    user.totp_since_at = None
    user.totp_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def check_code(session: Session, user: User, code: str, now: datetime) -> Proof | None:
    """Use a code up inside an act whose transaction has locked ``user``; None if it is none.

    White space, hyphens and full-width digits are forgiven in the spelling, not in the count: the
    same code with a blank in it is the same code.
    """
    plain = _plain(code)
    if user.totp_since_at is None:
        return None
    if plain.isdigit() and len(plain) == DIGITS:
        step = _matching_step(user.totp_secret, plain, now)
        if step is None or (user.totp_step is not None and step <= user.totp_step):
            return None
        user.totp_step = step
        return Proof.CODE
    used = session.scalars(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.code_hash == _digest(plain),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    ).one_or_none()
    return Proof.RECOVERY_CODE if used is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStep:
    """How an account stands: since when it is on, recovery codes left, whether its roles ask."""

    since_at: datetime | None
    codes_left: int
    is_demanded: bool


def second_step_of(session: Session, user_id: int) -> SecondStep:
    """Return how an account's second step stands."""
    user = session.get_one(User, user_id)
    left = session.scalar(
        select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    )
    return SecondStep(
        since_at=user.totp_since_at,
        codes_left=left or 0,
        is_demanded=current_policy(session).needs_code(user.roles),
    )


def _matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step whose code this is, this one or a neighbour; None if none."""
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    this_step = int(now.timestamp()) // STEP_SECONDS
    plain = _plain(code)
    found = None
    for step in range(this_step - DRIFT, this_step + DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), plain.encode()):
            found = step
    return found


def _new_recovery_codes(session: Session, user_id: int) -> tuple[str, ...]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
    session.add_all(
        RecoveryCode(user_id=user_id, code_hash=_digest(_plain(code))) for code in codes
    )
    return codes


def _recovery_code() -> str:
    letters = [secrets.choice(_LETTERS) for _ in range(_GROUPS * _GROUP)]
    return "-".join("".join(letters[at : at + _GROUP]) for at in range(0, len(letters), _GROUP))


def _plain(code: str) -> str:
    return "".join(
        character for character in unicodedata.normalize("NFKC", code) if character.isalnum()
    ).upper()


def _digest(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()
