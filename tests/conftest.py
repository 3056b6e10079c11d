"""What tests share: one migrated database per run, one rolled-back transaction per test."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import config
from casework.app import create_app
from casework.domain.permissions import Actor, Role
from casework.extensions import db
from casework.models import Agency, User, UserRole
from casework.queries.calendar import current_calendar
from casework.services.desk import Desk
from tests.postgresql import Cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

# Mon 2026-09-28, 10:00 in Beijing: the day of the design's example office.
NOW = datetime(2026, 9, 28, 2, 0, tzinfo=UTC)
PASSWORD = "Correct-Horse-9"
FONT_CACHE = Path(__file__).resolve().parent.parent / "var" / "fonts"


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Makes empty databases of this run's kind and returns their URLs.

    SQLite, or with CASEWORK_TEST_DATABASE=postgresql a throw-away cluster of our own.
    """
    if os.environ.get("CASEWORK_TEST_DATABASE") == "postgresql":
        with Cluster(tmp_path_factory.mktemp("pg")) as cluster:
            yield cluster.create_database
    else:
        folder = tmp_path_factory.mktemp("db")
        yield lambda name: f"sqlite:///{folder / name}.db"


@pytest.fixture(scope="session")
def database_url(new_database: Callable[[str], str]) -> str:
    """The database of this run."""
    return new_database("casework")


@pytest.fixture
def own_app(
    new_database: Callable[[str], str], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """An application with a database of its own, for tests in which commits must be real."""
    from flask_migrate import upgrade

    name = f"own{abs(hash(request.node.nodeid)):x}"
    application = create_app(
        settings_for(tmp_path / "home", new_database(name)),
        template_folder=config.ROOT / "templates",
    )
    with application.app_context():
        upgrade()
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


def settings_for(home: Path, url: str) -> dict[str, object]:
    """Settings of a test installation; the converted fonts are shared between runs."""
    settings = config.load({"CASEWORK_HOME": str(home), "DATABASE_URL": url})
    return settings | {"TESTING": True, "FONT_CACHE": FONT_CACHE}


@pytest.fixture(scope="session")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    home = tmp_path_factory.mktemp("home")
    application = create_app(
        settings_for(home, database_url), template_folder=config.ROOT / "templates"
    )
    from flask_migrate import upgrade

    with application.app_context():
        upgrade()
    yield application
    with application.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session whose commits are savepoints of a transaction that is rolled back."""
    with app.app_context():
        engine = db.engine
        connection = engine.connect()
        outer = connection.begin()
        engines = db.engines
        engines[None] = connection  # type: ignore[assignment]
        db.session.remove()
        db.session.session_factory.configure(join_transaction_mode="create_savepoint")
        try:
            yield db.session()
        finally:
            db.session.remove()
            outer.rollback()
            connection.close()
            engines[None] = engine


@pytest.fixture
def client(app: Flask, session: Session) -> FlaskClient:  # noqa: ARG001  the test's transaction
    return app.test_client()


@pytest.fixture
def agency(session: Session) -> Agency:
    """The example agency of the tests: 青沅市自然资源和规划局."""
    return add_agency(session, code="QYZG", name="青沅市自然资源和规划局", prefix="青资公开")


def add_agency(
    session: Session, *, code: str, name: str, prefix: str, parent: Agency | None = None
) -> Agency:
    row = Agency(
        code=code,
        name=name,
        short_name=name,
        parent_id=parent.id if parent else None,
        path=f"/new/{code}/",
        number_prefix=prefix,
        red_head=name,
        superior_government="青沅市人民政府",
        court="青沅市临江区人民法院",
        contact_office="政府信息公开办公室",
        contact_phone="0000-8620000",
        contact_address="青沅市临江区政务路1号",
    )
    session.add(row)
    session.flush()
    row.path = f"{parent.path if parent else '/'}{row.id}/"
    # An act begins with a rollback of what was only read; what a test prepares must be kept.
    session.commit()
    return row


def add_user(session: Session, *, login: str, name: str, agency: Agency, roles: set[Role]) -> User:
    from werkzeug.security import generate_password_hash

    user = User(
        login=login,
        name=name,
        agency_id=agency.id,
        # One cheap round: the tests log in hundreds of times and prove nothing about scrypt.
        password_hash=generate_password_hash(PASSWORD, method="pbkdf2:sha256:1"),
        created_at=NOW,
        grants=[UserRole(role=role) for role in roles],
    )
    session.add(user)
    session.commit()
    return user


@pytest.fixture
def desk_for(app: Flask, session: Session, agency: Agency) -> Callable[..., Desk]:
    """Make the desk of a person with these roles, on a day of the test's choice.

    The same name is the same person: ``desk_for(Role.CLERK)`` twice gives one user.
    """
    known: dict[str, User] = {}

    def make(
        *roles: Role, name: str | None = None, now: datetime = NOW, at: Agency | None = None
    ) -> Desk:
        login = name or "-".join(sorted(role.value for role in roles))
        if login not in known:
            known[login] = add_user(
                session, login=login, name=login, agency=at or agency, roles=set(roles)
            )
        user = known[login]
        where = at or agency
        return Desk(
            session=session,
            actor=Actor(
                user_id=user.id,
                name=user.name,
                agency_id=where.id,
                agency_path=where.path,
                roles=frozenset(roles),
            ),
            now=now,
            calendar=current_calendar(session),
            stationery=app.extensions["casework_stationery"],
        )

    return make


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """One cheap round for every password that is set: a tenth of a second each adds up."""
    from casework.services import passwords

    hashed = passwords.generate_password_hash
    monkeypatch.setattr(
        passwords,
        "generate_password_hash",
        lambda password: hashed(password, method="pbkdf2:sha256:1"),
    )


@pytest.fixture
def log_in_as(session: Session, agency: Agency) -> Callable[..., User]:
    """Log a test client in as a person with these roles."""

    def log_in(client: FlaskClient, *roles: Role, at: Agency | None = None) -> User:
        login = "web-" + "-".join(sorted(role.value for role in roles)) + (at.code if at else "")
        user = add_user(session, login=login, name=login, agency=at or agency, roles=set(roles))
        page = client.get("/login").get_data(as_text=True)
        response = client.post(
            "/login",
            data={"login": login, "password": PASSWORD, "csrf_token": csrf_token(page)},
        )
        assert response.status_code == 302, response.get_data(as_text=True)
        return user

    return log_in


def csrf_token(page: str) -> str:
    """Return the CSRF token that stands in a page's form."""
    mark = 'name="csrf_token"'
    at = page.index(mark)
    start = page.index('value="', at) + len('value="')
    return page[start : page.index('"', start)]


def beijing(day: date, hour: int = 10) -> datetime:
    """Return the instant of an hour in Beijing on a day."""
    return datetime(day.year, day.month, day.day, hour - 8, tzinfo=UTC)
