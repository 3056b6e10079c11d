"""The road of a case, as one table: state, act, next state, permission, conditions.

条例第四十五条 asks every agency for rules on 登记、审核、办理、答复、归档; this is that rule.
The web offers what ``list_offers`` allows, a service asks ``decide`` again, and nothing else moves
a case.
Consultation, extension and fee are events beside the state: work goes on while the clock rests
(条例第三十三条第三款).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from casework.domain.errors import PermissionRefused, TransitionRefused
from casework.domain.facts import CaseFacts
from casework.domain.permissions import Actor, Permission, require
from casework.domain.review_chain import StepKind, check_bypass


class State(StrEnum):
    """环节: where a case stands."""

    AWAITING_CONFIRMATION = "awaiting_confirmation"
    AWAITING_ASSIGNMENT = "awaiting_assignment"
    DRAFTING = "drafting"
    AWAITING_CORRECTION = "awaiting_correction"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    AWAITING_ISSUE = "awaiting_issue"
    AWAITING_DISPATCH = "awaiting_dispatch"
    DISPATCHED = "dispatched"
    CLOSED = "closed"
    ARCHIVED = "archived"

    @property
    def label(self) -> str:
        """The word on the screen, e.g. 待签发."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    State.AWAITING_CONFIRMATION: "待确认收到日期",
    State.AWAITING_ASSIGNMENT: "待分办",
    State.DRAFTING: "拟办中",
    State.AWAITING_CORRECTION: "待补正",
    State.IN_REVIEW: "待审核",
    State.RETURNED: "审核退回",
    State.AWAITING_ISSUE: "待签发",
    State.AWAITING_DISPATCH: "待送达",
    State.DISPATCHED: "已送达",
    State.CLOSED: "已办结",
    State.ARCHIVED: "已归档",
}

FINISHED = frozenset({State.CLOSED, State.ARCHIVED})
WORKING = frozenset({State.AWAITING_ASSIGNMENT, State.DRAFTING, State.RETURNED})
UNDECIDED = WORKING | {State.IN_REVIEW, State.AWAITING_ISSUE}
OPEN = frozenset(State) - FINISHED


class Action(StrEnum):
    """One act of the office on a case that exists."""

    CONFIRM_RECEIPT = "confirm_receipt"
    ASSIGN = "assign"
    SAVE_DRAFT = "save_draft"
    SUBMIT_DRAFT = "submit_draft"
    RECALL_DRAFT = "recall_draft"
    APPROVE = "approve"
    RETURN_DRAFT = "return_draft"
    BYPASS_STEP = "bypass_step"
    PASS_ON = "pass_on"  # noqa: S105  the name of an act
    ISSUE = "issue"
    REFUSE_ISSUE = "refuse_issue"
    DISPATCH = "dispatch"
    CLOSE = "close"
    ARCHIVE = "archive"
    REQUEST_CORRECTION = "request_correction"
    RECEIVE_CORRECTION = "receive_correction"
    START_CONSULTATION = "start_consultation"
    END_CONSULTATION = "end_consultation"
    EXTEND = "extend"
    WITHDRAW = "withdraw"
    CORRECT_RECEIPT = "correct_receipt"
    RECORD_RELIEF = "record_relief"

    @property
    def label(self) -> str:
        """The button's words, verb and object."""
        return _ACTION_LABELS[self]


_ACTION_LABELS = {
    Action.CONFIRM_RECEIPT: "登记确认收到日期",
    Action.ASSIGN: "分办",
    Action.SAVE_DRAFT: "拟稿",
    Action.SUBMIT_DRAFT: "提交审核",
    Action.RECALL_DRAFT: "撤回送审稿",
    Action.APPROVE: "审核通过",
    Action.RETURN_DRAFT: "退回承办人修改",
    Action.BYPASS_STEP: "略过本环节",
    Action.PASS_ON: "转入下一环节",
    Action.ISSUE: "签发",
    Action.REFUSE_ISSUE: "不予签发，退回修改",
    Action.DISPATCH: "登记送达",
    Action.CLOSE: "办结",
    Action.ARCHIVE: "归档",
    Action.REQUEST_CORRECTION: "告知补正",
    Action.RECEIVE_CORRECTION: "登记收到补正",
    Action.START_CONSULTATION: "征求意见",
    Action.END_CONSULTATION: "登记收到意见",
    Action.EXTEND: "办延期",
    Action.WITHDRAW: "申请人撤回",
    Action.CORRECT_RECEIPT: "更正收到日期",
    Action.RECORD_RELIEF: "登记复议、诉讼",
}

Condition = Callable[[CaseFacts, Actor], str | None]
"""Says in one sentence why the act is not open to this person on this case, or None."""


