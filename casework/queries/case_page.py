"""Everything the case page shows, read in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from casework.domain.application import ReliefResult
from casework.domain.errors import NotFound
from casework.domain.outcomes import get_ground
from casework.domain.permissions import Role
from casework.domain.statutory_clock import reckon
from casework.models import (
    Agency,
    Applicant,
    Case,
    Event,
)
from casework.queries.calendar import current_calendar
from casework.queries.case_facts import (
    clock_facts_of,
    current_clock_of,
    facts_of,
    is_answered_anew,
    standing_events_of,
)
from casework.queries.case_office import (
    clock_line,
    list_hand_ons,
    list_links,
    list_parts,
    list_reopenings,
    relief_line,
)
from casework.queries.case_papers import (
    list_deliveries,
    list_documents,
    list_drafts,
    list_reviews,
)
from casework.queries.case_rows import is_in_hand, stage_of
from casework.queries.case_side import list_amendments, list_conferrals
from casework.queries.inbox import list_attachments, list_comments
from casework.queries.ledger_imports import find_origin
from casework.queries.restriction import find_restriction
from casework.queries.visibility import NO_SUCH_CASE, kept_numbers, visible_to

if TYPE_CHECKING:
    from datetime import date, datetime
    from typing import Any

    from sqlalchemy.orm import Session

    from casework.domain.application import (
        ApplicantType,
        Channel,
        ReceiptMode,
    )
    from casework.domain.clock_events import ClockFacts
    from casework.domain.facts import CaseFacts
    from casework.domain.grounds import Ground
    from casework.domain.permissions import Actor
    from casework.domain.states import State
    from casework.domain.statutes import StatuteCode
    from casework.queries.case_office import (
        ClockLine,
        HandOnLine,
        LinkLine,
        PartLine,
        ReliefLine,
        ReopeningLine,
    )
    from casework.queries.case_papers import DeliveryLine, DocumentLine, DraftLines, ReviewLine
    from casework.queries.case_side import AmendmentLine, ConferralLine
    from casework.queries.inbox import AttachmentLine, CommentLine
    from casework.queries.ledger_imports import LedgerOrigin
    from casework.queries.restriction import RestrictionLines

EARLIER_SHOWN = 5
TITLE = 60
"""Characters of the request that name a case in a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHead:
    """What every page about one case says at its top, and what the rules read of it.

    ``clock`` is the period that runs now, and so are ``office_due_on`` and ``due_on``. Once the
    case is being answered anew ``first_clock`` is the period of its first answer, else None.
    """

    id: int
    version: int
    number: str
    state: State
    stage: str
    statute: StatuteCode
    channel: Channel
    receipt_mode: ReceiptMode | None
    applicant_name: str
    applicant_type: ApplicantType
    title: str
    request_text: str
    agency_id: int
    agency_path: str
    agency_name: str
    unit: str
    handler_id: int | None
    handler_name: str
    submitted_on: date | None
    arrived_on: date | None
    received_on: date | None
    office_due_on: date | None
    due_on: date | None
    replied_on: date | None
    closed_on: date | None
    mine: bool
    facts: CaseFacts
    clock: ClockFacts | None
    first_clock: ClockFacts | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicantLines:
    """The applicant's data as stored; the page masks it."""

    name: str
    type: ApplicantType
    id_kind: str
    id_number: str
    phone: str
    address: str
    postcode: str
    email: str
    contact_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """One line of 经过: when it counts, when it was typed, by whom in what role."""

    action: str
    effective_on: date
    recorded_at: datetime
    actor_name: str
    role: Role | None
    to_state: str | None
    from_state: str | None
    note: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCase:
    """Another application of a person of the same name."""

    id: int
    number: str
    title: str
    received_on: date | None
    state: State
    ground: Ground | None
    same_text: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """One case, whole."""

    head: CaseHead
    applicant: ApplicantLines
    mail_number: str
    provide_form: str
    obtain_by: str
    subject: str
    note: str
    statute_reason: str
    ground: Ground | None
    archived_on: date | None
    registered_at: datetime
    clock_lines: list[ClockLine]
    events: list[EventLine]
    drafts: list[DraftLines]
    reviews: list[ReviewLine]
    documents: list[DocumentLine]
    deliveries: list[DeliveryLine]
    reliefs: list[ReliefLine]
    conferrals: list[ConferralLine]
    amendments: list[AmendmentLine]
    parts: list[PartLine]
    links: list[LinkLine]
    hand_ons: list[HandOnLine]
    reopenings: list[ReopeningLine]
    comments: list[CommentLine]
    attachments: list[AttachmentLine]
    late_cause: str
    late_unit: str
    earlier: list[EarlierCase]
    restriction: RestrictionLines | None
    origin: LedgerOrigin | None

    @property
    def on_hold(self) -> bool:
        """Whether a 复议 or 诉讼 is open: the file is evidence, nothing may leave it."""
        return any(relief.result is ReliefResult.PENDING for relief in self.reliefs)

    @property
    def draft(self) -> DraftLines | None:
        """The newest version of the reply."""
        return self.drafts[0] if self.drafts else None


def get_case_head(session: Session, actor: Actor, case_id: int) -> CaseHead:
    """Return the head of one case; NotFound if there is none or it is not the actor's to see."""
    return _head(session, _get_case(session, actor, case_id), actor)


