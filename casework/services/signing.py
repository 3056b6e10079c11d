"""签名: an agency's certificate is installed, used at issue, replaced or taken out of use.

Optional: an agency without a certificate issues unsigned documents. One whose certificate has
expired issues nothing until somebody decides, rather than unsigned papers by surprise.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.documents.pdf_signature import SigningKey, read_key, read_signatures, sign
from casework.domain.certificates import Certificate, Signature, check_usable
from casework.domain.errors import NotFound, RuleBroken
from casework.domain.permissions import Permission, require
from casework.models import Agency, SigningCertificate
from casework.services.case_file import record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor
    from casework.services.desk import Desk

INSTALLED = "install_certificate"
REMOVED = "remove_certificate"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyCertificate:
    """An agency and the certificate it signs with now, None if it does not sign."""

    agency_id: int
    agency_name: str
    certificate: Certificate | None
    installed_at: datetime | None = None


def get_certificate(session: Session, actor: Actor, agency_id: int) -> AgencyCertificate:
    """Return what an agency signs with; NotFound if it is not in the actor's part of the tree."""
    agency = _agency(session, actor, agency_id)
    row = _in_use(session, agency.id)
    return AgencyCertificate(
        agency_id=agency.id,
        agency_name=agency.name,
        certificate=_facts(row) if row else None,
        installed_at=row.installed_at if row else None,
    )


def install_certificate(
    desk: Desk, agency_id: int, *, content: bytes, passphrase: str
) -> Certificate:
    """启用签名证书: documents issued from now on are signed with it; a former one is replaced.

    The passphrase opens the file once and is not kept. Raises RuleBroken(field="copy" or
    "passphrase") for a file that cannot sign today.
    """
    require(desk.actor, Permission.MANAGE_AGENCIES)
    key = read_key(content, passphrase)
    check_usable(key.certificate, desk.now)
    with transaction(desk.session):
        agency = _agency(desk.session, desk.actor, agency_id)
        former = _in_use(desk.session, agency.id)
        if former is not None:
            _take_out(desk, former)
        desk.session.add(
            SigningCertificate(
                agency_id=agency.id,
                sealed_key=base64.b64encode(key.pkcs12).decode(),
                subject=key.certificate.subject,
                issuer=key.certificate.issuer,
                serial=key.certificate.serial,
                fingerprint=key.certificate.fingerprint,
                not_before=key.certificate.not_before,
                not_after=key.certificate.not_after,
                installed_by_id=desk.actor.user_id,
                installed_at=desk.now,
            )
        )
        _record(desk, INSTALLED, agency, key.certificate)
    return key.certificate


def remove_certificate(desk: Desk, agency_id: int) -> None:
    """停用签名证书: later documents are not signed; the key goes, the certificate stays known."""
    require(desk.actor, Permission.MANAGE_AGENCIES)
    with transaction(desk.session):
        agency = _agency(desk.session, desk.actor, agency_id)
        row = _in_use(desk.session, agency.id)
        if row is None:
            raise RuleBroken("no_certificate", f"{agency.name}没有启用签名证书", field="copy")
        _take_out(desk, row)
        _record(desk, REMOVED, agency, _facts(row))


def signed(desk: Desk, agency: Agency, content: bytes) -> bytes:
    """Return the PDF as the agency signs it: unchanged if it does not sign.

    RuleBroken where its certificate is not in its term.
    """
    row = _in_use(desk.session, agency.id)
    if row is None:
        return content
    certificate = _facts(row)
    check_usable(certificate, desk.now)
    key = SigningKey(certificate=certificate, pkcs12=base64.b64decode(row.sealed_key))
    return sign(content, key, agency=agency.name, signed_at=desk.now)


def signatures_in(session: Session, content: bytes) -> tuple[Signature, ...]:
    """Return the signatures in a file, each with whether this system knows its certificate."""
    return tuple(
        replace(found, known=_is_known(session, found.certificate.fingerprint))
        for found in read_signatures(content)
    )


def _is_known(session: Session, fingerprint: str) -> bool:
    query = select(SigningCertificate.id).where(SigningCertificate.fingerprint == fingerprint)
    return session.scalar(query.limit(1)) is not None


def _in_use(session: Session, agency_id: int) -> SigningCertificate | None:
    return session.scalars(
        select(SigningCertificate).where(
            SigningCertificate.agency_id == agency_id, SigningCertificate.removed_at.is_(None)
        )
    ).one_or_none()


def _take_out(desk: Desk, row: SigningCertificate) -> None:
    row.sealed_key = ""
    row.removed_at = desk.now
    desk.session.flush()


def _facts(row: SigningCertificate) -> Certificate:
    return Certificate(
        subject=row.subject,
        issuer=row.issuer,
        serial=row.serial,
        fingerprint=row.fingerprint,
        not_before=row.not_before,
        not_after=row.not_after,
    )


def _record(desk: Desk, action: str, agency: Agency, certificate: Certificate) -> None:
    record_event(
        desk,
        case=None,
        action=action,
        permission=Permission.MANAGE_AGENCIES,
        detail={
            "agency": agency.code,
            "subject": certificate.subject,
            "serial": certificate.serial,
            "fingerprint": certificate.fingerprint,
            "not_after": certificate.not_after.isoformat(),
        },
    )


def _agency(session: Session, actor: Actor, agency_id: int) -> Agency:
    agency = session.get(Agency, agency_id)
    if agency is None or not actor.sees(agency.path):
        raise NotFound("没有这个机关，或者不在您的机关范围内")
    return agency
