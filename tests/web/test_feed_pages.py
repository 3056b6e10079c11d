"""The feed by HTTP: made once on a page, read without a log-in, dead after renewal."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from casework.domain.permissions import Role
from casework.models import LoginSession, User
from tests.web.conftest import hidden_fields, text_of
from tests.web.test_road import register


def made(browser) -> str:
    """Make a feed and return its path."""
    page = browser.submit("/feed").get_data(as_text=True)
    assert "只在这里显示一次" in page
    [address] = re.findall(r'value="http://localhost(/feed/[^"]+\.ics)"', page)
    return address


@pytest.fixture
def clerk(client, log_in_as):
    log_in_as(client, Role.CLERK)
    return client


def test_the_feed_needs_no_log_in_and_tells_no_person(clerk, second_browser) -> None:
    register(clerk)
    address = made(clerk)
    answer = second_browser.get(address)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert "SUMMARY:青资公开〔2026〕1号 应答复" in text
    assert "DTSTART;VALUE=DATE:20261023" in text
    for secret in ("林", "柳湾村", "1381234", "110105", "web-clerk"):
        assert secret not in text
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_replay_after_renewal_finds_nothing(clerk, second_browser) -> None:
    former = made(clerk)
    renewed = made(clerk)
    assert second_browser.get(former).status_code == 404
    assert second_browser.get(renewed).status_code == 200
    assert renewed not in clerk.read("/feed"), "the address is not shown again"
    answer = clerk.submit("/feed/end", page="/feed")
    assert answer.location == "/feed"
    assert "还没有订阅" in clerk.read("/feed")
    gone = second_browser.get(renewed)
    assert gone.status_code == 404
    assert gone.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Set-Cookie" not in gone.headers


def test_the_feed_ends_with_the_account(clerk, second_browser, session) -> None:
    address = made(clerk)
    session.execute(update(User).values(is_active=False))
    session.commit()
    assert second_browser.get(address).status_code == 404


def test_reading_a_feed_opens_no_session_and_prolongs_none(
    clerk, second_browser, session, refresh
) -> None:
    address = made(clerk)
    refresh()
    before = [(row.id, row.seen_at) for row in session.scalars(select(LoginSession))]
    session.commit()
    second_browser.get(address)
    clerk.get(address)
    refresh()
    assert [(row.id, row.seen_at) for row in session.scalars(select(LoginSession))] == before
    assert second_browser.get("/desk").status_code == 302


def test_the_page_is_under_the_persons_name(clerk) -> None:
    assert 'href="/feed"' in clerk.read("/desk")
    assert "开通订阅，生成地址" in text_of(clerk.read("/feed"))


def test_an_administrator_has_no_feed(client, log_in_as) -> None:
    log_in_as(client, Role.SYSTEM_ADMIN)
    assert 'href="/feed"' not in client.read("/calendar")
    assert client.get("/feed").status_code == 403
    token = hidden_fields(client.read("/keys"))["csrf_token"]
    assert client.post("/feed", data={"csrf_token": token}).status_code == 403
