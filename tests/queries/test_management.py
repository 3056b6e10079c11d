"""The management view read from records a human can count."""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from casework.domain.application import ApplicantType, Channel, ReliefKind, ReliefResult
from casework.domain.clock_events import ClockEventKind
from casework.domain.management import Period, Spread, Topic
from casework.domain.permissions import Role
from casework.domain.states import State
from casework.domain.statutes import StatuteCode
from casework.models import Applicant, Case, ClockFact, Relief, Reopening
from casework.queries.annual_cube import Scope
from casework.queries.case_rows import Viewer
from casework.queries.management import MonthLoad, list_oldest, read_management
from casework.queries.management_setbacks import count_reversals
from casework.services import drafting, registration, review
from casework.services.accounts import actor_of
from tests.conftest import NOW, add_agency, add_user, beijing
from tests.services.test_road import DISCLOSED, application, newest_draft

YEAR = Period(first=date(2025, 1, 1), last=date(2025, 12, 31))
serial = itertools.count(1)


@pytest.fixture
def county(session, agency):
    return add_agency(
        session, code="LJZG", name="临江区自然资源局", prefix="临资公开", parent=agency
    )


@pytest.fixture
def viewer(desk_for):
    desk = desk_for(Role.STATISTICIAN)
    return Viewer(actor=desk.actor, calendar=desk.calendar, today=desk.today, office_days=15)


def add_case(session, agency, received_on, replied_on=None, **facts):
    person = facts.pop("person", {"name": f"申请人{next(serial)}"})
    extension = facts.pop("extension", 0)
    case = Case(
        **(
            {
                "agency_id": agency.id,
                "number": f"青资公开〔{received_on.year}〕{next(serial)}号",
                "state": State.CLOSED if replied_on else State.DRAFTING,
                "channel": Channel.MAIL,
                "applicant_type": ApplicantType.NATURAL_PERSON,
                "received_on": received_on,
                "replied_on": replied_on,
                "closed_on": replied_on,
                "ground": "disclosed" if replied_on else None,
                "unit": "耕地科",
                "request_text": "旧城改造征地批文",
                "statute": StatuteCode.REGULATION_2019,
                "registered_at": NOW,
                "changed_at": NOW,
                "applicant": Applicant(**person),
            }
            | facts
        )
    )
    if extension:
        case.clock_events.append(
            ClockFact(
                kind=ClockEventKind.EXTENSION.value,
                happened_on=case.original_due_on,
                days=extension,
            )
        )
    session.add(case)
    session.flush()
    return case


# Received Mon 2025-03-03: the 20th working day is Mon 03-31.
LIMIT = {"original_due_on": date(2025, 3, 31), "due_on": date(2025, 3, 31)}


def test_rates_and_days_by_unit_and_by_handler(session, agency, viewer):
    chen = add_user(session, login="chen", name="陈立群", agency=agency, roles={Role.HANDLER})
    received_on = date(2025, 3, 3)
    # Working days used: Fri 03-07 the 4th, Mon 03-10 the 5th, Mon 03-31 the 20th.
    for replied_on in (date(2025, 3, 7), date(2025, 3, 10), date(2025, 3, 31)):
        add_case(session, agency, received_on, replied_on, handler_id=chen.id, **LIMIT)
    # Tue 04-01 is one day past the limit; with an extension to 04-02 it is the 21st of its 22.
    add_case(session, agency, received_on, date(2025, 4, 1), unit="执法科", **LIMIT)
    extended = {"original_due_on": date(2025, 3, 31), "due_on": date(2025, 4, 2), "extension": 2}
    add_case(session, agency, received_on, date(2025, 4, 1), unit="执法科", **extended)
    page = read_management(session, viewer, YEAR, Scope(path=agency.path))
    assert (page.overall.finished, page.overall.late, page.overall.rate) == (5, 1, 80)
    by_unit = {one.name[1]: one for one in page.by_unit}
    assert by_unit["耕地科"].spread == Spread(
        answers=3, lowest=4, median=Decimal(5), average=Decimal("9.7"), highest=20
    )
    assert by_unit["耕地科"].rate == 100
    assert by_unit["执法科"].rate == 50
    assert (by_unit["执法科"].spread.lowest, by_unit["执法科"].spread.highest) == (21, 21)
    assert [one.name[2] for one in page.by_handler] == ["陈立群"]
    assert page.without_handler == 2


