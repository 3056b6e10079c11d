"""Role × state × act, written out cell by cell; what is not written here must be refused."""

from __future__ import annotations

from datetime import date

import pytest

from casework.domain.errors import PermissionRefused, TransitionRefused
from casework.domain.facts import CaseFacts
from casework.domain.permissions import ADMINISTRATORS, GRANTS, Actor, Permission, Role, check_roles
from casework.domain.review_chain import Step, StepKind
from casework.domain.states import State
from casework.domain.workflow import TRANSITIONS, Action, decide, list_offers

RECEIVED = date(2026, 9, 7)  # a Monday
ME, SOMEBODY, THIRD = 1, 2, 3

# One row per state, one column per role: what that role may do to a case there when the draft in
# hand was written and reviewed by others, no consultation is open and one 更正申请 waits.
# In review the turn is 法制审核's; a chain is tested step by step in test_review_chain.
ALLOWED = """
awaiting_confirmation | clerk: confirm_receipt withdraw link unlink
awaiting_confirmation | handler: link unlink
awaiting_assignment   | clerk: assign request_correction start_consultation withdraw
awaiting_assignment   | clerk: correct_receipt link unlink
awaiting_assignment   | handler: request_correction start_consultation link unlink
awaiting_assignment   | leader: assign extend delay
drafting              | clerk: assign request_correction start_consultation withdraw
drafting              | clerk: correct_receipt link unlink divide
drafting              | handler: save_draft submit_draft request_correction start_consultation
drafting              | handler: link unlink
drafting              | leader: assign extend delay divide
awaiting_correction   | clerk: receive_correction deem_abandoned withdraw correct_receipt
awaiting_correction   | clerk: link unlink
awaiting_correction   | handler: receive_correction deem_abandoned link unlink
in_review             | clerk: start_consultation withdraw correct_receipt link unlink
in_review             | handler: recall_draft start_consultation link unlink
in_review             | legal_reviewer: approve return_draft
in_review             | leader: extend delay
returned              | clerk: assign request_correction start_consultation withdraw
returned              | clerk: correct_receipt link unlink divide
returned              | handler: save_draft submit_draft request_correction start_consultation
returned              | handler: link unlink
returned              | leader: assign extend delay divide
awaiting_issue        | clerk: start_consultation withdraw correct_receipt link unlink
awaiting_issue        | handler: start_consultation link unlink
awaiting_issue        | leader: issue refuse_issue extend delay
awaiting_dispatch     | clerk: dispatch correct_receipt link unlink
awaiting_dispatch     | handler: link unlink
awaiting_dispatch     | leader: void_reply
awaiting_correction   | leader: take_back_correction
dispatched            | clerk: close correct_receipt record_relief link unlink
dispatched            | handler: link unlink
closed                | clerk: archive record_relief link unlink
closed                | handler: link unlink
closed                | leader: reopen
archived              | clerk: record_relief link unlink
archived              | handler: link unlink
archived              | leader: reopen
awaiting_confirmation | clerk: hand_over
awaiting_confirmation | leader: hand_over
awaiting_assignment   | clerk: hand_over
awaiting_assignment   | leader: hand_over
drafting              | clerk: hand_over
drafting              | leader: hand_over
awaiting_correction   | clerk: hand_over
awaiting_correction   | leader: hand_over
in_review             | clerk: hand_over
in_review             | leader: hand_over
returned              | clerk: hand_over
returned              | leader: hand_over
awaiting_issue        | clerk: hand_over
awaiting_issue        | leader: hand_over
awaiting_dispatch     | clerk: hand_over
awaiting_dispatch     | leader: hand_over
dispatched            | clerk: hand_over
dispatched            | leader: hand_over
awaiting_confirmation | secrecy_reviewer: restrict
awaiting_confirmation | leader: restrict
awaiting_assignment   | secrecy_reviewer: restrict
awaiting_assignment   | leader: restrict
drafting              | secrecy_reviewer: restrict
drafting              | leader: restrict
awaiting_correction   | secrecy_reviewer: restrict
awaiting_correction   | leader: restrict
in_review             | secrecy_reviewer: restrict
in_review             | leader: restrict
returned              | secrecy_reviewer: restrict
returned              | leader: restrict
awaiting_issue        | secrecy_reviewer: restrict
awaiting_issue        | leader: restrict
awaiting_dispatch     | secrecy_reviewer: restrict
awaiting_dispatch     | leader: restrict
dispatched            | secrecy_reviewer: restrict
dispatched            | leader: restrict
closed                | secrecy_reviewer: restrict
closed                | leader: restrict
archived              | secrecy_reviewer: restrict
archived              | leader: restrict
awaiting_assignment   | clerk: confer
awaiting_assignment   | handler: confer decide_amendment
drafting              | clerk: confer
drafting              | handler: confer decide_amendment
awaiting_correction   | clerk: confer
awaiting_correction   | handler: confer decide_amendment
in_review             | clerk: confer
in_review             | handler: confer decide_amendment
returned              | clerk: confer
returned              | handler: confer decide_amendment
awaiting_issue        | clerk: confer
awaiting_issue        | handler: confer decide_amendment
awaiting_confirmation | handler: decide_amendment
awaiting_dispatch     | handler: decide_amendment
dispatched            | clerk: ask_amendment
dispatched            | handler: decide_amendment
closed                | clerk: ask_amendment
closed                | handler: decide_amendment
archived              | clerk: ask_amendment
archived              | handler: decide_amendment
awaiting_confirmation | clerk: hand_on
awaiting_confirmation | leader: hand_on
awaiting_assignment   | clerk: hand_on
awaiting_assignment   | leader: hand_on
drafting              | clerk: hand_on
drafting              | leader: hand_on
returned              | clerk: hand_on
returned              | leader: hand_on
"""


