"""Signatures: made with a certificate of our own, read back, broken on purpose."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from casework.documents.letters import render_pdf
from casework.documents.pdf_joining import Part, join
from casework.documents.pdf_signature import read_key, read_signatures, sign
from casework.domain.certificates import check_usable
from casework.domain.errors import RuleBroken
from tests.documents.certificates import AGENCY, PASSPHRASE, pkcs12_file
from tests.documents.pdfa import breaches
from tests.documents.test_pdf_archival import LETTER

if TYPE_CHECKING:
    from pathlib import Path

    from casework.documents.fonts import FontSet

SIGNED_AT = datetime(2026, 9, 16, 2, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def letter(fonts: FontSet) -> bytes:
    return render_pdf(LETTER, fonts=fonts)


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_signed_letter_reads_back_as_signed(letter: bytes, kind: str) -> None:
    key = read_key(pkcs12_file(kind=kind), PASSPHRASE)
    content = sign(letter, key, agency=AGENCY, signed_at=SIGNED_AT)
    assert content.startswith(letter)  # what was printed stands unchanged before the signature
    (found,) = read_signatures(content)
    assert (found.intact, found.covers_all, found.in_term) == (True, True, True)
    assert found.signed_at == SIGNED_AT
    assert found.certificate == key.certificate
    assert found.certificate.subject == AGENCY
    assert found.certificate.serial == "2026"
    # Whose certificate it is, the office's record says; until then it is nobody's.
    assert not found.is_good
    assert "不是本系统登记的" in found.sentence
    assert replace(found, known=True).is_good
    assert "覆盖全文" in replace(found, known=True).sentence


def test_a_signed_letter_is_still_pdf_a(letter: bytes) -> None:
    key = read_key(pkcs12_file(), PASSPHRASE)
    content = sign(letter, key, agency=AGENCY, signed_at=SIGNED_AT)
    assert breaches(content) == []
    # A joined file keeps the pages; the signature stays with the single file.
    joined = join([Part(title="一", content=content)], title="案卷")
    assert breaches(joined) == []
    assert read_signatures(joined) == []


def test_another_program_finds_the_signature_whole(letter: bytes, tmp_path: Path) -> None:
    assert shutil.which("pdfsig"), "install Debian's package poppler-utils"
    key = read_key(pkcs12_file(), PASSPHRASE)
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(sign(letter, key, agency=AGENCY, signed_at=SIGNED_AT))
    said = subprocess.run(["pdfsig", str(signed)], check=False, capture_output=True, text=True)
    for line in (
        "Signature is Valid.",
        "Total document signed",
        "ETSI.CAdES.detached",
        f"Signer Certificate Common Name: {AGENCY}",
    ):
        assert line in said.stdout, said.stdout


def test_the_moment_is_the_offices_and_part_of_the_bytes(letter: bytes) -> None:
    key = read_key(pkcs12_file(), PASSPHRASE)
    once = sign(letter, key, agency=AGENCY, signed_at=SIGNED_AT)
    later = sign(letter, key, agency=AGENCY, signed_at=SIGNED_AT + timedelta(minutes=1))
    assert once != later


def test_a_change_of_a_signed_letter_is_seen(letter: bytes) -> None:
    key = read_key(pkcs12_file(), PASSPHRASE)
    content = sign(letter, key, agency=AGENCY, signed_at=SIGNED_AT)
    at = content.index(b"stream") + 40
    changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    (found,) = read_signatures(changed)
    assert not found.intact
    assert "改动过" in found.sentence


def test_what_was_added_behind_a_signature_is_seen(letter: bytes) -> None:
    key = read_key(pkcs12_file(), PASSPHRASE)
    content = sign(letter, key, agency=AGENCY, signed_at=SIGNED_AT)
    twice = sign(content, key, agency=AGENCY, signed_at=SIGNED_AT, field="Signature2")
    first, second = read_signatures(twice)
    assert (first.intact, first.covers_all) == (True, False)
    assert "追加了内容" in first.sentence
    assert (second.intact, second.covers_all) == (True, True)


def test_a_signature_outside_the_term_of_its_certificate_is_told(letter: bytes) -> None:
    key = read_key(pkcs12_file(), PASSPHRASE)
    content = sign(letter, key, agency=AGENCY, signed_at=datetime(2027, 6, 1, tzinfo=UTC))
    (found,) = read_signatures(content)
    assert found.intact
    assert "不在有效期内" in replace(found, known=True).sentence


def test_a_file_without_a_signature_has_none(letter: bytes) -> None:
    assert read_signatures(letter) == []
    assert read_signatures(b"not a PDF") == []


@pytest.mark.parametrize(
    "content", [b"/ByteRange", b"%PDF-1.7\n/ByteRange [0 1 2 3]\nstartxref\n0\n%%EOF"]
)
def test_a_signature_that_cannot_be_read_is_told(content: bytes) -> None:
    with pytest.raises(RuleBroken) as refused:
        read_signatures(content)
    assert (refused.value.code, refused.value.field) == ("signature_unreadable", "copy")


@pytest.mark.parametrize(
    ("content", "passphrase", "code", "words"),
    [
        (pkcs12_file(), "错的", "passphrase_wrong", "口令不对"),
        (pkcs12_file(), "", "passphrase_wrong", "口令不对"),
        (b"-----BEGIN CERTIFICATE-----", PASSPHRASE, "not_pkcs12", "不是 PKCS#12"),
        (b"", PASSPHRASE, "not_pkcs12", "不是 PKCS#12"),
        (pkcs12_file(with_key=False), PASSPHRASE, "no_private_key", "没有私钥"),
        (pkcs12_file(signs=False), PASSPHRASE, "certificate_use", "用途不包括电子签名"),
    ],
)
def test_a_file_that_cannot_sign_is_refused_in_one_sentence(
    content: bytes, passphrase: str, code: str, words: str
) -> None:
    with pytest.raises(RuleBroken, match=words) as refused:
        read_key(content, passphrase)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("now", "code", "words"),
    [
        (datetime(2027, 1, 2, tzinfo=UTC), "certificate_expired", "已于 2027-01-01 到期"),
        (datetime(2025, 12, 30, tzinfo=UTC), "certificate_not_yet", "自 2026-01-01 起才有效"),
    ],
)
def test_a_certificate_out_of_its_term_is_refused(now: datetime, code: str, words: str) -> None:
    certificate = read_key(pkcs12_file(), PASSPHRASE).certificate
    with pytest.raises(RuleBroken, match=words) as refused:
        check_usable(certificate, now)
    assert refused.value.code == code
    check_usable(certificate, SIGNED_AT)
