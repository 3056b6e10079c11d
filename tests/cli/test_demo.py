"""``casework demo load``: passwords once, data once, real records never."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from casework.cli import demo as demo_cli
from casework.cli import main
from casework.cli.context import operator
from casework.domain.permissions import ADMINISTRATORS, Role
from casework.models import User
from casework.services import passwords
from casework.services.sign_in import log_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from casework.models import Agency
    from casework.services.desk import Desk


@pytest.fixture
def desk(desk_for: Callable[..., Desk]) -> Desk:
    made: Desk = replace(desk_for(Role.CLERK), actor=operator())
    made.session.commit()
    return made


@pytest.fixture
def run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    @contextmanager
    def office() -> Iterator[Desk]:
        yield desk

    monkeypatch.setattr(demo_cli, "office", office)

    def invoke(*arguments: Any) -> Result:
        return CliRunner().invoke(main, ["demo", "load", *map(str, arguments)])

    return invoke


@pytest.fixture
def emptied(session: Session, desk: Desk, agency: Agency) -> Session:
    for user in session.scalars(select(User)):
        session.delete(user)
    session.delete(agency)
    session.commit()
    assert desk.session is session
    return session


def test_the_passwords_are_printed_once_and_open_the_door(
    run: Callable[..., Result],
    emptied: Session,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hashed = passwords.generate_password_hash
    monkeypatch.setattr(
        passwords,
        "generate_password_hash",
        lambda password: hashed(password, method="pbkdf2:sha256:1"),
    )
    done = run()
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "演示账号（口令只显示这一次）："
    [login, password] = next(line for line in lines if "周敏（登记员）" in line).split()[:2]
    opened = log_in(emptied, login=login, password=password, now=desk.now, demo=True)
    assert opened.actor.name == "周敏"
    again = run()
    assert (again.exit_code, again.stdout) == (0, "")


def test_json_is_one_value(run: Callable[..., Result], emptied: Session) -> None:
    done = run("--json", "--seed", 7, "--cases", 50)
    loaded = json.loads(done.stdout)
    assert loaded["cases"]["volume_50_7"] == 50
    roles = {account["role"] for account in loaded["accounts"]}
    assert {Role.CLERK, Role.HANDLER, Role.LEGAL_REVIEWER, Role.LEADER, *ADMINISTRATORS} <= roles
    assert "演示数据：郴州市" in done.stderr
    assert emptied.scalars(select(User).where(User.is_demo.is_(False))).all() == []


def test_real_records_are_left_alone(run: Callable[..., Result]) -> None:
    """``make run`` asks each time and must go on; who asks for cases on purpose is refused."""
    done = run()
    assert (done.exit_code, done.stdout) == (0, "")
    assert "演示数据只装入空的系统" in done.stderr
    refused = run("--cases", 10)
    assert refused.exit_code == 2
    assert "演示数据只装入空的系统" in refused.stderr


def test_too_many_cases_end_with_2(run: Callable[..., Result], emptied: Session) -> None:
    refused = run("--cases", 2_000_000)
    assert refused.exit_code == 2
    assert "1000000" in refused.stderr
    assert emptied.scalars(select(User)).all() == []
