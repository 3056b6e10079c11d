"""稿件、审核、文书、送达: what is written, passed, sent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.domain.application import DeliveryMethod
from casework.domain.grounds import Outcome
from casework.domain.letter_kinds import LetterKind
from casework.domain.review_chain import StepKind
from casework.models.account import User
from casework.models.base import Base, BigKey, enum_by_value
from casework.models.case import Case
from casework.models.sealed import SealedText


class Draft(Base):
    """One version of the reply in the making; a version is never changed, only followed.

    ``text_hash`` is the SHA-256 of everything that will stand in the letter; an approval is of
    that hash and of nothing else.
    """

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("case_id", "version"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    version: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(enum_by_value(Outcome, "outcome"))
    # The one ground the case is counted under, and all that the letter rests on.
    ground: Mapped[str] = mapped_column(String(64))
    grounds: Mapped[list[str]] = mapped_column(JSON)
    # Requirement code -> the drafter's text.
    particulars: Mapped[dict[str, str]] = mapped_column(JSON)
    # The whole letter in plain text, number and date left blank.
    body: Mapped[str]
    text_hash: Mapped[str] = mapped_column(String(64))
    # Which wording it is made of (services.agency_templates): part -> SHA-256, version, name.
    templates: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON, default=dict)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    # How often this version went to review; words spoken in a former round count no more.
    review_round: Mapped[int] = mapped_column(default=0)

    case: Mapped[Case] = relationship()
    author: Mapped[User] = relationship()


class Review(Base):
    """One person's word on one exact text, in one step of its review (domain.review_chain).

    ``bypassed``: nobody read it, the step was passed over for the reason in ``opinion``.
    """

    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), index=True)
    review_round: Mapped[int] = mapped_column(default=1)
    step: Mapped[StepKind] = mapped_column(enum_by_value(StepKind, "step"))
    text_hash: Mapped[str] = mapped_column(String(64))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    approved: Mapped[bool]
    bypassed: Mapped[bool] = mapped_column(default=False)
    opinion: Mapped[str] = mapped_column(default="")
    one_person_reason: Mapped[str] = mapped_column(default="")
    reviewed_at: Mapped[datetime]

    draft: Mapped[Draft] = relationship()
    reviewer: Mapped[User] = relationship()


_OURS = text("content IS NOT NULL")


class Document(Base):
    """文书: a letter as it left the office, bytes and hash; never changed, never deleted.

    One issued by mistake is declared void; it stays, with its number.
    """

    __tablename__ = "documents"
    __table_args__ = (
        # A number is drawn once. A reply of former years that a ledger tells of may have answered
        # several applications; it has no content here.
        Index(
            "uq_documents_number",
            "agency_id",
            "document_number",
            unique=True,
            sqlite_where=_OURS,
            postgresql_where=_OURS,
        ),
        CheckConstraint("length(sha256) = 64", name="hash_length"),
        CheckConstraint("(voided_on IS NULL) = (void_reason = '')", name="void_for_a_reason"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    kind: Mapped[LetterKind] = mapped_column(enum_by_value(LetterKind, "letter_kind"))
    # NULL for what bears no number of its own (登记回执 of an office that numbers none, imports).
    document_number: Mapped[str | None] = mapped_column(String(64))
    title: Mapped[str]
    dated_on: Mapped[date]
    media_type: Mapped[str] = mapped_column(String(64), default="application/pdf")
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    # Of the text with number and date: what the code on a paper copy is checked by.
    text_sha256: Mapped[str | None] = mapped_column(String(64))
    # Which wording it was made of, as on the draft.
    templates: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON, default=dict)
    # What the officer typed into a procedural document, by the names of its form.
    filled: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    # The fact of the clock it tells of: which consultation, which extension.
    about_id: Mapped[int | None] = mapped_column(ForeignKey("clock_facts.id"))
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("drafts.id"))
    issuer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    issued_at: Mapped[datetime]
    # 作废: the day, why, by whom; the number stays used and the bytes stay (domain.voiding).
    voided_on: Mapped[date | None]
    void_reason: Mapped[str] = mapped_column(default="")
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # The void document that this one takes the place of, or that it revokes.
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"), index=True)

    case: Mapped[Case] = relationship()
    issuer: Mapped[User | None] = relationship(foreign_keys=issuer_id)
    voided_by: Mapped[User | None] = relationship(foreign_keys=voided_by_id)


class Delivery(Base):
    """送达 of one document: one attempt; how, when handed over, when signed for or come back.

    ``handed_over_on`` is the day that counts: of signature for direct service, of posting for
    mail (国办公开办函〔2016〕235号). The first attempt with the answer is the day of the reply; a
    letter that comes back is followed by another attempt and moves nothing.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint(
            "returned_on IS NULL OR (signed_on IS NULL AND returned_on >= handed_over_on)",
            name="returned_or_signed",
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"), index=True)
    method: Mapped[DeliveryMethod] = mapped_column(enum_by_value(DeliveryMethod, "delivery_method"))
    handed_over_on: Mapped[date]
    mail_number: Mapped[str] = mapped_column(default="")
    signed_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    # To whom, if not to the applicant; where to; who signed for it, why somebody else.
    addressee: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(SealedText, default="")
    recipient: Mapped[str] = mapped_column(default="")
    returned_on: Mapped[date | None]
    return_reason: Mapped[str] = mapped_column(default="")

    document: Mapped[Document | None] = relationship()
