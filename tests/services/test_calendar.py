"""Importing a notice: the preview, the one act, what moves and what stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, select, text, update
from sqlalchemy.exc import IntegrityError

from casework.domain.application import ApplicantType, Channel
from casework.domain.calendar_change import DateMove, Direction
from casework.domain.errors import NotFound, PermissionRefused, RuleBroken
from casework.domain.holiday_notice import HolidayNotice, NoticeDay, NoticeDayKind, NoticeKind
from casework.domain.permissions import Role
from casework.domain.state_council_notices import NOTICES
from casework.domain.states import State
from casework.domain.statutes import StatuteCode, statute_for
from casework.domain.working_days import calendar_as_of
from casework.models import Agency, CalendarDay, CalendarVersion, Case, ClockFact, Event
from casework.queries.calendar import current_calendar, list_versions
from casework.queries.clock_rows import Reckoner, is_running, iterate_clock_rows
from casework.queries.moved_cases import list_moved_cases
from casework.queries.stored_dates import check_stored_dates
from casework.services.calendar import (
    NoticeRefused,
    checked_notice,
    import_notice,
    notice_from_file,
    preview_notice,
    reckon_open_cases,
)
from casework.services.case_file import reckon_dates
from tests.conftest import NOW, add_agency, beijing

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

OFF, WORK = NoticeDayKind.OFF, NoticeDayKind.WORK
BEFORE = calendar_as_of(date(2019, 3, 21))


def shipped_notice(number: str) -> HolidayNotice:
    shipped = next(notice for notice in NOTICES if notice.number == number)
    days = (NoticeDay(day, OFF if is_off else WORK, name) for day, is_off, name in shipped.days())
    return HolidayNotice(
        year=shipped.year,
        days=tuple(sorted(days)),
        number=shipped.number,
        title=shipped.title,
        issued_on=shipped.published_on,
    )


LABOUR_DAY_2019 = shipped_notice("国办发明电〔2019〕3号")


def days(kind: NoticeDayKind, name: str, first: str, last: str = "") -> list[NoticeDay]:
    start, end = date.fromisoformat(first), date.fromisoformat(last or first)
    return [NoticeDay(start + timedelta(days=k), kind, name) for k in range((end - start).days + 1)]


# Made up for the tests; 1 January 2027 is a Friday.
NOTICE_2027 = HolidayNotice(
    year=2027,
    number="国办发明电〔2026〕9号",
    issued_on=date(2026, 11, 4),
    days=tuple(
        sorted(
            days(OFF, "元旦", "2027-01-01", "2027-01-03")
            + days(OFF, "春节", "2027-02-05", "2027-02-12")
            + days(WORK, "春节", "2027-02-14")
            + days(OFF, "清明节", "2027-04-03", "2027-04-05")
            + days(OFF, "劳动节", "2027-05-01", "2027-05-05")
            + days(OFF, "国庆节", "2027-10-01", "2027-10-07")
        )
    ),
)


@pytest.fixture
def spring_2019(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program as it shipped on 2019-03-21: the Labour Day notice is not known."""
    monkeypatch.setattr("casework.queries.calendar.shipped_calendar", lambda: BEFORE)


@pytest.fixture
def keeper(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.SYSTEM_ADMIN)


def add_case(
    session: Session, agency: Agency, number: str, received_on: date | None, **facts: object
) -> Case:
    statute = statute_for(received_on).code if received_on else StatuteCode.REGULATION_2019
    case = Case(
        agency_id=agency.id,
        number=number,
        channel=Channel.MAIL,
        applicant_type=ApplicantType.NATURAL_PERSON,
        received_on=received_on,
        request_text="柳湾村征收补偿安置方案",
        registered_at=NOW,
        changed_at=NOW,
        **(
            {
                "statute": statute,
                "state": State.DRAFTING if received_on else State.AWAITING_CONFIRMATION,
            }
            | facts
        ),
    )
    session.add(case)
    session.flush()
    return case


