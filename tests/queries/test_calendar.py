"""The calendar in force: one small query, shared between processes from the next request on."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from flask_migrate import upgrade
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

import config
from casework.app import create_app
from casework.domain.holiday_notice import HolidayNotice, NoticeDay, NoticeDayKind
from casework.domain.permissions import Actor, Role
from casework.domain.working_days import shipped_calendar
from casework.extensions import db
from casework.queries.calendar import current_calendar, list_versions, read_calendars
from casework.services.calendar import import_notice
from casework.services.desk import Desk
from casework.services.transaction import prepare_engine
from tests.conftest import settings_for

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

NOW = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
NEW_YEAR = HolidayNotice(
    year=2027,
    number="国办发明电〔2026〕9号",
    days=(NoticeDay(date(2027, 1, 1), NoticeDayKind.OFF, "元旦"),),
)
KEEPER = Actor(
    user_id=None,
    name="系统",
    agency_id=None,
    agency_path="/",
    roles=frozenset({Role.SYSTEM_ADMIN}),
)

# What another worker process does at each request: a new session, the calendar, one date.
OTHER_PROCESS = """
import sys
from datetime import date
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from casework.queries.calendar import current_calendar
from casework.services.transaction import prepare_engine
engine = create_engine(sys.argv[1])
prepare_engine(engine)
for request in sys.stdin:
    with Session(engine) as session:
        calendar = current_calendar(session)
        print(calendar.version, calendar.add(date(2026, 12, 8), 20), flush=True)
"""


@pytest.fixture
def one_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One migrated SQLite file of its own, not in anybody's transaction."""
    folder: Path = tmp_path_factory.mktemp("shared")
    url = f"sqlite:///{folder / 'casework.db'}"
    app = create_app(settings_for(folder, url), template_folder=config.ROOT / "templates")
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return url


def engine_on(url: str) -> Engine:
    engine = create_engine(url)
    prepare_engine(engine)
    return engine


def desk_of(session: Session) -> Desk:
    return Desk(
        session=session,
        actor=KEEPER,
        now=NOW,
        calendar=current_calendar(session),
        stationery=None,  # type: ignore[arg-type]  no letter is written here
    )


def test_acceptance_20_a_change_by_one_process_is_used_by_the_other_at_its_next_request(
    one_file: str,
) -> None:
    """Received Tue 2026-12-08: the 20th working day is Tue 2027-01-05, with 元旦 Wed 2027-01-06."""
    with subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS, one_file],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=config.ROOT,
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None

        def ask() -> str:
            other.stdin.write("request\n")  # type: ignore[union-attr]
            other.stdin.flush()  # type: ignore[union-attr]
            return other.stdout.readline().strip()  # type: ignore[union-attr]

        assert ask() == ask() == "2026-1 2027-01-05"
        engine, third = engine_on(one_file), engine_on(one_file)
        with Session(third) as waiting:
            assert current_calendar(waiting).version == "2026-1"
            with Session(engine) as session:
                assert import_notice(desk_of(session), NEW_YEAR).changed
            assert current_calendar(waiting).version == "2026-1", "its request still runs"
            waiting.rollback()
            assert current_calendar(waiting).version == "2026-1+2027-1"
        assert ask() == "2026-1+2027-1 2027-01-06"
        with Session(third) as session:
            later = replace(
                NEW_YEAR, number="", days=(NEW_YEAR.days[0]._replace(on=date(2027, 1, 4)),)
            )
            import_notice(desk_of(session), later)
        assert ask() == "2026-1+2027-1+2027-2 2027-01-07"
        other.stdin.close()
        engine.dispose()
        third.dispose()


def test_two_administrators_who_import_at_once_make_one_version(one_file: str) -> None:
    engine = engine_on(one_file)
    start = threading.Barrier(4)

    def press(_hand: int) -> bool:
        with Session(engine) as session:
            desk = desk_of(session)
            start.wait()
            return import_notice(desk, NEW_YEAR).changed

    with ThreadPoolExecutor(4) as hands:
        assert sorted(hands.map(press, range(4))) == [False, False, False, True]
    with Session(engine) as session:
        assert [row.label for row in list_versions(session)] == ["2027-1"]
    engine.dispose()


def test_asking_costs_one_query_and_the_calendar_is_built_once(session: Session) -> None:
    assert current_calendar(session) is shipped_calendar()
    import_notice(desk_of(session), NEW_YEAR)
    first = current_calendar(session)
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    engine = session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert current_calendar(session) is first
        assert read_calendars(session) is read_calendars(session)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    selects = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(selects) == 3, selects
    assert all("calendar_days" not in statement for statement in selects)


def test_two_databases_of_one_process_do_not_mix(session: Session, one_file: str) -> None:
    other = replace(NEW_YEAR, number="国办发明电〔2026〕10号")
    import_notice(desk_of(session), other)
    engine = engine_on(one_file)
    with Session(engine) as elsewhere:
        assert current_calendar(elsewhere).describe(date(2027, 1, 1)).notice != other.number
    engine.dispose()
    assert current_calendar(session).describe(date(2027, 1, 1)).notice == other.number
