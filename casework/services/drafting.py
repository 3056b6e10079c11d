"""拟稿: the reply in the making, version by version, up to the moment it goes to review."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from casework.documents.letter_templates import answer_kind
from casework.domain.errors import RuleBroken
from casework.domain.fees import FEE_UNPAID, check_lapse
from casework.domain.grounds import Requirement
from casework.domain.reply import ReplyContent, check_reply
from casework.domain.workflow import Action
from casework.models import Draft
from casework.queries.case_facts import latest_draft
from casework.queries.open_fees import find_open_fee
from casework.services.agency_templates import keep_wording, wording_of
from casework.services.case_file import CaseKey, carry_out, open_case
from casework.services.letter_writing import compose_reply
from casework.services.linking import link_repeated
from casework.services.review_chain import note_step_in_turn
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from casework.domain.grounds import Ground
    from casework.models import Case
    from casework.services.desk import Desk

REPEAT = "repeat"
"""重复申请 (第三十六条第六项): its draft ties the case to the one answered before."""


def save_draft(desk: Desk, case_id: int, content: ReplyContent, *, version: int | None) -> CaseKey:
    """Keep a new version of the reply; what was approved before no longer counts.

    Raises RuleBroken where the ground does not go with the statute or lacks what the law wants
    beside it (reason, right agency, earlier reply …).
    """
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        content = content.cleaned()
        counted = check_reply(content, case.statute.value, decided_on=desk.today)
        if counted.code == FEE_UNPAID:
            _check_lapse(desk, case)
        draft = write_version(desk, case, content, counted)
        if counted.code == REPEAT:
            link_repeated(desk, case, content.particulars[Requirement.EARLIER_REPLY_NUMBER])
        carry_out(
            desk,
            case,
            Action.SAVE_DRAFT,
            detail={"draft": draft.version, "ground": draft.ground, "hash": draft.text_hash},
        )
        case.handler_id = case.handler_id or desk.actor.user_id
        return CaseKey(case.id, case.number)


def submit_draft(desk: Desk, case_id: int, *, version: int | None) -> CaseKey:
    """提交审核: hand the newest version to the first step of its review."""
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        draft = latest_draft(desk.session, case.id)
        carry_out(
            desk,
            case,
            Action.SUBMIT_DRAFT,
            detail={"draft": draft.version, "hash": draft.text_hash} if draft else {},
        )
        if draft is None:
            raise RuleBroken("draft_missing", "还没有稿件，请先拟稿")
        draft.submitted_at = desk.now
        draft.review_round += 1
        note_step_in_turn(desk, case)
        return CaseKey(case.id, case.number)


def recall_draft(desk: Desk, case_id: int, *, version: int | None) -> CaseKey:
    """撤回送审稿: take a version back before the reviewer has spoken."""
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        carry_out(desk, case, Action.RECALL_DRAFT)
        case.review_step = None
        return CaseKey(case.id, case.number)


def _check_lapse(desk: Desk, case: Case) -> None:
    fee = find_open_fee(desk.session, case.id, desk.calendar, today=desk.today)
    if fee is None:
        raise RuleBroken("no_open_fee", "本案没有待缴的收费通知，请改选情形", field="grounds")
    check_lapse(fee.received_on, desk.calendar, today=desk.today)


def text_hash(text: str) -> str:
    """Return the SHA-256 of a letter's text, the thing an approval is of."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_version(desk: Desk, case: Case, content: ReplyContent, counted: Ground) -> Draft:
    """Add a version to the reply, inside an act that has checked ``content``."""
    former = latest_draft(desk.session, case.id)
    wording = wording_of(desk, case.agency)
    letter = compose_reply(desk, case, content, templates=wording.templates)
    text = desk.stationery.text_of(letter)
    draft = Draft(
        case_id=case.id,
        version=former.version + 1 if former else 1,
        outcome=content.outcome,
        ground=counted.code,
        grounds=list(content.grounds),
        particulars={key.value: words for key, words in content.particulars.items()},
        body=text,
        text_hash=text_hash(text),
        templates=keep_wording(desk, wording, case.statute.value, answer_kind(counted)),
        author_id=desk.actor.user_id,
        saved_at=desk.now,
        review_round=0,
    )
    desk.session.add(draft)
    desk.session.flush()
    return draft
