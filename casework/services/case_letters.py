"""The statutory documents of a case, printed on demand: what was issued, or what would be.

An issued document is handed out byte for byte as it was frozen. Any other comes as a draft with
its watermark, made from the facts on file; RuleBroken names what is still missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.documents.letter_templates import answer_kind
from casework.domain.clock_events import ClockEventKind
from casework.domain.errors import NotFound, RuleBroken
from casework.domain.letter_kinds import LetterKind
from casework.domain.outcomes import get_ground
from casework.domain.permissions import Permission, require
from casework.domain.statutes import Party
from casework.formatting import chinese_date
from casework.models import Agency, Case, ClockFact, Document
from casework.queries.case_facts import latest_draft
from casework.services.case_file import open_case
from casework.services.issue import content_of
from casework.services.letter_writing import BLANK_DATE, case_values, compose_reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.documents.wording import Letter
    from casework.services.desk import Desk

CORRECTION_DAYS = 15
"""合理的补正期限 the office gives (条例第三十条 leaves it to the office), in working days."""

ANSWERS = frozenset({LetterKind.REPLY, LetterKind.TERMINATION})


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
    found = desk.session.execute(
        select(Case.id, Agency.path).join(Case.agency).where(Case.number == number.strip())
    ).all()
    visible = [row.id for row in found if desk.actor.sees(row.path)]
    if not visible:
        raise NotFound(f"没有申请编号是“{number}”的案件")
    if len(visible) > 1:
        raise RuleBroken(
            "number_ambiguous", f"有 {len(visible)} 个机关都用了编号“{number}”，请到案件页打印"
        )
    return int(visible[0])


def print_letter(
    desk: Desk, case_id: int, kind: LetterKind, *, word: bool = False
) -> PrintedLetter:
    """Return one document of a case as PDF: the issued one if there is one, else a draft.

    ``word`` gives a DOCX of the same letter instead, made anew from the facts on file: for an
    office that must finish it in WPS or Word.
    """
    require(desk.actor, Permission.VIEW_CASES)
    case = open_case(desk, case_id)
    issued = _issued(desk, case_id, kind)
    if word:
        letter = _letter(desk, case, kind, issued)
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
    letter = _letter(desk, case, kind, None)
    content = desk.stationery.pdf(letter, red_head=case.agency.red_head, draft=True)
    return PrintedLetter(title=letter.title, number="", content=content, is_draft=True)


def _issued(desk: Desk, case_id: int, kind: LetterKind) -> Document | None:
    return desk.session.scalars(
        select(Document)
        .where(Document.case_id == case_id, Document.kind == kind)
        .order_by(Document.id.desc())
        .limit(1)
    ).one_or_none()


def _letter(desk: Desk, case: Case, kind: LetterKind, issued: Document | None) -> Letter:
    if kind in ANSWERS:
        return _answer(desk, case, kind, issued)
    return _procedural(desk, case, kind)


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
        number=(issued.document_number or "") if issued else "",
        dated_on=issued.dated_on if issued else None,
    )


def _procedural(desk: Desk, case: Case, kind: LetterKind) -> Letter:
    maker = _MAKERS.get(kind)
    if maker is None:
        raise RuleBroken("letter_not_offered", f"{kind.short_label}须在案件页填写内容后打印")
    values = case_values(case) | {"dated": BLANK_DATE} | maker(desk, case)
    return desk.stationery.compose(kind, statute=case.statute.value, values=values)


def _newest(case: Case, kind: ClockEventKind, *, party: Party | None = None) -> ClockFact:
    facts = [
        fact
        for fact in case.clock_events
        if fact.kind == kind and (party is None or fact.party == party)
    ]
    if not facts:
        whom = party.label if party else ""
        raise RuleBroken("fact_missing", f"本案没有登记“{kind.label}{whom}”，不能出具这份文书")
    return facts[-1]


def _receipt(_desk: Desk, case: Case) -> dict[str, str]:
    if case.received_on is None:
        raise RuleBroken("receipt_missing", "收到日期尚未确认，确认之后才能出具登记回执")
    return {}


def _correction(desk: Desk, case: Case) -> dict[str, str]:
    fact = _newest(case, ClockEventKind.CORRECTION_REQUESTED)
    answer_by = desk.calendar.add(fact.happened_on, CORRECTION_DAYS)
    return {
        "correction_items": fact.reason,
        "correction_due_on": chinese_date(answer_by),
        "dated": chinese_date(fact.happened_on),
    }


def _extension(_desk: Desk, case: Case) -> dict[str, str]:
    fact = _newest(case, ClockEventKind.EXTENSION)
    if case.original_due_on is None or case.due_on is None:
        raise RuleBroken("clock_stopped", "期限正在停算，恢复计算之后才能出具延期答复告知书")
    return {
        "old_due_on": chinese_date(case.original_due_on),
        "new_due_on": chinese_date(case.due_on),
        "extension_days": str(fact.days),
        "extension_reason": fact.reason,
        "dated": chinese_date(fact.happened_on),
    }


def _third_party(_desk: Desk, case: Case) -> dict[str, str]:
    fact = _newest(case, ClockEventKind.CONSULTATION_STARTED, party=Party.THIRD_PARTY)
    if not fact.reason:
        # The request itself may tell who asks; an officer writes what the third party may read.
        raise RuleBroken(
            "information_missing",
            "征求意见时没有写明所涉政府信息，请在征求意见的说明中补写后再出具",
            field="reason",
            basis="条例第三十二条",
        )
    return {
        "consulted_name": fact.whom,
        "salutation": "您（贵单位）",
        "information_concerned": fact.reason,
        "consultation_reason": "该信息与您（贵单位）有关",
        "dated": chinese_date(fact.happened_on),
    }


def _consulting(_desk: Desk, case: Case) -> dict[str, str]:
    fact = _newest(case, ClockEventKind.CONSULTATION_STARTED)
    return {
        "consulted_kind": Party(fact.party).label if fact.party else "",
        "consulted_on": chinese_date(fact.happened_on),
        "dated": chinese_date(fact.happened_on),
    }


_MAKERS: dict[LetterKind, Callable[[Desk, Case], dict[str, str]]] = {
    LetterKind.REGISTRATION_RECEIPT: _receipt,
    LetterKind.CORRECTION_REQUEST: _correction,
    LetterKind.EXTENSION_NOTICE: _extension,
    LetterKind.THIRD_PARTY_CONSULTATION: _third_party,
    LetterKind.CONSULTATION_NOTICE: _consulting,
}

PRINTABLE = tuple(kind for kind in LetterKind if kind in _MAKERS or kind in ANSWERS)
"""The kinds that the facts on file suffice for."""