@pytest.fixture
def open_file(session: Session, agency: Agency, keeper: Desk) -> Callable[..., Case]:
    """Put a case on file with the dates of the calendar in force."""

    def put(number: str, received_on: date | None, *events: ClockFact, **facts: object) -> Case:
        at = facts.pop("at", agency)
        assert isinstance(at, Agency)
        case = add_case(session, at, number, received_on, **facts)
        case.clock_events.extend(events)
        desk = replace(keeper, calendar=current_calendar(session, agency_path=at.path))
        reckon_dates(desk, case)
        session.commit()
        return case

    return put


def due(case: Case) -> tuple[date | None, date | None]:
    return case.office_due_on, case.due_on


@pytest.mark.usefixtures("spring_2019")
def test_acceptance_11_the_change_of_2019_03_22_moves_a_date_earlier(
    session: Session, keeper: Desk, open_file: Callable[..., Case]
) -> None:
    """Received Tue 2019-04-02; 2019 regulation from 05-15, here its 20 days by override."""
    case = open_file("甲1号", date(2019, 4, 2), statute=StatuteCode.REGULATION_2019)
    assert case.due_on == date(2019, 5, 2)  # Thu
    assert case.calendar_version == "2019-1"
    preview = preview_notice(keeper, LABOUR_DAY_2019)
    assert preview.preview
    assert preview.changed
    assert preview.version == "2019-1+2019-2"
    assert [(moved.number, moved.due_on, moved.direction) for moved in preview.moved] == [
        ("甲1号", DateMove(date(2019, 5, 2), date(2019, 4, 30)), Direction.EARLIER)
    ]
    session.refresh(case)
    assert case.due_on == date(2019, 5, 2), "a preview saves nothing"
    assert not session.scalars(select(CalendarVersion)).all()

    change = import_notice(keeper, LABOUR_DAY_2019)
    assert change == replace(preview, preview=False)
    session.refresh(case)
    assert case.due_on == date(2019, 4, 30)  # Tue
    assert case.calendar_version == "2019-1+2019-2"

    again = import_notice(keeper, LABOUR_DAY_2019)
    assert not again.changed
    assert again.moved == ()
    assert again.version == "2019-1+2019-2"
    assert not preview_notice(keeper, LABOUR_DAY_2019).changed
    assert session.scalar(select(func.count()).select_from(CalendarVersion)) == 1
    assert session.scalar(select(func.count()).select_from(Event)) == 2, "one case, one import"


@pytest.mark.usefixtures("spring_2019")
def test_acceptance_12_the_same_change_moves_another_later(
    session: Session, keeper: Desk, open_file: Callable[..., Case]
) -> None:
    later = open_file("甲2号", date(2019, 4, 3), statute=StatuteCode.REGULATION_2019)
    earlier = open_file("甲3号", date(2019, 4, 2), statute=StatuteCode.REGULATION_2019)
    untouched = open_file("甲4号", date(2019, 3, 1), statute=StatuteCode.REGULATION_2019)
    assert later.due_on == date(2019, 5, 3)  # Fri
    versions = {case.number: case.version for case in (later, earlier, untouched)}
    change = import_notice(keeper, LABOUR_DAY_2019)
    assert [(moved.number, moved.direction.value) for moved in change.moved] == [
        ("甲3号", "earlier"),
        ("甲2号", "later"),
    ]
    assert [moved.number for moved in change.earlier] == ["甲3号"]
    session.expire_all()
    assert later.due_on == date(2019, 5, 5)  # Sun, worked
    assert earlier.due_on == date(2019, 4, 30)
    assert untouched.calendar_version == "2019-1+2019-2", "reckoned by it, though nothing moved"
    assert untouched.version == versions["甲4号"]
    assert later.version == versions["甲2号"] + 1, "who has the old date on the screen looks again"


