"""待办: what waits for one person beyond the cases in their hands, and what nobody sees to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from casework.domain.application import ReliefKind, ReliefResult
from casework.domain.calendar_periods import relief_limit
from casework.domain.states import State
from casework.models import (
    Agency,
    Assignment,
    Attachment,
    Case,
    Comment,
    Mention,
    Relief,
    Reopening,
    StandIn,
    User,
)
from casework.queries.case_rows import case_rows, read_rows
from casework.queries.visibility import visible_to

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor
    from casework.domain.relief_papers import ReliefPaper
    from casework.queries.case_rows import CaseRow, Viewer

SHORT_LIST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing that waits: of which case, what, by when."""

    case_id: int
    number: str
    what: str
    due_on: date | None = None
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandInRow:
    """One stand-in: who is away, who sees to their cases, when."""

    id: int
    absent_id: int
    absent: str
    by: str
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentLine:
    """One remark in a case."""

    author: str
    body: str
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentLine:
    """One attachment of a case, without its bytes."""

    id: int
    name: str
    kind: str
    size: int
    sha256: str
    note: str
    relief_id: int | None
    paper: ReliefPaper | None
    uploaded_by: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """One person of the agency, for a picker."""

    id: int
    name: str
    unit: str


def list_comments(session: Session, case_id: int) -> list[CommentLine]:
    """Return the remarks of a case, the oldest first."""
    query = (
        select(Comment)
        .where(Comment.case_id == case_id)
        .options(joinedload(Comment.author))
        .order_by(Comment.id)
    )
    return [
        CommentLine(author=row.author.name, body=row.body, written_at=row.written_at)
        for row in session.scalars(query)
    ]


def list_attachments(session: Session, case_id: int) -> list[AttachmentLine]:
    """Return the attachments of a case in the order they came."""
    query = (
        select(Attachment)
        .where(Attachment.case_id == case_id)
        .options(joinedload(Attachment.uploaded_by))
        .order_by(Attachment.id)
    )
    return [
        AttachmentLine(
            id=row.id,
            name=row.name,
            kind=row.kind,
            size=row.size,
            sha256=row.sha256,
            note=row.note,
            relief_id=row.relief_id,
            paper=row.paper,
            uploaded_by=row.uploaded_by.name,
            uploaded_at=row.uploaded_at,
        )
        for row in session.scalars(query)
    ]


def list_mentions(session: Session, actor: Actor) -> list[Waiting]:
    """Return the unread remarks that name this person, the oldest first."""
    query = (
        select(Case.id, Case.number, Comment.body, User.name)
        .select_from(Mention)
        .join(Comment, Comment.id == Mention.comment_id)
        .join(Case, Case.id == Comment.case_id)
        .join(Agency, Agency.id == Case.agency_id)
        .join(User, User.id == Comment.author_id)
        .where(Mention.user_id == actor.user_id, Mention.read_at.is_(None), visible_to(actor))
        .order_by(Mention.id)
        .limit(SHORT_LIST)
    )
    return [
        Waiting(case_id=row.id, number=row.number, what=row.body, by=row.name)
        for row in session.execute(query)
    ]


def list_my_parts(session: Session, actor: Actor) -> list[Waiting]:
    """Return the parts of cases this person or their unit still owes, by due day."""
    mine = Assignment.handler_id == actor.user_id
    if actor.unit:
        mine = or_(mine, Assignment.handler_id.is_(None) & (Assignment.unit == actor.unit))
    query = (
        select(Case.id, Case.number, Assignment.asked, Assignment.due_on, Assignment.unit)
        .select_from(Assignment)
        .join(Case, Case.id == Assignment.case_id)
        .join(Agency, Agency.id == Case.agency_id)
        .where(
            mine,
            Assignment.answered_on.is_(None),
            Assignment.dropped_on.is_(None),
            Case.closed_on.is_(None),
            visible_to(actor),
        )
        .order_by(Assignment.due_on, Assignment.id)
        .limit(SHORT_LIST)
    )
    return [
        Waiting(case_id=row.id, number=row.number, what=row.asked, due_on=row.due_on, by=row.unit)
        for row in session.execute(query)
    ]


