"""What the office did (events), how its numbers run (counters), what it filled in."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, BigKey, Year


class Event(Base):
    """One act: who, in what role, did what, when it counts and when it was typed.

    ``detail`` holds codes, dates and field names, never personal data. Rows are only ever added,
    and each is a link of a chain (domain.audit_chain): ``chain`` is the agency's id, 0 without one,
    ``seq`` runs from 1 without a gap. An act only adds the event; services.audit writes it.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_case", "case_id", "id"),
        UniqueConstraint("chain", "seq"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    # No foreign key: what was done outlives the case it was done to (an import that is undone).
    case_id: Mapped[int | None] = mapped_column(BigKey)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    action: Mapped[str] = mapped_column(String(64))
    from_state: Mapped[str | None] = mapped_column(String(32))
    to_state: Mapped[str | None] = mapped_column(String(32))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    actor_name: Mapped[str]
    role: Mapped[str | None] = mapped_column(String(32))
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    chain: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(BigInteger)
    algorithm: Mapped[str] = mapped_column(String(16))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The last link of one chain; locked last by every act, and vouched for by ``mac``."""

    __tablename__ = "audit_heads"

    chain: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))


class NumberCounter(Base):
    """The last number drawn in one series of one agency and year."""

    __tablename__ = "number_counters"

    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    series: Mapped[str] = mapped_column(String(32), primary_key=True)
    year: Mapped[int] = mapped_column(Year, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class AnnualEntry(Base):
    """One hand-entered figure of a year's table: who filled it in, and when."""

    __tablename__ = "annual_entries"
    __table_args__ = (
        UniqueConstraint("agency_id", "year", "form", "row"),
        # 本年增/减 of 主动公开 (its cells begin with H) may be less than 0.
        CheckConstraint("value >= 0 OR \"row\" LIKE 'H%'", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    year: Mapped[int] = mapped_column(Year)
    form: Mapped[str] = mapped_column(String(16))
    row: Mapped[str] = mapped_column(String(16))
    value: Mapped[Decimal] = mapped_column(Numeric(16, 4))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
