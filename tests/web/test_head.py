"""The head of every page: where each role may go, what waits there, what every page must have."""

from __future__ import annotations

import re

import pytest

from casework.domain.permissions import Role
from tests.web.conftest import text_of
from tests.web.test_road import register

OFFICE = ["办件台", "待办", "案件", "年报", "日历"]
REVIEWING = ["办件台", "待办", "案件", "审核", "年报", "日历"]
PLACES = {
    Role.CLERK: ["办件台", "待办", "登记", "案件", "年报", "日历", "台账"],
    Role.HANDLER: OFFICE,
    Role.UNIT_HEAD: REVIEWING,
    Role.LEGAL_REVIEWER: [*REVIEWING, "文书模板"],
    Role.SECRECY_REVIEWER: REVIEWING,
    Role.DEPUTY_LEADER: REVIEWING,
    Role.LEADER: ["概览", "办件台", "待办", "案件", "签发", "年报", "日历", "文书模板"],
    Role.STATISTICIAN: [*OFFICE, "台账"],
    Role.SYSTEM_ADMIN: ["日历", "审核流程", "机关", "账号", "文书设置"],
    Role.SECURITY_ADMIN: ["角色", "安全策略", "权限"],
    Role.AUDITOR: ["权限"],
}


def places(page: str) -> list[str]:
    """Return the entries of the main navigation without their tallies."""
    nav = page.split('<ul class="cw-nav">')[1].split("</ul>", maxsplit=1)[0]
    links = re.findall(r"<a.*?</a>", nav, re.DOTALL)
    return [re.sub(r" \d+ 件待办$", "", text_of(link)) for link in links]


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_shown_where_it_may_go(client, log_in_as, role: Role) -> None:
    log_in_as(client, role)
    page = client.get("/", follow_redirects=True).get_data(as_text=True)
    assert places(page) == PLACES[role]
    assert page.count('aria-current="page"') == 1


def test_what_waits_is_counted_beside_the_place(client, log_in_as) -> None:
    log_in_as(client, Role.CLERK)
    assert "件待办" not in client.read("/desk").split("</header>")[0]
    register(client)
    head = text_of(client.read("/desk").split("</header>")[0])
    assert "办件台 1 件待办" in head


@pytest.mark.parametrize(
    "url", ["/desk", "/register", "/cases", "/ledger", "/keys", "/calendar", "/annual", "/nowhere"]
)
def test_every_page_has_what_a_keyboard_and_a_screen_reader_need(client, log_in_as, url) -> None:
    log_in_as(client, Role.CLERK)
    page = client.get(url).get_data(as_text=True)
    assert '<html lang="zh-CN"' in page
    body = page.split("<body>")[1]
    assert body.strip().startswith('<a class="cw-skip" href="#main">跳到正文</a>')
    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert page.count("<script") == page.count('<script defer src="/static/')
    assert " style=" not in page
    assert " onclick=" not in page
    for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
        assert "<caption" in table
        assert 'scope="' in table
    for attributes in re.findall(r"<(?:input|select|textarea) ([^>]*)>", page):
        if 'type="hidden"' not in attributes:
            [name] = re.findall(r'id="([^"]+)"', attributes)
            assert f'for="{name}"' in page, name
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_pages_say_that_they_are_a_demonstration(app, client, log_in_as, monkeypatch) -> None:
    log_in_as(client, Role.CLERK)
    assert "演示" not in client.read("/desk")
    monkeypatch.setitem(app.config, "DEMO", True)  # noqa: FBT003  dict.setitem's own signature
    for url in ("/desk", "/cases", "/login"):
        page = client.get(url, follow_redirects=True).get_data(as_text=True)
        assert "<b>演示</b>" in page
        assert "虚构" in page


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.CLERK, "/desk"),
        (Role.HANDLER, "/desk?mine=1"),
        (Role.LEGAL_REVIEWER, "/review"),
        (Role.LEADER, "/overview"),
        (Role.STATISTICIAN, "/annual"),
        (Role.SYSTEM_ADMIN, "/calendar"),
        (Role.SECURITY_ADMIN, "/admin/roles"),
    ],
)
def test_a_day_begins_where_the_role_works(client, log_in_as, role: Role, address: str) -> None:
    log_in_as(client, role)
    assert client.get("/").location == address


def test_the_overview_counts_the_year_and_shows_what_waits(client, log_in_as) -> None:
    log_in_as(client, Role.LEADER)
    empty = client.read("/overview")
    assert "没有等您签发的答复" in empty
    assert "没有等答复的案件" in empty
    assert empty.count("<rect") == 24, "twelve months, two columns each"
