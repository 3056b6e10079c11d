"""Accounts: who may log in, in which roles, by what proof, and the log-ins that are open now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from casework.domain.permissions import ADMINISTRATORS, Role
from casework.models.agency import Agency
from casework.models.base import Base, BigKey, enum_by_value
from casework.models.sealed import SealedText

_ADMINISTRATORS = ", ".join(f"'{role.value}'" for role in Role if role in ADMINISTRATORS)
_ONE_OF_THREE = text("is_administrator")


class User(Base):
    """One person with an account; the log-in name is never used again for somebody else.

    ``is_administrator`` follows from the roles; the roles' table refers to it, so that the
    database itself keeps the three administrators (三员) apart from the office and one another.
    ``totp_step`` is the last time step that opened the door: a code is good once.
    """

    __tablename__ = "users"
    __table_args__ = (Index("uq_users_kind", "id", "is_administrator", unique=True),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    unit: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str]
    password_set_at: Mapped[datetime | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    is_administrator: Mapped[bool] = mapped_column(default=False)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    totp_secret: Mapped[str] = mapped_column(SealedText, default="")
    totp_since_at: Mapped[datetime | None]
    totp_step: Mapped[int | None] = mapped_column(Integer)
    certificate: Mapped[str | None] = mapped_column(String(200), unique=True)
    last_log_in_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    agency: Mapped[Agency] = relationship()
    grants: Mapped[list[UserRole]] = relationship(
        back_populates="user", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def roles(self) -> frozenset[Role]:
        """The roles this person holds."""
        return frozenset(grant.role for grant in self.grants)

    @validates("grants")
    def _note_the_kind(self, _key: str, grant: UserRole) -> UserRole:
        if grant.role in ADMINISTRATORS:
            self.is_administrator = True
        return grant


class UserRole(Base):
    """One role of one person; GB/T 22239-2019 8.1.5: the three administrators stand alone."""

    __tablename__ = "user_roles"
    __table_args__ = (
        UniqueConstraint("user_id", "role"),
        ForeignKeyConstraint(
            ["user_id", "is_administrator"],
            ["users.id", "users.is_administrator"],
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        CheckConstraint(f"is_administrator = (role IN ({_ADMINISTRATORS}))", name="kinds_apart"),
        Index(
            "uq_user_roles_administrator",
            "user_id",
            unique=True,
            sqlite_where=_ONE_OF_THREE,
            postgresql_where=_ONE_OF_THREE,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigKey, index=True)
    is_administrator: Mapped[bool]
    role: Mapped[Role] = mapped_column(enum_by_value(Role, "role"))

    user: Mapped[User] = relationship(back_populates="grants")


class RecoveryCode(Base):
    """恢复码: opens the second step once when the telephone is gone; only its digest is kept."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None]


class LoginAttempt(Base):
    """One try at a password or a code, written before it is checked.

    ``account`` is a keyed digest of what was typed as the log-in, so that a password typed into
    the wrong field is not kept; ``forgiven`` tries no longer count against the account.
    """

    __tablename__ = "login_attempts"
    __table_args__ = (
        Index("ix_login_attempts_account", "account", "at"),
        Index("ix_login_attempts_address", "address", "at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime]
    forgiven: Mapped[bool] = mapped_column(default=False)


class LoginSession(Base):
    """One open log-in, kept on the server so that a replayed cookie opens nothing.

    Only the SHA-256 of the token is stored (ASVS 5.0 7.2.1–7.4.5). ``awaits_code``: the password
    was right, the second step is still to come, and nothing is open yet.
    """

    __tablename__ = "login_sessions"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(String(45), default="")
    browser: Mapped[str] = mapped_column(String(100), default="")
    awaits_code: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(32), default="")

    user: Mapped[User] = relationship()


class SecuritySetting(Base):
    """One value of the security policy that differs from what ships (domain.security_policy)."""

    __tablename__ = "security_settings"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str]
