"""A PDF signed with an agency's certificate (PAdES, ISO 32000-1 12.8), and signatures read back.

The signature is added behind the file as an incremental update, without any ink: the seal's place
on the page stays free for the seal. RSA and elliptic curves of X.509 are understood. The SM2
certificates of GB/T 38540 (电子印章) are not, nor is their format of signature.
"""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asn1crypto.pkcs12 import Pfx
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from casework.domain.certificates import Certificate, Signature
from casework.domain.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from asn1crypto import x509
    from pyhanko.sign.validation import EmbeddedPdfSignature

_FIELD = "Signature1"
_SM2 = "1.2.156.10197.1.301"
_SIGNS = frozenset({"digital_signature", "non_repudiation"})
_MOST_SIGNATURES = 20
_ROOM_FOR_ATTRIBUTES = 2048
# What a damaged or a hostile file makes the reader raise.
_UNREADABLE = (
    PdfError,
    SigningError,
    SignatureValidationError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    NotImplementedError,
    RecursionError,
    UnsupportedAlgorithm,
)


class _Addition(IncrementalPdfFileWriter):
    """Adds the signature and leaves alone what the file says of itself (title, XMP)."""

    def _update_meta(self) -> None:
        return


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A certificate with its private key and chain; ``pkcs12`` holds them without a passphrase."""

    certificate: Certificate
    pkcs12: bytes


def read_key(content: bytes, passphrase: str) -> SigningKey:
    """Return what a PKCS#12 file (.p12, .pfx) holds; RuleBroken says in one sentence what is wrong.

    ``field`` is ``passphrase`` where that is wrong, else ``copy``.
    """
    try:
        Pfx.load(content, strict=True).native  # noqa: B018  reading it is the check
    except ValueError as error:
        raise _refused(
            "not_pkcs12", "这不是 PKCS#12 证书文件，请向发证机构要 .p12 或者 .pfx 格式的文件"
        ) from error
    try:
        bundle = pkcs12.load_pkcs12(content, passphrase.encode() or None)
    except UnsupportedAlgorithm as error:
        raise _sm2() from error
    except ValueError as error:
        if _SM2.encode() in content or "curve" in str(error):
            raise _sm2() from error
        raise RuleBroken(
            "passphrase_wrong", "证书文件的口令不对，请核对后重试", field="passphrase"
        ) from error
    if bundle.key is None or bundle.cert is None:
        raise _refused("no_private_key", "证书文件里没有私钥，不能用来签名，请连同私钥导出后重试")
    if not isinstance(bundle.key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise _refused("key_kind", "只能用 RSA 或者椭圆曲线（ECDSA）的证书签名，请换一张证书")
    plain = pkcs12.serialize_key_and_certificates(
        None,
        bundle.key,
        bundle.cert.certificate,
        [each.certificate for each in bundle.additional_certs],
        NoEncryption(),
    )
    signer = _signer(plain)
    _check_use(signer.signing_cert)
    return SigningKey(certificate=_facts(signer.signing_cert), pkcs12=plain)


def sign(
    content: bytes, key: SigningKey, *, agency: str, signed_at: datetime, field: str = _FIELD
) -> bytes:
    """Return the file with a signature behind it; its former bytes stand unchanged before it.

    Not the same bytes twice: the moment of signing is part of them, with elliptic curves chance
    too. Whoever signs keeps what comes out.
    """
    about = PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=agency
    )
    return asyncio.run(_sign(content, key, about, signed_at))


async def _sign(
    content: bytes, key: SigningKey, about: PdfSignatureMetadata, signed_at: datetime
) -> bytes:
    """Do what PdfSigner.async_sign_pdf does, by the office's clock and not by its own."""
    writer = _Addition(io.BytesIO(content))
    place = SigFieldSpec(about.field_name or _FIELD, on_page=-1)
    signer = PdfSigner(about, signer=_signer(key.pkcs12), new_field_spec=place)
    session = signer.init_signing_session(writer)
    session.system_time = signed_at
    # Certificates, signature and attributes, in hexadecimal; trying it out would sign twice.
    room = 2 * (len(key.pkcs12) + _ROOM_FOR_ATTRIBUTES)
    to_sign = session.prepare_tbs_document(validation_info=None, bytes_reserved=room)
    output = io.BytesIO()
    digest, _ = to_sign.digest_tbs_document(output=output)
    await to_sign.perform_signature(
        document_digest=digest.document_digest,
        pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=signed_at),
    )
    return output.getvalue()


def read_signatures(content: bytes) -> list[Signature]:
    """Return the signatures in a file, oldest first; a broken one reads as not intact.

    RuleBroken(field="copy") where the file says it is signed and cannot be read.
    """
    if b"/ByteRange" not in content:
        return []
    try:
        reader = PdfFileReader(io.BytesIO(content))
        return list(_checked(reader))
    except _UNREADABLE as error:
        raise _refused(
            "signature_unreadable", "文件里的电子签名读不出来，文件可能已经损坏或者被改动"
        ) from error


def _checked(reader: PdfFileReader) -> Iterator[Signature]:
    for embedded in reader.embedded_signatures[:_MOST_SIGNATURES]:
        certificate = embedded.signer_cert
        intact, coverage = _arithmetic(embedded, certificate)
        yield Signature(
            certificate=_facts(certificate),
            signed_at=embedded.self_reported_timestamp,
            intact=intact,
            covers_all=coverage is SignatureCoverageLevel.ENTIRE_FILE,
        )


def _arithmetic(
    embedded: EmbeddedPdfSignature, certificate: x509.Certificate
) -> tuple[bool, SignatureCoverageLevel | None]:
    """Check the arithmetic alone: whose certificate it is, the office's own record says."""
    context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
    try:
        status = validate_pdf_signature(embedded, context, skip_diff=True)
    except _UNREADABLE:
        return False, None
    return bool(status.intact and status.valid), status.coverage


def _signer(plain: bytes) -> SimpleSigner:
    signer: SimpleSigner = SimpleSigner.load_pkcs12_data(plain, [], None)
    return signer


def _check_use(certificate: x509.Certificate) -> None:
    usage = certificate.key_usage_value
    if usage is not None and not _SIGNS & usage.native:
        raise _refused("certificate_use", "这张证书的用途不包括电子签名，请换签名用的证书")


def _facts(certificate: x509.Certificate) -> Certificate:
    return Certificate(
        subject=_name(certificate.subject),
        issuer=_name(certificate.issuer),
        serial=f"{certificate.serial_number:X}",
        fingerprint=certificate.sha256.hex(),
        not_before=certificate.not_valid_before,
        not_after=certificate.not_valid_after,
    )


def _name(name: x509.Name) -> str:
    parts = name.native
    for key in ("common_name", "organization_name"):
        value = parts.get(key)
        if value:
            return str(value if isinstance(value, str) else value[0])
    return str(name.human_friendly)


def _sm2() -> RuleBroken:
    return _refused(
        "sm2",
        "这是国密（SM2）证书，本系统还不能用它签名，请换 RSA 证书，或者用电子印章系统另行盖章",
    )


def _refused(code: str, sentence: str) -> RuleBroken:
    return RuleBroken(code, sentence, field="copy")
