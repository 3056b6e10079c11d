"""我的账号: the second step at the door, one's own log-ins, what has to be done first."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest

from casework.domain import time_source
from casework.domain.permissions import Role
from casework.models import SecuritySetting, User
from casework.web.callers import browser_words
from tests.conftest import NOW, PASSWORD, add_user
from tests.web.conftest import hidden_fields, text_of

EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
)


@pytest.fixture
def clerk(client, log_in_as) -> User:
    return log_in_as(client, Role.CLERK)


def bind(client) -> tuple[str, list[str]]:
    """Bind a telephone; return its secret and the recovery codes."""
    client.submit("/account/second-step/begin", page="/account/second-step")
    page = client.read("/account/second-step/bind")
    secret = "".join(re.search(r'cw-secret">([A-Z2-7 ]+)<', page).group(1).split())
    answer = client.submit("/account/second-step/bind", code=pyotp.TOTP(secret).at(NOW))
    assert answer.status_code == 200
    codes = re.findall(r'cw-secret">([0-9A-Z-]{19})<', answer.get_data(as_text=True))
    assert len(codes) == 10
    return secret, codes


def test_a_bound_telephone_is_asked_for_at_the_door(
    client, second_browser, clerk, monkeypatch
) -> None:
    secret, codes = bind(client)
    later = NOW + timedelta(minutes=1)
    monkeypatch.setattr(time_source, "now", lambda: later)
    answer = second_browser.submit("/login?next=/cases", login=clerk.login, password=PASSWORD)
    assert answer.location == "/login/code?next=/cases"
    assert second_browser.get("/cases").status_code == 302, "the password alone opens nothing"
    page = second_browser.read("/login/code?next=/cases")
    assert 'autocomplete="one-time-code"' in page, "pasting and filling in is allowed (3.3.8)"
    answer = second_browser.submit("/login/code?next=/cases", code="000 000")
    assert answer.status_code == 422
    assert "验证码不对" in answer.get_data(as_text=True)
    code = pyotp.TOTP(secret).at(later)
    answer = second_browser.submit("/login/code?next=/cases", code=f"{code[:3]} {code[3:]}")
    assert answer.location == "/cases"
    assert second_browser.get("/cases").status_code == 200
    second_browser.submit("/logout", page="/cases")
    second_browser.submit("/login", login=clerk.login, password=PASSWORD)
    assert second_browser.submit("/login/code", code=code).status_code == 422, "used up"
    assert second_browser.submit("/login/code", code=codes[0]).location == "/"


def test_the_code_page_is_only_for_who_has_just_given_the_password(client) -> None:
    assert client.get("/login/code").location == "/login"
    assert client.post("/login/code").status_code == 400


def test_the_code_page_sends_back_who_took_too_long(
    client, second_browser, clerk, monkeypatch
) -> None:
    secret, _ = bind(client)
    second_browser.submit("/login", login=clerk.login, password=PASSWORD)
    later = NOW + timedelta(minutes=6)
    monkeypatch.setattr(time_source, "now", lambda: later)
    answer = second_browser.submit("/login/code", code=pyotp.TOTP(secret).at(later))
    assert answer.status_code == 422
    assert "5 分钟内" in answer.get_data(as_text=True)
    assert second_browser.get("/login/code").location == "/login"


def test_a_secret_is_shown_only_until_it_is_proved(client, clerk) -> None:
    assert clerk.login
    secret, _ = bind(client)
    assert client.get("/account/second-step/bind").location == "/account/second-step"
    page = client.read("/account/second-step")
    assert "二次验证已启用" in page
    assert secret not in page


def test_a_role_that_needs_codes_binds_before_anything_else(client, session, clerk) -> None:
    session.add(SecuritySetting(name="code_roles", value="clerk"))
    session.commit()
    assert clerk.login
    for url in ("/desk", "/cases", "/account/log-ins", "/password"):
        assert client.get(url).location == "/account/second-step"
    assert "须用二次验证登录，请先绑定" in client.read("/account/second-step")
    bind(client)
    assert client.get("/desk").status_code == 200


def test_recovery_codes_are_exchanged_and_the_telephone_let_go(client, clerk, monkeypatch) -> None:
    assert clerk.login
    secret, old = bind(client)
    later = NOW + timedelta(minutes=2)
    monkeypatch.setattr(time_source, "now", lambda: later)
    at = "/account/second-step"
    fields = hidden_fields(client.read(at)) | {"renew-code": "000000"}
    answer = client.post(f"{at}/recovery-codes", data=fields)
    assert answer.status_code == 422
    assert 'href="#renew-code"' in answer.get_data(as_text=True)
    fields["renew-code"] = pyotp.TOTP(secret).at(later)
    answer = client.post(f"{at}/recovery-codes", data=fields)
    new = re.findall(r'cw-secret">([0-9A-Z-]{19})<', answer.get_data(as_text=True))
    assert len(new) == 10
    assert not set(new) & set(old)
    answer = client.submit(f"{at}/end", page=at, password="Wrong-Horse-9", code=new[0])
    assert answer.status_code == 422
    answer = client.submit(f"{at}/end", page=at, password=PASSWORD, code=new[0])
    assert answer.location == at
    assert "二次验证未启用" in client.read(at)


def test_one_sees_where_one_is_logged_in_and_ends_it(client, second_browser, clerk) -> None:
    answer = second_browser.get("/login", headers={"User-Agent": EDGE})
    fields = hidden_fields(answer.get_data(as_text=True))
    second_browser.post(
        "/login",
        data=fields | {"login": clerk.login, "password": PASSWORD},
        headers={"User-Agent": EDGE},
        environ_base={"REMOTE_ADDR": "10.7.7.7"},
    )
    warning = text_of(second_browser.read("/desk"))
    assert "您的账号还在另一处登录：127.0.0.1" in warning
    page = client.read("/account/log-ins")
    assert "10.7.7.7" in page
    assert "Edge，Windows 10 或 11" in page
    assert text_of(page).count("就是这里") == 1
    [number] = re.findall(r"/account/log-ins/(\d+)/end", page)
    client.submit(f"/account/log-ins/{number}/end", page="/account/log-ins")
    assert second_browser.get("/desk").status_code == 302
    assert client.get("/desk").status_code == 200
    second_browser.submit("/login", login=clerk.login, password=PASSWORD)
    client.submit("/account/log-ins/end-others", page="/account/log-ins")
    assert second_browser.get("/desk").status_code == 302


def test_nobody_ends_the_log_in_of_somebody_else(client, second_browser, clerk, log_in_as) -> None:
    assert clerk.login
    log_in_as(second_browser, Role.HANDLER)
    page = second_browser.read("/account/log-ins")
    assert re.findall(r"/account/log-ins/(\d+)/end", page) == []
    for number in range(1, 30):
        answer = client.submit(f"/account/log-ins/{number}/end", page="/account/log-ins")
        if answer.status_code == 302 and client.get("/desk").status_code == 302:
            client.submit("/login", login=clerk.login, password=PASSWORD)
    assert second_browser.get("/desk").status_code == 200


def test_an_expired_password_is_changed_before_anything_else(client, session, agency) -> None:
    user = add_user(session, login="lao", name="老", agency=agency, roles={Role.CLERK})
    user.password_set_at = NOW - timedelta(days=91)
    session.commit()
    client.submit("/login", login="lao", password=PASSWORD)
    assert client.get("/desk").location == "/password"
    assert "密码已经用了 90 天" in client.read("/password")
    new = "Another-Horse-7"
    client.submit("/password", old=PASSWORD, password=new, again=new)
    assert client.get("/desk").status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (EDGE, "Edge，Windows 10 或 11"),
        (EDGE.replace(" Edg/140.0.0.0", ""), "谷歌浏览器，Windows 10 或 11"),
        (
            "Mozilla/5.0 (Windows NT 6.1; rv:115.0) Gecko/20100101 Firefox/115.0",
            "火狐浏览器，Windows 7",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) Chrome/120 UOSBrowser/6",
            "统信浏览器，统信 UOS",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/108 QIHU 360SE", "360 浏览器，Windows 10 或 11"),
        ("curl/8.0", "其他浏览器"),
        ("", "其他浏览器"),
    ],
)
def test_a_browser_is_told_in_plain_words(agent: str, words: str) -> None:
    assert browser_words(agent) == words
