"""勾稽关系 on our own tables and on other people's."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from casework.domain.annual_checks import (
    check_cube,
    check_file,
    check_years,
    has_fault,
)
from casework.domain.annual_fold import CubeRow, fold
from casework.domain.annual_sheet import read_sheet
from casework.domain.application import ApplicantType, Channel
from casework.domain.errors import RuleBroken
from casework.domain.forms import FORMS, get_form
from casework.domain.statutory_clock import Timeliness

PUBLISHED = sorted((Path(__file__).parents[1] / "vectors" / "published").glob("*.json"))
FORM = get_form("2021")


def finished(kind, ground, count):
    return CubeRow(
        is_new=True,
        is_finished=True,
        channel=Channel.ONLINE,
        applicant_type=kind,
        ground_code=ground,
        timeliness=Timeliness.ON_TIME,
        count=count,
    )


def kept(kind, count, *, is_new=True):
    return CubeRow(
        is_new=is_new,
        is_finished=False,
        channel=Channel.MAIL,
        applicant_type=kind,
        count=count,
    )


CUBE = [
    finished(ApplicantType.NATURAL_PERSON, "disclosed", 60),
    finished(ApplicantType.NATURAL_PERSON, "state_secret", 3),
    finished(ApplicantType.COMPANY, "not_created", 20),
    finished(ApplicantType.LEGAL_SERVICES, "repeat", 7),
    finished(ApplicantType.OTHER, "withdrawn", 5),
    kept(ApplicantType.NATURAL_PERSON, 4),
    kept(ApplicantType.COMPANY, 2, is_new=False),
]


@pytest.fixture
def good():
    return copy.deepcopy(fold(FORM, 2021, CUBE).as_json())


def finding(checks, name):
    return next(check for check in checks if check.id == name)


def test_a_sound_table_passes_every_check(good):
    checks = check_file(good)
    assert {check.id for check in checks} == {"I1", "I2", "I3", "I5", "T4"}
    assert all(check.ok for check in checks)
    assert finding(checks, "I1").message.endswith("7列全部相等。")
    assert finding(checks, "I3").message.endswith("25行全部相等。")


def test_acceptance_58_a_broken_column_fails_and_is_named(good):
    good["rows"]["R4"]["C2"] = 9
    check = finding(check_file(good), "I1")
    assert not check.ok
    assert "商业企业列" in check.message
    assert ("R4", "C2") in check.cells
    assert ("R4", "C1") not in check.cells


def test_acceptance_59_total_95_against_leaves_of_93_fails(good):
    assert good["rows"]["R3.7"]["C7"] == 95
    good["rows"]["R3.1"]["C7"] -= 2
    checks = check_file(good)
    check = finding(checks, "I2")
    assert not check.ok
    assert "95" in check.message
    assert "93" in check.message
    assert has_fault(checks)


def test_acceptance_60_total_column_is_the_sum_of_six_in_every_row(good):
    for row in FORM.rows:
        if not row.has_cell:
            continue
        table = copy.deepcopy(good)
        table["rows"][row.code]["C7"] += 1
        check = finding(check_file(table), "I3")
        assert not check.ok
        assert row.label in check.message


@pytest.mark.parametrize("blank", [None, "", "/", "-", "无", "12", True, 1.5, -1, [1]])
def test_acceptance_60_blank_and_slash_are_errors_and_zero_is_not(good, blank):
    good["rows"]["R3.3.1"]["C3"] = blank
    checks = check_file(good)
    check = finding(checks, "I5")
    assert not check.ok
    assert check.cells == (("R3.3.1", "C3"),)
    assert "属于国家秘密" in check.message
    assert "科研机构" in check.message
    assert has_fault(checks)
    good["rows"]["R3.3.1"]["C3"] = 0
    assert finding(check_file(good), "I5").ok


def test_acceptance_60_a_missing_row_is_seven_blank_cells(good):
    del good["rows"]["R3.5.5"]
    check = finding(check_file(good), "I5")
    assert len(check.cells) == 7
    assert "有7格" in check.message


def test_numbers_that_are_none_do_not_crash(good):
    good["rows"]["R1"]["C1"] = float("nan")
    good["rows"]["R2"]["C1"] = float("inf")
    good["rows"]["R4"]["C1"] = 10**400
    assert has_fault(check_file(good))


def test_many_bad_cells_are_counted_not_all_named(good):
    for row in good["rows"].values():
        row.update(dict.fromkeys(row, "/"))
    check = finding(check_file(good), "I5")
    assert len(check.cells) == 175
    assert "有175格" in check.message
    assert "另有163格" in check.message


def test_acceptance_62_relief_groups_add_up(good):
    good["relief"]["direct_suit"]["upheld"] = 1
    check = finding(check_file(good), "T4")
    assert not check.ok
    assert "未经复议直接起诉总计为0，四种结果之和为1" in check.message
    good["relief"]["direct_suit"]["total"] = 1
    assert finding(check_file(good), "T4").ok
    del good["relief"]["review"]["pending"]
    assert not finding(check_file(good), "I5").ok


def test_a_table_without_the_relief_part_is_a_reminder(good):
    del good["relief"]
    checks = check_file(good)
    assert not finding(checks, "T4").ok
    assert not has_fault(checks)


def test_acceptance_61_carried_in_differs_and_the_cases_are_named():
    last = fold(FORM, 2020, [kept(ApplicantType.NATURAL_PERSON, 13)])
    this = fold(FORM, 2021, [kept(ApplicantType.NATURAL_PERSON, 12, is_new=False)])
    checks = check_years(this, last, {"C1": ["青资公开〔2020〕201号"]})
    check = finding(checks, "I4")
    assert not check.ok
    assert check.hard
    assert (
        "自然人列本年上年结转12件，2020年度表结转下年度13件，差在青资公开〔2020〕201号"
        in check.message
    )
    assert check.cells == (("R2", "C1"), ("R2", "C7"))
    assert check.cases == ("青资公开〔2020〕201号",)


def test_acceptance_61_equal_columns_pass():
    last = fold(FORM, 2020, [kept(ApplicantType.COMPANY, 2)])
    this = fold(FORM, 2021, [kept(ApplicantType.COMPANY, 2, is_new=False)])
    assert finding(check_years(this, last), "I4").ok


def test_acceptance_61_nothing_to_compare_with_the_2014_form():
    last = fold(get_form("2014"), 2018, [])
    this = fold(get_form("2019"), 2019, [])
    assert check_years(this, last) == ()


def test_acceptance_61_a_blank_in_last_years_table_is_a_difference(good):
    good["rows"]["R4"]["C7"] = None
    last = read_sheet(good)
    this = fold(
        FORM,
        2022,
        [
            kept(ApplicantType.NATURAL_PERSON, 4, is_new=False),
            kept(ApplicantType.COMPANY, 2, is_new=False),
        ],
    )
    check = finding(check_years(this, last), "I4")
    assert not check.ok
    assert "（空）" in check.message


def test_a_finished_case_without_a_known_ground_is_found():
    cube = [*CUBE, finished(ApplicantType.COMPANY, "no_such_ground", 2)]
    check = finding(check_cube(FORM, cube), "I6")
    assert not check.ok
    assert "97件" in check.message
    assert "2件" in check.message
    assert finding(check_cube(FORM, CUBE), "I6").ok
    assert check_cube(get_form("2014"), CUBE) == ()


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_published_year_ends_hold(path):
    checks = check_file(json.loads(path.read_text(encoding="utf-8")))
    assert not has_fault(checks)
    assert all(check.ok for check in checks), [c.message for c in checks if not c.ok]


def test_published_numbers_are_compared_and_shown():
    chenzhou = json.loads(PUBLISHED[0].read_text(encoding="utf-8"))
    checks = check_file(chenzhou)
    assert finding(checks, "H1").message == "收到申请数等于四种渠道之和：921＝575＋118＋79＋149。"
    assert "H2" not in {check.id for check in checks}  # 按时 and 延期 were not published
    chenzhou["rows"]["3.1.3"] = 78
    check = finding(check_file(chenzhou), "H1")
    assert not check.ok
    assert "921" in check.message
    assert "920" in check.message


def test_parts_may_not_exceed_the_total_even_if_some_are_unpublished():
    table = {"form": "2014", "year": 2017, "rows": {"4": 1, "4.2": 1}}
    assert finding(check_file(table), "H5").ok
    table["rows"]["4.1"] = 1
    assert not finding(check_file(table), "H5").ok


def test_soft_identities_are_reminders():
    table = {"form": "2014", "year": 2017, "rows": {"3.2": 9, "3.3": 8, "1.1": 3, "1.1.1": 4}}
    checks = check_file(table)
    assert not finding(checks, "S1").ok
    assert not finding(checks, "S2").ok
    assert not has_fault(checks)
    table["rows"]["1.1.1"] = 2
    assert finding(check_file(table), "S2").message.endswith("2≤3。")


def test_rows_open_for_entry_are_a_reminder_and_a_slash_is_an_error():
    table = fold(get_form("2014"), 2018, []).as_json()
    checks = check_file(table)
    assert not has_fault(checks)
    assert "须人工填报" in finding(checks, "not_entered").message
    table["rows"]["1.1"] = "/"
    assert has_fault(check_file(table))
    table["rows"]["1.1"] = 1.5
    assert has_fault(check_file(table))
    table["rows"]["1.1"] = 1
    table["rows"]["7"] = 0.038
    assert not has_fault(check_file(table))
    table["rows"]["3.1"] = None
    assert has_fault(check_file(table))


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ([], "not_a_table"),
        ("表", "not_a_table"),
        ({"form": "2021", "rows": {}}, "year_missing"),
        ({"form": "2021", "year": "2021", "rows": {}}, "year_missing"),
        ({"form": "2022", "year": 2021, "rows": {}}, "no_such_form"),
        ({"year": 2000, "rows": {}}, "no_form_for_year"),
        ({"form": "2021", "year": 2021}, "rows_missing"),
        ({"form": "2021", "year": 2021, "rows": {"R1": 3}}, "row_shape"),
        ({"form": "2021", "year": 2021, "rows": {"R8": {"C1": 3}}}, "unknown_cell"),
        ({"form": "2021", "year": 2021, "rows": {"R1": {"C8": 3}}}, "unknown_cell"),
        ({"form": "2014", "year": 2017, "rows": {"3.9": 3}}, "unknown_cell"),
        ({"form": "2021", "year": 2021, "rows": {}, "relief": 3}, "relief_shape"),
        ({"form": "2021", "year": 2021, "rows": {}, "relief": {"x": {"y": 1}}}, "unknown_cell"),
    ],
)
def test_what_is_no_table_is_refused(payload, code):
    with pytest.raises(RuleBroken) as caught:
        check_file(payload)
    assert caught.value.code == code
    assert caught.value.field


def test_the_form_in_force_is_assumed():
    assert check_file({"year": 2015, "rows": {"3.1": 4, "3.1.1": 4}})[1].id == "H1"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
def test_checks_travel_as_json(form):
    checks = check_file(fold(form, form.first_year, []).as_json())
    for check in checks:
        written = check.as_json()
        assert set(written) == {"id", "ok", "hard", "uncertain", "message", "cells", "cases"}
        json.dumps(written)
        assert written["message"].endswith("。")
