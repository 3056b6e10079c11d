"""台账导入: an office's own spreadsheet becomes cases, whole or not at all.

A row that is not understood is rejected with its reason and does not stop the others. A row that
was taken in before changes nothing, and no import ever changes a case that exists: what differs
is said, and an officer does it. One file is one transaction; a crash leaves nothing behind.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from casework.documents.spreadsheets import read_workbook
from casework.domain.errors import RuleBroken
from casework.domain.ledger import fingerprint, import_key
from casework.domain.ledger_checks import RowProblem
from casework.domain.ledger_columns import Slot
from casework.domain.ledger_header import SEARCHED_ROWS, Header, check_header, find_header
from casework.domain.ledger_reading import parse_row
from casework.domain.permissions import Permission, require
from casework.models import LedgerImport
from casework.services.annual_guard import LockedYears, Place
from casework.services.case_file import record_event
from casework.services.ledger_agencies import AgencyBook
from casework.services.ledger_known import KnownRows
from casework.services.ledger_storage import StorableRow, store_rows
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from casework.documents.spreadsheets import Sheet
    from casework.domain.ledger import LedgerRow
    from casework.domain.ledger_values import Cell
    from casework.services.desk import Desk
    from casework.services.ledger_agencies import AgencyPlace

CHUNK = 2000
"""Rows that are looked up and written together."""

_SHOWN = 200
_NUMBER = Slot("number")


@dataclass(frozen=True, slots=True)
class Rejection:
    """One thing wrong with one row; ``row`` is the number the spreadsheet shows."""

    row: int
    problem: RowProblem

    def as_json(self) -> dict[str, Any]:
        """Return row, column, value and reason; a long value is cut."""
        value = self.problem.value
        return {
            "row": self.row,
            "column": self.problem.column,
            "value": value if len(value) <= _SHOWN else value[:_SHOWN] + "…",
            "reason": self.problem.reason,
        }


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """What became of a file: every data row is imported, unchanged or rejected.

    ``rejected`` may name one row several times, once for each of its problems.
    """

    rows: int = 0
    imported: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    unknown_columns: tuple[str, ...] = ()

    @property
    def rejected_rows(self) -> int:
        """How many rows were rejected."""
        return len({rejection.row for rejection in self.rejected})

    def as_json(self) -> dict[str, Any]:
        """Return the report as the interface writes it."""
        return {
            "rows": self.rows,
            "imported": self.imported,
            "unchanged": self.unchanged,
            "rejected": [rejection.as_json() for rejection in self.rejected],
            "unknown_columns": list(self.unknown_columns),
        }


class _NothingKeptError(Exception):
    """Ends the transaction of a dry run."""


def import_ledger(
    desk: Desk,
    *,
    content: bytes,
    file_name: str,
    agency_id: int | None = None,
    create_agencies: bool = False,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Take in a ledger file and return what became of each row.

    ``agency_id`` is where rows without 机关 go (else the actor's agency, else the only root).
    With ``create_agencies`` unknown agencies are added. A ``dry_run`` does everything and keeps
    nothing. ``progress`` is told the number of rows done, now and then. RuleBroken for a file
    that is no ledger, PermissionRefused.
    """
    require(desk.actor, Permission.IMPORT_LEDGER)
    sheet, header = _find_ledger(read_workbook(content, file_name))
    report = ImportReport()
    source = _Source(file_name, hashlib.sha256(content).hexdigest())
    with suppress(_NothingKeptError), transaction(desk.session):
        book = AgencyBook(desk, default_id=agency_id, create=create_agencies)
        intake = _Intake(desk, book, report, source)
        report.unknown_columns = _take_in(
            _LedgerSheet(sheet, header), intake, desk, progress or (lambda _: None)
        )
        intake.finish()
        if dry_run:
            raise _NothingKeptError
    report.rejected.sort(key=lambda rejection: rejection.row)
    return report


def import_rows(
    desk: Desk, rows: Iterable[LedgerRow], *, source: str, agency_id: int | None = None
) -> ImportReport:
    """Take in rows that are already read, in one transaction; ``source`` names where from."""
    require(desk.actor, Permission.IMPORT_LEDGER)
    report = ImportReport()
    with transaction(desk.session):
        book = AgencyBook(desk, default_id=agency_id, create=False)
        intake = _Intake(desk, book, report, _Source(source, hashlib.sha256(b"").hexdigest()))
        for line, row in enumerate(rows, 1):
            report.rows += 1
            intake.add(line, row)
        intake.finish()
    return report


def _find_ledger(sheets: Sequence[Sheet]) -> tuple[Sheet, Header]:
    """Return the one sheet that has a ledger's header; RuleBroken if several do, or none."""
    found: list[tuple[Sheet, Header]] = []
    for sheet in sheets:
        head = [row for row, _ in zip(sheet.rows(), range(SEARCHED_ROWS), strict=False)]
        header = find_header(head)
        if header is not None:
            found.append((sheet, header))
    if len(found) > 1:
        names = "、".join(f"“{sheet.name}”" for sheet, _ in found)
        raise RuleBroken(
            "several_ledgers",
            f"文件里有{len(found)}张台账（{names}），请您每次导入一张，各存为一个文件。",
            field="文件",
        )
    header = check_header(found[0][1] if found else None)
    return found[0][0], header


@dataclass(frozen=True, slots=True)
class _Source:
    file_name: str
    sha256: str


