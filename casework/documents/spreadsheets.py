"""Spreadsheets, read and written: bytes in, rows out; rows in, bytes out.

Read are .xlsx, .xls and .csv; nothing in a file is run, followed or fetched, and formulas count as
the value they last had. What a hostile file may cost is bounded before a parser sees it.
Written are .xlsx, where text stays text whatever it begins with, and .csv, where text that a
spreadsheet would run is disarmed by a leading apostrophe (CWE-1236); reading takes it off again.
"""

from __future__ import annotations

import csv
import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from casework.documents.xlsx_writing import write_xlsx
from casework.domain.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Cell = str | int | float | bool | date | time | timedelta | None

MOST_BYTES = 32 * 1024 * 1024
# Text does not unpack; 100,000 rows with every column filled are some 35 MB of it.
MOST_TEXT_BYTES = 64 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 100
MOST_MEMBERS = 1000
MOST_ROWS = 200_000
MOST_COLUMNS = 200
KINDS = (".xlsx", ".xls", ".csv")

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The folder of a compound file that holds macros, as its directory spells it.
_VBA = "_VBA_PROJECT".encode("utf-16-le")
_BIFF8_BEGINS = bytes.fromhex("0908100000060500")
_FILEPASS = 0x002F
_SOON = 8
_CHUNK = 1 << 20
_LONGEST_TAG = 1 << 16

