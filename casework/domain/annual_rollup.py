"""汇总: our own records' table and the tables that units outside the system handed in.

The two are added cell by cell and kept apart: the sum says which part of each cell was handed in,
by whom, from which version of which file. A row that nobody has entered stays open.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from casework.domain.annual_checks import Check, check_years
from casework.domain.annual_form import CaseCount, ReliefCount
from casework.domain.annual_sheet import ABSENT, figure_in, read_sheet, relief_cells_of
from casework.domain.annual_table import HandedPart, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from casework.domain.annual_form import Flow, Form
    from casework.domain.annual_sheet import Sheet
    from casework.domain.annual_table import Cell, HandedIn, Number

_NAMED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedTable:
    """A table that was handed in, and whose it is."""

    about: HandedIn
    table: Table


def table_of_sheet(sheet: Sheet) -> Table:
    """Return a sheet that has passed its checks as a table; cells that hold no figure are open."""
    cells = {
        (row.code, column): figure_in(sheet.cells.get((row.code, column)))
        for row in sheet.form.rows
        if row.has_cell
        for column in sheet.form.column_codes
    }
    relief = {
        cell: int(figure_in(sheet.relief.get(cell)) or 0) for cell in relief_cells_of(sheet.form)
    }
    by_hand = {
        code: figure
        for code, value in sheet.by_hand.items()
        if (figure := figure_in(value)) is not None
    }
    return Table(form=sheet.form, year=sheet.year, cells=cells, relief=relief, by_hand=by_hand)


def read_table_text(text: str) -> Table:
    """Return the table that was kept as JSON (``Table.as_json``)."""
    return table_of_sheet(read_sheet(json.loads(text, parse_float=Decimal)))


def total_of(table: Table, flow: Flow) -> int:
    """Return how many cases of one flow a table counts, all applicants together."""
    wanted = CaseCount(flow=flow)
    column = next((c.code for c in table.form.columns if c.applicant_type is None), "")
    row = next(row.code for row in table.form.rows if row.source == wanted)
    return int(table.cells.get((row, column)) or 0)


def missing_rows(sheet: Sheet) -> Check | None:
    """Return the fault of a return that leaves counted rows or the whole relief table out.

    A published text may quote a few rows; what is handed in is added up and must be whole.
    """
    form = sheet.form
    rows = [
        row.label
        for row in form.rows
        if isinstance(row.source, CaseCount | ReliefCount)
        and all(
            figure_in(sheet.cells.get((row.code, column), ABSENT)) is None
            for column in form.column_codes
        )
    ]
    if form.relief is not None and not sheet.relief:
        rows.append(form.relief.title)
    if not rows:
        return None
    named = "、".join(f"“{label}”" for label in rows[:_NAMED])
    more = f"等{len(rows)}项" if len(rows) > _NAMED else ""
    return Check(
        id="whole",
        ok=False,
        hard=True,
        message=f"上报的表须填全，没有的填0：{named}{more}没有填。",
    )


def roll_up(own: Table, handed: Iterable[HandedTable]) -> Table:
    """Add the handed-in tables to our own; ``own`` itself if there are none.

    A table on another form is left out: a sum cannot be taken apart again.
    """
    tables = tuple(one for one in handed if one.table.form is own.form)
    if not tables:
        return own
    cells: defaultdict[Cell, Number] = defaultdict(int)
    relief: defaultdict[Cell, int] = defaultdict(int)
    for one in tables:
        for cell, figure in one.table.cells.items():
            if figure is not None:
                cells[cell] += figure
        for cell, count in one.table.relief.items():
            relief[cell] += count
    by_hand = dict(own.by_hand)
    for one in tables:
        for code, figure in one.table.by_hand.items():
            by_hand[code] = _added(by_hand.get(code), figure)
    return replace(
        own,
        by_hand=by_hand,
        cells={cell: _added(figure, cells.get(cell)) for cell, figure in own.cells.items()},
        relief={cell: count + relief.get(cell, 0) for cell, count in own.relief.items()},
        handed=HandedPart(
            returns=tuple(one.about for one in tables), cells=dict(cells), relief=dict(relief)
        ),
    )


def own_part(table: Table) -> Table:
    """Return what our own records contribute to a rolled-up table."""
    handed = table.handed
    if handed is None:
        return table
    return replace(
        table,
        cells={
            cell: figure if figure is None else figure - handed.cells.get(cell, 0)
            for cell, figure in table.cells.items()
        },
        relief={cell: count - handed.relief.get(cell, 0) for cell, count in table.relief.items()},
        handed=None,
    )


def _added(own: Number | None, handed: Number | None) -> Number | None:
    if own is None or handed is None:
        return own if handed is None else handed
    return own + handed


def check_handed_years(
    form: Form, handed: Sequence[HandedTable], former: Sequence[HandedTable]
) -> tuple[Check, ...]:
    """Check that each unit's table begins with what its table of last year carried over.

    A unit whose last table we do not have can only be reminded of. () for a form or a year that
    carries nothing over on paper (2014).
    """
    identities = [one for one in form.identities if one.scope == "across years"]
    if not handed or not identities:
        return ()
    before = {one.about.agency_code: one for one in former}
    faults: list[str] = []
    unknown: list[str] = []
    compared = 0
    for one in handed:
        last = before.get(one.about.agency_code)
        found = check_years(one.table, last.table) if last is not None else ()
        if found:
            compared += 1
            faults += [
                f"{one.about.agency_name}：{check.message.rstrip('。')}"
                for check in found
                if not check.ok
            ]
        elif any(
            one.table.cells.get((code, column))
            for identity in identities
            for code in identity.lhs
            for column in form.column_codes
        ):
            unknown.append(one.about.agency_name)
    checks = []
    if compared:
        checks.append(
            Check(
                id="handed_years",
                ok=not faults,
                hard=True,
                message=f"报送的表：{'；'.join(faults[:_NAMED])}。"
                if faults
                else f"报送的表，{compared}个单位上年结转数都等于上年度表的结转下年度数。",
            )
        )
    if unknown:
        checks.append(
            Check(
                id="handed_years_unknown",
                ok=False,
                hard=False,
                message=f"{_some(unknown)}报了上年结转，但没有上年度的表可以核对，请您核实。",
            )
        )
    return tuple(checks)


def check_units(*, missing: Sequence[str], twice: Sequence[tuple[str, int]]) -> tuple[Check, ...]:
    """Name the units whose figures are not there, and those that may be counted twice."""
    checks = []
    if missing:
        checks.append(
            Check(
                id="missing_units",
                ok=False,
                hard=False,
                message=f"{_some(missing)}既没有本年度的案件，也没有报送统计表，请您催报；"
                "没有收到申请的也应报零。",
            )
        )
    if twice:
        named = _some([f"{name}（{cases}件）" for name, cases in twice])
        checks.append(
            Check(
                id="counted_twice",
                ok=False,
                hard=False,
                message=f"{named}在系统里有案件，又有报送的表，请您核对报送的数不含系统里的案件。",
            )
        )
    return tuple(checks)


def _some(names: Sequence[str]) -> str:
    shown = "、".join(names[:_NAMED])
    return f"{shown}等{len(names)}个单位" if len(names) > _NAMED else shown
