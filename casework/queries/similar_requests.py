"""办件台上的帮助: the applicant's other applications, and requests like this one.

Candidates come from the index of search by the stretches that say the most about a request, and
are compared by domain.similarity; everything is among what the reader may see.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, union

from casework.domain.errors import NotFound
from casework.domain.letter_kinds import LetterKind
from casework.domain.outcomes import find_ground
from casework.domain.permissions import Permission
from casework.domain.repeated_requests import (
    FrequencyHint,
    OtherRequest,
    RepeatHint,
    SamePerson,
    frequency_hint,
    repeat_hint,
)
from casework.domain.search_text import PART, fold_without_numbers, grams
from casework.domain.similarity import (
    ALIKE,
    GramWeights,
    asks_the_same,
    likeness,
    telling_runs,
    weigh,
)
from casework.domain.text import clean_text
from casework.models import Agency, Applicant, Case, CaseText, Document
from casework.models.sealed import sealer
from casework.queries.case_rows import stage_of
from casework.queries.search_hits import newest_holding
from casework.queries.search_words import FOLDING
from casework.queries.visibility import NO_SUCH_CASE, visible_to

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session

    from casework.domain.application import ApplicantType
    from casework.domain.grounds import Ground, Outcome
    from casework.domain.permissions import Actor
    from casework.domain.statutes import StatuteCode

SAMPLE = 500
"""The agency's latest requests, by which the weight of a pair is judged."""

