"""What happens beside the road of a case: 会商 with other bodies, 更正 of a record (第四十一条)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.domain.amendments import AmendmentOutcome
from casework.models.account import User
from casework.models.base import Base, BigKey, enum_by_value


class Conferral(Base):
    """会商: the office talked a case over with others; no clock rests for it."""

    __tablename__ = "conferrals"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    held_on: Mapped[date]
    # With whom, about what, and what was agreed.
    parties: Mapped[str]
    matter: Mapped[str]
    agreed: Mapped[str]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]

    recorded_by: Mapped[User] = relationship()


class Amendment(Base):
    """更正 of a record about the applicant: what was asked, and what became of it."""

    __tablename__ = "amendments"
    __table_args__ = (
        CheckConstraint("(outcome IS NULL) = (decided_on IS NULL)", name="decided_has_a_day"),
        CheckConstraint("decided_on IS NULL OR asked_on <= decided_on", name="asked_then_decided"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    asked_on: Mapped[date]
    record: Mapped[str]
    claim: Mapped[str]
    evidence: Mapped[str]
    outcome: Mapped[AmendmentOutcome | None] = mapped_column(
        enum_by_value(AmendmentOutcome, "outcome")
    )
    decided_on: Mapped[date | None]
    result: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
