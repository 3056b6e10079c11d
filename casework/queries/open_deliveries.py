"""What came back and must be delivered again (国办公开办函〔2016〕235号)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from casework.models import Agency, Case, Delivery, Document
from casework.queries.visibility import visible_to

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor

ANSWER = "答复"
"""What a delivery without a document of ours handed over: a reply told of by a ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDelivery:
    """A document whose last attempt came back: it must be delivered again."""

    case_id: int
    case_number: str
    delivery_id: int
    document_id: int | None
    title: str
    document_number: str
    addressee: str
    returned_on: date
    reason: str


def list_open_deliveries(
    session: Session, actor: Actor, *, case_id: int | None = None
) -> list[OpenDelivery]:
    """Return what came back and was not handed over again, the oldest return first: one query."""
    query = (
        select(
            Delivery.id,
            Delivery.case_id,
            Delivery.document_id,
            Delivery.addressee,
            Delivery.returned_on,
            Delivery.return_reason,
            Case.number,
            Document.title,
            Document.document_number,
        )
        .join(Case, Case.id == Delivery.case_id)
        .join(Agency, Agency.id == Case.agency_id)
        .outerjoin(Document, Document.id == Delivery.document_id)
        .where(visible_to(actor), _waits())
        .order_by(Delivery.returned_on, Delivery.id)
    )
    if case_id is not None:
        query = query.where(Delivery.case_id == case_id)
    return [
        OpenDelivery(
            case_id=row.case_id,
            case_number=row.number,
            delivery_id=row.id,
            document_id=row.document_id,
            title=row.title or ANSWER,
            document_number=row.document_number or "",
            addressee=row.addressee,
            returned_on=row.returned_on,
            reason=row.return_reason,
        )
        for row in session.execute(query)
    ]


def count_open_deliveries(session: Session, actor: Actor) -> int:
    """Return how many documents wait to be delivered again: one query."""
    query = (
        select(func.count())
        .select_from(Delivery)
        .join(Case, Case.id == Delivery.case_id)
        .join(Agency, Agency.id == Case.agency_id)
        .where(visible_to(actor), _waits())
    )
    return session.scalar(query) or 0


def _waits() -> ColumnElement[bool]:
    later = aliased(Delivery)
    followed = exists().where(
        later.case_id == Delivery.case_id,
        later.document_id.is_not_distinct_from(Delivery.document_id),
        later.addressee == Delivery.addressee,
        later.id > Delivery.id,
    )
    paper = aliased(Document)
    void = exists().where(paper.id == Delivery.document_id, paper.voided_on.is_not(None))
    return Delivery.returned_on.is_not(None) & ~followed & ~void
