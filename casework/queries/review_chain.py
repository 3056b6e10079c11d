"""审核流程, read: an agency's steps, how far a draft has come, what was passed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework.domain.review_chain import DEFAULT_CHAIN, Step, StepKind
from casework.domain.time_source import beijing_date
from casework.models import Agency, Case, Draft, Review, ReviewStep
from casework.queries.visibility import visible_to

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Bypass:
    """One step that was passed over, for the monthly list."""

    case_id: int
    number: str
    agency_name: str
    step: StepKind
    by: str
    reason: str
    on: date


def list_chain(session: Session, agency_id: int) -> tuple[StepKind, ...]:
    """Return an agency's chain in order; 法制审核 alone where it has set none up."""
    rows = _rows(session, agency_id)
    return tuple(row.kind for row in rows) or DEFAULT_CHAIN


def steps_of(session: Session, agency_id: int, draft: Draft | None) -> tuple[Step, ...]:
    """Return the steps of a draft's review, each passed or not.

    A step binds the drafts that are submitted after it was added, 法制审核 binds every one. Only
    what was said in the present round, after the last send-back and of the present text, counts.
    """
    rows = _rows(session, agency_id)
    if rows:
        submitted_at = draft.submitted_at if draft else None
        kinds = tuple(row.kind for row in rows if _binds(row, submitted_at))
    else:
        kinds = DEFAULT_CHAIN
    if draft is None:
        return tuple(Step(kind=kind) for kind in kinds)
    words = _standing_words(session, draft)
    return tuple(_step(kind, words.get(kind)) for kind in kinds)


def list_bypasses(session: Session, actor: Actor, *, first: date, last: date) -> list[Bypass]:
    """Return what was passed over on the days from ``first`` to ``last``, the latest first."""
    query = (
        select(Review)
        .join(Case, Case.id == Review.case_id)
        .join(Agency, Agency.id == Case.agency_id)
        .where(Review.bypassed, visible_to(actor))
        .options(
            joinedload(Review.reviewer),
            joinedload(Review.draft).joinedload(Draft.case).joinedload(Case.agency),
        )
        .order_by(Review.id.desc())
    )
    found = [
        Bypass(
            case_id=review.case_id,
            number=review.draft.case.number,
            agency_name=review.draft.case.agency.short_name,
            step=review.step,
            by=review.reviewer.name,
            reason=review.opinion,
            on=beijing_date(review.reviewed_at),
        )
        for review in session.scalars(query)
    ]
    return [bypass for bypass in found if first <= bypass.on <= last]


def _rows(session: Session, agency_id: int) -> Sequence[ReviewStep]:
    query = (
        select(ReviewStep)
        .where(ReviewStep.agency_id == agency_id)
        .order_by(ReviewStep.position, ReviewStep.id)
    )
    return session.scalars(query).all()


def _binds(row: ReviewStep, submitted_at: datetime | None) -> bool:
    if row.kind is StepKind.LEGAL_REVIEW or submitted_at is None:
        return True
    return row.added_at <= submitted_at


def _standing_words(session: Session, draft: Draft) -> dict[StepKind, Review]:
    query = (
        select(Review)
        .where(Review.draft_id == draft.id, Review.review_round == draft.review_round)
        .order_by(Review.id)
    )
    words: dict[StepKind, Review] = {}
    for review in session.scalars(query):
        if not review.approved:
            words.clear()
        elif review.text_hash == draft.text_hash:
            words[review.step] = review
    return words


def _step(kind: StepKind, word: Review | None) -> Step:
    if word is None:
        return Step(kind=kind)
    return Step(kind=kind, passed=True, passed_by=None if word.bypassed else word.reviewer_id)
