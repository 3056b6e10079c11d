"""How an office arranges its work: review steps, several units on a case, links."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.domain.case_links import LinkKind
from casework.domain.review_chain import StepKind
from casework.models.account import User
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


class Assignment(Base):
    """分办: one of several units asked for its part of a case, by a day of the office's own.

    The case's main unit stands on the case; these are the others. Answered, taken back or open.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        CheckConstraint("answered_on IS NULL OR dropped_on IS NULL", name="answered_or_dropped"),
        CheckConstraint("due_on >= assigned_on", name="due_after_assigned"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    unit: Mapped[str]
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    asked: Mapped[str]
    assigned_on: Mapped[date]
    due_on: Mapped[date]
    answered_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(default="")
    dropped_on: Mapped[date | None]

    handler: Mapped[User | None] = relationship()


class CaseLink(Base):
    """One link between two cases; ``kind`` is what ``case`` is to ``other`` (domain.case_links)."""

    __tablename__ = "case_links"
    __table_args__ = (
        UniqueConstraint("case_id", "other_id"),
        CheckConstraint("case_id <> other_id", name="not_to_itself"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    kind: Mapped[LinkKind] = mapped_column(enum_by_value(LinkKind, "link_kind"))
    linked_at: Mapped[datetime]
