"""附件: which files a case may hold, told by what is in them and not by their names.

The list is closed (ASVS 5.0 5.2.1–5.2.3): a file whose bytes are not what its ending says is
refused, so are macros, encrypted office files and archives that unpack to far more than they weigh.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from casework.domain.errors import RuleBroken

MEGABYTE = 1024 * 1024
LARGEST_FILE = 20 * MEGABYTE
LARGEST_CASE = 200 * MEGABYTE
_MOST_MEMBERS = 1000
_LARGEST_UNPACKED = 200 * MEGABYTE
_LARGEST_RATIO = 100
_CHUNK = 64 * 1024
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """One kind of file: its ending, how its bytes begin, and whether a page may show it.

    ``part`` is the member that an office file of this kind has to have.
    """

    ending: str
    media_type: str
    label: str
    magic: tuple[bytes, ...]
    preview: bool = False
    part: str = ""


_ZIP = (b"PK\x03\x04",)
_OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = {
    kind.ending: kind
    for kind in (
        FileKind(
            ending="pdf",
            media_type="application/pdf",
            label="PDF",
            magic=(b"%PDF-",),
            preview=True,
        ),
        FileKind(
            ending="png",
            media_type="image/png",
            label="图片",
            magic=(b"\x89PNG\r\n\x1a\n",),
            preview=True,
        ),
        FileKind(
            ending="jpg",
            media_type="image/jpeg",
            label="图片",
            magic=(b"\xff\xd8\xff",),
            preview=True,
        ),
        FileKind(
            ending="docx",
            media_type=f"{_OFFICE}wordprocessingml.document",
            label="文字文稿",
            magic=_ZIP,
            part="word/document.xml",
        ),
        FileKind(
            ending="xlsx",
            media_type=f"{_OFFICE}spreadsheetml.sheet",
            label="表格",
            magic=_ZIP,
            part="xl/workbook.xml",
        ),
        FileKind(
            ending="ofd", media_type="application/ofd", label="版式文件", magic=_ZIP, part="OFD.xml"
        ),
    )
}
_SAME = {"jpeg": "jpg"}
ENDINGS = "、".join(KINDS)


def check_file(name: str, content: bytes) -> FileKind:
    """Return what kind of file this is; RuleBroken(field="file") with the reason if it is none."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    kind = KINDS.get(_SAME.get(ending, ending))
    if kind is None:
        raise _refused("file_kind", f"只收 {ENDINGS} 文件，请转存后再上传")
    if not content:
        raise _refused("file_empty", "这个文件是空的，请核对后重新选择")
    if len(content) > LARGEST_FILE:
        raise _refused("file_large", f"单个文件不超过 {LARGEST_FILE // MEGABYTE} MB，请拆分")
    if not content.startswith(kind.magic):
        raise _refused(
            "file_not_what_it_says", f"文件内容不是 {kind.ending}，请用原来的程序打开后另存"
        )
    if kind.part:
        _check_package(content, kind)
    return kind


def check_room(already: int, size: int) -> None:
    """Raise RuleBroken where the attachments of one case would grow beyond their limit (bytes)."""
    if already + size > LARGEST_CASE:
        raise _refused(
            "case_full", f"一件案件的附件合计不超过 {LARGEST_CASE // MEGABYTE} MB，请另行存放"
        )


def plain_name(name: str) -> str:
    """Return a file name as it is shown and saved: no path, no control or direction marks."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*').strip(". ")
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[:_LONGEST_NAME]}{dot}{ending}" if stem else "附件." + ending.lower()


def _check_package(content: bytes, kind: FileKind) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = package.infolist()
            if len(members) > _MOST_MEMBERS:
                raise _refused("file_many_parts", "文件里的部件过多，请转存为 PDF 再上传")
            names = {member.filename for member in members}
            if any(n.lower().endswith((".bin", ".exe", ".js", ".vbs")) for n in names):
                raise _refused("file_macro", "文件里有宏或者嵌入的程序，请去掉后再上传")
            if kind.part not in names:
                raise _refused("file_not_what_it_says", f"文件内容不是 {kind.ending}，请核对")
            _check_unpacked(package, members, len(content))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise _refused("file_damaged", "文件已经损坏或者加了密码，请核对后重新上传") from error


def _check_unpacked(package: zipfile.ZipFile, members: list[zipfile.ZipInfo], packed: int) -> None:
    """Unpack chunk by chunk and count: what the headers say of sizes is not to be believed."""
    limit = min(_LARGEST_UNPACKED, packed * _LARGEST_RATIO)
    unpacked = 0
    for member in members:
        with package.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                unpacked += len(chunk)
                if unpacked > limit:
                    raise _refused("file_bomb", "文件解开后过大，请转存为 PDF 再上传")


def _refused(code: str, sentence: str) -> RuleBroken:
    return RuleBroken(code, sentence, field="file")
