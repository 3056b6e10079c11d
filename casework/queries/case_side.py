"""What happens beside the road of a case, read: 会商, 更正."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework.models import Amendment, Conferral

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from casework.domain.amendments import AmendmentOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferralLine:
    """One 会商."""

    held_on: date
    parties: str
    matter: str
    agreed: str
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentLine:
    """One 更正申请; ``outcome`` is None while it waits."""

    id: int
    asked_on: date
    record: str
    claim: str
    evidence: str
    outcome: AmendmentOutcome | None
    decided_on: date | None
    result: str
    body: str


def list_conferrals(session: Session, case_id: int) -> list[ConferralLine]:
    """Return the 会商 of a case by day."""
    query = (
        select(Conferral)
        .where(Conferral.case_id == case_id)
        .options(joinedload(Conferral.recorded_by))
        .order_by(Conferral.held_on, Conferral.id)
    )
    return [
        ConferralLine(
            held_on=row.held_on,
            parties=row.parties,
            matter=row.matter,
            agreed=row.agreed,
            recorded_by=row.recorded_by.name,
        )
        for row in session.scalars(query)
    ]


def list_amendments(session: Session, case_id: int) -> list[AmendmentLine]:
    """Return the 更正申请 of a case in the order they came."""
    query = select(Amendment).where(Amendment.case_id == case_id).order_by(Amendment.id)
    return [
        AmendmentLine(
            id=row.id,
            asked_on=row.asked_on,
            record=row.record,
            claim=row.claim,
            evidence=row.evidence,
            outcome=row.outcome,
            decided_on=row.decided_on,
            result=row.result,
            body=row.body,
        )
        for row in session.scalars(query)
    ]


def has_open_amendment(session: Session, case_id: int) -> bool:
    """Say whether a 更正申请 waits for its outcome."""
    query = select(Amendment.id).where(Amendment.case_id == case_id, Amendment.outcome.is_(None))
    return session.scalar(query.limit(1)) is not None


def find_decided_amendment(
    session: Session, case_id: int, outcome: AmendmentOutcome | None = None
) -> Amendment | None:
    """Return the 更正申请 that was decided last, with this outcome if one is asked for."""
    decided = Amendment.outcome.is_not(None) if outcome is None else Amendment.outcome == outcome
    query = (
        select(Amendment)
        .where(Amendment.case_id == case_id, decided)
        .order_by(Amendment.decided_on.desc(), Amendment.id.desc())
    )
    return session.scalars(query.limit(1)).one_or_none()
