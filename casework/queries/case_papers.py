"""What is written, passed, sent in a case: drafts, reviews, documents, deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from casework.domain.errors import NotFound
from casework.domain.grounds import Outcome, Requirement
from casework.domain.letter_kinds import LetterKind
from casework.domain.outcomes import get_ground
from casework.domain.reply import ReplyContent
from casework.models import Agency, Case, Delivery, Document, Draft, Review
from casework.queries.visibility import visible_to

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from casework.domain.application import DeliveryMethod
    from casework.domain.grounds import Ground
    from casework.domain.permissions import Actor
    from casework.domain.review_chain import StepKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLine:
    """One person's word on one draft, in one step; ``bypassed`` if the step was passed over."""

    draft_id: int
    draft_version: int
    step: StepKind
    approved: bool
    bypassed: bool
    opinion: str
    reviewer_id: int
    reviewer_name: str
    reviewed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLines:
    """One version of the reply with all that was decided in it."""

    id: int
    version: int
    content: ReplyContent
    counted: Ground
    body: str
    text_hash: str
    author_id: int
    author_name: str
    saved_at: datetime
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """One document that left the office; ``replaced_by`` is the 文号 of the one in its place."""

    id: int
    kind: LetterKind
    title: str
    document_number: str | None
    dated_on: date
    issuer_name: str
    size: int | None
    sha256: str
    voided_on: date | None
    void_reason: str
    replaced_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenDocument:
    """One document with its bytes, as it left the office; ``voided_on`` if it is void now."""

    title: str
    document_number: str
    media_type: str
    content: bytes
    voided_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLine:
    """One attempt at 送达 of one document; ``document`` is its title and 文号, "" if unknown."""

    id: int
    document_id: int | None
    document: str
    method: DeliveryMethod
    handed_over_on: date
    mail_number: str
    signed_on: date | None
    note: str
    addressee: str
    recipient: str
    returned_on: date | None
    return_reason: str


def list_drafts(session: Session, case_id: int) -> list[DraftLines]:
    """Return every version of the reply, the newest first."""
    query = (
        select(Draft)
        .where(Draft.case_id == case_id)
        .options(joinedload(Draft.author))
        .order_by(Draft.version.desc())
    )
    return [_draft_lines(draft) for draft in session.scalars(query)]


def list_reviews(session: Session, case_id: int) -> list[ReviewLine]:
    """Return every review of a case's drafts, the latest first."""
    query = (
        select(Review)
        .where(Review.case_id == case_id)
        .options(joinedload(Review.reviewer), joinedload(Review.draft))
        .order_by(Review.id.desc())
    )
    return [
        ReviewLine(
            draft_id=review.draft_id,
            draft_version=review.draft.version,
            step=review.step,
            approved=review.approved,
            bypassed=review.bypassed,
            opinion=review.opinion,
            reviewer_id=review.reviewer_id,
            reviewer_name=review.reviewer.name,
            reviewed_at=review.reviewed_at,
        )
        for review in session.scalars(query)
    ]


def list_documents(session: Session, case_id: int) -> list[DocumentLine]:
    """Return what left the office for a case, without the bytes."""
    query = (
        select(Document, func.length(Document.content))
        .where(Document.case_id == case_id)
        .options(joinedload(Document.issuer))
        .order_by(Document.id)
    )
    replacing = replacements(session, case_id)
    return [
        DocumentLine(
            id=document.id,
            kind=document.kind,
            title=document.title,
            document_number=document.document_number,
            dated_on=document.dated_on,
            issuer_name=document.issuer.name if document.issuer else "",
            size=size,
            sha256=document.sha256,
            voided_on=document.voided_on,
            void_reason=document.void_reason,
            replaced_by=replacing.get(document.id, ""),
        )
        for document, size in session.execute(query)
    ]


def replacements(session: Session, case_id: int) -> dict[int, str]:
    """Return by the id of a void document the 文号 of the one in its place, else of its 撤销."""
    query = (
        select(Document.replaces_id, Document.document_number)
        .where(Document.case_id == case_id, Document.replaces_id.is_not(None))
        # A right document comes after the letter that only revokes, and overwrites it here.
        .order_by(Document.kind != LetterKind.REVOCATION, Document.id)
    )
    return {key: number or "" for key, number in session.execute(query) if key is not None}


def get_document(session: Session, actor: Actor, case_id: int, document_id: int) -> FrozenDocument:
    """Return one issued document with its bytes; NotFound if it is not of this case or reader."""
    document = session.scalars(
        select(Document)
        .join(Case, Case.id == Document.case_id)
        .join(Agency, Agency.id == Case.agency_id)
        .where(Document.id == document_id, Document.case_id == case_id, visible_to(actor))
    ).one_or_none()
    if document is None or document.content is None:
        raise NotFound("本案没有这份文书，或者不在您的机关范围内")
    return FrozenDocument(
        title=document.title,
        document_number=document.document_number or "",
        media_type=document.media_type,
        content=document.content,
        voided_on=document.voided_on,
    )


def _draft_lines(draft: Draft) -> DraftLines:
    return DraftLines(
        id=draft.id,
        version=draft.version,
        content=ReplyContent(
            outcome=Outcome(draft.outcome),
            grounds=tuple(draft.grounds),
            particulars={Requirement(key): text for key, text in draft.particulars.items()},
        ),
        counted=get_ground(draft.ground),
        body=draft.body,
        text_hash=draft.text_hash,
        author_id=draft.author_id,
        author_name=draft.author.name,
        saved_at=draft.saved_at,
        submitted_at=draft.submitted_at,
    )


def list_deliveries(session: Session, case_id: int) -> list[DeliveryLine]:
    """Return how a case's answer left, first handed over first."""
    query = (
        select(Delivery)
        .where(Delivery.case_id == case_id)
        .options(joinedload(Delivery.document).defer(Document.content))
        .order_by(Delivery.id)
    )
    return [
        DeliveryLine(
            id=delivery.id,
            document_id=delivery.document_id,
            document=_name_of(delivery.document),
            method=delivery.method,
            handed_over_on=delivery.handed_over_on,
            mail_number=delivery.mail_number,
            signed_on=delivery.signed_on,
            note=delivery.note,
            addressee=delivery.addressee,
            recipient=delivery.recipient,
            returned_on=delivery.returned_on,
            return_reason=delivery.return_reason,
        )
        for delivery in session.scalars(query)
    ]


def _name_of(document: Document | None) -> str:
    if document is None:
        return ""
    return " ".join(filter(None, (document.title, document.document_number)))