@pytest.mark.usefixtures("spring_2019")
def test_acceptance_13_judged_cases_keep_the_dates_they_were_judged_by(
    session: Session, keeper: Desk, open_file: Callable[..., Case]
) -> None:
    statute = StatuteCode.REGULATION_2019
    closed = open_file(
        "甲1号",
        date(2019, 4, 2),
        statute=statute,
        state=State.CLOSED,
        replied_on=date(2019, 5, 2),
        closed_on=date(2019, 5, 2),
        ground="disclosed",
    )
    answered = open_file(
        "甲2号",
        date(2019, 4, 2),
        statute=statute,
        state=State.DISPATCHED,
        replied_on=date(2019, 5, 2),
    )
    versions = {case.number: case.version for case in (closed, answered)}
    change = import_notice(keeper, LABOUR_DAY_2019)
    assert change.moved == ()
    session.expire_all()
    for case in (closed, answered):
        assert case.due_on == date(2019, 5, 2), "in time by the calendar of its day"
        assert case.calendar_version == "2019-1"
        assert case.version == versions[case.number]
    check = check_stored_dates(session, office_days=15)
    assert (check.cases, check.differences) == (0, ()), "judged by an older calendar"


def test_acceptance_10_dates_become_firm_with_the_notice(
    session: Session, keeper: Desk, open_file: Callable[..., Case]
) -> None:
    """Received Tue 2026-12-01, extended by 20: Tue 2027-01-26 by weekends alone."""
    case = open_file(
        "甲1号",
        date(2026, 12, 1),
        ClockFact(kind="extension", happened_on=date(2026, 12, 20), days=20),
    )
    this_year = open_file("甲2号", date(2026, 9, 1))
    assert case.due_on == date(2027, 1, 26)
    assert current_calendar(session).is_provisional(date(2027, 1, 26))
    change = import_notice(keeper, NOTICE_2027)
    assert change.version == "2026-1+2027-1"
    assert change.cautions == ()
    assert change.made_firm == 1
    assert [moved.number for moved in change.moved] == ["甲1号"]
    session.expire_all()
    assert case.due_on == date(2027, 1, 27)  # Wed: Fri 1 January is off now
    assert this_year.due_on == date(2026, 9, 29)  # Tue
    calendar = current_calendar(session)
    assert not calendar.is_provisional(date(2027, 12, 31))
    assert calendar.is_provisional(date(2028, 1, 1))
    (row,) = list_versions(session)
    assert (row.label, row.number, row.author) == ("2027-1", NOTICE_2027.number, keeper.actor.name)
    assert row.days == NOTICE_2027.days
    assert row.imported_at == NOW


@pytest.mark.parametrize(
    "text",
    [
        "日期,类型,名称\n2027-01-01,放假,元旦\n2027-01-01,放假,元旦\n",
        "日期,类型,名称\n2027-01-01,放假,元旦\n2027-01-01,上班,元旦\n",
        "年份,2027\n日期,类型,名称\n2025-01-01,放假,元旦\n",
        "日期,类型,名称\n放假,2027-01-01,元旦\n",
        "日期,类型,名称\n30-09-2027,放假,国庆节\n",
    ],
    ids=["twice", "both kinds", "wrong year", "wrong order", "day first"],
)
def test_acceptance_14_a_bad_file_names_its_line_and_stores_nothing(
    session: Session, keeper: Desk, text: str
) -> None:
    sheet = notice_from_file(keeper, "2027.csv", text.encode())
    with pytest.raises(NoticeRefused) as refused:
        checked_notice(keeper, sheet)
    line = text.count("\n") if "年份" not in text else 3
    assert refused.value.problems[0].line == line
    assert refused.value.message.startswith(f"第{line}行：")
    assert not session.scalars(select(CalendarVersion)).all()
    assert not session.scalars(select(CalendarDay)).all()


