"""限制知悉: the cases that only named people may know of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.account import User
from casework.models.base import Base, BigKey


class Restriction(Base):
    """A case is restricted as long as it has this row; the events keep what was before."""

    __tablename__ = "restrictions"
    __table_args__ = (CheckConstraint("reason <> ''", name="has_a_reason"),)

    case_id: Mapped[int] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    reason: Mapped[str]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[datetime]

    set_by: Mapped[User] = relationship()
    readers: Mapped[list[RestrictionReader]] = relationship(
        cascade="all, delete-orphan", order_by="RestrictionReader.id"
    )


class RestrictionReader(Base):
    """知悉名单: one person who may know of a restricted case beside those who handle it."""

    __tablename__ = "restriction_readers"
    __table_args__ = (UniqueConstraint("case_id", "user_id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("restrictions.case_id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    named_at: Mapped[datetime]

    user: Mapped[User] = relationship()
