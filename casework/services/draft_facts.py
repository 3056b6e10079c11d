"""What the file already says for an answer: the numbers of our own notices, and the road so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.application import ReliefKind
from casework.domain.case_links import LinkKind
from casework.domain.clock_events import ClockEventKind
from casework.domain.grounds import Requirement
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Permission, require
from casework.domain.statutes import Party
from casework.formatting import chinese_date
from casework.models import Document, Relief
from casework.queries.case_facts import current_events_of
from casework.queries.case_office import list_links
from casework.queries.case_page import list_earlier
from casework.queries.open_fees import find_open_fee
from casework.services.case_file import open_case

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.models import Case, ClockFact
    from casework.services.desk import Desk

_NOTICES = {
    Requirement.CORRECTION_NOTICE: LetterKind.CORRECTION_REQUEST,
    Requirement.REASONS_NOTICE: LetterKind.REASONS_REQUEST,
    Requirement.FEE_NOTICE: LetterKind.FEE_NOTICE,
}
_SEARCHED = (
    ("search_places", "检索范围"),
    ("search_terms", "检索关键词"),
    ("search_result", "结果"),
)
_STOPS = "。；;"


def suggest_particulars(desk: Desk, case_id: int) -> dict[Requirement, str]:
    """Return what the drafter need not type, as a proposal to be read: 文号, searches, links.

    An earlier reply is proposed where the same person asked the same (第三十六条第六项).
    """
    require(desk.actor, Permission.DRAFT)
    case = open_case(desk, case_id)
    session = desk.session
    found = {need: notice_number(session, case, kind) for need, kind in _NOTICES.items()}
    found[Requirement.SEARCH_RECORD] = _search(session, case)
    found[Requirement.EARLIER_REPLY_NUMBER] = _earlier_reply(desk, case)
    found[Requirement.OTHER_CASE_NUMBER] = next(
        (
            link.number
            for link in list_links(session, desk.actor, case_id)
            if link.kind is LinkKind.MERGED_INTO
        ),
        "",
    )
    return {need: text for need, text in found.items() if text}


def notice_number(session: Session, case: Case, kind: LetterKind) -> str:
    """Return the 文号 of the newest document of a kind issued in a case, "" if there is none."""
    newest = _newest(session, case, kind)
    return (newest.document_number or "") if newest else ""


def history_values(desk: Desk, case: Case, earlier_reply: str = "") -> dict[str, str]:
    """Return what an answer says of the road to it, by the names of ``letter_values``.

    What was sent in as a correction, who was consulted (never by name), when the applicant was told
    of an extension, why a case is answered anew, and the day of the ``earlier_reply`` it refers to;
    absent where nothing was.
    """
    session, events = desk.session, current_events_of(case)
    values: dict[str, str] = {}
    if correction := _last(events, ClockEventKind.CORRECTION_RECEIVED):
        values["correction_received_on"] = chinese_date(correction.happened_on)
        values["correction_text"] = correction.reason
    asked = {fact.party for fact in events if fact.kind == ClockEventKind.CONSULTATION_STARTED}
    values["consulted_kind"] = "、".join(party.label for party in Party if party.value in asked)
    if extension := _last(events, ClockEventKind.EXTENSION):
        notice = _newest(session, case, LetterKind.EXTENSION_NOTICE)
        told_on = notice.dated_on if notice else extension.happened_on
        values["extended_on"] = chinese_date(told_on)
    fee = find_open_fee(desk.session, case.id, desk.calendar, today=desk.today)
    if fee is not None and fee.received_on is not None:
        values["fee_due_on"] = chinese_date(fee.due_on)
    if case.reopenings:
        values["new_answer_reason"] = _why_anew(session, case)
    if earlier_reply:
        values["earlier_reply_on"] = _reply_day(session, case, earlier_reply)
    return {name: text for name, text in values.items() if text}


def _why_anew(session: Session, case: Case) -> str:
    """Return why the case is answered again: which decision ordered it, or of the office's own."""
    opening = case.reopenings[-1]
    relief = session.get(Relief, opening.relief_id) if opening.relief_id is not None else None
    if relief is None:
        number = session.scalar(
            select(Document.document_number)
            .where(
                Document.case_id == case.id,
                Document.kind == LetterKind.REPLY,
                Document.voided_on.is_(None),
                Document.issued_at <= opening.reopened_at,
            )
            .order_by(Document.id.desc())
            .limit(1)
        )
        return f"本机关自行纠正此前作出的答复（{number}），" if number else ""
    paper = "行政复议决定" if relief.kind is ReliefKind.REVIEW else "行政判决"
    decided_on = f"于{chinese_date(relief.decided_on)}" if relief.decided_on else ""
    reference = f"（{relief.reference}）" if relief.reference else ""
    return f"{relief.body}{decided_on}作出{paper}{reference}，责令本机关重新答复。"


def _last(events: list[ClockFact], kind: ClockEventKind) -> ClockFact | None:
    return next((fact for fact in reversed(events) if fact.kind == kind), None)


def _newest(session: Session, case: Case, kind: LetterKind) -> Document | None:
    return session.scalars(
        select(Document)
        .where(Document.case_id == case.id, Document.kind == kind, Document.voided_on.is_(None))
        .order_by(Document.id.desc())
        .limit(1)
    ).one_or_none()


def _search(session: Session, case: Case) -> str:
    record = _newest(session, case, LetterKind.SEARCH_RECORD)
    if record is None:
        return ""
    said = ((label, record.filled.get(name, "").strip(_STOPS)) for name, label in _SEARCHED)
    return "；".join(f"{label}：{text}" for label, text in said if text)


def _earlier_reply(desk: Desk, case: Case) -> str:
    for earlier in list_earlier(
        desk.session,
        desk.actor,
        name=case.applicant.name,
        request_text=case.request_text,
        except_id=case.id,
    ):
        if earlier.same_text:
            number = desk.session.scalar(
                select(Document.document_number)
                .where(
                    Document.case_id == earlier.id,
                    Document.kind == LetterKind.REPLY,
                    Document.voided_on.is_(None),
                )
                .order_by(Document.id.desc())
                .limit(1)
            )
            if number:
                return number
    return ""


def _reply_day(session: Session, case: Case, number: str) -> str:
    dated_on = session.scalar(
        select(Document.dated_on)
        .where(
            Document.agency_id == case.agency_id,
            Document.document_number == "".join(number.split()),
        )
        .limit(1)
    )
    return chinese_date(dated_on) if dated_on else ""
