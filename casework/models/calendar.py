"""The imported versions of the calendar; what ships with the program is code and not kept here."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.domain.holiday_notice import NoticeDayKind, NoticeKind
from casework.models.agency import Agency
from casework.models.base import Base, BigKey, Year, enum_by_value


class CalendarVersion(Base):
    """One notice, or one set of local days off: who imported it, when, and what it says.

    Rows are only ever added. ``sha256`` digests what the notice says, so that the same one cannot
    come in twice. ``agency_id`` bounds local days off to a subtree; it is a key and not a path, for
    a reorganisation rewrites paths.
    """

    __tablename__ = "calendar_versions"
    __table_args__ = (
        CheckConstraint("kind = 'local' OR agency_id IS NULL", name="national_holds_for_all"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    label: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[NoticeKind] = mapped_column(enum_by_value(NoticeKind, "notice_kind"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    year: Mapped[int] = mapped_column(Year)
    number: Mapped[str]
    title: Mapped[str]
    issued_on: Mapped[date | None]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    author: Mapped[str]
    imported_at: Mapped[datetime]
    sha256: Mapped[str] = mapped_column(String(64), unique=True)

    agency: Mapped[Agency | None] = relationship()
    days: Mapped[list[CalendarDay]] = relationship(
        cascade="all, delete-orphan", order_by="CalendarDay.day"
    )


class CalendarDay(Base):
    """One day a version names."""

    __tablename__ = "calendar_days"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("calendar_versions.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[NoticeDayKind] = mapped_column(enum_by_value(NoticeDayKind, "notice_day_kind"))
    name: Mapped[str]
