"""文书模板: every wording a letter was made of, and an agency's versions of the defaults."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.domain.statutes import StatuteCode
from casework.domain.template_versions import VersionState
from casework.models.account import User
from casework.models.agency import Agency
from casework.models.base import Base, BigKey, enum_by_value

_IN_FORCE = text("state = 'in_force'")
_PROPOSED = text("state = 'proposed'")


class TemplateText(Base):
    """One wording by its SHA-256: never changed, never deleted, whoever uses it and how often.

    Defaults are kept here as soon as a paper is made of them, so that a paper can be made again
    after the program has others.
    """

    __tablename__ = "template_texts"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str]


class TemplateVersion(Base):
    """An agency's version of one text; it holds for the agencies below it that have none.

    ``part`` is a kind of letter or one of the passages of answers (domain.template_parts).
    """

    __tablename__ = "template_versions"
    __table_args__ = (
        UniqueConstraint("agency_id", "statute", "part", "number"),
        Index(
            "uq_template_versions_in_force",
            "agency_id",
            "statute",
            "part",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
        Index(
            "uq_template_versions_proposed",
            "agency_id",
            "statute",
            "part",
            unique=True,
            sqlite_where=_PROPOSED,
            postgresql_where=_PROPOSED,
        ),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("reason <> ''", name="changed_for_a_reason"),
        CheckConstraint("state = 'proposed' OR decided_at IS NOT NULL", name="decided_has_a_time"),
        CheckConstraint(
            "(state = 'retired') = (retired_at IS NOT NULL)", name="retired_has_a_time"
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    statute: Mapped[StatuteCode] = mapped_column(enum_by_value(StatuteCode, "statute"))
    part: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(ForeignKey("template_texts.sha256"))
    state: Mapped[VersionState] = mapped_column(enum_by_value(VersionState, "state"))
    reason: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[datetime]
    # Who released, refused, withdrew or replaced it, and what they said.
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    opinion: Mapped[str] = mapped_column(default="")
    retired_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    retired_at: Mapped[datetime | None]
    retire_reason: Mapped[str] = mapped_column(default="")

    agency: Mapped[Agency] = relationship()
    wording: Mapped[TemplateText] = relationship()
    author: Mapped[User] = relationship(foreign_keys=[author_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    retired_by: Mapped[User | None] = relationship(foreign_keys=[retired_by_id])
