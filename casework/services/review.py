"""法制审核: another person's word on the exact text (条例第十七条的审查机制)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.errors import EditConflict, RuleBroken
from casework.domain.text import clean_text
from casework.domain.workflow import Action
from casework.models import Review
from casework.queries.case_facts import latest_draft
from casework.services.case_file import CaseKey, carry_out, open_case
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


def _speak(
    desk: Desk, case_id: int, action: Action, text_hash: str, opinion: str, version: int | None
) -> CaseKey:
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        draft = latest_draft(desk.session, case.id)
        exception = _one_person_exception(desk, case.agency.one_person_reason, draft)
        carry_out(
            desk,
            case,
            action,
            note=clean_text(opinion, keep_lines=True),
            detail={
                "draft": draft.version if draft else None,
                "hash": text_hash,
                "one_person_office": exception,
            },
        )
        if draft is None or draft.text_hash != text_hash:
            raise EditConflict("您打开之后稿件有了新版本，请看过新稿再审核")
        desk.session.add(
            Review(
                case_id=case.id,
                draft_id=draft.id,
                text_hash=draft.text_hash,
                reviewer_id=desk.actor.user_id,
                approved=action is Action.APPROVE,
                opinion=clean_text(opinion, keep_lines=True),
                one_person_reason=exception,
                reviewed_at=desk.now,
            )
        )
        return CaseKey(case.id, case.number)


def _one_person_exception(desk: Desk, reason: str, draft: Draft | None) -> str:
    """Return the recorded reason when one person both drafted and reviews, else ''."""
    return reason if draft is not None and draft.author_id == desk.actor.user_id else ""
