"""签名证书: what an agency signs its documents with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.agency import Agency
from casework.models.base import Base, BigKey
from casework.models.sealed import SealedText

_IN_USE = text("removed_at IS NULL")


class SigningCertificate(Base):
    """One certificate with its private key; the key is only ever stored sealed.

    A certificate that is no longer used stays, without its key: the signatures made with it are
    known by its fingerprint.
    """

    __tablename__ = "signing_certificates"
    __table_args__ = (
        Index(
            "uq_signing_certificates_in_use",
            "agency_id",
            unique=True,
            sqlite_where=_IN_USE,
            postgresql_where=_IN_USE,
        ),
        CheckConstraint("length(fingerprint) = 64", name="fingerprint_length"),
        CheckConstraint("(removed_at IS NULL) = (sealed_key <> '')", name="key_while_in_use"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    # PKCS#12 without a passphrase, in base64, sealed with the installation's data key.
    sealed_key: Mapped[str] = mapped_column(SealedText)
    subject: Mapped[str]
    issuer: Mapped[str]
    serial: Mapped[str] = mapped_column(String(64))
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    not_before: Mapped[datetime]
    not_after: Mapped[datetime]
    installed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    installed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    agency: Mapped[Agency] = relationship()
