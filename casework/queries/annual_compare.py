"""Units side by side: chosen rows of a year's table for each unit beneath a node, and how punctual.

Cases are counted by agency in one pass over the year; what was handed in is added to its unit.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, literal, select, union_all

from casework.domain.annual_fold import CellFilter, cell_predicate, grounds_in_row, in_year
from casework.domain.annual_form import CaseCount, Flow, ReliefCount
from casework.domain.management import percentage
from casework.domain.sentences import short_label
from casework.domain.statutory_clock import Timeliness
from casework.models import Agency, Case, Relief
from casework.queries.agencies import in_subtree
from casework.queries.annual_cube import conditions_of, relief_conditions
from casework.queries.annual_returns import (
    Standing,
    list_handed,
    list_units,
    recounted_by_agency,
    year_legs,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.domain.annual_form import Form, FormRow
    from casework.domain.annual_table import Table
    from casework.queries.annual_cube import Scope
    from casework.queries.annual_returns import UnitStanding

RATE = "rate"
"""The name of the column 按期率."""

_OF_APPLICATIONS, _TOTAL = "政府信息公开申请", "总计"
_FINISHED = CellFilter(flow=Flow.FINISHED)
_LATE = CellFilter(flow=Flow.FINISHED, timeliness=frozenset({Timeliness.LATE}))


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRow:
    """A row of the form that units are compared by; ``cells`` are its total's, added up."""

    code: str
    label: str
    wanted: CellFilter
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedUnit:
    """One unit's line: the node's own cases, or a unit beneath it with all that is below it.

    ``rate`` is 按期率 of the cases we have on record; None without any finished one. ``handed``
    and ``missing`` count the units in it that handed a table in, or nothing.
    """

    agency_id: int
    name: str
    is_own: bool
    values: tuple[int, ...]
    rate: Decimal | None
    units: int
    handed: int
    missing: int


def comparable_rows(form: Form) -> tuple[ComparedRow, ...]:
    """Return the rows that can be compared: every one that cases, 复议 or 诉讼 stand behind."""
    total = next((c.code for c in form.columns if c.applicant_type is None), "")
    found = []
    for row in form.rows:
        beneath = [
            one
            for one in form.rows
            if one.code in form.beneath(row.code) and isinstance(one.source, CaseCount)
        ]
        if isinstance(row.source, CaseCount | ReliefCount):
            wanted = cell_predicate(form, row.code, total)
            cells: tuple[tuple[str, str], ...] = ((row.code, total),)
        elif beneath and all(
            isinstance(one.source, CaseCount) and one.source.by_ground for one in beneath
        ):
            wanted = CellFilter(flow=Flow.FINISHED, grounds=grounds_in_row(form, row.code))
            cells = tuple((one.code, total) for one in beneath)
        else:
            continue
        found.append(
            ComparedRow(code=row.code, label=_column_label(form, row), wanted=wanted, cells=cells)
        )
    for group in form.relief.groups if form.relief else ():
        key = (group.kind.value, "total")
        label = f"{group.parent}：{group.label}" if group.parent else group.label
        found.append(
            ComparedRow(
                code=group.kind.value, label=label, wanted=cell_predicate(form, *key), cells=(key,)
            )
        )
    return tuple(found)


def _column_label(form: Form, row: FormRow) -> str:
    """Return a row's label as the head of a narrow column: 本年新收, 办理结果总计."""
    label = short_label(row.label).replace(_OF_APPLICATIONS, "")
    above = form.find_row(row.parent) if row.parent else None
    if label == _TOTAL and above is not None:
        return short_label(above.label).removeprefix("本年度") + label
    return label


def usual_rows(form: Form) -> tuple[str, ...]:
    """Return the codes compared unless others are chosen: in, out, and the kinds of result."""
    if not form.columns:
        return ("3.1", "3.2", "3.3.2", "3.3.3", "3.3.4", "3.3.6", "4", "5")
    return ("R1", "R2", "R3.7", "R3.1", "R3.2", "R3.3", "R3.4", "R3.5", "R3.6", "R4", "review")


def compare_units(
    session: Session, form: Form, year: int, scope: Scope, rows: Sequence[ComparedRow]
) -> list[ComparedUnit]:
    """Return the node's own line and one for each unit right beneath it, in tree order.

    The sum of the lines is the node's table. Six queries, whatever the size of the tree.
    """
    units = list_units(session, year, scope)
    if not units:
        return []
    counts = _count(session, year, scope, [*(row.wanted for row in rows), _FINISHED, _LATE])
    node = scope.path
    handed = _handed_by_code(session, form, year, scope)
    groups: defaultdict[str, list[UnitStanding]] = defaultdict(list)
    for unit in units:
        groups[_line_of(node, unit.path)].append(unit)
    # A unit that is no more stands in no list of units, but its cases stand in the year's table.
    known = {unit.id for unit in units}
    paths: dict[int, str] = {
        agency_id: path
        for agency_id, path in session.execute(
            select(Agency.id, Agency.path).where(in_subtree(scope.path))
        )
        if agency_id in known or agency_id in counts
    }
    sums: dict[str, list[int]] = {path: [0] * (len(rows) + 2) for path in groups}
    for agency_id, found in counts.items():
        line = sums.setdefault(_line_of(node, paths[agency_id]), [0] * (len(rows) + 2))
        for place, number in enumerate(found):
            line[place] += number
    names = _names(session, [path for path in sums if path not in {u.path for u in units}])
    by_path = {unit.path: unit for unit in units}
    lines = []
    for path in sorted(sums):
        members = groups.get(path, [])
        values = sums[path][: len(rows)]
        for unit in members:
            if (table := handed.get(unit.code)) is not None:
                for place, row in enumerate(rows):
                    values[place] += _in_table(table, row)
        finished, late = sums[path][len(rows) :]
        head = by_path.get(path)
        agency_id, name = (head.id, head.name) if head else names[path]
        lines.append(
            ComparedUnit(
                agency_id=agency_id,
                name=name,
                is_own=path == node,
                values=tuple(values),
                rate=percentage(finished - late, finished),
                units=len(members),
                handed=sum(unit.standing is Standing.HANDED_IN for unit in members),
                missing=sum(unit.standing is Standing.MISSING for unit in members),
            )
        )
    return lines


