"""What a report needs beside the table, read from the records."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from casework.domain.annual_facts import SubjectCount, YearCount
from casework.domain.application import ApplicantType, Channel
from casework.domain.forms import get_form
from casework.domain.states import State
from casework.domain.statutes import StatuteCode
from casework.models import Agency, Case
from casework.queries.annual_cube import Scope
from casework.queries.annual_facts import count_months, count_subjects, count_years, read_facts

NOW = datetime(2026, 9, 28, 2, 0, tzinfo=UTC)
EVERYBODY = Scope()
serial = itertools.count(1)


def add_agency(session, code, parent=None):
    agency = Agency(
        code=code,
        name=f"{code}机关",
        short_name=code,
        parent_id=parent.id if parent else None,
        path=f"/x/{code}/",
        number_prefix=code,
        red_head=code,
    )
    session.add(agency)
    session.flush()
    agency.path = f"{parent.path if parent else '/'}{agency.id}/"
    session.flush()
    return agency


@pytest.fixture
def city(session):
    return add_agency(session, "city")


@pytest.fixture
def county(session, city):
    return add_agency(session, "county", city)


def add_case(session, agency, received_on, closed_on=None, subject="", fee=None):
    session.add(
        Case(
            agency_id=agency.id,
            number=f"f{next(serial)}",
            state=State.CLOSED if closed_on else State.DRAFTING,
            channel=Channel.MAIL,
            applicant_type=ApplicantType.NATURAL_PERSON,
            received_on=received_on,
            closed_on=closed_on,
            replied_on=closed_on,
            ground="disclosed" if closed_on else None,
            subject=subject,
            fee_yuan=fee,
            request_text="某某规划文本",
            statute=StatuteCode.REGULATION_2019,
            registered_at=NOW,
            changed_at=NOW,
        )
    )
    session.flush()


def test_months_count_the_day_of_receipt(session, city):
    for day in (date(2025, 1, 1), date(2025, 1, 31), date(2025, 12, 31), date(2024, 12, 31)):
        add_case(session, city, day)
    assert count_months(session, 2025, EVERYBODY) == (2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    assert count_months(session, 2023, EVERYBODY) == (0,) * 12


def test_subjects_are_those_of_the_year_most_frequent_first(session, city):
    for subject in ("征地", "规划", "征地", ""):
        add_case(session, city, date(2025, 3, 3), subject=subject)
    add_case(session, city, date(2024, 3, 4), subject="规划")
    assert count_subjects(session, 2025, EVERYBODY) == (
        SubjectCount(subject="征地", count=2),
        SubjectCount(subject="", count=1),
        SubjectCount(subject="规划", count=1),
    )


def test_years_begin_with_the_first_record(session, city):
    add_case(session, city, date(2022, 6, 1), date(2022, 6, 20))
    add_case(session, city, date(2024, 12, 30), date(2025, 1, 10))
    add_case(session, city, date(2025, 6, 3))
    assert count_years(session, 2025, EVERYBODY) == (
        YearCount(year=2022, received=1, finished=1),
        YearCount(year=2023, received=0, finished=0),
        YearCount(year=2024, received=1, finished=0),
        YearCount(year=2025, received=1, finished=1),
    )
    assert [one.year for one in count_years(session, 2027, EVERYBODY)] == [2024, 2025, 2026, 2027]
    assert count_years(session, 2019, EVERYBODY) == (YearCount(year=2019, received=0, finished=0),)


def test_the_scope_holds_everywhere(session, city, county):
    add_case(session, city, date(2025, 3, 3), date(2025, 3, 20), subject="征地")
    add_case(session, county, date(2025, 4, 1), date(2025, 4, 20), subject="规划")
    whole, own = Scope(path=city.path), Scope(path=city.path, own=True)
    for scope, cases in ((whole, 2), (own, 1), (Scope(path=county.path), 1)):
        assert sum(count_months(session, 2025, scope)) == cases
        assert sum(one.count for one in count_subjects(session, 2025, scope)) == cases
        assert count_years(session, 2025, scope)[-1] == YearCount(
            year=2025, received=cases, finished=cases
        )


def test_facts_agree_with_their_table(session, city):
    add_case(session, city, date(2024, 12, 30), date(2025, 1, 10), fee=Decimal(300))
    add_case(session, city, date(2025, 5, 6), date(2025, 5, 20), subject="征地")
    add_case(session, city, date(2025, 12, 30))
    facts = read_facts(
        session, get_form("2021"), 2025, EVERYBODY, agency="city机关", today=date(2026, 1, 9)
    )
    assert facts.as_of is None
    assert facts.fees_yuan == 300
    new, finished = facts.table.value("R1", "C7"), facts.table.value("R3.7", "C7")
    assert sum(facts.months) == sum(one.count for one in facts.subjects) == new == 2
    assert facts.years[-1] == YearCount(year=2025, received=new, finished=finished)
    assert facts.received_in(2024) == 1
    assert facts.received_in(2023) is None


@pytest.mark.parametrize(
    ("today", "as_of"),
    [
        (date(2025, 12, 31), date(2025, 12, 31)),
        (date(2026, 1, 1), None),
        (date(2025, 9, 28), date(2025, 9, 28)),
    ],
)
def test_a_year_ends_with_its_last_day(session, city, today, as_of):
    assert city
    facts = read_facts(session, get_form("2021"), 2025, EVERYBODY, agency="甲", today=today)
    assert facts.as_of == as_of
