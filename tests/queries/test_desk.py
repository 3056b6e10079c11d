from __future__ import annotations

from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event

from casework.domain.application import ApplicantType, ReceiptMode
from casework.domain.lights import Light
from casework.domain.permissions import Role
from casework.domain.search_criteria import SearchCriteria
from casework.domain.states import State
from casework.domain.statutes import Party
from casework.extensions import db
from casework.queries.case_rows import Viewer
from casework.queries.case_search import search_cases
from casework.queries.desk import (
    count_board,
    count_tallies,
    list_due_on,
    list_open,
    list_unconfirmed,
)
from casework.services import registration, timekeeping
from casework.services.registration import ApplicantData, NewApplication
from tests.conftest import add_agency, beijing

TODAY = date(2026, 9, 28)  # a Monday


@pytest.fixture
def file_case(desk_for, agency):
    """Register an application received on a day, and give it to a unit."""

    def register(received_on: date | None, name: str = "林秀珍", text: str = "补偿方案", at=None):
        clerk = desk_for(
            Role.CLERK,
            name=f"clerk{at.code if at else ''}",
            now=beijing(received_on or TODAY),
            at=at,
        )
        mode = ReceiptMode.COUNTER if received_on else ReceiptMode.WEB_FORM
        return registration.register(
            clerk,
            NewApplication(
                receipt_mode=mode,
                applicant=ApplicantData(type=ApplicantType.NATURAL_PERSON, name=name),
                request_text=text,
                received_on=received_on,
                arrived_on=None if received_on else TODAY,
            ),
            agency_id=(at or agency).id,
        )

    return register


@pytest.fixture
def viewer(desk_for):
    def look(*roles: Role, at=None, name: str | None = None) -> Viewer:
        desk = desk_for(*roles, at=at, name=name)
        return Viewer(actor=desk.actor, calendar=desk.calendar, today=TODAY, office_days=15)

    return look


@contextmanager
def count_queries():
    seen = []

    def note(_conn, _cursor, statement, *_rest):
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_acceptance_81_the_board_and_its_lists_agree(session, file_case, viewer, desk_for) -> None:
    # Office limits (15 working days): 8-31 -> Mon 9-21 less the worked Sunday, and so on.
    for received_on in (
        date(2026, 8, 31),
        date(2026, 9, 7),
        date(2026, 9, 8),
        date(2026, 9, 9),
        date(2026, 9, 21),
        date(2026, 9, 28),
    ):
        file_case(received_on)
    stopped = file_case(date(2026, 9, 14))
    clerk = desk_for(Role.CLERK, name="clerk", now=beijing(date(2026, 9, 15)))
    timekeeping.start_consultation(
        clerk,
        stopped.id,
        on=date(2026, 9, 15),
        party=Party.THIRD_PARTY,
        whom="柳湾村",
        version=None,
    )
    file_case(None)
    look = viewer(Role.CLERK)
    board = count_board(session, look)
    assert sum(board.lights.values()) == board.running == 7
    assert board.lights[Light.STOPPED] == 1
    assert board.unconfirmed == 1
    for light in Light:
        rows = list_open(session, look, light=light).rows
        assert len(rows) == board.lights[light]
        assert all(row.lamp.light is light for row in rows)
    assert len(list_due_on(session, look)) == board.due_today
    assert [row.applicant_name for row in list_unconfirmed(session, look)] == ["林秀珍"]


def test_the_earliest_limit_stands_first_and_stopped_clocks_last(
    session, file_case, viewer, desk_for
) -> None:
    late, early = file_case(date(2026, 9, 21)), file_case(date(2026, 9, 7))
    stopped = file_case(date(2026, 9, 1))
    timekeeping.request_correction(
        desk_for(Role.CLERK, name="clerk", now=beijing(date(2026, 9, 3))),
        stopped.id,
        on=date(2026, 9, 3),
        reason="坐落不明",
        version=None,
    )
    rows = list_open(session, viewer(Role.CLERK)).rows
    assert [row.id for row in rows] == [early.id, late.id, stopped.id]
    assert rows[-1].lamp.text == "停钟 · 等待补正"
    # Mon 9-07 received; the 15th working day is Mon 9-28: today.
    assert rows[0].lamp.text == "今日到期"
    assert (rows[0].used, rows[0].office_total, rows[0].legal_total) == (15, 15, 20)


