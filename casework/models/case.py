"""办件: one application and everything the office knows of it.

Three kinds of column stand side by side. *Facts* are typed by people and are the only inputs of
the rules. *Derived* dates (``starts_on`` … ``calendar_version``) are what the clock makes of the
facts, kept for queries and recomputed whenever a fact or the calendar changes; no rule reads them.
*Keys for counting* (``received_year``, ``closed_year``) repeat a date's year so that the annual
cube is one index range.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ColumnClause,
    ColumnElement,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    String,
    UniqueConstraint,
    and_,
    column,
    extract,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from casework.domain.application import (
    ApplicantType,
    Channel,
    ReceiptMode,
    ReliefKind,
    ReliefResult,
)
from casework.domain.states import State
from casework.domain.statutes import StatuteCode
from casework.models.account import User
from casework.models.agency import Agency
from casework.models.base import Base, BigKey, Year, enum_by_value
from casework.models.sealed import SealedText

_STRADDLES = text("closed_year IS NULL OR closed_year > received_year")
_OPEN = text("closed_on IS NULL")


def _year_of(day: str, year: str) -> ColumnElement[bool]:
    """Return the condition that the column ``year`` is the year of the column ``day``."""
    day_column: ColumnClause[date] = column(day)
    year_column: ColumnClause[int] = column(year)
    return or_(
        and_(day_column.is_(None), year_column.is_(None)),
        and_(year_column.is_not(None), extract("year", day_column) == year_column),
    )


class Case(Base):
    """One case (办件)."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("agency_id", "number"),
        UniqueConstraint("agency_id", "import_key"),
        CheckConstraint(
            "received_on IS NULL OR submitted_on IS NULL OR submitted_on <= received_on",
            name="submitted_before_received",
        ),
        CheckConstraint(
            "replied_on IS NULL OR (received_on IS NOT NULL AND received_on <= replied_on)",
            name="received_before_replied",
        ),
        CheckConstraint(
            "(closed_on IS NULL) = (state NOT IN ('closed', 'archived'))", name="closed_has_a_day"
        ),
        CheckConstraint("closed_on IS NULL OR ground IS NOT NULL", name="closed_has_a_ground"),
        CheckConstraint(
            "closed_on IS NULL OR received_on IS NULL OR received_on <= closed_on",
            name="received_before_closed",
        ),
        CheckConstraint(_year_of("received_on", "received_year"), name="received_year_follows"),
        CheckConstraint(_year_of("closed_on", "closed_year"), name="closed_year_follows"),
        CheckConstraint(
            "received_on IS NOT NULL OR state IN ('awaiting_confirmation', 'closed', 'archived')",
            name="unreceived_waits",
        ),
        # The annual cube: what came in that year, and what straddles from before.
        Index(
            "ix_cases_year",
            "received_year",
            "agency_id",
            "closed_year",
            "channel",
            "applicant_type",
            "ground",
            "original_due_on",
            "due_on",
            "replied_on",
            "closed_on",
        ),
        Index(
            "ix_cases_straddle",
            "agency_id",
            "received_year",
            "closed_year",
            "channel",
            "applicant_type",
            "ground",
            "original_due_on",
            "due_on",
            "replied_on",
            "closed_on",
            sqlite_where=_STRADDLES,
            postgresql_where=_STRADDLES,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    version: Mapped[int] = mapped_column()
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    number: Mapped[str] = mapped_column(String(64))
    # One form, one case: the page that is sent twice carries the same nonce.
    nonce: Mapped[str | None] = mapped_column(String(64), unique=True)
    state: Mapped[State] = mapped_column(enum_by_value(State, "state"))

    # The application.
    channel: Mapped[Channel] = mapped_column(enum_by_value(Channel, "channel"))
    receipt_mode: Mapped[ReceiptMode | None] = mapped_column(
        enum_by_value(ReceiptMode, "receipt_mode")
    )
    applicant_type: Mapped[ApplicantType] = mapped_column(
        enum_by_value(ApplicantType, "applicant_type")
    )
    submitted_on: Mapped[date | None]
    arrived_on: Mapped[date | None]
    received_on: Mapped[date | None]
    received_year: Mapped[int | None] = mapped_column(Year)
    mail_number: Mapped[str] = mapped_column(default="")
    request_text: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    provide_form: Mapped[str] = mapped_column(default="")
    obtain_by: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")

    # Who works on it.
    unit: Mapped[str] = mapped_column(default="")
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # The review step in turn (domain.review_chain), derived, for lists; None outside of review.
    review_step: Mapped[str | None] = mapped_column(String(32))

    # The law that applies, by receipt day unless a person said otherwise.
    statute: Mapped[StatuteCode] = mapped_column(enum_by_value(StatuteCode, "statute"))
    statute_reason: Mapped[str] = mapped_column(default="")

    # How it ended.
    ground: Mapped[str | None] = mapped_column(String(64))
    replied_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    closed_year: Mapped[int | None] = mapped_column(Year)
    archived_on: Mapped[date | None]
    fee_yuan: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    made_public: Mapped[str] = mapped_column(default="")
    # Why it was late and which unit answers for it; asked for before a late case is closed.
    late_cause: Mapped[str] = mapped_column(default="")
    late_unit: Mapped[str] = mapped_column(default="")

    # Derived by the clock; see the module's docstring.
    starts_on: Mapped[date | None]
    original_due_on: Mapped[date | None]
    due_on: Mapped[date | None]
    office_due_on: Mapped[date | None]
    is_suspended: Mapped[bool] = mapped_column(default=False)
    calendar_version: Mapped[str] = mapped_column(String(64), default="")

    # Where the record comes from.
    import_key: Mapped[str | None] = mapped_column(String(64))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_imports.id"))
    registered_at: Mapped[datetime]
    # Every act writes it, so that every act counts the version up and two people collide.
    changed_at: Mapped[datetime]

    agency: Mapped[Agency] = relationship()
    handler: Mapped[User | None] = relationship()
    applicant: Mapped[Applicant] = relationship(
        back_populates="case", cascade="all, delete-orphan", uselist=False
    )
    clock_events: Mapped[list[ClockFact]] = relationship(
        back_populates="case",
        cascade="all, delete-orphan",
        order_by="(ClockFact.happened_on, ClockFact.id)",
    )
    reopenings: Mapped[list[Reopening]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="Reopening.id"
    )
    reliefs: Mapped[list[Relief]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="Relief.id"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own shape

    @validates("received_on")
    def _follow_received(self, _key: str, day: date | None) -> date | None:
        self.received_year = day.year if day else None
        return day

    @validates("closed_on")
    def _follow_closed(self, _key: str, day: date | None) -> date | None:
        self.closed_year = day.year if day else None
        return day


# To-do lists read open cases only, in the order of the office's clock.
Index(
    "ix_cases_desk",
    Case.agency_id,
    Case.office_due_on,
    Case.id,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index(
    "ix_cases_handler",
    Case.handler_id,
    Case.office_due_on,
    Case.id,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
# Few cases cost a fee; the year's sum reads only those (2014 form, row 7).
Index(
    "ix_cases_fee",
    Case.closed_year,
    Case.agency_id,
    Case.fee_yuan,
    sqlite_where=text("fee_yuan IS NOT NULL"),
    postgresql_where=text("fee_yuan IS NOT NULL"),
)
# What one ledger brought in, for looking at it and for undoing it.
Index(
    "ix_cases_import",
    Case.import_id,
    Case.id,
    sqlite_where=text("import_id IS NOT NULL"),
    postgresql_where=text("import_id IS NOT NULL"),
)
Index("ix_cases_received", Case.received_on, Case.id)
Index("ix_cases_agency_received", Case.agency_id, Case.received_on, Case.id)


class Applicant(Base):
    """申请人 of one case; numbers and addresses are sealed at rest (models.sealed).

    ``id_number_index`` and ``phone_index`` are keyed digests for exact search.
    """

    __tablename__ = "applicants"

    case_id: Mapped[int] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(index=True)
    id_kind: Mapped[str] = mapped_column(default="")
    id_number: Mapped[str] = mapped_column(SealedText, default="")
    id_number_index: Mapped[str] = mapped_column(String(64), default="", index=True)
    phone: Mapped[str] = mapped_column(SealedText, default="")
    phone_index: Mapped[str] = mapped_column(String(64), default="", index=True)
    address: Mapped[str] = mapped_column(SealedText, default="")
    postcode: Mapped[str] = mapped_column(SealedText, default="")
    email: Mapped[str] = mapped_column(SealedText, default="")
    contact_name: Mapped[str] = mapped_column(default="")

    case: Mapped[Case] = relationship(back_populates="applicant")


class ClockFact(Base):
    """One dated fact the clock reads: a correction, a consultation, an extension, a fee.

    ``round`` is the answer it belongs to: 0 the first, n the one after the n-th reopening,
    domain.voiding.TAKEN_BACK none: it was taken back with the document that told of it.
    """

    __tablename__ = "clock_facts"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    round: Mapped[int] = mapped_column(SmallInteger, default=0)
    happened_on: Mapped[date]
    party: Mapped[str | None] = mapped_column(String(32))
    days: Mapped[int | None]
    # Whom it concerned and what was said, for people; no rule reads them.
    whom: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")

    case: Mapped[Case] = relationship(back_populates="clock_events")


class Relief(Base):
    """One 复议 or 诉讼 against the handling of a case."""

    __tablename__ = "reliefs"
    __table_args__ = (
        CheckConstraint(
            "decided_on IS NULL OR filed_on IS NULL OR filed_on <= decided_on",
            name="filed_before_decided",
        ),
        Index(
            "ix_reliefs_open",
            "case_id",
            sqlite_where=text("result = 'pending'"),
            postgresql_where=text("result = 'pending'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ReliefKind] = mapped_column(enum_by_value(ReliefKind, "relief_kind"))
    filed_on: Mapped[date | None]
    # The number the body gave it, the day its copy reached the office, the day of the answer.
    reference: Mapped[str] = mapped_column(default="")
    notified_on: Mapped[date | None]
    simplified: Mapped[bool] = mapped_column(default=False)
    answered_on: Mapped[date | None]
    result: Mapped[ReliefResult] = mapped_column(enum_by_value(ReliefResult, "relief_result"))
    decided_on: Mapped[date | None]
    body: Mapped[str] = mapped_column(default="")

    case: Mapped[Case] = relationship(back_populates="reliefs")


class Reopening(Base):
    """重开: how a case had ended before it was taken up again, why it was, and its new period.

    ``counts_from`` is day 0 of the new answer's period: the day the 复议 decision or the judgment
    reached the office, or the day it reopened the case by itself. ``due_on`` is the last day that
    the decision or the judgment names, ``replied_on`` the day the new answer was handed over.
    """

    __tablename__ = "reopenings"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    relief_id: Mapped[int | None] = mapped_column(ForeignKey("reliefs.id"))
    reason: Mapped[str]
    counts_from: Mapped[date]
    due_on: Mapped[date | None]
    replied_on: Mapped[date | None]
    former_ground: Mapped[str] = mapped_column(String(64))
    former_replied_on: Mapped[date | None]
    former_closed_on: Mapped[date]
    former_archived_on: Mapped[date | None]
    reopened_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reopened_at: Mapped[datetime]

    case: Mapped[Case] = relationship(back_populates="reopenings")
