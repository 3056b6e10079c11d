"""The official layout of a year-end table: merged heads, vertical titles, all from data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from casework.domain.annual_form import Form, FormColumn, FormRow, ReliefTable

HEAD_COLUMNS = 3
"""Columns of titles left of the figures: 部分, 类, 项."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One title cell."""

    label: str
    colspan: int = 1
    rowspan: int = 1
    vertical: bool = False

    @property
    def scope(self) -> str:
        """What a screen reader takes it for."""
        return "rowgroup" if self.rowspan > 1 else "row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One printed line: its titles and the row whose figures stand in it."""

    heads: tuple[Head, ...]
    row: FormRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnHead:
    """One cell of the heads above the figures."""

    label: str
    colspan: int = 1
    rowspan: int = 1

    @property
    def scope(self) -> str:
        """What a screen reader takes it for."""
        return "colgroup" if self.colspan > 1 else "col"


def lines_of(form: Form) -> list[Line]:
    """Return the lines of a form with columns: headings become cells that span their rows."""
    lines = []
    pending: list[Head] = []
    for row in form.rows:
        depth = row.level - 1
        if not row.has_cell:
            inside = [r for r in form.rows if r.has_cell and r.code in form.beneath(row.code)]
            pending.append(Head(label=row.label, rowspan=len(inside), vertical=depth == 0))
            continue
        own = Head(label=row.label, colspan=HEAD_COLUMNS - depth)
        lines.append(Line(heads=(*pending, own), row=row))
        pending = []
    return lines


def column_heads(columns: Sequence[FormColumn]) -> tuple[list[ColumnHead], list[ColumnHead]]:
    """Return the two lines of heads under 申请人情况: groups and single columns, then members."""
    upper: list[ColumnHead] = []
    lower: list[ColumnHead] = []
    shown: set[str] = set()
    for column in columns:
        if column.parent is None:
            upper.append(ColumnHead(label=column.label, rowspan=2))
            continue
        if column.parent not in shown:
            shown.add(column.parent)
            members = sum(other.parent == column.parent for other in columns)
            upper.append(ColumnHead(label=column.parent, colspan=members))
        lower.append(ColumnHead(label=column.label))
    return upper, lower


def relief_heads(relief: ReliefTable) -> tuple[list[ColumnHead], list[ColumnHead]]:
    """Return the two lines of heads above the relief table's results."""
    width = len(relief.results) + 1
    upper: list[ColumnHead] = []
    lower: list[ColumnHead] = []
    shown: set[str] = set()
    for group in relief.groups:
        if group.parent is None:
            upper.append(ColumnHead(label=group.label, colspan=width, rowspan=2))
            continue
        if group.parent not in shown:
            shown.add(group.parent)
            members = sum(other.parent == group.parent for other in relief.groups)
            upper.append(ColumnHead(label=group.parent, colspan=width * members))
        lower.append(ColumnHead(label=group.label, colspan=width))
    return upper, lower


def relief_columns(relief: ReliefTable) -> list[tuple[str, str]]:
    """Return code and label of the columns within each group, the total last."""
    return [*((r.value, label) for r, label in relief.results), ("total", relief.total_label)]


def sections(form: Form) -> list[tuple[FormRow, list[FormRow]]]:
    """Return the parts of a form without columns, each with the rows beneath it."""
    tops = [row for row in form.rows if row.level == 1]
    return [(top, list(_beneath(form.rows, top.code))) for top in tops]


def _beneath(rows: Iterable[FormRow], code: str) -> Iterable[FormRow]:
    return (row for row in rows if row.code.startswith(f"{code}."))