def allowed_cells() -> set[tuple[Role, State, Action]]:
    cells = set()
    for line in ALLOWED.strip().splitlines():
        state, rest = line.split("|")
        role, actions = rest.split(":")
        cells |= {(Role(role.strip()), State(state.strip()), Action(a)) for a in actions.split()}
    return cells


def reviewed(by: int | None) -> Step:
    return Step(kind=StepKind.LEGAL_REVIEW, passed=by is not None, passed_by=by)


def facts(state: State, **changes: object) -> CaseFacts:
    values: dict[str, object] = {
        "number": "青资公开〔2026〕147号",
        "state": state,
        "agency_path": "/1/2/",
        "received_on": None if state is State.AWAITING_CONFIRMATION else RECEIVED,
        "drafter_id": SOMEBODY,
        "draft_hash": "a" * 64,
        "steps": (reviewed(None if state is State.IN_REVIEW else THIRD),),
        "amendment_open": True,
    }
    return CaseFacts(**(values | changes))  # type: ignore[arg-type]


def actor(*roles: Role, path: str = "/1/2/", user_id: int | None = ME) -> Actor:
    return Actor(
        user_id=user_id, name="周敏", agency_id=2, agency_path=path, roles=frozenset(roles)
    )


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("role", list(Role))
def test_acceptance_39_every_role_state_and_act(role: Role, state: State, action: Action) -> None:
    if (role, state, action) in allowed_cells():
        assert decide(facts(state), action, actor(role)).source is state
    else:
        with pytest.raises((PermissionRefused, TransitionRefused)):
            decide(facts(state), action, actor(role))


def test_every_act_stands_in_the_table_once() -> None:
    assert set(TRANSITIONS) == set(Action)
    assert all(rule.action is action for action, rule in TRANSITIONS.items())


def test_every_state_can_be_reached_and_left() -> None:
    targets = {rule.target for rule in TRANSITIONS.values() if rule.target}
    assert targets | {State.AWAITING_CONFIRMATION, State.AWAITING_ASSIGNMENT} == set(State)
    # 已归档 is the end, unless the leader takes the case up again.
    moves = {
        s
        for rule in TRANSITIONS.values()
        if rule.target and rule.action is not Action.REOPEN
        for s in rule.sources
    }
    assert moves == set(State) - {State.ARCHIVED}


