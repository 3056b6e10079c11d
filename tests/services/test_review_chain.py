"""The review chain at work: turns, a send-back, a bypass, a step taken out while it is pending."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from casework.domain.errors import EditConflict, PermissionRefused, RuleBroken, TransitionRefused
from casework.domain.permissions import Role
from casework.domain.review_chain import StepKind
from casework.domain.states import State
from casework.models import Event, Review
from casework.queries.desk import count_tallies
from casework.queries.review_chain import list_bypasses, list_chain
from casework.services import closure, drafting, issue, review, review_chain
from tests.conftest import beijing
from tests.services.test_road import (
    DISCLOSED,
    REFUSED,
    case_of,
    clerk,
    handler,
    leader,
    newest_draft,
    reviewer,
    to_review,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

__all__ = ["clerk", "handler", "leader", "reviewer"]

TUESDAY = date(2026, 9, 15)
LEGAL_THEN_SECRECY = (StepKind.LEGAL_REVIEW, StepKind.SECRECY)


@pytest.fixture
def admin(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.SYSTEM_ADMIN, name="系统管理员", now=beijing(date(2026, 9, 1)))


@pytest.fixture
def secrecy(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.SECRECY_REVIEWER, name="姚敏", now=beijing(TUESDAY))


def say(desk: Desk, case_id: int, **changes: str) -> None:
    text_hash = newest_draft(desk.session, case_id).text_hash
    review.approve(desk, case_id, text_hash=text_hash, version=None, **changes)


def set_chain(admin: Desk, *kinds: StepKind) -> int:
    return review_chain.set_chain(admin, admin.actor.agency_id or 0, kinds)


def test_acceptance_42_the_second_reviewer_waits_for_the_first(
    session: Session, admin: Desk, clerk: Desk, handler: Desk, reviewer: Desk, secrecy: Desk
) -> None:
    set_chain(admin, *LEGAL_THEN_SECRECY)
    case_id = to_review(clerk, handler)
    assert count_tallies(session, reviewer.actor).to_review == 1
    assert count_tallies(session, secrecy.actor).to_review == 0
    with pytest.raises(TransitionRefused, match="现在轮到“法制审核”"):
        say(secrecy, case_id)
    say(reviewer, case_id)
    assert case_of(session, case_id).state is State.IN_REVIEW
    assert case_of(session, case_id).review_step == "secrecy"
    assert count_tallies(session, reviewer.actor).to_review == 0
    assert count_tallies(session, secrecy.actor).to_review == 1
    with pytest.raises(TransitionRefused, match="现在轮到“保密审查”"):
        say(reviewer, case_id)
    say(secrecy, case_id)
    case = case_of(session, case_id)
    assert (case.state, case.review_step) == (State.AWAITING_ISSUE, None)


def test_acceptance_42_removing_the_pending_step_moves_the_case_on_once(
    session: Session, admin: Desk, clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk
) -> None:
    set_chain(admin, *LEGAL_THEN_SECRECY)
    case_id = to_review(clerk, handler)
    say(reviewer, case_id)
    assert set_chain(admin, StepKind.LEGAL_REVIEW) == 1
    assert case_of(session, case_id).state is State.AWAITING_ISSUE
    assert set_chain(admin, StepKind.LEGAL_REVIEW) == 0
    moves = session.scalar(
        select(func.count()).where(Event.case_id == case_id, Event.action == "pass_on")
    )
    assert moves == 1
    issue.issue_reply(leader, case_id, version=None)


def test_removing_a_step_that_is_not_the_last_leaves_the_case_in_review(
    session: Session, admin: Desk, clerk: Desk, handler: Desk
) -> None:
    set_chain(admin, StepKind.UNIT_HEAD, StepKind.LEGAL_REVIEW)
    case_id = to_review(clerk, handler)
    assert set_chain(admin, StepKind.LEGAL_REVIEW) == 0
    case = case_of(session, case_id)
    assert (case.state, case.review_step) == (State.IN_REVIEW, "legal_review")


def test_a_new_step_binds_only_what_is_submitted_after_it(
    session: Session, admin: Desk, clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk
) -> None:
    case_id = to_review(clerk, handler)
    later = replace(admin, now=beijing(date(2026, 9, 15), 9))
    set_chain(later, *LEGAL_THEN_SECRECY)
    say(reviewer, case_id)
    assert case_of(session, case_id).state is State.AWAITING_ISSUE
    issue.refuse_issue(leader, case_id, reason="补保密审查", version=None)
    drafting.submit_draft(replace(handler, now=leader.now), case_id, version=None)
    say(replace(reviewer, now=leader.now), case_id)
    assert case_of(session, case_id).review_step == "secrecy"


def test_a_send_back_from_any_step_starts_the_review_anew(
    session: Session, admin: Desk, clerk: Desk, handler: Desk, reviewer: Desk, secrecy: Desk
) -> None:
    set_chain(admin, *LEGAL_THEN_SECRECY)
    case_id = to_review(clerk, handler)
    say(reviewer, case_id)
    draft = newest_draft(session, case_id)
    review.return_draft(
        secrecy, case_id, text_hash=draft.text_hash, opinion="附件第三页未遮去", version=None
    )
    assert case_of(session, case_id).state is State.RETURNED
    drafting.submit_draft(handler, case_id, version=None)
    assert case_of(session, case_id).review_step == "legal_review"


def test_a_changed_text_needs_every_step_again(
    session: Session, admin: Desk, clerk: Desk, handler: Desk, reviewer: Desk
) -> None:
    set_chain(admin, *LEGAL_THEN_SECRECY)
    case_id = to_review(clerk, handler)
    say(reviewer, case_id)
    seen = newest_draft(session, case_id).text_hash
    drafting.recall_draft(handler, case_id, version=None)
    drafting.save_draft(handler, case_id, REFUSED, version=None)
    drafting.submit_draft(handler, case_id, version=None)
    assert case_of(session, case_id).review_step == "legal_review"
    with pytest.raises(EditConflict):
        review.approve(reviewer, case_id, text_hash=seen, version=None)


def test_acceptance_43_a_bypass_needs_a_reason_and_stands_in_the_monthly_list(
    session: Session, admin: Desk, clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk
) -> None:
    set_chain(admin, StepKind.LEGAL_REVIEW, StepKind.DEPUTY_LEADER)
    case_id = to_review(clerk, handler, DISCLOSED)
    with pytest.raises(TransitionRefused, match="法制审核不能略过"):
        review.bypass_step(leader, case_id, reason="期限将届", version=None)
    say(reviewer, case_id)
    with pytest.raises(RuleBroken) as refusal:
        review.bypass_step(leader, case_id, reason="  ", version=None)
    assert refusal.value.field == "reason"
    with pytest.raises(PermissionRefused):
        review.bypass_step(reviewer, case_id, reason="期限将届", version=None)
    review.bypass_step(leader, case_id, reason="分管领导出差，期限将届", version=None)
    assert case_of(session, case_id).state is State.AWAITING_ISSUE
    event = session.scalars(select(Event).where(Event.action == "bypass_step")).one()
    assert (event.note, event.detail["step"]) == ("分管领导出差，期限将届", "deputy_leader")

    september = {"first": date(2026, 9, 1), "last": date(2026, 9, 30)}
    [row] = list_bypasses(session, clerk.actor, **september)
    assert (row.step, row.by, row.on) == (StepKind.DEPUTY_LEADER, "罗建平", date(2026, 9, 16))
    october = {"first": date(2026, 10, 1), "last": date(2026, 10, 31)}
    assert list_bypasses(session, clerk.actor, **october) == []
    # To pass a step over is not to review: the leader may still issue.
    issue.issue_reply(leader, case_id, version=None)


def test_a_draft_that_was_not_issued_goes_through_the_review_again(
    session: Session, clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk
) -> None:
    case_id = to_review(clerk, handler)
    say(reviewer, case_id)
    issue.refuse_issue(leader, case_id, reason="请补充", version=None)
    drafting.submit_draft(handler, case_id, version=None)
    assert case_of(session, case_id).review_step == "legal_review"
    say(reviewer, case_id)
    assert session.scalars(select(Review.review_round)).all() == [1, 2]


def test_a_withdrawal_during_the_review_leaves_nobody_s_turn(
    session: Session, clerk: Desk, handler: Desk
) -> None:
    case_id = to_review(clerk, handler)
    assert case_of(session, case_id).review_step == StepKind.LEGAL_REVIEW
    closure.withdraw(clerk, case_id, on=clerk.today, reason="电话提出", version=None)
    case = case_of(session, case_id)
    assert (case.state, case.review_step) == (State.CLOSED, None)


def test_the_chain_is_the_system_administrator_s_and_keeps_legal_review(
    session: Session, admin: Desk, leader: Desk
) -> None:
    agency_id = admin.actor.agency_id or 0
    assert list_chain(session, agency_id) == (StepKind.LEGAL_REVIEW,)
    with pytest.raises(PermissionRefused):
        set_chain(leader, *LEGAL_THEN_SECRECY)
    with pytest.raises(RuleBroken):
        set_chain(admin, StepKind.SECRECY)
    set_chain(admin, StepKind.SECRECY, StepKind.LEGAL_REVIEW)
    assert list_chain(session, agency_id) == (StepKind.SECRECY, StepKind.LEGAL_REVIEW)
    event = session.scalars(select(Event).where(Event.action == "set_review_chain")).one()
    assert event.detail["after"] == ["secrecy", "legal_review"]