def test_pages_follow_one_another_without_gap_or_repeat(
    session, file_case, viewer, desk_for
) -> None:
    keys = [file_case(date(2026, 9, day)).id for day in (7, 8, 8, 8, 9, 10, 11)]
    for key in keys[-2:]:
        timekeeping.request_correction(
            desk_for(Role.CLERK, name="clerk", now=beijing(date(2026, 9, 14))),
            key,
            on=date(2026, 9, 14),
            reason="坐落不明",
            version=None,
        )
    look = viewer(Role.CLERK)
    seen, after = [], None
    while True:
        page = list_open(session, look, after=after, limit=2)
        seen += [row.id for row in page.rows]
        after = page.next_after
        if after is None:
            break
    assert seen == [row.id for row in list_open(session, look).rows]
    assert sorted(seen) == sorted(keys)


@pytest.mark.parametrize("cursor", ["x", "2026-99-99_1", "_", "2026-09-07_x", "'; --"])
def test_a_cursor_nobody_made_starts_anew(session, file_case, viewer, cursor: str) -> None:
    file_case(date(2026, 9, 7))
    assert len(list_open(session, viewer(Role.CLERK), after=cursor).rows) == 1


def test_the_desk_shows_the_subtree_and_nothing_beside_it(
    session, file_case, viewer, agency
) -> None:
    below = add_agency(session, code="LJ", name="临江分局", prefix="临资公开", parent=agency)
    beside = add_agency(session, code="SL", name="水利局", prefix="水公开")
    own, under, foreign = (
        file_case(date(2026, 9, 21)),
        file_case(date(2026, 9, 21), at=below),
        file_case(date(2026, 9, 21), at=beside),
    )
    assert {row.id for row in list_open(session, viewer(Role.CLERK)).rows} == {own.id, under.id}
    look = viewer(Role.CLERK, at=below, name="below")
    assert [row.id for row in list_open(session, look).rows] == [under.id]
    assert [row.id for row in search_cases(session, look, SearchCriteria(text="补偿")).rows] == [
        under.id
    ]
    look = viewer(Role.CLERK, at=beside, name="beside")
    assert [row.id for row in list_open(session, look).rows] == [foreign.id]


def test_each_role_has_its_own_work_in_hand(session, file_case, viewer, desk_for) -> None:
    key = file_case(date(2026, 9, 21))
    assert count_tallies(session, viewer(Role.CLERK).actor).to_do == 1  # to assign
    assert count_tallies(session, viewer(Role.HANDLER).actor).to_do == 0
    handler = viewer(Role.HANDLER).actor
    registration.assign(
        desk_for(Role.CLERK, name="clerk"),
        key.id,
        unit="法规科",
        handler_id=handler.user_id,
        version=None,
    )
    assert count_tallies(session, viewer(Role.CLERK).actor).to_do == 0
    assert count_tallies(session, handler).to_do == 1
    other = viewer(Role.HANDLER, name="other").actor
    assert count_tallies(session, other).to_do == 0
    [row] = list_open(session, viewer(Role.HANDLER), mine=True).rows
    assert row.mine
    assert row.state is State.DRAFTING


def test_the_number_of_queries_does_not_grow(session, file_case, viewer) -> None:
    look = viewer(Role.CLERK)

    def ask() -> int:
        with count_queries() as seen:
            count_board(session, look)
            list_open(session, look)
            list_due_on(session, look)
            list_unconfirmed(session, look)
        return len(seen)

    for day in (7, 8):
        file_case(date(2026, 9, day))
    few = ask()
    for day in (9, 10, 11, 14, 15, 16, 17, 18):
        file_case(date(2026, 9, day))
        file_case(None)
    assert ask() == few <= 8
