"""The year-end cube from the records, and the cases behind each cell."""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import event, text

from casework.domain.annual_checks import check_cube, check_table, has_fault
from casework.domain.annual_fold import CountedCase, CubeRow, cell_predicate, fold, in_year
from casework.domain.annual_form import CaseCount
from casework.domain.application import ApplicantType, Channel, ReliefKind, ReliefResult
from casework.domain.forms import FORMS, get_form
from casework.domain.outcomes import CATALOGUE
from casework.domain.states import State
from casework.domain.statutes import StatuteCode
from casework.domain.statutory_clock import Timeliness
from casework.models import Agency, AnnualEntry, Case, ClockFact, Relief
from casework.queries.annual_checked import check_records
from casework.queries.annual_cube import (
    Scope,
    count_cases,
    count_reliefs,
    list_cell_cases,
    list_entries,
    read_table,
    sum_fees,
)

PUBLISHED = sorted((Path(__file__).parents[1] / "vectors" / "published").glob("*.json"))
NOW = datetime(2026, 9, 28, 2, 0, tzinfo=UTC)
EVERYBODY = Scope()
FORM_2014, FORM_2019, FORM_2021 = FORMS


def add_agency(session, code, parent=None):
    agency = Agency(
        code=code,
        name=f"{code}机关",
        short_name=code,
        parent_id=parent.id if parent else None,
        path=f"/x/{code}/",
        number_prefix=code,
        red_head=f"{code}机关",
    )
    session.add(agency)
    session.flush()
    agency.path = f"{parent.path if parent else '/'}{agency.id}/"
    session.flush()
    return agency


@pytest.fixture
def tree(session):
    """A city, a county in it, a town in that; and a city that is somebody else's."""
    city = add_agency(session, "city")
    county = add_agency(session, "county", city)
    town = add_agency(session, "town", county)
    other = add_agency(session, "other")
    return {"city": city, "county": county, "town": town, "other": other}


serial = itertools.count(1)


def make_case(agency, received_on, closed_on=None, **facts):
    ended = {
        "ground": "disclosed",
        "replied_on": closed_on,
        "original_due_on": received_on + timedelta(days=28),
        "due_on": received_on + timedelta(days=56),
    }
    return Case(
        **(
            {
                "agency_id": agency.id,
                "number": f"n{next(serial)}",
                "state": State.CLOSED if closed_on else State.DRAFTING,
                "channel": Channel.MAIL,
                "applicant_type": ApplicantType.NATURAL_PERSON,
                "received_on": received_on,
                "closed_on": closed_on,
                "request_text": "某某规划文本",
                "statute": StatuteCode.REGULATION_2019,
                "registered_at": NOW,
                "changed_at": NOW,
            }
            | (ended if closed_on else {})
            | facts
        )
    )


def add_case(session, agency, received_on, closed_on=None, **facts):
    case = make_case(agency, received_on, closed_on, **facts)
    session.add(case)
    session.flush()
    return case


def timeliness_of(case):
    if case.closed_on is None:
        return None
    if case.original_due_on is None or case.replied_on <= case.original_due_on:
        return Timeliness.ON_TIME
    return Timeliness.EXTENDED if case.replied_on <= case.due_on else Timeliness.LATE


def counted(case):
    return CountedCase(
        received_on=case.received_on,
        closed_on=case.closed_on,
        channel=case.channel,
        applicant_type=case.applicant_type,
        ground_code=case.ground,
        timeliness=timeliness_of(case),
    )


@pytest.fixture
def office(session, tree):
    """Four hundred cases of five years, and the agencies that have them."""
    dice = random.Random(20210101)  # noqa: S311 - repeatable, not secret
    agencies = [tree[name] for name in ("city", "county", "town", "other")]
    cases = []
    for _ in range(400):
        received_on = date(2018, 1, 1) + timedelta(days=dice.randrange(5 * 365))
        closed_on = received_on + timedelta(days=dice.randrange(700))
        if dice.random() < 0.2:
            closed_on = None
        stopped = closed_on is not None and dice.random() < 0.1
        cases.append(
            make_case(
                dice.choice(agencies),
                received_on,
                closed_on,
                channel=dice.choice(list(Channel)),
                applicant_type=dice.choice(list(ApplicantType)),
                ground=dice.choice(CATALOGUE).code if closed_on else None,
                **({"original_due_on": None, "due_on": None} if stopped else {}),
            )
        )
    session.add_all(cases)
    session.flush()
    return cases


