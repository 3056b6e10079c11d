"""首次设置, 机关, 账号 and 角色 as the administrators meet them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from casework.domain.permissions import Role
from casework.models import Agency, User
from casework.services.first_run import setup_code
from tests.conftest import csrf_token
from tests.services.test_first_run import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session


def submit(client: FlaskClient, path: str, **data: object) -> tuple[int, str]:
    page = client.get(path).get_data(as_text=True)
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    fields = {"csrf_token": csrf_token(page)} | ({"seen": seen[1]} if seen else {}) | data
    answer = client.post(path, data=fields)
    return answer.status_code, answer.get_data(as_text=True)


def first_run(app: Flask, **changed: str) -> dict[str, str]:
    fields = {
        "setup_code": setup_code(app.config["AUDIT_KEY"]),
        "name": "青沅市自然资源和规划局",
        "code": "QYZG",
        "standing": "department",
        "number_pattern": "{代字}{类}〔{年}〕{序号}号",
        "step_secrecy": "y",
        "login_secrecy_reviewer": "liubaomi",
        "name_secrecy_reviewer": "刘敏",
    }
    for role, (login, name) in PEOPLE.items():
        fields |= {f"login_{role.value}": login, f"name_{role.value}": name}
    return fields | changed


def test_from_nothing_to_a_log_in(app: Flask, client: FlaskClient) -> None:
    assert 'href="/setup"' in client.get("/login").get_data(as_text=True)
    status, page = submit(client, "/setup", **first_run(app))
    assert status == 200
    passwords = dict(re.findall(r"<td>(\w+)</td><td><code>([^<]+)</code>", page))
    assert len(passwords) == 8
    assert 'href="/setup"' not in client.get("/login").get_data(as_text=True)
    assert client.get("/setup").status_code == 404
    status, _ = submit(client, "/login", login="zhoumin", password=passwords["zhoumin"])
    assert status == 302
    assert client.get("/desk").headers["Location"].startswith("/password"), "first of all"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"setup_code": "AAAA-AAAA-AAAA-AAAA"}, "首次设置码不对"),
        ({"setup_code": ""}, "请填命令行里显示的首次设置码"),
        ({"name": ""}, "请填机关全称"),
        ({"login_leader": "", "name_leader": ""}, "请填签发人的用户名和姓名"),
        ({"number_pattern": "第{序号}号"}, "文号样式"),
        ({"standing": "kingdom"}, "机关性质"),
        ({"name_clerk": "周" * 61}, "最多 60 个字"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_the_rest_stays(
    app: Flask, client: FlaskClient, session: Session, changed: dict[str, str], sentence: str
) -> None:
    status, page = submit(client, "/setup", **first_run(app, **changed))
    assert status == 422
    assert sentence in page
    assert 'value="hejingyi"' in page
    assert session.scalars(select(Agency)).all() == []


def test_an_account_is_made_by_one_and_given_its_role_by_the_other(
    app: Flask,
    client: FlaskClient,
    session: Session,
    agency: Agency,
    log_in_as: Callable[..., User],
) -> None:
    log_in_as(client, Role.SYSTEM_ADMIN)
    assert "新建账号" in client.get("/admin/people").get_data(as_text=True)
    status, page = submit(
        client, "/admin/people/new", login="wangning", name="王宁", agency_id=str(agency.id)
    )
    assert status == 200
    assert "只显示这一次" in page
    user = session.scalars(select(User).where(User.login == "wangning")).one()
    status, page = submit(
        client, f"/admin/people/{user.id}", name="", agency_id=str(agency.id), unit="法规科"
    )
    assert status == 422
    assert "请填姓名" in page
    assert 'value="法规科"' in page
    status, _ = submit(
        client, f"/admin/people/{user.id}", name="王宁", agency_id=str(agency.id), unit="法规科"
    )
    assert status == 302
    assert client.get(f"/admin/roles/{user.id}").status_code == 403
    other = app.test_client()
    log_in_as(other, Role.SECURITY_ADMIN)
    status, _ = submit(other, f"/admin/roles/{user.id}", roles=["clerk", "auditor"], reason="到岗")
    assert status == 422
    status, _ = submit(other, f"/admin/roles/{user.id}", roles=["clerk"], reason="到岗")
    assert status == 302
    session.expire_all()
    assert session.get_one(User, user.id).roles == {Role.CLERK}
    assert "王宁" in other.get("/admin/roles").get_data(as_text=True)


def test_a_password_is_issued_and_a_closed_account_comes_back(
    client: FlaskClient, session: Session, agency: Agency, log_in_as: Callable[..., User]
) -> None:
    log_in_as(client, Role.SYSTEM_ADMIN)
    submit(client, "/admin/people/new", login="wangning", name="王宁", agency_id=str(agency.id))
    user = session.scalars(select(User).where(User.login == "wangning")).one()
    token = csrf_token(client.get(f"/admin/people/{user.id}").get_data(as_text=True))
    answer = client.post(f"/admin/people/{user.id}/password", data={"csrf_token": token})
    assert "口令已换发" in answer.get_data(as_text=True)
    answer = client.post(
        f"/admin/people/{user.id}/close", data={"csrf_token": token, "reason": "离岗"}
    )
    assert answer.status_code == 302
    assert client.get(f"/admin/people/{user.id}").status_code == 404
    status, page = submit(client, f"/admin/people/{user.id}/reactivate", reason="")
    assert (status, "请写明原因" in page) == (422, True)
    status, page = submit(client, f"/admin/people/{user.id}/reactivate", reason="返岗")
    assert (status, "一次性口令" in page) == (200, True)


def test_two_administrators_on_one_account_lose_nothing(
    client: FlaskClient, session: Session, agency: Agency, log_in_as: Callable[..., User]
) -> None:
    log_in_as(client, Role.SYSTEM_ADMIN)
    submit(client, "/admin/people/new", login="wangning", name="王宁", agency_id=str(agency.id))
    user = session.scalars(select(User).where(User.login == "wangning")).one()
    status, page = submit(
        client,
        f"/admin/people/{user.id}",
        name="王宁",
        unit="我刚写的科室",
        agency_id=str(agency.id),
        seen="old",
    )
    assert status == 409
    assert "我刚写的科室" in page


def test_an_agency_is_added_and_changed(
    client: FlaskClient, session: Session, agency: Agency, log_in_as: Callable[..., User]
) -> None:
    log_in_as(client, Role.SYSTEM_ADMIN)
    status, page = submit(
        client, "/admin/agencies/new", parent_id=str(agency.id), code="QYZG", name="重复的代码"
    )
    assert (status, "已经用过" in page) == (422, True)
    status, _ = submit(
        client,
        "/admin/agencies/new",
        parent_id=str(agency.id),
        code="QYGT",
        name="青沅市国土整治中心",
        standing="department",
    )
    assert status == 302
    below = session.scalars(select(Agency).where(Agency.code == "QYGT")).one()
    assert "青沅市国土整治中心" in client.get("/admin/agencies").get_data(as_text=True)
    status, _ = submit(
        client,
        f"/admin/agencies/{below.id}",
        name="青沅市国土整治中心",
        court="青沅市人民法院",
        standing="department",
    )
    assert status == 302
    session.expire_all()
    assert session.get_one(Agency, below.id).court == "青沅市人民法院"
    assert client.get("/admin/agencies/999999").status_code == 404
