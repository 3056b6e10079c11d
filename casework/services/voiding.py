"""作废、撤销: a document issued by mistake is declared void; what was sent is revoked by a letter.

The row, its number and its bytes stay what they are. What the document told of stands if a right
one follows, else it is taken back with it and the clock runs as if it had never been
(党政机关公文处理工作条例第三十一条).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from casework.domain.clock_events import ClockEventKind
from casework.domain.errors import NotFound, RuleBroken
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Permission
from casework.domain.procedural_documents import ANSWERS
from casework.domain.states import State
from casework.domain.text import clean_text
from casework.domain.voiding import (
    TAKEN_BACK,
    TOLD,
    VOIDED,
    Paper,
    VoidOrder,
    check_reissue,
    check_taking_back,
    decide_voiding,
)
from casework.domain.workflow import Action
from casework.formatting import chinese_date
from casework.models import ClockFact, Delivery, Document
from casework.queries.case_facts import current_events_of
from casework.services.agency_templates import keep_wording, templates_as_kept, wording_of
from casework.services.case_file import CaseKey, carry_out, open_case, reckon_dates, record_event
from casework.services.letter_facts import TO_THE_THIRD_PARTY
from casework.services.letter_writing import case_values
from casework.services.official_print import draw_document_number, freeze
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casework.documents.wording import Letter
    from casework.models import Case
    from casework.services.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidForm:
    """What the page shows before anybody decides.

    ``told`` is what the document told of and could be taken back with it, "" if nothing.
    """

    title: str
    document_number: str
    dated_on: str
    is_answer: bool
    delivered: bool
    may_leave: bool
    told: str


def prepare_voiding(desk: Desk, case_id: int, document_id: int) -> VoidForm:
    """Return what there is to decide; raises what ``decide_voiding`` raises."""
    case = open_case(desk, case_id)
    document = _document(desk, case, document_id)
    paper = _paper(desk, document)
    decide_voiding(paper, desk.actor, state=case.state, was_sent=False)
    fact = _fact(case, document)
    return VoidForm(
        title=document.title,
        document_number=document.document_number or "",
        dated_on=chinese_date(document.dated_on),
        is_answer=document.kind in ANSWERS,
        delivered=paper.delivered,
        may_leave=document.kind not in ANSWERS and bool(document.kind.series),
        told=TOLD.get(ClockEventKind(fact.kind), "") if fact else "",
    )


def void_document(
    desk: Desk, case_id: int, document_id: int, order: VoidOrder, *, version: int | None
) -> CaseKey:
    """作废: mark the document, tell its addressee if it had left, take back what it told of.

    A reply that was not handed over goes back to the drafter. Raises RuleBroken naming the field,
    PermissionRefused, TransitionRefused for what has been decided and served.
    """
    reason = clean_text(order.reason, keep_lines=True)
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        document = _document(desk, case, document_id)
        tells = decide_voiding(
            _paper(desk, document), desk.actor, state=case.state, was_sent=order.was_sent
        )
        if not reason:
            raise RuleBroken("reason_missing", "请写明作废的原因", field="reason")
        if order.reissue:
            check_reissue(document.kind)
        document.voided_on = desk.today
        document.void_reason = reason
        document.voided_by_id = desk.actor.user_id
        fact = None if order.reissue else _fact(case, document)
        if fact is not None:
            _take_back(desk, case, fact, reason)
        letter = _revoke(desk, case, document, reason, fact, order) if tells else None
        _record(desk, case, document, reason, letter)
        return CaseKey(case.id, case.number)


def revocation_as_kept(desk: Desk, case: Case, document: Document) -> Letter:
    """Return the letter of an issued 撤销告知书 anew, from what it was made of: for DOCX."""
    templates = templates_as_kept(desk, document.templates, case.statute.value)
    values = _values(case, document.filled) | {
        "document_number": document.document_number or "",
        "dated": chinese_date(document.dated_on),
    }
    return templates.compose(
        LetterKind.REVOCATION, statute=case.statute.value, values=values, complete=False
    )


def _document(desk: Desk, case: Case, document_id: int) -> Document:
    document = desk.session.get(Document, document_id)
    if document is None or document.case_id != case.id:
        raise NotFound("本案没有这份文书")
    return document


def _paper(desk: Desk, document: Document) -> Paper:
    handed_over = select(Delivery.id).where(Delivery.document_id == document.id).limit(1)
    return Paper(
        kind=document.kind,
        is_ours=document.content is not None,
        voided_on=document.voided_on,
        delivered=desk.session.scalar(handed_over) is not None,
    )


def _fact(case: Case, document: Document) -> ClockFact | None:
    """Return the fact of the running period that the document alone told of, if it is one."""
    return next(
        (
            fact
            for fact in current_events_of(case)
            if fact.id == document.about_id and fact.kind in set(TOLD)
        ),
        None,
    )


def _take_back(desk: Desk, case: Case, fact: ClockFact, reason: str) -> None:
    kind = ClockEventKind(fact.kind)
    later = [
        ClockEventKind(each.kind)
        for each in current_events_of(case)
        if each.id != fact.id and each.happened_on >= fact.happened_on
    ]
    check_taking_back(kind, later, state=case.state)
    fact.round = TAKEN_BACK
    if case.state is State.AWAITING_CORRECTION and kind is ClockEventKind.CORRECTION_REQUESTED:
        carry_out(desk, case, Action.TAKE_BACK_CORRECTION, note=reason)
    reckon_dates(desk, case)


def _revoke(
    desk: Desk,
    case: Case,
    document: Document,
    reason: str,
    fact: ClockFact | None,
    order: VoidOrder,
) -> Document:
    """Issue 撤销告知书 to whom the document went: the applicant or a third party."""
    third = document.filled.get("consulted_name", "")
    number = f"（{document.document_number}）" if document.document_number else ""
    matter = TOLD[ClockEventKind(fact.kind)] if fact else ""
    runs = case.due_on is not None and not case.is_suspended
    filled = {
        "recipient_name": third,  # "" for the applicant, whose name is kept in one place
        "salutation": TO_THE_THIRD_PARTY if third else "",
        "revoked_document": f"《{document.title}》{number}",
        "revoked_on": chinese_date(document.dated_on),
        "reason": reason,
        "revoked_matter": matter,
        "due_on": chinese_date(case.due_on)
        if matter and runs and not third and case.due_on
        else "",
        "reissue": "是" if order.reissue else "",
    }
    wording = wording_of(desk, case.agency)
    drawn = draw_document_number(desk, case, LetterKind.REVOCATION)
    values = _values(case, filled) | {
        "document_number": drawn,
        "dated": chinese_date(desk.today),
    }
    statute = case.statute.value
    letter = wording.templates.compose(LetterKind.REVOCATION, statute=statute, values=values)
    issued = freeze(desk, case, LetterKind.REVOCATION, letter)
    issued.filled = filled
    issued.templates = keep_wording(desk, wording, statute, LetterKind.REVOCATION)
    issued.replaces_id = document.id
    desk.session.flush()
    return issued


def _values(case: Case, filled: Mapping[str, str]) -> dict[str, str]:
    """Return what the letter may say: of the applicant only the name, if it goes to them."""
    known = case_values(case) | {"due_on": ""}
    said = {name: text for name, text in filled.items() if text}
    return known | {"recipient_name": known["applicant_name"]} | said


def _record(
    desk: Desk, case: Case, document: Document, reason: str, letter: Document | None
) -> None:
    detail = {
        "kind": document.kind.value,
        "number": document.document_number or "",
        "hash": document.sha256,
        "revoked_by": (letter.document_number or "") if letter else "",
    }
    if document.kind in ANSWERS:
        carry_out(desk, case, Action.VOID_REPLY, note=reason, detail=detail)
        case.ground = None
        return
    case.changed_at = desk.now
    flag_modified(case, "changed_at")  # the version counts up though nothing else changed
    record_event(
        desk,
        case=case,
        action=VOIDED,
        permission=Permission.VOID_DOCUMENT,
        note=reason,
        detail=detail,
    )
