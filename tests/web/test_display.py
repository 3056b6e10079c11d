"""字号 and 对比度: kept by the browser, on every page, the log-in page too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from casework.domain.permissions import Role
from tests.conftest import csrf_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from casework.models import User

COOKIE = "cw-display"


def choose(client: FlaskClient, **data: str) -> tuple[int, str]:
    token = csrf_token(client.get("/display").get_data(as_text=True))
    answer = client.post("/display", data={"csrf_token": token} | data)
    return answer.status_code, answer.headers.get("Location", answer.get_data(as_text=True))


def test_large_text_and_high_contrast_hold_before_and_after_the_log_in(
    client: FlaskClient, log_in_as: Callable[..., User]
) -> None:
    assert choose(client, size="150", contrast="high", next="/login")[0] == 302
    mark = 'class="cw-text-150 cw-contrast"'
    assert mark in client.get("/login").get_data(as_text=True)
    assert mark in client.get("/nosuch").get_data(as_text=True)
    log_in_as(client, Role.CLERK)
    assert mark in client.get("/desk").get_data(as_text=True)
    assert choose(client, size="100", contrast="normal")[0] == 302
    assert 'class=""' in client.get("/desk").get_data(as_text=True)


def test_the_cookie_is_for_the_server_alone(client: FlaskClient) -> None:
    token = csrf_token(client.get("/display").get_data(as_text=True))
    answer = client.post(
        "/display", data={"csrf_token": token, "size": "125", "contrast": "normal"}
    )
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(COOKIE)]
    assert "cw-display=125.normal" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    "value", ["", "125", "125.high.x", "x", '"><svg onload=alert(1)>', "." * 9]
)
def test_a_cookie_nobody_made_shows_the_standard(client: FlaskClient, value: str) -> None:
    client.set_cookie(COOKIE, value)
    assert 'class=""' in client.get("/login").get_data(as_text=True)


@pytest.mark.parametrize(("size", "contrast"), [("300", "high"), ("125", "none"), ("", "")])
def test_what_is_not_offered_is_refused(client: FlaskClient, size: str, contrast: str) -> None:
    assert choose(client, size=size, contrast=contrast)[0] == 422


def test_one_goes_back_to_where_one_was_and_nowhere_else(client: FlaskClient) -> None:
    assert choose(client, size="125", contrast="high", next="/login") == (302, "/login")
    assert choose(client, size="125", contrast="high", next="//evil.example")[1] == "/"
