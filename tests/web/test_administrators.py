"""The pages of the 系统管理员 and the 安全管理员."""

from __future__ import annotations

import re

import pytest

from casework.domain.permissions import Role
from casework.models import User
from tests.conftest import PASSWORD, add_user
from tests.web.conftest import text_of

pytestmark = pytest.mark.usefixtures("cheap_hashes")


@pytest.fixture
def system(client, log_in_as):
    log_in_as(client, Role.SYSTEM_ADMIN)
    return client


@pytest.fixture
def security(second_browser, log_in_as):
    log_in_as(second_browser, Role.SECURITY_ADMIN)
    return second_browser


@pytest.fixture
def zhou(session, agency) -> User:
    return add_user(session, login="zhoumin", name="周敏", agency=agency, roles={Role.CLERK})


def shown_password(answer) -> str:
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200, page
    return re.search(r'cw-secret">([0-9a-f-]+-Aa1)<', page).group(1)


def test_a_new_clerk_from_the_first_form_to_the_first_page(app, system, security, agency) -> None:
    answer = system.submit(
        "/admin/people/new", login="hejingyi", name="何静怡", agency_id=str(agency.id)
    )
    password = shown_password(answer)
    assert "请安全管理员授予角色" in answer.get_data(as_text=True)
    assert password not in system.read("/admin/people")
    page = security.read("/admin/roles")
    assert "1 个账号还没有角色" in text_of(page)
    [number] = set(re.findall(r'/admin/roles/(\d+)">何静怡（hejingyi）', page))
    answer = security.submit(f"/admin/roles/{number}", roles=["clerk", "handler"], reason="到岗")
    assert answer.location == "/admin/roles"
    newcomer = app.test_client()
    newcomer.submit("/login", login="hejingyi", password=password)
    assert newcomer.get("/desk").location == "/password"
    new = "Another-Horse-7"
    newcomer.submit("/password", old=password, password=new, again=new)
    assert "登记员、承办人" in text_of(newcomer.read("/desk"))


def test_a_person_without_a_role_is_told_whom_to_ask(client, session, agency) -> None:
    add_user(session, login="xin", name="新人", agency=agency, roles=set())
    client.submit("/login", login="xin", password=PASSWORD)
    assert "您还没有任何角色，请找安全管理员授予" in client.read("/", status=403)
    assert "现在登录的地方" in client.read("/account/log-ins")


def test_a_forgotten_password_an_open_log_in_and_an_account_that_ends(app, system, zhou) -> None:
    at = f"/admin/people/{zhou.id}"
    desk = app.test_client()
    desk.submit("/login", login="zhoumin", password=PASSWORD)
    assert "现在登录的地方1 处" in text_of(system.read(at)).replace(" 1 处", "1 处")
    system.submit(f"{at}/end-log-ins", page=at)
    assert desk.get("/desk").status_code == 302
    password = shown_password(system.submit(f"{at}/password", page=at))
    assert desk.submit("/login", login="zhoumin", password=PASSWORD).status_code == 422
    assert desk.submit("/login", login="zhoumin", password=password).status_code == 302
    answer = system.submit(f"{at}/close", page=at, reason="")
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.get_data(as_text=True)
    system.submit(f"{at}/close", page=at, reason="调离")
    assert desk.get("/password").status_code == 302
    assert "已停用" in system.read("/admin/people")
    password = shown_password(system.submit(f"{at}/reactivate", reason="回来"))
    assert desk.submit("/login", login="zhoumin", password=password).status_code == 302


def test_who_typed_wrong_too_often_is_shown_and_let_in(app, system, zhou) -> None:
    at = f"/admin/people/{zhou.id}"
    assert "解除登录限制" not in system.read(at)
    desk = app.test_client()
    for _ in range(6):
        answer = desk.submit("/login", login="zhoumin", password="Wrong-Horse-9")
    assert "10:15 以后才能再试" in answer.get_data(as_text=True)
    assert "连续输错" in system.read(at)
    system.submit(f"{at}/let-in", page=at)
    assert desk.submit("/login", login="zhoumin", password=PASSWORD).status_code == 302


def test_what_is_wrong_with_a_new_account_is_told_on_its_field(system, zhou, agency) -> None:
    answer = system.submit(
        "/admin/people/new", login=zhou.login, name="周", agency_id=str(agency.id)
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#login"' in page
    assert "已经用过" in page


def test_ones_own_account_is_somebody_elses_business(system, session) -> None:
    from sqlalchemy import select

    me = session.scalars(select(User.id)).one()
    page = system.read(f"/admin/people/{me}")
    assert "须由另一位系统管理员办理" in page
    assert "停用这个账号" not in page


def test_roles_change_and_the_log_in_ends(app, security, zhou) -> None:
    desk = app.test_client()
    desk.submit("/login", login="zhoumin", password=PASSWORD)
    at = f"/admin/roles/{zhou.id}"
    answer = security.submit(at, roles=["clerk", "auditor"], reason="兼任")
    assert answer.status_code == 422
    assert "不能兼任" in answer.get_data(as_text=True)
    assert desk.get("/desk").status_code == 200
    security.submit(at, roles=["handler"], reason="换岗")
    assert desk.get("/desk").status_code == 302
    assert "重新登录" in security.read("/admin/roles")
    assert security.submit(at, roles=["emperor"], reason="登基").status_code == 422


def test_the_policy_page_keeps_what_is_set(security) -> None:
    page = security.read("/admin/policy")
    assert "GB/T 22239-2019 8.1.4.1" in page
    answer = security.submit(
        "/admin/policy",
        profile="asvs",
        code_roles=["leader", "auditor"],
        sessions="2",
        unused_days="60",
        closes_unused="y",
    )
    assert answer.location == "/admin/policy"
    page = security.read("/admin/policy")
    for kept in ('value="asvs" checked', 'value="leader" checked', 'value="60"'):
        assert kept in page
    answer = security.submit("/admin/policy", profile="asvs", sessions="99", unused_days="60")
    assert answer.status_code == 422
    assert 'href="#sessions"' in answer.get_data(as_text=True)
    answer = security.submit("/admin/policy", profile="none", sessions="2", unused_days="60")
    assert answer.status_code == 422


def test_unused_accounts_are_pointed_out(system, session, zhou) -> None:
    from datetime import timedelta

    from tests.conftest import NOW

    zhou.last_log_in_at = NOW - timedelta(days=91)
    session.commit()
    assert "1 个账号超过 90 天没有登录" in system.read("/admin/people")
    page = system.read("/admin/people?unused=1")
    assert "zhoumin" in page
    assert ">web-system_admin</a>" not in page