@pytest.mark.usefixtures("spring_2019")
def test_events_tell_old_and_new_dates_and_the_list_can_be_asked_for_later(
    session: Session, keeper: Desk, agency: Agency, open_file: Callable[..., Case]
) -> None:
    case = open_file("甲1号", date(2019, 4, 2), statute=StatuteCode.REGULATION_2019)
    open_file("甲2号", date(2019, 4, 3), statute=StatuteCode.REGULATION_2019)
    change = import_notice(keeper, LABOUR_DAY_2019)
    told = session.scalars(select(Event).where(Event.case_id == case.id)).one()
    assert told.action == "calendar_changed"
    assert told.agency_id == agency.id
    assert told.actor_name == keeper.actor.name
    assert told.role == "system_admin"
    assert told.recorded_at == NOW
    assert told.detail == {
        "label": "2019-2",
        "version": "2019-1+2019-2",
        "before_version": "2019-1",
        "office_due_on": {"old": "2019-04-24", "new": "2019-04-24"},
        "due_on": {"old": "2019-05-02", "new": "2019-04-30"},
        "original_due_on": {"old": "2019-05-02", "new": "2019-04-30"},
    }
    whole = session.scalars(select(Event).where(Event.case_id.is_(None))).one()
    assert whole.action == "calendar_imported"
    assert whole.effective_on == date(2019, 3, 22)
    assert whole.detail["moved"] == 2
    assert whole.detail["number"] == "国办发明电〔2019〕3号"
    assert list_moved_cases(session, actor=keeper.actor, label="2019-2") == change.moved
    assert list_moved_cases(session, actor=keeper.actor, label="2019-3") == ()
    elsewhere = replace(keeper.actor, agency_path="/999999/")
    assert list_moved_cases(session, actor=elsewhere, label="2019-2") == ()


def test_suspended_unconfirmed_and_corrected_cases_are_reckoned_as_they_stand(
    session: Session, keeper: Desk, open_file: Callable[..., Case]
) -> None:
    unconfirmed = open_file("甲1号", None)
    asked = ClockFact(
        kind="consultation_started", happened_on=date(2026, 12, 10), party="third_party"
    )
    suspended = open_file("甲2号", date(2026, 12, 8), asked)
    corrected = open_file(
        "甲3号",
        date(2026, 12, 1),
        ClockFact(kind="correction_requested", happened_on=date(2026, 12, 3)),
        ClockFact(kind="correction_received", happened_on=date(2026, 12, 15)),
    )
    assert due(suspended) == (None, None)
    change = import_notice(keeper, NOTICE_2027)
    assert [(moved.number, moved.due_on) for moved in change.moved] == [
        # Tue 2026-12-15 + 20: Tue 2027-01-12 without 元旦, Wed 2027-01-13 with it.
        ("甲3号", DateMove(date(2027, 1, 12), date(2027, 1, 13)))
    ]
    session.expire_all()
    assert due(unconfirmed) == (None, None)
    assert due(suspended) == (None, None)
    assert suspended.calendar_version == "2026-1+2027-1"
    assert corrected.starts_on == date(2026, 12, 15)


def test_two_corrections_of_one_notice_leave_the_last_in_force(
    session: Session, keeper: Desk, open_file: Callable[..., Case]
) -> None:
    case = open_file("甲1号", date(2026, 12, 8))  # Tue; 20th day by weekends Tue 2027-01-05
    typo = replace(
        NOTICE_2027,
        days=tuple(sorted((*NOTICE_2027.days, *days(OFF, "元旦", "2027-01-04")))),
    )
    import_notice(keeper, typo)
    session.refresh(case)
    assert case.due_on == date(2027, 1, 7)  # Thu: Fri 1 and Mon 4 January off
    change = import_notice(keeper, NOTICE_2027)
    assert change.version == "2026-1+2027-2"
    assert change.moved[0].direction is Direction.EARLIER
    session.refresh(case)
    assert case.due_on == date(2027, 1, 6)  # Wed


