"""Every form of every role, filled with what nobody expects: a sentence, never a 500 (T8).

``CASEWORK_FUZZ`` sets how many posts each role makes (``make soak``: 2,000).
"""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest
from flask import request
from sqlalchemy import select
from werkzeug.security import generate_password_hash

import config
from casework.app import create_app
from casework.cli.context import operator
from casework.domain import time_source
from casework.domain.permissions import Role
from casework.extensions import db
from casework.models import User, UserRole
from casework.queries.calendar import current_calendar
from casework.services.demo_data import load_demo
from casework.services.desk import Desk
from casework.web.security import public
from tests.conftest import csrf_token, settings_for
from tests.fuzz.crawling import FoundForm, crawl, fill, query_form, read_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from werkzeug.test import Client

POSTS = int(os.environ.get("CASEWORK_FUZZ", "60"))
SEED = int(os.environ.get("CASEWORK_SEED", "20261122"))
WORD = "Trocken-Brot-77"
PEOPLE = {
    Role.CLERK: "zhoumin",
    Role.HANDLER: "chenliqun",
    Role.LEGAL_REVIEWER: "hejingyi",
    Role.LEADER: "luojianping",
    Role.STATISTICIAN: "shenwei",
    Role.SYSTEM_ADMIN: "xitong",
    Role.SECURITY_ADMIN: "anquan",
    Role.AUDITOR: "shenji",
}


@pytest.fixture(scope="module")
def office(
    new_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The demonstration office in a database of its own, with a page that must not survive."""
    from flask_migrate import upgrade

    home: Path = tmp_path_factory.mktemp("fuzz")
    app = create_app(
        settings_for(home, new_database("fuzz")) | {"DEMO": True},
        template_folder=config.ROOT / "templates",
    )

    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        upgrade()
        session = db.session()
        load_demo(
            Desk(
                session=session,
                actor=operator(),
                now=time_source.now(),
                calendar=current_calendar(session),
                stationery=app.extensions["casework_stationery"],
            ),
            new_password=lambda: WORD,
        )
        db.session.remove()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def log_in(app: Flask, role: Role) -> Client:
    """Log in as the person of ``role``, whatever the posts before have made of the account."""
    login = PEOPLE[role]
    with app.app_context():
        user = db.session.scalars(select(User).where(User.login == login)).one()
        user.is_active, user.failed_logins, user.locked_until_at = True, 0, None
        user.must_change_password = False
        user.password_hash = generate_password_hash(WORD, method="pbkdf2:sha256:1")
        user.grants = [grant for grant in user.grants if grant.role is role] or [
            UserRole(role=role)
        ]
        db.session.commit()
        db.session.remove()
    client = app.test_client()
    page = client.get("/login").get_data(as_text=True)
    answer = client.post(
        "/login", data={"login": login, "password": WORD, "csrf_token": csrf_token(page)}
    )
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return client


def post(client: Client, form: FoundForm, chance: random.Random) -> tuple[int, str]:
    data = fill(form, chance)
    if form.method == "get":
        answer = client.get(form.action, query_string=data)
    else:
        answer = client.post(form.action, data=data)
    with answer:
        text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        return answer.status_code, text


@pytest.mark.parametrize("role", PEOPLE)
def test_no_form_and_no_page_ever_fails(office: Flask, role: Role) -> None:
    chance = random.Random(f"{SEED}-{role.value}")  # noqa: S311  to be repeated by its seed
    client = log_in(office, role)
    forms: dict[tuple[str, ...], FoundForm] = {}
    pages = 0
    for path, status, text in crawl(office, client):
        pages += 1
        assert status < 500, path
        found, links = read_page(path, text)
        for form in (*found, *filter(None, map(query_form, links))):
            if not form.action.startswith("/logout"):
                forms.setdefault(form.shape, form)
    assert pages > 4
    for turn in range(POSTS):
        form = chance.choice(list(forms.values()))
        status, text = post(client, form, chance)
        told = f"post {turn} of seed {SEED} to {form.action}: {status}"
        assert status < 500, told
        assert "Traceback" not in text, told
        if client.get("/keys").status_code != 200:  # a password was changed, a log-in ended
            client = log_in(office, role)


def test_the_fuzzer_finds_a_form_that_breaks(tmp_path: Path) -> None:
    """The same machine over a page with a hole finds the hole (the test is alive)."""
    app = create_app(
        settings_for(tmp_path, f"sqlite:///{tmp_path / 'hole.db'}"),
        template_folder=config.ROOT / "templates",
    )

    @public
    def hole() -> str:
        if request.method == "POST":
            return str(int(request.form.get("days", "1")))
        return (
            '<form method="post"><input name="csrf_token" value="x">'
            '<input name="days"><button name="do" value="go"></button></form>'
        )

    app.config |= {"WTF_CSRF_ENABLED": False, "PROPAGATE_EXCEPTIONS": False}
    app.add_url_rule("/hole", "hole", hole, methods=["GET", "POST"])
    client = app.test_client()
    [(_, _, text)] = list(crawl(app, client, "/hole"))
    [form] = read_page("/hole", text)[0]
    chance = random.Random(SEED)  # noqa: S311  as above
    found = [status for status, _ in (post(client, form, chance) for _ in range(30))]
    assert 500 in found
