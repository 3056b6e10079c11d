"""A case as a line of a list: the columns, whose turn it is, its lamp."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, false, func, or_, select

from casework.domain.clock_events import ClockEvent, ClockEventKind, ClockFacts
from casework.domain.lights import Lamp, lamp_of
from casework.domain.review_chain import StepKind
from casework.domain.states import State
from casework.domain.statutes import STATUTES, Party
from casework.domain.statutory_clock import reckon
from casework.domain.workflow import TRANSITIONS, Action
from casework.models import Agency, Applicant, Case, ClockFact, User
from casework.queries.openings import list_openings
from casework.queries.visibility import is_restricted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session

    from casework.domain.application import ApplicantType, Channel
    from casework.domain.permissions import Actor
    from casework.domain.statutes import StatuteCode
    from casework.domain.working_days import WorkingDayCalendar
    from casework.queries.openings import Opening

PAGE = 50

NEXT_ACT = {
    State.AWAITING_CONFIRMATION: Action.CONFIRM_RECEIPT,
    State.AWAITING_ASSIGNMENT: Action.ASSIGN,
    State.DRAFTING: Action.SAVE_DRAFT,
    State.RETURNED: Action.SAVE_DRAFT,
    State.AWAITING_CORRECTION: Action.RECEIVE_CORRECTION,
    State.IN_REVIEW: Action.APPROVE,
    State.AWAITING_ISSUE: Action.ISSUE,
    State.AWAITING_DISPATCH: Action.DISPATCH,
    State.DISPATCHED: Action.CLOSE,
    State.CLOSED: Action.ARCHIVE,
}
"""The act that carries a case on from where it stands: the desk's 下一步."""