def overall_rate(session: Session, year: int, scope: Scope) -> Decimal | None:
    """Return 按期率 of everything on record at or below a node."""
    found = _count(session, year, scope, [_FINISHED, _LATE])
    finished = sum(one[0] for one in found.values())
    return percentage(finished - sum(one[1] for one in found.values()), finished)


def sorted_by(
    lines: Iterable[ComparedUnit], place: int | str, *, falling: bool
) -> list[ComparedUnit]:
    """Order the lines by one column (``RATE`` or a place among the rows), the node's own first.

    A unit without a rate stands last either way.
    """

    def key(line: ComparedUnit) -> tuple[bool, Decimal | int]:
        value = line.rate if place == RATE else line.values[int(place)]
        return (value is None) != falling, value if value is not None else 0

    lines = list(lines)
    own = [line for line in lines if line.is_own]
    rest = sorted((line for line in lines if not line.is_own), key=key, reverse=falling)
    return [*own, *rest]


def _count(
    session: Session, year: int, scope: Scope, wanted: Sequence[CellFilter]
) -> dict[int, list[int]]:
    """Return, by agency, how many cases (复议 and 诉讼) each filter counts."""
    of_cases = [(n, one) for n, one in enumerate(wanted) if one.relief_kinds is None]
    counts: defaultdict[int, list[int]] = defaultdict(lambda: [0] * len(wanted))
    agencies = select(Agency.id).where(in_subtree(scope.path))
    here = Case.agency_id.in_(agencies)
    legs = [
        select(
            Case.agency_id.label("agency_id"),
            *(
                func.sum(case((and_(*_narrowed(one, year, new=new)), 1), else_=0)).label(f"c{n}")
                for n, one in of_cases
            ),
        )
        .where(leg, here)
        .group_by(Case.agency_id)
        for new, leg in zip((True, False), year_legs(year), strict=True)
    ]
    for agency_id, *numbers in session.execute(union_all(*legs)):
        for (place, _), number in zip(of_cases, numbers, strict=True):
            counts[agency_id][place] += int(number)
    for agency_id, one in recounted_by_agency(session, agencies):
        for change, counted in ((-1, one.stored), (1, one.counted)):
            row = in_year(counted, year)
            for place, filter_ in of_cases:
                counts[agency_id][place] += change * (row is not None and filter_.matches(row))
    of_reliefs = [(n, one) for n, one in enumerate(wanted) if one.relief_kinds is not None]
    if of_reliefs:
        query = (
            select(
                Case.agency_id,
                *(
                    func.sum(case((and_(*relief_conditions(one, year)), 1), else_=0))
                    for _, one in of_reliefs
                ),
            )
            .select_from(Relief)
            .join(Relief.case)
            .where(here)
            .group_by(Case.agency_id)
        )
        for agency_id, *numbers in session.execute(query):
            for (place, _), number in zip(of_reliefs, numbers, strict=True):
                counts[agency_id][place] += int(number)
    return dict(counts)


def _narrowed(wanted: CellFilter, year: int, *, new: bool) -> list[ColumnElement[bool]]:
    """Return what one filter still asks of a case that is known to be in one leg."""
    flows: Mapping[Flow, ColumnElement[bool] | None] = {
        Flow.NEW: None if new else literal(value=False),
        Flow.CARRIED_IN: literal(value=False) if new else None,
        Flow.FINISHED: Case.closed_year == year,
        Flow.CARRIED_OUT: func.coalesce(Case.closed_year, 0) != year,
    }
    flow = flows[wanted.flow] if wanted.flow else None
    conditions = [] if flow is None else [flow]
    conditions += conditions_of(wanted)
    return conditions or [literal(value=True)]


def _line_of(node: str, path: str) -> str:
    """Return the path of the line an agency belongs to: the node's own, or its child's."""
    rest = path[len(node) :]
    return node if not rest else f"{node}{rest.split('/', 1)[0]}/"


def _names(session: Session, paths: Sequence[str]) -> dict[str, tuple[int, str]]:
    if not paths:
        return {}
    query = select(Agency.path, Agency.id, Agency.name).where(Agency.path.in_(paths))
    return {path: (agency_id, name) for path, agency_id, name in session.execute(query)}


def _handed_by_code(session: Session, form: Form, year: int, scope: Scope) -> dict[str, Table]:
    return {
        one.about.agency_code: one.table
        for one in list_handed(session, year, scope)
        if one.table.form is form
    }


def _in_table(table: Table, row: ComparedRow) -> int:
    return int(sum(table.cells.get(cell) or table.relief.get(cell, 0) for cell in row.cells))