# A parser keeps a sheet as a rectangle up to its last cell, so one cell far out costs the whole
# rectangle. A filled cell is deep past row 50,000 and wide past column 60 (BH); a sheet may not
# be both, nor reach past row 200,000 or column 200 (GR).
_FILLED = rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*["'](?i:%s)["'][^>]*(?<!/)>"""
# A filled cell that does not say where it stands is put behind the last one, wherever that is;
# every spreadsheet program writes the place.
_PLACELESS = re.compile(rb"""<(?:\w+:)?c(?=[\s>])(?![^>]*\sr\s*=\s*["'])[^>]*(?<!/)>""")
_COLUMNS_OUT = rb"(?:[A-Z]{3,}|G[S-Z]|[H-Z][A-Z])"
_ROWS_OUT = rb"(?:20000[1-9]|2000[1-9]\d|200[1-9]\d\d|20[1-9]\d{3}|2[1-9]\d{4}|[3-9]\d{5}|\d{7,})"
_OUT = re.compile(_FILLED % (rb"(?:%s\d+|[A-Z]+%s)" % (_COLUMNS_OUT, _ROWS_OUT)))
_WIDE = re.compile(_FILLED % rb"(?:[A-Z]{3,}|B[I-Z]|[C-Z][A-Z])\d+")
_DEEP = re.compile(_FILLED % rb"[A-Z]+(?:[5-9]\d{4}|\d{6,})")

_DANGEROUS = r"[=+\-@\t\r\n＝＋－＠]"
_ARM = re.compile(rf"'*{_DANGEROUS}")
_DISARM = re.compile(rf"'+{_DANGEROUS}")


@dataclass(frozen=True)
class Sheet:
    """One sheet; ``name`` is "" in a .csv."""

    name: str
    _source: CalamineWorkbook | _Text

    def rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Yield every row with its number as the spreadsheet shows it, from 1; may be repeated.

        RuleBroken where the sheet is larger than the limits of this module.
        """
        for number, row in enumerate(self._raw_rows(), 1):
            if number > MOST_ROWS:
                raise _refusal("too_many_rows", f"表格超过{MOST_ROWS}行，请您分成几个文件。")
            if len(row) > MOST_COLUMNS:
                raise _refusal(
                    "too_many_columns",
                    f"第{number}行超过{MOST_COLUMNS}列，请您删去多余的列。",
                )
            yield number, row

    def _raw_rows(self) -> Iterator[Sequence[Cell]]:
        if isinstance(self._source, _Text):
            return _csv_rows(self._source)
        return iter(self._grid.iter_rows()) if self._grid.height else iter(())

    @cached_property
    def _grid(self) -> CalamineSheet:
        assert isinstance(self._source, CalamineWorkbook)  # noqa: S101  the only caller has looked
        try:
            return self._source.get_sheet_by_name(self.name)
        except (CalamineError, ValueError) as error:
            raise _broken() from error


def read_workbook(content: bytes, file_name: str) -> list[Sheet]:
    """Return the visible sheets of a .xlsx, .xls or .csv file.

    Text is taken as UTF-8 (with or without BOM), UTF-16 with BOM or GB18030, its cells parted by
    commas or tabs. RuleBroken(field="文件") with one sentence for anything that is not what its
    name says, is protected, carries macros, or would unpack beyond the limits.
    """
    kind = suffix(file_name)
    if not content:
        raise _refusal("file_empty", "文件是空的，请您选择有内容的文件。")
    most = MOST_TEXT_BYTES if kind == ".csv" else MOST_BYTES
    if len(content) > most:
        raise _refusal("file_too_large", f"文件超过{most >> 20} MB，请您分成几个文件。")
    if kind == ".csv":
        return [Sheet("", _text(content))]
    if kind == ".xlsx":
        _inspect_xlsx(content)
    else:
        _inspect_xls(content)
    workbook = _open_workbook(content)
    return [
        Sheet(sheet.name, workbook)
        for sheet in workbook.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]


def suffix(file_name: str) -> str:
    """Return ``.xlsx``, ``.xls`` or ``.csv``; RuleBroken for any other kind of file."""
    lowered = file_name.lower()
    if lowered.endswith((".xlsm", ".xlsb", ".xltm")):
        raise _refusal("file_macros", "不接收可以带宏的文件，请您另存为 .xlsx。")
    for kind in KINDS:
        if lowered.endswith(kind):
            return kind
    raise _refusal("file_kind", "只接收 .xlsx、.xls、.csv 三种文件，请您另存为其中一种。")


def write_sheet(
    target: BinaryIO,
    kind: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    title: str = "台账",
) -> int:
    """Write one sheet as ``kind`` (.xlsx or .csv) and return the number of data rows.

    In .xlsx dates and numbers are real ones and everything else is text, never a formula or a
    link. RuleBroken if a text is longer than an .xlsx cell holds (32,767 characters).
    """
    if kind == ".xlsx":
        return write_xlsx(target, headers, rows, title)
    if kind == ".csv":
        return _write_csv(target, headers, rows)
    raise _refusal("file_kind", "只能导出 .xlsx 或者 .csv 文件，请您改用其中一种扩展名。")


def disarmed(text: str) -> str:
    """Return ``text`` such that no spreadsheet runs it when it opens the .csv."""
    return f"'{text}" if _ARM.match(text) else text


def rearmed(text: str) -> str:
    """Undo ``disarmed``; other text comes back as it is."""
    return text[1:] if _DISARM.match(text) else text


def _refusal(code: str, sentence: str) -> RuleBroken:
    return RuleBroken(code, sentence, field="文件")


def _broken() -> RuleBroken:
    return RuleBroken(
        "file_broken",
        "文件不完整或者已经损坏，请您用 Excel 或者 WPS 打开后另存一份再试。",
        field="文件",
    )


# Text.


@dataclass(frozen=True, slots=True)
class _Text:
    """The bytes of a .csv and how they are written; read a line at a time, never as one text."""

    content: bytes
    encoding: str

    def open(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(io.BytesIO(self.content), encoding=self.encoding, newline="")


def _text(content: bytes) -> _Text:
    if content.startswith((_ZIP, _OLE, b"%PDF")):
        raise _refusal("content_differs", "文件的扩展名是 .csv，内容却不是，请您改用正确的扩展名。")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\0" in content:
        encodings = ()
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        text = _Text(content, encoding)
        try:
            with text.open() as stream:
                while stream.read(_CHUNK):
                    pass
        except UnicodeDecodeError:
            continue
        return text
    raise _refusal("encoding_unknown", "看不懂文件的文字编码，请您另存为“CSV UTF-8”格式。")


def _csv_rows(text: _Text) -> Iterator[Sequence[Cell]]:
    with text.open() as stream:
        head = stream.read(_LONGEST_TAG)
    first = next((line for line in head.splitlines() if line.strip("\t, ")), "")
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    with text.open() as stream:
        reader = csv.reader(stream, delimiter=delimiter)
        number = 0
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                raise _refusal(
                    "csv_broken",
                    f"第{number + 1}行的引号或者换行不完整，"
                    "请您用 Excel 或者 WPS 另存为 .xlsx 再试。",
                ) from error
            if row is None:
                return
            number += 1
            yield [rearmed(cell) for cell in row]


def _write_csv(target: BinaryIO, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    # The BOM tells Excel that this is UTF-8.
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        writer.writerow([disarmed(header) for header in headers])
        count = 0
        for row in rows:
            writer.writerow([_csv_cell(cell) for cell in row])
            count += 1
        return count
    finally:
        text.detach()


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return disarmed(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, (date, time)) else str(cell)


# Workbooks.


def _open_workbook(content: bytes) -> CalamineWorkbook:
    try:
        return load_workbook(io.BytesIO(content))
    except PasswordError as error:
        raise RuleBroken(
            "file_protected", "文件有密码，请您去掉密码后再试。", field="文件"
        ) from error
    except (CalamineError, OSError, ValueError) as error:
        raise _broken() from error


def _inspect_xls(content: bytes) -> None:
    if not content.startswith(_OLE):
        raise _refusal(
            "content_differs",
            "文件的扩展名是 .xls，内容却不是，请您用 Excel 或者 WPS 打开后另存为 .xlsx。",
        )
    if _VBA in content:
        raise _refusal("file_macros", "文件带有宏，请您另存为不带宏的 .xlsx。")
    if _has_password(content):
        raise _refusal("file_protected", "文件有密码，请您去掉密码后再试。")


def _has_password(content: bytes) -> bool:
    """Say whether a .xls is encrypted: FILEPASS follows close behind its beginning.

    The parser only says that it does not know the format.
    """
    at = content.find(_BIFF8_BEGINS)
    for _ in range(_SOON if at >= 0 else 0):
        head = content[at : at + 4]
        if len(head) < len(_BIFF8_BEGINS[:4]):
            return False
        kind, length = struct.unpack("<HH", head)
        if kind == _FILEPASS:
            return True
        at += 4 + length
    return False


def _inspect_xlsx(content: bytes) -> None:
    """Unpack the container once, keeping nothing, before the parser does."""
    if content.startswith(_OLE):
        raise _refusal(
            "file_protected", "文件有密码，或者其实是 .xls，请您去掉密码后另存为 .xlsx。"
        )
    if not content.startswith(_ZIP):
        raise _refusal(
            "content_differs", "文件的扩展名是 .xlsx，内容却不是，请您改用正确的扩展名。"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            names = {member.filename.lower() for member in members}
            if len(members) > MOST_MEMBERS:
                raise _refusal("file_bomb", f"文件内含{len(members)}个部件，超出限度，已拒收。")
            if any(name.endswith(("vbaproject.bin", "macrosheets/sheet1.xml")) for name in names):
                raise _refusal("file_macros", "文件带有宏，请您另存为不带宏的 .xlsx。")
            if not any(name.endswith("workbook.xml") for name in names):
                raise _refusal(
                    "content_differs", "文件的扩展名是 .xlsx，内容却不是，请您改用正确的扩展名。"
                )
            unpacked = 0
            limit = min(MOST_UNPACKED, MOST_RATIO * len(content))
            for member in members:
                unpacked = _inspect_member(archive, member, unpacked, limit)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise _broken() from error


def _inspect_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, unpacked: int, limit: int
) -> int:
    """Count what really comes out (the directory may lie) and look for cells far out."""
    tail = b""
    wide = deep = False
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            unpacked += len(chunk)
            if unpacked > limit:
                raise _refusal("file_bomb", "文件解开后远远大于它的大小，超出限度，已拒收。")
            data = tail + chunk
            if _OUT.search(data):
                raise _refusal(
                    "sheet_too_large",
                    f"表格超过{MOST_ROWS}行或者{MOST_COLUMNS}列，请您删去多余的行列，或者分成几个文件。",
                )
            if _PLACELESS.search(data):
                raise _refusal(
                    "cells_without_place",
                    "表格里有单元格没有写明位置，请您用 Excel 或者 WPS 打开后另存一份再试。",
                )
            wide = wide or _WIDE.search(data) is not None
            deep = deep or _DEEP.search(data) is not None
            if wide and deep:
                raise _refusal(
                    "sheet_too_large",
                    "表格又长又宽，超出限度，请您删去用不到的列，或者分成几个文件。",
                )
            cut = data.rfind(b"<")
            tail = data[cut:][:_LONGEST_TAG] if cut >= 0 else b""
    return unpacked
