"""The web's tests: a fresh application context per request, one frozen day, forms filled in."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient

from casework.domain import time_source
from casework.extensions import db
from tests.conftest import NOW

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse


class Browser(FlaskClient):
    """A client whose requests share nothing but cookies, as behind a real server."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)

    def read(self, url: str, status: int = 200) -> str:
        """Return a page's text, asserting its status."""
        answer = self.get(url)
        text = answer.get_data(as_text=True)
        assert answer.status_code == status, text
        return text

    def submit(self, url: str, /, *, page: str | None = None, **fields: Any) -> TestResponse:
        """Open ``page`` (or ``url``), keep its hidden fields, add ``fields``, post to ``url``."""
        hidden = hidden_fields(self.read(page or url))
        return self.post(url, data=hidden | fields)


class _Hidden(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "input" and values.get("type") == "hidden" and values.get("name"):
            self.found[str(values["name"])] = values.get("value") or ""


def hidden_fields(page: str) -> dict[str, str]:
    """Return the hidden inputs of a page, the last one of a name (the form's, not the head's)."""
    parser = _Hidden()
    parser.feed(page)
    return parser.found


def text_of(page: str) -> str:
    """Return what a reader sees of a page, tags gone and white space squeezed."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def client(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Browser:  # noqa: ARG001  the test's transaction
    """A browser on Monday 2026-09-28, 10:00 in Beijing."""
    monkeypatch.setattr(time_source, "now", lambda: NOW)
    monkeypatch.setattr(app, "test_client_class", Browser)
    browser = app.test_client()
    assert isinstance(browser, Browser)
    return browser


@pytest.fixture
def second_browser(app: Flask, client: Browser) -> Browser:  # noqa: ARG001  sets the class up
    """Another person's browser."""
    browser = app.test_client()
    assert isinstance(browser, Browser)
    return browser


@pytest.fixture
def refresh(session: Session) -> Any:
    """Forget what the test's own session has read: requests have written since."""

    def forget() -> None:
        session.expire_all()
        db.session.remove()

    return forget
