"""Counts beside the watch list (``queries.due``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from casework.models import Agency, Case
from casework.queries.agencies import in_subtree
from casework.queries.clock_rows import is_running

if TYPE_CHECKING:
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
            in_subtree(actor.agency_path),
            Case.due_on > calendar.known_through,
        )
    )
    return session.scalar(query) or 0
