"""台账导出: a year's cases as the columns an import understands."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from casework.documents.spreadsheets import write_sheet
from casework.domain.errors import NotFound
from casework.domain.ledger import cells_of
from casework.domain.ledger_columns import slots_for
from casework.domain.permissions import Permission, require
from casework.models import Agency
from casework.queries.ledger import count_turns, list_ledger_cases, read_ledger
from casework.services.case_file import record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from casework.domain.ledger import LedgerRow
    from casework.domain.ledger_columns import Slot
    from casework.domain.ledger_values import Cell
    from casework.services.desk import Desk

    Mask = Callable[[LedgerRow], LedgerRow]


def export_ledger(
    desk: Desk,
    target: BinaryIO,
    kind: str,
    *,
    year: int,
    agency_id: int | None = None,
    carried_in: bool = True,
    mask: Mask | None = None,
) -> int:
    """Write the ledger of ``year`` to ``target`` as ``kind`` (.xlsx or .csv); return its rows.

    The cases of an agency and all below it (without ``agency_id`` everything the actor sees),
    received in the year or, with ``carried_in``, carried over into it. ``mask`` hides personal
    data row by row; only who may see all of it exports without one. The export is on record.
    RuleBroken for a text longer than a cell, PermissionRefused, NotFound.
    """
    require(desk.actor, Permission.EXPORT_LEDGER)
    if mask is None:
        require(desk.actor, Permission.REVEAL_PERSONAL_DATA)
    path = desk.actor.agency_path
    if agency_id is not None:
        agency = desk.session.get(Agency, agency_id)
        if agency is None or not desk.actor.sees(agency.path):
            raise NotFound("没有这个机关，或者不在您的机关范围内。")
        path = agency.path
    ids = list_ledger_cases(
        desk.session, year, reader=desk.actor, under=path, carried_in=carried_in
    )
    slots = slots_for(count_turns(desk.session, ids))
    headers = [slot.header for slot in slots]
    count = write_sheet(target, kind, headers, _rows(desk, ids, slots, mask))
    # Only now, in a transaction of its own: a long export must not keep clerks from writing.
    with transaction(desk.session):
        record_event(
            desk,
            case=None,
            action="export_ledger",
            permission=Permission.EXPORT_LEDGER,
            detail={"year": year, "agency_id": agency_id, "rows": count, "full": mask is None},
        )
    return count


def _rows(
    desk: Desk, ids: Sequence[int], slots: Sequence[Slot], mask: Mask | None
) -> Iterator[list[Cell]]:
    for _, row in read_ledger(desk.session, ids):
        cells = cells_of(mask(row) if mask else row)
        yield [cells.get(slot) for slot in slots]
