"""Certificates of our own making, to sign with."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

PASSPHRASE = "公章 2026"
AGENCY = "青沅市自然资源和规划局"


@cache
def key_of(kind: str) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    """A key of a kind, the same one within a run: RSA keys take long to find."""
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 2048)


def pkcs12_file(
    *,
    kind: str = "rsa",
    begins: datetime = datetime(2026, 1, 1, tzinfo=UTC),
    ends: datetime = datetime(2027, 1, 1, tzinfo=UTC),
    signs: bool = True,
    with_key: bool = True,
) -> bytes:
    """A self-made certificate as an authority would hand it over, opened by PASSPHRASE."""
    key = key_of(kind)
    name = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "青沅市"),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, AGENCY),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=not signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(0x2026)
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(
        b"agency",
        key if with_key else None,
        certificate if with_key else None,
        None if with_key else [certificate],
        BestAvailableEncryption(PASSPHRASE.encode()),
    )
