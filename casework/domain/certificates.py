"""The certificate an agency signs its documents with: when it may be used, what a signature says.

电子签名法第十三条: a signature is reliable if the data it was made with belong to the signer alone,
and a later change of it or of the text can be found. Whether a certificate was revoked meanwhile
is its issuer's to say; nobody is asked over the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken
from casework.domain.time_source import beijing_date

if TYPE_CHECKING:
    from datetime import datetime

BASIS = "电子签名法第十三条"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Whose it is, who issued it, until when it holds; ``fingerprint`` is its SHA-256 (hex)."""

    subject: str
    issuer: str
    serial: str
    fingerprint: str
    not_before: datetime
    not_after: datetime

    def holds_at(self, moment: datetime) -> bool:
        """Say whether ``moment`` lies in its term."""
        return self.not_before <= moment <= self.not_after


def check_usable(certificate: Certificate, now: datetime) -> None:
    """Raise RuleBroken where the certificate is not in its term."""
    if now > certificate.not_after:
        raise RuleBroken(
            "certificate_expired",
            f"签名证书“{certificate.subject}”已于 {beijing_date(certificate.not_after)} 到期，"
            "请系统管理员换新证书或者停用签名",
            basis=BASIS,
        )
    if now < certificate.not_before:
        raise RuleBroken(
            "certificate_not_yet",
            f"签名证书“{certificate.subject}”自 {beijing_date(certificate.not_before)} 起才有效，"
            "现在不能用来签名",
            basis=BASIS,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature found in a file.

    ``intact``: what it covers has not changed since. ``covers_all``: nothing was added behind it.
    ``known``: the certificate is one that this system signed with. ``signed_at`` is what the
    signer's clock said, None if the file names no time.
    """

    certificate: Certificate
    signed_at: datetime | None
    intact: bool
    covers_all: bool
    known: bool = False

    @property
    def is_good(self) -> bool:
        """Whether nothing speaks against it."""
        return self.intact and self.covers_all and self.known and self.in_term

    @property
    def in_term(self) -> bool:
        """Whether the certificate held when the signature says it was made."""
        return self.signed_at is not None and self.certificate.holds_at(self.signed_at)

    @property
    def sentence(self) -> str:
        """What the page and the command say of it."""
        if not self.intact:
            return "电子签名与内容不符：文件在签名之后被改动过"
        if not self.covers_all:
            return "电子签名只管到文件的前一部分，签名之后又追加了内容"
        if not self.known:
            return "电子签名没有被改动，但签名证书不是本系统登记的，不能据此认定是本机关签发"
        if not self.in_term:
            return "电子签名没有被改动，但签名时证书不在有效期内"
        return "电子签名有效：覆盖全文，签名之后没有改动，证书是本系统登记的签名证书"