def within(case, scope, tree):
    path = next(agency.path for agency in tree.values() if agency.id == case.agency_id)
    return path == scope.path if scope.own else path.startswith(scope.path)


def scopes(tree):
    return [
        EVERYBODY,
        Scope(path=tree["city"].path),
        Scope(path=tree["city"].path, own=True),
        Scope(path=tree["county"].path),
        Scope(path=tree["town"].path),
    ]


@pytest.mark.parametrize("year", range(2018, 2024))
def test_acceptance_64_the_cube_is_what_an_independent_count_gives(session, tree, office, year):
    for scope in scopes(tree):
        expected = Counter(
            row
            for case in office
            if within(case, scope, tree) and (row := in_year(counted(case), year)) is not None
        )
        found = Counter()
        for row in count_cases(session, year, scope):
            found[CubeRow(**{name: getattr(row, name) for name in KEYS})] += row.count
        assert found == expected
        assert sum(expected.values()) > 0


KEYS = (
    "is_new",
    "is_finished",
    "channel",
    "applicant_type",
    "ground_code",
    "timeliness",
)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
def test_acceptance_64_every_cell_lists_exactly_the_cases_it_counts(session, tree, office, form):
    year = 2020
    scope = Scope(path=tree["city"].path)
    table = read_table(session, form, year, scope)
    by_id = {case.id: case for case in office}
    for row in form.rows:
        if not isinstance(row.source, CaseCount):
            continue
        for column in form.column_codes:
            wanted = cell_predicate(form, row.code, column)
            listed = list_cell_cases(session, wanted, year, scope)
            assert len(listed) == table.value(row.code, column)
            assert len({one.case_id for one in listed}) == len(listed)
            for one in listed:
                assert wanted.matches(in_year(counted(by_id[one.case_id]), year))
            days = [one.received_on for one in listed]
            assert days == sorted(days)
    assert not has_fault(check_table(table))


@pytest.mark.parametrize("year", [2019, 2020, 2021])
def test_acceptance_58_real_records_hold_together(session, office, year):
    assert office
    for form in FORMS:
        cube = count_cases(session, year, EVERYBODY)
        checks = (*check_table(fold(form, year, cube)), *check_cube(form, cube))
        assert not has_fault(checks)


def test_acceptance_61_carried_over_is_carried_in(session, office):
    assert office
    for year in range(2018, 2023):
        last = read_table(session, FORM_2021, year, EVERYBODY)
        this = read_table(session, FORM_2021, year + 1, EVERYBODY)
        for column in FORM_2021.column_codes:
            assert this.value("R2", column) == last.value("R4", column)


def test_acceptance_61_a_case_that_one_year_keeps_and_the_next_lacks_is_named(session, tree):
    # Closed in the books before it was received: last year keeps it, this year never had it. The
    # database refuses such a row; somebody changed it behind the program's back.
    sqlite = session.connection().dialect.name == "sqlite"
    session.execute(
        text(
            "PRAGMA ignore_check_constraints=ON"
            if sqlite
            else "ALTER TABLE cases DROP CONSTRAINT ck_cases_received_before_closed"
        )
    )
    wrong = make_case(tree["city"], date(2020, 12, 21), date(2019, 12, 30))
    wrong.replied_on = None
    add_case(session, tree["city"], date(2020, 12, 22), date(2021, 1, 5))
    session.add(wrong)
    session.flush()
    if sqlite:
        session.execute(text("PRAGMA ignore_check_constraints=OFF"))
    _, checks = check_records(session, FORM_2021, 2021, EVERYBODY)
    (across,) = [check for check in checks if check.id == "I4"]
    assert not across.ok
    assert across.cases == (wrong.number,)
    assert wrong.number in across.message
    assert has_fault(checks)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
