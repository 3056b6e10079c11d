"""How one office has arranged its work: which steps its reviews have."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.domain.review_chain import StepKind
from casework.models.base import Base, BigKey, enum_by_value


class ReviewStep(Base):
    """One step in an agency's review chain; an agency without any has 法制审核 alone.

    A step binds the drafts that are submitted from ``added_at`` on.
    """

    __tablename__ = "review_steps"
    __table_args__ = (
        UniqueConstraint("agency_id", "kind"),
        CheckConstraint("position >= 1", name="position_from_one"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    kind: Mapped[StepKind] = mapped_column(enum_by_value(StepKind, "kind"))
    position: Mapped[int]
    added_at: Mapped[datetime]
