"""The locks of a year's table and its late corrections, read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import literal, select
from sqlalchemy.orm import joinedload

from casework.domain.annual_record import LockStatus, read_record
from casework.domain.restriction import WITHHELD
from casework.models import Agency, AnnualAdjustment, AnnualLock
from casework.queries.agencies import in_subtree
from casework.queries.visibility import kept_ids

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session
    from sqlalchemy.sql.base import ExecutableOption

    from casework.domain.annual_form import Form
    from casework.domain.annual_record import YearRecord
    from casework.domain.annual_table import Table
    from casework.domain.permissions import Actor
    from casework.queries.annual_cube import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """One late correction of a locked year, as a list shows it."""

    case_id: int | None
    case_number: str
    change: str
    reason: str
    actor_name: str
    adjusted_at: datetime


def find_lock(session: Session, agency_id: int, year: int, *, own: bool) -> AnnualLock | None:
    """Return the lock in force on one table, confirmed or waiting for it; None without one."""
    query = select(AnnualLock).where(
        AnnualLock.agency_id == agency_id,
        AnnualLock.year == year,
        AnnualLock.own == own,
        AnnualLock.unlocked_at.is_(None),
    )
    return session.scalars(query.options(*_with_people())).one_or_none()


def find_locked_table(session: Session, form: Form, year: int, scope: Scope) -> Table | None:
    """Return the figures of a locked and confirmed year, None for one that is not.

    What is handed out of a locked year (files, the chapter) shows these, whatever became known
    afterwards.
    """
    record = find_locked_record(session, form, year, scope, with_cases=False)
    return None if record is None else record.table


def find_locked_record(
    session: Session, form: Form, year: int, scope: Scope, *, with_cases: bool = True
) -> YearRecord | None:
    """Return a locked and confirmed year with the cases behind its cells, None without one."""
    written = session.execute(
        select(AnnualLock.table_text, AnnualLock.cases_text if with_cases else literal("{}"))
        .join(AnnualLock.agency)
        .where(
            Agency.path == scope.path,
            AnnualLock.year == year,
            AnnualLock.own == scope.own,
            AnnualLock.form == form.code,
            AnnualLock.status == LockStatus.CONFIRMED,
            AnnualLock.unlocked_at.is_(None),
        )
    ).one_or_none()
    return None if written is None else read_record(*written)


def list_locks(session: Session, agency_id: int, year: int, *, own: bool) -> Sequence[AnnualLock]:
    """Return every lock one table ever had, the newest first: what was unlocked stays here."""
    query = (
        select(AnnualLock)
        .where(AnnualLock.agency_id == agency_id, AnnualLock.year == year, AnnualLock.own == own)
        .order_by(AnnualLock.id.desc())
    )
    return session.scalars(query.options(*_with_people())).all()


def list_adjustments(
    session: Session, reader: Actor, agency_id: int, year: int
) -> list[Adjustment]:
    """Return the late corrections of one agency and year, in the order they were found.

    What was written of a case the reader may not know of is left out, not that it was.
    """
    kept = kept_ids(session, reader)
    query = (
        select(AnnualAdjustment)
        .where(AnnualAdjustment.agency_id == agency_id, AnnualAdjustment.year == year)
        .order_by(AnnualAdjustment.id)
        .options(joinedload(AnnualAdjustment.case), joinedload(AnnualAdjustment.actor))
    )
    return [_adjustment(row, is_kept=row.case_id in kept) for row in session.scalars(query)]


def _adjustment(row: AnnualAdjustment, *, is_kept: bool) -> Adjustment:
    return Adjustment(
        case_id=None if is_kept else row.case_id,
        case_number=WITHHELD if is_kept else row.case.number if row.case else "",
        change=WITHHELD if is_kept else row.change,
        reason=WITHHELD if is_kept else row.reason,
        actor_name=row.actor.name if row.actor else "",
        adjusted_at=row.adjusted_at,
    )


def _with_people() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(AnnualLock.agency),
        joinedload(AnnualLock.closed_by),
        joinedload(AnnualLock.confirmed_by),
        joinedload(AnnualLock.unlocked_by),
    )


def list_locks_in_force(
    session: Session, scope: Scope, year: int | None = None
) -> Sequence[AnnualLock]:
    """Return the locks in force at or below a node, of one year or of all, in tree order."""
    query = (
        select(AnnualLock)
        .join(AnnualLock.agency)
        .where(in_subtree(scope.path), AnnualLock.unlocked_at.is_(None))
        .order_by(Agency.path, AnnualLock.year, AnnualLock.own)
        .options(*_with_people())
    )
    if year is not None:
        query = query.where(AnnualLock.year == year)
    return session.scalars(query).all()
