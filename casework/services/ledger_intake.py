"""The rows of a ledger against the records: new, known or in conflict; the new ones are stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from casework.domain.errors import RuleBroken
from casework.domain.ledger import import_key
from casework.domain.ledger_checks import RowProblem
from casework.domain.permissions import Permission
from casework.models import LedgerImport
from casework.queries.calendar import read_calendars
from casework.services.annual_guard import LockedYears, Place
from casework.services.case_file import record_event
from casework.services.ledger_known import KnownRows
from casework.services.ledger_storage import StorableRow, store_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.services.desk import Desk
    from casework.services.ledger_agencies import AgencyBook, AgencyPlace
    from casework.services.ledger_source import ReadRow

_SHOWN = 200


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

    ``rejected`` may name one row several times, once for each of its problems. ``import_id`` is the
    record of the import, None where nothing was new or nothing was kept.
    """

    rows: int = 0
    imported: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    unknown_columns: tuple[str, ...] = ()
    import_id: int | None = None

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


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from: a file's name and the SHA-256 of its bytes."""

    file_name: str
    sha256: str


class Intake:
    """Decides, chunk by chunk, which readable rows are new, and stores those.

    With ``dry_run`` everything is decided just so, and nothing is written: no lock is taken, nobody
    waits.
    """

    def __init__(
        self,
        desk: Desk,
        book: AgencyBook,
        report: ImportReport,
        source: Source,
        *,
        dry_run: bool = False,
    ) -> None:
        self.report = report
        self._desk = desk
        self._book = book
        self._source = source
        self._dry_run = dry_run
        self._record: LedgerImport | None = None
        self._known = KnownRows(desk)
        self._calendars = read_calendars(desk.session)
        self._alike: Counter[tuple[int, str]] = Counter()

    def take(self, rows: Sequence[ReadRow]) -> None:
        """Take a chunk of rows that were understood."""
        keyed: list[StorableRow] = []
        for read in rows:
            try:
                place = self._book.find(read.row.agency)
            except RuleBroken as broken:
                self._reject(read.line, RowProblem("机关", read.row.agency, broken.message))
                continue
            key = self._key(read, place)
            calendar = self._calendars.of(place.path)
            keyed.append(StorableRow(read.line, read.row, place, key, calendar))
        if not keyed:
            return
        self._known.look_up(keyed)
        locks = LockedYears(self._desk.session, {stored.agency.path for stored in keyed})
        new = [stored for stored in keyed if self._is_new(stored, locks)]
        if new and not self._dry_run:
            store_rows(self._desk, new, import_id=self._import_id())
        self.report.imported += len(new)

    def finish(self) -> None:
        """Complete the record of this import, if there was anything new."""
        if self._record is None:
            return
        report = self.report
        report.import_id = self._record.id
        self._record.row_count = report.rows
        self._record.imported_count = report.imported
        self._record.unchanged_count = report.unchanged
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

    def _is_new(self, stored: StorableRow, locks: LockedYears) -> bool:
        problem = self._known.conflict(stored)
        if problem is None:
            if self._known.has(stored):
                self.report.unchanged += 1
                return False
            problem = _locked_out(locks, stored)
        if problem is not None:
            self._reject(stored.line, problem)
            return False
        self._known.remember(stored)
        return True

    def _key(self, read: ReadRow, place: AgencyPlace) -> str:
        if read.row.number:
            return import_key(read.digest, 1)
        self._alike[place.id, read.digest] += 1
        return import_key(read.digest, self._alike[place.id, read.digest])

    def _import_id(self) -> int:
        if self._record is None:
            self._record = LedgerImport(
                agency_id=self._book.default_id,
                file_name=self._source.file_name,
                sha256=self._source.sha256,
                row_count=0,
                imported_count=0,
                unchanged_count=0,
                rejected_count=0,
                actor_id=self._desk.actor.user_id,
                imported_at=self._desk.now,
            )
            self._desk.session.add(self._record)
            self._desk.session.flush()
        return self._record.id

    def _reject(self, line: int, problem: RowProblem) -> None:
        self.report.rejected.append(Rejection(line, problem))


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
