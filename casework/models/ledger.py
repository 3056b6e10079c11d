"""台账: files on their way in, what became of them, and how an agency's columns are to be read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.domain.ledger_upload import UploadStatus
from casework.models.account import User
from casework.models.agency import Agency
from casework.models.base import Base, BigKey, enum_by_value


class LedgerImport(Base):
    """One ledger file that was taken in, whole or not at all; undone, it stays as its own trace.

    ``agency_id`` is where rows went that named no agency; NULL for the whole tree's.
    """

    __tablename__ = "ledger_imports"
    __table_args__ = (
        CheckConstraint("(undone_at IS NULL) = (undo_reason = '')", name="undone_for_a_reason"),
        Index("ix_ledger_imports_agency", "agency_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    row_count: Mapped[int]
    imported_count: Mapped[int]
    unchanged_count: Mapped[int] = mapped_column(default=0)
    rejected_count: Mapped[int]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    imported_at: Mapped[datetime]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    undone_at: Mapped[datetime | None]
    undo_reason: Mapped[str] = mapped_column(default="")

    agency: Mapped[Agency | None] = relationship()
    actor: Mapped[User | None] = relationship(foreign_keys=[actor_id])
    undone_by: Mapped[User | None] = relationship(foreign_keys=[undone_by_id])


class LedgerMapping(Base):
    """How an agency's own header is to be read (domain.ledger_mapping), as a clerk put it right."""

    __tablename__ = "ledger_mappings"
    __table_args__ = (UniqueConstraint("agency_id", "fingerprint"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    columns: Mapped[dict[str, Any]] = mapped_column(JSON)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[datetime]


class LedgerUpload(Base):
    """A ledger file on a clerk's table; sealed, and gone after a week.

    ``content``, ``head`` (the first rows of its sheets) and ``report`` (what is wrong with which
    row) hold personal data and are sealed. ``run`` names the process at work on it: only the one
    that is named there may finish.
    """

    __tablename__ = "ledger_uploads"
    __table_args__ = (
        Index("ix_ledger_uploads_agency", "agency_id"),
        Index(
            "ix_ledger_uploads_held",
            "uploaded_at",
            sqlite_where=text("content IS NOT NULL"),
            postgresql_where=text("content IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    file_name: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    head: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    choice: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    status: Mapped[UploadStatus] = mapped_column(enum_by_value(UploadStatus, "status"))
    run: Mapped[str] = mapped_column(String(32), default="")
    # Whether the run is to import, or only to check.
    keeps: Mapped[bool] = mapped_column(default=False)
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")
    report: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_imports.id"))
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    uploaded_at: Mapped[datetime]

    agency: Mapped[Agency] = relationship()