@pytest.mark.parametrize("action", [Action.APPROVE, Action.RETURN_DRAFT])
def test_acceptance_40_nobody_reviews_their_own_draft(action: Action) -> None:
    both = actor(Role.HANDLER, Role.LEGAL_REVIEWER)
    with pytest.raises(TransitionRefused, match="您起草的"):
        decide(facts(State.IN_REVIEW, drafter_id=ME), action, both)


@pytest.mark.parametrize("mine", [{"drafter_id": ME}, {"steps": (reviewed(ME),)}])
def test_nobody_issues_what_they_drafted_or_reviewed(mine: dict[str, object]) -> None:
    everything = actor(Role.HANDLER, Role.LEGAL_REVIEWER, Role.LEADER)
    with pytest.raises(TransitionRefused, match="须由他人签发"):
        decide(facts(State.AWAITING_ISSUE, **mine), Action.ISSUE, everything)


def test_a_one_person_office_is_an_exception_on_record() -> None:
    everything = actor(Role.HANDLER, Role.LEGAL_REVIEWER, Role.LEADER)
    alone = {"drafter_id": ME, "one_person_office": True}
    assert decide(facts(State.IN_REVIEW, **alone), Action.APPROVE, everything)
    by_me = facts(State.AWAITING_ISSUE, **alone, steps=(reviewed(ME),))
    assert decide(by_me, Action.ISSUE, everything)


@pytest.mark.parametrize("steps", [(), (reviewed(None),)])
def test_only_the_approved_text_is_issued(steps: tuple[Step, ...]) -> None:
    with pytest.raises(TransitionRefused, match="重新送审"):
        decide(facts(State.AWAITING_ISSUE, steps=steps), Action.ISSUE, actor(Role.LEADER))


def test_nothing_goes_to_review_without_a_draft_or_during_a_consultation() -> None:
    handler = actor(Role.HANDLER)
    with pytest.raises(TransitionRefused, match="请先拟稿"):
        decide(facts(State.DRAFTING, draft_hash=None), Action.SUBMIT_DRAFT, handler)
    with pytest.raises(TransitionRefused, match="征求意见尚未结束"):
        decide(facts(State.DRAFTING, consultation_open=True), Action.SUBMIT_DRAFT, handler)


def test_the_draft_waits_for_every_unit_that_was_asked() -> None:
    asked = facts(State.DRAFTING, units_asked=("规划编制科", "档案室"))
    with pytest.raises(TransitionRefused, match="规划编制科、档案室尚未反馈"):
        decide(asked, Action.SUBMIT_DRAFT, actor(Role.HANDLER))
    assert decide(asked, Action.ANSWER_DIVISION, actor(Role.HANDLER)).target is State.DRAFTING
    assert decide(asked, Action.DROP_DIVISION, actor(Role.CLERK)).target is State.DRAFTING


def test_nothing_is_issued_while_a_consultation_runs() -> None:
    with pytest.raises(TransitionRefused, match="征求意见尚未结束"):
        decide(
            facts(State.AWAITING_ISSUE, consultation_open=True), Action.ISSUE, actor(Role.LEADER)
        )


@pytest.mark.parametrize("action", [Action.EXTEND, Action.DELAY])
def test_an_ordered_limit_is_not_the_office_s_to_lengthen(action: Action) -> None:
    with pytest.raises(TransitionRefused, match="复议决定、判决确定的"):
        decide(facts(State.DRAFTING, limit_ordered=True), action, actor(Role.LEADER))
    for other in (Action.START_CONSULTATION, Action.REQUEST_CORRECTION):
        assert decide(facts(State.DRAFTING, limit_ordered=True), other, actor(Role.HANDLER))


