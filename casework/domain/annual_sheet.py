"""A year-end table as somebody wrote it: any value in any cell, before it is checked.

The JSON shape is the interface's: ``{"form", "year", "rows", "relief"}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken
from casework.domain.forms import form_for_year, get_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from casework.domain.annual_form import Form
    from casework.domain.annual_table import Cell, Number

ABSENT = object()
"""Stands for a cell that is not in the sheet at all; None is one that was left open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table to be checked, with whatever stands in its cells; absent cells are not in it."""

    form: Form
    year: int
    cells: Mapping[Cell, object]
    relief: Mapping[Cell, object]
    by_hand: Mapping[str, object] = field(default_factory=dict)


def read_sheet(payload: object) -> Sheet:
    """Read a table from parsed JSON; RuleBroken(field=…) if it is no such table."""
    if not isinstance(payload, Mapping):
        raise RuleBroken(
            "not_a_table", "文件内容须是一张统计表的JSON对象，请您检查。", field="file"
        )
    year = payload.get("year")
    if not isinstance(year, int) or isinstance(year, bool):
        raise RuleBroken("year_missing", "表中没有写明年度，请您填写year，如2015。", field="year")
    code = payload.get("form")
    form = form_for_year(year) if code is None else get_form(str(code))
    rows = payload.get("rows")
    if not isinstance(rows, Mapping):
        raise RuleBroken("rows_missing", "表中没有数据行，请您填写rows。", field="rows")
    cells = dict(_nested_cells(rows, "rows") if form.columns else _flat_cells(rows))
    relief = payload.get("relief", {})
    if not isinstance(relief, Mapping):
        raise RuleBroken("relief_shape", "relief须是一个JSON对象，请您检查。", field="relief")
    relief_cells = dict(_nested_cells(relief, "relief")) if form.relief else {}
    by_hand = payload.get("by_hand", {})
    if not isinstance(by_hand, Mapping):
        raise RuleBroken("by_hand_shape", "by_hand须是一个JSON对象，请您检查。", field="by_hand")
    aside = {str(code): value for code, value in by_hand.items()}
    _refuse_unknown(form, cells, relief_cells, aside)
    return Sheet(form=form, year=year, cells=cells, relief=relief_cells, by_hand=aside)


def relief_cells_of(form: Form) -> tuple[Cell, ...]:
    """Return the addresses of the relief table's cells; () if the form has none."""
    if form.relief is None:
        return ()
    columns = (*(result.value for result, _ in form.relief.results), "total")
    return tuple((group.kind.value, column) for group in form.relief.groups for column in columns)


def _flat_cells(rows: Mapping[object, object]) -> Iterator[tuple[Cell, object]]:
    for row, value in rows.items():
        yield (str(row), ""), value


def _nested_cells(rows: Mapping[object, object], field: str) -> Iterator[tuple[Cell, object]]:
    for row, columns in rows.items():
        if not isinstance(columns, Mapping):
            raise RuleBroken(
                "row_shape",
                f"“{row}”这一行须按列分别填写，如C1、C7，请您检查。",
                field=field,
            )
        for column, value in columns.items():
            yield (str(row), str(column)), value


def _refuse_unknown(
    form: Form, cells: Iterable[Cell], relief_cells: Iterable[Cell], aside: Iterable[str]
) -> None:
    known = {(row.code, column) for row in form.rows for column in form.column_codes}
    in_relief = set(relief_cells_of(form))
    by_hand = {cell.code for cell in form.hand_cells}
    strangers = [cell for cell in cells if cell not in known]
    strangers += [cell for cell in relief_cells if cell not in in_relief]
    strangers += [(code, "") for code in aside if code not in by_hand]
    if strangers:
        name = ",".join(part for part in strangers[0] if part)
        raise RuleBroken(
            "unknown_cell",
            f"{form.code}年格式的表中没有“{name}”这一格，请您核对行列代码和表的格式。",
            field="rows",
        )


def figure_in(value: object) -> Number | None:
    """Return the figure in a cell, None if there is none that can be added."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = Decimal(str(value)) if isinstance(value, float) else value
    return number if isinstance(number, int) or number.is_finite() else None


def is_countable(value: object, *, fractions: bool) -> bool:
    """Whether a cell holds a figure that may stand there: not negative, whole unless 万元."""
    number = figure_in(value)
    if number is None or number < 0:
        return False
    return fractions or number == int(number)
