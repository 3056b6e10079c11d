"""锁定: a year that is locked gives the same bytes, and no path moves a case in it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select

from casework.domain.application import (
    ApplicantType,
    Channel,
    DeliveryMethod,
    ReceiptMode,
    ReliefKind,
)
from casework.domain.errors import NotFound, PermissionRefused, RuleBroken
from casework.domain.forms import form_for_year
from casework.domain.permissions import Role
from casework.domain.states import State
from casework.domain.statutory_clock import Timeliness
from casework.models import AnnualAdjustment, AnnualEntry, AnnualLock, Case, Delivery, Event
from casework.queries.annual_cube import Scope, finished_timeliness, read_table
from casework.queries.annual_facts import read_facts
from casework.queries.annual_locks import find_lock, list_adjustments, list_locks
from casework.queries.annual_record import check_lock
from casework.services import closure, issue, registration, reopening
from casework.services.annual_entries import enter_figures
from casework.services.annual_export import export_return
from casework.services.annual_guard import Place
from casework.services.annual_lock import (
    YearKey,
    adjust,
    close_year,
    confirm_year,
    unlock_year,
)
from casework.services.closure import Handover
from casework.services.ledger_import import import_ledger
from casework.services.ledger_source import LedgerFile
from casework.services.relief import ReliefData, record_relief
from casework.services.transaction import transaction
from tests.conftest import NOW, add_agency, beijing
from tests.services.test_road import application, to_issue
from tests.web.test_annual_pages import add_case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from casework.models import Agency
    from casework.services.desk import Desk

LAST_DAY = date(2025, 12, 31)  # Wednesday


@pytest.fixture
def statistician(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.STATISTICIAN, name="沈薇")


@pytest.fixture
def leader(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.LEADER, name="罗建平")


@pytest.fixture
def clerk(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.CLERK, name="周敏")


@pytest.fixture
def year(session: Session, agency: Agency) -> YearKey:
    """Twelve cases of 2025: one in each month, every third still open, and one of 2024."""
    for month in range(1, 13):
        day = date(2025, month, 10)
        add_case(session, agency, day, None if month % 3 == 0 else date(2025, month, 25))
    add_case(session, agency, date(2024, 12, 2), date(2025, 1, 6))
    session.commit()
    return YearKey(agency.id, 2025)


@pytest.fixture
def locked(year: YearKey, statistician: Desk, leader: Desk) -> YearKey:
    close_year(statistician, year)
    confirm_year(leader, year)
    return year


def lock_of(session: Session, key: YearKey) -> AnnualLock:
    session.expire_all()
    lock = find_lock(session, key.agency_id, key.year, own=key.own)
    assert lock is not None
    return lock


def case_in(session: Session, received_on: date) -> Case:
    session.expire_all()
    return session.scalars(select(Case).where(Case.received_on == received_on)).one()


@contextmanager
def refused_by_the_lock(session: Session, year: int = 2025) -> Iterator[None]:
    """Expect the one sentence, and that nothing at all was written."""
    before = session.scalars(select(Event.id)).all()
    with pytest.raises(RuleBroken) as refusal:
        yield
    assert refusal.value.code == "year_locked"
    assert f"{year} 年度的统计表已经锁定" in refusal.value.message
    assert f"{year} 年度的调整单" in refusal.value.message
    session.rollback()
    assert session.scalars(select(Event.id)).all() == before


def test_acceptance_69_the_locked_year_gives_the_same_bytes_on_any_later_day(
    session: Session, agency: Agency, locked: YearKey, clerk: Desk
) -> None:
    lock = lock_of(session, locked)
    text, hashed = lock.table_text, lock.sha256
    check = check_lock(session, lock)
    assert check.same
    # What happens in 2026 is no matter of 2025: a new case, and an open one of 2025 is withdrawn.
    registration.register(clerk, application(), agency_id=agency.id)
    open_case = case_in(session, date(2025, 12, 10))
    closure.withdraw(
        clerk, open_case.id, on=date(2026, 9, 28), reason="电话提出，周敏接听", version=None
    )
    lock = lock_of(session, locked)
    assert check_lock(session, lock).same
    assert (lock.table_text, lock.sha256) == (text, hashed)
    assert '"R4":{"C1":4' in text
    assert (
        read_table(session, form_for_year(2025), 2025, Scope(path=agency.path)).value("R4", "C7")
        == 4
    )


def test_acceptance_69_a_case_of_last_year_is_refused_after_the_lock(
    session: Session, agency: Agency, locked: YearKey, clerk: Desk
) -> None:
    late = application(submitted_on=date(2025, 12, 30), received_on=LAST_DAY)
    with refused_by_the_lock(session):
        registration.register(clerk, late, agency_id=agency.id)
    assert check_lock(session, lock_of(session, locked)).same


def test_acceptance_70_every_path_into_within_and_out_of_a_locked_year_is_refused(
    session: Session, agency: Agency, locked: YearKey, clerk: Desk
) -> None:
    new = registration.register(clerk, application(submitted_on=None), agency_id=agency.id)
    with refused_by_the_lock(session):
        registration.correct_receipt(
            clerk, new.id, received_on=LAST_DAY, reason="回执为证", version=None
        )
    waiting = registration.register(
        clerk,
        application(
            receipt_mode=ReceiptMode.ORDINARY_MAIL,
            received_on=None,
            arrived_on=LAST_DAY,
            submitted_on=None,
        ),
        agency_id=agency.id,
    )
    with refused_by_the_lock(session):
        registration.confirm_receipt(clerk, waiting.id, received_on=LAST_DAY, version=None)
    open_case = case_in(session, date(2025, 12, 10)).id
    with refused_by_the_lock(session):
        closure.withdraw(clerk, open_case, on=LAST_DAY, reason="来人提出", version=None)
    with refused_by_the_lock(session):
        registration.correct_receipt(
            clerk, open_case, received_on=date(2026, 1, 5), reason="签收回执为证", version=None
        )
    # The year is what counts: another day of 2025 changes nothing in its table.
    registration.correct_receipt(
        clerk, open_case, received_on=date(2025, 12, 11), reason="签收回执为证", version=None
    )
    assert check_lock(session, lock_of(session, locked)).same


@pytest.mark.usefixtures("locked")
def test_acceptance_70_a_reply_is_not_dated_back_into_a_locked_year(
    session: Session, clerk: Desk
) -> None:
    case = case_in(session, date(2025, 12, 10))
    case.state = State.AWAITING_DISPATCH
    case.ground = "disclosed"
    session.commit()
    back = Handover(method=DeliveryMethod.DIRECT, handed_over_on=LAST_DAY, signed_on=LAST_DAY)
    with refused_by_the_lock(session):
        closure.dispatch(clerk, case.id, back, version=None)
    today = Handover(method=DeliveryMethod.DIRECT, handed_over_on=date(2026, 9, 28))
    closure.dispatch(clerk, case.id, today, version=None)


@pytest.mark.usefixtures("locked")
@pytest.mark.parametrize(
    "change",
    [
        {"received_on": date(2024, 12, 9)},
        {"closed_on": date(2026, 1, 5)},
        {"closed_on": None, "state": State.DRAFTING, "replied_on": None},
        {"ground": "personal_privacy"},
        {"channel": Channel.ONLINE},
        {"applicant_type": ApplicantType.OTHER},
        {"original_due_on": date(2025, 2, 12)},
        {"due_on": date(2025, 2, 11), "original_due_on": date(2025, 2, 10)},
    ],
    ids=",".join,
)
def test_acceptance_70_whatever_writes_a_case_meets_the_lock(
    session: Session, change: dict[str, object]
) -> None:
    case = case_in(session, date(2025, 2, 10))
    with refused_by_the_lock(session), transaction(session):
        case = session.get_one(Case, case.id)
        for name, value in change.items():
            setattr(case, name, value)
    with refused_by_the_lock(session), transaction(session):
        session.delete(session.get_one(Case, case.id))
    with transaction(session):
        session.get_one(Case, case.id).note = "材料齐全"
    assert case_in(session, date(2025, 2, 10)).note == "材料齐全"


def test_acceptance_70_an_import_rejects_the_rows_of_a_locked_year(
    session: Session, agency: Agency, locked: YearKey, clerk: Desk
) -> None:
    lines = (
        "申请方式,收到日期,申请人,申请内容,答复日期,办理结果",
        "当面,2025-12-30,林小满,柳湾村征地批复,,",
        "当面,2024-02-09,林小满,柳湾村规划许可,2024-03-01,予以公开",
        "当面,2026-02-09,林小满,柳湾村补偿方案,,",
        # Still open, so it would have been carried through 2025.
        "当面,2024-02-09,林小满,柳湾村用地预审,,",
    )
    report = import_ledger(
        clerk,
        LedgerFile(content="\n".join(lines).encode(), file_name="台账.csv", agency_id=agency.id),
    )
    assert [(one.row, one.problem.column) for one in report.rejected] == [
        (2, "收到日期"),
        (5, "收到日期"),
    ], report.rejected
    assert report.imported == 2
    for rejection in report.rejected:
        assert "2025 年度的统计表已经锁定" in rejection.problem.reason
    assert check_lock(session, lock_of(session, locked)).same


def test_acceptance_56_an_outcome_is_not_changed_in_a_locked_year(
    session: Session, year: YearKey, statistician: Desk, leader: Desk
) -> None:
    case = case_in(session, date(2025, 2, 10))
    january = beijing(date(2026, 1, 20))  # locked before the report must be out
    close_year(replace(statistician, now=january), year)
    confirm_year(replace(leader, now=january), year)
    with refused_by_the_lock(session):
        reopening.reopen(replace(leader, now=january), case.id, reason="附件有误", version=None)
    assert case_in(session, date(2025, 2, 10)).state is State.CLOSED
    unlock_year(leader, year, reason="自行纠正〔2026〕3号")
    reopening.reopen(replace(leader, now=january), case.id, reason="附件有误", version=None)
    assert case_in(session, date(2025, 2, 10)).closed_on is None


def test_acceptance_73_a_hard_check_that_fails_stops_the_lock_on_the_server(
    session: Session, agency: Agency, year: YearKey, statistician: Desk
) -> None:
    add_case(session, agency, date(2025, 3, 4), date(2025, 3, 18), ground="nobody_knows")
    session.commit()
    with pytest.raises(RuleBroken) as refusal:
        close_year(statistician, year)
    assert refusal.value.code == "checks_fail"
    assert "勾稽不通过" in refusal.value.message
    session.rollback()
    assert session.scalars(select(AnnualLock)).all() == []


def test_a_year_that_runs_and_a_reply_that_is_not_closed_wait(
    session: Session, agency: Agency, year: YearKey, statistician: Desk
) -> None:
    with pytest.raises(RuleBroken, match="还没有结束"):
        close_year(statistician, YearKey(agency.id, 2026))
    case = case_in(session, date(2025, 12, 10))
    case.state, case.replied_on, case.ground = State.DISPATCHED, date(2025, 12, 30), "disclosed"
    session.commit()
    with pytest.raises(RuleBroken) as refusal:
        close_year(statistician, year)
    assert refusal.value.code == "answered_not_closed"
    assert case.number in refusal.value.message
    case = case_in(session, date(2025, 12, 10))
    case.replied_on = date(2026, 1, 5)
    session.commit()
    close_year(statistician, year)


def test_a_reply_that_came_back_and_went_out_again_waits_by_its_first_day(
    session: Session, agency: Agency, clerk: Desk, desk_for: Callable[..., Desk]
) -> None:
    handler = desk_for(Role.HANDLER, name="陈立群", now=beijing(date(2026, 9, 14)))
    reviewer = desk_for(Role.LEGAL_REVIEWER, name="何静怡", now=beijing(date(2026, 9, 15)))
    leader = desk_for(Role.LEADER, name="罗建平", now=beijing(date(2026, 9, 16)))
    case_id = to_issue(replace(clerk, now=beijing(date(2026, 9, 7))), handler, reviewer)
    issue.issue_reply(leader, case_id, version=None)
    closure.dispatch(
        replace(clerk, now=leader.now),
        case_id,
        Handover(method=DeliveryMethod.DIRECT, handed_over_on=date(2026, 9, 16)),
        version=None,
    )
    first = session.scalars(select(Delivery).where(Delivery.case_id == case_id)).one()
    session.add(
        Delivery(
            case_id=case_id,
            document_id=first.document_id,
            method=DeliveryMethod.MAIL,
            handed_over_on=date(2027, 1, 5),
            mail_number="EM000200009CS",
        )
    )
    session.commit()
    january = beijing(date(2027, 1, 12))  # Tuesday
    statistician = desk_for(Role.STATISTICIAN, name="沈薇", now=january)
    with pytest.raises(RuleBroken) as refusal:
        close_year(statistician, YearKey(agency.id, 2026))
    assert refusal.value.code == "answered_not_closed"
    closure.close(replace(clerk, now=january), case_id, version=None)
    close_year(statistician, YearKey(agency.id, 2026))


def test_two_people_lock_a_year_and_each_in_their_role(
    session: Session, year: YearKey, statistician: Desk, leader: Desk, desk_for: Callable[..., Desk]
) -> None:
    with pytest.raises(PermissionRefused):
        close_year(leader, year)
    with pytest.raises(RuleBroken, match="还没有锁定"):
        confirm_year(leader, year)
    both = desk_for(Role.STATISTICIAN, Role.LEADER, name="一人两职")
    hashed = close_year(both, year)
    with pytest.raises(RuleBroken, match="另一人"):
        confirm_year(both, year)
    with pytest.raises(PermissionRefused):
        confirm_year(statistician, year)
    assert confirm_year(leader, year) == hashed
    with pytest.raises(RuleBroken, match="不用再锁定"):
        close_year(statistician, year)
    events = session.scalars(select(Event).where(Event.action.like("%_annual"))).all()
    assert [(one.action, one.actor_name, one.role) for one in events] == [
        ("close_annual", "一人两职", "statistician"),
        ("confirm_annual", "罗建平", "leader"),
    ]
    assert {one.detail["sha256"] for one in events} == {hashed}


def test_what_changes_before_the_leader_confirms_must_be_closed_again(
    session: Session, agency: Agency, year: YearKey, statistician: Desk, leader: Desk
) -> None:
    first = close_year(statistician, year)
    add_case(session, agency, date(2025, 3, 4), date(2025, 3, 18))
    session.commit()
    with pytest.raises(RuleBroken, match="重新锁定"):
        confirm_year(leader, year)
    second = close_year(statistician, year)
    assert second != first
    assert confirm_year(leader, year) == second


def test_an_unlock_has_a_reason_and_leaves_its_trace(
    session: Session, agency: Agency, locked: YearKey, statistician: Desk, leader: Desk
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        unlock_year(leader, locked, reason="  ")
    assert refusal.value.field == "reason"
    hashed = lock_of(session, locked).sha256
    unlock_year(leader, locked, reason="市政府办公室〔2026〕5号文要求重报")
    add_case(session, agency, date(2025, 3, 4), date(2025, 3, 18))
    session.commit()
    close_year(statistician, locked)
    confirm_year(leader, locked)
    session.expire_all()
    newest, oldest = list_locks(session, agency.id, 2025, own=False)
    assert oldest.sha256 == hashed != newest.sha256
    assert oldest.unlock_reason == "市政府办公室〔2026〕5号文要求重报"
    assert oldest.unlocked_by is not None
    assert oldest.unlocked_by.name == "罗建平"
    assert newest.unlocked_at is None
    with pytest.raises(RuleBroken, match="没有锁定"):
        unlock_year(leader, YearKey(agency.id, 2024), reason="试")


def test_a_lock_with_those_below_keeps_theirs_too_and_an_own_one_does_not(
    session: Session, agency: Agency, statistician: Desk, leader: Desk
) -> None:
    county = add_agency(session, code="LJ", name="临江区局", prefix="临资公开", parent=agency)
    below = add_case(session, county, date(2025, 3, 4), date(2025, 3, 18))
    session.commit()
    own = YearKey(agency.id, 2025, own=True)
    close_year(statistician, own)
    confirm_year(leader, own)
    below.channel = Channel.ONLINE
    session.commit()
    whole = YearKey(agency.id, 2025)
    close_year(statistician, whole)
    confirm_year(leader, whole)
    with refused_by_the_lock(session), transaction(session):
        session.get_one(Case, below.id).channel = Channel.FAX
    with pytest.raises(PermissionRefused, match="它自己的统计员"):
        close_year(statistician, YearKey(county.id, 2025))
    with pytest.raises(NotFound):
        close_year(statistician, YearKey(10**6, 2025))


def test_a_late_correction_goes_to_the_list_and_the_table_stays(
    session: Session, agency: Agency, locked: YearKey, statistician: Desk, leader: Desk
) -> None:
    number = case_in(session, date(2025, 12, 10)).number
    what = {
        "change": "四、结转，自然人列应为 3 件，原表 4 件",
        "reason": "送达回证 2026 年 2 月才交回",
    }
    with pytest.raises(PermissionRefused):
        adjust(leader, locked, case_number=number, **what)
    for missing in ("change", "reason"):
        with pytest.raises(RuleBroken) as refusal:
            adjust(statistician, locked, case_number=number, **(what | {missing: " "}))
        assert refusal.value.field == missing
    with pytest.raises(RuleBroken) as refusal:
        adjust(statistician, locked, case_number="青资公开〔2025〕999号", **what)
    assert refusal.value.field == "case_number"
    adjust(statistician, locked, case_number=number, **what)
    adjust(statistician, locked, case_number="", **what)
    named, nameless = list_adjustments(session, statistician.actor, agency.id, 2025)
    assert (named.case_number, named.actor_name) == (number, "沈薇")
    assert (nameless.case_id, nameless.reason) == (None, what["reason"])
    assert check_lock(session, lock_of(session, locked)).same
    with pytest.raises(RuleBroken, match="没有锁定"):
        adjust(statistician, YearKey(agency.id, 2024), case_number="", **what)
    assert len(session.scalars(select(AnnualAdjustment)).all()) == 2


def test_a_relief_told_late_is_recorded_and_shows_as_a_difference(
    session: Session, locked: YearKey, clerk: Desk
) -> None:
    case = case_in(session, date(2025, 2, 10))
    record_relief(
        clerk,
        case.id,
        ReliefData(kind=ReliefKind.REVIEW, filed_on=date(2025, 12, 29), body="青沅市人民政府"),
        version=None,
    )
    check = check_lock(session, lock_of(session, locked))
    assert check.intact
    assert not check.same
    assert {(one.row, one.column) for one in check.differences} == {
        ("review", "pending"),
        ("review", "total"),
    }
    assert [(one.locked, one.now, one.came, one.left) for one in check.differences] == [
        (0, 1, (case.number,), ())
    ] * 2


def test_what_leaves_the_house_shows_the_locked_figures(
    session: Session, agency: Agency, locked: YearKey, clerk: Desk, leader: Desk
) -> None:
    form, scope = form_for_year(2025), Scope(path=agency.path)
    whose = {"code": agency.code, "name": agency.name, "own": False}

    def exported() -> dict[str, Any]:
        made = export_return(clerk, form, 2025, scope, agency=whose, kind=".json")
        read: dict[str, Any] = json.loads(made.content)
        return read

    def pending_in_the_chapter() -> int:
        facts = read_facts(session, form, 2025, scope, agency=agency.name, today=clerk.today)
        return facts.table.relief["review", "pending"]

    assert exported()["warnings"] == []
    record_relief(
        clerk,
        case_in(session, date(2025, 2, 10)).id,
        ReliefData(kind=ReliefKind.REVIEW, filed_on=date(2025, 12, 29), body="青沅市人民政府"),
        version=None,
    )
    assert exported()["relief"]["review"]["pending"] == 0
    assert len(exported()["warnings"]) == 1
    assert pending_in_the_chapter() == 0
    unlock_year(leader, locked, reason="补登复议")
    assert exported()["relief"]["review"]["pending"] == 1
    assert pending_in_the_chapter() == 1


def test_a_stored_table_that_somebody_edits_is_noticed(session: Session, locked: YearKey) -> None:
    lock = lock_of(session, locked)
    lock.table_text = lock.table_text.replace('"R4":{"C1":4', '"R4":{"C1":3')
    session.commit()
    check = check_lock(session, lock_of(session, locked))
    assert not check.intact
    assert [(one.row, one.column, one.locked, one.now) for one in check.differences] == [
        ("R4", "C1", 3, 4)
    ]


def test_figures_entered_by_hand_are_locked_with_their_year(
    session: Session, agency: Agency, statistician: Desk, leader: Desk
) -> None:
    hand = {"agency_id": agency.id, "year": 2015, "form": "2014"}
    enter_figures(statistician, **hand, figures={"1.1": Decimal(12)})
    add_case(session, agency, date(2015, 3, 4), date(2015, 3, 18))
    session.commit()
    key = YearKey(agency.id, 2015)
    close_year(statistician, key)
    confirm_year(leader, key)
    with refused_by_the_lock(session, 2015):
        enter_figures(statistician, **hand, figures={"1.1": Decimal(13)})
    with refused_by_the_lock(session, 2015):
        enter_figures(statistician, **hand, figures={"1.1": None})
    [entry] = session.scalars(select(AnnualEntry)).all()
    assert entry.value == 12
    assert check_lock(session, lock_of(session, key)).same


@pytest.mark.usefixtures("locked")
def test_an_act_asks_for_locks_once_and_only_if_it_moves_a_case(
    session: Session, agency: Agency, clerk: Desk
) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "FROM annual_locks" in statement:
            asked.append(statement)

    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    try:
        key = registration.register(clerk, application(), agency_id=agency.id)
        registered = len(asked)
        with transaction(session):
            session.get_one(Case, key.id).note = "材料齐全"
        noted = len(asked) - registered
    finally:
        event.remove(bind, "before_cursor_execute", note)
    # Once with the new case, once when its due dates are reckoned and written.
    assert registered <= 2
    assert noted == 0


@pytest.mark.parametrize("replied_on", [None, date(2025, 3, 10), date(2025, 3, 20)])
@pytest.mark.parametrize("original", [None, date(2025, 3, 10), date(2025, 3, 9)])
@pytest.mark.parametrize("due_on", [None, date(2025, 3, 20), date(2025, 3, 9)])
def test_the_guard_judges_timeliness_as_the_table_does(
    session: Session,
    agency: Agency,
    replied_on: date | None,
    original: date | None,
    due_on: date | None,
) -> None:
    case = add_case(
        session,
        agency,
        date(2025, 3, 4),
        date(2025, 3, 21),
        replied_on=replied_on,
        original_due_on=original,
        due_on=due_on,
    )
    session.commit()
    shown = session.scalars(select(finished_timeliness()).where(Case.id == case.id)).one()
    place = Place.of(agency.path, {name: getattr(case, name) for name in _FACTS})
    assert place.case is not None
    assert place.case.timeliness is Timeliness(shown)


_FACTS = (
    "received_on",
    "replied_on",
    "closed_on",
    "ground",
    "channel",
    "applicant_type",
    "original_due_on",
    "due_on",
)


def test_a_lock_is_of_its_year_on_any_day(session: Session, locked: YearKey) -> None:
    lock = lock_of(session, locked)
    assert (lock.closed_at, lock.confirmed_at) == (NOW, NOW)
    assert lock.closed_at > beijing(LAST_DAY)