def test_a_consultation_ends_only_if_one_is_open() -> None:
    clerk = actor(Role.CLERK)
    with pytest.raises(TransitionRefused, match="没有正在进行"):
        decide(facts(State.DRAFTING), Action.END_CONSULTATION, clerk)
    open_one = facts(State.DRAFTING, consultation_open=True)
    assert decide(open_one, Action.END_CONSULTATION, clerk).target is State.DRAFTING


def test_an_amendment_is_decided_once_it_is_asked_for() -> None:
    with pytest.raises(TransitionRefused, match="没有等待审核的更正申请"):
        decide(
            facts(State.CLOSED, amendment_open=False),
            Action.DECIDE_AMENDMENT,
            actor(Role.HANDLER),
        )


def test_the_2007_regulation_knows_no_correction_stop() -> None:
    old = facts(State.DRAFTING, correction_allowed=False)
    with pytest.raises(TransitionRefused, match="告知作出更改补充"):
        decide(old, Action.REQUEST_CORRECTION, actor(Role.HANDLER))


@pytest.mark.parametrize("path", ["/1/3/", "/1/2/7/", "/2/"])
def test_a_case_of_another_agency_is_out_of_reach(path: str) -> None:
    with pytest.raises(PermissionRefused):
        decide(facts(State.AWAITING_ASSIGNMENT), Action.ASSIGN, actor(Role.CLERK, path=path))


def test_a_case_below_is_within_reach() -> None:
    assert decide(facts(State.AWAITING_ASSIGNMENT), Action.ASSIGN, actor(Role.CLERK, path="/1/"))


@pytest.mark.parametrize("action", [Action.NAME_READERS, Action.LIFT_RESTRICTION])
@pytest.mark.parametrize("role", [Role.LEADER, Role.SECRECY_REVIEWER])
def test_a_restriction_is_changed_by_those_who_know_of_the_case(role: Role, action: Action) -> None:
    kept = facts(State.ARCHIVED, known_to=frozenset({ME}))
    assert decide(kept, action, actor(role)).target is State.ARCHIVED
    with pytest.raises(TransitionRefused, match="请调整知悉名单"):
        decide(kept, Action.RESTRICT, actor(role))


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(Role))
def test_a_restricted_case_is_nobody_elses_to_act_on(role: Role, action: Action) -> None:
    for state in State:
        kept = facts(state, known_to=frozenset({SOMEBODY, THIRD}))
        with pytest.raises(PermissionRefused):
            decide(kept, action, actor(role))


def test_offers_say_why_not() -> None:
    offers = {
        offer.action: offer for offer in list_offers(facts(State.DRAFTING), actor(Role.HANDLER))
    }
    assert offers[Action.SAVE_DRAFT].is_open
    assert offers[Action.ISSUE].why_not == "您没有“签发”的权限，请找签发人办理"
    assert offers[Action.RECALL_DRAFT].why_not == "案件现在是“拟办中”，不能撤回送审稿"
    assert set(offers) == set(Action)


def test_acceptance_50_permissions_are_distinct_and_labelled() -> None:
    assert len({permission.value for permission in Permission}) == len(Permission.__members__)
    assert len({permission.label for permission in Permission}) == len(Permission)


def test_every_permission_is_granted_to_somebody_and_administrators_see_no_case() -> None:
    granted = frozenset().union(*GRANTS.values())
    assert granted == set(Permission)
    for role in ADMINISTRATORS:
        assert Permission.VIEW_CASES not in GRANTS[role]
        assert Permission.REVEAL_PERSONAL_DATA not in GRANTS[role]


@pytest.mark.parametrize(
    ("roles", "fits"),
    [
        ({Role.CLERK, Role.HANDLER}, True),
        ({Role.SYSTEM_ADMIN}, True),
        ({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}, False),
        ({Role.AUDITOR, Role.CLERK}, False),
    ],
)
def test_three_administrators_are_three_persons(roles: set[Role], fits: bool) -> None:  # noqa: FBT001
    assert (check_roles(frozenset(roles)) is None) is fits
