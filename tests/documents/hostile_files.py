"""Ledgers that nobody means well with, and odd ones that somebody does: made here, byte by byte.

Each is a name, the bytes, and what the answer should say: a piece of the refusal, or None where the
file is to be taken (and then does no harm).
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
from typing import NamedTuple

HEAD = ("申请方式", "收到日期", "申请人", "申请内容")
GOOD = ("当面", "2018-02-09", "林小满", "柳湾村征地批复")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 200
SECTOR = 512


class Hostile(NamedTuple):
    """One file; ``says`` is a piece of the refusal, None for a file that is taken."""

    what: str
    name: str
    content: bytes
    says: str | None


# .xlsx by hand.

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_SHEET_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def cells(row: int, values: tuple[str, ...]) -> str:
    """One row of inline text."""
    filled = "".join(
        f'<c r="{chr(65 + place)}{row}" t="inlineStr"><is><t>{value}</t></is></c>'
        for place, value in enumerate(values)
    )
    return f'<row r="{row}">{filled}</row>'


PLAIN = cells(1, HEAD) + cells(2, GOOD)


def workbook(
    data: str = PLAIN,
    *,
    before: str = "",
    after: str = "",
    sheets: str = '<sheet name="登记" sheetId="1" r:id="rId1"/>',
    parts: dict[str, bytes] | None = None,
    doctype: str = "",
) -> bytes:
    """A workbook of one sheet with this content; ``parts`` are added as they are."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_KIND}"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets>'
            "</workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
            + "".join(
                f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" '
                f'Target="worksheets/sheet{n}.xml"/>'
                for n in (1, 2)
            )
            + "</Relationships>",
        )
        sheet = (
            f'{_XML}{doctype}<worksheet xmlns="{_MAIN}">{before}<sheetData>{data}</sheetData>'
            f"{after}</worksheet>"
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        archive.writestr("xl/worksheets/sheet2.xml", sheet)
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return target.getvalue()


def lying_about_its_size(bomb: bytes, size: int) -> bytes:
    """The same archive, whose directory says that what unpacks to ``size`` bytes is ten."""
    return bomb.replace(struct.pack("<I", size), struct.pack("<I", 10))


# .xls by hand: one stream in a compound file, BIFF8 records in it.


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def text_cell(row: int, column: int, text: str) -> bytes:
    body = text.encode("utf-16-le")
    return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + body)


def excel97(
    records: bytes, *, encrypted: bool = False, folder: str = "", loops: bool = False
) -> bytes:
    """A .xls of one sheet with these cell records; ``folder``: one more entry of its directory."""
    begins = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    protects = record(0x002F, struct.pack("<HHH", 1, 1, 1) + b"\0" * 48) if encrypted else b""
    ends = record(0x000A, b"")
    name = "登记".encode("utf-16-le")

    def bound(offset: int) -> bytes:
        return record(0x0085, struct.pack("<IBBBB", offset, 0, 0, 2, 1) + name)

    offset = len(begins + protects + bound(0) + ends)
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + records + ends
    return compound(begins + protects + bound(offset) + ends + sheet, folder, loops=loops)


