"""The file behind an import: its sheet, its header, its rows, read once.

Rows are read, checked and folded away before the import's transaction opens: on SQLite nobody else
can write while it is open, so it should hold nothing but writing.
"""

from __future__ import annotations

import hashlib
import pickle
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casework.documents.spreadsheets import read_workbook
from casework.domain.errors import RuleBroken
from casework.domain.ledger import LedgerRow, fingerprint
from casework.domain.ledger_columns import Slot
from casework.domain.ledger_header import (
    SEARCHED_ROWS,
    Header,
    check_header,
    find_header,
    header_at,
)
from casework.domain.ledger_mapping import ColumnChoice, check_names, chosen_header
from casework.domain.ledger_reading import parse_row
from casework.services.ledger_remembered import find_remembered, remembered_choice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from casework.documents.spreadsheets import Sheet
    from casework.domain.ledger_checks import RowProblem
    from casework.domain.ledger_values import Cell

CHUNK = 2000
"""Rows that are folded away, looked up and written together."""

_NUMBER = Slot("number")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFile:
    """A ledger as it was handed in.

    ``agency_id`` is where rows without 机关 go. Which column is which: by ``choice`` where somebody
    chose on the page; else as the header says, helped by ``called`` (a command's --map) or by what
    the agency chose before for the same header.
    """

    content: bytes
    file_name: str
    agency_id: int | None = None
    choice: ColumnChoice | None = None
    called: Mapping[str, Slot | None] | None = None

    @property
    def sha256(self) -> str:
        """What the file is known by."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row that was understood: its number in the sheet, what it says, the digest of that."""

    line: int
    row: LedgerRow
    digest: str


@dataclass(slots=True)
class CheckedLedger:
    """A ledger that was read from end to end.

    ``rows`` counts the data rows; each stands in ``problems`` (by its number, perhaps several
    times) or comes out of ``chunks``, those with an 申请编号 first: so no number that is drawn ever
    meets a given one.
    """

    rows: int = 0
    problems: list[tuple[int, RowProblem]] = field(default_factory=list)
    unknown_columns: tuple[str, ...] = ()
    _numbered: list[bytes] = field(default_factory=list)
    _numberless: list[bytes] = field(default_factory=list)
    _open: dict[bool, list[ReadRow]] = field(default_factory=lambda: {True: [], False: []})

    def add(self, read: ReadRow) -> None:
        """Fold a row away; a hundred thousand take some ten megabytes."""
        numbered = bool(read.row.number)
        waiting = self._open[numbered]
        waiting.append(read)
        if len(waiting) == CHUNK:
            self._fold(numbered=numbered)

    def chunks(self) -> Iterator[list[ReadRow]]:
        """Yield the rows that were understood, each once; may be repeated."""
        for numbered in (True, False):
            self._fold(numbered=numbered)
        for folded in (*self._numbered, *self._numberless):
            # Our own bytes, made a moment ago in this process.
            yield pickle.loads(zlib.decompress(folded))  # noqa: S301

    def _fold(self, *, numbered: bool) -> None:
        if waiting := self._open[numbered]:
            folded = zlib.compress(pickle.dumps(waiting, pickle.HIGHEST_PROTOCOL), 1)
            (self._numbered if numbered else self._numberless).append(folded)
            self._open[numbered] = []


def check_ledger(
    sheet: Sheet, header: Header, *, today: date, progress: Callable[[int], None]
) -> CheckedLedger:
    """Read every row of a sheet; ``progress`` is told the rows done, a chunk at a time."""
    checked = CheckedLedger()
    nameless: set[int] = set()
    for number, row in sheet.rows():
        if number <= header.row:
            continue
        _note_nameless(nameless, header, row)
        cells = header.cells(row)
        if not cells or header.repeats(row):
            continue
        checked.rows += 1
        read = parse_row(cells, today=today)
        if isinstance(read, list):
            checked.problems += [(number, problem) for problem in read]
        else:
            checked.add(ReadRow(number, read, fingerprint(read)))
        if checked.rows % CHUNK == 0:
            progress(checked.rows)
    progress(checked.rows)
    places = (f"第{place + 1}列（没有表头）" for place in sorted(nameless))
    checked.unknown_columns = (*header.unknown, *places)
    return checked


def _note_nameless(nameless: set[int], header: Header, row: Sequence[Cell]) -> None:
    """Note which columns without a name hold anything: they are not dropped in silence."""
    width = len(header.names)
    if header.unheaded or len(row) > width:
        nameless.update(
            place
            for place in range(len(row))
            if (place in header.unheaded or place >= width) and row[place] not in (None, "")
        )


def open_ledger(session: Session, file: LedgerFile, *, home: int | None) -> tuple[Sheet, Header]:
    """Return the one sheet that is a ledger, with its header; ``home`` is whose columns are known.

    RuleBroken for a file that is no ledger.
    """
    sheets = read_workbook(file.content, file.file_name)
    if file.choice is not None:
        return _chosen(sheets, file.choice)
    found: list[tuple[Sheet, Header]] = []
    for sheet in sheets:
        head = head_of(sheet)
        header = find_header(head, called=file.called)
        if header is not None:
            found.append((sheet, header))
        elif not file.called and (kept := find_remembered(session, home, head)) is not None:
            found.append((sheet, kept))
    if len(found) > 1:
        names = "、".join(f"“{sheet.name}”" for sheet, _ in found)
        raise RuleBroken(
            "several_ledgers",
            f"文件里有{len(found)}张台账（{names}），请您每次导入一张，各存为一个文件。",
            field="文件",
        )
    if not found:
        check_header(None)
    sheet, header = found[0]
    if file.called:
        check_names(file.called, header)
    elif (choice := remembered_choice(session, home, header)) is not None:
        header = chosen_header(header, choice)
    return sheet, check_header(header)


def head_of(sheet: Sheet) -> list[tuple[int, Sequence[Cell]]]:
    """Return the rows in which a header is looked for."""
    return [row for row, _ in zip(sheet.rows(), range(SEARCHED_ROWS), strict=False)]


def _chosen(sheets: Sequence[Sheet], choice: ColumnChoice) -> tuple[Sheet, Header]:
    for sheet in sheets:
        if sheet.name == choice.sheet:
            header = header_at(head_of(sheet), choice.header_row)
            if header is not None:
                return sheet, check_header(chosen_header(header, choice))
    raise RuleBroken("sheet_gone", "文件里没有所选的工作表或者表头行，请您重新选择。", field="文件")
