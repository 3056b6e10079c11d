"""Case records folded into the statutory tables."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.annual_checks import check_cube, check_table, has_fault
from casework.domain.annual_fold import (
    CellFilter,
    CountedCase,
    CubeRow,
    ReliefRow,
    cell_predicate,
    cells_of_case,
    fold,
    grounds_in_row,
    in_year,
)
from casework.domain.annual_form import CaseCount, Flow
from casework.domain.application import ApplicantType, Channel, ReliefKind, ReliefResult
from casework.domain.errors import RuleBroken
from casework.domain.forms import FORMS, get_form
from casework.domain.outcomes import CATALOGUE
from casework.domain.statutory_clock import Timeliness

YEAR = 2021
FORM_2014, FORM_2019, FORM_2021 = FORMS

days = st.dates(date(YEAR - 2, 1, 1), date(YEAR + 2, 12, 31))


@st.composite
def cases(draw):
    received_on = draw(days)
    closed_on = draw(st.none() | st.dates(received_on, date(YEAR + 3, 12, 31)))
    return CountedCase(
        received_on=received_on,
        closed_on=closed_on,
        channel=draw(st.sampled_from(Channel)),
        applicant_type=draw(st.sampled_from(ApplicantType)),
        ground_code=draw(st.sampled_from([g.code for g in CATALOGUE])) if closed_on else None,
        timeliness=draw(st.sampled_from([Timeliness.ON_TIME, Timeliness.EXTENDED, Timeliness.LATE]))
        if closed_on
        else None,
    )


reliefs = st.builds(
    ReliefRow,
    kind=st.sampled_from(ReliefKind),
    result=st.sampled_from(ReliefResult),
    count=st.integers(0, 5),
)


def cube_of(some, year=YEAR):
    counted = Counter(row for case in some if (row := in_year(case, year)) is not None)
    return [
        CubeRow(
            is_new=row.is_new,
            is_finished=row.is_finished,
            channel=row.channel,
            applicant_type=row.applicant_type,
            ground_code=row.ground_code,
            timeliness=row.timeliness,
            count=count,
        )
        for row, count in counted.items()
    ]


def case(received_on, closed_on=None, **facts):
    defaults = {
        "channel": Channel.MAIL,
        "applicant_type": ApplicantType.NATURAL_PERSON,
        "ground_code": "disclosed" if closed_on else None,
        "timeliness": Timeliness.ON_TIME if closed_on else None,
    }
    return CountedCase(received_on=received_on, closed_on=closed_on, **(defaults | facts))


def leaf_rows(form):
    return [
        row
        for row in form.rows
        if isinstance(row.source, CaseCount) and row.source.by_ground and not row.sum_of
    ]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
@given(some=st.lists(cases(), max_size=30), relief=st.lists(reliefs, max_size=6))
def test_acceptance_58_60_62_any_cases_satisfy_every_hard_identity(form, some, relief):
    cube = cube_of(some)
    table = fold(form, YEAR, cube, relief)
    checks = (*check_table(table), *check_cube(form, cube))
    assert not has_fault(checks), [check.message for check in checks if not check.ok]
    hard = {i.id for i in form.identities if i.hard and i.scope != "across years"}
    evaluated = {check.id for check in checks if check.hard}
    not_of_cases = {"H7"}  # 8.3 is entered by hand
    assert hard - not_of_cases <= evaluated


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
@given(some=st.lists(cases(), max_size=30))
def test_acceptance_64_cell_lists_add_up_to_the_cells(form, some):
    table = fold(form, YEAR, cube_of(some))
    fed = Counter(cell for one in some for cell in cells_of_case(form, one, YEAR))
    for row in form.rows:
        if not isinstance(row.source, CaseCount):
            continue
        for column in form.column_codes:
            wanted = cell_predicate(form, row.code, column)
            listed = [
                one
                for one in some
                if (placed := in_year(one, YEAR)) is not None and wanted.matches(placed)
            ]
            assert len(listed) == table.value(row.code, column) == fed[row.code, column]


@given(one=cases())
def test_acceptance_64_a_finished_case_is_in_one_result_row_and_one_column(one):
    placed = in_year(one, YEAR)
    for form in (FORM_2019, FORM_2021):
        leaves = {row.code for row in leaf_rows(form)}
        cells = [cell for cell in cells_of_case(form, one, YEAR) if cell[0] in leaves]
        if placed is not None and placed.is_finished:
            rows = {row for row, _ in cells}
            columns = {column for _, column in cells} - {"C7"}
            assert len(rows) == len(columns) == 1
            assert len(cells) == 2  # its own column and 总计
        else:
            assert cells == []


@given(one=cases())
def test_a_case_is_at_most_in_one_answer_row_of_2014(one):
    leaves = {row.code for row in leaf_rows(FORM_2014)}
    cells = [cell for cell in cells_of_case(FORM_2014, one, YEAR) if cell[0] in leaves]
    assert len(cells) <= 1


FIRST, LAST = date(2021, 1, 1), date(2021, 12, 31)  # a Friday, a Friday
BEFORE, DURING, AFTER = date(2020, 12, 31), date(2021, 6, 1), date(2022, 1, 1)
EDGES = [
    # received, closed, new, carried in, finished, carried out
    (BEFORE, None, 0, 1, 0, 1),
    (BEFORE, BEFORE, 0, 0, 0, 0),
    (BEFORE, FIRST, 0, 1, 1, 0),
    (BEFORE, DURING, 0, 1, 1, 0),
    (BEFORE, LAST, 0, 1, 1, 0),
    (BEFORE, AFTER, 0, 1, 0, 1),
    (FIRST, None, 1, 0, 0, 1),
    (FIRST, FIRST, 1, 0, 1, 0),
    (FIRST, DURING, 1, 0, 1, 0),
    (FIRST, LAST, 1, 0, 1, 0),
    (FIRST, AFTER, 1, 0, 0, 1),
    (DURING, None, 1, 0, 0, 1),
    (DURING, DURING, 1, 0, 1, 0),
    (DURING, LAST, 1, 0, 1, 0),
    (DURING, AFTER, 1, 0, 0, 1),
    (LAST, LAST, 1, 0, 1, 0),
    (LAST, AFTER, 1, 0, 0, 1),
    (AFTER, AFTER, 0, 0, 0, 0),
]


@pytest.mark.parametrize(("received_on", "closed_on", "new", "brought", "done", "kept"), EDGES)
def test_acceptance_65_period_edges(received_on, closed_on, new, brought, done, kept):
    table = fold(FORM_2021, 2021, cube_of([case(received_on, closed_on)], 2021))
    flows = [table.value(row, "C7") for row in ("R1", "R2", "R3.7", "R4")]
    assert flows == [new, brought, done, kept]


def test_acceptance_65_there_are_18_combinations():
    assert len(set(EDGES)) == 18


@given(some=st.lists(cases(), max_size=30))
def test_acceptance_61_carried_out_is_carried_in_the_year_after(some):
    last = fold(FORM_2021, YEAR, cube_of(some, YEAR))
    this = fold(FORM_2021, YEAR + 1, cube_of(some, YEAR + 1))
    for column in FORM_2021.column_codes:
        assert this.value("R2", column) == last.value("R4", column)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
def test_acceptance_67_a_year_without_cases_prints_zeros(form):
    table = fold(form, YEAR, [])
    counted = {row.code for row in form.rows if isinstance(row.source, CaseCount)}
    assert {value for (row, _), value in table.cells.items() if row in counted} == {0}
    assert not has_fault(check_table(table))
    assert set(table.relief.values()) == {0}


def test_2014_late_answers_stand_with_the_extended_ones():
    some = [
        case(date(2018, 3, 1), date(2018, 3, 20), timeliness=Timeliness.ON_TIME),
        case(date(2018, 3, 1), date(2018, 4, 10), timeliness=Timeliness.EXTENDED),
        case(date(2018, 3, 1), date(2018, 6, 1), timeliness=Timeliness.LATE),
    ]
    table = fold(FORM_2014, 2018, cube_of(some, 2018))
    assert [table.value(row) for row in ("3.2", "3.2.1", "3.2.2")] == [3, 1, 2]
    assert table.late == 1
    reminder = next(check for check in check_table(table) if check.id == "late")
    assert not reminder.ok
    assert not reminder.hard
    assert "1件" in reminder.message
    assert reminder.cells == (("3.2.2", ""),)


def test_2014_withdrawn_cases_are_finished_and_not_answered():
    some = [
        case(date(2018, 3, 1), date(2018, 3, 20)),
        case(date(2018, 3, 1), date(2018, 3, 5), ground_code="withdrawn"),
    ]
    table = fold(FORM_2014, 2018, cube_of(some, 2018))
    assert table.value("3.2") == 2
    assert table.value("3.3") == 1
    soft = next(check for check in check_table(table) if check.id == "S1")
    assert not soft.ok
    assert not soft.hard


def test_2014_relief_counts_what_ended_and_names_what_is_pending():
    relief = [
        ReliefRow(kind=ReliefKind.REVIEW, result=ReliefResult.CORRECTED),
        ReliefRow(kind=ReliefKind.REVIEW, result=ReliefResult.PENDING),
        ReliefRow(kind=ReliefKind.DIRECT_SUIT, result=ReliefResult.UPHELD),
        ReliefRow(kind=ReliefKind.SUIT_AFTER_REVIEW, result=ReliefResult.OTHER, count=2),
    ]
    table = fold(FORM_2014, 2018, [], relief)
    figures = {
        row: table.value(row) for row in ("4", "4.1", "4.2", "4.3", "5", "5.1", "5.2", "5.3")
    }
    assert figures == {"4": 1, "4.1": 0, "4.2": 1, "4.3": 0, "5": 3, "5.1": 1, "5.2": 0, "5.3": 2}
    reminder = next(check for check in check_table(table) if check.id == "pending")
    assert "1件" in reminder.message
    assert "relief" not in table.as_json()


def test_2021_relief_table_has_fifteen_cells():
    relief = [
        ReliefRow(kind=ReliefKind.REVIEW, result=ReliefResult.PENDING, count=2),
        ReliefRow(kind=ReliefKind.REVIEW, result=ReliefResult.UPHELD, count=3),
    ]
    written = fold(FORM_2021, YEAR, [], relief).as_json()["relief"]
    assert list(written) == ["review", "direct_suit", "suit_after_review"]
    assert written["review"] == {
        "upheld": 3,
        "corrected": 0,
        "other": 0,
        "pending": 2,
        "total": 5,
    }


def test_hand_entered_rows_and_the_fee():
    entered = {"1.1": 120, "8.3.1": 2, "8.3.2": 5, "8.4": Decimal("1.5")}
    table = fold(FORM_2014, 2018, [], hand_entered=entered, fees_yuan=Decimal(380))
    written = table.as_json()["rows"]
    assert written["1.1"] == 120
    assert written["8.3"] == 7  # the sum follows from its two parts
    assert written["8.4"] == 1.5
    assert written["7"] == 0.038  # 380元 in 万元
    assert written["9.1"] is None
    assert fold(FORM_2014, 2018, [], fees_yuan=Decimal(0)).as_json()["rows"]["7"] == 0
    assert fold(FORM_2014, 2018, [], hand_entered={"7": Decimal("0.2")}).value("7") == Decimal(
        "0.2"
    )
    assert fold(FORM_2014, 2018, []).value("8.3") is None


@pytest.mark.parametrize("row", ["3.1", "4", "1", "99"])
def test_rows_that_records_fill_are_not_entered_by_hand(row):
    with pytest.raises(RuleBroken) as caught:
        fold(FORM_2014, 2018, [], hand_entered={row: 1})
    assert caught.value.code == "row_not_by_hand"
    assert caught.value.field == row


def test_predicates_are_plain_data():
    assert cell_predicate(FORM_2014, "3.1.3") == CellFilter(
        flow=Flow.NEW, channels=frozenset({Channel.ONLINE})
    )
    assert cell_predicate(FORM_2021, "R3.3.4", "C2") == CellFilter(
        flow=Flow.FINISHED,
        grounds=frozenset(
            {"trade_secret", "personal_privacy", "third_party_interest", "third_party_refused"}
        ),
        applicant_types=frozenset({ApplicantType.COMPANY}),
    )
    assert cell_predicate(FORM_2021, "R4", "C7") == CellFilter(flow=Flow.CARRIED_OUT)
    upheld = CellFilter(
        relief_kinds=frozenset({ReliefKind.REVIEW}),
        relief_results=frozenset({ReliefResult.UPHELD}),
    )
    assert cell_predicate(FORM_2021, "review", "upheld") == upheld
    assert cell_predicate(FORM_2021, "G1", "upheld") == upheld
    assert cell_predicate(FORM_2021, "review", "total").relief_results == frozenset(ReliefResult)
    assert cell_predicate(FORM_2014, "5").relief_kinds == {
        ReliefKind.DIRECT_SUIT,
        ReliefKind.SUIT_AFTER_REVIEW,
    }
    assert grounds_in_row(FORM_2014, "3.3.4") >= {"state_secret", "no_special_need", "excessive"}


@pytest.mark.parametrize(
    ("form", "row", "column", "code"),
    [
        ("2021", "R3.3", "C7", "no_such_cell"),
        ("2021", "R9", "C7", "no_such_cell"),
        ("2021", "R1", "C9", "no_such_cell"),
        ("2021", "R1", "", "no_such_cell"),
        ("2021", "review", "lost", "no_such_cell"),
        ("2014", "3", "", "no_such_cell"),
        ("2014", "3.1", "C1", "no_such_cell"),
        ("2014", "4", "C1", "no_such_cell"),
        ("2014", "1.1", "", "cell_not_counted"),
        ("2014", "7", "", "cell_not_counted"),
    ],
)
def test_cells_that_have_no_list(form, row, column, code):
    with pytest.raises(RuleBroken) as caught:
        cell_predicate(get_form(form), row, column)
    assert caught.value.code == code
    assert caught.value.field == "cell"


def test_a_filter_of_neither_kind_matches_nothing():
    placed = in_year(case(DURING), 2021)
    assert not CellFilter().matches(placed)
    assert not CellFilter().matches_relief(
        ReliefRow(kind=ReliefKind.REVIEW, result=ReliefResult.UPHELD)
    )
