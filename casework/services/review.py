"""审核: another person's word on the exact text, step by step (条例第十七条的审查机制)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.errors import EditConflict, RuleBroken
from casework.domain.text import clean_text
from casework.domain.workflow import Action
from casework.models import Review
from casework.queries.case_facts import facts_of, latest_draft
from casework.services.case_file import CaseKey, carry_out, open_case
from casework.services.review_chain import note_step_in_turn
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from casework.models import Draft
    from casework.services.desk import Desk


def approve(
    desk: Desk, case_id: int, *, text_hash: str, opinion: str = "", version: int | None
) -> CaseKey:
    """审核通过: the reviewer vouches for the text with this hash and for no other.

    Raises EditConflict if the text was replaced after the reviewer opened it.
    """
    return _speak(desk, case_id, Action.APPROVE, text_hash, opinion, version)


def return_draft(
    desk: Desk, case_id: int, *, text_hash: str, opinion: str, version: int | None
) -> CaseKey:
    """退回承办人修改: send it back with a reason; the deadline stays where it is."""
    if not clean_text(opinion):
        raise RuleBroken("opinion_missing", "退回须写明意见，承办人据此修改", field="opinion")
    return _speak(desk, case_id, Action.RETURN_DRAFT, text_hash, opinion, version)


def bypass_step(desk: Desk, case_id: int, *, reason: str, version: int | None) -> CaseKey:
    """略过本环节: the leader lets the draft go on without this step, for a written reason.

    法制审核 is never passed over, nor the secrecy review of what is to be disclosed (第十七条).
    Every bypass stands in the record and in the monthly list.
    """
    if not clean_text(reason):
        raise RuleBroken("reason_missing", "略过审核环节须写明理由，列入每月清单", field="reason")
    return _speak(desk, case_id, Action.BYPASS_STEP, None, reason, version)


def _speak(
    desk: Desk,
    case_id: int,
    action: Action,
    text_hash: str | None,
    opinion: str,
    version: int | None,
) -> CaseKey:
    opinion = clean_text(opinion, keep_lines=True)
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        draft = latest_draft(desk.session, case.id)
        step = facts_of(desk.session, case).step_in_turn
        exception = _one_person_exception(desk, case.agency.one_person_reason, draft)
        carry_out(
            desk,
            case,
            action,
            note=opinion,
            detail={
                "draft": draft.version if draft else None,
                "step": step.kind.value if step else None,
                "hash": draft.text_hash if draft else None,
                "one_person_office": exception,
            },
        )
        if draft is None or step is None or text_hash not in {None, draft.text_hash}:
            raise EditConflict("您打开之后稿件有了新版本，请看过新稿再审核")
        desk.session.add(
            Review(
                case_id=case.id,
                draft_id=draft.id,
                review_round=draft.review_round,
                step=step.kind,
                text_hash=draft.text_hash,
                reviewer_id=desk.actor.user_id,
                approved=action is not Action.RETURN_DRAFT,
                bypassed=action is Action.BYPASS_STEP,
                opinion=opinion,
                one_person_reason=exception,
                reviewed_at=desk.now,
            )
        )
        note_step_in_turn(desk, case)
        return CaseKey(case.id, case.number)


def _one_person_exception(desk: Desk, reason: str, draft: Draft | None) -> str:
    """Return the recorded reason when one person both drafted and reviews, else ''."""
    return reason if draft is not None and draft.author_id == desk.actor.user_id else ""