def test_acceptance_67_a_period_without_cases_is_blank(session, agency, viewer):
    page = read_management(session, viewer, YEAR, Scope(path=agency.path))
    assert page.overall.rate is page.overall.spread.median is page.overall.spread.average is None
    assert page.overall.finished == page.overall.late == page.open_cases == 0
    assert page.by_unit == page.by_handler == page.oldest == page.topics == page.applicants == ()
    assert page.send_backs == page.reversals == ()
    assert [(one.received, one.finished) for one in page.load] == [(0, 0)] * 12


def test_acceptance_71_the_oldest_open_cases_are_in_order(session, agency, county, viewer):
    days = [date(2026, 3, 2) + timedelta(days=11 * n % 97) for n in range(14)]
    for n, received_on in enumerate(days):
        add_case(session, county if n % 2 else agency, received_on)
    add_case(session, agency, date(2025, 1, 2), date(2025, 1, 9), **LIMIT)  # finished
    add_case(  # answered, not closed yet: waits for nobody's answer
        session, agency, date(2025, 1, 3), replied_on=None, state=State.DISPATCHED
    ).replied_on = date(2025, 1, 10)
    session.flush()
    oldest = list_oldest(session, viewer, Scope(path=agency.path))
    assert [one.case.received_on for one in oldest] == sorted(days)[:10]
    waited = [one.days for one in oldest]
    assert waited == sorted(waited, reverse=True)
    assert oldest[0].days == viewer.calendar.count(min(days), viewer.today) > 0


def test_months_count_both_ends_of_the_period(session, agency, viewer):
    for received_on in (date(2025, 1, 31), date(2025, 2, 1), date(2025, 3, 15), date(2025, 3, 16)):
        add_case(session, agency, received_on)
    add_case(session, agency, date(2024, 12, 30), date(2025, 2, 5), **LIMIT)
    period = Period(first=date(2025, 2, 1), last=date(2025, 3, 15))
    page = read_management(session, viewer, period, Scope(path=agency.path))
    assert page.load == (
        MonthLoad(year=2025, month=2, received=1, finished=1),
        MonthLoad(year=2025, month=3, received=1, finished=0),
    )


def test_subjects_are_compared_with_as_many_days_before(session, agency, viewer):
    for received_on, subject in (
        (date(2025, 3, 3), "征地"),
        (date(2025, 3, 31), "征地"),
        (date(2025, 3, 4), "规划"),
        (date(2025, 3, 5), ""),
        (date(2025, 2, 28), "规划"),  # March has 31 days, so the days before begin on 01-29
        (date(2025, 1, 29), "住房"),
        (date(2025, 1, 28), "住房"),
    ):
        add_case(session, agency, received_on, subject=subject)
    march = Period(first=date(2025, 3, 1), last=date(2025, 3, 31))
    page = read_management(session, viewer, march, Scope(path=agency.path))
    assert page.topics == (
        Topic(subject="征地", now=2, before=0),
        Topic(subject="规划", now=1, before=1),
    )
    assert page.rising == (Topic(subject="征地", now=2, before=0),)


def test_a_repeat_applicant_is_a_document_then_a_phone_then_a_name(session, agency, viewer):
    people = [
        {"name": "林秀珍", "id_number_index": "d1", "phone_index": "p1"},
        {"name": "林秀珍", "id_number_index": "d1", "phone_index": "p2"},
        {"name": "林秀珍", "id_number_index": "d2", "phone_index": "p1"},  # somebody else
        {"name": "钱进", "phone_index": "p3"},
        {"name": "钱进", "phone_index": "p3"},
        {"name": "钱进", "phone_index": "p3"},
        {"name": "赵一"},
        {"name": "孙二"},
    ]
    for n, person in enumerate(people):
        add_case(session, agency, date(2025, 5, 6 + n), person=person)
    page = read_management(session, viewer, YEAR, Scope(path=agency.path))
    assert [(one.name, one.cases, one.last_on) for one in page.applicants] == [
        ("钱进", 3, date(2025, 5, 11)),
        ("林秀珍", 2, date(2025, 5, 7)),
    ]


