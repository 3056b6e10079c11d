"""The statutory documents of a case, printed on demand: what was issued, or what would be.

An issued document is handed out byte for byte as it was frozen. Any other comes as a draft with
its watermark, made from the facts on file; RuleBroken names what is still missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.documents.letter_templates import answer_kind
from casework.domain.errors import NotFound, RuleBroken
from casework.domain.outcomes import get_ground
from casework.domain.permissions import Permission, require
from casework.domain.procedural_documents import ANSWERS, BY_AN_ACT
from casework.models import Case, Document
from casework.queries.case_facts import latest_draft
from casework.queries.visibility import visible_to
from casework.services.agency_templates import templates_as_kept
from casework.services.case_file import open_case
from casework.services.issue import content_of
from casework.services.letter_writing import compose_reply, letter_style
from casework.services.procedural_letters import draft_of, reissued_letter
from casework.services.voiding import revocation_as_kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casework.documents.wording import Letter
    from casework.domain.letter_kinds import LetterKind
    from casework.services.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLetter:
    """A document as bytes; ``is_draft`` tells it from one that left the office."""

    title: str
    number: str
    content: bytes
    is_draft: bool


def find_case_by_number(desk: Desk, number: str) -> int:
    """Return the id of the case with this number that the actor may see; NotFound if none.

    Two agencies of different offices may use one number; RuleBroken then asks for the agency.
    """
    found = desk.session.scalars(
        select(Case.id)
        .join(Case.agency)
        .where(Case.number == number.strip(), visible_to(desk.actor))
    ).all()
    if not found:
        raise NotFound(f"没有申请编号是“{number}”的案件")
    if len(found) > 1:
        raise RuleBroken(
            "number_ambiguous", f"有 {len(found)} 个机关都用了编号“{number}”，请到案件页打印"
        )
    return found[0]


def print_letter(
    desk: Desk,
    case_id: int,
    kind: LetterKind,
    *,
    word: bool = False,
    filled: Mapping[str, str] | None = None,
) -> PrintedLetter:
    """Return one document of a case as PDF: the issued one if there is one, else a draft.

    ``filled`` (by the names of documents.letter_values) is what an officer would type into the
    form of a procedural document; what the file does not say either makes RuleBroken.

    ``word`` gives a DOCX of the same letter instead, made anew from the facts on file: for an
    office that must finish it in WPS or Word.
    """
    require(desk.actor, Permission.READ_PAPERS)
    case = open_case(desk, case_id)
    issued = _issued(desk, case_id, kind)
    if word:
        letter = _letter(desk, case, kind, issued, filled or {})
        content = desk.stationery.docx(letter, draft=issued is None)
        number = issued.document_number if issued else None
        return PrintedLetter(
            title=letter.title, number=number or "", content=content, is_draft=issued is None
        )
    if issued is not None and issued.content is not None:
        return PrintedLetter(
            title=issued.title,
            number=issued.document_number or "",
            content=issued.content,
            is_draft=False,
        )
    letter = _letter(desk, case, kind, None, filled or {})
    content = desk.stationery.pdf(letter, letter_style(case.agency, kind), draft=True)
    return PrintedLetter(title=letter.title, number="", content=content, is_draft=True)


def _issued(desk: Desk, case_id: int, kind: LetterKind) -> Document | None:
    return desk.session.scalars(
        select(Document)
        .where(Document.case_id == case_id, Document.kind == kind, Document.voided_on.is_(None))
        .order_by(Document.id.desc())
        .limit(1)
    ).one_or_none()


def _letter(
    desk: Desk,
    case: Case,
    kind: LetterKind,
    issued: Document | None,
    filled: Mapping[str, str],
) -> Letter:
    if kind in ANSWERS:
        return _answer(desk, case, kind, issued)
    if kind in BY_AN_ACT:
        if issued is None:
            raise RuleBroken("not_written", f"本案没有{kind.short_label}；作废已经送出的文书时出具")
        return revocation_as_kept(desk, case, issued)
    if issued is not None:
        return reissued_letter(desk, case, issued)
    return draft_of(desk, case, kind, filled)


def _answer(desk: Desk, case: Case, kind: LetterKind, issued: Document | None) -> Letter:
    draft = latest_draft(desk.session, case.id)
    if draft is None:
        raise RuleBroken("draft_missing", "还没有稿件，请先拟稿")
    if answer_kind(get_ground(draft.ground)) is not kind:
        right = answer_kind(get_ground(draft.ground)).short_label
        raise RuleBroken("other_answer", f"本案拟出具的是{right}，不是{kind.short_label}")
    return compose_reply(
        desk,
        case,
        content_of(draft),
        templates=templates_as_kept(desk, (issued or draft).templates, case.statute.value),
        number=(issued.document_number or "") if issued else "",
        dated_on=issued.dated_on if issued else None,
    )