def test_acceptance_61_sound_records_pass_all_checks(session, office, form):
    assert office
    table, checks = check_records(session, form, 2020, EVERYBODY)
    assert not has_fault(checks)
    assert table.cells == read_table(session, form, 2020, EVERYBODY).cells
    assert ("I4" in {check.id for check in checks}) == bool(form.columns)


def test_acceptance_68_the_whole_is_the_sum_of_its_agencies(session, tree, office):
    assert office
    whole = read_table(session, FORM_2021, 2020, EVERYBODY)
    parts = [
        read_table(session, FORM_2021, 2020, Scope(path=agency.path, own=True))
        for agency in tree.values()
    ]
    for cell, value in whole.cells.items():
        assert value == sum(part.cells[cell] for part in parts)


def test_acceptance_67_an_office_without_cases(session, tree):
    table = read_table(session, FORM_2021, 2021, Scope(path=tree["town"].path))
    assert set(table.cells.values()) == {0}
    assert not has_fault(check_table(table))


def test_a_case_whose_receipt_is_not_confirmed_is_in_no_table(session, tree):
    # Not received in law (条例第三十一条): neither waiting nor, if taken back meanwhile, finished.
    waiting = make_case(tree["city"], date(2021, 3, 1), state=State.AWAITING_CONFIRMATION)
    taken_back = make_case(tree["city"], date(2021, 3, 1), date(2021, 3, 2), ground="withdrawn")
    for case in (waiting, taken_back):
        case.received_on, case.replied_on = None, None
        session.add(case)
    session.flush()
    assert count_cases(session, 2021, EVERYBODY) == []
    wanted = cell_predicate(FORM_2021, "R3.7", "C7")
    assert list_cell_cases(session, wanted, 2021, EVERYBODY) == []


def test_timeliness_goes_by_the_reply_not_by_the_paperwork(session, tree):
    # Received Mon 2018-03-05; limit Mon 03-26; replied in time, closed in the books on Tue 04-10.
    add_case(
        session,
        tree["city"],
        date(2018, 3, 5),
        date(2018, 4, 10),
        replied_on=date(2018, 3, 26),
        original_due_on=date(2018, 3, 26),
        due_on=date(2018, 3, 26),
    )
    table = read_table(session, FORM_2014, 2018, EVERYBODY)
    assert (table.value("3.2.1"), table.value("3.2.2"), table.late) == (1, 0, 0)


@pytest.mark.parametrize(
    ("replied_on", "expected"),
    [
        (date(2018, 3, 26), Timeliness.ON_TIME),
        (date(2018, 3, 27), Timeliness.EXTENDED),
        (date(2018, 4, 17), Timeliness.EXTENDED),
        (date(2018, 4, 18), Timeliness.LATE),
    ],
)
def test_timeliness_at_its_edges(session, tree, replied_on, expected):
    # Limit Mon 2018-03-26, extended to Tue 2018-04-17.
    add_case(
        session,
        tree["city"],
        date(2018, 3, 5),
        replied_on,
        original_due_on=date(2018, 3, 26),
        due_on=date(2018, 4, 17),
    )
    (row,) = count_cases(session, 2018, EVERYBODY)
    assert row.timeliness is expected


RELIEF_YEARS = [
    # filed, result, decided: what 2020, 2021, 2022 show
    (date(2020, 12, 31), ReliefResult.PENDING, None, ["pending", "pending", "pending"]),
    (date(2020, 5, 6), ReliefResult.UPHELD, date(2020, 7, 1), ["upheld", None, None]),
    (date(2020, 12, 1), ReliefResult.CORRECTED, date(2021, 1, 1), ["pending", "corrected", None]),
    (date(2020, 12, 1), ReliefResult.OTHER, date(2022, 2, 1), ["pending", "pending", "other"]),
    (date(2021, 1, 1), ReliefResult.UPHELD, date(2021, 12, 31), [None, "upheld", None]),
    (date(2021, 6, 1), ReliefResult.CORRECTED, None, [None, "corrected", None]),
    (None, ReliefResult.OTHER, date(2022, 3, 1), [None, None, "other"]),
    (None, ReliefResult.UPHELD, None, ["upheld", None, None]),  # by the day the case was closed
]


