"""作废、撤销: which document may be undone, by whom, in which state."""

from __future__ import annotations

from datetime import date

import pytest

from casework.domain.clock_events import ClockEventKind
from casework.domain.errors import PermissionRefused, RuleBroken, TransitionRefused
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import GRANTS, Actor, Permission, Role
from casework.domain.states import FINISHED, State
from casework.domain.voiding import Paper, check_reissue, check_taking_back, decide_voiding

NOTICE = Paper(kind=LetterKind.CORRECTION_REQUEST)
REPLY = Paper(kind=LetterKind.REPLY)


def actor(role: Role) -> Actor:
    return Actor(user_id=1, name="罗建平", agency_id=2, agency_path="/2/", roles=frozenset({role}))


LEADER = actor(Role.LEADER)


@pytest.mark.parametrize("role", Role)
def test_only_the_leader_undoes_a_document(role: Role) -> None:
    assert (Permission.VOID_DOCUMENT in GRANTS[role]) == (role is Role.LEADER)
    if role is not Role.LEADER:
        with pytest.raises(PermissionRefused):
            decide_voiding(NOTICE, actor(role), state=State.DRAFTING, was_sent=False)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("kind", [LetterKind.REPLY, LetterKind.TERMINATION])
def test_acceptance_51_no_role_removes_a_reply_that_was_sent(
    role: Role, state: State, kind: LetterKind
) -> None:
    for paper, was_sent in (
        (Paper(kind=kind, delivered=True), False),
        (Paper(kind=kind), True),
    ):
        with pytest.raises((PermissionRefused, TransitionRefused)):
            decide_voiding(paper, actor(role), state=state, was_sent=was_sent)
    # Without a hand-over on record it is still in the house only while it waits to be sent.
    if state is not State.AWAITING_DISPATCH:
        with pytest.raises((PermissionRefused, TransitionRefused)):
            decide_voiding(Paper(kind=kind), actor(role), state=state, was_sent=False)


def test_a_reply_that_waits_to_be_sent_is_void_without_a_letter() -> None:
    assert not decide_voiding(REPLY, LEADER, state=State.AWAITING_DISPATCH, was_sent=False)


@pytest.mark.parametrize(
    ("kind", "delivered", "was_sent", "tells"),
    [
        (LetterKind.CORRECTION_REQUEST, False, False, False),
        (LetterKind.CORRECTION_REQUEST, False, True, True),
        (LetterKind.CORRECTION_REQUEST, True, False, True),
        (LetterKind.THIRD_PARTY_CONSULTATION, False, True, True),
        (LetterKind.APPROVAL_SHEET, False, True, False),  # stays in the office
        (LetterKind.DELIVERY_RECORD, False, True, False),  # goes round with another document
    ],
)
def test_what_has_left_is_revoked_by_a_letter(
    kind: LetterKind, *, delivered: bool, was_sent: bool, tells: bool
) -> None:
    paper = Paper(kind=kind, delivered=delivered)
    assert decide_voiding(paper, LEADER, state=State.DRAFTING, was_sent=was_sent) is tells


@pytest.mark.parametrize("kind", [LetterKind.THIRD_PARTY_DISCLOSURE, LetterKind.RECORD_CORRECTION])
def test_a_decision_that_was_sent_is_undone_by_a_new_one_only(kind: LetterKind) -> None:
    with pytest.raises(TransitionRefused, match="作出新的决定"):
        decide_voiding(Paper(kind=kind), LEADER, state=State.DRAFTING, was_sent=True)
    assert not decide_voiding(Paper(kind=kind), LEADER, state=State.DRAFTING, was_sent=False)


@pytest.mark.parametrize("state", sorted(FINISHED))
def test_a_finished_case_is_reopened_first(state: State) -> None:
    with pytest.raises(TransitionRefused, match="请重开本案"):
        decide_voiding(NOTICE, LEADER, state=state, was_sent=False)


@pytest.mark.parametrize(
    ("paper", "words"),
    [
        (Paper(kind=LetterKind.REPLY, is_ours=False), "不是在本系统签发的"),
        (Paper(kind=LetterKind.REPLY, voided_on=date(2026, 9, 17)), "已于 2026-09-17 作废"),
        (Paper(kind=LetterKind.REVOCATION), "撤销告知书不能作废"),
    ],
)
def test_what_cannot_be_undone_is_told(paper: Paper, words: str) -> None:
    with pytest.raises(RuleBroken, match=words):
        decide_voiding(paper, LEADER, state=State.AWAITING_DISPATCH, was_sent=False)


@pytest.mark.parametrize(
    ("kind", "later", "words"),
    [
        (ClockEventKind.CORRECTION_REQUESTED, ClockEventKind.CORRECTION_RECEIVED, "已经补正"),
        (ClockEventKind.CONSULTATION_STARTED, ClockEventKind.CONSULTATION_ENDED, "提出意见"),
        (ClockEventKind.FEE_NOTICED, ClockEventKind.FEE_PAID, "已经缴费"),
    ],
)
def test_what_had_its_effect_stands(
    kind: ClockEventKind, later: ClockEventKind, words: str
) -> None:
    check_taking_back(kind, [], state=State.DRAFTING)
    with pytest.raises(RuleBroken, match=words) as refused:
        check_taking_back(kind, [later], state=State.DRAFTING)
    assert refused.value.field == "then"


@pytest.mark.parametrize("state", [State.DISPATCHED, State.CLOSED, State.ARCHIVED])
def test_nothing_is_taken_back_after_the_answer(state: State) -> None:
    with pytest.raises(RuleBroken, match="已经答复"):
        check_taking_back(ClockEventKind.EXTENSION, [], state=state)


def test_a_fee_is_counted_anew() -> None:
    check_reissue(LetterKind.CORRECTION_REQUEST)
    with pytest.raises(RuleBroken, match="重新计算"):
        check_reissue(LetterKind.FEE_NOTICE)