MOST_COMPARED = 200
MOST_SHOWN = 5
TITLE = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An application as far as it is known: typed at the counter, or on file (``case_id``).

    The numbers are given by their blind indexes; "" where there is none.
    """

    agency_id: int
    request_text: str
    name: str
    id_number_index: str
    phone_index: str
    statute: StatuteCode
    received_on: date
    case_id: int | None = None


def typed_request(
    *,
    agency_id: int,
    request_text: str,
    name: str,
    id_number: str,
    phone: str,
    statute: StatuteCode,
    received_on: date,
) -> Asked:
    """Return an application that is being typed."""
    index = sealer().blind_index
    id_number, phone = clean_text(id_number), clean_text(phone)
    return Asked(
        agency_id=agency_id,
        request_text=request_text,
        name=clean_text(name),
        id_number_index=index(id_number) if id_number else "",
        phone_index=index(phone) if phone else "",
        statute=statute,
        received_on=received_on,
    )


def filed_request(session: Session, actor: Actor, case_id: int, *, today: date) -> Asked:
    """Return an application on file; NotFound if it is not the actor's to see: one query."""
    query = (
        select(
            Case.agency_id,
            Case.request_text,
            Case.statute,
            Case.received_on,
            Applicant.name,
            Applicant.id_number_index,
            Applicant.phone_index,
        )
        .join(Agency, Agency.id == Case.agency_id)
        .join(Applicant, Applicant.case_id == Case.id)
        .where(Case.id == case_id, visible_to(actor))
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(NO_SUCH_CASE)
    return Asked(
        agency_id=row.agency_id,
        request_text=row.request_text,
        name=row.name,
        id_number_index=row.id_number_index,
        phone_index=row.phone_index,
        statute=row.statute,
        received_on=row.received_on or today,
        case_id=case_id,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherLine:
    """Another application: how alike (0 to 1), by whom, how it stands, and its reply.

    ``agency_name`` is "" where it is the same agency.
    """

    id: int
    number: str
    title: str
    agency_name: str
    applicant_name: str
    applicant_type: ApplicantType
    received_on: date | None
    replied_on: date | None
    stage: str
    ground: Ground | None
    likeness: float
    same_person: SamePerson | None
    reply_id: int | None
    reply_number: str

    @property
    def percent(self) -> int:
        """The likeness in hundredths, 100 for the same pairs alone; 0 if not worth a word."""
        return int(self.likeness * 100) if self.likeness >= ALIKE else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskHelp:
    """``own``: the applicant's other applications; ``alike``: those of others that ask for alike.

    ``own_count`` and ``alike_count`` count what is not shown too; ``outcomes`` how the answered
    ones among all that are alike ended, the most frequent first.
    """

    own: list[OtherLine]
    own_count: int
    alike: list[OtherLine]
    alike_count: int
    outcomes: list[tuple[Outcome, int]]
    repeat: RepeatHint | None
    frequency: FrequencyHint | None


@dataclass(frozen=True, slots=True)
class _Compared:
    row: Row[Any]
    likeness: float
    same_person: SamePerson | None


def find_help(session: Session, actor: Actor, asked: Asked) -> DeskHelp:
    """Return what is known beside an application: at most five queries."""
    request = fold_without_numbers(asked.request_text, FOLDING)
    weights = _weights(session, actor, asked.agency_id) if request else GramWeights({}, 0)
    own = [
        _Compared(row, _likeness(request, row, weights), _same_person(row, asked))
        for row in _by_person(session, actor, asked)
    ]
    known = {each.row.id for each in own}
    others = [
        _Compared(row, near, None)
        for row in _by_words(session, actor, asked, request, weights)
        if row.id not in known and (near := _likeness(request, row, weights)) >= ALIKE
    ]
    others.sort(key=lambda each: (-each.likeness, -each.row.id))
    # What is alike first, then the latest.
    own.sort(key=lambda each: (-max(each.likeness, ALIKE), -each.row.id))
    answered = Counter(
        ground.outcome
        for each in (*(one for one in own if one.likeness >= ALIKE), *others)
        if each.row.replied_on and each.row.ground and (ground := find_ground(each.row.ground))
    )
    facts = [_facts(each, asked, request, weights) for each in own]
    lines = _lines(session, actor, asked, [*own[:MOST_SHOWN], *others[:MOST_SHOWN]])
    return DeskHelp(
        own=lines[: min(len(own), MOST_SHOWN)],
        own_count=len(own),
        alike=lines[min(len(own), MOST_SHOWN) :],
        alike_count=len(others),
        outcomes=answered.most_common(),
        repeat=repeat_hint(facts, asked.statute),
        frequency=frequency_hint(facts, asked.statute, on=asked.received_on),
    )


def _weights(session: Session, actor: Actor, agency_id: int) -> GramWeights:
    query = (
        select(CaseText.request)
        .join(Case, Case.id == CaseText.case_id)
        .join(Agency, Agency.id == Case.agency_id)
        .where(Case.agency_id == agency_id, visible_to(actor))
        .order_by(Case.received_on.desc(), Case.id.desc())
        .limit(SAMPLE)
    )
    return weigh(_last_part(request) for request in session.scalars(query))


def _last_part(request: str) -> str:
    """Return the request itself: the subject, if there is one, stands before it."""
    return request.rpartition(PART)[2].strip()


def _likeness(request: str, row: Row[Any], weights: GramWeights) -> float:
    return likeness(grams(request), grams(_last_part(row.request)), weights)


def _compared() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Case.id,
            Case.number,
            Case.agency_id,
            Case.received_on,
            Case.replied_on,
            Case.ground,
            CaseText.request,
            Applicant.name,
            Applicant.id_number_index,
            Applicant.phone_index,
        )
        .join(Agency, Agency.id == Case.agency_id)
        .join(CaseText, CaseText.case_id == Case.id)
        .join(Applicant, Applicant.case_id == Case.id)
        .limit(MOST_COMPARED)
    )


def _but_this(asked: Asked) -> list[ColumnElement[bool]]:
    return [Case.id != asked.case_id] if asked.case_id is not None else []


