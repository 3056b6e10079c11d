from __future__ import annotations

import pytest

from casework.domain.permissions import Role
from tests.conftest import PASSWORD

NEW = "Another-Horse-7"


@pytest.fixture
def clerk(client, log_in_as):
    log_in_as(client, Role.CLERK)
    return client


def change(client, old: str = PASSWORD, password: str = NEW, again: str = NEW):
    return client.submit("/password", old=old, password=password, again=again)


def test_a_changed_password_opens_and_the_old_one_does_not(clerk, second_browser) -> None:
    assert change(clerk).status_code == 302
    assert "密码已更换" in clerk.read("/desk")
    answer = second_browser.submit("/login", login="web-clerk", password=PASSWORD)
    assert answer.status_code == 422
    answer = second_browser.submit("/login", login="web-clerk", password=NEW)
    assert answer.status_code == 302


def test_every_other_log_in_of_the_account_ends(clerk, second_browser) -> None:
    second_browser.submit("/login", login="web-clerk", password=PASSWORD)
    assert second_browser.get("/desk").status_code == 200
    change(clerk)
    assert clerk.get("/desk").status_code == 200
    assert second_browser.get("/desk").status_code == 302


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"old": "wrong"}, "old", "现在的密码不对"),
        ({"password": "short", "again": "short"}, "password", "10 到 128 个字符"),
        ({"password": "alllowercase1", "again": "alllowercase1"}, "password", "至少三种"),
        ({"again": "Another-Horse-8"}, "again", "两次填的新密码不一样"),
        ({"password": PASSWORD, "again": PASSWORD}, "password", "不能与现在的密码相同"),
    ],
)
def test_what_is_wrong_is_told_on_its_field(clerk, typed, field, sentence) -> None:
    answer = change(clerk, **typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'href="#{field}"' in page
    assert sentence in page
    for secret in (PASSWORD, NEW, *typed.values()):
        assert f'value="{secret}"' not in page


def test_a_password_set_by_another_must_be_changed_first(client, session, agency) -> None:
    from tests.conftest import add_user

    user = add_user(session, login="xin", name="新人", agency=agency, roles={Role.CLERK})
    user.must_change_password = True
    session.flush()
    client.submit("/login", login="xin", password=PASSWORD)
    for url in ("/desk", "/register", "/cases", "/"):
        assert client.get(url).location == "/password"
    assert "请先更换" in client.read("/password")
    assert change(client).status_code == 302
    assert client.get("/desk").status_code == 200
