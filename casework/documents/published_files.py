"""A published report or a handed-in table as people have it: .xlsx .xls .csv .docx .html .txt.

Out come the tables as rows of cells and the words around them; what they mean is for
``domain.annual_reading`` and ``domain.report_text`` to say. Nothing in a file is run or fetched,
and what a hostile one may cost is bounded before a parser sees it.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from casework.documents.spreadsheets import KINDS as SHEET_KINDS
from casework.documents.spreadsheets import read_workbook
from casework.domain.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.domain.annual_reading import Rows

KINDS = (*SHEET_KINDS, ".docx", ".html", ".htm", ".txt")
MOST_BYTES = 16 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_MEMBERS = 2000
MOST_SHEET_ROWS = 500
MOST_SPAN = 60
_CHUNK = 1 << 20
_LONG = 120
"""A cell with more signs than that holds prose: some sites lay whole reports out in a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """The tables in the order of the file, and the paragraphs outside them, one a line."""

    tables: tuple[Rows, ...]
    text: str = ""


def read_published(content: bytes, file_name: str) -> PublishedFile:
    """Read one file; RuleBroken(field="file") if it is of no known kind or not what it says."""
    kind = next((kind for kind in KINDS if file_name.lower().endswith(kind)), None)
    if kind is None:
        raise _refusal(
            "file_kind",
            f"只读{'、'.join(KINDS)}几种文件，请您另存为其中一种；PDF 中的文字可以复制粘贴。",
        )
    if not content:
        raise _refusal("file_empty", "文件是空的，请您选择有内容的文件。")
    if len(content) > MOST_BYTES:
        raise _refusal("file_too_large", f"文件超过{MOST_BYTES >> 20} MB，不像一份统计表，请核对。")
    if kind in SHEET_KINDS:
        return PublishedFile(tables=tuple(_sheet_rows(content, file_name)))
    if kind == ".docx":
        return _from_docx(content)
    text = _decoded(content)
    return PublishedFile(tables=(), text=text) if kind == ".txt" else _from_html(text)


def _refusal(code: str, sentence: str) -> RuleBroken:
    return RuleBroken(code, sentence, field="file")


def _sheet_rows(content: bytes, file_name: str) -> Iterator[Rows]:
    for sheet in read_workbook(content, file_name):
        rows: Rows = []
        for number, row in sheet.rows():
            if number > MOST_SHEET_ROWS:
                break
            rows.append(list(row))
        yield rows


def _decoded(content: bytes) -> str:
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refusal("encoding_unknown", "看不懂文件的文字编码，请您另存为 UTF-8 再试。")


# Word.


def _from_docx(content: bytes) -> PublishedFile:
    _inspect_docx(content)
    from docx import Document  # noqa: PLC0415 - loads a library
    from docx.opc.exceptions import PackageNotFoundError  # noqa: PLC0415 - as above
    from docx.table import Table  # noqa: PLC0415 - as above

    try:
        document = Document(io.BytesIO(content))
        tables: list[Rows] = []
        lines: list[str] = []
        for part in document.iter_inner_content():
            if isinstance(part, Table):
                tables.append([[cell.text for cell in row.cells] for row in part.rows])
            else:
                lines.append(part.text)
    except (PackageNotFoundError, KeyError, ValueError, IndexError, SyntaxError) as error:
        raise _broken() from error
    return PublishedFile(tables=tuple(tables), text="\n".join(lines))


