"""What is kept of a locked year: canonical text, a hash, and what differs."""

from __future__ import annotations

import hashlib
from decimal import Decimal

import pytest

from casework.domain.annual_fold import CubeRow, ReliefRow, fold
from casework.domain.annual_record import (
    YearRecord,
    changed_cells,
    differences,
    digest_of,
    read_record,
    unexplained,
)
from casework.domain.application import ApplicantType, Channel, ReliefKind, ReliefResult
from casework.domain.forms import FORMS, get_form
from casework.domain.statutory_clock import Timeliness


def record(form, cases=None, *, count=2, fees=None):
    table = fold(
        form,
        form.first_year,
        [
            CubeRow(
                is_new=True,
                is_finished=True,
                channel=Channel.MAIL,
                applicant_type=ApplicantType.NATURAL_PERSON,
                ground_code="disclosed",
                timeliness=Timeliness.ON_TIME,
                count=count,
            )
        ],
        [ReliefRow(kind=ReliefKind.REVIEW, result=ReliefResult.PENDING)] if form.columns else [],
        fees_yuan=fees,
    )
    return YearRecord(table=table, cases=cases or {})


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
def test_what_is_written_is_read_and_written_again_as_the_same_bytes(form) -> None:
    first = record(form, {("R1", "C1"): ("乙2号", "甲1号")}, fees=Decimal("123.45"))
    again = read_record(first.table_text(), first.cases_text())
    assert (again.table_text(), again.cases_text()) == (first.table_text(), first.cases_text())
    assert again.sha256() == first.sha256()
    assert dict(again.table.cells) == dict(first.table.cells)
    assert differences(first, again) == ()


def test_the_text_is_canonical_and_the_hash_stands_for_both() -> None:
    one = record(get_form("2021"), {("R1", "C1"): ("甲1号", "乙2号"), ("R2", "C1"): ()})
    assert one.cases_text() == '{"R1,C1":["乙2号","甲1号"]}'
    assert ": " not in one.table_text()
    assert '"rules":2' in one.table_text()
    joined = f"{one.table_text()}\n{one.cases_text()}".encode()
    assert one.sha256() == hashlib.sha256(joined).hexdigest()
    assert digest_of("a", "b") != digest_of("b", "a")


def test_a_case_in_anothers_place_is_a_difference_though_the_figure_stays() -> None:
    form = get_form("2021")
    locked = record(form, {("R1", "C1"): ("甲1号", "乙2号")})
    now = record(form, {("R1", "C1"): ("甲1号", "丙3号")})
    [found] = differences(locked, now)
    assert (found.row, found.column, found.locked, found.now) == ("R1", "C1", 2, 2)
    assert (found.left, found.came) == (("乙2号",), ("丙3号",))
    assert changed_cells(locked.table, now.table) == ()


def test_a_figure_that_changed_is_found_in_every_cell_it_feeds() -> None:
    form = get_form("2021")
    changed = changed_cells(record(form).table, record(form, count=3).table)
    assert set(changed) == {
        (row, column) for row in ("R1", "R3.1", "R3.7") for column in ("C1", "C7")
    }


def test_a_list_shorter_than_its_figure_is_noticed() -> None:
    form = get_form("2021")
    assert unexplained(record(form, {("R1", "C1"): ("甲1号",)})) == (("R1", "C1"),)
    assert unexplained(record(form, {("R1", "C1"): ("甲1号", "乙2号")})) == ()