def _by_person(session: Session, actor: Actor, asked: Asked) -> Sequence[Row[Any]]:
    same = [
        column == value
        for column, value in zip(
            (Applicant.id_number_index, Applicant.phone_index, Applicant.name),
            (asked.id_number_index, asked.phone_index, asked.name),
            strict=True,
        )
        if value
    ]
    if not same:
        return []
    # One index each; an OR over three columns would read the table through.
    ids = union(*(select(Applicant.case_id).where(each) for each in same)).subquery()
    query = _compared().where(
        Case.id.in_(select(ids.c.case_id)), visible_to(actor), *_but_this(asked)
    )
    query = query.order_by(Case.id.desc())
    return session.execute(query).all()


def _same_person(row: Row[Any], asked: Asked) -> SamePerson:
    if asked.id_number_index and row.id_number_index == asked.id_number_index:
        return SamePerson.ID_NUMBER
    if asked.phone_index and row.phone_index == asked.phone_index:
        return SamePerson.PHONE
    return SamePerson.NAME


def _by_words(
    session: Session, actor: Actor, asked: Asked, request: str, weights: GramWeights
) -> Sequence[Row[Any]]:
    runs = telling_runs(request, weights)
    if not runs:
        return []
    query = _compared().where(visible_to(actor), *_but_this(asked))
    held = [sorted(grams(run)) for run in runs]
    return session.execute(newest_holding(session, query, held)).all()


def _facts(each: _Compared, asked: Asked, request: str, weights: GramWeights) -> OtherRequest:
    return OtherRequest(
        number=each.row.number,
        received_on=each.row.received_on,
        answered=each.row.replied_on is not None,
        same_agency=each.row.agency_id == asked.agency_id,
        same_person=each.same_person or SamePerson.NAME,
        asks_the_same=asks_the_same(request, _last_part(each.row.request), weights),
    )


def _lines(
    session: Session, actor: Actor, asked: Asked, chosen: Sequence[_Compared]
) -> list[OtherLine]:
    """Return the lines of what is shown, in order: two queries."""
    ids = [each.row.id for each in chosen]
    if not ids:
        return []
    query = (
        select(
            Case.id,
            Case.state,
            Case.review_step,
            Case.request_text,
            Case.applicant_type,
            Agency.short_name,
        )
        .join(Agency, Agency.id == Case.agency_id)
        .where(Case.id.in_(ids), visible_to(actor))
    )
    rows = {row.id: row for row in session.execute(query)}
    replies = _replies(session, ids) if actor.may(Permission.READ_PAPERS) else {}
    return [
        _line(each, asked, rows[each.row.id], replies.get(each.row.id))
        for each in chosen
        if each.row.id in rows
    ]


def _line(
    each: _Compared,
    asked: Asked,
    row: Row[*tuple[Any, ...]],
    reply: tuple[int | None, str] | None,
) -> OtherLine:
    reply_id, reply_number = reply or (None, "")
    return OtherLine(
        id=each.row.id,
        number=each.row.number,
        title=" ".join(row.request_text.split())[:TITLE],
        agency_name="" if each.row.agency_id == asked.agency_id else row.short_name,
        applicant_name=each.row.name,
        applicant_type=row.applicant_type,
        received_on=each.row.received_on,
        replied_on=each.row.replied_on,
        stage=stage_of(row.state, row.review_step),
        ground=find_ground(each.row.ground) if each.row.ground else None,
        likeness=each.likeness,
        same_person=each.same_person,
        reply_id=reply_id,
        reply_number=reply_number,
    )


def _replies(session: Session, ids: Sequence[int]) -> Mapping[int, tuple[int | None, str]]:
    """Return each case's newest reply that stands: its id, None where only its number is known."""
    query = (
        select(
            Document.case_id,
            Document.id,
            Document.document_number,
            Document.content.is_not(None).label("is_kept"),
        )
        .where(
            Document.case_id.in_(ids),
            Document.kind == LetterKind.REPLY,
            Document.voided_on.is_(None),
        )
        .order_by(Document.id)
    )
    return {
        row.case_id: (row.id if row.is_kept else None, row.document_number or "")
        for row in session.execute(query)
    }
