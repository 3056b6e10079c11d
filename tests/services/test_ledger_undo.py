"""撤销导入: everything a ledger brought goes, or nothing does; the record of it stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from casework.domain.errors import NotFound, PermissionRefused, RuleBroken
from casework.domain.permissions import Role
from casework.models import (
    Agency,
    Applicant,
    Case,
    ClockFact,
    Delivery,
    Document,
    Event,
    LedgerImport,
    NumberCounter,
    Relief,
)
from casework.queries.ledger_imports import find_import, list_imports
from casework.queries.ledger_worked_on import list_worked_on
from casework.services import registration
from casework.services.annual_lock import YearKey, close_year, confirm_year
from casework.services.audit_check import verify
from casework.services.comments import comment
from casework.services.ledger_import import import_ledger
from casework.services.ledger_source import LedgerFile
from casework.services.ledger_undo import undo_import
from tests.conftest import add_agency
from tests.services.test_road import application

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk
    from casework.services.ledger_intake import ImportReport

FULL = (
    "申请编号,申请方式,收到日期,申请人,申请内容,答复日期,办理结果,答复文号,送达方式,延期工作日,"
    "延期告知日期,行政复议日期,行政复议结果\n"
    "青资公开〔2018〕7号,信函,2018-02-09,林小满,批复,2018-03-20,同意公开,青资公开答〔2018〕5号,邮寄,"
    "15,2018-03-01,2018-05-02,维持\n"
    ",网络,2018-03-09,王秀英,规划,2018-03-20,同意公开,青资公开答〔2018〕6号,,,,,\n"
)
TABLES = (Case, Applicant, ClockFact, Relief, Delivery, Document, NumberCounter)
WHY = "导错了年份"


@pytest.fixture
def desk(desk_for: Callable[..., Desk]) -> Desk:
    made: Desk = desk_for(Role.CLERK)
    made.session.commit()
    return made


def take_in(desk: Desk, text: str = FULL, **options: Any) -> ImportReport:
    file = LedgerFile(content=text.encode(), file_name="2018.csv", **options)
    report = import_ledger(desk, file)
    assert report.rejected == []
    assert report.import_id is not None
    return report


def contents(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    session.expire_all()
    return {
        table.__tablename__: sorted(map(tuple, session.execute(select(table.__table__))))
        for table in TABLES
    }


def test_an_import_is_undone_without_a_trace_in_the_records(desk: Desk) -> None:
    registration.register(desk, application(), agency_id=desk.actor.agency_id, nonce="before")
    before = contents(desk.session)
    first = take_in(desk)
    assert contents(desk.session) != before
    assert undo_import(desk, first.import_id, reason=WHY) == 2
    assert contents(desk.session) | {"number_counters": []} == before | {"number_counters": []}
    # The series of that year is as good as new; the office's own is where it was.
    lasts = desk.session.execute(select(NumberCounter.year, NumberCounter.last)).all()
    assert {year: last for year, last in lasts if year == 2018} == {2018: 0}
    assert take_in(desk).imported == 2


def test_the_record_of_it_stays_and_the_chain_is_whole(desk: Desk) -> None:
    report = take_in(desk)
    undo_import(desk, report.import_id, reason=f" {WHY}\n")
    record = find_import(desk.session, desk.actor, report.import_id)
    assert record is not None
    assert (record.undo_reason, record.undone_by, record.imported) == (WHY, "clerk", 2)
    events = desk.session.scalars(select(Event).order_by(Event.id)).all()
    assert [event.action for event in events] == [
        "import",
        "import",
        "import_ledger",
        "undo_import",
    ]
    assert events[-1].detail == {"import_id": report.import_id, "cases": 2}
    assert events[-1].note == WHY
    assert verify(desk.session).ok


def test_it_is_undone_once(desk: Desk) -> None:
    report = take_in(desk)
    undo_import(desk, report.import_id, reason=WHY)
    with pytest.raises(RuleBroken, match="已经在 2026-09-28 撤销了"):
        undo_import(desk, report.import_id, reason=WHY)


def test_a_reason_is_asked_for(desk: Desk) -> None:
    with pytest.raises(RuleBroken) as caught:
        undo_import(desk, take_in(desk).import_id, reason=" ")
    assert caught.value.field == "reason"


def test_a_case_that_was_worked_on_keeps_the_whole_import(desk: Desk) -> None:
    report = take_in(desk)
    case_id = desk.session.scalars(select(Case.id).order_by(Case.id)).first()
    comment(desk, case_id, body="请核对旧卷")
    before = contents(desk.session)
    with pytest.raises(RuleBroken) as caught:
        undo_import(desk, report.import_id, reason=WHY)
    assert "其中 1 件，如青资公开〔2018〕7号（2026-09-28 clerk）" in caught.value.message
    assert contents(desk.session) == before
    [obstacle] = list_worked_on(desk.session, desk.actor, report.import_id, limit=5)
    assert obstacle.case_id == case_id


def test_acceptance_70_an_import_in_a_locked_year_stays(
    desk: Desk, desk_for: Callable[..., Desk], agency: Agency
) -> None:
    report = take_in(desk)
    key = YearKey(agency.id, 2018)
    close_year(desk_for(Role.STATISTICIAN), key)
    confirm_year(desk_for(Role.LEADER), key)
    before = contents(desk.session)
    with pytest.raises(RuleBroken) as caught:
        undo_import(desk, report.import_id, reason=WHY)
    assert caught.value.code == "year_locked"
    assert contents(desk.session) == before


def test_numbers_drawn_since_keep_their_place(desk: Desk) -> None:
    """The import drew 2018's numbers 1 and 2, a later one number 3: only 1 and 2 fall away."""
    head = "申请方式,收到日期,申请人,申请内容\n"
    first = take_in(desk, head + "网络,2018-03-09,甲某,规划\n网络,2018-03-10,乙某,规划\n")
    take_in(desk, head + "网络,2018-03-11,丙某,规划\n")
    undo_import(desk, first.import_id, reason=WHY)
    assert desk.session.scalars(select(NumberCounter.last)).all() == [3]
    assert desk.session.scalars(select(Case.number)).all() == ["青资公开〔2018〕3号"]


