"""Files that a case takes in and files that it does not, made byte by byte."""

from __future__ import annotations

import io
import zipfile

import pytest

from casework.domain.attachments import (
    LARGEST_CASE,
    LARGEST_FILE,
    check_file,
    check_room,
    plain_name,
)
from casework.domain.errors import RuleBroken

PDF = b"%PDF-1.7\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16
JPG = b"\xff\xd8\xff\xe0" + b"\0" * 16


def package(*names: str, size: int = 10, fill: bytes = b"x") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, fill * size)
    return buffer.getvalue()


DOCX = package("word/document.xml", "[Content_Types].xml")
XLSX = package("xl/workbook.xml")
OFD = package("OFD.xml")


@pytest.mark.parametrize(
    ("name", "content", "ending", "preview"),
    [
        ("第三方意见.pdf", PDF, "pdf", True),
        ("身份证.PNG", PNG, "png", True),
        ("照片.jpeg", JPG, "jpg", True),
        ("说明.docx", DOCX, "docx", False),
        ("台账.xlsx", XLSX, "xlsx", False),
        ("公文.ofd", OFD, "ofd", False),
    ],
)
def test_what_is_taken_in(name: str, content: bytes, ending: str, preview: bool) -> None:  # noqa: FBT001
    kind = check_file(name, content)
    assert (kind.ending, kind.preview) == (ending, preview)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("网页.html", b"<script>", "file_kind"),
        ("图.svg", b"<svg onload=alert(1)>", "file_kind"),
        ("表.xlsm", XLSX, "file_kind"),
        ("没有后缀", PDF, "file_kind"),
        ("程序.pdf.exe", b"MZ", "file_kind"),
        ("空.pdf", b"", "file_empty"),
        ("大.pdf", b"%PDF-" + b"0" * LARGEST_FILE, "file_large"),
        ("假.png", PDF, "file_not_what_it_says"),
        ("假.pdf", b"<html>%PDF-", "file_not_what_it_says"),
        ("假.docx", XLSX, "file_not_what_it_says"),
        ("断.docx", DOCX[:-30], "file_damaged"),
        ("宏.docx", package("word/document.xml", "word/vbaProject.bin"), "file_macro"),
        (
            "多.docx",
            package("word/document.xml", *(f"a{n}" for n in range(1000))),
            "file_many_parts",
        ),
        ("弹.docx", package("word/document.xml", size=3_000_000, fill=b"\0"), "file_bomb"),
    ],
)
def test_what_is_refused(name: str, content: bytes, code: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        check_file(name, content)
    assert (refusal.value.code, refusal.value.field) == (code, "file")


def test_one_case_holds_no_more_than_its_share() -> None:
    check_room(LARGEST_CASE - 10, 10)
    with pytest.raises(RuleBroken):
        check_room(LARGEST_CASE - 10, 11)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\temp\\意见.pdf", "意见.pdf"),
        ("a\u202efdp.exe.pdf", "afdp.exe.pdf"),
        ("x\0y\n.pdf", "xy.pdf"),
        ("长" * 300 + ".pdf", "长" * 120 + ".pdf"),
        (".pdf", "附件.pdf"),
        ('"<>|?*.pdf', "附件.pdf"),
    ],
)
def test_a_name_is_only_a_name(name: str, shown: str) -> None:
    assert plain_name(name) == shown
