"""Handling one case file inside an act: open it, decide, write the event, reckon its dates anew.

These are the steps that every act shares; none of them commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from casework.domain.errors import EditConflict, NotFound
from casework.domain.states import State
from casework.domain.statutory_clock import reckon
from casework.domain.workflow import decide
from casework.models import Agency, Case, Event
from casework.queries.calendar import current_calendar
from casework.queries.case_facts import clock_facts_of, facts_of, round_facts_of
from casework.queries.visibility import NO_SUCH_CASE, visible_to

if TYPE_CHECKING:
    from datetime import date

    from casework.domain.clock_events import ClockFacts
    from casework.domain.permissions import Permission
    from casework.domain.statutory_clock import Reckoning
    from casework.domain.workflow import Action, Transition
    from casework.domain.working_days import WorkingDayCalendar
    from casework.services.desk import Desk


@dataclass(frozen=True, slots=True)
class CaseKey:
    """What an act hands back: which case it was."""

    id: int
    number: str


def open_case(desk: Desk, case_id: int, *, expected_version: int | None = None) -> Case:
    """Return the case for changing; NotFound if there is none or it is not the actor's to see.

    ``expected_version`` is the version the person had on the screen; EditConflict if somebody has
    changed the case since.
    """
    case = desk.session.scalars(
        select(Case)
        .join(Agency, Agency.id == Case.agency_id)
        .where(Case.id == case_id, visible_to(desk.actor))
        .options(
            contains_eager(Case.agency),
            joinedload(Case.applicant),
            selectinload(Case.clock_events),
            selectinload(Case.reopenings),
        )
        .with_for_update(of=Case)
    ).one_or_none()
    if case is None:
        raise NotFound(NO_SUCH_CASE)
    if expected_version is not None and case.version != expected_version:
        raise EditConflict("您打开之后，有人办过本案。您填的内容没有丢，请核对最新情况后再提交")
    return case


def carry_out(
    desk: Desk,
    case: Case,
    action: Action,
    *,
    effective_on: date | None = None,
    note: str = "",
    detail: dict[str, Any] | None = None,
) -> Transition:
    """Decide ``action`` on ``case``, move its state and write the event."""
    transition = decide(facts_of(desk.session, case), action, desk.actor)
    case.state = transition.target
    if transition.target is not State.IN_REVIEW:
        case.review_step = None  # nobody's turn, whichever act ended the review
    case.changed_at = desk.now
    record_event(
        desk,
        case=case,
        action=action.value,
        permission=transition.permission,
        moved=(transition.source, transition.target),
        effective_on=effective_on,
        note=note,
        detail=detail,
    )
    return transition


def record_event(
    desk: Desk,
    *,
    case: Case | None,
    action: str,
    permission: Permission | None = None,
    moved: tuple[State | None, State | None] = (None, None),
    effective_on: date | None = None,
    note: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Append one event in the transaction of the act it tells of.

    ``moved`` are the states before and after. ``detail`` and ``note`` carry codes, dates and the
    officer's words, no personal data.
    """
    before, after = moved
    role = desk.actor.role_for(permission) if permission is not None else None
    event = Event(
        agency_id=case.agency_id if case is not None else desk.actor.agency_id,
        action=action,
        from_state=before.value if before else None,
        to_state=after.value if after else None,
        actor_id=desk.actor.user_id,
        actor_name=desk.actor.name,
        role=role.value if role else None,
        effective_on=effective_on or desk.today,
        recorded_at=desk.now,
        note=note,
        detail=detail or {},
    )
    if case is not None:
        if inspect(case).pending:
            desk.session.flush()
        event.case_id = case.id
    desk.session.add(event)


def reckon_dates(desk: Desk, case: Case) -> None:
    """Recompute the derived dates of ``case`` from its facts; no former result is an input.

    They are those of its first answer (queries.case_facts): once that is handed over they are
    judged, and the period of a new answer is reckoned where it is shown.
    """
    # Read inside the act, by the case's own agency: a calendar change that was committed while the
    # page was open counts, and so do the agency's local days off.
    calendar = current_calendar(desk.session, agency_path=case.agency.path)
    case.calendar_version = calendar.version
    result = _reckon(desk, clock_facts_of(case), calendar)
    if result is None:
        case.starts_on = case.original_due_on = case.due_on = case.office_due_on = None
        case.is_suspended = False
        return
    case.starts_on = result.starts_on
    case.original_due_on = result.original_due_on
    case.due_on = result.due_on
    case.office_due_on = result.office_due_on
    case.is_suspended = result.due_on is None


def reckon_round(desk: Desk, case: Case, number: int) -> Reckoning | None:
    """Return the limits of one round (queries.case_facts), None without a receipt day."""
    calendar = current_calendar(desk.session, agency_path=case.agency.path)
    return _reckon(desk, round_facts_of(case, number), calendar)


def _reckon(desk: Desk, facts: ClockFacts | None, calendar: WorkingDayCalendar) -> Reckoning | None:
    if facts is None:
        return None
    return reckon(facts, calendar, today=desk.today, office_days=desk.office_days)
