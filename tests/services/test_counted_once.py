"""A case is counted once, in the year it was first finished: a new answer moves no year gone by."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from casework.domain.annual_fold import cell_predicate
from casework.domain.forms import form_for_year
from casework.domain.permissions import Role
from casework.domain.statutory_clock import Timeliness
from casework.models import Case
from casework.queries.annual_checked import check_records
from casework.queries.annual_cube import Scope, count_cases, list_cell_cases, read_table
from casework.queries.annual_facts import count_years
from casework.queries.annual_locks import find_lock
from casework.queries.annual_page import CellAddress, list_cell_page
from casework.queries.annual_record import check_lock, read_year
from casework.queries.case_rows import Viewer
from casework.services import closure, drafting, issue, relief, reopening, review
from casework.services.annual_lock import YearKey, close_year, confirm_year
from casework.services.closure import Handover
from casework.services.relief import ReliefData
from tests.conftest import beijing
from tests.services.test_office_acts import at, finished
from tests.services.test_road import (
    REFUSED,
    case_of,
    clerk,
    handler,
    leader,
    newest_draft,
    reviewer,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.domain.annual_fold import Table
    from casework.models import Agency
    from casework.services.desk import Desk

__all__ = ["clerk", "handler", "leader", "reviewer"]

DECIDED = date(2027, 3, 1)  # Monday
DISCLOSED_ROW, PRIVACY_ROW = "R3.1", "R3.3.4"
FORM = form_for_year(2026)


@pytest.fixture
def case_id(clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk) -> int:
    """Received 7 September 2026, 予以公开 on the 16th, closed."""
    return finished(clerk, handler, reviewer, leader)


@pytest.fixture
def scope(agency: Agency) -> Scope:
    return Scope(path=agency.path)


def order(clerk: Desk, leader: Desk, case_id: int, on: date) -> None:
    """复议 corrects the answer and the case is taken up again, both on one day."""
    relief.record_relief(
        at(clerk, on),
        case_id,
        ReliefData(
            kind=relief.ReliefKind.REVIEW,
            filed_on=on.replace(day=1),
            body="青沅市人民政府",
            result=relief.ReliefResult.CORRECTED,
            decided_on=on,
        ),
        version=None,
    )
    [one] = case_of(clerk.session, case_id).reliefs
    reopening.reopen(
        at(leader, on),
        case_id,
        reason="复议决定责令重新答复",
        relief_id=one.id,
        counts_from=on,
        version=None,
    )


def answer_anew(
    clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk, case_id: int, on: date
) -> None:
    drafting.save_draft(at(handler, on), case_id, REFUSED, version=None)
    drafting.submit_draft(at(handler, on), case_id, version=None)
    text_hash = newest_draft(clerk.session, case_id).text_hash
    review.approve(at(reviewer, on), case_id, text_hash=text_hash, version=None)
    issue.issue_reply(at(leader, on), case_id, version=None)
    closure.dispatch(
        at(clerk, on),
        case_id,
        Handover(method=closure.DeliveryMethod.MAIL, handed_over_on=on, mail_number="EM2"),
        version=None,
    )
    closure.close(at(clerk, on), case_id, version=None)


def figures(session: Session, year: int, scope: Scope) -> Table:
    session.expire_all()
    return read_table(session, FORM, year, scope)


def behind(session: Session, row: str, year: int, scope: Scope) -> list[int]:
    wanted = cell_predicate(FORM, row, "C7")
    return [case.case_id for case in list_cell_cases(session, wanted, year, scope)]


def test_an_ordered_new_answer_leaves_the_locked_year_as_it_was(
    session: Session,
    clerk: Desk,
    handler: Desk,
    reviewer: Desk,
    leader: Desk,
    case_id: int,
    scope: Scope,
    desk_for: Callable[..., Desk],
) -> None:
    statistician = desk_for(Role.STATISTICIAN, name="沈薇")
    key = YearKey(case_of(session, case_id).agency_id, 2026)
    january = beijing(date(2027, 1, 25))
    close_year(replace(statistician, now=january), key)
    confirm_year(replace(leader, now=january), key)

    def assert_nothing_moved() -> None:
        session.expire_all()
        lock = find_lock(session, key.agency_id, key.year, own=key.own)
        assert lock is not None
        assert check_lock(session, lock).same
        assert figures(session, 2026, scope).value(DISCLOSED_ROW, "C7") == 1
        assert behind(session, DISCLOSED_ROW, 2026, scope) == [case_id]
        assert behind(session, "R4", 2026, scope) == []
        assert count_cases(session, 2027, scope) == []
        for year in (2026, 2027):
            _, checks = check_records(session, FORM, year, scope)
            assert [check for check in checks if check.hard and not check.ok] == []

    assert_nothing_moved()
    order(clerk, leader, case_id, DECIDED)
    assert_nothing_moved()
    answer_anew(clerk, handler, reviewer, leader, case_id, date(2027, 3, 10))
    case = case_of(session, case_id)
    assert (case.closed_on, case.ground) == (date(2027, 3, 10), "personal_privacy")
    assert_nothing_moved()
    years = {one.year: one.finished for one in count_years(session, 2027, scope)}
    assert years == {2026: 1, 2027: 0}


def test_in_the_year_of_the_first_answer_the_last_one_counts(
    session: Session,
    clerk: Desk,
    handler: Desk,
    reviewer: Desk,
    leader: Desk,
    case_id: int,
    scope: Scope,
) -> None:
    order(clerk, leader, case_id, date(2026, 11, 20))
    table = figures(session, 2026, scope)
    # While it is open again it is still the case that was answered in September.
    assert (table.value(DISCLOSED_ROW, "C7"), table.value("R4", "C7")) == (1, 0)
    answer_anew(clerk, handler, reviewer, leader, case_id, date(2026, 12, 1))
    table = figures(session, 2026, scope)
    assert (table.value(DISCLOSED_ROW, "C7"), table.value(PRIVACY_ROW, "C7")) == (0, 1)
    assert behind(session, PRIVACY_ROW, 2026, scope) == [case_id]


def test_every_list_shows_the_ending_that_counts(
    session: Session,
    clerk: Desk,
    handler: Desk,
    reviewer: Desk,
    leader: Desk,
    case_id: int,
    scope: Scope,
) -> None:
    order(clerk, leader, case_id, DECIDED)
    answer_anew(clerk, handler, reviewer, leader, case_id, date(2027, 3, 10))
    viewer = Viewer(
        actor=clerk.actor, calendar=clerk.calendar, today=date(2027, 3, 11), office_days=15
    )
    cell = CellAddress(form=FORM, year=2026, scope=scope, row=DISCLOSED_ROW, column="C7")
    page = list_cell_page(session, viewer, cell)
    [row] = page.rows
    assert page.total == 1
    assert row.ground is not None
    assert (row.closed_on, row.ground.code) == (date(2026, 9, 16), "disclosed")
    assert row.timeliness is Timeliness.ON_TIME
    record, _ = read_year(session, FORM, 2026, scope)
    number = session.get_one(Case, case_id).number
    assert record.cases[DISCLOSED_ROW, "C7"] == (number,)
    assert not any(numbers for (row, _), numbers in record.cases.items() if row == PRIVACY_ROW)


def test_a_case_that_was_never_reopened_counts_by_its_columns(
    session: Session, case_id: int, scope: Scope
) -> None:
    assert figures(session, 2026, scope).value(DISCLOSED_ROW, "C7") == 1
    assert behind(session, DISCLOSED_ROW, 2026, scope) == [case_id]
