"""The year's return as a file: the same bytes from the command line and from the page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.documents.annual_cells import AnnualReturn
from casework.domain.annual_record import changed_cells
from casework.domain.annual_sheet import relief_cells_of
from casework.domain.annual_table import Table
from casework.domain.errors import RuleBroken
from casework.queries.annual_checked import check_records
from casework.queries.annual_locks import find_locked_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from casework.domain.annual_checks import Check
    from casework.domain.annual_form import Form
    from casework.queries.annual_cube import Scope
    from casework.services.desk import Desk

_AS_LOCKED = "本表是锁定时的数，与现在的案件有不同，不同之处见“锁定与调整”。"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedReturn:
    """A file and what the checks say of the table in it."""

    content: bytes
    checks: tuple[Check, ...]


def export_return(
    desk: Desk,
    form: Form,
    year: int,
    scope: Scope,
    *,
    agency: Mapping[str, Any],
    kind: str,
    warnings: Sequence[str] = (),
) -> ExportedReturn:
    """Return the table of ``year`` in the official layout as a file of ``kind`` (.xlsx …).

    ``agency`` has code, name and own (its own cases alone) as the JSON shows them; the name heads
    the sheet. A table whose checks fail is exported all the same, with the checks beside it. A
    locked year leaves the house as it was locked.
    RuleBroken(field="kind") for a kind that is none of ``KINDS``.
    """
    write = _WRITERS.get(kind)
    if write is None:
        raise RuleBroken(
            "no_such_kind",
            f"统计表可以导出为 {'、'.join(KINDS)}，请您选一种",
            field="kind",
        )
    table, checks = check_records(desk.session, form, year, scope, today=desk.today)
    locked = find_locked_table(desk.session, form, year, scope)
    if locked is not None and changed_cells(locked, table):
        warnings = [*warnings, _AS_LOCKED]
    filed = AnnualReturn(table=locked or table, agency=agency["name"])
    around = {"agency": dict(agency), "checks": checks, "warnings": list(warnings)}
    return ExportedReturn(content=write(filed, desk, around), checks=checks)


def blank_return(form: Form, year: int, *, agency: str) -> bytes:
    """Return the form of ``year`` with empty cells as XLSX, to be filled in and handed back."""
    cells = {
        (row.code, column): None
        for row in form.rows
        if row.has_cell
        for column in form.column_codes
    }
    relief = dict.fromkeys(relief_cells_of(form))
    by_hand = dict.fromkeys(cell.code for cell in form.hand_cells)
    table = Table(form=form, year=year, cells=cells, relief=relief, by_hand=by_hand)  # type: ignore[arg-type] # empty
    from casework.documents.annual_xlsx import render_xlsx  # noqa: PLC0415 - loads a library

    return render_xlsx(AnnualReturn(table=table, agency=agency))


def _as_xlsx(filed: AnnualReturn, _desk: Desk, _around: dict[str, Any]) -> bytes:
    from casework.documents.annual_xlsx import render_xlsx  # noqa: PLC0415 - each loads a library

    return render_xlsx(filed)


def _as_docx(filed: AnnualReturn, _desk: Desk, _around: dict[str, Any]) -> bytes:
    from casework.documents.annual_docx import render_docx  # noqa: PLC0415 - each loads a library

    return render_docx(filed)


def _as_pdf(filed: AnnualReturn, desk: Desk, _around: dict[str, Any]) -> bytes:
    from casework.documents.annual_pdf import render_pdf  # noqa: PLC0415 - each loads a library

    return render_pdf(filed, fonts=desk.stationery.fonts())


def _as_json(filed: AnnualReturn, _desk: Desk, around: dict[str, Any]) -> bytes:
    written = filed.as_json(**around)
    return (json.dumps(written, ensure_ascii=False, indent=2) + "\n").encode()


_WRITERS: dict[str, Callable[[AnnualReturn, Desk, dict[str, Any]], bytes]] = {
    ".xlsx": _as_xlsx,
    ".docx": _as_docx,
    ".pdf": _as_pdf,
    ".json": _as_json,
}
KINDS = tuple(_WRITERS)
"""The endings a return can be exported under, the one most wanted first."""
