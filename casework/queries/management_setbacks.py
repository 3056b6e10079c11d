"""What came back: drafts that review or the leader returned, decisions that others reversed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, distinct, func, null, select

from casework.domain.application import ReliefResult
from casework.domain.outcomes import find_ground
from casework.domain.time_source import BEIJING
from casework.domain.workflow import Action
from casework.models import Agency, Case, Event, Relief, Reopening
from casework.queries.management_period import in_scope

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.domain.application import ReliefKind
    from casework.domain.grounds import Ground
    from casework.domain.management import Period
    from casework.domain.permissions import Actor
    from casework.queries.annual_cube import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBacks:
    """A unit's drafts submitted, and how often review and signing sent one back."""

    agency: str
    unit: str
    submitted: int
    returned: int
    refused: int
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """复议 and 诉讼 that ended in the period against answers on one ground.

    ``ground`` is None for a case that had not ended when it was contested (未按期答复).
    """

    ground: Ground | None
    kind: ReliefKind
    decided: int
    corrected: int


def count_send_backs(
    session: Session, period: Period, scope: Scope, reader: Actor
) -> tuple[SendBacks, ...]:
    """Return, by unit, how often a draft was submitted and sent back in ``period``."""
    counted: dict[Action, ColumnElement[Any]] = {
        action: func.sum(case((Event.action == action.value, 1), else_=0))
        for action in (Action.SUBMIT_DRAFT, Action.RETURN_DRAFT, Action.REFUSE_ISSUE)
    }
    sent_back = case((Event.action == Action.SUBMIT_DRAFT.value, null()), else_=Event.case_id)
    begin = datetime.combine(period.first, time(), BEIJING)
    end = datetime.combine(period.last, time(), BEIJING) + timedelta(days=1)
    query = (
        select(
            Agency.short_name.label("agency"),
            Case.unit,
            counted[Action.SUBMIT_DRAFT].label("submitted"),
            counted[Action.RETURN_DRAFT].label("returned"),
            counted[Action.REFUSE_ISSUE].label("refused"),
            func.count(distinct(sent_back)).label("cases"),
        )
        .select_from(Event)
        .join(Case, Case.id == Event.case_id)
        .join(Agency, Agency.id == Case.agency_id)
        .where(
            in_scope(scope, reader),
            Event.action.in_([action.value for action in counted]),
            Event.recorded_at >= begin,
            Event.recorded_at < end,
        )
        .group_by(Agency.id, Agency.short_name, Case.unit)
        .order_by(func.count(distinct(sent_back)).desc(), Agency.short_name, Case.unit)
    )
    return tuple(
        SendBacks(
            agency=row.agency,
            unit=row.unit,
            submitted=row.submitted,
            returned=row.returned,
            refused=row.refused,
            cases=row.cases,
        )
        for row in session.execute(query)
    )


def count_reversals(
    session: Session, period: Period, scope: Scope, reader: Actor
) -> tuple[Reversal, ...]:
    """Return the 复议 and 诉讼 decided in ``period`` by the ground contested, 纠正 first.

    A decision that made the office take a case up again hit the ground it had before, not the one
    of the new answer. One without a day of decision is in no period.
    """
    former = (
        select(Reopening.former_ground)
        .where(Reopening.relief_id == Relief.id)
        .order_by(Reopening.id)
        .limit(1)
        .scalar_subquery()
    )
    decided = (
        select(
            func.coalesce(former, Case.ground).label("ground"),
            Relief.kind.label("kind"),
            case((Relief.result == ReliefResult.CORRECTED, 1), else_=0).label("corrected"),
        )
        .join(Case, Case.id == Relief.case_id)
        .join(Agency, Agency.id == Case.agency_id)
        .where(
            in_scope(scope, reader),
            Relief.result != ReliefResult.PENDING,
            Relief.decided_on.between(period.first, period.last),
        )
        .subquery()
    )
    corrected = func.sum(decided.c.corrected)
    query = (
        select(
            decided.c.ground,
            decided.c.kind,
            func.count().label("decided"),
            corrected.label("corrected"),
        )
        .group_by(decided.c.ground, decided.c.kind)
        .order_by(corrected.desc(), func.count().desc(), decided.c.ground, decided.c.kind)
    )
    return tuple(
        Reversal(
            ground=find_ground(row.ground) if row.ground else None,
            kind=row.kind,
            decided=row.decided,
            corrected=row.corrected,
        )
        for row in session.execute(query)
    )