def test_only_the_keeper_of_the_calendar_changes_it(
    session: Session, desk_for: Callable[..., Desk]
) -> None:
    for role in set(Role) - {Role.SYSTEM_ADMIN}:
        desk = desk_for(role)
        for act in (preview_notice, import_notice):
            with pytest.raises(PermissionRefused):
                act(desk, NOTICE_2027)
        with pytest.raises(PermissionRefused):
            reckon_open_cases(desk)
        with pytest.raises(PermissionRefused):
            notice_from_file(desk, "x.csv", b"")
    assert not session.scalars(select(CalendarVersion)).all()


def test_an_administrator_below_does_not_move_the_dates_of_agencies_beside(
    session: Session, agency: Agency, desk_for: Callable[..., Desk]
) -> None:
    below = add_agency(
        session, code="QYZG-1", name="青沅市临江分局", prefix="青临资公开", parent=agency
    )
    desk = desk_for(Role.SYSTEM_ADMIN, name="below", at=below)
    with pytest.raises(PermissionRefused, match="最上级机关"):
        import_notice(desk, NOTICE_2027)


def test_the_administrator_of_any_top_agency_enters_the_notice_for_all(
    session: Session, agency: Agency, desk_for: Callable[..., Desk]
) -> None:
    assert agency.parent_id is None
    other = add_agency(session, code="CZ", name="郴州市", prefix="郴公开")
    desk = desk_for(Role.SYSTEM_ADMIN, name="other-top", at=other)
    assert import_notice(desk, NOTICE_2027).changed


def test_local_days_off_move_the_cases_below_their_agency_only(
    session: Session, agency: Agency, keeper: Desk, open_file: Callable[..., Case]
) -> None:
    """Received Mon 2026-08-10 → Mon 09-07; Tue 08-18 to Thu 08-20 off by local law → Thu 09-10."""
    below = add_agency(
        session, code="QYZG-1", name="青沅市临江分局", prefix="青临资公开", parent=agency
    )
    there = open_file("甲1号", date(2026, 8, 10), at=below)
    here = open_file("乙1号", date(2026, 8, 10))
    festival = HolidayNotice(
        year=2026,
        number="青府发〔2026〕3号",
        kind=NoticeKind.LOCAL,
        agency_code="QYZG-1",
        days=tuple(days(OFF, "州庆", "2026-08-18", "2026-08-20")),
    )
    change = import_notice(keeper, festival)
    assert (change.label, change.version) == ("L2026-1", "2026-1+L2026-1")
    assert [moved.number for moved in change.moved] == ["甲1号"]
    session.expire_all()
    assert (there.due_on, there.calendar_version) == (date(2026, 9, 10), "2026-1+L2026-1")
    assert (here.due_on, here.calendar_version) == (date(2026, 9, 7), "2026-1")
    assert check_stored_dates(session, office_days=15).differences == ()
    assert current_calendar(session).version == "2026-1"
    assert current_calendar(session, agency_path=below.path).version == "2026-1+L2026-1"
    # A national notice afterwards leaves the local days in force.
    import_notice(keeper, NOTICE_2027)
    session.expire_all()
    assert there.calendar_version == "2026-1+2027-1+L2026-1"
    assert here.calendar_version == "2026-1+2027-1"
    assert there.due_on == date(2026, 9, 10)


def test_local_days_off_name_an_agency_that_exists_and_a_national_notice_names_none(
    keeper: Desk,
) -> None:
    local = replace(NOTICE_2027, kind=NoticeKind.LOCAL, agency_code="NOBODY")
    with pytest.raises(NotFound):
        import_notice(keeper, local)
    with pytest.raises(RuleBroken, match="适用于所有机关"):
        import_notice(keeper, replace(NOTICE_2027, agency_code="QYZG"))