def _my_step(facts: CaseFacts, actor: Actor) -> str | None:
    step = facts.step_in_turn
    if step is None:
        return "没有等待审核的环节"
    if step.kind.role not in actor.roles:
        return f"现在轮到“{step.kind.label}”，由{step.kind.role.label}办理"
    if step.kind is StepKind.UNIT_HEAD and actor.unit and facts.unit and actor.unit != facts.unit:
        return f"本案由{facts.unit}承办，由该科室负责人审核"
    return None


def _step_may_be_bypassed(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    step = facts.step_in_turn
    return check_bypass(step.kind, discloses=facts.discloses) if step else "没有等待审核的环节"


def _no_step_is_left(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    step = facts.step_in_turn
    return f"还要经过{step.kind.label}" if step else None


def _another_person_reviews(facts: CaseFacts, actor: Actor) -> str | None:
    if facts.drafter_id is not None and facts.drafter_id == actor.user_id:
        return None if facts.one_person_office else "稿件是您起草的，须由他人审核"
    return None


def _another_person_issues(facts: CaseFacts, actor: Actor) -> str | None:
    if facts.one_person_office:
        return None
    if facts.drafter_id is not None and facts.drafter_id == actor.user_id:
        return "稿件是您起草的，须由他人签发"
    if actor.user_id in facts.reviewer_ids:
        return "稿件是您审核的，须由他人签发"
    return None


def _text_is_approved(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    if facts.draft_hash is None or not facts.steps:
        return "没有审核过的稿件，须重新送审"
    step = facts.step_in_turn
    return f"未经{step.kind.label}，或审核之后稿件有改动，须重新送审" if step else None


def _there_is_a_draft(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    return None if facts.draft_hash else "还没有稿件，请先拟稿"


def _no_consultation_open(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    return "征求意见尚未结束，请先登记收到意见" if facts.consultation_open else None


def _consultation_open(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    return None if facts.consultation_open else "没有正在进行的征求意见"


def _correction_allowed(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    # 2007条例第二十一条第四项: telling the applicant to amend is itself the reply.
    if facts.correction_allowed:
        return None
    return "2007年条例没有补正程序，请拟稿“告知作出更改补充”（第二十一条第四项）"


def _receipt_is_known(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    return None if facts.received_on else "收到日期尚未确认，期限不起算，请先登记确认"


def _last_step_in_turn(facts: CaseFacts) -> bool:
    return sum(not step.passed for step in facts.steps) <= 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the table: from which states, to which (None: stays), for whom, on what terms.

    ``once`` holds the case where it is until it is true: a draft leaves the review with the last
    of its steps.
    """

    action: Action
    sources: frozenset[State]
    target: State | None
    permission: Permission
    conditions: tuple[Condition, ...] = ()
    once: Callable[[CaseFacts], bool] | None = None


def _rule(
    action: Action,
    sources: frozenset[State] | set[State],
    target: State | None,
    permission: Permission,
    *conditions: Condition,
    once: Callable[[CaseFacts], bool] | None = None,
) -> Rule:
    return Rule(
        action=action,
        sources=frozenset(sources),
        target=target,
        permission=permission,
        conditions=conditions,
        once=once,
    )


_DRAFTABLE = WORKING - {State.AWAITING_ASSIGNMENT}
_REVIEWABLE = frozenset({State.IN_REVIEW})
_SERVED = frozenset({State.DISPATCHED})

TRANSITIONS: dict[Action, Rule] = {
    rule.action: rule
    for rule in (
        _rule(
            Action.CONFIRM_RECEIPT,
            {State.AWAITING_CONFIRMATION},
            State.AWAITING_ASSIGNMENT,
            Permission.REGISTER,
        ),
        _rule(Action.ASSIGN, WORKING, State.DRAFTING, Permission.ASSIGN, _receipt_is_known),
        _rule(Action.SAVE_DRAFT, _DRAFTABLE, State.DRAFTING, Permission.DRAFT),
        _rule(
            Action.SUBMIT_DRAFT,
            _DRAFTABLE,
            State.IN_REVIEW,
            Permission.DRAFT,
            _there_is_a_draft,
            _no_consultation_open,
        ),
        _rule(Action.RECALL_DRAFT, _REVIEWABLE, State.DRAFTING, Permission.DRAFT),
        _rule(
            Action.APPROVE,
            _REVIEWABLE,
            State.AWAITING_ISSUE,
            Permission.REVIEW,
            _my_step,
            _another_person_reviews,
            once=_last_step_in_turn,
        ),
        _rule(
            Action.RETURN_DRAFT,
            _REVIEWABLE,
            State.RETURNED,
            Permission.REVIEW,
            _my_step,
            _another_person_reviews,
        ),
        _rule(
            Action.BYPASS_STEP,
            _REVIEWABLE,
            State.AWAITING_ISSUE,
            Permission.BYPASS_REVIEW,
            _another_person_reviews,
            _step_may_be_bypassed,
            once=_last_step_in_turn,
        ),
        # A step was taken out of the chain while its turn was pending: the case goes on, once.
        _rule(
            Action.PASS_ON,
            _REVIEWABLE,
            State.AWAITING_ISSUE,
            Permission.MANAGE_AGENCIES,
            _no_step_is_left,
        ),
        _rule(
            Action.ISSUE,
            {State.AWAITING_ISSUE},
            State.AWAITING_DISPATCH,
            Permission.ISSUE,
            _another_person_issues,
            _text_is_approved,
        ),
        _rule(Action.REFUSE_ISSUE, {State.AWAITING_ISSUE}, State.RETURNED, Permission.ISSUE),
        _rule(
            Action.DISPATCH,
            {State.AWAITING_DISPATCH},
            State.DISPATCHED,
            Permission.DISPATCH,
        ),
        _rule(Action.CLOSE, _SERVED, State.CLOSED, Permission.CLOSE),
        _rule(Action.ARCHIVE, {State.CLOSED}, State.ARCHIVED, Permission.CLOSE),
        _rule(
            Action.REQUEST_CORRECTION,
            WORKING,
            State.AWAITING_CORRECTION,
            Permission.KEEP_TIME,
            _correction_allowed,
            _receipt_is_known,
        ),
        _rule(
            Action.RECEIVE_CORRECTION,
            {State.AWAITING_CORRECTION},
            State.DRAFTING,
            Permission.KEEP_TIME,
        ),
        _rule(
            Action.START_CONSULTATION,
            UNDECIDED,
            None,
            Permission.KEEP_TIME,
            _receipt_is_known,
        ),
        _rule(
            Action.END_CONSULTATION,
            UNDECIDED | {State.AWAITING_CORRECTION},
            None,
            Permission.KEEP_TIME,
            _consultation_open,
        ),
        _rule(Action.EXTEND, UNDECIDED, None, Permission.EXTEND, _receipt_is_known),
        _rule(
            Action.WITHDRAW,
            UNDECIDED | {State.AWAITING_CONFIRMATION, State.AWAITING_CORRECTION},
            State.CLOSED,
            Permission.CLOSE,
        ),
        _rule(
            Action.CORRECT_RECEIPT, OPEN - {State.AWAITING_CONFIRMATION}, None, Permission.REGISTER
        ),
        _rule(
            Action.RECORD_RELIEF,
            _SERVED | FINISHED,
            None,
            Permission.RECORD_RELIEF,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Transition:
    """A decided act: which, from where, to where, and in which permission's name."""

    action: Action
    source: State
    target: State
    permission: Permission


@dataclass(frozen=True, slots=True)
class Offer:
    """An act as the case page shows it: open to this person, or not and why."""

    action: Action
    why_not: str | None

    @property
    def is_open(self) -> bool:
        """Say whether the person may do it now."""
        return self.why_not is None


def decide(facts: CaseFacts, action: Action, actor: Actor) -> Transition:
    """Return the transition that ``action`` makes of a case with these ``facts``.

    Raises PermissionRefused if the role or the person may not, TransitionRefused if the case is
    not where the act is possible.
    """
    rule = TRANSITIONS[action]
    require(actor, rule.permission)
    if not actor.sees(facts.agency_path):
        raise PermissionRefused("本案不在您的机关范围内", permission=rule.permission.value)
    if facts.state not in rule.sources:
        raise TransitionRefused(
            f"案件现在是“{stage_label(facts)}”，不能{action.label}",
            state=facts.state.value,
            action=action.value,
        )
    for condition in rule.conditions:
        refusal = condition(facts, actor)
        if refusal is not None:
            raise TransitionRefused(refusal, state=facts.state.value, action=action.value)
    arrives = rule.once is None or rule.once(facts)
    target = rule.target if rule.target is not None and arrives else facts.state
    return Transition(action, facts.state, target, rule.permission)


def stage_label(facts: CaseFacts) -> str:
    """Return the state in words, a draft in review by the step whose turn it is: 待保密审查."""
    step = facts.step_in_turn
    if facts.state is State.IN_REVIEW and step is not None:
        return f"待{step.kind.label}"
    return facts.state.label


def list_offers(facts: CaseFacts, actor: Actor) -> list[Offer]:
    """Return every act with whether it is open to ``actor`` now, and why not."""
    offers = []
    for action in Action:
        try:
            decide(facts, action, actor)
        except (PermissionRefused, TransitionRefused) as refusal:
            offers.append(Offer(action, refusal.message))
        else:
            offers.append(Offer(action, None))
    return offers
