"""导入记录: what was taken in from ledgers, by whom, and what was taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from casework.models import Agency, Event, LedgerImport, User
from casework.queries.agencies import in_subtree

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """One import for a list."""

    id: int
    agency_name: str
    file_name: str
    imported_at: datetime
    actor_name: str
    rows: int
    imported: int
    unchanged: int
    rejected: int
    undone_at: datetime | None
    undone_by: str
    undo_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerOrigin:
    """Where a case came from: the row of an office's old ledger, and who took it in when."""

    import_id: int
    file_name: str
    row: int
    imported_at: datetime
    actor_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPage:
    """One page of imports; ``before`` continues the list, None at its end."""

    rows: list[ImportRow]
    before: int | None


def list_imports(session: Session, actor: Actor, *, before: int | None = None) -> ImportPage:
    """Return the imports of the actor's agencies, the latest first: one query."""
    query = _imports().where(_visible(actor)).order_by(LedgerImport.id.desc())
    if before is not None:
        query = query.where(LedgerImport.id < before)
    found = [_row(row) for row in session.execute(query.limit(PAGE + 1))]
    return ImportPage(rows=found[:PAGE], before=found[PAGE - 1].id if len(found) > PAGE else None)


def find_import(session: Session, actor: Actor, import_id: int) -> ImportRow | None:
    """Return one import, None if there is none or it is not the actor's to see."""
    row = session.execute(_imports().where(_visible(actor), LedgerImport.id == import_id))
    found = row.one_or_none()
    return _row(found) if found is not None else None


def find_origin(session: Session, case_id: int, import_id: int | None) -> LedgerOrigin | None:
    """Return the ledger a case came from, None for one that was registered here."""
    if import_id is None:
        return None
    query = (
        select(LedgerImport.file_name, Event.recorded_at, Event.actor_name, Event.detail)
        .join(Event, (Event.case_id == case_id) & (Event.action == "import"))
        .where(LedgerImport.id == import_id)
    )
    row = session.execute(query).first()
    if row is None:
        return None
    return LedgerOrigin(
        import_id=import_id,
        file_name=row.file_name,
        row=row.detail.get("row", 0),
        imported_at=row.recorded_at,
        actor_name=row.actor_name,
    )


def _imports() -> Select[LedgerImport, str, str, str]:
    by = aliased(User)
    undoer = aliased(User)
    return (
        select(
            LedgerImport,
            func.coalesce(Agency.name, "").label("agency_name"),
            func.coalesce(by.name, "系统").label("actor_name"),
            func.coalesce(undoer.name, "系统").label("undone_by"),
        )
        .outerjoin(Agency, Agency.id == LedgerImport.agency_id)
        .outerjoin(by, by.id == LedgerImport.actor_id)
        .outerjoin(undoer, undoer.id == LedgerImport.undone_by_id)
    )


def _visible(actor: Actor) -> ColumnElement[bool]:
    theirs = in_subtree(actor.agency_path)
    # An import of the machine's operator may belong to no agency; then it is the whole tree's.
    return or_(theirs, LedgerImport.agency_id.is_(None)) if actor.agency_path == "/" else theirs


def _row(row: Row[LedgerImport, str, str, str]) -> ImportRow:
    record: LedgerImport = row.LedgerImport
    return ImportRow(
        id=record.id,
        agency_name=row.agency_name,
        file_name=record.file_name,
        imported_at=record.imported_at,
        actor_name=row.actor_name,
        rows=record.row_count,
        imported=record.imported_count,
        unchanged=record.unchanged_count,
        rejected=record.rejected_count,
        undone_at=record.undone_at,
        undone_by=row.undone_by if record.undone_at else "",
        undo_reason=record.undo_reason,
    )