@pytest.mark.parametrize(("filed_on", "result", "decided_on", "expected"), RELIEF_YEARS)
def test_relief_stays_pending_until_the_year_it_ended(
    session, tree, filed_on, result, decided_on, expected
):
    case = add_case(session, tree["city"], date(2020, 3, 2), date(2020, 3, 20))
    case.reliefs.append(
        Relief(kind=ReliefKind.REVIEW, filed_on=filed_on, result=result, decided_on=decided_on)
    )
    session.flush()
    shown = []
    for year in (2020, 2021, 2022):
        rows = count_reliefs(session, year, Scope(path=tree["city"].path))
        assert sum(row.count for row in rows) <= 1
        shown.append(rows[0].result.value if rows else None)
        for one in ReliefResult:
            wanted = cell_predicate(FORM_2021, "review", one.value)
            listed = list_cell_cases(session, wanted, year, EVERYBODY)
            assert [c.number for c in listed] == ([case.number] if shown[-1] == one else [])
    assert shown == expected


def test_acceptance_62_relief_of_others_is_not_ours(session, tree):
    for name in ("city", "other"):
        case = add_case(session, tree[name], date(2021, 3, 1), date(2021, 3, 20))
        for kind in ReliefKind:
            case.reliefs.append(
                Relief(kind=kind, filed_on=date(2021, 5, 6), result=ReliefResult.PENDING)
            )
    session.flush()
    table = read_table(session, FORM_2021, 2021, Scope(path=tree["city"].path))
    for kind in ReliefKind:
        assert table.relief[kind.value, "total"] == 1
    assert not has_fault(check_table(table))


def test_fees_belong_to_the_year_they_were_paid_in(session, tree):
    paid_late = add_case(
        session, tree["city"], date(2021, 11, 1), date(2021, 11, 20), fee_yuan=Decimal("380.00")
    )
    paid_late.clock_events.append(ClockFact(kind="fee_paid", happened_on=date(2022, 1, 4)))
    add_case(session, tree["town"], date(2021, 3, 1), date(2021, 3, 20), fee_yuan=Decimal("20.50"))
    session.flush()
    assert sum_fees(session, 2021, EVERYBODY) == Decimal("20.50")
    assert sum_fees(session, 2022, EVERYBODY) == Decimal("380.00")
    assert sum_fees(session, 2022, Scope(path=tree["county"].path)) is None
    table = read_table(session, FORM_2014, 2022, EVERYBODY)
    assert table.as_json()["rows"]["7"] == 0.038


def enter(session, agency, row, value, year=2018, form="2014"):
    session.add(
        AnnualEntry(
            agency_id=agency.id,
            year=year,
            form=form,
            row=row,
            value=Decimal(value),
            entered_at=NOW,
        )
    )
    session.flush()


def test_hand_entered_rows_are_added_over_the_subtree(session, tree):
    enter(session, tree["city"], "1.1", "120")
    enter(session, tree["county"], "1.1", "30")
    enter(session, tree["other"], "1.1", "500")
    enter(session, tree["county"], "8.4", "1.25")
    enter(session, tree["county"], "1.1", "7", year=2017)
    city = Scope(path=tree["city"].path)
    assert list_entries(session, FORM_2014, 2018, city) == {"1.1": 150, "8.4": Decimal("1.25")}
    table = read_table(session, FORM_2014, 2018, city)
    assert table.value("1.1") == 150
    assert table.value("1.1.1") is None
    own = Scope(path=tree["city"].path, own=True)
    assert read_table(session, FORM_2014, 2018, own).value("1.1") == 120
    assert list_entries(session, FORM_2021, 2018, city) == {}


