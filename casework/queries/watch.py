"""Beside the watch list (``queries.due``): what is provisional, and one person's open limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, or_, select

from casework.models import Agency, Case
from casework.queries.case_rows import in_hand
from casework.queries.clock_rows import is_running
from casework.queries.visibility import visible_to

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor
    from casework.domain.working_days import WorkingDayCalendar


def count_provisional(session: Session, *, actor: Actor, calendar: WorkingDayCalendar) -> int:
    """Return how many open cases have a limit past the calendar's horizon (暂定): one query."""
    query = (
        select(func.count())
        .select_from(Case)
        .join(Agency, Agency.id == Case.agency_id)
        .where(
            is_running(),
            visible_to(actor),
            Case.due_on > calendar.known_through,
        )
    )
    return session.scalar(query) or 0


class OpenLimit(NamedTuple):
    """One unanswered case by number and dates alone; ``changed_at`` when the case last changed."""

    case_id: int
    number: str
    office_due_on: date
    due_on: date
    changed_at: datetime


def list_own_limits(session: Session, *, actor: Actor) -> Sequence[OpenLimit]:
    """Return the limits of the cases one person handles or has in hand: one query.

    The earliest first; stopped clocks have no limit and are left out.
    """
    query = (
        select(Case.id, Case.number, Case.office_due_on, Case.due_on, Case.changed_at)
        .join(Agency, Agency.id == Case.agency_id)
        .where(
            is_running(),
            visible_to(actor),
            or_(Case.handler_id == actor.user_id, in_hand(actor)),
            Case.office_due_on.is_not(None),
            Case.due_on.is_not(None),
        )
        .order_by(Case.office_due_on, Case.id)
    )
    return [OpenLimit._make(row) for row in session.execute(query)]
