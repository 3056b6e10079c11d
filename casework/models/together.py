"""Working together: remarks with mentions, attachments, who stands in for whom."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.domain.relief_papers import ReliefPaper
from casework.models.account import User
from casework.models.base import Base, BigKey, enum_by_value

_UNREAD = text("read_at IS NULL")


class Comment(Base):
    """留言: one remark inside a case, never changed and never sent out."""

    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    body: Mapped[str]
    written_at: Mapped[datetime]

    author: Mapped[User] = relationship()
    mentions: Mapped[list[Mention]] = relationship(cascade="all, delete-orphan")


class Mention(Base):
    """One colleague named in a remark, until they have read it."""

    __tablename__ = "mentions"
    __table_args__ = (
        UniqueConstraint("comment_id", "user_id"),
        Index("ix_mentions_unread", "user_id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    read_at: Mapped[datetime | None]


class Attachment(Base):
    """附件: one file of a case; its bytes lie outside the database under a random name."""

    __tablename__ = "attachments"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="hash_length"),
        CheckConstraint("size > 0", name="not_empty"),
        CheckConstraint("(relief_id IS NULL) = (paper IS NULL)", name="paper_of_a_relief"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    stored_as: Mapped[str] = mapped_column(String(64), unique=True)
    note: Mapped[str] = mapped_column(default="")
    # Which paper of which 复议 or 诉讼 it is; both or neither.
    relief_id: Mapped[int | None] = mapped_column(ForeignKey("reliefs.id"), index=True)
    paper: Mapped[ReliefPaper | None] = mapped_column(enum_by_value(ReliefPaper, "paper"))
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    uploaded_at: Mapped[datetime]

    uploaded_by: Mapped[User] = relationship()


class StandIn(Base):
    """代理: who sees to an absent colleague's cases, from which day through which."""

    __tablename__ = "stand_ins"
    __table_args__ = (
        CheckConstraint("first_on <= last_on", name="days_in_order"),
        CheckConstraint("absent_id <> by_id", name="not_oneself"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    absent_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    ended_on: Mapped[date | None]

    absent: Mapped[User] = relationship(foreign_keys=[absent_id])
    by: Mapped[User] = relationship(foreign_keys=[by_id])