@dataclass(slots=True)
class _LedgerSheet:
    """The data rows of a sheet, and what stands in columns without a name."""

    sheet: Sheet
    header: Header
    nameless: set[int] = field(default_factory=set)

    def rows(self, *, numbered: bool) -> Iterator[tuple[int, dict[Slot, Cell]]]:
        """Yield the rows that bear an 申请编号, or those that do not; empty ones are left out."""
        unheaded, width = self.header.unheaded, len(self.header.texts)
        for number, row in self.sheet.rows():
            if number <= self.header.row:
                continue
            cells = self.header.cells(row)
            if unheaded or len(row) > width:
                self.nameless.update(
                    place
                    for place in range(len(row))
                    if (place in unheaded or place >= width) and row[place] not in (None, "")
                )
            if cells and (_NUMBER in cells) == numbered and not self.header.repeats(row):
                yield number, cells

    def unknown_columns(self) -> tuple[str, ...]:
        """Return the names nobody here knows, and the places of filled columns without one."""
        nameless = (f"第{place + 1}列（没有表头）" for place in sorted(self.nameless))
        return (*self.header.unknown, *nameless)


def _take_in(
    ledger: _LedgerSheet, intake: _Intake, desk: Desk, progress: Callable[[int], None]
) -> tuple[str, ...]:
    """Read every row once: first those with a number, so that no drawn number meets a given one."""
    report = intake.report
    for numbered in (True, False):
        for line, cells in ledger.rows(numbered=numbered):
            report.rows += 1
            read = parse_row(cells, today=desk.today)
            if isinstance(read, list):
                report.rejected += [Rejection(line, problem) for problem in read]
            else:
                intake.add(line, read)
            if report.rows % CHUNK == 0:
                progress(report.rows)
        intake.flush()
    progress(report.rows)
    return ledger.unknown_columns()


class _Intake:
    """Decides, chunk by chunk, which readable rows are new, known or in conflict, and stores."""

    def __init__(self, desk: Desk, book: AgencyBook, report: ImportReport, source: _Source) -> None:
        self.report = report
        self._desk = desk
        self._book = book
        self._source = source
        self._record: LedgerImport | None = None
        self._waiting: list[tuple[int, LedgerRow, AgencyPlace]] = []
        self._alike: Counter[tuple[int, str]] = Counter()

    def add(self, line: int, row: LedgerRow) -> None:
        """Take a readable row; RuleBroken is turned into a rejection."""
        try:
            place = self._book.find(row.agency)
        except RuleBroken as broken:
            self._reject(line, "机关", row.agency, broken.message)
            return
        self._waiting.append((line, row, place))
        if len(self._waiting) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        """Store what is new among the waiting rows."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        keyed = [
            StorableRow(line, row, place, self._key(row, place)) for line, row, place in waiting
        ]
        known = KnownRows(self._desk, keyed)
        locks = LockedYears(self._desk.session, {stored.agency.path for stored in keyed})
        new: list[StorableRow] = []
        for stored in keyed:
            conflict = known.conflict(stored)
            if conflict is None and not known.has(stored):
                conflict = _locked_out(locks, stored)
            if conflict is None and known.has(stored):
                self.report.unchanged += 1
            elif conflict is None:
                known.remember(stored)
                new.append(stored)
            else:
                self.report.rejected.append(Rejection(stored.line, conflict))
        if new:
            store_rows(self._desk, new, import_id=self._import_id())
            self.report.imported += len(new)

    def finish(self) -> None:
        """Store the rest and complete the record of this import, if there was anything new."""
        self.flush()
        if self._record is None:
            return
        report = self.report
        self._record.row_count = report.rows
        self._record.imported_count = report.imported
        self._record.rejected_count = report.rejected_rows
        record_event(
            self._desk,
            case=None,
            action="import_ledger",
            permission=Permission.IMPORT_LEDGER,
            detail={
                "import_id": self._record.id,
                "rows": report.rows,
                "imported": report.imported,
                "unchanged": report.unchanged,
                "rejected": report.rejected_rows,
            },
        )

    def _key(self, row: LedgerRow, place: AgencyPlace) -> str:
        digest = fingerprint(row)
        if row.number:
            return import_key(digest, 1)
        self._alike[place.id, digest] += 1
        return import_key(digest, self._alike[place.id, digest])

    def _import_id(self) -> int:
        if self._record is None:
            self._record = LedgerImport(
                file_name=self._source.file_name,
                sha256=self._source.sha256,
                row_count=0,
                imported_count=0,
                rejected_count=0,
                actor_id=self._desk.actor.user_id,
                imported_at=self._desk.now,
            )
            self._desk.session.add(self._record)
            self._desk.session.flush()
        return self._record.id

    def _reject(self, line: int, column: str, value: str, reason: str) -> None:
        self.report.rejected.append(Rejection(line, RowProblem(column, value, reason)))


def _locked_out(locks: LockedYears, stored: StorableRow) -> RowProblem | None:
    """Say which locked year a new row would change, or None (its cases go in past the session)."""
    row = stored.row
    place = Place.of(
        stored.agency.path,
        {
            "received_on": row.received_on,
            "replied_on": row.replied_on,
            "closed_on": row.closed_on,
            "channel": row.channel,
            "applicant_type": row.applicant_type,
            "ground": row.ground,
            # Whether it was late is nothing to a table in which it does not stand yet.
            "original_due_on": None,
            "due_on": None,
        },
    )
    lock = locks.find_moved(None, place)
    if lock is None:
        return None
    day = row.received_on.isoformat()
    return RowProblem("收到日期", day, f"{lock.refusal().message}。")
