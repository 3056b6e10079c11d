"""What keeps an import from being taken back: cases of it that somebody has worked on since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from casework.models import Case, Event
from casework.queries.moved_cases import CASE_MOVED
from casework.queries.visibility import not_kept_from

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor

_NO_WORK = ("import", "reveal_personal_data", "take_case_file", CASE_MOVED)
"""Events of a case that are nobody's work on it: it came in, was looked at, its dates followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedOn:
    """A case of an import that somebody has worked on since."""

    case_id: int
    number: str
    actor_name: str
    recorded_at: datetime


def count_worked_on(session: Session, import_id: int) -> int:
    """Return how many cases of an import somebody has worked on since."""
    query = select(func.count(Event.case_id.distinct())).where(_work_on(import_id))
    return session.scalar(query) or 0


def list_worked_on(session: Session, actor: Actor, import_id: int, *, limit: int) -> list[WorkedOn]:
    """Return the first of those cases the actor may know of, each with the last that was done."""
    last = (
        select(func.max(Event.id).label("id"))
        .where(_work_on(import_id))
        .group_by(Event.case_id)
        .subquery()
    )
    query = (
        select(Case.id, Case.number, Event.actor_name, Event.recorded_at)
        .join(Event, Event.case_id == Case.id)
        .join(last, last.c.id == Event.id)
        .where(not_kept_from(actor))
        .order_by(Case.id)
        .limit(limit)
    )
    return [
        WorkedOn(
            case_id=row.id,
            number=row.number,
            actor_name=row.actor_name,
            recorded_at=row.recorded_at,
        )
        for row in session.execute(query)
    ]


def _work_on(import_id: int) -> ColumnElement[bool]:
    cases = select(Case.id).where(Case.import_id == import_id)
    return and_(Event.case_id.in_(cases), Event.action.not_in(_NO_WORK))
