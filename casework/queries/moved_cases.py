"""The cases a change of the calendar moved, asked for afterwards: read from their events."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from casework.domain.calendar_change import DateMove, MovedCase, in_order
from casework.models import Agency, CalendarVersion, Case, Event
from casework.queries.visibility import visible_to

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor

CASE_MOVED = "calendar_changed"
"""The action of the event that a moved case carries."""


def list_moved_cases(session: Session, *, actor: Actor, label: str) -> tuple[MovedCase, ...]:
    """Return the cases that the version ``label`` (2027-1) moved, earlier ones first.

    As they moved on the day of the import, whatever has become of them since; only those in the
    actor's subtree. One index range: an import writes all its events at one instant.
    """
    query = (
        select(Case.id, Case.number, Agency.name, Event.detail)
        .select_from(Event)
        .join(Case, Case.id == Event.case_id)
        .join(Case.agency)
        .where(
            Event.recorded_at.in_(
                select(CalendarVersion.imported_at).where(CalendarVersion.label == label)
            ),
            Event.action == CASE_MOVED,
            visible_to(actor),
        )
    )
    moved = []
    for case_id, number, agency_name, detail in session.execute(query):
        if detail["label"] != label:
            continue
        case = MovedCase(
            case_id=case_id,
            number=number,
            agency_name=agency_name,
            office_due_on=_move(detail["office_due_on"]),
            due_on=_move(detail["due_on"]),
        )
        if case.office_due_on.moved or case.due_on.moved:
            moved.append(case)
    return in_order(moved)


def _move(written: dict[str, Any]) -> DateMove:
    return DateMove(_day(written["old"]), _day(written["new"]))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
