"""送达回证 for each document and each addressee: printed before it is signed, or after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import defer

from casework.domain.application import DeliveryMethod
from casework.domain.delivery import deemed_served_on
from casework.domain.errors import RuleBroken
from casework.domain.letter_kinds import LetterKind
from casework.formatting import chinese_date, short_date
from casework.models import Delivery, Document

if TYPE_CHECKING:
    from casework.models import Case
    from casework.services.desk import Desk

_OTHERS = frozenset(
    {
        LetterKind.THIRD_PARTY_CONSULTATION,
        LetterKind.THIRD_PARTY_DISCLOSURE,
        LetterKind.CO_MAKER_CONSULTATION,
        LetterKind.AGENCY_CONSULTATION,
    }
)
"""Documents that go to somebody other than the applicant, who is named in what was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One document for one addressee: handed over already, or about to be.

    ``key`` names it in an address: the document's id, and the delivery's behind a dash.
    """

    key: str
    label: str
    document: Document
    delivery: Delivery | None


def list_served(desk: Desk, case: Case) -> list[Served]:
    """Return what a 送达回证 can be for, the newest first: attempts, and papers not yet sent."""
    documents = desk.session.scalars(
        select(Document)
        .where(
            Document.case_id == case.id,
            Document.document_number.is_not(None),
            Document.voided_on.is_(None),
        )
        .options(defer(Document.content))
        .order_by(Document.id.desc())
    ).all()
    attempts: dict[int | None, list[Delivery]] = {}
    for delivery in desk.session.scalars(
        select(Delivery).where(Delivery.case_id == case.id).order_by(Delivery.id.desc())
    ):
        attempts.setdefault(delivery.document_id, []).append(delivery)
    found = []
    for document in documents:
        named = f"{document.title}（{document.document_number}）"
        for delivery in attempts.get(document.id, ()):
            how = f"{delivery.method.label}，{short_date(delivery.handed_over_on)}"
            found.append(
                Served(
                    key=f"{document.id}-{delivery.id}",
                    label=f"{named}：{_addressee(case, document, delivery)}，{how}",
                    document=document,
                    delivery=delivery,
                )
            )
        if document.id not in attempts:
            found.append(
                Served(
                    key=str(document.id),
                    label=f"{named}：{_addressee(case, document, None)}，还没有送达",
                    document=document,
                    delivery=None,
                )
            )
    return found


def find_served(desk: Desk, case: Case, key: str) -> Served | None:
    """Return what ``key`` names, the newest for "", None if nothing was issued yet.

    RuleBroken(field="served") for a key of another case.
    """
    served = list_served(desk, case)
    if not key:
        answers = [one for one in served if one.document.draft_id is not None]
        return next(iter(answers or served), None)
    chosen = next((one for one in served if one.key == key), None)
    if chosen is None:
        raise RuleBroken("served_unknown", "请选送达的是哪一份文书", field="served")
    return chosen


def served_facts(desk: Desk, case: Case, served: Served | None) -> tuple[dict[str, str], ...]:
    """Return what stands fixed on the 送达回证, and what the officer may reword."""
    applicant = case.applicant
    if served is None:
        return {"served_name": applicant.name, "delivery_address": applicant.address}, {}
    document, delivery = served.document, served.delivery
    to_applicant = document.kind not in _OTHERS and not (delivery and delivery.addressee)
    fixed = {
        "served_name": _addressee(case, document, delivery),
        "delivery_address": (delivery.address if delivery else "")
        or (applicant.address or applicant.email if to_applicant else ""),
    }
    suggested = {
        "delivered_document": document.title,
        "document_number": document.document_number or "",
    }
    if delivery is not None:
        deemed = deemed_served_on(delivery.method, delivery.handed_over_on, desk.calendar)
        day = delivery.signed_on or deemed
        fixed["delivered_on"] = chinese_date(day) if day else ""
        if delivery.method is DeliveryMethod.MAIL:
            fixed["posted_on"] = chinese_date(delivery.handed_over_on)
        suggested |= {
            "delivery_method": delivery.method.label,
            "mail_number": delivery.mail_number,
        }
    return fixed, suggested


def _addressee(case: Case, document: Document, delivery: Delivery | None) -> str:
    if delivery is not None and delivery.addressee:
        return delivery.addressee
    if document.kind in _OTHERS:
        return document.filled.get("consulted_name", "")
    return case.applicant.name