@pytest.mark.usefixtures("spring_2019")
def test_an_import_that_breaks_off_leaves_nothing(
    session: Session,
    keeper: Desk,
    open_file: Callable[..., Case],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = open_file("甲1号", date(2019, 4, 2), statute=StatuteCode.REGULATION_2019)

    def break_off(*_args: object, **_kwargs: object) -> None:
        raise OSError

    monkeypatch.setattr("casework.services.calendar.record_event", break_off)
    with pytest.raises(OSError):  # noqa: PT011  the one raised above
        import_notice(keeper, LABOUR_DAY_2019)
    session.refresh(case)
    assert case.due_on == date(2019, 5, 2)
    assert case.calendar_version == current_calendar(session).version == "2019-1"
    assert not session.scalars(select(Event)).all()


def test_a_version_cannot_be_stored_twice_or_bound_a_national_notice(
    session: Session, agency: Agency, keeper: Desk
) -> None:
    import_notice(keeper, NOTICE_2027)
    twice = (
        "INSERT INTO calendar_versions (label, kind, agency_id, year, number, title, author,"
        " imported_at, sha256) SELECT '2027-9', kind, agency_id, year, number, title, author,"
        " imported_at, sha256 FROM calendar_versions"
    )
    for change in (
        twice,
        f"UPDATE calendar_versions SET agency_id = {agency.id}",  # noqa: S608
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(change))


@pytest.mark.usefixtures("spring_2019")
def test_a_new_release_carries_its_notices_over_to_the_cases(
    session: Session,
    keeper: Desk,
    open_file: Callable[..., Case],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = open_file("甲1号", date(2019, 4, 2), statute=StatuteCode.REGULATION_2019)
    import_notice(keeper, LABOUR_DAY_2019)
    other = open_file("甲2号", date(2019, 4, 3), statute=StatuteCode.REGULATION_2019)
    session.execute(update(Case).where(Case.id == other.id).values(due_on=date(2019, 5, 3)))
    session.commit()
    released = calendar_as_of(date(2019, 3, 22))
    monkeypatch.setattr("casework.queries.calendar.shipped_calendar", lambda: released)
    assert current_calendar(session) is released, "what is shipped now needs no import"
    change = reckon_open_cases(keeper)
    assert change.changed
    assert [moved.number for moved in change.moved] == ["甲2号"]
    session.expire_all()
    assert case.due_on == date(2019, 4, 30)
    assert other.due_on == date(2019, 5, 5)
    assert case.calendar_version == other.calendar_version == "2019-2"
    assert not reckon_open_cases(keeper).changed


def test_the_number_of_queries_does_not_grow_with_the_cases(
    session: Session, agency: Agency, keeper: Desk
) -> None:
    """4,000 open cases (a quarter with events) and 4,000 closed ones: as many queries as for 4."""
    counts = {}
    import_notice(keeper, replace(NOTICE_2027, days=NOTICE_2027.days[:1]))
    for round_, size in enumerate((4, 4000)):
        notice = replace(
            NOTICE_2027,
            number=f"国办发明电〔2026〕{round_}号",
            days=NOTICE_2027.days[: 30 - round_],
        )
        add_many(session, agency, size, prefix=f"{round_}-")
        with counted(session) as statements:
            change = import_notice(keeper, notice)
        assert change.changed
        counts[size] = len(statements)
        if size == 4000:
            assert len(change.moved) > 1000
            judged = session.execute(
                select(Case.version, Case.due_on).where(Case.closed_on.is_not(None)).distinct()
            ).all()
            assert judged == [(1, date(2026, 12, 29))], "not one closed case was touched"
            check_in_bulk(session)
    # Two more lock the chain of the agency whose cases moved; none is per case.
    assert counts[4000] <= counts[4] + 2 <= 24, counts


def add_many(session: Session, agency: Agency, size: int, *, prefix: str) -> None:
    first = date(2026, 11, 16)  # Mon
    rows = []
    for k in range(2 * size):
        received_on = first + timedelta(days=k % 42)
        row = {
            "version": 1,
            "agency_id": agency.id,
            "number": f"{prefix}{k}",
            "state": State.DRAFTING,
            "channel": Channel.MAIL,
            "applicant_type": ApplicantType.NATURAL_PERSON,
            "received_on": received_on,
            "received_year": 2026,
            "request_text": "柳湾村",
            "statute": StatuteCode.REGULATION_2019,
            "closed_on": None,
            "closed_year": None,
            "ground": None,
            "replied_on": None,
            "due_on": date(2026, 12, 29),
            "calendar_version": "2026-1",
            "registered_at": NOW,
            "changed_at": NOW,
        }
        if k % 2:
            row |= {
                "state": State.CLOSED,
                "closed_on": date(2026, 12, 28),
                "closed_year": 2026,
                "replied_on": date(2026, 12, 28),
                "ground": "disclosed",
            }
        rows.append(row)
    session.execute(Case.__table__.insert(), rows)  # type: ignore[attr-defined]
    ids = session.scalars(
        select(Case.id).where(Case.number.like(f"{prefix}%"), is_running()).order_by(Case.id)
    ).all()
    session.execute(
        ClockFact.__table__.insert(),  # type: ignore[attr-defined]
        [
            {"case_id": case_id, "kind": "extension", "happened_on": date(2026, 12, 1), "days": 20}
            for case_id in ids[::4]
        ],
    )
    session.commit()


def check_in_bulk(session: Session) -> None:
    reckoner = Reckoner(current_calendar(session), office_days=15)
    seen = 0
    for row in iterate_clock_rows(session, is_running()):
        seen += 1
        assert row.stored == reckoner.derive(row)
    assert seen == 4004
    assert check_stored_dates(session, office_days=15).differences == ()


class counted:  # noqa: N801  reads as a word
    """The statements a block sends; a statement with many rows of parameters is one."""

    def __init__(self, session: Session) -> None:
        self.connection = session.connection()
        self.statements: list[str] = []

    def __enter__(self) -> list[str]:
        event.listen(self.connection.engine, "before_cursor_execute", self._note)
        return self.statements

    def __exit__(self, *_error: object) -> None:
        event.remove(self.connection.engine, "before_cursor_execute", self._note)

    def _note(self, _conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        self.statements.append(statement)


@pytest.mark.usefixtures("spring_2019")
def test_a_check_finds_a_date_somebody_changed_behind_the_clock(
    session: Session, keeper: Desk, open_file: Callable[..., Case]
) -> None:
    sound = open_file("甲1号", date(2019, 4, 2), statute=StatuteCode.REGULATION_2019)
    closed = open_file(
        "甲2号",
        date(2019, 4, 2),
        state=State.CLOSED,
        closed_on=date(2019, 4, 12),
        ground="withdrawn",
    )
    assert check_stored_dates(session, office_days=15).cases == 2
    session.execute(update(Case).where(Case.id == sound.id).values(due_on=date(2019, 6, 1)))
    session.execute(update(Case).where(Case.id == closed.id).values(original_due_on=None))
    session.commit()
    check = check_stored_dates(session, office_days=15)
    assert [(d.number, d.field, d.stored, d.reckoned) for d in check.differences] == [
        ("甲1号", "due_on", date(2019, 6, 1), date(2019, 5, 2)),
        ("甲2号", "original_due_on", None, date(2019, 4, 24)),
    ]
    reckon_open_cases(keeper)
    assert [d.number for d in check_stored_dates(session, office_days=15).differences] == ["甲2号"]


def test_an_import_on_another_day_counts_as_that_day(session: Session, keeper: Desk) -> None:
    later = replace(keeper, now=beijing(date(2026, 11, 5)))
    import_notice(later, NOTICE_2027)
    assert list_versions(session)[0].imported_at == beijing(date(2026, 11, 5))
