"""The watch list: open cases by the office's clock, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.lights import Light, lamp
from casework.models import Agency, Case
from casework.queries.visibility import visible_to

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor
    from casework.domain.states import State
    from casework.domain.working_days import WorkingDayCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """One unanswered case: both limits, the light, the working days left (negative: late)."""

    case_id: int
    number: str
    agency_name: str
    unit: str
    state: State
    office_due_on: date
    due_on: date
    light: Light
    light_text: str
    days_left: int
    provisional: bool


def list_due(
    session: Session,
    *,
    actor: Actor,
    calendar: WorkingDayCalendar,
    today: date,
    days: int | None = None,
) -> Sequence[DueRow]:
    """Return the unanswered cases the actor may see that fall due within ``days`` working days.

    Late ones come first, then by office limit. Without ``days`` every running clock is listed;
    stopped clocks have no due day and are not on this list.
    """
    query = (
        select(
            Case.id,
            Case.number,
            Agency.name,
            Case.unit,
            Case.state,
            Case.office_due_on,
            Case.due_on,
        )
        .join(Case.agency)
        .where(
            visible_to(actor),
            Case.closed_on.is_(None),
            Case.replied_on.is_(None),
            Case.office_due_on.is_not(None),
        )
        .order_by(Case.office_due_on, Case.id)
    )
    if days is not None:
        query = query.where(Case.office_due_on <= calendar.add(today, days))
    rows = []
    for case_id, number, agency_name, unit, state, office_due_on, due_on in session.execute(query):
        if office_due_on is None or due_on is None:  # the query leaves them out
            continue
        shown = lamp(office_due_on, calendar, today=today)
        rows.append(
            DueRow(
                case_id=case_id,
                number=number,
                agency_name=agency_name,
                unit=unit,
                state=state,
                office_due_on=office_due_on,
                due_on=due_on,
                light=shown.light,
                light_text=shown.text,
                days_left=shown.days_left or 0,
                provisional=calendar.is_provisional(due_on),
            )
        )
    return rows
