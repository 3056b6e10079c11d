"""分办, 关联, 视为放弃, 重开, 逾期, 复议诉讼: what the office does around the straight road."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from casework.domain.application import DeliveryMethod, ReliefKind, ReliefResult
from casework.domain.case_links import LinkKind
from casework.domain.errors import PermissionRefused, RuleBroken, TransitionRefused
from casework.domain.grounds import Outcome, Requirement
from casework.domain.reply import ReplyContent
from casework.domain.states import State
from casework.domain.statutes import Party
from casework.models import Assignment, CaseLink, Document, Draft, Event, Relief, Reopening
from casework.queries.case_office import list_links, list_reopenings
from casework.services import (
    assignment,
    closure,
    drafting,
    issue,
    linking,
    registration,
    relief,
    reopening,
    review,
    timekeeping,
)
from casework.services.assignment import Division
from casework.services.closure import Handover, Lateness
from casework.services.relief import ReliefData
from tests.conftest import beijing
from tests.services.test_road import (
    DISCLOSED,
    REFUSED,
    application,
    case_of,
    clerk,
    handler,
    leader,
    newest_draft,
    reviewer,
    to_issue,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

__all__ = ["clerk", "handler", "leader", "reviewer"]


def at(desk: Desk, day: date) -> Desk:
    return replace(desk, now=beijing(day))


def served(
    clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk, *, on: date = date(2026, 9, 16)
) -> int:
    """A case whose reply was posted: received Mon 2026-09-07, due Sat 2026-10-10 (worked)."""
    case_id = to_issue(clerk, handler, reviewer)
    issue.issue_reply(at(leader, on), case_id, version=None)
    posted = Handover(method=DeliveryMethod.MAIL, handed_over_on=on, mail_number="EM1")
    closure.dispatch(at(clerk, on), case_id, posted, version=None)
    return case_id


def finished(clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk) -> int:
    case_id = served(clerk, handler, reviewer, leader)
    closure.close(at(clerk, date(2026, 9, 17)), case_id, version=None)
    return case_id


def assigned(clerk: Desk, handler: Desk) -> int:
    key = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    registration.assign(
        clerk, key.id, unit="耕地保护科", handler_id=handler.actor.user_id, version=None
    )
    return key.id


# 多单位分办


def test_a_draft_waits_for_the_other_units(session: Session, clerk: Desk, handler: Desk) -> None:
    case_id = assigned(clerk, handler)
    for unit in ("规划编制科", "档案室"):
        part = Division(unit=unit, asked="检索 2024 年档案", due_on=date(2026, 9, 14))
        assignment.divide(clerk, case_id, part, version=None)
    drafting.save_draft(handler, case_id, DISCLOSED, version=None)
    with pytest.raises(TransitionRefused, match="规划编制科、档案室尚未反馈"):
        drafting.submit_draft(handler, case_id, version=None)
    parts = session.scalars(select(Assignment.id).order_by(Assignment.id)).all()
    assignment.answer_division(
        handler, case_id, parts[0], on=date(2026, 9, 14), answer="无相关信息", version=None
    )
    with pytest.raises(RuleBroken, match="已经反馈"):
        assignment.drop_division(clerk, case_id, parts[0], reason="不需要", version=None)
    assignment.drop_division(clerk, case_id, parts[1], reason="已由主办科室检索", version=None)
    drafting.submit_draft(handler, case_id, version=None)
    assert case_of(session, case_id).state is State.IN_REVIEW


@pytest.mark.parametrize("day", [date(2026, 9, 6), date(2026, 10, 11)])
def test_a_sub_deadline_lies_between_today_and_the_law_s(
    session: Session, clerk: Desk, handler: Desk, day: date
) -> None:
    case_id = assigned(clerk, handler)
    with pytest.raises(RuleBroken) as refusal:
        assignment.divide(
            clerk, case_id, Division(unit="档案室", asked="检索", due_on=day), version=None
        )
    assert refusal.value.field == "due_on"
    assert case_of(session, case_id).state is State.DRAFTING


# 关联


def test_acceptance_57_a_link_is_seen_from_both_ends_and_goes_at_both(
    session: Session, clerk: Desk
) -> None:
    agency_id = clerk.actor.agency_id or 0
    one = registration.register(clerk, application(), agency_id=agency_id)
    two = registration.register(clerk, application(), agency_id=agency_id)
    with pytest.raises(RuleBroken, match="不能与自己关联"):
        linking.link(clerk, one.id, number=one.number, kind=LinkKind.RELATED, version=None)
    with pytest.raises(RuleBroken, match="还没有答复"):
        linking.link(clerk, two.id, number=one.number, kind=LinkKind.REPEATS, version=None)
    linking.link(clerk, one.id, number=two.number, kind=LinkKind.MERGED_FROM, version=None)
    with pytest.raises(RuleBroken, match="已经关联"):
        linking.link(clerk, two.id, number=one.number, kind=LinkKind.RELATED, version=None)
    [seen] = list_links(session, clerk.actor, one.id)
    [back] = list_links(session, clerk.actor, two.id)
    assert (seen.kind, seen.number) == (LinkKind.MERGED_FROM, two.number)
    assert (back.kind, back.number) == (LinkKind.MERGED_INTO, one.number)
    linking.unlink(clerk, two.id, back.id, version=None)
    assert list_links(session, clerk.actor, one.id) == []
    told = session.scalars(select(Event.case_id).where(Event.action == "unlink")).all()
    assert sorted(told) == [one.id, two.id]


def test_a_repeat_is_tied_to_the_case_whose_reply_it_names(
    session: Session, clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk
) -> None:
    first = finished(clerk, handler, reviewer, leader)
    number = session.scalars(select(Document.document_number)).one()
    again = registration.register(
        at(clerk, date(2026, 9, 21)),
        application(received_on=date(2026, 9, 21), submitted_on=date(2026, 9, 20)),
        agency_id=clerk.actor.agency_id or 0,
    )
    later = at(handler, date(2026, 9, 21))
    registration.assign(
        at(clerk, date(2026, 9, 21)), again.id, unit="耕地保护科", handler_id=None, version=None
    )
    content = ReplyContent(
        outcome=Outcome.NOT_PROCESSED,
        grounds=("repeat",),
        particulars={Requirement.EARLIER_REPLY_NUMBER: number or ""},
    )
    for _ in range(2):
        drafting.save_draft(later, again.id, content, version=None)
    tie = session.scalars(select(CaseLink)).one()
    assert (tie.case_id, tie.other_id, tie.kind) == (again.id, first, LinkKind.REPEATS)


# 视为放弃


def test_acceptance_26_silence_on_a_correction_ends_nothing_by_itself(
    session: Session, clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk
) -> None:
    case_id = assigned(clerk, handler)
    timekeeping.request_correction(
        at(clerk, date(2026, 9, 8)),
        case_id,
        on=date(2026, 9, 8),
        reason="所需文件的名称不明",
        version=None,
    )
    # Tue 8 September + 15 working days (Sun 20 works, Fri 25 is off) = Tue 29 September.
    for day in (date(2026, 9, 28), date(2026, 9, 29)):
        with pytest.raises(RuleBroken, match="2026-09-29 届满"):
            timekeeping.deem_abandoned(
                at(clerk, day), case_id, on=day, reason="没有来信来电", version=None
            )
    assert case_of(session, case_id).state is State.AWAITING_CORRECTION
    on = date(2026, 9, 30)
    timekeeping.deem_abandoned(at(clerk, on), case_id, on=on, reason="没有来信来电", version=None)
    case, draft = case_of(session, case_id), newest_draft(session, case_id)
    assert (case.state, case.ground) == (State.DRAFTING, None)
    assert (draft.outcome, draft.ground) == (Outcome.OTHER, "not_corrected")
    assert "2026年9月29日" in draft.body

    drafting.submit_draft(at(handler, on), case_id, version=None)
    review.approve(at(reviewer, on), case_id, text_hash=draft.text_hash, version=None)
    issue.issue_reply(at(leader, on), case_id, version=None)
    posted = Handover(method=DeliveryMethod.MAIL, handed_over_on=on, mail_number="EM2")
    closure.dispatch(at(clerk, on), case_id, posted, version=None)
    closure.close(at(clerk, on), case_id, version=None)
    case = case_of(session, case_id)
    assert (case.state, case.ground, case.closed_on) == (State.CLOSED, "not_corrected", on)


# 停钟


def test_acceptance_32_work_goes_on_while_the_clock_rests(
    session: Session, clerk: Desk, handler: Desk
) -> None:
    case_id = assigned(clerk, handler)
    timekeeping.start_consultation(
        at(clerk, date(2026, 9, 14)),
        case_id,
        on=date(2026, 9, 14),
        party=Party.THIRD_PARTY,
        whom="三户村民",
        version=None,
    )
    assert case_of(session, case_id).is_suspended
    drafting.save_draft(handler, case_id, DISCLOSED, version=None)
    part = Division(unit="档案室", asked="检索", due_on=date(2026, 9, 18))
    assignment.divide(at(clerk, date(2026, 9, 14)), case_id, part, version=None)
    with pytest.raises(TransitionRefused, match="尚未反馈"):
        drafting.submit_draft(handler, case_id, version=None)
    with pytest.raises(RuleBroken) as refusal:
        closure.withdraw(
            at(clerk, date(2026, 9, 14)), case_id, on=date(2026, 9, 14), reason=" ", version=None
        )
    assert refusal.value.field == "reason"


def test_acceptance_28_a_silent_third_party_gives_the_case_back_with_its_clock_running(
    session: Session, clerk: Desk
) -> None:
    # Letter Thu 2026-09-10; its 15 working days end Thu 2026-10-08: Sun 20 works, Fri 25 and
    # 1–7 October are off: 11, 14–18, 20–24, 28–30 September are 14, Thu 8 October is the 15th.
    key = registration.register(
        at(clerk, date(2026, 9, 1)),
        application(received_on=date(2026, 9, 1), submitted_on=date(2026, 9, 1)),
        agency_id=clerk.actor.agency_id or 0,
    )
    timekeeping.start_consultation(
        at(clerk, date(2026, 9, 10)),
        key.id,
        on=date(2026, 9, 10),
        party=Party.THIRD_PARTY,
        whom="三户村民",
        version=None,
    )
    assert clerk.calendar.add(date(2026, 9, 10), 15) == date(2026, 10, 8)
    timekeeping.end_consultation(
        at(clerk, date(2026, 10, 9)),
        key.id,
        on=date(2026, 10, 8),
        party=Party.THIRD_PARTY,
        opinion="逾期未提出意见",
        version=None,
    )
    case = case_of(session, key.id)
    assert not case.is_suspended
    # 29 September was the 20th day; 15 working days left out.
    assert case.due_on == clerk.calendar.add(date(2026, 9, 29), 15)


# 逾期


def test_acceptance_55_a_late_case_needs_its_cause_and_the_unit(
    session: Session, clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk
) -> None:
    on = date(2026, 10, 13)  # Tuesday; the limit was Sat 10 October
    case_id = served(clerk, handler, reviewer, leader, on=on)
    at_counter = at(clerk, on)
    for lateness, field in (
        (None, "cause"),
        (Lateness(unit="耕地保护科"), "cause"),
        (Lateness(cause="承办人长期病假，未及时移交"), "unit"),
    ):
        with pytest.raises(RuleBroken, match="逾期 2 个工作日") as refusal:
            closure.close(at_counter, case_id, lateness=lateness, version=None)
        assert refusal.value.field == field
        assert case_of(session, case_id).state is State.DISPATCHED
    whole = Lateness(cause="承办人长期病假，未及时移交", unit="耕地保护科")
    closure.close(at_counter, case_id, lateness=whole, version=None)
    case = case_of(session, case_id)
    assert (case.late_unit, case.closed_on) == ("耕地保护科", on)
    event = session.scalars(select(Event).where(Event.action == "close")).one()
    assert event.detail["late_unit"] == "耕地保护科"


def test_a_case_in_time_is_asked_for_nothing(
    session: Session, clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk
) -> None:
    case_id = finished(clerk, handler, reviewer, leader)
    assert case_of(session, case_id).late_cause == ""


def test_acceptance_54_a_reply_day_before_receipt_or_in_the_future_is_refused(
    session: Session, clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk
) -> None:
    case_id = to_issue(clerk, handler, reviewer)
    issue.issue_reply(leader, case_id, version=None)
    for day in (date(2026, 9, 4), date(2026, 9, 17)):
        handover = Handover(method=DeliveryMethod.MAIL, handed_over_on=day, mail_number="EM1")
        with pytest.raises(RuleBroken) as refusal:
            closure.dispatch(at(clerk, date(2026, 9, 16)), case_id, handover, version=None)
        assert refusal.value.field == "handed_over_on"
    assert case_of(session, case_id).replied_on is None


# 重开, 重新答复


def test_acceptance_56_a_changed_outcome_keeps_both_versions(
    session: Session, clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk
) -> None:
    case_id = finished(clerk, handler, reviewer, leader)
    with pytest.raises(RuleBroken) as refusal:
        reopening.reopen(leader, case_id, reason=" ", version=None)
    assert refusal.value.field == "reason"
    with pytest.raises(PermissionRefused):
        reopening.reopen(clerk, case_id, reason="附件有误", version=None)
    day = date(2026, 10, 9)
    reopening.reopen(at(leader, day), case_id, reason="附件涉及第三方隐私", version=None)
    case = case_of(session, case_id)
    assert (case.state, case.ground, case.closed_on) == (State.DRAFTING, None, None)
    assert case.replied_on == date(2026, 9, 16)

    drafting.save_draft(at(handler, day), case_id, REFUSED, version=None)
    drafting.submit_draft(at(handler, day), case_id, version=None)
    text_hash = newest_draft(session, case_id).text_hash
    review.approve(at(reviewer, day), case_id, text_hash=text_hash, version=None)
    issue.issue_reply(at(leader, day), case_id, version=None)
    posted = Handover(method=DeliveryMethod.MAIL, handed_over_on=day, mail_number="EM3")
    closure.dispatch(at(clerk, day), case_id, posted, version=None)
    closure.close(at(clerk, day), case_id, version=None)

    case = case_of(session, case_id)
    assert (case.ground, case.closed_on) == ("personal_privacy", day)
    assert case.replied_on == date(2026, 9, 16), "it was answered when it was answered first"
    [former] = list_reopenings(session, case_id)
    assert former.former_ground is not None
    assert (former.former_ground.code, former.former_closed_on) == (
        "disclosed",
        date(2026, 9, 16),
    )
    numbers = session.scalars(
        select(Document.document_number).where(Document.case_id == case_id).order_by(Document.id)
    ).all()
    assert numbers == ["青资公开答〔2026〕1号", "青资公开答〔2026〕2号"]
    grounds = session.scalars(select(Draft.ground).where(Draft.case_id == case_id)).all()
    assert sorted(grounds) == ["disclosed", "personal_privacy"]


def test_acceptance_56_a_published_year_is_not_changed_without_an_order(
    session: Session, clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk
) -> None:
    case_id = finished(clerk, handler, reviewer, leader)
    last_day, after = date(2027, 1, 31), date(2027, 2, 1)
    with pytest.raises(RuleBroken, match="该年的年报已经公布") as refusal:
        reopening.reopen(at(leader, after), case_id, reason="自行纠正", version=None)
    assert refusal.value.basis == "条例第五十条"
    assert case_of(session, case_id).state is State.CLOSED
    reopening.reopen(at(leader, last_day), case_id, reason="自行纠正", version=None)
    assert case_of(session, case_id).state is State.DRAFTING


def test_a_new_answer_that_a_reconsideration_ordered(
    session: Session, clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk
) -> None:
    case_id = finished(clerk, handler, reviewer, leader)
    filed = at(clerk, date(2026, 10, 20))
    relief.record_relief(
        filed,
        case_id,
        ReliefData(
            kind=ReliefKind.REVIEW,
            filed_on=date(2026, 10, 19),
            notified_on=date(2026, 10, 20),
            body="青沅市人民政府",
            reference="青府复〔2026〕33号",
        ),
        version=None,
    )
    row = session.scalars(select(Relief)).one()
    with pytest.raises(RuleBroken, match="不是“纠正”"):
        reopening.reopen(
            at(leader, date(2026, 10, 21)),
            case_id,
            reason="责令重新答复",
            relief_id=row.id,
            version=None,
        )
    with pytest.raises(RuleBroken) as refusal:
        relief.record_relief_answer(
            filed, case_id, row.id, answered_on=date(2026, 10, 19), version=None
        )
    assert refusal.value.field == "answered_on"
    relief.record_relief_answer(
        at(clerk, date(2026, 11, 2)), case_id, row.id, answered_on=date(2026, 11, 2), version=None
    )
    decided = at(clerk, date(2027, 2, 8))
    relief.record_relief_result(
        decided,
        case_id,
        row.id,
        result=ReliefResult.CORRECTED,
        decided_on=date(2027, 2, 5),
        version=None,
    )
    reopening.reopen(
        at(leader, date(2027, 2, 8)),
        case_id,
        reason="复议决定撤销原答复，责令重新答复",
        relief_id=row.id,
        counts_from=date(2027, 2, 8),
        due_on=date(2027, 3, 10),
        version=None,
    )
    kept = session.scalars(select(Reopening)).one()
    assert (kept.relief_id, kept.due_on) == (row.id, date(2027, 3, 10))
    assert case_of(session, case_id).state is State.DRAFTING


@pytest.mark.parametrize("notified_on", [date(2026, 10, 18), date(2026, 10, 21)])
def test_the_copy_reaches_the_office_after_the_filing_and_by_today(
    session: Session,
    clerk: Desk,
    handler: Desk,
    reviewer: Desk,
    leader: Desk,
    notified_on: date,
) -> None:
    case_id = finished(clerk, handler, reviewer, leader)
    with pytest.raises(RuleBroken) as refusal:
        relief.record_relief(
            at(clerk, date(2026, 10, 20)),
            case_id,
            ReliefData(
                kind=ReliefKind.REVIEW,
                filed_on=date(2026, 10, 19),
                notified_on=notified_on,
                body="青沅市人民政府",
            ),
            version=None,
        )
    assert refusal.value.field == "notified_on"
    assert session.scalars(select(Relief)).all() == []