def test_the_fee_row_is_zero_records_or_what_was_entered(session, tree):
    city = Scope(path=tree["city"].path)
    assert read_table(session, FORM_2014, 2018, city).value("7") == 0
    enter(session, tree["city"], "7", "0.2")
    assert read_table(session, FORM_2014, 2018, city).value("7") == Decimal("0.2")


@contextmanager
def statements(session):
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_acceptance_91_a_fixed_number_of_queries(session, tree, office):
    assert office
    with statements(session) as seen:
        count_cases(session, 2020, Scope(path=tree["city"].path))
    assert len(seen) == 2
    for form, number in ((FORM_2014, 6), (FORM_2019, 5), (FORM_2021, 5)):
        with statements(session) as seen:
            read_table(session, form, 2020, Scope(path=tree["city"].path))
        assert len(seen) == number


def test_both_legs_read_an_index_alone(session, office):
    assert office
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("the plan is SQLite's")
    with statements(session) as seen:
        count_cases(session, 2020, EVERYBODY)
    session.execute(text("ANALYZE"))
    plan = []
    engine = session.connection()
    for part in seen[0].split("UNION ALL"):
        bare = part.replace("?", "2020")
        plan += [row[3] for row in engine.exec_driver_sql(f"EXPLAIN QUERY PLAN {bare}")]
    assert any("COVERING INDEX ix_cases_year" in line for line in plan), plan
    assert any("COVERING INDEX ix_cases_straddle" in line for line in plan), plan


def records_of(published, agency):
    """Make as many cases as an office published, each with the channel and answer it counted."""
    rows, year = published["rows"], published["year"]
    channels = [
        channel
        for code, channel in zip(
            ("3.1.1", "3.1.2", "3.1.3", "3.1.4"),
            (Channel.IN_PERSON, Channel.FAX, Channel.ONLINE, Channel.MAIL),
            strict=True,
        )
        for _ in range(rows[code])
    ]
    ground_of = {g.rows["2014"]: g.code for g in CATALOGUE if "2007" in g.basis}
    answers = [
        ground_of[code]
        for code, number in rows.items()
        if code in ground_of and code.startswith("3.3.")
        for _ in range(number)
    ]
    # Where only the total of the refusals was published, any ground of theirs will do.
    listed = sum(rows.get(f"3.3.4.{n}", 0) for n in range(1, 7))
    answers += ["state_secret"] * (rows.get("3.3.4", 0) - listed)
    answers += ["disclosed"] * (rows["3.2"] - len(answers))
    late = rows.get("3.2.2", 0)
    for index, channel in enumerate(channels):
        received_on = date(year, 3, 1)
        closed_on = date(year, 3, 20) if index < rows["3.2"] else None
        if closed_on and index < late:
            closed_on = date(year, 4, 20)
        yield make_case(
            agency,
            received_on,
            closed_on,
            channel=channel,
            ground=answers[index] if closed_on else None,
            statute=StatuteCode.REGULATION_2007,
        )


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_records_give_back_a_published_year(session, tree, path):
    published = json.loads(path.read_text(encoding="utf-8"))
    year = published["year"]
    cases = list(records_of(published, tree["city"]))
    session.add_all(cases)
    session.flush()
    kinds = {"4": ReliefKind.REVIEW, "5": ReliefKind.DIRECT_SUIT}
    results = {"1": ReliefResult.UPHELD, "2": ReliefResult.CORRECTED, "3": ReliefResult.OTHER}
    for code, number in published["rows"].items():
        kind, _, result = code.partition(".")
        if kind in kinds and result:
            for _ in range(number):
                cases[0].reliefs.append(
                    Relief(
                        kind=kinds[kind],
                        result=results[result],
                        filed_on=date(year, 5, 2),
                        decided_on=date(year, 6, 29),
                    )
                )
    session.flush()
    written = read_table(session, get_form("2014"), year, EVERYBODY).as_json()["rows"]
    assert {code: written[code] for code in published["rows"]} == published["rows"]
    table = read_table(session, FORM_2021, year, EVERYBODY)
    kept = published["rows"]["3.1"] - published["rows"]["3.2"]
    assert table.value("R4", "C7") == published.get("carried_over_to_next_year", kept) == kept
