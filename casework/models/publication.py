"""转主动公开: the topics an office noted, the applications they come from, what was published."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.domain.publication import TopicOrigin, TopicState
from casework.models.agency import Agency
from casework.models.base import Base, BigKey, enum_by_value


class PublicationTopic(Base):
    """One topic of 条例第四十四条, from its note to its publication or the reason why not."""

    __tablename__ = "publication_topics"
    __table_args__ = (
        CheckConstraint(
            "(state = 'published') = (published_on IS NOT NULL)", name="published_has_a_day"
        ),
        CheckConstraint("state <> 'declined' OR reason <> ''", name="declined_for_a_reason"),
        Index("ix_publication_topics_agency", "agency_id", "state", "noted_on"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    title: Mapped[str]
    origin: Mapped[TopicOrigin] = mapped_column(enum_by_value(TopicOrigin, "origin"))
    state: Mapped[TopicState] = mapped_column(enum_by_value(TopicState, "state"))
    note: Mapped[str] = mapped_column(default="")
    noted_on: Mapped[date]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    published_what: Mapped[str] = mapped_column(default="")
    published_where: Mapped[str] = mapped_column(default="")
    published_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]

    agency: Mapped[Agency] = relationship()
    cases: Mapped[list[PublicationCase]] = relationship(cascade="all, delete-orphan")


class PublicationCase(Base):
    """One application a topic comes from."""

    __tablename__ = "publication_cases"

    topic_id: Mapped[int] = mapped_column(
        ForeignKey("publication_topics.id", ondelete="CASCADE"), primary_key=True
    )
    case_id: Mapped[int] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, index=True
    )
