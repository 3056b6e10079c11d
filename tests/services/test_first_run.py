"""From an empty database to an office that can register: once, with the code, or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from casework.domain.errors import RuleBroken
from casework.domain.permissions import Actor, Role
from casework.domain.review_chain import StepKind
from casework.models import Agency, Event, User
from casework.queries.calendar import current_calendar
from casework.queries.review_chain import list_chain
from casework.services.agencies import AgencyData
from casework.services.desk import Desk
from casework.services.first_run import (
    NEEDED,
    FirstOffice,
    FirstPerson,
    is_setup_code,
    is_untouched,
    set_up,
    setup_code,
)
from tests.conftest import NOW, add_agency, add_user

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

KEY = bytes(range(32))
PATTERN = "{代字}{类}〔{年}〕第{序号}号"
PEOPLE = {
    Role.CLERK: ("zhoumin", "周敏"),
    Role.HANDLER: ("chenliqun", "陈立群"),
    Role.LEGAL_REVIEWER: ("hejingyi", "何静怡"),
    Role.LEADER: ("luojianping", "罗建平"),
    Role.STATISTICIAN: ("zhoumin", ""),
    Role.SYSTEM_ADMIN: ("xitong", "赵一"),
    Role.SECURITY_ADMIN: ("anquan", "钱二"),
    Role.AUDITOR: ("shenji", "孙三"),
}


@pytest.fixture
def desk(app: Flask, session: Session) -> Desk:
    nobody = Actor(user_id=None, name="", agency_id=None, agency_path="/", roles=frozenset())
    return Desk(
        session=session,
        actor=nobody,
        now=NOW,
        calendar=current_calendar(session),
        stationery=app.extensions["casework_stationery"],
    )


def office(**changed: tuple[str, str]) -> FirstOffice:
    people = PEOPLE | {Role(role): who for role, who in changed.items()}
    return FirstOffice(
        agency=AgencyData(code="QYZG", name="青沅市自然资源和规划局"),
        people=tuple(
            FirstPerson(login=login, name=name, role=role) for role, (login, name) in people.items()
        ),
    )


def test_one_act_makes_the_agency_its_people_and_its_chain(session: Session, desk: Desk) -> None:
    assert is_untouched(session)
    plan = replace(
        office(),
        steps=(StepKind.LEGAL_REVIEW, StepKind.SECRECY),
        number_pattern="{代字}{类}〔{年}〕第{序号}号",
    )
    with pytest.raises(RuleBroken) as broken:
        set_up(desk, plan)
    assert broken.value.field == "login_secrecy_reviewer", "a step that nobody could pass"
    secrecy = FirstPerson(login="hejingyi", name="", role=Role.SECRECY_REVIEWER)
    accounts = set_up(desk, replace(plan, people=(*plan.people, secrecy)))
    assert len(accounts) == 7, "周敏 registers and counts, 何静怡 reviews twice"
    assert len({one.password for one in accounts}) == 7
    agency = session.scalars(select(Agency)).one()
    assert (agency.path, agency.number_pattern) == (
        f"/{agency.id}/",
        "{代字}{类}〔{年}〕第{序号}号",
    )
    assert list_chain(session, agency.id) == (StepKind.LEGAL_REVIEW, StepKind.SECRECY)
    users = {user.login: user for user in session.scalars(select(User))}
    assert users["zhoumin"].roles == {Role.CLERK, Role.STATISTICIAN}
    assert users["anquan"].roles == {Role.SECURITY_ADMIN}
    assert all(user.must_change_password for user in users.values())
    told = [event.action for event in session.scalars(select(Event).order_by(Event.id))]
    assert told == ["add_agency"] + ["add_user"] * 7
    assert not is_untouched(session)


def test_it_happens_once(session: Session, desk: Desk) -> None:
    set_up(desk, office())
    with pytest.raises(RuleBroken) as broken:
        set_up(desk, office())
    assert broken.value.code == "set_up_before"
    assert session.scalar(select(func.count()).select_from(Agency)) == 1


def test_an_account_that_exists_closes_the_door(session: Session, desk: Desk) -> None:
    at = add_agency(session, code="LX", name="临县档案局", prefix="临档公开")
    add_user(session, login="first", name="甲", agency=at, roles={Role.SYSTEM_ADMIN})
    assert not is_untouched(session)
    with pytest.raises(RuleBroken):
        set_up(desk, office())


@pytest.mark.parametrize("role", NEEDED)
def test_every_needed_role_wants_a_person(session: Session, desk: Desk, role: Role) -> None:
    with pytest.raises(RuleBroken) as broken:
        set_up(desk, office(**{role.value: ("", "")}))
    assert broken.value.field == f"login_{role.value}"
    assert role.label in broken.value.message
    assert is_untouched(session)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"auditor": ("xitong", "")}, "login_auditor"),
        ({"system_admin": ("zhoumin", "")}, "login_system_admin"),
        ({"statistician": ("zhoumin", "周明")}, "name_statistician"),
        ({"leader": ("罗建平", "罗建平")}, "login_leader"),
        ({"leader": ("luojianping", "")}, "name_leader"),
        ({"legal_reviewer": ("chenliqun", "")}, "one_person_reason"),
        ({"leader": ("chenliqun", "")}, "one_person_reason"),
    ],
)
def test_what_cannot_be_names_its_field_and_leaves_nothing(
    session: Session, desk: Desk, changed: dict[str, tuple[str, str]], field: str
) -> None:
    with pytest.raises(RuleBroken) as broken:
        set_up(desk, office(**changed))
    assert broken.value.field == field
    assert is_untouched(session)
    assert session.scalar(select(func.count()).select_from(Agency)) == 0


def test_a_one_person_office_says_so(session: Session, desk: Desk) -> None:
    plan = office(legal_reviewer=("chenliqun", ""), leader=("chenliqun", ""))
    reason = "镇里只有一名工作人员"
    set_up(desk, replace(plan, agency=replace(plan.agency, one_person_reason=reason)))
    assert session.scalars(select(Agency)).one().one_person_reason == reason


def test_the_code_is_this_installation_s_own() -> None:
    code = setup_code(KEY)
    assert len(code.replace("-", "")) == 16
    assert is_setup_code(code, KEY)
    assert is_setup_code(f" {code.lower().replace('-', ' ')} ", KEY)
    assert not is_setup_code(code, bytes(32))
    assert not is_setup_code("", KEY)
    assert not is_setup_code("设置码", KEY)
