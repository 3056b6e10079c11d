"""What two administrators may do to accounts, and that neither does the other's part."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from casework.domain.errors import NotFound, PermissionRefused, RuleBroken
from casework.domain.passwords import PasswordProfile
from casework.domain.permissions import Role
from casework.domain.security_policy import SecurityPolicy
from casework.models import Agency, Event, User
from casework.queries.accounts import get_account, list_accounts, list_unused
from casework.queries.security_policy import current_policy
from casework.services import account_administration as administration
from casework.services import log_ins, sign_in
from tests.conftest import NOW, PASSWORD, add_agency, add_user

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

pytestmark = pytest.mark.usefixtures("cheap_hashes")


@pytest.fixture
def system(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.SYSTEM_ADMIN)


@pytest.fixture
def security(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.SECURITY_ADMIN)


@pytest.fixture
def zhou(session: Session, agency: Agency) -> User:
    return add_user(session, login="zhoumin", name="周敏", agency=agency, roles={Role.CLERK})


@pytest.fixture
def elsewhere(session: Session) -> User:
    other = add_agency(session, code="OTHER", name="别处", prefix="别")
    return add_user(session, login="bieren", name="别人", agency=other, roles={Role.CLERK})


def last_event(session: Session) -> Event:
    event = session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert event is not None
    return event


ACTS: list[Callable[[Desk, int], object]] = [
    administration.let_in_again,
    administration.end_log_ins,
    lambda desk, user: administration.close_account(desk, user, reason="离职"),
]
GRANTS: list[Callable[[Desk, int], object]] = [
    lambda desk, user: administration.reset_second_step(desk, user, reason="丢失"),
    lambda desk, _user: administration.set_policy(desk, SecurityPolicy(sessions=1)),
]


@pytest.mark.parametrize("role", list(Role))
def test_nobody_else_does_an_administrators_part(
    session: Session, zhou: User, desk_for: Callable[..., Desk], role: Role
) -> None:
    desk = desk_for(role)
    before = session.scalars(select(Event.id)).all()
    for acts, holder in ((ACTS, Role.SYSTEM_ADMIN), (GRANTS, Role.SECURITY_ADMIN)):
        if role is holder:
            continue
        for act in acts:
            with pytest.raises(PermissionRefused):
                act(desk, zhou.id)
    assert session.scalars(select(Event.id)).all() == before


def test_nobody_acts_on_an_account_elsewhere_or_on_their_own(
    elsewhere: User, system: Desk, security: Desk, session: Session
) -> None:
    for desk, acts in ((system, ACTS), (security, GRANTS[:1])):
        for act in acts:
            with pytest.raises(NotFound):
                act(desk, elsewhere.id)
            with pytest.raises(NotFound):
                act(desk, 999_999)
            with pytest.raises(RuleBroken, match="自己的账号"):
                act(desk, desk.actor.user_id or 0)
    with pytest.raises(NotFound):
        get_account(session, system.actor, elsewhere.id, now=NOW)
    assert "bieren" not in [row.login for row in list_accounts(session, system.actor, now=NOW)]


def test_who_is_closed_out_is_let_in_again(session: Session, zhou: User, system: Desk) -> None:
    def come_in(password: str) -> object:
        return sign_in.log_in(session, login="zhoumin", password=password, now=NOW)

    with pytest.raises(RuleBroken, match="没有被限制"):
        administration.let_in_again(system, zhou.id)
    for _ in range(6):
        with pytest.raises(RuleBroken):
            come_in("Wrong-Horse-9")
    with pytest.raises(RuleBroken):
        come_in(PASSWORD)
    administration.let_in_again(system, zhou.id)
    assert come_in(PASSWORD)
    assert "let_in_again" in session.scalars(select(Event.action)).all()


def test_a_closed_account_is_out_at_once(session: Session, zhou: User, system: Desk) -> None:
    token = sign_in.log_in(session, login="zhoumin", password=PASSWORD, now=NOW).token
    with pytest.raises(RuleBroken) as refusal:
        administration.close_account(system, zhou.id, reason=" ")
    assert refusal.value.field == "reason"
    administration.close_account(system, zhou.id, reason="借调")
    assert log_ins.find_person(session, token, NOW) is None
    with pytest.raises(NotFound):
        administration.close_account(system, zhou.id, reason="再停一次")
    with pytest.raises(RuleBroken):
        sign_in.log_in(session, login="zhoumin", password=PASSWORD, now=NOW)
    event = last_event(session)
    closing = session.scalars(select(Event).where(Event.action == "deactivate_user")).one()
    assert (closing.note, closing.detail["login"]) == ("借调", "zhoumin")
    assert event.detail["why"] == "account_closed"


def test_the_policy_is_kept_and_its_changes_are_on_record(session: Session, security: Desk) -> None:
    policy = SecurityPolicy(
        profile=PasswordProfile.ASVS, code_roles=frozenset({Role.LEADER}), sessions=2
    )
    administration.set_policy(security, policy)
    assert current_policy(session) == policy
    assert last_event(session).detail["changed"] == {
        "profile": ["dengbao", "asvs"],
        "code_roles": ["", "leader"],
        "sessions": ["3", "2"],
    }
    with pytest.raises(RuleBroken, match="没有改动"):
        administration.set_policy(security, policy)
    with pytest.raises(RuleBroken) as refusal:
        administration.set_policy(security, SecurityPolicy(sessions=99))
    assert refusal.value.field == "sessions"
    administration.set_policy(security, SecurityPolicy())
    assert current_policy(session) == SecurityPolicy()


def test_accounts_nobody_has_used_for_90_days_are_reported_and_closed_on_request(
    session: Session, agency: Agency, zhou: User, system: Desk
) -> None:
    def seen(login: str, days: float, *roles: Role) -> User:
        user = add_user(session, login=login, name=login, agency=agency, roles=set(roles))
        user.last_log_in_at = NOW - timedelta(days=days)
        session.commit()
        return user

    old, fresh = seen("old", 91, Role.HANDLER), seen("fresh", 90, Role.HANDLER)
    never = add_user(session, login="never", name="从未", agency=agency, roles={Role.HANDLER})
    never.created_at = NOW - timedelta(days=200)
    administrator = seen("yuan", 400, Role.AUDITOR)
    session.commit()
    unused = [row.login for row in list_unused(session, 90, now=NOW)]
    assert unused == ["yuan", "never", "old"]
    assert administration.close_unused(system) == ["never", "old"]
    assert [user.is_active for user in (old, never, fresh, zhou, administrator)] == [
        False,
        False,
        True,
        True,
        True,
    ]
    assert administration.close_unused(system) == []


def test_lists_find_by_any_word_and_take_no_wildcard(
    session: Session, zhou: User, system: Desk
) -> None:
    def found(text: str) -> list[str]:
        return [row.login for row in list_accounts(session, system.actor, now=NOW, text=text)]

    assert "zhoumin" in found("")
    assert found("zhou") == found("周") == found("ZHOU 自然资源") == ["zhoumin"]
    assert found("%") == found("\\") == []
    assert found("_") == ["system_admin"]
    clerks = list_accounts(session, system.actor, now=NOW, role=Role.CLERK)
    assert [row.id for row in clerks] == [zhou.id]
