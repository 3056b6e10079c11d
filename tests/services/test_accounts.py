"""Coming in and going out: log-ins, their limits, and what the rules of accounts refuse."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from casework.domain.errors import NotFound, RuleBroken
from casework.domain.permissions import Role
from casework.models import Agency, Event, LoginSession, User
from casework.services import accounts
from casework.services.accounts import NewUser
from tests.conftest import NOW, PASSWORD, add_user

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@pytest.fixture
def zhou(session: Session, agency: Agency) -> User:
    return add_user(session, login="zhoumin", name="周敏", agency=agency, roles={Role.CLERK})


def come_in(session: Session, password: str = PASSWORD, *, login: str = "zhoumin") -> str:
    return accounts.log_in(session, login=login, password=password, now=NOW).token


def test_a_log_in_names_the_person_and_keeps_no_token(session: Session, zhou: User) -> None:
    token = come_in(session)
    person = accounts.find_person(session, token, NOW)
    assert person is not None
    assert (person.actor.name, person.actor.roles) == ("周敏", frozenset({Role.CLERK}))
    assert person.actor.agency_path == zhou.agency.path
    assert token not in [row.token_hash for row in session.scalars(select(LoginSession))]


@pytest.mark.parametrize("login", ["zhoumin", "nobody"])
def test_wrong_password_and_unknown_person_read_the_same(
    session: Session, zhou: User, login: str
) -> None:
    assert zhou.login == "zhoumin"
    with pytest.raises(RuleBroken) as refusal:
        come_in(session, "Wrong-Horse-9", login=login)
    assert refusal.value.field == "password"
    assert refusal.value.message == "用户名或者密码不对。连续错 5 次，账号停用 15 分钟"


def test_five_wrong_ones_close_this_account_and_no_other(
    session: Session, agency: Agency, zhou: User
) -> None:
    add_user(session, login="hejingyi", name="何静怡", agency=agency, roles={Role.LEGAL_REVIEWER})
    for _ in range(5):
        with pytest.raises(RuleBroken):
            come_in(session, "Wrong-Horse-9")
    with pytest.raises(RuleBroken):
        come_in(session)
    assert come_in(session, login="hejingyi")
    later = NOW + timedelta(minutes=16)
    assert accounts.log_in(session, login=zhou.login, password=PASSWORD, now=later)


def test_a_session_ends_by_log_out_by_idleness_and_after_twelve_hours(
    session: Session, zhou: User
) -> None:
    assert zhou.is_active
    token = come_in(session)
    assert accounts.find_person(session, token, NOW + timedelta(minutes=29))
    assert accounts.find_person(session, token, NOW + timedelta(minutes=58))
    assert accounts.find_person(session, token, NOW + timedelta(minutes=89)) is None

    busy = come_in(session)
    for minutes in range(20, 12 * 60, 20):
        assert accounts.find_person(session, busy, NOW + timedelta(minutes=minutes))
    assert accounts.find_person(session, busy, NOW + timedelta(hours=12, minutes=1)) is None

    gone = come_in(session)
    accounts.log_out(session, gone, NOW)
    assert accounts.find_person(session, gone, NOW) is None
    accounts.log_out(session, gone, NOW)
    actions = session.scalars(select(Event.action)).all()
    assert actions.count("log_out") == 1


def test_a_disabled_person_is_out_at_once(session: Session, zhou: User) -> None:
    token = come_in(session)
    zhou.is_active = False
    session.commit()
    assert accounts.find_person(session, token, NOW) is None
    with pytest.raises(RuleBroken):
        come_in(session)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"login": "zhoumin"}, "login"),
        ({"login": " "}, "login"),
        ({"password": "short-A1"}, "password"),
        ({"password": "alllowercase"}, "password"),
        ({"password": "Xinren-2026-xinren"}, "password"),
        ({"password": "A1-" + "x" * 130}, "password"),
        ({"roles": frozenset({Role.AUDITOR, Role.SYSTEM_ADMIN})}, "roles"),
    ],
    ids=["taken", "empty", "short", "one kind", "holds the log-in", "long", "two administrators"],
)
def test_accounts_that_cannot_be(
    session: Session, zhou: User, changes: dict[str, object], field: str
) -> None:
    values: dict[str, object] = {
        "login": "xinren",
        "name": "新人",
        "agency_id": zhou.agency_id,
        "roles": frozenset({Role.HANDLER}),
        "password": PASSWORD,
    }
    with pytest.raises(RuleBroken) as refusal:
        accounts.create_user(session, NewUser(**(values | changes)), now=NOW)  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert session.scalars(select(User.login)).all() == ["zhoumin"]


def test_a_new_account_works(session: Session, agency: Agency) -> None:
    accounts.create_user(
        session,
        NewUser(
            login="shenwei",
            name="沈蔚",
            agency_id=agency.id,
            roles=frozenset({Role.STATISTICIAN}),
            password=PASSWORD,
            unit="政府信息公开办公室",
        ),
        now=NOW,
    )
    stored = session.scalars(select(User)).one()
    assert stored.password_hash.startswith("scrypt:")
    assert come_in(session, login="shenwei")
    assert accounts.actor_of(session, "shenwei").roles == {Role.STATISTICIAN}
    with pytest.raises(NotFound):
        accounts.actor_of(session, "nobody")


def test_every_log_in_and_refusal_is_on_record(session: Session, zhou: User) -> None:
    assert zhou.is_active
    come_in(session)
    with pytest.raises(RuleBroken):
        come_in(session, "Wrong-Horse-9")
    assert session.scalars(select(Event.action)).all() == ["log_in", "log_in_refused"]


def test_a_changed_password_ends_the_other_log_ins(session: Session, zhou: User) -> None:
    mine, other = come_in(session), come_in(session)

    def change(old: str, new: str) -> None:
        accounts.change_password(session, zhou.id, old=old, new=new, keep_token=mine, now=NOW)

    for old, new, field in (
        ("Wrong-Horse-9", "Another-Horse-7", "old"),
        (PASSWORD, PASSWORD, "password"),
        (PASSWORD, "short", "password"),
    ):
        with pytest.raises(RuleBroken) as refusal:
            change(old, new)
        assert refusal.value.field == field
    change(PASSWORD, "Another-Horse-7")
    assert accounts.find_person(session, mine, NOW) is not None
    assert accounts.find_person(session, other, NOW) is None
    assert come_in(session, "Another-Horse-7")


def test_a_reset_password_opens_a_locked_account_and_must_be_changed(
    session: Session, zhou: User
) -> None:
    token = come_in(session)
    for _ in range(5):
        with pytest.raises(RuleBroken):
            come_in(session, "Wrong-Horse-9")
    accounts.reset_password(session, "zhoumin", password="One-Time-Word-1", now=NOW)
    assert accounts.find_person(session, token, NOW) is None
    person = accounts.find_person(session, come_in(session, "One-Time-Word-1"), NOW)
    assert person is not None
    assert person.must_change_password
    assert zhou.login == "zhoumin"
    with pytest.raises(NotFound):
        accounts.reset_password(session, "nobody", password="One-Time-Word-1", now=NOW)