def _inspect_docx(content: bytes) -> None:
    """Unpack the container once, keeping nothing, before the parser does."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if "word/document.xml" not in {member.filename for member in members}:
                raise _refusal(
                    "content_differs",
                    "文件的扩展名是 .docx，内容却不是，请您用 Word 另存为 .docx。",
                )
            if len(members) > MOST_MEMBERS:
                raise _refusal("file_bomb", f"文件内含{len(members)}个部件，超出限度，已拒收。")
            unpacked = 0
            for member in members:
                with archive.open(member) as stream:
                    while chunk := stream.read(_CHUNK):
                        unpacked += len(chunk)
                        if unpacked > MOST_UNPACKED:
                            raise _refusal(
                                "file_bomb", "文件解开后远远大于它的大小，超出限度，已拒收。"
                            )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _broken() from error


def _broken() -> RuleBroken:
    return _refusal("file_broken", "文件不完整或者已经损坏，请您打开后另存一份再试。")


# Web pages.


def _from_html(text: str) -> PublishedFile:
    page = _Page()
    page.feed(text)
    page.close()
    return PublishedFile(tables=tuple(page.tables), text="\n".join(page.lines()))


class _OpenTable:
    """A table being read; cells that span are written into every place they cover."""

    def __init__(self) -> None:
        self.rows: Rows = []
        self.holds_tables = False
        self.cell: list[str] | None = None
        self._spans = (1, 1)
        self._carried: dict[tuple[int, int], str] = {}

    def begin_row(self) -> None:
        self.end_cell()
        self.rows.append([])

    def begin_cell(self, rowspan: int, colspan: int) -> None:
        self.end_cell()
        if not self.rows:
            self.rows.append([])
        self.cell = []
        self._spans = (rowspan, colspan)

    def end_cell(self) -> str:
        if self.cell is None:
            return ""
        text = "".join(self.cell).strip()
        self.cell = None
        row = self.rows[-1]
        self._fill(row)
        at, (rowspan, colspan) = len(row), self._spans
        for place in range(at, at + colspan):
            row.append(text)
            for below in range(len(self.rows), len(self.rows) + rowspan - 1):
                self._carried[below, place] = text
        self._fill(row)
        return text

    def _fill(self, row: list[object]) -> None:
        line = len(self.rows) - 1
        while (line, len(row)) in self._carried:
            row.append(self._carried.pop((line, len(row))))


class _Page(HTMLParser):
    """Takes a page apart into its innermost tables and its paragraphs."""

    _SILENT = frozenset({"script", "style", "noscript", "template"})
    _BLOCKS = frozenset({"p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "section", "tr"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Rows] = []
        self._open: list[_OpenTable] = []
        self._words: list[str] = []
        self._silent = 0

    def lines(self) -> Iterator[str]:
        """Yield the paragraphs that hold something."""
        for line in "".join(self._words).split("\n"):
            if line.strip():
                yield line.strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._SILENT:
            self._silent += 1
        if tag == "table":
            if self._open:
                self._open[-1].holds_tables = True
            self._open.append(_OpenTable())
        elif self._open and tag == "tr":
            self._keep(self._open[-1])
            self._open[-1].begin_row()
        elif self._open and tag in {"td", "th"}:
            self._keep(self._open[-1])
            given = dict(attrs)
            self._open[-1].begin_cell(_span(given.get("rowspan")), _span(given.get("colspan")))
        elif tag in self._BLOCKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in self._SILENT:
            self._silent = max(0, self._silent - 1)
        if tag == "table" and self._open:
            table = self._open[-1]
            self._keep(table)
            self._open.pop()
            if not table.holds_tables:
                self.tables.append(table.rows)
            self._break()
        elif self._open and tag in {"td", "th"}:
            self._keep(self._open[-1])
        elif tag in self._BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        words = " ".join(data.split())
        if self._open and self._open[-1].cell is not None:
            self._open[-1].cell.append(words)
        elif not self._open:
            self._words.append(words)

    def _break(self) -> None:
        if self._open and self._open[-1].cell is not None:
            self._open[-1].cell.append("\n")
        else:
            self._words.append("\n")

    def _keep(self, table: _OpenTable) -> None:
        """End the open cell; prose in it is part of the text."""
        text = table.end_cell()
        if table.holds_tables or len(text) > _LONG:
            self._words += ["\n", text, "\n"]


def _span(value: str | None) -> int:
    return min(max(int(value), 1), MOST_SPAN) if value and value.isdigit() else 1
