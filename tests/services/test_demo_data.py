"""The demonstration: published figures come back from the records; an office lives its year."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from stdnum.cn import ric, uscc

from casework.cli.context import operator
from casework.domain.errors import RuleBroken
from casework.domain.forms import get_form
from casework.domain.lights import Light
from casework.domain.permissions import ADMINISTRATORS, Role
from casework.domain.states import State
from casework.models import (
    Agency,
    Applicant,
    Case,
    ClockFact,
    Document,
    Draft,
    Event,
    LedgerImport,
    Relief,
    Review,
    User,
)
from casework.queries.annual_checked import check_records
from casework.queries.annual_cube import Scope
from casework.queries.due import list_due
from casework.services import demo_current_year, demo_data, passwords
from casework.services.agencies import AgencyData, add_agency
from casework.services.demo_data import load_demo
from casework.services.demo_records import year_end_rows
from casework.services.demo_words import credit_code, identity_number
from casework.services.demo_year_ends import CHENZHOU, YEAR_ENDS
from casework.services.ledger_import import import_rows
from tests.conftest import beijing

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.services.demo_year_ends import YearEnd
    from casework.services.desk import Desk

PUBLISHED = Path(__file__).parents[1] / "vectors" / "published"
OFFICE_ROLES = {
    Role.CLERK,
    Role.HANDLER,
    Role.LEGAL_REVIEWER,
    Role.LEADER,
    Role.STATISTICIAN,
}
MONDAY = date(2026, 9, 28)
SUNDAY = date(2026, 11, 22)
NEW_YEAR = date(2027, 1, 4)  # a Monday past the horizon of the calendar


@pytest.fixture
def empty(desk_for: Callable[..., Desk], session: Session, agency: Agency) -> Desk:
    """The operator's desk in a system without agencies."""
    desk: Desk = replace(desk_for(Role.CLERK), actor=operator())
    for user in session.scalars(select(User)):
        session.delete(user)
    session.delete(agency)
    session.commit()
    return desk


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Passwords without scrypt: 31 of them would take three seconds and prove nothing."""
    monkeypatch.setattr(passwords, "generate_password_hash", lambda password: f"plain:{password}")
    numbers = count(1)
    return lambda: f"Demo-Password-{next(numbers)}"


def take_in(desk: Desk, year_end: YearEnd, seed: int) -> str:
    """Take a year-end in and return the path of its root."""
    ids: dict[str, int] = {}
    for place in year_end.places:
        data = AgencyData(
            code=place.code,
            name=place.name,
            number_prefix=place.prefix,
            standing=place.standing,
        )
        ids[place.code] = add_agency(desk, data, parent_id=ids.get(place.parent))
    rows = year_end_rows(year_end, random.Random(seed), desk.calendar)  # noqa: S311  repeatable
    report = import_rows(desk, rows, source=year_end.key)
    assert (report.imported, report.rejected) == (year_end.received, [])
    return desk.session.get_one(Agency, ids[year_end.places[0].code]).path


@pytest.mark.parametrize("year_end", YEAR_ENDS, ids=lambda year_end: year_end.key)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_records_give_back_every_published_figure(
    empty: Desk, year_end: YearEnd, seed: int
) -> None:
    published = json.loads((PUBLISHED / f"{year_end.key}.json").read_text(encoding="utf-8"))
    assert (published["form"], published["year"]) == ("2014", year_end.year)
    scope = Scope(path=take_in(empty, year_end, seed))
    table, checks = check_records(empty.session, get_form("2014"), year_end.year, scope)
    assert {row: table.value(row) for row in published["rows"]} == published["rows"]
    assert [check.message for check in checks if check.hard and not check.ok] == []
    assert table.late == 0


def test_chenzhou_rolls_up_as_published(empty: Desk) -> None:
    path = take_in(empty, CHENZHOU, seed=1)
    form = get_form("2014")

    def received(name: str) -> tuple[int, int]:
        agency = empty.session.scalars(select(Agency).where(Agency.name == name)).one()
        table, _ = check_records(empty.session, form, 2015, Scope(path=agency.path))
        return int(table.value("3.1") or 0), int(table.value("3.2.2") or 0)

    published = json.loads((PUBLISHED / "chenzhou_2015.json").read_text(encoding="utf-8"))
    of_city = published["agencies"]
    assert received("市政府及其部门")[0] == of_city["市政府及其部门"]
    counties = [
        place.name
        for place in CHENZHOU.places
        if place.name[-1] in "县区" or place.code == "431081"
    ]
    assert len(counties) == 11
    assert sum(received(name)[0] for name in counties) == of_city["县市区"]
    assert received("市政府办公室") == (46, 0)
    next_year, _ = check_records(empty.session, get_form("2021"), 2016, Scope(path=path))
    assert next_year.value("R2", "C7") == published["carried_over_to_next_year"]
    assert next_year.value("R4", "C7") == 0


def test_chenzhou_subjects_are_the_nearest_whole_numbers(empty: Desk) -> None:
    take_in(empty, CHENZHOU, seed=1)
    counted = dict(
        empty.session.execute(select(Case.subject, func.count()).group_by(Case.subject)).all()
    )
    published = json.loads((PUBLISHED / "chenzhou_2015.json").read_text(encoding="utf-8"))
    shares = published["subjects_percent"]
    assert counted.keys() == shares.keys()
    assert sum(counted.values()) == 921
    for subject, share in shares.items():
        assert abs(counted[subject] / 9.21 - share) <= 0.07, subject


def test_no_whole_numbers_fit_the_published_subject_shares() -> None:
    shares = (53.3, 9.52, 9.11, 6.4, 21.67)
    for total in (903, 921):
        counts = [round(share * total / 100) for share in shares]
        exact = all(
            round(n * 100 / total, 2) == share for n, share in zip(counts, shares, strict=True)
        )
        assert not (exact and sum(counts) == total)


def test_the_same_seed_gives_the_same_records(empty: Desk) -> None:
    def rows(seed: int) -> object:
        return year_end_rows(CHENZHOU, random.Random(seed), empty.calendar)  # noqa: S311  repeatable

    assert rows(7) == rows(7)
    assert rows(7) != rows(8)


def test_invented_numbers_are_well_formed_and_of_no_region() -> None:
    chance = random.Random(1)  # noqa: S311  repeatable
    for _ in range(200):
        number = identity_number(chance)
        assert ric.calc_check_digit(number) == number[-1]
        assert number.startswith("99")
        with pytest.raises(ric.InvalidComponent):
            ric.validate(number)
        code = credit_code(chance)
        assert uscc.calc_check_digit(code[:-1]) == code[-1]
        assert code[2:4] == "99"


# The example office.


@pytest.fixture
def staffed(empty: Desk, cheap_passwords: Callable[[], str]) -> tuple[Desk, int]:
    agency_id = add_agency(empty, demo_data.AGENCY)
    report = demo_data.DemoReport()
    demo_data._ensure_people(
        empty, demo_data.STAFF, agency_id, demo_data.AGENCY.name, cheap_passwords, report
    )
    return empty, agency_id


@pytest.mark.parametrize("today", [MONDAY, SUNDAY, NEW_YEAR], ids=str)
def test_the_example_office_has_a_case_in_every_state_on_any_day(
    staffed: tuple[Desk, int], today: date
) -> None:
    desk, agency_id = staffed
    desk = replace(desk, now=beijing(today, 10))
    chance = random.Random(1)  # noqa: S311  repeatable
    performed = demo_current_year.perform(desk, agency_id, chance)
    session = desk.session
    states = Counter(session.scalars(select(Case.state)))
    assert set(states) == set(State)
    assert states.total() == performed == 27
    due = list_due(session, actor=desk.actor, calendar=desk.calendar, today=desk.today)
    lights = Counter(row.light for row in due)
    assert lights[Light.OVERDUE] == 1
    assert session.scalar(select(func.count()).select_from(Case).where(Case.is_suspended)) == 3
    assert lights[Light.DUE_SOON] >= 3
    assert lights[Light.NORMAL] >= 6
    kinds = Counter(session.scalars(select(ClockFact.kind)))
    assert kinds == {
        "consultation_started": 4,
        "consultation_ended": 2,
        "correction_requested": 2,
        "correction_received": 1,
        "extension": 1,
    }
    assert sorted(session.scalars(select(Relief.kind))) == ["direct_suit", "review"]
    of_cases = select(Event.recorded_at).where(Event.case_id.is_not(None)).order_by(Event.id)
    recorded = session.scalars(of_cases).all()
    assert recorded == sorted(recorded)
    assert recorded[-1] <= desk.now


def test_one_case_has_gone_the_whole_road(staffed: tuple[Desk, int]) -> None:
    desk, agency_id = staffed
    chance = random.Random(1)  # noqa: S311  repeatable
    demo_current_year.perform(desk, agency_id, chance)
    session = desk.session
    case = session.scalars(select(Case).where(Case.ground == "not_existing")).one()
    assert case.state is State.ARCHIVED
    events = session.scalars(select(Event).where(Event.case_id == case.id).order_by(Event.id))
    assert [(event.action, event.actor_name) for event in events] == [
        ("register", "周敏"),
        ("assign", "周敏"),
        ("save_draft", "蒋晓雯"),
        ("submit_draft", "蒋晓雯"),
        ("approve", "何静怡"),
        ("issue", "罗建平"),
        ("dispatch", "周敏"),
        ("close", "周敏"),
        ("archive", "周敏"),
    ]
    document = session.scalars(select(Document).where(Document.case_id == case.id)).one()
    assert document.content is not None
    assert document.content.startswith(b"%PDF")
    assert (document.document_number or "").startswith("青资公开答〔")
    draft = session.scalars(select(Draft).where(Draft.case_id == case.id)).one()
    opinion = session.scalars(select(Review).where(Review.case_id == case.id)).one()
    assert opinion.text_hash == draft.text_hash
    assert len({draft.author_id, opinion.reviewer_id, document.issuer_id}) == 3


# Loading it all.


def tables(session: Session) -> dict[str, int]:
    counted = (Agency, User, Case, Applicant, Event, LedgerImport, Document)
    return {
        table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
        for table in counted
    }


def test_everything_is_loaded_once(empty: Desk, cheap_passwords: Callable[[], str]) -> None:
    first = load_demo(empty, new_password=cheap_passwords, cases=300)
    assert {key: first.cases[key] for key in ("chenzhou_2015", "example_office")} == {
        "chenzhou_2015": 921,
        "example_office": 27,
    }
    assert first.cases[f"volume_300_{demo_data.SEED}"] == 300
    before = tables(empty.session)
    again = load_demo(empty, new_password=cheap_passwords, cases=300)
    assert (again.cases, again.accounts) == ({}, [])
    assert tables(empty.session) == before

    users = empty.session.scalars(select(User)).all()
    assert all(user.is_demo for user in users)
    assert len({account.login for account in first.accounts}) == len(users)
    assert len({account.password for account in first.accounts}) == len(users)
    for year_end in YEAR_ENDS:
        root = year_end.places[0].name
        roles = {account.role for account in first.accounts if account.agency == root}
        assert roles == OFFICE_ROLES
    assert {account.role for account in first.accounts} == OFFICE_ROLES | ADMINISTRATORS


def test_invented_cases_show_every_outcome_of_their_regulation(
    empty: Desk, cheap_passwords: Callable[[], str]
) -> None:
    load_demo(empty, new_password=cheap_passwords, cases=4000)
    city = empty.session.scalars(select(Agency).where(Agency.code == "990000")).one()
    query = (
        select(Case.ground, func.count())
        .join(Case.agency)
        .where(Agency.path.startswith(city.path))
        .group_by(Case.ground)
    )
    grounds = dict(empty.session.execute(query).all())
    assert sum(grounds.values()) == 4000
    assert len(grounds) > 20
    assert 0 < grounds[None] < 400
    names = Counter(empty.session.scalars(select(Applicant.name)))
    assert names.most_common(1)[0][1] > 10
    for year in (2024, 2025):
        _, checks = check_records(empty.session, get_form("2021"), year, Scope(path=city.path))
        assert [check.message for check in checks if check.hard and not check.ok] == []


def test_real_records_take_no_demonstration_data(
    desk_for: Callable[..., Desk], cheap_passwords: Callable[[], str]
) -> None:
    desk = desk_for(Role.CLERK)
    add_agency(desk, AgencyData(code="511000", name="某局"))
    before = tables(desk.session)
    with pytest.raises(RuleBroken) as refused:
        load_demo(desk, new_password=cheap_passwords)
    assert refused.value.code == demo_data.RECORDS_ARE_REAL
    assert tables(desk.session) == before


def test_more_cases_than_anybody_needs_are_refused(
    empty: Desk, cheap_passwords: Callable[[], str]
) -> None:
    with pytest.raises(RuleBroken, match="1000000"):
        load_demo(empty, new_password=cheap_passwords, cases=1_000_001)