def test_send_backs_are_counted_where_the_case_is_handled(session, agency, desk_for, viewer):
    day = date(2026, 9, 21)  # a Monday
    kept = application(received_on=day, submitted_on=day)
    case_id = registration.register(
        desk_for(Role.CLERK, now=beijing(day)), kept, agency_id=agency.id
    ).id
    handler = desk_for(Role.HANDLER, now=beijing(day))
    registration.assign(
        desk_for(Role.CLERK, now=beijing(day)),
        case_id,
        unit="耕地保护科",
        handler_id=handler.actor.user_id,
        version=None,
    )
    for _ in range(2):
        drafting.save_draft(handler, case_id, DISCLOSED, version=None)
        drafting.submit_draft(handler, case_id, version=None)
        review.return_draft(
            desk_for(Role.LEGAL_REVIEWER, now=beijing(day)),
            case_id,
            text_hash=newest_draft(session, case_id).text_hash,
            opinion="请写明条款",
            version=None,
        )
    scope = Scope(path=agency.path)
    (found,) = read_management(session, viewer, Period(first=day, last=day), scope).send_backs
    assert (found.unit, found.submitted, found.returned, found.refused) == ("耕地保护科", 2, 2, 0)
    assert found.cases == 1
    for other in (date(2026, 9, 20), date(2026, 9, 22)):
        assert not read_management(
            session, viewer, Period(first=other, last=other), scope
        ).send_backs


def test_reversals_hit_the_ground_that_was_contested(session, agency):
    def contested(ground, result, decided_on=date(2025, 6, 3)):
        case = add_case(
            session, agency, date(2025, 3, 3), date(2025, 3, 20), ground=ground, **LIMIT
        )
        relief = Relief(kind=ReliefKind.REVIEW, result=result, decided_on=decided_on)
        case.reliefs.append(relief)
        session.flush()
        return case, relief

    contested("disclosed", ReliefResult.UPHELD)
    contested("state_secret", ReliefResult.CORRECTED)
    contested("state_secret", ReliefResult.UPHELD)
    contested("state_secret", ReliefResult.CORRECTED, date(2026, 1, 1))  # another year
    contested("state_secret", ReliefResult.PENDING, None)
    # Answered anew since: the ground that fell was trade_secret.
    case, relief = contested("disclosed", ReliefResult.CORRECTED)
    person = add_user(session, login="zhou", name="周敏", agency=agency, roles={Role.CLERK})
    session.add(
        Reopening(
            case_id=case.id,
            relief_id=relief.id,
            reason="复议决定撤销",
            counts_from=date(2025, 6, 5),
            former_ground="trade_secret",
            former_closed_on=date(2025, 3, 20),
            reopened_by_id=person.id,
            reopened_at=NOW,
        )
    )
    session.flush()
    reader = actor_of(session, "zhou")
    found = count_reversals(session, YEAR, Scope(path=agency.path), reader)
    assert {(one.ground.code, one.decided, one.corrected) for one in found} == {
        ("state_secret", 2, 1),
        ("trade_secret", 1, 1),
        ("disclosed", 1, 0),
    }
    assert [one.corrected for one in found] == [1, 1, 0]


def test_the_scope_holds_everywhere(session, agency, county, viewer):
    for where in (agency, county):
        for person in ({"name": where.name, "phone_index": where.code},) * 2:
            case = add_case(
                session,
                where,
                date(2025, 3, 3),
                date(2025, 3, 10),
                subject="征地",
                person=person,
                **LIMIT,
            )
        case.reliefs.append(
            Relief(kind=ReliefKind.REVIEW, result=ReliefResult.UPHELD, decided_on=date(2025, 5, 6))
        )
        add_case(session, where, date(2025, 3, 4))
    session.flush()
    for scope, times in (
        (Scope(path=agency.path), 2),
        (Scope(path=agency.path, own=True), 1),
        (Scope(path=county.path), 1),
    ):
        page = read_management(session, viewer, YEAR, scope)
        assert page.overall.finished == 2 * times
        assert page.open_cases == len(page.oldest) == times
        assert sum(one.received for one in page.load) == 3 * times
        assert page.topics[0].now == 2 * times
        assert len(page.applicants) == times
        assert page.reversals[0].decided == times


@contextmanager
def counted_queries(session):
    statements = []

    def note(_connection, _cursor, statement, *_):
        if not statement.startswith(("SAVEPOINT", "RELEASE")):
            statements.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_the_view_takes_ten_queries_whatever_its_size(session, agency, county, viewer):
    scope = Scope(path=agency.path)

    def ask():
        session.expire_all()
        with counted_queries(session) as statements:
            read_management(session, viewer, YEAR, scope)
        return len(statements)

    add_case(session, agency, date(2025, 3, 3))
    few = ask()
    for n in range(120):
        received_on = date(2025, 1, 6) + timedelta(days=n * 2)
        replied_on = received_on + timedelta(days=n % 40) if n % 3 else None
        add_case(session, county if n % 2 else agency, received_on, replied_on, unit=f"{n % 7}科")
    session.commit()
    assert ask() == few == 10
