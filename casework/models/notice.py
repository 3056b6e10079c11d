"""Notices: who wants to be told of what, and what was told, when, or why not yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.domain.notices import NoticeChannel
from casework.models.account import User
from casework.models.base import Base, BigKey, enum_by_value


class NoticeSetting(Base):
    """One person's wishes; no row means that nothing is sent.

    ``mail`` is an address at work, ``chat_id`` the member's id in the group's robot. The hours are
    Beijing times as HH:MM. ``since`` is when the wishes began: nothing older is told.
    """

    __tablename__ = "notice_settings"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    mail: Mapped[str] = mapped_column(String(254), default="")
    chat: Mapped[bool] = mapped_column(default=False)
    chat_id: Mapped[str] = mapped_column(String(64), default="")
    kinds: Mapped[list[Any]] = mapped_column(JSON, default=list)
    digest_at: Mapped[str] = mapped_column(String(5))
    quiet_from: Mapped[str] = mapped_column(String(5))
    quiet_until: Mapped[str] = mapped_column(String(5))
    since: Mapped[datetime]

    user: Mapped[User] = relationship()


class Notice(Base):
    """One thing to tell one person by one way; ``topic`` makes it unique, so it is told once.

    Written first, sent afterwards: a machine that dies in between sends it after it is back.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("user_id", "channel", "topic"),
        CheckConstraint("tries >= 0", name="tries_count_up"),
        Index(
            "ix_notices_waiting",
            "user_id",
            sqlite_where=text("sent_at IS NULL AND given_up_at IS NULL"),
            postgresql_where=text("sent_at IS NULL AND given_up_at IS NULL"),
        ),
        Index("ix_notices_made_at", "made_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    channel: Mapped[NoticeChannel] = mapped_column(enum_by_value(NoticeChannel, "channel"))
    topic: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str]
    body: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(String(200), default="")

    user: Mapped[User] = relationship()
