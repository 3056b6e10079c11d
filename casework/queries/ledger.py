"""The ledger (台账) of a year: case records as rows of the columns they could have come from."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select

from casework.domain.application import ReliefKind
from casework.domain.clock_events import ClockEvent, ClockEventKind
from casework.domain.ledger import LedgerRow, ReliefRecord, group_events
from casework.domain.letter_kinds import LetterKind
from casework.domain.statutes import Party
from casework.models import Agency, Applicant, Case, ClockFact, Delivery, Document, Relief
from casework.queries.agencies import in_subtree
from casework.queries.visibility import not_kept_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from casework.domain.application import DeliveryMethod
    from casework.domain.permissions import Actor

_CHUNK = 1000
_COLUMNS = (
    Case.id,
    Case.number,
    Case.agency_id,
    Case.channel,
    Case.submitted_on,
    Case.received_on,
    Case.applicant_type,
    Case.request_text,
    Case.subject,
    Case.unit,
    Case.ground,
    Case.fee_yuan,
    Case.replied_on,
    Case.closed_on,
    Case.made_public,
    Case.note,
    Applicant.name,
    Applicant.id_kind,
    Applicant.id_number,
    Applicant.phone,
    Applicant.address,
    Applicant.postcode,
    Applicant.email,
)
_REPLIES = (LetterKind.REPLY, LetterKind.TERMINATION)


def list_ledger_cases(
    session: Session, year: int, *, reader: Actor, under: str = "/", carried_in: bool = True
) -> list[int]:
    """Return the ids of the cases in the ledger of ``year``, by receipt day.

    Those received in the year and, with ``carried_in``, those from before that were not finished
    before it: together what the year's table counts. A case whose receipt day is not confirmed
    yet is in no ledger, nor is one that 限制知悉 keeps from the ``reader``. ``under`` is the path
    of an agency; ``/`` takes all.
    """
    of_the_year = Case.received_year == year
    if carried_in:
        of_the_year = or_(
            of_the_year,
            and_(
                or_(Case.closed_year.is_(None), Case.closed_year > Case.received_year),
                Case.received_year < year,
                or_(Case.closed_year.is_(None), Case.closed_year >= year),
            ),
        )
    query = (
        select(Case.id)
        .where(of_the_year, not_kept_from(reader))
        .order_by(Case.received_on, Case.id)
    )
    if under != "/":
        query = query.where(Case.agency_id.in_(select(Agency.id).where(in_subtree(under))))
    return list(session.scalars(query))


def read_ledger(session: Session, case_ids: Sequence[int]) -> Iterator[tuple[int, LedgerRow]]:
    """Yield (case id, row) in the order of ``case_ids``, a thousand at a time."""
    names = _agency_paths(session)
    for start in range(0, len(case_ids), _CHUNK):
        chunk = case_ids[start : start + _CHUNK]
        rows = _read_chunk(session, chunk, names)
        for case_id in chunk:
            if case_id in rows:
                yield case_id, rows[case_id]


def count_turns(session: Session, case_ids: Sequence[int]) -> dict[str, int]:
    """Return how often each repeating group of columns is needed for these cases."""
    turns: Counter[str] = Counter()
    for start in range(0, len(case_ids), _CHUNK):
        chunk = case_ids[start : start + _CHUNK]
        of_facts = (
            select(ClockFact.kind, ClockFact.case_id, func.count())
            .where(
                ClockFact.case_id.in_(chunk),
                ClockFact.kind.in_(_FACT_GROUPS),
                ClockFact.round == 0,
            )
            .group_by(ClockFact.kind, ClockFact.case_id)
        )
        for kind, _, count in session.execute(of_facts):
            turns[_FACT_GROUPS[kind]] = max(turns[_FACT_GROUPS[kind]], count)
        is_review = (Relief.kind == ReliefKind.REVIEW).label("is_review")
        of_reliefs = (
            select(is_review, Relief.case_id, func.count())
            .where(Relief.case_id.in_(chunk))
            .group_by(is_review, Relief.case_id)
        )
        for review, _, count in session.execute(of_reliefs):
            group = "review" if review else "suit"
            turns[group] = max(turns[group], count)
    return dict(turns)


_FACT_GROUPS = {
    ClockEventKind.CORRECTION_REQUESTED.value: "correction",
    ClockEventKind.CONSULTATION_STARTED.value: "consultation",
}


def _agency_paths(session: Session) -> dict[int, str]:
    """Return agency id -> 郴州市/桂阳县."""
    names: dict[int, str] = {}
    for agency_id, parent_id, name in session.execute(
        select(Agency.id, Agency.parent_id, Agency.name).order_by(func.length(Agency.path))
    ):
        names[agency_id] = f"{names[parent_id]}/{name}" if parent_id in names else name
    return names


def _read_chunk(
    session: Session, chunk: Sequence[int], agencies: dict[int, str]
) -> dict[int, LedgerRow]:
    events = _events(session, chunk)
    reliefs = _reliefs(session, chunk)
    letters = _document_numbers(session, chunk)
    deliveries = _deliveries(session, chunk)
    query = (
        select(*_COLUMNS)
        .join(Case.applicant)
        .where(Case.id.in_(chunk), Case.received_on.is_not(None))
    )
    rows = {}
    for case in session.execute(query):
        answered = case.replied_on is not None
        delivery = deliveries.get(case.id) if answered else None
        facts = group_events(events.get(case.id, ()))
        rows[case.id] = LedgerRow(
            number=case.number,
            agency=agencies.get(case.agency_id, ""),
            channel=case.channel,
            submitted_on=case.submitted_on,
            received_on=case.received_on,
            applicant_type=case.applicant_type,
            name=case.name,
            id_kind=case.id_kind,
            id_number=case.id_number,
            phone=case.phone,
            address=case.address,
            postcode=case.postcode,
            email=case.email,
            request_text=case.request_text,
            subject=case.subject,
            unit=case.unit,
            corrections=facts.corrections,
            consultations=facts.consultations,
            extension=facts.extension,
            fee_noticed_on=facts.fee_noticed_on,
            fee_paid_on=facts.fee_paid_on,
            fee_yuan=case.fee_yuan,
            replied_on=case.replied_on,
            closed_on=case.closed_on,
            # A reply that is signed but not handed over is no outcome yet.
            ground=case.ground if answered or case.closed_on is not None else None,
            document_number=letters.get(case.id, "") if answered else "",
            delivery=delivery[0] if delivery else None,
            mail_number=delivery[1] if delivery else "",
            reviews=tuple(r for r in reliefs.get(case.id, ()) if r.kind is ReliefKind.REVIEW),
            suits=tuple(r for r in reliefs.get(case.id, ()) if r.kind is not ReliefKind.REVIEW),
            made_public=case.made_public,
            note=case.note,
        )
    return rows


def _events(session: Session, chunk: Sequence[int]) -> dict[int, list[ClockEvent]]:
    query = select(
        ClockFact.case_id, ClockFact.kind, ClockFact.happened_on, ClockFact.party, ClockFact.days
    ).where(ClockFact.case_id.in_(chunk), ClockFact.round == 0)
    events: defaultdict[int, list[ClockEvent]] = defaultdict(list)
    for case_id, kind, happened_on, party, days in session.execute(query):
        events[case_id].append(
            ClockEvent(ClockEventKind(kind), happened_on, Party(party) if party else None, days)
        )
    return events


def _reliefs(session: Session, chunk: Sequence[int]) -> dict[int, list[ReliefRecord]]:
    query = (
        select(Relief.case_id, Relief.kind, Relief.filed_on, Relief.decided_on, Relief.result)
        .where(Relief.case_id.in_(chunk))
        .order_by(Relief.id)
    )
    reliefs: defaultdict[int, list[ReliefRecord]] = defaultdict(list)
    for case_id, kind, filed_on, decided_on, result in session.execute(query):
        day = filed_on or decided_on
        if day is not None:
            reliefs[case_id].append(ReliefRecord(kind, day, result))
    return reliefs


def _document_numbers(session: Session, chunk: Sequence[int]) -> dict[int, str]:
    query = (
        select(Document.case_id, Document.document_number)
        .where(
            Document.case_id.in_(chunk),
            Document.kind.in_(_REPLIES),
            Document.document_number.is_not(None),
            Document.voided_on.is_(None),
        )
        .order_by(Document.id)
    )
    return {case_id: number or "" for case_id, number in session.execute(query)}


def _deliveries(session: Session, chunk: Sequence[int]) -> dict[int, tuple[DeliveryMethod, str]]:
    query = (
        select(Delivery.case_id, Delivery.method, Delivery.mail_number)
        .where(Delivery.case_id.in_(chunk))
        .order_by(Delivery.id)
    )
    return {case_id: (method, number) for case_id, method, number in session.execute(query)}
