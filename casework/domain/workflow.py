"""The road of a case, as one table: state, act, next state, permission, conditions.

条例第四十五条 asks every agency for rules on 登记、审核、办理、答复、归档; this is that rule.
The web offers what ``list_offers`` allows, a service asks ``decide`` again, and nothing else moves
a case.
Consultation, extension and fee are events beside the state: work goes on while the clock rests
(条例第三十三条第三款).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain import workflow_conditions as conditions
from casework.domain.actions import Action
from casework.domain.errors import PermissionRefused, TransitionRefused
from casework.domain.permissions import Actor, Permission, require
from casework.domain.states import FINISHED, OPEN, UNDECIDED, WORKING, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.domain.facts import CaseFacts
    from casework.domain.workflow_conditions import Condition


__all__ = [
    "TRANSITIONS",
    "Action",
    "Offer",
    "Rule",
    "Transition",
    "decide",
    "list_offers",
    "stage_label",
]


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
    *terms: Condition,
    once: Callable[[CaseFacts], bool] | None = None,
) -> Rule:
    return Rule(
        action=action,
        sources=frozenset(sources),
        target=target,
        permission=permission,
        conditions=terms,
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
        _rule(
            Action.ASSIGN, WORKING, State.DRAFTING, Permission.ASSIGN, conditions.receipt_is_known
        ),
        _rule(Action.HAND_OVER, OPEN, None, Permission.ASSIGN),
        _rule(Action.DIVIDE, _DRAFTABLE, None, Permission.ASSIGN),
        _rule(
            Action.ANSWER_DIVISION, UNDECIDED, None, Permission.DRAFT, conditions.a_unit_is_asked
        ),
        _rule(Action.DROP_DIVISION, UNDECIDED, None, Permission.ASSIGN, conditions.a_unit_is_asked),
        _rule(Action.SAVE_DRAFT, _DRAFTABLE, State.DRAFTING, Permission.DRAFT),
        _rule(
            Action.SUBMIT_DRAFT,
            _DRAFTABLE,
            State.IN_REVIEW,
            Permission.DRAFT,
            conditions.there_is_a_draft,
            conditions.units_have_answered,
            conditions.no_consultation_open,
        ),
        _rule(Action.RECALL_DRAFT, _REVIEWABLE, State.DRAFTING, Permission.DRAFT),
        _rule(
            Action.APPROVE,
            _REVIEWABLE,
            State.AWAITING_ISSUE,
            Permission.REVIEW,
            conditions.my_step,
            conditions.another_person_reviews,
            once=conditions.last_step_in_turn,
        ),
        _rule(
            Action.RETURN_DRAFT,
            _REVIEWABLE,
            State.RETURNED,
            Permission.REVIEW,
            conditions.my_step,
            conditions.another_person_reviews,
        ),
        _rule(
            Action.BYPASS_STEP,
            _REVIEWABLE,
            State.AWAITING_ISSUE,
            Permission.BYPASS_REVIEW,
            conditions.another_person_reviews,
            conditions.step_may_be_bypassed,
            once=conditions.last_step_in_turn,
        ),
        # A step was taken out of the chain while its turn was pending: the case goes on, once.
        _rule(
            Action.PASS_ON,
            _REVIEWABLE,
            State.AWAITING_ISSUE,
            Permission.MANAGE_AGENCIES,
            conditions.no_step_is_left,
        ),
        _rule(
            Action.ISSUE,
            {State.AWAITING_ISSUE},
            State.AWAITING_DISPATCH,
            Permission.ISSUE,
            conditions.another_person_issues,
            conditions.text_is_approved,
            conditions.no_consultation_open,
        ),
        _rule(Action.REFUSE_ISSUE, {State.AWAITING_ISSUE}, State.RETURNED, Permission.ISSUE),
        # Issued by mistake and still in the house; what has been served is reopened instead.
        _rule(
            Action.VOID_REPLY, {State.AWAITING_DISPATCH}, State.RETURNED, Permission.VOID_DOCUMENT
        ),
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
            conditions.correction_allowed,
            conditions.receipt_is_known,
        ),
        # The notice was issued by mistake and is revoked: as if it had never been.
        _rule(
            Action.TAKE_BACK_CORRECTION,
            {State.AWAITING_CORRECTION},
            State.DRAFTING,
            Permission.VOID_DOCUMENT,
        ),
        _rule(
            Action.RECEIVE_CORRECTION,
            {State.AWAITING_CORRECTION},
            State.DRAFTING,
            Permission.KEEP_TIME,
        ),
        # 视为放弃 is a finding of the office after the day named in the notice (第三十条): its
        # notice is drafted, reviewed and issued like any other end of a case.
        _rule(
            Action.DEEM_ABANDONED,
            {State.AWAITING_CORRECTION},
            State.DRAFTING,
            Permission.KEEP_TIME,
        ),
        _rule(
            Action.START_CONSULTATION,
            UNDECIDED,
            None,
            Permission.KEEP_TIME,
            conditions.receipt_is_known,
        ),
        _rule(
            Action.END_CONSULTATION,
            UNDECIDED | {State.AWAITING_CORRECTION},
            None,
            Permission.KEEP_TIME,
            conditions.consultation_open,
        ),
        _rule(
            Action.EXTEND,
            UNDECIDED,
            None,
            Permission.EXTEND,
            conditions.limit_is_the_statutes,
            conditions.receipt_is_known,
        ),
        _rule(
            Action.DELAY,
            UNDECIDED,
            None,
            Permission.EXTEND,
            conditions.limit_is_the_statutes,
            conditions.receipt_is_known,
            conditions.delay_allowed,
        ),
        # 会商 is no 征求意见: the clock runs on (第三十三条第三款 names the consultations alone).
        _rule(Action.CONFER, UNDECIDED | {State.AWAITING_CORRECTION}, None, Permission.KEEP_TIME),
        # Inside the tree the application itself goes to the agency it was meant for; what has been
        # answered, or kept from others, does not.
        _rule(
            Action.HAND_ON,
            WORKING | {State.AWAITING_CONFIRMATION},
            State.CLOSED,
            Permission.ASSIGN,
            conditions.not_answered,
            conditions.not_restricted,
            conditions.units_have_answered,
            conditions.no_consultation_open,
        ),
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
        # 第四十一条 speaks of records that the agency has given out.
        _rule(Action.ASK_AMENDMENT, _SERVED | FINISHED, None, Permission.REGISTER),
        _rule(
            Action.DECIDE_AMENDMENT,
            frozenset(State),
            None,
            Permission.DRAFT,
            conditions.an_amendment_is_open,
        ),
        _rule(Action.REOPEN, FINISHED, State.DRAFTING, Permission.REOPEN, conditions.was_received),
        _rule(Action.LINK, frozenset(State), None, Permission.LINK),
        _rule(Action.UNLINK, frozenset(State), None, Permission.LINK),
        _rule(
            Action.RESTRICT,
            frozenset(State),
            None,
            Permission.RESTRICT,
            conditions.is_not_restricted,
        ),
        _rule(
            Action.NAME_READERS,
            frozenset(State),
            None,
            Permission.RESTRICT,
            conditions.is_restricted,
        ),
        _rule(
            Action.LIFT_RESTRICTION,
            frozenset(State),
            None,
            Permission.RESTRICT,
            conditions.is_restricted,
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
    if facts.known_to is not None and actor.user_id not in facts.known_to:
        raise PermissionRefused("本案限制知悉，您不在名单上", permission=rule.permission.value)
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