def get_case_file(session: Session, actor: Actor, case_id: int) -> CaseFile:
    """Return one case, whole; NotFound if there is none or it is not the actor's to see."""
    case = _get_case(session, actor, case_id)
    applicant = case.applicant
    return CaseFile(
        head=_head(session, case, actor),
        applicant=ApplicantLines(
            name=applicant.name,
            type=case.applicant_type,
            id_kind=applicant.id_kind,
            id_number=applicant.id_number,
            phone=applicant.phone,
            address=applicant.address,
            postcode=applicant.postcode,
            email=applicant.email,
            contact_name=applicant.contact_name,
        ),
        mail_number=case.mail_number,
        provide_form=case.provide_form,
        obtain_by=case.obtain_by,
        subject=case.subject,
        note=case.note,
        statute_reason=case.statute_reason,
        ground=get_ground(case.ground) if case.ground else None,
        archived_on=case.archived_on,
        registered_at=case.registered_at,
        clock_lines=[clock_line(fact) for fact in standing_events_of(case)],
        events=list_events(session, actor, case_id),
        drafts=list_drafts(session, case_id),
        reviews=list_reviews(session, case_id),
        documents=list_documents(session, case_id),
        deliveries=list_deliveries(session, case_id),
        reliefs=[relief_line(relief) for relief in case.reliefs],
        conferrals=list_conferrals(session, case_id),
        amendments=list_amendments(session, case_id),
        parts=list_parts(session, case_id),
        links=list_links(session, actor, case_id),
        hand_ons=list_hand_ons(session, actor, case_id),
        reopenings=list_reopenings(session, case_id),
        comments=list_comments(session, case_id),
        attachments=list_attachments(session, case_id),
        late_cause=case.late_cause,
        late_unit=case.late_unit,
        earlier=list_earlier(
            session,
            actor,
            name=applicant.name,
            request_text=case.request_text,
            except_id=case.id,
        ),
        restriction=find_restriction(session, case),
        origin=find_origin(session, case.id, case.import_id),
    )


def list_events(session: Session, actor: Actor, case_id: int) -> list[EventLine]:
    """Return what happened to a case, the latest first.

    A link to a case the reader may not know of is left out with its number.
    """
    query = select(Event).where(Event.case_id == case_id).order_by(Event.id.desc())
    events = session.scalars(query).all()
    kept = kept_numbers(session, actor, (event.detail.get("other", "") for event in events))
    return [
        EventLine(
            action=event.action,
            effective_on=event.effective_on,
            recorded_at=event.recorded_at,
            actor_name=event.actor_name,
            role=Role(event.role) if event.role else None,
            from_state=event.from_state,
            to_state=event.to_state,
            note=event.note,
            detail=event.detail,
        )
        for event in events
        if event.detail.get("other") not in kept
    ]


def list_earlier(
    session: Session,
    actor: Actor,
    *,
    name: str,
    request_text: str = "",
    except_id: int | None = None,
) -> list[EarlierCase]:
    """Return other applications under this name, the newest first, at most five.

    ``same_text`` marks those whose request reads the same: whether it is a 重复申请
    (第三十六条第六项) is for the handler to judge.
    """
    if not name:
        return []
    query = (
        select(Case)
        .join(Agency)
        .join(Applicant)
        .where(visible_to(actor), Applicant.name == name)
        .order_by(Case.id.desc())
        .limit(EARLIER_SHOWN)
    )
    if except_id is not None:
        query = query.where(Case.id != except_id)
    return [
        EarlierCase(
            id=case.id,
            number=case.number,
            title=case.request_text[:TITLE],
            received_on=case.received_on,
            state=case.state,
            ground=get_ground(case.ground) if case.ground else None,
            same_text=bool(request_text)
            and _squeezed(case.request_text) == _squeezed(request_text),
        )
        for case in session.scalars(query)
    ]


def _squeezed(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _get_case(session: Session, actor: Actor, case_id: int) -> Case:
    case = session.scalars(
        select(Case)
        .join(Agency)
        .where(Case.id == case_id, visible_to(actor))
        .options(
            joinedload(Case.agency),
            joinedload(Case.applicant),
            joinedload(Case.handler),
            selectinload(Case.clock_events),
            selectinload(Case.reopenings),
            selectinload(Case.reliefs),
        )
    ).one_or_none()
    if case is None:
        raise NotFound(NO_SUCH_CASE)
    return case


def _head(session: Session, case: Case, actor: Actor) -> CaseHead:
    clock, anew = current_clock_of(case), is_answered_anew(case)
    office_due_on, due_on = case.office_due_on, case.due_on
    if anew and clock is not None:
        calendar = current_calendar(session, agency_path=case.agency.path)
        # "Today" moves no limit.
        due_on = reckon(clock, calendar, today=clock.received_on).due_on
        office_due_on = due_on
    return CaseHead(
        id=case.id,
        version=case.version,
        number=case.number,
        state=case.state,
        stage=stage_of(case.state, case.review_step),
        statute=case.statute,
        channel=case.channel,
        receipt_mode=case.receipt_mode,
        applicant_name=case.applicant.name,
        applicant_type=case.applicant_type,
        title=case.request_text[:TITLE],
        request_text=case.request_text,
        agency_id=case.agency_id,
        agency_path=case.agency.path,
        agency_name=case.agency.name,
        unit=case.unit,
        handler_id=case.handler_id,
        handler_name=case.handler.name if case.handler else "",
        submitted_on=case.submitted_on,
        arrived_on=case.arrived_on,
        received_on=case.received_on,
        office_due_on=office_due_on,
        due_on=due_on,
        replied_on=case.replied_on,
        closed_on=case.closed_on,
        mine=is_in_hand(actor, case.state, case.handler_id, step=case.review_step, unit=case.unit),
        facts=facts_of(session, case),
        clock=clock,
        first_clock=clock_facts_of(case) if anew else None,
    )
