"""限制知悉: set, change, lift; and who is left out of what because of it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from casework.domain.application import DeliveryMethod
from casework.domain.case_links import LinkKind
from casework.domain.errors import (
    NotFound,
    PermissionRefused,
    RuleBroken,
    TransitionRefused,
)
from casework.domain.forms import form_for_year
from casework.domain.management import Period
from casework.domain.permissions import Role
from casework.domain.restriction import WITHHELD
from casework.domain.search_criteria import SearchCriteria
from casework.models import Case, Document, Event, Restriction
from casework.queries.annual_checked import check_records
from casework.queries.annual_cube import Scope, read_table
from casework.queries.annual_page import CellAddress, list_cell_page
from casework.queries.annual_record import list_unfinished
from casework.queries.case_office import list_links
from casework.queries.case_page import get_case_file, list_earlier
from casework.queries.case_rows import Viewer
from casework.queries.case_search import list_cases_by_id, search_cases
from casework.queries.desk import count_board, count_tallies, list_open
from casework.queries.due import list_due
from casework.queries.inbox import list_cases_of, list_mentions
from casework.queries.management import read_management
from casework.queries.notices import list_digest_lines
from casework.queries.restriction import find_restriction, list_candidates
from casework.queries.visibility import find_knowers, kept_ids, kept_numbers
from casework.queries.watch import list_own_limits
from casework.services import (
    assignment,
    closure,
    comments,
    issue,
    ledger_export,
    linking,
    registration,
    restriction,
    staffing,
    verification,
)
from casework.services.archive_bundle import archive_zip
from casework.services.assignment import Division
from casework.services.case_file import open_case
from casework.services.case_letters import find_case_by_number
from casework.services.closure import Handover
from casework.services.fees import propose_fee
from casework.services.verification import Verdict
from tests.conftest import beijing
from tests.services.test_road import (
    application,
    case_of,
    clerk,
    handler,
    leader,
    reviewer,
    to_issue,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

__all__ = ["clerk", "handler", "leader", "reviewer"]

WHY = "申请内容涉及举报人身份"
TODAY = date(2026, 9, 28)


@pytest.fixture
def stranger(desk_for: Callable[..., Desk]) -> Desk:
    """Somebody of the same agency, in every role, whom nobody has named."""
    return desk_for(
        Role.CLERK,
        Role.HANDLER,
        Role.UNIT_HEAD,
        Role.LEGAL_REVIEWER,
        Role.SECRECY_REVIEWER,
        Role.DEPUTY_LEADER,
        Role.LEADER,
        Role.STATISTICIAN,
        name="不知情者",
        now=beijing(TODAY),
    )


def viewer(desk: Desk) -> Viewer:
    return Viewer(actor=desk.actor, calendar=desk.calendar, today=desk.today, office_days=15)


def ids(*desks: Desk) -> list[int]:
    return [desk.actor.user_id or 0 for desk in desks]


@pytest.fixture
def answered(clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk) -> int:
    """A case whose reply has been issued and posted, open to the agency still."""
    case_id = to_issue(clerk, handler, reviewer)
    issue.issue_reply(leader, case_id, version=None)
    posted = Handover(
        method=DeliveryMethod.MAIL, handed_over_on=date(2026, 9, 16), mail_number="EM000200001CS"
    )
    closure.dispatch(replace(clerk, now=leader.now), case_id, posted, version=None)
    return case_id


@pytest.fixture
def kept(answered: int, leader: Desk, reviewer: Desk) -> int:
    """The same case, known to its handler, the leader and the reviewer alone."""
    restriction.restrict(
        leader, answered, reason=WHY, reader_ids=ids(leader, reviewer), version=None
    )
    return answered


def last_event(session: Session) -> Event:
    return session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()


# Setting, changing, lifting.


def test_a_restriction_names_who_may_know(
    session: Session, kept: int, leader: Desk, reviewer: Desk, handler: Desk, clerk: Desk
) -> None:
    assert find_knowers(session, kept) == frozenset(ids(leader, reviewer, handler))
    event = last_event(session)
    assert (event.action, event.note) == ("restrict", WHY)
    assert event.detail == {"readers": sorted(ids(leader, reviewer))}
    lines = find_restriction(session, case_of(session, kept))
    assert lines is not None
    assert (lines.reason, lines.set_by) == (WHY, "罗建平")
    assert {(one.name, one.named) for one in lines.readers} == {
        ("罗建平", True),
        ("何静怡", True),
        ("陈立群", False),
    }
    # Nobody of the three closes a case.
    assert lines.lacking == ("登记送达", "办结、归档")
    with pytest.raises(NotFound):
        open_case(clerk, kept)


def test_those_who_worked_on_a_case_are_proposed(
    session: Session, answered: int, stranger: Desk, clerk: Desk
) -> None:
    path = clerk.actor.agency_path
    found = {one.name: one.named for one in list_candidates(session, answered, path)}
    worked = {"周敏": True, "陈立群": True, "何静怡": True, "罗建平": True}
    assert found == worked | {stranger.actor.name: False}


def test_a_restriction_needs_a_reason_oneself_and_people_who_could_see_the_case(
    session: Session, answered: int, leader: Desk, desk_for: Callable[..., Desk]
) -> None:
    administrator = desk_for(Role.SYSTEM_ADMIN, name="系统员")
    for reason, readers, field in (
        (" ", ids(leader), "reason"),
        (WHY, [], "readers"),
        (WHY, ids(leader, administrator), "readers"),
    ):
        with pytest.raises(RuleBroken) as refusal:
            restriction.restrict(leader, answered, reason=reason, reader_ids=readers, version=None)
        assert refusal.value.field == field
    assert session.scalars(select(Restriction)).all() == []


def test_only_those_with_the_permission_restrict(answered: int, clerk: Desk) -> None:
    with pytest.raises(PermissionRefused):
        restriction.restrict(clerk, answered, reason=WHY, reader_ids=ids(clerk), version=None)


def test_whoever_is_struck_off_no_longer_finds_the_case(
    session: Session, kept: int, leader: Desk, reviewer: Desk
) -> None:
    open_case(reviewer, kept)
    restriction.name_readers(leader, kept, reason="审核已毕", reader_ids=ids(leader), version=None)
    assert last_event(session).detail == {"named": [], "struck": ids(reviewer)}
    with pytest.raises(NotFound):
        open_case(reviewer, kept)
    with pytest.raises(RuleBroken) as refusal:
        restriction.name_readers(leader, kept, reason="都减去", reader_ids=[], version=None)
    assert refusal.value.field == "readers"
    with pytest.raises(RuleBroken) as refusal:
        restriction.name_readers(leader, kept, reason=" ", reader_ids=ids(leader), version=None)
    assert refusal.value.field == "reason"


def test_a_restriction_is_lifted_for_a_reason(session: Session, kept: int, leader: Desk) -> None:
    with pytest.raises(RuleBroken):
        restriction.lift_restriction(leader, kept, reason="", version=None)
    restriction.lift_restriction(leader, kept, reason="已无必要", version=None)
    assert find_knowers(session, kept) is None
    assert last_event(session).note == "已无必要"
    with pytest.raises(RuleBroken, match="没有限制知悉"):
        restriction.lift_restriction(leader, kept, reason="再来", version=None)
    with pytest.raises(RuleBroken, match="没有限制知悉"):
        restriction.name_readers(leader, kept, reason="x", reader_ids=ids(leader), version=None)


def test_one_restriction_at_a_time(kept: int, leader: Desk) -> None:
    with pytest.raises(TransitionRefused, match="请调整知悉名单"):
        restriction.restrict(leader, kept, reason=WHY, reader_ids=ids(leader), version=None)


def test_a_hand_over_takes_the_knowledge_along(
    session: Session, clerk: Desk, handler: Desk, leader: Desk, desk_for: Callable[..., Desk]
) -> None:
    key = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    registration.assign(
        clerk, key.id, unit="耕地保护科", handler_id=handler.actor.user_id, version=None
    )
    restriction.restrict(leader, key.id, reason=WHY, reader_ids=ids(leader), version=None)
    newcomer = desk_for(Role.HANDLER, name="新来的")
    with pytest.raises(NotFound):
        open_case(newcomer, key.id)
    staffing.hand_over(leader, [key.id], to_id=ids(newcomer)[0], reason="换人办")
    open_case(newcomer, key.id)
    with pytest.raises(NotFound):
        open_case(handler, key.id)
    # A part of the case gives it to know as long as it is owed.
    assignment.divide(
        leader,
        key.id,
        Division(
            unit="规划科",
            asked="核对附图",
            due_on=date(2026, 9, 25),
            handler_id=handler.actor.user_id,
        ),
        version=None,
    )
    open_case(handler, key.id)
    [part] = get_case_file(session, newcomer.actor, key.id).parts
    assignment.answer_division(
        replace(handler, now=leader.now),
        key.id,
        part.id,
        on=date(2026, 9, 16),
        answer="无误",
        version=None,
    )
    with pytest.raises(NotFound):
        open_case(handler, key.id)


def test_a_look_is_an_event(session: Session, kept: int, reviewer: Desk, clerk: Desk) -> None:
    restriction.record_view(reviewer, kept, page="cases.show")
    event = last_event(session)
    assert (event.action, event.actor_name, event.case_id) == ("view_restricted", "何静怡", kept)
    assert event.detail == {"page": "cases.show"}
    with pytest.raises(NotFound):
        restriction.record_view(clerk, kept, page="cases.show")


# What others find.


def test_acceptance_49_a_restricted_case_is_in_no_list_count_or_search(
    session: Session, clerk: Desk, handler: Desk, leader: Desk, stranger: Desk
) -> None:
    key = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    registration.assign(
        clerk, key.id, unit="耕地保护科", handler_id=handler.actor.user_id, version=None
    )
    fresh = registration.register(
        clerk, application(request_text="柳湾村另一件"), agency_id=clerk.actor.agency_id or 0
    )
    looks: dict[str, Callable[[Desk], object]] = {
        "search by number": lambda d: (
            search_cases(session, viewer(d), SearchCriteria(text=key.number)).rows
        ),
        "search by name": lambda d: (
            search_cases(session, viewer(d), SearchCriteria(text="林秀珍")).rows
        ),
        "search by phone": lambda d: (
            search_cases(session, viewer(d), SearchCriteria(text="13800002217")).rows
        ),
        "search by words": lambda d: (
            search_cases(session, viewer(d), SearchCriteria(text="柳湾村")).rows
        ),
        "by id": lambda d: list_cases_by_id(session, viewer(d), ids=[key.id]),
        "desk": lambda d: list_open(session, viewer(d)).rows,
        "board": lambda d: count_board(session, viewer(d)).running,
        "tallies": lambda d: count_tallies(session, d.actor).to_do,
        "watch": lambda d: list_due(session, actor=d.actor, calendar=d.calendar, today=d.today),
        "same name": lambda d: list_earlier(session, d.actor, name="林秀珍"),
        "of a handler": lambda d: list_cases_of(session, viewer(d), ids(handler)[0]),
        "management": lambda d: (
            read_management(
                session,
                viewer(d),
                Period(first=date(2026, 1, 1), last=TODAY),
                Scope(path=d.actor.agency_path),
            ).open_cases
        ),
        "oldest": lambda d: (
            read_management(
                session,
                viewer(d),
                Period(first=date(2026, 1, 1), last=TODAY),
                Scope(path=d.actor.agency_path),
            ).oldest
        ),
        "load": lambda d: sum(
            month.received
            for month in read_management(
                session,
                viewer(d),
                Period(first=date(2026, 1, 1), last=TODAY),
                Scope(path=d.actor.agency_path),
            ).load
        ),
        "ledger": lambda d: ledger_export.export_ledger(d, io.BytesIO(), ".csv", year=2026),
    }
    for name, look in looks.items():
        assert look(stranger), name
    for each in (key.id, fresh.id):
        restriction.restrict(leader, each, reason=WHY, reader_ids=ids(leader), version=None)
    for name, look in looks.items():
        assert not look(stranger), name
    # Its handler's morning, to-do list and calendar keep it.
    assert [row.id for row in list_open(session, viewer(handler), mine=True).rows] == [key.id]
    assert [row.case_id for row in list_own_limits(session, actor=handler.actor)] == [key.id]
    assert list_own_limits(session, actor=stranger.actor) == []
    morning = replace(handler, now=beijing(TODAY))
    assert list_digest_lines(session, viewer(morning))
    assert list_digest_lines(session, viewer(stranger)) == []
    [row] = list_open(session, viewer(handler), mine=True).rows
    assert row.is_restricted


def test_acceptance_49_the_published_table_counts_it_and_lists_it_to_nobody_else(
    session: Session, kept: int, leader: Desk, stranger: Desk
) -> None:
    scope = Scope(path=stranger.actor.agency_path)
    form = form_for_year(2026)
    table = read_table(session, form, 2026, scope)
    assert table.value("R1", "C7") == 1
    cell = CellAddress(form=form, year=2026, scope=scope, row="R1", column="C7")
    mine = list_cell_page(session, viewer(leader), cell)
    assert ([row.case.id for row in mine.rows], mine.total, mine.withheld) == ([kept], 1, 0)
    theirs = list_cell_page(session, viewer(stranger), cell)
    assert (theirs.rows, theirs.total, theirs.withheld) == ([], 1, 1)


def test_texts_that_everybody_reads_do_not_name_it(
    session: Session, kept: int, stranger: Desk
) -> None:
    number = case_of(session, kept).number
    scope = Scope(path=stranger.actor.agency_path)
    assert list_unfinished(session, 2026, scope) == [WITHHELD]
    assert kept_numbers(session, None, [number, "别的"]) == {number}
    assert kept_numbers(session, stranger.actor, [number]) == {number}
    assert kept_ids(session, stranger.actor) == {kept}
    _, checks = check_records(session, form_for_year(2026), 2026, scope)
    assert not [check for check in checks if number in check.message]


def test_acceptance_49_what_leads_to_it_leads_nowhere(
    session: Session,
    kept: int,
    clerk: Desk,
    stranger: Desk,
    leader: Desk,
    tmp_path: Path,
) -> None:
    case = case_of(session, kept)
    number = case.number
    document = session.scalars(select(Document).where(Document.case_id == kept)).one()
    content = document.content or b""
    assert verification.verify_file(leader, content).verdict is Verdict.SAME_FILE
    assert verification.verify_file(stranger, content).verdict is Verdict.UNKNOWN
    mark = document.document_number or ""
    assert verification.verify_mark(stranger, mark).verdict is Verdict.UNKNOWN
    with pytest.raises(NotFound):
        find_case_by_number(stranger, number)
    with pytest.raises(NotFound):
        archive_zip(stranger, kept, attachments=tmp_path)
    with pytest.raises(NotFound):
        staffing.hand_over(stranger, [kept], to_id=ids(clerk)[0], reason="移交")
    other = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    with pytest.raises(RuleBroken, match="没有这个编号"):
        linking.link(clerk, other.id, number=number, kind=LinkKind.RELATED, version=None)


def test_acceptance_49_a_link_made_before_is_not_seen_from_the_other_end(
    session: Session, answered: int, clerk: Desk, leader: Desk, stranger: Desk, tmp_path: Path
) -> None:
    later = replace(clerk, now=beijing(date(2026, 9, 17)))
    other = registration.register(later, application(), agency_id=clerk.actor.agency_id or 0)
    number = case_of(session, answered).number
    linking.link(later, other.id, number=number, kind=LinkKind.RELATED, version=None)
    [tie] = list_links(session, clerk.actor, other.id)
    restriction.restrict(leader, answered, reason=WHY, reader_ids=ids(leader), version=None)
    assert list_links(session, stranger.actor, other.id) == []
    file = get_case_file(session, stranger.actor, other.id)
    assert number not in str(file)
    assert number.encode() not in archive_zip(stranger, other.id, attachments=tmp_path).content
    with pytest.raises(NotFound):
        linking.unlink(stranger, other.id, tie.id, version=None)
    assert number in str(get_case_file(session, leader.actor, other.id))


def test_a_colleague_who_may_not_know_is_not_called_into_it(
    session: Session, kept: int, leader: Desk, reviewer: Desk, stranger: Desk
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        comments.comment(leader, kept, body=f"@{stranger.actor.name} 请看")
    assert refusal.value.code == "mention_unknown"
    comments.comment(leader, kept, body="@何静怡 请看")
    assert len(list_mentions(session, reviewer.actor)) == 1
    restriction.name_readers(leader, kept, reason="审核已毕", reader_ids=ids(leader), version=None)
    assert list_mentions(session, reviewer.actor) == []


@pytest.mark.usefixtures("kept")
def test_a_fee_counts_it_without_its_number(session: Session, clerk: Desk) -> None:
    later = replace(clerk, now=beijing(date(2026, 9, 17)))
    other = registration.register(later, application(), agency_id=clerk.actor.agency_id or 0)
    month = propose_fee(later, other.id).month
    assert [(one.number, one.is_this) for one in month] == [
        ("", False),
        (case_of(session, other.id).number, True),
    ]


def test_the_operator_of_the_machine_is_on_no_list(session: Session, kept: int) -> None:
    from casework.cli.context import operator

    assert kept in kept_ids(session, operator())
    assert session.get_one(Case, kept).id == kept
