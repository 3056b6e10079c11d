"""二次验证: one code opens once; a step of drift; recovery codes; who lets go of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pyotp
import pytest
from sqlalchemy import select, text

from casework.domain.errors import PermissionRefused, RuleBroken
from casework.domain.permissions import Role
from casework.models import Agency, Event, RecoveryCode, SecuritySetting, User
from casework.services import account_administration as administration
from casework.services import log_ins, second_factor, sign_in
from tests.conftest import NOW, PASSWORD, add_user

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

STEP = timedelta(seconds=30)


@pytest.fixture
def zhou(session: Session, agency: Agency) -> User:
    return add_user(session, login="zhoumin", name="周敏", agency=agency, roles={Role.CLERK})


class Telephone:
    """The authenticator: it knows the secret and the time."""

    def __init__(self, session: Session, user: User) -> None:
        self.session, self.user = session, user
        enrolment = second_factor.begin_enrolment(session, user.id, system_name="办件系统")
        self._totp = pyotp.parse_uri(enrolment.uri)
        self.recovery = second_factor.confirm_enrolment(
            session, user.id, code=self.shows(NOW - 10 * STEP), keep_id=0, now=NOW - 10 * STEP
        )

    def shows(self, at: datetime) -> str:
        assert isinstance(self._totp, pyotp.TOTP)
        return self._totp.at(at)

    def enter(self, code: str, now: datetime = NOW) -> log_ins.Person | None:
        """Log in with password and code; who it is, or None if the code was refused."""
        opened = sign_in.log_in(self.session, login="zhoumin", password=PASSWORD, now=now)
        assert opened.awaits_code
        assert log_ins.find_person(self.session, opened.token, now) is None
        try:
            done = sign_in.enter_code(self.session, opened.token, code=code, now=now)
        except RuleBroken as refused:
            if refused.field != "code":
                raise
            return None
        assert done.token != opened.token, "a new token for what is more than before"
        assert log_ins.find_person(self.session, opened.token, now) is None
        return log_ins.find_person(self.session, done.token, now)


@pytest.fixture
def telephone(session: Session, zhou: User) -> Telephone:
    return Telephone(session, zhou)


def test_the_password_alone_opens_nothing(session: Session, telephone: Telephone) -> None:
    assert telephone.enter("000000") is None
    assert telephone.enter(telephone.shows(NOW)) is not None
    newest = session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert newest is not None
    assert newest.detail["proof"] == "code"


def test_a_code_opens_once_however_it_is_spelt(telephone: Telephone) -> None:
    """OWASP ASVS 5.0 6.5.1; a blank once made an old code a new one elsewhere."""
    code = telephone.shows(NOW)
    assert telephone.enter(f" {code[:3]} {code[3:]}\n") is not None
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    for again in (code, f"{code} ", f"{code[:3]}-{code[3:]}", f"\u200b{code}", full_width):
        assert telephone.enter(again) is None


@pytest.mark.parametrize(("steps", "times"), [(-2, 0), (-1, 1), (0, 1), (1, 1), (2, 0)])
def test_a_step_of_drift_is_taken_and_no_more(telephone: Telephone, steps: int, times: int) -> None:
    entered = [telephone.enter(telephone.shows(NOW + steps * STEP)) for _ in range(2)]
    assert sum(person is not None for person in entered) == times


def test_a_code_from_before_the_last_one_is_used_up_too(telephone: Telephone) -> None:
    assert telephone.enter(telephone.shows(NOW + STEP)) is not None
    assert telephone.enter(telephone.shows(NOW)) is None
    later = NOW + 3 * STEP
    assert telephone.enter(telephone.shows(later), later) is not None


def test_a_recovery_code_opens_once(session: Session, telephone: Telephone, zhou: User) -> None:
    first, second = telephone.recovery[:2]
    assert telephone.enter(first.lower().replace("-", " ")) is not None
    assert telephone.enter(first) is None
    assert second_factor.second_step_of(session, zhou.id).codes_left == 9
    assert telephone.enter(second) is not None


def test_neither_the_secret_nor_a_recovery_code_can_be_read_from_the_tables(
    session: Session, telephone: Telephone, zhou: User
) -> None:
    stored = session.execute(text("SELECT totp_secret FROM users")).scalar_one()
    assert zhou.totp_secret not in stored
    hashes = session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(hashes) == len(set(telephone.recovery)) == 10
    for code in telephone.recovery:
        assert len(code.replace("-", "")) == 16  # 78 bits: a plain digest cannot be searched
        assert code not in hashes


def test_wrong_codes_count_like_wrong_passwords(session: Session, telephone: Telephone) -> None:
    for _ in range(5):
        assert telephone.enter("000000") is None
    with pytest.raises(RuleBroken, match="连续输错的次数太多"):
        telephone.enter(telephone.shows(NOW))
    whys = [event.detail.get("why") for event in session.scalars(select(Event))]
    assert whys.count("code") == 5


def test_a_right_password_waits_five_minutes_and_no_longer(
    session: Session, telephone: Telephone
) -> None:
    opened = sign_in.log_in(session, login="zhoumin", password=PASSWORD, now=NOW)
    later = NOW + timedelta(minutes=5, seconds=1)
    with pytest.raises(RuleBroken) as refused:
        sign_in.enter_code(session, opened.token, code=telephone.shows(later), now=later)
    assert refused.value.code == "second_step_over"


def test_the_way_in_that_waits_is_used_up_by_the_code(
    session: Session, telephone: Telephone
) -> None:
    opened = sign_in.log_in(session, login="zhoumin", password=PASSWORD, now=NOW)
    sign_in.enter_code(session, opened.token, code=telephone.shows(NOW), now=NOW)
    with pytest.raises(RuleBroken) as refused:
        sign_in.enter_code(session, opened.token, code=telephone.recovery[0], now=NOW)
    assert refused.value.code == "second_step_over"


def test_a_secret_counts_only_once_a_code_has_proved_it(session: Session, zhou: User) -> None:
    second_factor.begin_enrolment(session, zhou.id, system_name="办件系统")
    assert not sign_in.log_in(session, login="zhoumin", password=PASSWORD, now=NOW).awaits_code
    with pytest.raises(RuleBroken) as refused:
        second_factor.confirm_enrolment(session, zhou.id, code="000000", keep_id=0, now=NOW)
    assert refused.value.field == "code"
    first = second_factor.pending_enrolment(session, zhou.id, system_name="x")
    second = second_factor.begin_enrolment(session, zhou.id, system_name="x")
    assert first is not None
    assert first.secret != second.secret


def test_a_secret_in_use_is_not_shown_again(
    session: Session, telephone: Telephone, zhou: User
) -> None:
    assert telephone.recovery
    assert second_factor.pending_enrolment(session, zhou.id, system_name="x") is None
    with pytest.raises(RuleBroken):
        second_factor.begin_enrolment(session, zhou.id, system_name="x")


def test_binding_a_telephone_ends_the_other_log_ins(session: Session, zhou: User) -> None:
    tokens = [
        sign_in.log_in(session, login="zhoumin", password=PASSWORD, now=NOW).token for _ in range(2)
    ]
    kept = log_ins.find_person(session, tokens[1], NOW)
    assert kept is not None
    enrolment = second_factor.begin_enrolment(session, zhou.id, system_name="x")
    code = pyotp.TOTP(enrolment.secret).at(NOW)
    second_factor.confirm_enrolment(session, zhou.id, code=code, keep_id=kept.log_in_id, now=NOW)
    assert [log_ins.find_person(session, token, NOW) is not None for token in tokens] == [
        False,
        True,
    ]


def test_letting_go_takes_both_proofs(session: Session, telephone: Telephone, zhou: User) -> None:
    def let_go(password: str, code: str) -> None:
        second_factor.end_second_step(
            session, zhou.id, password=password, code=code, keep_id=0, now=NOW
        )

    for password, code, field in (
        ("Wrong-Horse-9", telephone.shows(NOW), "password"),
        (PASSWORD, "000000", "code"),
    ):
        with pytest.raises(RuleBroken) as refused:
            let_go(password, code)
        assert refused.value.field == field
    let_go(PASSWORD, telephone.shows(NOW))
    assert zhou.totp_secret == ""
    assert session.scalars(select(RecoveryCode)).all() == []
    assert not sign_in.log_in(session, login="zhoumin", password=PASSWORD, now=NOW).awaits_code


def test_new_recovery_codes_take_the_place_of_the_old(
    session: Session, telephone: Telephone, zhou: User
) -> None:
    with pytest.raises(RuleBroken):
        second_factor.renew_recovery_codes(session, zhou.id, code=telephone.recovery[0], now=NOW)
    new = second_factor.renew_recovery_codes(session, zhou.id, code=telephone.shows(NOW), now=NOW)
    assert not set(new) & set(telephone.recovery)
    assert telephone.enter(telephone.recovery[1]) is None
    assert telephone.enter(new[0]) is not None


def test_the_security_administrator_resets_and_nobody_else(
    session: Session, telephone: Telephone, zhou: User, desk_for: Callable[..., Desk]
) -> None:
    person = telephone.enter(telephone.shows(NOW))
    assert person is not None
    for role in set(Role) - {Role.SECURITY_ADMIN}:
        with pytest.raises(PermissionRefused):
            administration.reset_second_step(desk_for(role), zhou.id, reason="手机丢失")
    desk = desk_for(Role.SECURITY_ADMIN)
    with pytest.raises(RuleBroken):
        administration.reset_second_step(desk, zhou.id, reason=" ")
    administration.reset_second_step(desk, zhou.id, reason="手机丢失，已当面核对")
    newest = session.scalars(select(Event).order_by(Event.id.desc())).all()
    [reset] = [event for event in newest if event.action == "reset_second_step"]
    assert (reset.note, reset.detail["user"]) == ("手机丢失，已当面核对", zhou.id)
    assert not sign_in.log_in(session, login="zhoumin", password=PASSWORD, now=NOW).awaits_code
    with pytest.raises(RuleBroken):
        administration.reset_second_step(desk, zhou.id, reason="再来一次")


def test_a_role_that_needs_codes_is_told_to_bind_first(session: Session, zhou: User) -> None:
    token = sign_in.log_in(session, login="zhoumin", password=PASSWORD, now=NOW).token

    def is_due() -> bool:
        person = log_ins.find_person(session, token, NOW)
        assert person is not None
        return person.code_due

    assert not is_due()
    session.add(SecuritySetting(name="code_roles", value="clerk,leader"))
    session.commit()
    assert is_due()
    zhou.certificate = "CN=周敏"
    session.commit()
    assert not is_due()
