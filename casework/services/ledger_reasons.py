"""改错用的副本: somebody's own file again, each wrong row with the reason beside it.

The same columns in the same order, as .xlsx; one more at the end says why. A corrected copy is
handed in as it is: that column is known and not read (domain.ledger_header.REASON).
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, BinaryIO

from sqlalchemy.orm import undefer

from casework.documents.spreadsheets import read_workbook
from casework.documents.xlsx_writing import write_with_remarks
from casework.domain.errors import NotFound
from casework.domain.ledger_header import REASON, plain_name
from casework.domain.ledger_mapping import read_choice
from casework.domain.ledger_values import folded
from casework.models import LedgerUpload
from casework.services.ledger_uploads import content_of, open_upload, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from casework.documents.spreadsheets import Sheet
    from casework.domain.ledger_values import Cell
    from casework.services.desk import Desk


def write_reasons(desk: Desk, upload_id: int, target: BinaryIO, *, all_rows: bool) -> int:
    """Write the copy of a file that was checked; return how many of its rows are in it.

    Only the wrong rows, or with ``all_rows`` every row. NotFound while nothing was checked.
    """
    open_upload(desk, upload_id)
    whole = (undefer(LedgerUpload.content), undefer(LedgerUpload.report))
    upload = desk.session.get(LedgerUpload, upload_id, options=whole, populate_existing=True)
    if upload is None or upload.report is None or upload.content is None or upload.choice is None:
        raise NotFound("这份文件还没有核对过")
    choice = read_choice(upload.choice)
    reasons: defaultdict[int, list[str]] = defaultdict(list)
    for said in json.loads(opened(upload.report))["rejected"]:
        reasons[said["row"]].append(said["reason"])
    sheet = next(
        each
        for each in read_workbook(content_of(upload), upload.file_name)
        if each.name == choice.sheet
    )
    places = max((len(row) for _, row in sheet.rows()), default=0)
    ours = _reason_place(sheet, choice.header_row)
    column = places if ours is None else ours
    return write_with_remarks(
        target,
        _rows(sheet, choice.header_row, reasons, all_rows=all_rows),
        title=choice.sheet or "台账",
        heads=choice.header_row,
        column=column,
    )


def _rows(
    sheet: Sheet, header_row: int, reasons: dict[int, list[str]], *, all_rows: bool
) -> Iterator[tuple[Sequence[Cell], str]]:
    for number, row in sheet.rows():
        if number <= header_row:
            yield row, REASON if number == header_row else ""
        elif all_rows or number in reasons:
            yield row, "；".join(reason.rstrip("。；") for reason in reasons.get(number, ()))


def _reason_place(sheet: Sheet, header_row: int) -> int | None:
    """Return where an earlier copy has its reasons, so that there is never a second such column."""
    for number, row in sheet.rows():
        if number == header_row:
            names = [plain_name(folded(cell)) for cell in row]
            return names.index(REASON) if REASON in names else None
    return None
