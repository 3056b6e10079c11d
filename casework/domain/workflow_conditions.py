"""On what terms an act is open, beyond state and permission: one sentence each when it is not.

Read by the table in ``domain.workflow``; a condition looks at the facts of the case and at the
person who acts, at nothing else.
"""

from __future__ import annotations

from collections.abc import Callable

from casework.domain.facts import CaseFacts
from casework.domain.permissions import Actor
from casework.domain.review_chain import StepKind, check_bypass

Condition = Callable[[CaseFacts, Actor], str | None]
"""Says in one sentence why the act is not open to this person on this case, or None."""


def my_step(facts: CaseFacts, actor: Actor) -> str | None:
    """Ask that the step in turn belong to one of the roles this person holds, and to their unit."""
    step = facts.step_in_turn
    if step is None:
        return "没有等待审核的环节"
    if step.kind.role not in actor.roles:
        return f"现在轮到“{step.kind.label}”，由{step.kind.role.label}办理"
    if step.kind is StepKind.UNIT_HEAD and actor.unit and facts.unit and actor.unit != facts.unit:
        return f"本案由{facts.unit}承办，由该科室负责人审核"
    return None


def step_may_be_bypassed(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    """法制审核 is never passed over, nor the secrecy review of a disclosure."""
    step = facts.step_in_turn
    return check_bypass(step.kind, discloses=facts.discloses) if step else "没有等待审核的环节"


def no_step_is_left(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    """Every step of the chain has been passed."""
    step = facts.step_in_turn
    return f"还要经过{step.kind.label}" if step else None


def another_person_reviews(facts: CaseFacts, actor: Actor) -> str | None:
    """Let the drafter review nothing of their own, save in a one-person office."""
    if facts.drafter_id is not None and facts.drafter_id == actor.user_id:
        return None if facts.one_person_office else "稿件是您起草的，须由他人审核"
    return None


def another_person_issues(facts: CaseFacts, actor: Actor) -> str | None:
    """Who drafted or reviewed does not issue, save in a one-person office."""
    if facts.one_person_office:
        return None
    if facts.drafter_id is not None and facts.drafter_id == actor.user_id:
        return "稿件是您起草的，须由他人签发"
    if actor.user_id in facts.reviewer_ids:
        return "稿件是您审核的，须由他人签发"
    return None


def text_is_approved(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    """Every step has passed the very text in hand."""
    if facts.draft_hash is None or not facts.steps:
        return "没有审核过的稿件，须重新送审"
    step = facts.step_in_turn
    return f"未经{step.kind.label}，或审核之后稿件有改动，须重新送审" if step else None


def limit_is_the_statutes(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    """第三十三条 and 第三十五条 lengthen the regulation's own limit, not one that was ordered."""
    if facts.limit_ordered:
        return (
            "重新答复的期限是复议决定、判决确定的，不能依条例延长；"
            "确有困难的，请向复议机关、法院说明"
        )
    return None


def there_is_a_draft(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    """Something has been drafted."""
    return None if facts.draft_hash else "还没有稿件，请先拟稿"


def units_have_answered(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    """No other unit still owes its part."""
    if not facts.units_asked:
        return None
    return f"{'、'.join(facts.units_asked)}尚未反馈，请先登记反馈或者撤回分办"


def a_unit_is_asked(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    """Ask that some other unit still owe its part."""
    return None if facts.units_asked else "没有等待反馈的科室"


def no_consultation_open(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    """No consultation is running."""
    return "征求意见尚未结束，请先登记收到意见" if facts.consultation_open else None


def consultation_open(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    """Ask that a consultation be running."""
    return None if facts.consultation_open else "没有正在进行的征求意见"


def an_amendment_is_open(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    """Ask that somebody wait for word on a record to be put right."""
    return None if facts.amendment_open else "没有等待审核的更正申请"


def not_answered(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    """Ask that no reply have been handed over: who has answered keeps the case."""
    return "本案已经答复过，不能转办" if facts.answered else None


def not_restricted(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    """Let no case under 限制知悉 leave the agency that marked it."""
    return "本案限制知悉，解除限制之后才能转办" if facts.is_restricted else None


def was_received(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    """Ask that the case have a receipt day: without one there is nothing to answer here."""
    if facts.received_on:
        return None
    return "本案没有收到日期（已经转办，或者确认之前撤回），不能重开；申请人再次提出的，请另行登记"


def delay_allowed(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    """Only the 2019 regulation lets the office set a period of its own (第三十五条)."""
    return None if facts.delay_allowed else "2007年条例没有延迟答复的规定，请改办延期"


def correction_allowed(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    """Ask that the regulation know a correction that stops the clock."""
    # 2007条例第二十一条第四项: telling the applicant to amend is itself the reply.
    if facts.correction_allowed:
        return None
    return "2007年条例没有补正程序，请拟稿“告知作出更改补充”（第二十一条第四项）"


def receipt_is_known(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    """Ask that the receipt day be confirmed, so that the clock runs."""
    return None if facts.received_on else "收到日期尚未确认，期限不起算，请先登记确认"


def is_restricted(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    """Ask that the case be under 限制知悉."""
    return None if facts.is_restricted else "本案没有限制知悉"


def is_not_restricted(facts: CaseFacts, actor: Actor) -> str | None:  # noqa: ARG001  a Condition's shape
    """One restriction at a time; its list is changed by an act of its own."""
    return "本案已经限制知悉，请调整知悉名单" if facts.is_restricted else None


def last_step_in_turn(facts: CaseFacts) -> bool:
    """Say whether the step in turn is the last one, so that passing it ends the review."""
    return sum(not step.passed for step in facts.steps) <= 1