_OWN_WORK = frozenset({State.DRAFTING, State.RETURNED})
_WAITING = frozenset({State.AWAITING_CORRECTION, State.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks, on which day, with which calendar and office limit (working days)."""

    actor: Actor
    calendar: WorkingDayCalendar
    today: date
    office_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One case in a list. ``lamp`` is None once it is answered; day counts are working days."""

    id: int
    number: str
    applicant_name: str
    applicant_type: ApplicantType
    title: str
    unit: str
    handler_name: str
    agency_name: str
    state: State
    stage: str
    channel: Channel
    received_on: date | None
    office_due_on: date | None
    due_on: date | None
    replied_on: date | None
    lamp: Lamp | None
    used: int
    office_total: int
    legal_total: int
    mine: bool
    is_restricted: bool

    @property
    def next_act(self) -> Action | None:
        """The act that carries the case on, None once it is archived."""
        return NEXT_ACT.get(self.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """One page of cases; ``next_after`` continues the list, None at its end."""

    rows: list[CaseRow]
    next_after: str | None


def in_hand(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that the next act on an open case is this person's.

    A draft is in the hands of its handler, or of any drafter while nobody has it yet.
    """
    conditions: list[ColumnElement[bool]] = []
    for state, act in NEXT_ACT.items():
        if state in _WAITING or not actor.may(TRANSITIONS[act].permission):
            continue
        here = Case.state == state
        if state is State.IN_REVIEW:
            here = and_(here, in_my_step(actor))
        elif state in _OWN_WORK:
            here = and_(here, or_(Case.handler_id == actor.user_id, Case.handler_id.is_(None)))
        conditions.append(here)
    return or_(false(), *conditions)


def in_my_step(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that the review step in turn is one of this person's."""
    conditions: list[ColumnElement[bool]] = []
    for kind in StepKind:
        if kind.role not in actor.roles:
            continue
        here: ColumnElement[bool] = Case.review_step == kind.value
        if kind is StepKind.UNIT_HEAD and actor.unit:
            here = and_(here, Case.unit.in_(["", actor.unit]))
        conditions.append(here)
    return or_(false(), *conditions)


def is_in_hand(
    actor: Actor, state: State, handler_id: int | None, *, step: str | None = None, unit: str = ""
) -> bool:
    """Say of one case what ``in_hand`` says of many; ``step`` is its review step in turn."""
    act = NEXT_ACT.get(state)
    if act is None or state in _WAITING or not actor.may(TRANSITIONS[act].permission):
        return False
    if state is State.IN_REVIEW:
        if step is None or StepKind(step).role not in actor.roles:
            return False
        head_of_another = actor.unit and unit not in {"", actor.unit}
        return not (step == StepKind.UNIT_HEAD and head_of_another)
    return state not in _OWN_WORK or handler_id in {None, actor.user_id}


def stage_of(state: State, step: str | None) -> str:
    """Return the state in words, a case in review by the step whose turn it is."""
    if state is State.IN_REVIEW and step:
        return f"待{StepKind(step).label}"
    return state.label


def case_rows() -> Select[Any]:
    """Return the query whose rows ``read_rows`` reads; joined with agency, applicant, handler."""
    return (
        select(
            Case.id,
            Case.number,
            Case.state,
            Case.review_step,
            Case.channel,
            Case.statute,
            Case.applicant_type,
            func.substr(Case.request_text, 1, 80).label("beginning"),
            Case.unit,
            Case.handler_id,
            Case.received_on,
            Case.office_due_on,
            Case.due_on,
            Case.replied_on,
            Case.closed_on,
            Applicant.name.label("applicant_name"),
            User.name.label("handler_name"),
            Agency.short_name.label("agency_name"),
            is_restricted().label("is_restricted"),
        )
        .join(Agency, Agency.id == Case.agency_id)
        .join(Applicant, Applicant.case_id == Case.id)
        .outerjoin(User, User.id == Case.handler_id)
    )


def read_rows(session: Session, found: Iterable[Row[Any]], viewer: Viewer) -> list[CaseRow]:
    """Return the rows of ``case_rows`` with their clocks read: two more queries for all of them."""
    rows = list(found)
    open_ids = [row.id for row in rows if row.closed_on is None]
    events = _clock_events(session, open_ids)
    openings = list_openings(session, Case.id.in_(open_ids)) if open_ids else {}
    return [_row(row, events.get(row.id, []), openings.get(row.id, ()), viewer) for row in rows]


_Rounds = list[tuple[int, ClockEvent]]


def _clock_events(session: Session, ids: Sequence[int]) -> dict[int, _Rounds]:
    """Return the dated facts of these cases, each with its round."""
    events: dict[int, _Rounds] = {}
    if not ids:
        return events
    query = (
        select(ClockFact)
        .where(ClockFact.case_id.in_(ids))
        .order_by(ClockFact.case_id, ClockFact.happened_on, ClockFact.id)
    )
    for fact in session.scalars(query):
        event = ClockEvent(
            kind=ClockEventKind(fact.kind),
            on=fact.happened_on,
            party=Party(fact.party) if fact.party else None,
            days=fact.days,
        )
        events.setdefault(fact.case_id, []).append((fact.round, event))
    return events


def _is_answered_anew(row: Row[Any], openings: Sequence[Opening]) -> bool:
    return bool(openings) and row.state is not State.DISPATCHED


def _row(row: Row[Any], rounds: _Rounds, openings: Sequence[Opening], viewer: Viewer) -> CaseRow:
    code: StatuteCode = row.statute
    statute = STATUTES[code]
    events = tuple(event for number, event in rounds if number == len(openings))
    longer = (ClockEventKind.EXTENSION, ClockEventKind.DELAY)
    extension = sum(event.days or 0 for event in events if event.kind in longer)
    shown: Lamp | None = None
    used = 0
    office_due_on, due_on = row.office_due_on, row.due_on
    waits = row.received_on is not None and row.closed_on is None
    if waits and (row.replied_on is None or _is_answered_anew(row, openings)):
        facts = ClockFacts(received_on=row.received_on, statute=code, events=events)
        reckoning = reckon(
            openings[-1].shift(facts) if openings else facts,
            viewer.calendar,
            today=viewer.today,
            office_days=viewer.office_days,
        )
        shown = lamp_of(reckoning, viewer.calendar, today=viewer.today)
        used = reckoning.working_days_used
        office_due_on, due_on = reckoning.office_due_on, reckoning.due_on
    return CaseRow(
        id=row.id,
        number=row.number,
        applicant_name=row.applicant_name,
        applicant_type=row.applicant_type,
        title=row.beginning,
        unit=row.unit,
        handler_name=row.handler_name or "",
        agency_name=row.agency_name,
        state=row.state,
        stage=stage_of(row.state, row.review_step),
        channel=row.channel,
        received_on=row.received_on,
        office_due_on=office_due_on,
        due_on=due_on,
        replied_on=row.replied_on,
        lamp=shown,
        used=used,
        office_total=min(viewer.office_days, statute.base_days) + extension,
        legal_total=statute.base_days + extension,
        mine=is_in_hand(
            viewer.actor, row.state, row.handler_id, step=row.review_step, unit=row.unit
        ),
        is_restricted=row.is_restricted,
    )
