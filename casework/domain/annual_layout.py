"""How a statutory table is printed: which heads span which rows and columns.

The sheets of 2019 and 2021 merge their heads (国办公开办函〔2021〕30号, 第三部分):
三、本年度办理结果 stands beside 22 rows, （三）不予公开 beside eight of them. Screen, XLSX, DOCX
and PDF draw the same cells from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casework.domain.annual_form import Form, FormRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One head cell; a span of 1 is no merge. ``code`` is the row's or column's, "" if none."""

    label: str
    rowspan: int = 1
    colspan: int = 1
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRow:
    """One line of the body: the heads that begin on it, outermost first, and its row."""

    heads: tuple[Head, ...]
    row: FormRow


def printed_rows(form: Form) -> tuple[PrintedRow, ...]:
    """Return the lines of a form with columns: every row with figures, under its merged heads."""
    with_cells = [row for row in form.rows if row.has_cell]
    depth = label_columns(form)
    lines = []
    begun: set[str] = set()
    for row in with_cells:
        heads = []
        for above in _headings_above(form, row):
            if above.code not in begun:
                begun.add(above.code)
                beneath = form.beneath(above.code)
                span = sum(one.code in beneath for one in with_cells)
                heads.append(Head(label=above.label, rowspan=span, code=above.code))
        heads.append(Head(label=row.label, colspan=depth - row.level + 1, code=row.code))
        lines.append(PrintedRow(heads=tuple(heads), row=row))
    return tuple(lines)


def label_columns(form: Form) -> int:
    """Return how many columns of labels stand before the figures."""
    return max(row.level for row in form.rows)


def column_heads(form: Form) -> tuple[tuple[Head, ...], ...]:
    """Return the three lines of heads over the figures: 申请人情况, the groups, the six types."""
    first = (Head(label=form.column_head, colspan=len(form.columns)),)
    second: list[Head] = []
    third: list[Head] = []
    for parent, columns in groupby(form.columns, key=lambda column: column.parent):
        grouped = tuple(columns)
        if parent is None:
            second.extend(Head(label=one.label, rowspan=2, code=one.code) for one in grouped)
        else:
            second.append(Head(label=parent, colspan=len(grouped)))
            third.extend(Head(label=one.label, code=one.code) for one in grouped)
    return first, tuple(second), tuple(third)


def _headings_above(form: Form, row: FormRow) -> tuple[FormRow, ...]:
    above: list[FormRow] = []
    parent = form.find_row(row.parent) if row.parent else None
    while parent is not None:
        above.insert(0, parent)
        parent = form.find_row(parent.parent) if parent.parent else None
    return tuple(above)
