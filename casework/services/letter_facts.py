"""What the file says for each document: what is printed as it is, what the officer may reword.

``fixed`` values come from the record and cannot be typed over; ``suggested`` ones stand in the
form until the officer has read them. Dates among the suggestions are ISO text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework.domain.amendments import AmendmentOutcome
from casework.domain.clock_events import ClockEventKind
from casework.domain.correction_period import correct_by
from casework.domain.errors import RuleBroken
from casework.domain.letter_kinds import LetterKind
from casework.domain.outcomes import get_ground
from casework.domain.review_chain import StepKind
from casework.domain.statutes import Party
from casework.domain.time_source import beijing_date
from casework.formatting import chinese_date
from casework.models import Document, Review
from casework.queries.case_facts import latest_draft, standing_events_of
from casework.queries.case_side import find_decided_amendment
from casework.services.case_file import reckon_round
from casework.services.letter_writing import remedy_paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.models import Case, ClockFact
    from casework.services.desk import Desk

ANSWER_DAYS = 15
"""What the office proposes for another agency, whom no article gives a period, in working days."""

REASONS_DAYS = 15
"""What the office proposes for 说明理由 (条例第三十五条 sets no period), in working days."""

TO_THE_THIRD_PARTY = "您（贵单位）"


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """Values by the names of ``documents.letter_values``."""

    fixed: dict[str, str] = field(default_factory=dict)
    suggested: dict[str, str] = field(default_factory=dict)


def letter_facts(desk: Desk, case: Case, kind: LetterKind, about: ClockFact | None) -> LetterFacts:
    """Return what is on file for ``kind``; ``about`` is the fact the document tells of.

    RuleBroken where the record contradicts the document (a clock that stands still, a receipt day
    that is not confirmed).
    """
    maker = _MAKERS.get(kind)
    return maker(desk, case, about) if maker else LetterFacts()


def _receipt(_desk: Desk, case: Case, _about: ClockFact | None) -> LetterFacts:
    if case.received_on is None:
        raise RuleBroken("receipt_missing", "收到日期尚未确认，确认之后才能出具登记回执")
    return LetterFacts()


def _correction(desk: Desk, _case: Case, about: ClockFact | None) -> LetterFacts:
    return LetterFacts(
        suggested={
            "correction_items": about.reason if about else "",
            "correction_due_on": correct_by(desk.today, desk.calendar).isoformat(),
        }
    )


def _reasons(desk: Desk, _case: Case, _about: ClockFact | None) -> LetterFacts:
    answer_by = desk.calendar.add(desk.today, REASONS_DAYS)
    return LetterFacts(suggested={"reasons_due_on": answer_by.isoformat()})


def _extension(desk: Desk, case: Case, about: ClockFact | None) -> LetterFacts:
    limits = reckon_round(desk, case, about.round) if about else None
    if about is None or limits is None:
        return LetterFacts()
    if limits.original_due_on is None or limits.due_on is None:
        raise RuleBroken("clock_stopped", "期限正在停算，恢复计算之后才能出具延期答复告知书")
    return LetterFacts(
        fixed={
            "old_due_on": chinese_date(limits.original_due_on),
            "new_due_on": chinese_date(limits.due_on),
            "extension_days": str(about.days),
            "extension_reason": about.reason,
        }
    )


def _third_party(_desk: Desk, _case: Case, about: ClockFact | None) -> LetterFacts:
    return LetterFacts(
        fixed={"salutation": TO_THE_THIRD_PARTY},
        suggested={
            "consulted_name": about.whom if about else "",
            "information_concerned": about.reason if about else "",
            "consultation_reason": f"该信息与{TO_THE_THIRD_PARTY}有关",
        },
    )


def _consulting(_desk: Desk, _case: Case, about: ClockFact | None) -> LetterFacts:
    if about is None:
        return LetterFacts()
    return LetterFacts(
        fixed={
            "consulted_kind": Party(about.party).label if about.party else "",
            "consulted_on": chinese_date(about.happened_on),
        }
    )


def _other_agency(desk: Desk, _case: Case, about: ClockFact | None) -> LetterFacts:
    return LetterFacts(
        fixed={"salutation": "贵单位"},
        suggested={
            "consulted_name": about.whom if about else "",
            "information_concerned": about.reason if about else "",
            "opinion_due_on": desk.calendar.add(desk.today, ANSWER_DAYS).isoformat(),
        },
    )


def _disclosure(desk: Desk, case: Case, about: ClockFact | None) -> LetterFacts:
    if about is None:
        return LetterFacts()
    opinions = [
        fact.reason
        for fact in standing_events_of(case)
        if fact.kind == ClockEventKind.CONSULTATION_ENDED
        and fact.party in {None, about.party}
        and fact.happened_on >= about.happened_on
    ]
    paragraphs = remedy_paragraphs(
        case,
        LetterKind.THIRD_PARTY_DISCLOSURE,
        withholds=False,
        decided_on=desk.today,
        salutation=TO_THE_THIRD_PARTY,
    )
    return LetterFacts(
        fixed={
            "salutation": TO_THE_THIRD_PARTY,
            "consulted_on": chinese_date(about.happened_on),
            "remedy": "\n".join(paragraphs),
        },
        suggested={
            "consulted_name": about.whom,
            "third_party_opinion": opinions[0] if opinions else "",
            "released_content": about.reason,
        },
    )


def _record_correction(desk: Desk, case: Case, _about: ClockFact | None) -> LetterFacts:
    paragraphs = remedy_paragraphs(
        case, LetterKind.RECORD_CORRECTION, withholds=False, decided_on=desk.today
    )
    fixed = {"remedy": "\n".join(paragraphs)}
    row = find_decided_amendment(desk.session, case.id)
    if row is None or row.outcome is None:
        return LetterFacts(fixed=fixed)
    # The letter answers the 更正申请, not the application that the file began with.
    fixed |= {"received_on": chinese_date(row.asked_on), "request_text": row.claim}
    where = f"（{row.body}）" if row.body else ""
    return LetterFacts(
        fixed=fixed,
        suggested={
            "record_concerned": row.record,
            "record_result": f"{row.outcome.label}{where}。{row.result}".rstrip("。"),
        },
    )


def _record_transfer(desk: Desk, case: Case, _about: ClockFact | None) -> LetterFacts:
    row = find_decided_amendment(desk.session, case.id, AmendmentOutcome.TRANSFERRED)
    if row is None:
        return LetterFacts()
    return LetterFacts(
        fixed={"received_on": chinese_date(row.asked_on), "request_text": row.claim},
        suggested={
            "receiving_agency": row.body,
            "record_concerned": row.record,
            "reason": row.result,
        },
    )


def _approval(desk: Desk, case: Case, _about: ClockFact | None) -> LetterFacts:
    draft = latest_draft(desk.session, case.id)
    fixed = {"handler": case.handler.name if case.handler else ""}
    if draft is None:
        return LetterFacts(fixed=fixed)
    ground = get_ground(draft.ground)
    fixed |= {
        "proposed_outcome": f"{ground.outcome.label}（{ground.label}）",
        "basis": ground.basis.get(case.statute.value, ""),
        "reason": draft.particulars.get("reason", ""),
    }
    spoken = desk.session.scalars(
        select(Review)
        .where(Review.draft_id == draft.id, Review.review_round == draft.review_round)
        .options(joinedload(Review.reviewer))
        .order_by(Review.id)
    )
    for review in spoken:
        fixed[_OPINIONS[review.step]] = _opinion(review)
    signed = desk.session.scalars(
        select(Document).where(Document.draft_id == draft.id, Document.voided_on.is_(None)).limit(1)
    ).one_or_none()
    if signed is not None and signed.issuer is not None:
        number, day = signed.document_number or "", chinese_date(signed.dated_on)
        fixed["leader_opinion"] = f"同意签发{number}　{signed.issuer.name}　{day}"
    return LetterFacts(fixed=fixed)


_OPINIONS = {
    StepKind.UNIT_HEAD: "unit_opinion",
    StepKind.LEGAL_REVIEW: "legal_opinion",
    StepKind.SECRECY: "secrecy_opinion",
    StepKind.DEPUTY_LEADER: "deputy_opinion",
}


def _opinion(review: Review) -> str:
    word = "略过" if review.bypassed else "通过" if review.approved else "退回修改"
    reviewed_on = chinese_date(beijing_date(review.reviewed_at))
    said = f"{review.opinion}\n" if review.opinion else ""
    return f"{said}{word}　{review.reviewer.name}　{reviewed_on}"


def _fee(desk: Desk, case: Case, about: ClockFact | None) -> LetterFacts:
    # The amount follows from the count (services.fees); a second copy says what the first said.
    former = desk.session.scalars(
        select(Document)
        .where(
            Document.case_id == case.id,
            Document.kind == LetterKind.FEE_NOTICE,
            Document.about_id == (about.id if about else None),
        )
        .order_by(Document.id)
        .limit(1)
    ).one_or_none()
    return LetterFacts(suggested=dict(former.filled) if former else {})


def _secrecy(desk: Desk, case: Case, _about: ClockFact | None) -> LetterFacts:
    draft = latest_draft(desk.session, case.id)
    released = draft.particulars.get("released_part", "") if draft else ""
    return LetterFacts(suggested={"information_concerned": released or case.request_text})


def _search(desk: Desk, case: Case, _about: ClockFact | None) -> LetterFacts:
    draft = latest_draft(desk.session, case.id)
    return LetterFacts(
        suggested={
            "search_result": draft.particulars.get("search_record", "") if draft else "",
            "searcher": case.handler.name if case.handler else desk.actor.name,
            "searched_on": desk.today.isoformat(),
        }
    )


def _index(desk: Desk, case: Case, _about: ClockFact | None) -> LetterFacts:
    documents = desk.session.scalars(
        select(Document)
        .where(Document.case_id == case.id, Document.kind != LetterKind.FILE_INDEX)
        .order_by(Document.dated_on, Document.id)
    )
    came_on = case.received_on or case.submitted_on
    entries = [f"政府信息公开申请表　{chinese_date(came_on) if came_on else ''}".rstrip()]
    entries += [
        "　".join(
            filter(
                None,
                (
                    each.title,
                    each.document_number,
                    chinese_date(each.dated_on),
                    "（已作废）" if each.voided_on else "",
                ),
            )
        )
        for each in documents
    ]
    return LetterFacts(
        fixed={
            "index_entries": "\n".join(f"{n}．{text}" for n, text in enumerate(entries, start=1)),
            "closed_on": chinese_date(case.closed_on) if case.closed_on else "",
        }
    )


_MAKERS: dict[LetterKind, Callable[[Desk, Case, ClockFact | None], LetterFacts]] = {
    LetterKind.REGISTRATION_RECEIPT: _receipt,
    LetterKind.CORRECTION_REQUEST: _correction,
    LetterKind.REASONS_REQUEST: _reasons,
    LetterKind.EXTENSION_NOTICE: _extension,
    LetterKind.THIRD_PARTY_CONSULTATION: _third_party,
    LetterKind.CONSULTATION_NOTICE: _consulting,
    LetterKind.CO_MAKER_CONSULTATION: _other_agency,
    LetterKind.AGENCY_CONSULTATION: _other_agency,
    LetterKind.THIRD_PARTY_DISCLOSURE: _disclosure,
    LetterKind.FEE_NOTICE: _fee,
    LetterKind.RECORD_CORRECTION: _record_correction,
    LetterKind.RECORD_TRANSFER: _record_transfer,
    LetterKind.APPROVAL_SHEET: _approval,
    LetterKind.SECRECY_REVIEW: _secrecy,
    LetterKind.SEARCH_RECORD: _search,
    LetterKind.FILE_INDEX: _index,
}
