"""Accounts by one administrator, roles by another, and nobody by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from werkzeug.security import check_password_hash

from casework.domain.errors import EditConflict, NotFound, PermissionRefused, RuleBroken
from casework.domain.permissions import ADMINISTRATORS, Permission, Role
from casework.models import Event, LoginSession, User
from casework.services import log_ins, people, sign_in
from casework.services.agencies import (
    AgencyData,
    add_agency_below,
    edit_agency,
    read_agency,
)
from casework.services.people import PersonData
from tests.conftest import NOW, add_agency, add_user

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.models import Agency
    from casework.services.desk import Desk


pytestmark = pytest.mark.usefixtures("cheap_hashes")


@pytest.fixture
def keeper(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.SYSTEM_ADMIN)


@pytest.fixture
def granter(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.SECURITY_ADMIN)


def wang(agency: Agency) -> PersonData:
    return PersonData(login="wangning", name="王宁", agency_id=agency.id, unit="耕地保护科")


def mark(desk: Desk, user_id: int, permission: Permission) -> str:
    return people.read_person(desk, user_id, permission=permission).mark


def last_event(session: Session) -> Event:
    return session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()


def test_a_new_account_has_no_role_and_a_password_for_once(
    session: Session, agency: Agency, keeper: Desk
) -> None:
    account = people.add_person(keeper, wang(agency))
    user = session.get_one(User, account.id)
    assert user.roles == frozenset()
    assert user.must_change_password
    assert check_password_hash(user.password_hash, account.password)
    event = last_event(session)
    assert (event.action, event.actor_id) == ("add_user", keeper.actor.user_id)
    assert account.password not in str(event.detail)
    opened = sign_in.log_in(session, login="wangning", password=account.password, now=NOW)
    assert opened.actor.roles == frozenset()


@pytest.mark.parametrize(
    ("login", "name", "field"),
    [
        ("", "王宁", "login"),
        ("王宁", "王宁", "login"),
        ("1wang", "王宁", "login"),
        ("w", "王宁", "login"),
        ("wang ning", "王宁", "login"),
        ("w" * 33, "王宁", "login"),
        ("wangning", " ", "name"),
        ("wangning", "王" * 61, "name"),
    ],
)
def test_what_cannot_be_an_account_is_refused(
    session: Session, agency: Agency, keeper: Desk, login: str, name: str, field: str
) -> None:
    before = len(session.scalars(select(User)).all())
    with pytest.raises(RuleBroken) as broken:
        people.add_person(keeper, PersonData(login=login, name=name, agency_id=agency.id))
    assert broken.value.field == field
    assert len(session.scalars(select(User)).all()) == before


def test_a_login_is_never_given_twice_and_capitals_do_not_make_another(
    agency: Agency, keeper: Desk
) -> None:
    people.add_person(keeper, wang(agency))
    with pytest.raises(RuleBroken) as broken:
        people.add_person(keeper, PersonData(login="WangNing", name="王凝", agency_id=agency.id))
    assert broken.value.code == "login_taken"


def test_the_two_administrators_cannot_do_each_other_s_work(
    agency: Agency, keeper: Desk, granter: Desk
) -> None:
    account = people.add_person(keeper, wang(agency))
    with pytest.raises(PermissionRefused):
        people.add_person(granter, PersonData(login="lisi", name="李四", agency_id=agency.id))
    with pytest.raises(PermissionRefused):
        people.issue_password(granter, account.id)
    with pytest.raises(PermissionRefused):
        people.grant_roles(
            keeper, account.id, frozenset({Role.CLERK}), reason="到岗", seen="anything"
        )


def test_granting_and_taking_away_ends_open_log_ins(
    session: Session, agency: Agency, keeper: Desk, granter: Desk
) -> None:
    account = people.add_person(keeper, wang(agency))
    opened = sign_in.log_in(session, login="wangning", password=account.password, now=NOW)
    seen = mark(granter, account.id, Permission.MANAGE_ROLES)
    people.grant_roles(
        granter, account.id, frozenset({Role.CLERK, Role.HANDLER}), reason="到岗", seen=seen
    )
    later = NOW + timedelta(minutes=1)
    assert log_ins.find_person(session, opened.token, later) is None
    event = last_event(session)
    assert event.detail["after"] == ["clerk", "handler"]
    with pytest.raises(EditConflict):
        people.grant_roles(granter, account.id, frozenset(), reason="离岗", seen=seen)
    seen = mark(granter, account.id, Permission.MANAGE_ROLES)
    people.grant_roles(granter, account.id, frozenset({Role.HANDLER}), reason="换岗", seen=seen)
    assert session.get_one(User, account.id).roles == {Role.HANDLER}


def test_roles_that_exclude_each_other_and_one_s_own_are_refused(
    agency: Agency, keeper: Desk, granter: Desk
) -> None:
    account = people.add_person(keeper, wang(agency))
    seen = mark(granter, account.id, Permission.MANAGE_ROLES)
    mixed = frozenset({Role.CLERK, Role.SYSTEM_ADMIN})
    with pytest.raises(RuleBroken) as broken:
        people.grant_roles(granter, account.id, mixed, reason="兼任", seen=seen)
    assert broken.value.field == "roles"
    with pytest.raises(RuleBroken) as broken:
        people.grant_roles(granter, account.id, frozenset({Role.CLERK}), reason=" ", seen=seen)
    assert broken.value.field == "reason"
    assert granter.actor.user_id is not None
    with pytest.raises(RuleBroken) as broken:
        people.grant_roles(
            granter, granter.actor.user_id, frozenset({Role.AUDITOR}), reason="兼任", seen=""
        )
    assert broken.value.code == "own_roles"


def test_roles_are_exchanged_whole_and_between_kinds(
    session: Session, agency: Agency, keeper: Desk, granter: Desk
) -> None:
    account = people.add_person(keeper, wang(agency))
    add_user(session, login="second", name="另一位", agency=agency, roles={Role.AUDITOR})
    for roles in (
        frozenset({Role.HANDLER, Role.STATISTICIAN}),
        frozenset({Role.AUDITOR}),
        frozenset({Role.SYSTEM_ADMIN}),
        frozenset[Role](),
        frozenset({Role.CLERK}),
    ):
        seen = mark(granter, account.id, Permission.MANAGE_ROLES)
        people.grant_roles(granter, account.id, roles, reason="调整", seen=seen)
        session.expire_all()
        user = session.get_one(User, account.id)
        assert user.roles == roles
        assert user.is_administrator == bool(roles & ADMINISTRATORS)


def test_the_last_administrator_stays_one(session: Session, agency: Agency, granter: Desk) -> None:
    only = add_user(session, login="only", name="唯一", agency=agency, roles={Role.AUDITOR})

    def change() -> None:
        seen = mark(granter, only.id, Permission.MANAGE_ROLES)
        people.grant_roles(granter, only.id, frozenset({Role.CLERK}), reason="调整", seen=seen)

    with pytest.raises(RuleBroken, match="最后一位审计管理员"):
        change()
    add_user(session, login="two", name="第二", agency=agency, roles={Role.AUDITOR})
    change()


def test_a_certificate_belongs_to_one_person(
    session: Session, agency: Agency, keeper: Desk
) -> None:
    first = people.add_person(keeper, replace(wang(agency), certificate="CN=王宁"))
    assert session.get_one(User, first.id).certificate == "CN=王宁"
    for certificate in ("CN=王宁", "C" * 201):
        other = PersonData(login="lisi", name="李四", agency_id=agency.id, certificate=certificate)
        with pytest.raises(RuleBroken) as broken:
            people.add_person(keeper, other)
        assert broken.value.field == "certificate"
    seen = mark(keeper, first.id, Permission.MANAGE_ACCOUNTS)
    people.edit_person(keeper, first.id, wang(agency), seen=seen)
    assert session.get_one(User, first.id).certificate is None
    assert last_event(session).detail["changed"] == ["certificate"]


def test_a_fresh_password_unlocks_and_ends_log_ins(
    session: Session, agency: Agency, keeper: Desk
) -> None:
    account = people.add_person(keeper, wang(agency))
    sign_in.log_in(session, login="wangning", password=account.password, now=NOW)
    again = people.issue_password(keeper, account.id)
    assert again.password != account.password
    assert all(row.ended_at for row in session.scalars(select(LoginSession)))
    with pytest.raises(RuleBroken):
        sign_in.log_in(session, login="wangning", password=account.password, now=NOW)
    assert keeper.actor.user_id is not None
    with pytest.raises(RuleBroken):
        people.issue_password(keeper, keeper.actor.user_id)


def test_an_account_moves_with_a_trace_and_never_over_somebody_else_s_change(
    session: Session, agency: Agency, keeper: Desk
) -> None:
    account = people.add_person(keeper, wang(agency))
    seen = mark(keeper, account.id, Permission.MANAGE_ACCOUNTS)
    moved = PersonData(login="ignored", name="王宁", agency_id=agency.id, unit="法规科")
    people.edit_person(keeper, account.id, moved, seen=seen)
    assert session.get_one(User, account.id).unit == "法规科"
    assert session.get_one(User, account.id).login == "wangning"
    assert last_event(session).detail["changed"] == ["unit"]
    with pytest.raises(EditConflict):
        people.edit_person(keeper, account.id, wang(agency), seen=seen)


def test_another_agency_s_people_are_not_there(
    session: Session, agency: Agency, keeper: Desk
) -> None:
    other = add_agency(session, code="LX", name="临县档案局", prefix="临档公开")
    with pytest.raises(RuleBroken) as broken:
        people.add_person(keeper, wang(other))
    assert broken.value.field == "agency_id"
    account = people.add_person(keeper, wang(agency))
    session.get_one(User, account.id).agency_id = other.id
    session.commit()
    for act in (
        lambda: people.issue_password(keeper, account.id),
        lambda: people.edit_person(keeper, account.id, wang(agency), seen=""),
        lambda: people.read_person(keeper, account.id, permission=Permission.MANAGE_ACCOUNTS),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_closed_account_comes_back_with_its_roles(
    session: Session, agency: Agency, keeper: Desk
) -> None:
    account = people.add_person(keeper, wang(agency))
    with pytest.raises(NotFound):
        people.reactivate(keeper, account.id, reason="返岗")
    session.get_one(User, account.id).is_active = False
    session.commit()
    with pytest.raises(RuleBroken):
        people.reactivate(keeper, account.id, reason="")
    back = people.reactivate(keeper, account.id, reason="返岗")
    assert session.get_one(User, account.id).is_active
    assert sign_in.log_in(session, login=back.login, password=back.password, now=NOW)


def test_an_agency_is_set_up_below_and_changed_with_a_trace(
    session: Session, agency: Agency, keeper: Desk
) -> None:
    below = add_agency_below(
        keeper, AgencyData(code="QYGT", name="青沅市国土整治中心"), parent_id=agency.id
    )
    card = read_agency(keeper, below)
    assert card.data.number_prefix == "青沅市国土整治中心公开"
    changed = AgencyData(
        code="ignored", name="青沅市国土整治中心", number_prefix="青土公开", court="甲法院"
    )
    edit_agency(keeper, below, changed, seen=card.mark)
    now = read_agency(keeper, below)
    assert (now.data.code, now.data.number_prefix, now.data.court) == ("QYGT", "青土公开", "甲法院")
    assert sorted(last_event(session).detail["changed"]) == ["court", "number_prefix"]
    with pytest.raises(EditConflict):
        edit_agency(keeper, below, changed, seen=card.mark)
    outside = add_agency(session, code="LX", name="临县档案局", prefix="临档公开")
    with pytest.raises(RuleBroken):
        add_agency_below(keeper, AgencyData(code="X", name="某局"), parent_id=outside.id)
    with pytest.raises(NotFound):
        read_agency(keeper, outside.id)
