"""台账导入: an office's own spreadsheet becomes cases, whole or not at all.

A row that is not understood is rejected with its reason and does not stop the others. A row that
was taken in before changes nothing, and no import ever changes a case that exists: what differs
is said, and an officer does it. One file is one transaction; a crash leaves nothing behind.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from casework.domain.ledger import fingerprint
from casework.domain.ledger_mapping import choice_of
from casework.domain.ledger_upload import UploadStatus
from casework.domain.permissions import Permission, require
from casework.services.ledger_agencies import AgencyBook
from casework.services.ledger_intake import ImportReport, Intake, Rejection, Source
from casework.services.ledger_remembered import remember_columns
from casework.services.ledger_source import CheckedLedger, ReadRow, check_ledger, open_ledger
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from casework.domain.ledger import LedgerRow
    from casework.services.desk import Desk
    from casework.services.ledger_source import LedgerFile

    Progress = Callable[[UploadStatus, int], None]

__all__ = ["ImportReport", "import_ledger", "import_rows"]


def import_ledger(
    desk: Desk,
    file: LedgerFile,
    *,
    create_agencies: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
    complete: Callable[[ImportReport], None] | None = None,
) -> ImportReport:
    """Take in a ledger file and return what became of each row.

    Rows without 机关 go to the file's agency, else the actor's, else the only root. With
    ``create_agencies`` unknown agencies are added. A ``dry_run`` decides everything just so and
    writes nothing. ``progress`` is told the stage and the number of rows done in it; ``complete``
    runs in the import's own transaction, as its last step. RuleBroken for a file that is no
    ledger, PermissionRefused.
    """
    require(desk.actor, Permission.IMPORT_LEDGER)
    tell = progress or (lambda _stage, _rows: None)
    home = file.agency_id if file.agency_id is not None else desk.actor.agency_id
    sheet, header = open_ledger(desk.session, file, home=home)
    checked = check_ledger(
        sheet, header, today=desk.today, progress=lambda rows: tell(UploadStatus.READING, rows)
    )
    del sheet  # a workbook of a hundred thousand rows is a few hundred megabytes
    source = Source(file.file_name, file.sha256)
    if dry_run:
        # The reader's own transaction, which takes no lock and ends with the act.
        book = AgencyBook(desk, default_id=file.agency_id, create=create_agencies, pretend=True)
        report = _take_in(desk, book, checked, source, dry_run=True)
        desk.session.rollback()
        return report
    tell(UploadStatus.WRITING, 0)
    with transaction(desk.session):
        book = AgencyBook(desk, default_id=file.agency_id, create=create_agencies)
        report = _take_in(desk, book, checked, source)
        if file.called:
            chosen = choice_of(header, sheet="")
            remember_columns(desk, agency_id=home, header=header, choice=chosen)
        if complete is not None:
            complete(report)
    return report


def import_rows(
    desk: Desk, rows: Iterable[LedgerRow], *, source: str, agency_id: int | None = None
) -> ImportReport:
    """Take in rows that are already read, in one transaction; ``source`` names where from."""
    require(desk.actor, Permission.IMPORT_LEDGER)
    checked = CheckedLedger()
    for line, row in enumerate(rows, 1):
        checked.rows += 1
        checked.add(ReadRow(line, row, fingerprint(row)))
    with transaction(desk.session):
        book = AgencyBook(desk, default_id=agency_id, create=False)
        return _take_in(desk, book, checked, Source(source, hashlib.sha256(b"").hexdigest()))


def _take_in(
    desk: Desk, book: AgencyBook, checked: CheckedLedger, source: Source, *, dry_run: bool = False
) -> ImportReport:
    report = ImportReport(
        rows=checked.rows,
        rejected=[Rejection(line, problem) for line, problem in checked.problems],
        unknown_columns=checked.unknown_columns,
    )
    intake = Intake(desk, book, report, source, dry_run=dry_run)
    for rows in checked.chunks():
        intake.take(rows)
    report.rejected.sort(key=lambda rejection: rejection.row)
    intake.finish()
    return report