def test_who_may_not_import_may_not_undo_and_others_imports_are_not_there(
    desk: Desk, desk_for: Callable[..., Desk], session: Session
) -> None:
    report = take_in(desk)
    with pytest.raises(PermissionRefused):
        undo_import(desk_for(Role.HANDLER), report.import_id, reason=WHY)
    elsewhere = add_agency(session, code="XL", name="西陵区", prefix="西资公开")
    stranger = desk_for(Role.CLERK, name="elsewhere", at=elsewhere)
    with pytest.raises(NotFound):
        undo_import(stranger, report.import_id, reason=WHY)
    assert list_imports(stranger.session, stranger.actor).rows == []
    with pytest.raises(NotFound):
        undo_import(desk, 10**6, reason=WHY)


def test_cases_of_others_in_ones_own_import_keep_it(
    desk: Desk, desk_for: Callable[..., Desk], session: Session, agency: Agency
) -> None:
    """A city's clerk imported for a branch; the branch's own clerk may not take the city's out."""
    branch = add_agency(session, code="LJ", name="临江分局", prefix="临资公开", parent=agency)
    session.commit()
    text = (
        "机关,申请方式,收到日期,申请人,申请内容\n"
        ",网络,2018-03-09,甲某,规划\nQYZG,网络,2018-03-10,乙某,规划\n"
    )
    report = take_in(desk, text, agency_id=branch.id)
    with pytest.raises(RuleBroken, match="机关范围以外"):
        undo_import(desk_for(Role.CLERK, name="branch", at=branch), report.import_id, reason=WHY)
    assert session.scalar(select(func.count()).select_from(LedgerImport)) == 1
    assert undo_import(desk, report.import_id, reason=WHY) == 2