def list_relief_duties(session: Session, viewer: Viewer) -> list[Waiting]:
    """Return the open 复议 and 诉讼 in which the office still owes its answer, by due day."""
    query = (
        select(
            Case.id, Case.number, Relief.kind, Relief.body, Relief.notified_on, Relief.simplified
        )
        .select_from(Relief)
        .join(Case, Case.id == Relief.case_id)
        .join(Agency, Agency.id == Case.agency_id)
        .where(
            Relief.result == ReliefResult.PENDING,
            Relief.answered_on.is_(None),
            visible_to(viewer.actor),
        )
        .order_by(Relief.notified_on.is_(None), Relief.notified_on, Relief.id)
        .limit(SHORT_LIST)
    )
    found = []
    for row in session.execute(query):
        limit = (
            relief_limit(row.kind, row.notified_on, viewer.calendar, simplified=row.simplified)
            if row.notified_on
            else None
        )
        kind: ReliefKind = row.kind
        owed = f"{limit.what}（{limit.basis}）" if limit else "收到副本后起算"
        found.append(
            Waiting(
                case_id=row.id,
                number=row.number,
                what=f"{kind.label}：{owed}",
                due_on=limit.due_on if limit else None,
                by=row.body,
            )
        )
    return sorted(found, key=lambda one: (one.due_on is None, one.due_on))


def list_new_answers(session: Session, viewer: Viewer) -> list[Waiting]:
    """Return the reopened cases still to be answered anew, by the office's day as all lists are.

    One whose clock stands still comes last, with what it waits for.
    """
    later = aliased(Reopening)
    newest = ~exists().where(later.case_id == Case.id, later.id > Reopening.id)
    query = (
        case_rows()
        .add_columns(Reopening.reason)
        .join(Reopening, Reopening.case_id == Case.id)
        .where(
            newest,
            Case.closed_on.is_(None),
            Case.state != State.DISPATCHED,
            visible_to(viewer.actor),
        )
        .order_by(Reopening.id)
        .limit(SHORT_LIST)
    )
    found = session.execute(query).all()
    waiting = [
        Waiting(
            case_id=case.id,
            number=case.number,
            what=row.reason,
            due_on=case.office_due_on,
            by=case.lamp.text if case.lamp else "",
        )
        for row, case in zip(found, read_rows(session, found, viewer), strict=True)
    ]
    return sorted(waiting, key=lambda one: (one.due_on is None, one.due_on))


def list_stand_ins(session: Session, actor: Actor, *, today: date) -> list[StandInRow]:
    """Return who stands in for whom where this person is one of the two, now or later."""
    absent, by = aliased(User), aliased(User)
    query = (
        select(
            StandIn.id,
            StandIn.absent_id,
            absent.name.label("absent"),
            by.name.label("by_name"),
            StandIn.first_on,
            StandIn.last_on,
        )
        .join(absent, absent.id == StandIn.absent_id)
        .join(by, by.id == StandIn.by_id)
        .where(
            or_(StandIn.absent_id == actor.user_id, StandIn.by_id == actor.user_id),
            StandIn.last_on >= today,
            StandIn.ended_on.is_(None),
        )
        .order_by(StandIn.first_on, StandIn.id)
    )
    return [
        StandInRow(
            id=row.id,
            absent_id=row.absent_id,
            absent=row.absent,
            by=row.by_name,
            first_on=row.first_on,
            last_on=row.last_on,
        )
        for row in session.execute(query)
    ]


def list_cases_of(session: Session, viewer: Viewer, handler_id: int) -> list[CaseRow]:
    """Return the open cases of one handler, the earliest limit first: two queries."""
    query = (
        case_rows()
        .where(visible_to(viewer.actor), Case.closed_on.is_(None), Case.handler_id == handler_id)
        .order_by(Case.office_due_on.is_(None), Case.office_due_on, Case.id)
        .limit(SHORT_LIST)
    )
    return read_rows(session, session.execute(query), viewer)


def count_loads(session: Session, actor: Actor) -> dict[int, int]:
    """Return how many open cases each handler has, by the person's id: one query."""
    query = (
        select(Case.handler_id, func.count())
        .join(Agency, Agency.id == Case.agency_id)
        .where(visible_to(actor), Case.closed_on.is_(None), Case.handler_id.is_not(None))
        .group_by(Case.handler_id)
    )
    return {handler_id: count for handler_id, count in session.execute(query) if handler_id}


def list_left_behind(session: Session, viewer: Viewer) -> list[CaseRow]:
    """Return the open cases whose handler's account is no longer in use: two queries."""
    query = (
        case_rows()
        .where(visible_to(viewer.actor), Case.closed_on.is_(None), User.is_active.is_(False))
        .order_by(Case.office_due_on.is_(None), Case.office_due_on, Case.id)
        .limit(SHORT_LIST)
    )
    return read_rows(session, session.execute(query), viewer)


def list_colleagues(session: Session, actor: Actor) -> list[Colleague]:
    """Return the active people of the person's own agency, by unit and name."""
    query = (
        select(User)
        .where(User.agency_id == actor.agency_id, User.is_active, User.id != actor.user_id)
        .order_by(User.unit, User.name)
    )
    return [
        Colleague(id=user.id, name=user.name, unit=user.unit) for user in session.scalars(query)
    ]
