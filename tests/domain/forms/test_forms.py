"""The forms against the statutory rows, columns and identities."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from casework.domain.application import ApplicantType, ReliefKind, ReliefResult
from casework.domain.errors import RuleBroken
from casework.domain.forms import FORMS, form_for_year, get_form

PRINTED = json.loads(
    (Path(__file__).parents[2] / "vectors" / "forms.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
def test_rows_are_the_printed_rows(form):
    printed = PRINTED[form.code]["rows"]
    assert [
        (row.code, row.label, row.unit, row.level, row.parent, list(row.sum_of))
        for row in form.rows
    ] == [
        (row["code"], row["label"], row["unit"], row["level"], row["parent"], row["sum_of"])
        for row in printed
    ]
    for row, statutory in zip(form.rows, printed, strict=True):
        assert row.has_cell == statutory.get("data", statutory["unit"] is not None)
        assert row.basis == statutory.get("basis", "")


@pytest.mark.parametrize("form", FORMS[1:], ids=lambda form: form.code)
def test_columns_are_the_printed_columns(form):
    assert [(c.code, c.label, c.parent, list(c.sum_of)) for c in form.columns] == [
        (c["code"], c["label"], c["parent"], c["sum_of"]) for c in PRINTED[form.code]["columns"]
    ]
    kinds = [column.applicant_type for column in form.columns]
    assert kinds == [*ApplicantType, None]
    for column in form.columns[:-1]:
        assert column.applicant_type.label == column.label


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
def test_identities_are_the_printed_identities(form):
    def bare(codes):
        return [code.split("@")[0] for code in codes]

    assert [(i.id, i.kind, list(i.lhs), list(i.rhs)) for i in form.identities] == [
        (i["id"], i["type"], bare(i.get("lhs", [])), bare(i.get("rhs", [])))
        for i in PRINTED[form.code]["identities"]
    ]
    for ours, printed in zip(form.identities, PRINTED[form.code]["identities"], strict=True):
        if "hard" in printed:
            assert ours.hard is printed["hard"]
        assert ours.text


@pytest.mark.parametrize("form", FORMS[1:], ids=lambda form: form.code)
def test_relief_table_is_the_printed_one(form):
    printed = PRINTED[form.code]["table4"]
    assert form.relief.title == printed["title"]
    assert [(g.code, g.label, g.parent) for g in form.relief.groups] == [
        (g["code"], g["label"], g["parent"]) for g in printed["groups"]
    ]
    assert [g.kind for g in form.relief.groups] == list(ReliefKind)
    labels = [label for _, label in form.relief.results]
    assert [*labels, form.relief.total_label] == printed["columns"]
    assert [result for result, _ in form.relief.results] == list(ReliefResult)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
def test_heads_and_sections(form):
    printed = PRINTED[form.code]
    assert form.title == printed["title"]
    assert form.basis == printed["basis"]
    assert list(form.sections) == printed.get("sections", [])
    assert form.header_note == printed.get("header_note", "")
    assert list(form.header_fields) == printed.get("header_fields", [])
    assert list(form.footer_fields) == printed.get("footer_fields", [])


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
def test_every_sum_is_an_identity(form):
    stated = {(i.lhs, i.rhs) for i in form.identities if i.kind == "eq" and i.hard}
    for row in form.rows:
        if row.sum_of:
            assert ((row.code,), row.sum_of) in stated


def test_there_are_21_leaf_results_in_2021_and_19_in_2019():
    assert len(get_form("2021").find_row("R3.7").sum_of) == 21
    assert len(get_form("2019").find_row("R3.7").sum_of) == 19


@pytest.mark.parametrize(
    ("year", "code"),
    [
        (2008, "2014"),
        (2013, "2014"),
        (2014, "2014"),
        (2018, "2014"),
        (2019, "2019"),
        (2020, "2019"),
        (2021, "2021"),
        (2030, "2021"),
    ],
)
def test_the_form_in_force(year, code):
    assert form_for_year(year).code == code


def test_no_form_before_the_first_regulation():
    with pytest.raises(RuleBroken) as caught:
        form_for_year(2007)
    assert caught.value.field == "year"


def test_unknown_form():
    with pytest.raises(RuleBroken, match="没有“2024”这种统计表格式") as caught:
        get_form("2024")
    assert caught.value.field == "form"


def test_unknown_rows_and_columns_are_not_found():
    form = get_form("2021")
    assert form.find_row("R9") is None
    assert form.find_column("C8") is None


@pytest.mark.parametrize("form", FORMS[1:], ids=lambda form: form.code)
def test_part_two_is_as_printed(form):
    assert [
        {"caption": one.caption, "columns": list(one.columns), "rows": list(one.rows)}
        for one in form.hand_tables
    ] == PRINTED[form.code]["table2"]
    codes = [cell.code for cell in form.hand_cells]
    assert len(codes) == len(set(codes))
    assert all(len(code) <= 16 and code.startswith("H") for code in codes)
    signed = {cell.label for cell in form.hand_cells if cell.is_signed}
    assert all("本年增/减" in label for label in signed)
    assert bool(signed) is (form.code == "2019")
