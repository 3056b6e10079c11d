"""``casework db upgrade`` and ``db reindex``: what was there before is found afterwards."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from click.testing import CliRunner, Result
from sqlalchemy import func, select

from casework.cli import main
from casework.domain.working_days import shipped_calendar
from casework.extensions import db
from casework.models import CaseText
from tests.cli.test_calendar_import import file_case, installation

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["installation"]


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


def indexed(app: Flask) -> int:
    with app.app_context():
        count = db.session().scalar(select(func.count()).select_from(CaseText)) or 0
        db.session.remove()
        return count


def test_an_upgrade_indexes_what_is_not_and_a_second_one_nothing(installation, monkeypatch) -> None:
    monkeypatch.setattr("casework.cli.database.make_app", lambda: installation)
    file_case(installation, "青资公开〔2026〕1号", date(2026, 9, 7), shipped_calendar())
    file_case(installation, "青资公开〔2026〕2号", date(2026, 9, 7), shipped_calendar())
    assert indexed(installation) == 0
    done = run("db", "upgrade")
    assert done.exit_code == 0
    assert "检索补录 2 件案件" in done.stderr
    assert indexed(installation) == 2
    assert "补录" not in run("db", "upgrade").stderr


def test_reindex_makes_every_entry_anew(installation) -> None:
    file_case(installation, "青资公开〔2026〕1号", date(2026, 9, 7), shipped_calendar())
    done = run("db", "reindex")
    assert done.exit_code == 0
    assert "已重新收录 1 件案件" in done.stdout
    assert indexed(installation) == 1
    assert "已重新收录 1 件案件" in run("db", "reindex").stdout