def compound(stream: bytes, folder: str = "", *, loops: bool = False) -> bytes:
    """A compound file (OLE) with one stream called Workbook; ``loops``: it leads back to itself."""
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    sectors = len(stream) // SECTOR
    directory = entry("Root Entry", 5, child=1) + entry("Workbook", 2, size=len(stream))
    directory += entry(folder, 1) if folder else b""
    directory = directory.ljust(SECTOR, b"\0")
    chain = [*range(1, sectors), 0 if loops else -2]
    tables = -(-(sectors + 2) // 127)
    table = [*chain, -2, *[-3] * tables]
    table += [-1] * (tables * 128 - len(table))
    fat = struct.pack(f"<{len(table)}i", *table)
    places = [sectors + 1 + n for n in range(tables)]
    header = OLE + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIiIIiIiI", 0, tables, sectors, 0, 4096, -2, 0, -2, 0)
    header += struct.pack("<109i", *(places + [-1] * (109 - len(places))))
    return header + stream + directory + fat


def entry(name: str, kind: int, *, size: int = 0, child: int = -1) -> bytes:
    spelt = name.encode("utf-16-le")
    return (
        spelt.ljust(64, b"\0")
        + struct.pack("<HBBiii", len(spelt) + 2, kind, 1, -1, -1, child)
        + b"\0" * 36
        + struct.pack("<iQ", 0 if kind == 2 else -2, size)
    )


XLS_ROWS = b"".join(
    text_cell(row, column, text)
    for row, values in enumerate((HEAD, GOOD))
    for column, text in enumerate(values)
)
CSV = f"{','.join(HEAD)}\n{','.join(GOOD)}\n"


def hostile_files() -> list[Hostile]:
    """Every one of them."""
    zeros = 60 << 20
    whole = workbook()
    return [
        *_not_what_it_says(whole),
        *_unpacking(zeros),
        *_rectangles(),
        *_running_and_protected(),
        *_text(),
        *_odd_but_honest(),
    ]


def _not_what_it_says(whole: bytes) -> list[Hostile]:
    differs = "内容却不是"
    broken = "文件不完整或者已经损坏"
    return [
        Hostile("nothing as .xlsx", "a.xlsx", b"", "文件是空的"),
        Hostile("nothing as .csv", "a.csv", b"", "文件是空的"),
        Hostile("a picture as .xlsx", "a.xlsx", PNG, differs),
        Hostile("a picture as .csv", "a.csv", PNG, "文字编码"),
        Hostile("a PDF as .xls", "a.xls", b"%PDF-1.7\n" + b"x" * 600, differs),
        Hostile("a web page as .xls", "a.xls", b"<html><table></table></html>", differs),
        Hostile("a workbook as .csv", "a.csv", whole, differs),
        Hostile("a workbook as .xls", "a.xls", whole, differs),
        Hostile("a .xls as .xlsx", "a.xlsx", excel97(XLS_ROWS), "其实是 .xls"),
        Hostile("half a workbook", "a.xlsx", whole[: len(whole) // 2], broken),
        Hostile("half a .xls", "a.xls", excel97(XLS_ROWS)[:1500], broken),
        Hostile("a compound file of nothing", "a.xls", OLE + b"\0" * 4000, broken),
        Hostile("noise in a compound file", "a.xls", OLE + os.urandom(8000), broken),
        Hostile("an archive of no workbook", "a.xlsx", _zip({"readme.txt": b"x"}), differs),
        Hostile("another kind of file", "a.docx", whole, "只接收"),
        Hostile("no ending", "台账", whole, "只接收"),
        Hostile("two endings", "a.xlsx.exe", whole, "只接收"),
        Hostile("a sheet that is no XML", "a.xlsx", workbook("<row<<<"), broken),
        Hostile("a loop of sectors in a .xls", "a.xls", excel97(XLS_ROWS, loops=True), None),
        Hostile("a name of control and direction marks", "\u202etxt.\0xslx", whole, "只接收"),
    ]


def _unpacking(zeros: int) -> list[Hostile]:
    bomb = workbook(parts={"xl/media/blank.bin": b"\0" * zeros})
    laughs = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    return [
        Hostile("a zip bomb", "a.xlsx", bomb, "远远大于它的大小"),
        Hostile("a zip bomb that lies", "a.xlsx", lying_about_its_size(bomb, zeros), "文件不完整"),
        Hostile(
            "two thousand parts",
            "a.xlsx",
            workbook(parts={f"xl/media/{n}.bin": b"x" for n in range(2000)}),
            "部件",
        ),
        Hostile("a part outside the folder", "a.xlsx", workbook(parts={"../../etc/x": b"x"}), None),
        Hostile(
            "billion laughs",
            "a.xlsx",
            workbook(
                cells(1, HEAD) + cells(2, ("&e9;", *GOOD[1:])), doctype=f"<!DOCTYPE x [{laughs}]>"
            ),
            "文件不完整",
        ),
        Hostile(
            "a file from outside as a cell",
            "a.xlsx",
            workbook(
                cells(1, HEAD) + cells(2, ("&x;", *GOOD[1:])),
                doctype='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            ),
            "文件不完整",
        ),
    ]


def _rectangles() -> list[Hostile]:
    far = "表格超过200000行或者200列"
    value = "<v>1</v></c>"
    return [
        Hostile(
            "a cell at the end of the world", "a.xlsx", _beside(f'<c r="XFD1048576">{value}'), far
        ),
        Hostile("the same in small letters", "a.xlsx", _beside(f'<c r="xfd1048576">{value}'), far),
        Hostile("the same with spaces", "a.xlsx", _beside(f'<c r = "XFD1048576">{value}'), far),
        Hostile(
            "the same behind a bracket",
            "a.xlsx",
            _beside(f'<c s=">" r="XFD9">{value}'),
            "没有写明位置",
        ),
        Hostile(
            "cells without a place in a row far out",
            "a.xlsx",
            workbook(f'{PLAIN}<row r="1048576">{f"<c>{value}" * 190}</row>', parts=_ballast()),
            "没有写明位置",
        ),
        Hostile(
            "long and wide",
            "a.xlsx",
            _beside(f'<c r="A60000">{value}<c r="CA60000">{value}'),
            "又长又宽",
        ),
        Hostile(
            "a dimension that lies",
            "a.xlsx",
            workbook(before='<dimension ref="A1:XFD1048576"/>'),
            None,
        ),
        Hostile(
            "an empty cell at the end of the world",
            "a.xlsx",
            _beside('<c r="XFD1048576" s="0"/>'),
            None,
        ),
        Hostile(
            "strings that are said to be billions",
            "a.xlsx",
            workbook(
                parts={
                    "xl/sharedStrings.xml": (
                        f'{_XML}<sst xmlns="{_MAIN}" count="4294967295" '
                        'uniqueCount="4294967295"><si><t>x</t></si></sst>'
                    ).encode()
                }
            ),
            "文件读不下来",
        ),
        Hostile(
            "a .xls to its last corner",
            "a.xls",
            excel97(XLS_ROWS + text_cell(65535, 255, "x")),
            "超过200列",
        ),
        Hostile("three hundred columns", "a.csv", ("甲," * 300).encode(), "超过200列"),
        Hostile("a quarter of a million rows", "a.csv", b"a,b\n" * 250_000, "超过200000行"),
    ]


def _running_and_protected() -> list[Hostile]:
    macros = "宏"
    return [
        Hostile("a macro workbook", "a.xlsm", workbook(), macros),
        Hostile("a binary workbook", "a.xlsb", workbook(), macros),
        Hostile(
            "macros under another name",
            "a.xlsx",
            workbook(parts={"xl/vbaProject.bin": b"x"}),
            macros,
        ),
        Hostile(
            "a macro sheet",
            "a.xlsx",
            workbook(parts={"xl/macrosheets/sheet1.xml": b"<x/>"}),
            macros,
        ),
        Hostile("macros in a .xls", "a.xls", excel97(XLS_ROWS, folder="_VBA_PROJECT_CUR"), macros),
        Hostile("a .xls with a password", "a.xls", excel97(XLS_ROWS, encrypted=True), "密码"),
        Hostile("a workbook with a password", "a.xlsx", compound(b"x", "EncryptedPackage"), "密码"),
        Hostile(
            "a formula that calls a program",
            "a.xlsx",
            workbook(
                cells(1, HEAD)
                + '<row r="2"><c r="A2" t="str"><f>cmd|"/c calc"!A1</f><v>当面</v></c>'
                + "".join(
                    f'<c r="{chr(66 + n)}2" t="inlineStr"><is><t>{text}</t></is></c>'
                    for n, text in enumerate(GOOD[1:])
                )
                + "</row>"
            ),
            None,
        ),
        Hostile(
            "a link to another workbook",
            "a.xlsx",
            workbook(
                parts={
                    "xl/externalLinks/externalLink1.xml": b"<x/>",
                    "xl/externalLinks/_rels/externalLink1.xml.rels": (
                        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" '
                        f'Type="{_OFFICE}/externalLinkPath" Target="http://127.0.0.1:9/x.xlsx" '
                        'TargetMode="External"/></Relationships>'
                    ).encode(),
                }
            ),
            None,
        ),
    ]


def _text() -> list[Hostile]:
    return [
        Hostile("a quote that never ends", "a.csv", (CSV + '"x' + "y" * 200_000).encode(), "引号"),
        Hostile("neither UTF-8 nor GB18030", "a.csv", CSV.encode("gb18030") + b"\xff", "文字编码"),
        Hostile("zero bytes among the text", "a.csv", CSV.encode() + b"\0\0", "文字编码"),
        Hostile(
            "cells that a spreadsheet would run",
            "a.csv",
            (CSV + "当面,2018-02-10,=cmd|'/c calc'!A1,@SUM(1)\n").encode(),
            None,
        ),
        Hostile("only commas", "a.csv", b",,,,\n" * 500, None),
        Hostile("UTF-8 with its mark", "a.csv", CSV.encode("utf-8-sig"), None),
        Hostile("UTF-16", "a.csv", CSV.encode("utf-16"), None),
        Hostile("GB18030", "a.csv", CSV.encode("gb18030"), None),
        Hostile("old line ends", "a.csv", CSV.replace("\n", "\r").encode(), None),
    ]


def _odd_but_honest() -> list[Hostile]:
    deep = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>补正</t></is></c></row>'
        + cells(2, ("告知日期", "收到日期", *HEAD))
        + cells(3, ("", "", *GOOD))
    )
    hidden = '<sheet name="登记" sheetId="1" state="veryHidden" r:id="rId1"/>'
    return [
        Hostile(
            "a merged header",
            "a.xlsx",
            workbook(deep, after='<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'),
            None,
        ),
        Hostile("a .xls as it should be", "a.xls", excel97(XLS_ROWS), None),
        Hostile("nothing but hidden sheets", "a.xlsx", workbook(sheets=hidden), "没有可见的工作表"),
        Hostile(
            "two ledgers",
            "a.xlsx",
            workbook(
                sheets='<sheet name="2017" sheetId="1" r:id="rId1"/>'
                '<sheet name="2018" sheetId="2" r:id="rId2"/>'
            ),
            None,
        ),
        Hostile("a very long name", "台" * 300 + ".csv", CSV.encode(), None),
        Hostile("a name that is a path", "../../../etc/台账.csv", CSV.encode(), None),
        Hostile("a name of markup", "<img src=x onerror=alert(1)>.csv", CSV.encode(), None),
    ]


def _beside(filled: str) -> bytes:
    return workbook(f'{PLAIN}<row r="3">{filled}</row>')


def _ballast() -> dict[str, bytes]:
    """What cannot be packed, so that the file's own ratio gives nothing away."""
    return {"xl/media/noise.bin": os.urandom(30_000)}


def _zip(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()
