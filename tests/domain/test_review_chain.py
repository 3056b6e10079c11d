"""The review chain step by step: whose turn it is, what may be passed over, what never."""

from __future__ import annotations

import pytest

from casework.domain.errors import RuleBroken, TransitionRefused
from casework.domain.facts import CaseFacts
from casework.domain.permissions import Actor, Role
from casework.domain.review_chain import Step, StepKind, check_chain
from casework.domain.states import State
from casework.domain.workflow import Action, decide, stage_label

ME, DRAFTER = 1, 2
WHOLE = (StepKind.UNIT_HEAD, StepKind.LEGAL_REVIEW, StepKind.SECRECY, StepKind.DEPUTY_LEADER)


def in_review(*, passed: int, **changes: object) -> CaseFacts:
    steps = tuple(
        Step(kind=kind, passed=place < passed, passed_by=10 + place if place < passed else None)
        for place, kind in enumerate(WHOLE)
    )
    values: dict[str, object] = {
        "number": "青资公开〔2026〕1号",
        "state": State.IN_REVIEW,
        "agency_path": "/1/",
        "unit": "耕地保护科",
        "drafter_id": DRAFTER,
        "draft_hash": "a" * 64,
        "steps": steps,
    }
    return CaseFacts(**(values | changes))  # type: ignore[arg-type]


def actor(role: Role, *, user_id: int = ME, unit: str = "") -> Actor:
    return Actor(
        user_id=user_id,
        name="某人",
        agency_id=1,
        agency_path="/1/",
        roles=frozenset({role}),
        unit=unit,
    )


REVIEWERS = [Role.UNIT_HEAD, Role.LEGAL_REVIEWER, Role.SECRECY_REVIEWER, Role.DEPUTY_LEADER]


@pytest.mark.parametrize("action", [Action.APPROVE, Action.RETURN_DRAFT])
@pytest.mark.parametrize("passed", range(4))
@pytest.mark.parametrize("role", REVIEWERS)
def test_acceptance_42_a_step_acts_only_in_its_turn(
    role: Role, passed: int, action: Action
) -> None:
    facts = in_review(passed=passed)
    if role is not WHOLE[passed].role:
        with pytest.raises(TransitionRefused, match="现在轮到"):
            decide(facts, action, actor(role))
        return
    target = decide(facts, action, actor(role)).target
    last = passed == len(WHOLE) - 1
    if action is Action.RETURN_DRAFT:
        assert target is State.RETURNED
    else:
        assert target is (State.AWAITING_ISSUE if last else State.IN_REVIEW)


def test_the_state_in_words_names_the_step() -> None:
    assert [stage_label(in_review(passed=n)) for n in range(4)] == [
        "待承办科室负责人审核",
        "待法制审核",
        "待保密审查",
        "待分管领导审核",
    ]


@pytest.mark.parametrize(
    ("passed", "discloses", "open_to_leader"),
    [(0, True, True), (1, True, False), (2, False, True), (2, True, False), (3, True, True)],
    ids=["unit head", "legal review", "secrecy of a refusal", "secrecy of a release", "deputy"],
)
def test_acceptance_43_what_may_be_passed_over(
    passed: int,
    discloses: bool,  # noqa: FBT001  a column of the table
    open_to_leader: bool,  # noqa: FBT001
) -> None:
    facts = in_review(passed=passed, discloses=discloses)
    if open_to_leader:
        decide(facts, Action.BYPASS_STEP, actor(Role.LEADER))
    else:
        with pytest.raises(TransitionRefused, match="不能略过"):
            decide(facts, Action.BYPASS_STEP, actor(Role.LEADER))


def test_the_drafter_passes_nothing_over() -> None:
    with pytest.raises(TransitionRefused, match="您起草的"):
        decide(in_review(passed=0), Action.BYPASS_STEP, actor(Role.LEADER, user_id=DRAFTER))


def test_a_unit_head_reviews_the_unit_s_own_cases() -> None:
    facts = in_review(passed=0)
    assert decide(facts, Action.APPROVE, actor(Role.UNIT_HEAD, unit="耕地保护科"))
    with pytest.raises(TransitionRefused, match="本案由耕地保护科承办"):
        decide(facts, Action.APPROVE, actor(Role.UNIT_HEAD, unit="规划编制科"))


@pytest.mark.parametrize("by", [10, 11])
def test_no_reviewer_of_any_step_issues(by: int) -> None:
    steps = tuple(Step(kind=kind, passed=True, passed_by=10 + n) for n, kind in enumerate(WHOLE))
    facts = in_review(passed=4, state=State.AWAITING_ISSUE, steps=steps)
    with pytest.raises(TransitionRefused, match="您审核的"):
        decide(facts, Action.ISSUE, actor(Role.LEADER, user_id=by))
    assert decide(facts, Action.ISSUE, actor(Role.LEADER)).target is State.AWAITING_DISPATCH


@pytest.mark.parametrize("missing", range(4))
def test_no_step_may_be_missing_when_it_is_issued(missing: int) -> None:
    steps = tuple(Step(kind=kind, passed=n != missing) for n, kind in enumerate(WHOLE))
    facts = in_review(passed=4, state=State.AWAITING_ISSUE, steps=steps)
    with pytest.raises(TransitionRefused, match=WHOLE[missing].label):
        decide(facts, Action.ISSUE, actor(Role.LEADER))


def test_legal_review_is_always_in_the_chain() -> None:
    check_chain([StepKind.SECRECY, StepKind.LEGAL_REVIEW])
    with pytest.raises(RuleBroken) as refusal:
        check_chain([StepKind.SECRECY])
    assert refusal.value.basis == "条例第十七条"
    with pytest.raises(RuleBroken):
        check_chain([StepKind.LEGAL_REVIEW, StepKind.LEGAL_REVIEW])
