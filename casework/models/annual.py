"""年度统计表: what was locked and what came to light afterwards; what others handed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.domain.annual_record import LockStatus
from casework.models.account import User
from casework.models.agency import Agency
from casework.models.base import Base, BigKey, Year, enum_by_value
from casework.models.case import Case

_IN_FORCE = text("unlocked_at IS NULL")
_NOT_ENDED = text("ended_at IS NULL")


class AnnualLock(Base):
    """One year's table as it was locked; one that was unlocked stays as its own trace.

    ``own``: the agency's cases alone, not those below it. ``sha256`` is over both texts
    (domain.annual_record).
    """

    __tablename__ = "annual_locks"
    __table_args__ = (
        # One lock in force for one table.
        Index(
            "uq_annual_locks_in_force",
            "agency_id",
            "year",
            "own",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
        CheckConstraint(
            "(status = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed_has_a_time"
        ),
        CheckConstraint("unlocked_at IS NULL OR unlock_reason <> ''", name="unlocked_for_a_reason"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    year: Mapped[int] = mapped_column(Year)
    own: Mapped[bool]
    form: Mapped[str] = mapped_column(String(16))
    status: Mapped[LockStatus] = mapped_column(enum_by_value(LockStatus, "status"))
    table_text: Mapped[str]
    cases_text: Mapped[str]
    rules_version: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    confirmed_at: Mapped[datetime | None]
    unlocked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    unlocked_at: Mapped[datetime | None]
    unlock_reason: Mapped[str] = mapped_column(default="")

    agency: Mapped[Agency] = relationship()
    closed_by: Mapped[User | None] = relationship(foreign_keys=[closed_by_id])
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])
    unlocked_by: Mapped[User | None] = relationship(foreign_keys=[unlocked_by_id])


class AnnualAdjustment(Base):
    """调整单的一条: what a locked year's table would have shown, had it been known.

    ``case_id`` is empty where the case was never registered in that year.
    """

    __tablename__ = "annual_adjustments"
    __table_args__ = (Index("ix_annual_adjustments_year", "agency_id", "year"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    year: Mapped[int] = mapped_column(Year)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    change: Mapped[str]
    reason: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    adjusted_at: Mapped[datetime]

    case: Mapped[Case | None] = relationship()
    actor: Mapped[User | None] = relationship()


class HandedReturn(Base):
    """报送的表: one version of the table that a unit outside the system handed in for one year.

    Nothing here is ever changed: a corrected table is a new version, and the former one says when
    and why it ended. ``table_text`` is the table as JSON, ``file_sha256`` proves the file.
    """

    __tablename__ = "handed_returns"
    __table_args__ = (
        UniqueConstraint("agency_id", "year", "version"),
        Index(
            "uq_handed_returns_in_force",
            "agency_id",
            "year",
            unique=True,
            sqlite_where=_NOT_ENDED,
            postgresql_where=_NOT_ENDED,
        ),
        CheckConstraint("ended_at IS NULL OR end_reason <> ''", name="ended_for_a_reason"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    year: Mapped[int] = mapped_column(Year)
    form: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(Integer)
    covers_below: Mapped[bool]
    table_text: Mapped[str]
    file_name: Mapped[str]
    file_sha256: Mapped[str] = mapped_column(String(64))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    handed_at: Mapped[datetime]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(default="")

    agency: Mapped[Agency] = relationship()
    actor: Mapped[User | None] = relationship(foreign_keys=[actor_id])
    ended_by: Mapped[User | None] = relationship(foreign_keys=[ended_by_id])
