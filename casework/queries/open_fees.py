"""收费通知 that nobody has paid yet, and which of them may be answered with 不再处理."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import exists, select
from sqlalchemy.orm import defer

from casework.domain.clock_events import ClockEventKind
from casework.domain.delivery import Handing, reached_on
from casework.domain.fees import PAYMENT_DAYS
from casework.domain.letter_kinds import LetterKind
from casework.domain.procedural_documents import DOCUMENT_RULES
from casework.models import Agency, Case, ClockFact, Delivery, Document
from casework.queries.visibility import visible_to

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor
    from casework.domain.working_days import WorkingDayCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFee:
    """A fee that was asked for and not yet paid.

    ``received_on`` is the day the notice reached the applicant, None while nobody knows; ``due_on``
    the last day to pay, reckoned from the day of the notice as long as that is so.
    """

    case_id: int
    case_number: str
    document_id: int
    amount: Decimal
    document_number: str
    noticed_on: date
    received_on: date | None
    due_on: date

    def has_lapsed(self, today: date) -> bool:
        """Say whether the applicant let the period pass, so far as anybody knows."""
        return self.received_on is not None and self.due_on < today

    def is_unclear(self, today: date) -> bool:
        """Say whether the period would have passed, were it known when the notice arrived."""
        return self.received_on is None and self.due_on < today


def find_open_fee(
    session: Session, case_id: int, calendar: WorkingDayCalendar, *, today: date
) -> OpenFee | None:
    """Return the fee that waits for payment in a case, None if there is none."""
    found = _read(session, Document.case_id == case_id, calendar, today)
    return found[-1] if found else None


def list_unpaid_fees(
    session: Session, actor: Actor, calendar: WorkingDayCalendar, *, today: date
) -> list[OpenFee]:
    """Return the fees whose period to pay is over, known to be or not, the longest first."""
    states = DOCUMENT_RULES[LetterKind.FEE_NOTICE].states
    found = _read(session, visible_to(actor) & Case.state.in_(states), calendar, today)
    over = [fee for fee in found if fee.due_on < today]
    return sorted(over, key=lambda fee: (fee.due_on, fee.document_id))


def _read(
    session: Session, which: ColumnElement[bool], calendar: WorkingDayCalendar, today: date
) -> list[OpenFee]:
    paid = exists().where(
        ClockFact.case_id == Document.case_id,
        ClockFact.kind == ClockEventKind.FEE_PAID.value,
        ClockFact.id > Document.about_id,
    )
    rows = session.execute(
        select(Document, Case.number)
        .join(Case, Case.id == Document.case_id)
        .join(Agency, Agency.id == Case.agency_id)
        .where(
            Document.kind == LetterKind.FEE_NOTICE,
            Document.about_id.is_not(None),
            Document.voided_on.is_(None),
            ~paid,
            which,
        )
        .options(defer(Document.content))
        .order_by(Document.id)
    ).all()
    documents = {row.Document.about_id: row for row in reversed(rows)}  # the first of each notice
    handings = _handings(session, [row.Document.id for row in documents.values()])
    found = []
    for row in sorted(documents.values(), key=lambda row: row.Document.id):
        document = row.Document
        if "yuan" not in document.filled:
            continue  # from a ledger: what was asked for is not on file
        arrived = reached_on(handings.get(document.id, []), calendar, today=today)
        found.append(
            OpenFee(
                case_id=document.case_id,
                case_number=row.number,
                document_id=document.id,
                amount=Decimal(document.filled["yuan"]),
                document_number=document.document_number or "",
                noticed_on=document.dated_on,
                received_on=arrived,
                due_on=calendar.add(arrived or document.dated_on, PAYMENT_DAYS),
            )
        )
    return found


def _handings(session: Session, document_ids: list[int]) -> dict[int, list[Handing]]:
    query = select(Delivery).where(Delivery.document_id.in_(document_ids)).order_by(Delivery.id)
    found: dict[int, list[Handing]] = {}
    for delivery in session.scalars(query):
        handing = Handing(
            method=delivery.method,
            handed_over_on=delivery.handed_over_on,
            signed_on=delivery.signed_on,
            returned_on=delivery.returned_on,
        )
        found.setdefault(delivery.document_id or 0, []).append(handing)
    return found
