"""办件台: what is open, what falls due, what waits for whom; a fixed number of queries.

The lights are read off ``office_due_on`` by dates (``lights.light_bounds``), so that the board, its
filter links and the list below cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select, true

from casework.domain.lights import Light, light_bounds
from casework.domain.receipt import confirm_by
from casework.domain.states import State
from casework.models import Agency, Applicant, Case
from casework.queries.case_rows import (
    PAGE,
    CasePage,
    CaseRow,
    case_rows,
    in_hand,
    in_my_step,
    read_rows,
)
from casework.queries.visibility import visible_to

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.domain.application import ApplicantType, ReceiptMode
    from casework.domain.lights import LightBounds
    from casework.domain.permissions import Actor
    from casework.queries.case_rows import Viewer

SHORT_LIST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallies:
    """What waits for one person: in hand at the desk, for review, for issue."""

    to_do: int
    to_review: int
    to_issue: int

    def __getitem__(self, name: str) -> int:
        """Return one of the tallies by its name, as a template asks for it."""
        return {"to_do": self.to_do, "to_review": self.to_review, "to_issue": self.to_issue}[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """How many open cases show which light, and what else is open."""

    lights: dict[Light, int]
    due_today: int
    unconfirmed: int
    answered: int
    mine: int
    next_due_on: date | None

    @property
    def running(self) -> int:
        """How many unanswered cases there are whose receipt day is known."""
        return sum(self.lights.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class UnconfirmedRow:
    """An application that waits for its receipt to be confirmed (第三十一条)."""

    id: int
    number: str
    applicant_name: str
    applicant_type: ApplicantType
    contact_name: str
    phone: str
    mode: ReceiptMode | None
    arrived_on: date | None
    confirm_by: date | None
    waited: int


def count_tallies(session: Session, actor: Actor) -> Tallies:
    """Return what waits for ``actor``: one query."""
    row = session.execute(
        select(
            func.count().filter(in_hand(actor)),
            func.count().filter(and_(Case.state == State.IN_REVIEW, in_my_step(actor))),
            func.count().filter(Case.state == State.AWAITING_ISSUE),
        )
        .select_from(Case)
        .join(Agency)
        .where(visible_to(actor), Case.closed_on.is_(None))
    ).one()
    return Tallies(to_do=row[0], to_review=row[1], to_issue=row[2])


def count_board(session: Session, viewer: Viewer) -> Board:
    """Return the light board of everything open that ``actor`` sees: one query."""
    bounds = light_bounds(viewer.calendar, viewer.today)
    row = session.execute(
        select(
            *(func.count().filter(shows(light, bounds)) for light in Light),
            func.count().filter(and_(_unanswered(), Case.office_due_on == viewer.today)),
            func.count().filter(Case.state == State.AWAITING_CONFIRMATION),
            func.count().filter(Case.state == State.DISPATCHED),
            func.count().filter(in_hand(viewer.actor)),
            func.min(Case.office_due_on).filter(
                and_(_unanswered(), Case.office_due_on > viewer.today)
            ),
        )
        .select_from(Case)
        .join(Agency)
        .where(visible_to(viewer.actor), Case.closed_on.is_(None))
    ).one()
    counts = list(row)
    lights = dict(zip(Light, counts, strict=False))
    due_today, unconfirmed, answered, mine, next_due_on = counts[len(Light) :]
    return Board(
        lights=lights,
        due_today=due_today,
        unconfirmed=unconfirmed,
        answered=answered,
        mine=mine,
        next_due_on=next_due_on,
    )


def list_open(
    session: Session,
    viewer: Viewer,
    *,
    light: Light | None = None,
    answered: bool = False,
    mine: bool = False,
    state: State | None = None,
    after: str | None = None,
    limit: int = PAGE,
) -> CasePage:
    """Return open cases, the earliest office limit first, stopped clocks last: two queries.

    ``answered`` lists those replied to and not yet closed instead. ``after`` is the
    ``next_after`` of the page before.
    """
    query = case_rows().where(visible_to(viewer.actor), Case.closed_on.is_(None))
    if state is State.IN_REVIEW and mine:
        query = query.where(in_my_step(viewer.actor))
    elif answered:
        query = query.where(Case.state == State.DISPATCHED)
    elif mine:
        query = query.where(in_hand(viewer.actor))
    else:
        # A reopened case has been answered once and is to be answered again.
        query = query.where(Case.received_on.is_not(None), Case.state != State.DISPATCHED)
    if state is not None:
        query = query.where(Case.state == state)
    if light is not None:
        query = query.where(shows(light, light_bounds(viewer.calendar, viewer.today)))
    query = query.order_by(Case.office_due_on.is_(None), Case.office_due_on, Case.id)
    found = session.execute(query.where(_later(after)).limit(limit + 1)).all()
    rows = read_rows(session, found[:limit], viewer)
    more = len(found) > limit
    return CasePage(rows=rows, next_after=_cursor(rows[-1]) if more else None)


def list_due_on(session: Session, viewer: Viewer) -> list[CaseRow]:
    """Return what the office promised for today and has not answered: two queries."""
    query = (
        case_rows()
        .where(visible_to(viewer.actor), Case.closed_on.is_(None), _unanswered())
        .where(Case.office_due_on == viewer.today)
        .order_by(Case.id)
        .limit(SHORT_LIST)
    )
    found = session.execute(query).all()
    return read_rows(session, found, viewer)


def list_unconfirmed(session: Session, viewer: Viewer) -> list[UnconfirmedRow]:
    """Return applications without a receipt day, the longest waiting first: one query."""
    query = (
        select(
            Case.id,
            Case.number,
            Case.receipt_mode,
            func.coalesce(Case.arrived_on, Case.submitted_on).label("arrived_on"),
            Case.statute,
            Applicant.name,
            Applicant.contact_name,
            Applicant.phone,
            Case.applicant_type,
        )
        .join(Agency)
        .join(Applicant)
        .where(
            visible_to(viewer.actor),
            Case.closed_on.is_(None),
            Case.state == State.AWAITING_CONFIRMATION,
        )
        .order_by(func.coalesce(Case.arrived_on, Case.submitted_on), Case.id)
        .limit(SHORT_LIST)
    )
    return [_unconfirmed(row, viewer) for row in session.execute(query)]


def _unanswered() -> ColumnElement[bool]:
    return and_(Case.replied_on.is_(None), Case.received_on.is_not(None))


def shows(light: Light, bounds: LightBounds) -> ColumnElement[bool]:
    """Return the condition that an open case shows this light."""
    due = Case.office_due_on
    shown = {
        Light.NORMAL: due > bounds.soon_through,
        Light.DUE_SOON: due.between(bounds.today, bounds.soon_through),
        Light.OVERDUE: due < bounds.today,
        Light.STOPPED: due.is_(None),
    }
    return and_(_unanswered(), shown[light])


def _unconfirmed(row: Any, viewer: Viewer) -> UnconfirmedRow:
    arrived_on: date | None = row.arrived_on
    mode: ReceiptMode | None = row.receipt_mode
    latest = None
    if arrived_on is not None and mode is not None:
        latest = confirm_by(
            mode, arrived_on=arrived_on, calendar=viewer.calendar, statute=row.statute
        )
    return UnconfirmedRow(
        id=row.id,
        number=row.number,
        applicant_name=row.name,
        applicant_type=row.applicant_type,
        contact_name=row.contact_name,
        phone=row.phone,
        mode=mode,
        arrived_on=arrived_on,
        confirm_by=latest,
        waited=max(viewer.calendar.count(arrived_on, viewer.today), 0) if arrived_on else 0,
    )


def _cursor(row: CaseRow) -> str:
    return f"{row.office_due_on.isoformat() if row.office_due_on else ''}_{row.id}"


def _later(after: str | None) -> ColumnElement[bool]:
    """Return the condition for the rows behind a cursor; a cursor nobody made starts anew."""
    if not after:
        return true()
    day, _, number = after.rpartition("_")
    try:
        case_id = int(number)
        due_on = date.fromisoformat(day) if day else None
    except ValueError:
        return true()
    if due_on is None:
        return and_(Case.office_due_on.is_(None), Case.id > case_id)
    return or_(
        Case.office_due_on > due_on,
        and_(Case.office_due_on == due_on, Case.id > case_id),
        Case.office_due_on.is_(None),
    )
