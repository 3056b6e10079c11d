"""What an office arranges around a case, read: parts of other units, links, reopenings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from casework.domain.case_links import LinkKind
from casework.domain.outcomes import get_ground
from casework.models import Agency, Assignment, Case, CaseLink, Relief, Reopening, User
from casework.queries.visibility import visible_to

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from casework.domain.application import ReliefKind, ReliefResult
    from casework.domain.grounds import Ground
    from casework.domain.permissions import Actor
    from casework.domain.states import State
    from casework.models import ClockFact


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """One unit's part of a case."""

    id: int
    unit: str
    handler_name: str
    asked: str
    assigned_on: date
    due_on: date
    answered_on: date | None
    answer: str
    dropped_on: date | None

    @property
    def is_open(self) -> bool:
        """Whether the unit still has to answer."""
        return self.answered_on is None and self.dropped_on is None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLine:
    """One link as this case sees it."""

    id: int
    kind: LinkKind
    other_id: int
    number: str
    title: str
    state: State
    ground: Ground | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOnLine:
    """One 转办 as this case sees it; ``other_id`` is None where the reader may not open it."""

    kind: LinkKind
    other_id: int | None
    number: str
    agency_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopeningLine:
    """How the case had ended before, why and by whom it was taken up again."""

    reason: str
    due_on: date | None
    relief: str
    former_ground: Ground | None
    former_replied_on: date | None
    former_closed_on: date
    reopened_by: str
    reopened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefLine:
    """One 复议 or 诉讼."""

    id: int
    kind: ReliefKind
    filed_on: date | None
    reference: str
    notified_on: date | None
    simplified: bool
    answered_on: date | None
    result: ReliefResult
    decided_on: date | None
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLine:
    """One dated fact of the clock with the words people wrote beside it."""

    kind: str
    on: date
    party: str | None
    days: int | None
    whom: str
    reason: str
    round: int


def list_parts(session: Session, case_id: int) -> list[PartLine]:
    """Return the parts other units were asked for, in the order they were asked."""
    query = (
        select(Assignment)
        .where(Assignment.case_id == case_id)
        .options(joinedload(Assignment.handler))
        .order_by(Assignment.id)
    )
    return [
        PartLine(
            id=row.id,
            unit=row.unit,
            handler_name=row.handler.name if row.handler else "",
            asked=row.asked,
            assigned_on=row.assigned_on,
            due_on=row.due_on,
            answered_on=row.answered_on,
            answer=row.answer,
            dropped_on=row.dropped_on,
        )
        for row in session.scalars(query)
    ]


def list_units_asked(session: Session, case_id: int) -> tuple[str, ...]:
    """Return the units that have not answered yet."""
    query = (
        select(Assignment.unit)
        .where(
            Assignment.case_id == case_id,
            Assignment.answered_on.is_(None),
            Assignment.dropped_on.is_(None),
        )
        .order_by(Assignment.id)
    )
    return tuple(session.scalars(query))


def list_links(session: Session, actor: Actor, case_id: int) -> list[LinkLine]:
    """Return the links of a case from its own side; ends the reader may not see are left out."""
    query = (
        select(CaseLink, Case)
        .join(
            Case,
            or_(
                (CaseLink.case_id == case_id) & (Case.id == CaseLink.other_id),
                (CaseLink.other_id == case_id) & (Case.id == CaseLink.case_id),
            ),
        )
        .join(Agency, Agency.id == Case.agency_id)
        .where(visible_to(actor), CaseLink.kind != LinkKind.HANDED_FROM)
        .order_by(CaseLink.id)
    )
    return [
        LinkLine(
            id=tie.id,
            kind=tie.kind if tie.case_id == case_id else tie.kind.inverse,
            other_id=other.id,
            number=other.number,
            title=other.subject or other.request_text[:60],
            state=other.state,
            ground=get_ground(other.ground) if other.ground else None,
        )
        for tie, other in session.execute(query)
    ]


def list_hand_ons(session: Session, actor: Actor, case_id: int) -> list[HandOnLine]:
    """Return where the application came from and where it went, seen or not seen from here.

    Number and agency of the other end are told whoever looks: they stand in this case's history.
    """
    query = (
        select(CaseLink, Case.id, Case.number, Agency.name, visible_to(actor).label("seen"))
        .join(
            Case,
            or_(
                (CaseLink.case_id == case_id) & (Case.id == CaseLink.other_id),
                (CaseLink.other_id == case_id) & (Case.id == CaseLink.case_id),
            ),
        )
        .join(Agency, Agency.id == Case.agency_id)
        .where(CaseLink.kind == LinkKind.HANDED_FROM)
        .order_by(CaseLink.id)
    )
    return [
        HandOnLine(
            kind=tie.kind if tie.case_id == case_id else tie.kind.inverse,
            other_id=other_id if seen else None,
            number=number,
            agency_name=name,
        )
        for tie, other_id, number, name, seen in session.execute(query)
    ]


def list_reopenings(session: Session, case_id: int) -> list[ReopeningLine]:
    """Return how often a case was taken up again, the latest first."""
    query = (
        select(Reopening, Relief, User.name)
        .outerjoin(Relief, Relief.id == Reopening.relief_id)
        .join(User, User.id == Reopening.reopened_by_id)
        .where(Reopening.case_id == case_id)
        .order_by(Reopening.id.desc())
    )
    return [
        ReopeningLine(
            reason=row.reason,
            due_on=row.due_on,
            relief=f"{relief.kind.label} {relief.body}".strip() if row.relief_id else "",
            former_ground=get_ground(row.former_ground) if row.former_ground else None,
            former_replied_on=row.former_replied_on,
            former_closed_on=row.former_closed_on,
            reopened_by=name,
            reopened_at=row.reopened_at,
        )
        for row, relief, name in session.execute(query)
    ]


def relief_line(relief: Relief) -> ReliefLine:
    """Return one 复议 or 诉讼 as the case page shows it."""
    return ReliefLine(
        id=relief.id,
        kind=relief.kind,
        filed_on=relief.filed_on,
        reference=relief.reference,
        notified_on=relief.notified_on,
        simplified=relief.simplified,
        answered_on=relief.answered_on,
        result=relief.result,
        decided_on=relief.decided_on,
        body=relief.body,
    )


def clock_line(fact: ClockFact) -> ClockLine:
    """Return one dated fact as the case page shows it."""
    return ClockLine(
        kind=fact.kind,
        on=fact.happened_on,
        party=fact.party,
        days=fact.days,
        whom=fact.whom,
        reason=fact.reason,
        round=fact.round,
    )
