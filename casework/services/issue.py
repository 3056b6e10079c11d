"""签发: the approved text becomes an official document with a 文号, once and unchangeable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.documents.letter_templates import answer_kind
from casework.domain.errors import RuleBroken
from casework.domain.grounds import Requirement
from casework.domain.outcomes import get_ground
from casework.domain.reply import ReplyContent
from casework.domain.text import clean_text
from casework.domain.workflow import Action
from casework.queries.case_facts import latest_draft
from casework.services.agency_templates import templates_as_kept
from casework.services.case_file import CaseKey, carry_out, open_case
from casework.services.drafting import text_hash
from casework.services.letter_writing import compose_reply
from casework.services.official_print import draw_document_number, freeze, replace_void
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from casework.models import Case, Draft
    from casework.services.desk import Desk


def issue_reply(desk: Desk, case_id: int, *, version: int | None) -> CaseKey:
    """签发: draw the number, print the letter, freeze its bytes with their SHA-256.

    Raises RuleBroken if facts of the letter changed since the approval or a character cannot be
    drawn.
    """
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        draft = latest_draft(desk.session, case.id)
        carry_out(
            desk,
            case,
            Action.ISSUE,
            detail={"draft": draft.version, "hash": draft.text_hash} if draft else {},
        )
        if draft is None:
            raise RuleBroken("draft_missing", "还没有稿件，请先拟稿")
        _print(desk, case, draft)
        case.ground = draft.ground
        return CaseKey(case.id, case.number)


def refuse_issue(desk: Desk, case_id: int, *, reason: str, version: int | None) -> CaseKey:
    """不予签发: the leader sends the reply back with a reason."""
    reason = clean_text(reason, keep_lines=True)
    if not reason:
        raise RuleBroken("reason_missing", "退回须写明意见，承办人据此修改", field="reason")
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        carry_out(desk, case, Action.REFUSE_ISSUE, note=reason)
        return CaseKey(case.id, case.number)


def content_of(draft: Draft) -> ReplyContent:
    """Return what the drafter typed into ``draft``."""
    return ReplyContent(
        outcome=draft.outcome,
        grounds=tuple(draft.grounds),
        particulars={Requirement(key): text for key, text in draft.particulars.items()},
    )


def _print(desk: Desk, case: Case, draft: Draft) -> None:
    content = content_of(draft)
    # The wording it was approved with, whatever was released since.
    templates = templates_as_kept(desk, draft.templates, case.statute.value)
    unnumbered = desk.stationery.text_of(compose_reply(desk, case, content, templates=templates))
    if text_hash(unnumbered) != draft.text_hash:
        raise RuleBroken(
            "wording_changed",
            "审核之后本案事实有改动，答复书与审核过的文字不同，须退回重新送审",
        )
    kind = answer_kind(get_ground(draft.ground))
    number = draw_document_number(desk, case, kind)
    letter = compose_reply(
        desk, case, content, templates=templates, number=number, dated_on=desk.today
    )
    document = freeze(desk, case, kind, letter)
    document.draft_id = draft.id
    replace_void(desk, document)
    document.templates = draft.templates
