"""The table as it is drawn: every figure with its words, its address, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for

from casework.domain.annual_by_hand import section_title
from casework.domain.annual_form import Source
from casework.domain.annual_layout import printed_rows
from casework.web.annual.forms import field_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.domain.annual_form import Form, FormRow, HandCell, HandTable, ReliefTable
    from casework.domain.annual_layout import Head
    from casework.domain.annual_table import Cell, Number
    from casework.queries.annual_page import AnnualPage
    from casework.web.annual.choice import Choice

_RESULT_WIDTH = 4
"""结果维持 and its like are set in two lines of two characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One cell: its ``text``, where it leads ("" for nowhere), what a screen reader adds.

    ``is_missing``: nobody has entered it yet, and ``text`` says so.
    """

    text: str
    url: str
    spoken: str
    is_zero: bool = False
    is_bad: bool = False
    is_missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GridLine:
    """A line of a table with columns: the heads that begin on it and its figures."""

    heads: tuple[Head, ...]
    row: FormRow
    figures: list[Figure]

    def stands_upright(self, head: Head) -> bool:
        """Whether a head runs down the page: 三、本年度办理结果 beside 22 rows."""
        return head.rowspan > 1 and head.code == self.row.code.split(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineLine:
    """A line of the 2014 form: this year's figure and last year's, None for a mere heading."""

    row: FormRow
    this: Figure | None
    last: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefHeads:
    """The heads of the relief table: kinds, how the suit began, results in two short lines."""

    upper: list[tuple[str, int, int]]
    lower: list[tuple[str, int]]
    results: list[tuple[str, str]]


class Sheet:
    """Draws the figures of one page; ``may_enter`` opens the way to the entry form.

    ``has_doors`` is False for a table that no records of ours stand behind.
    """

    def __init__(
        self, choice: Choice, page: AnnualPage, *, may_enter: bool, has_doors: bool = True
    ) -> None:
        self._choice = choice
        self._page = page
        self._may_enter = may_enter
        self._has_doors = has_doors
        self._bad = {
            cell for check in page.checks if check.hard and not check.ok for cell in check.cells
        }

    def grid(self) -> Iterator[GridLine]:
        """Yield the lines of a form with columns."""
        table = self._page.table
        for line in printed_rows(table.form):
            yield GridLine(
                heads=line.heads,
                row=line.row,
                figures=[
                    self._counted(
                        (line.row.code, column.code),
                        table.value(line.row.code, column.code),
                        spoken=f"件，{column.label}",
                    )
                    for column in table.form.columns
                ],
            )

    def reliefs(self) -> Iterator[Figure]:
        """Yield the one line of the relief table."""
        table = self._page.table
        relief = table.form.relief
        for group in relief.groups if relief else ():
            for code, label in _relief_columns(relief):
                cell = group.kind.value, code
                yield self._counted(
                    cell, table.relief.get(cell, 0), spoken=f"件，{group.label}，{label}"
                )

    def by_hand(self, table: HandTable) -> Iterator[tuple[str, list[tuple[Figure, str]]]]:
        """Yield the lines of a table by hand: its label, and each figure with last year's."""
        this, last = self._page.table.by_hand, self._page.last_by_hand
        for label, cells in zip(table.rows, table.cells, strict=True):
            yield (
                label,
                [
                    (
                        self._by_hand_figure(cell, this.get(cell.code)),
                        figure_text(last.get(cell.code)),
                    )
                    for cell in cells
                ],
            )

    def _by_hand_figure(self, cell: HandCell, value: Number | None) -> Figure:
        url = ""
        if self._may_enter and self._choice.takes_entries:
            url = url_for(
                "annual.entries",
                year=self._choice.year,
                agency=self._choice.agency.id,
                _anchor=field_id(cell.code),
            )
        return Figure(
            text=figure_text(value) if value is not None else ("填报" if url else "未填"),
            url=url,
            spoken=f"{cell.unit}，{cell.label}",
            is_zero=value == 0,
            is_missing=value is None,
        )

    def outline(self) -> Iterator[OutlineLine]:
        """Yield the lines of a form without columns."""
        this, last = self._page.table, self._page.last
        for row in this.form.rows:
            yield OutlineLine(
                row=row,
                this=self._outlined(row, this.cells.get((row.code, "")), this.year),
                last=self._outlined(row, last.cells.get((row.code, "")), last.year)
                if last
                else None,
            )

    def _outlined(self, row: FormRow, value: Number | None, year: int) -> Figure | None:
        if not row.has_cell:
            return None
        spoken = row.unit or ""
        if year != self._choice.year:
            spoken = f"{spoken}，{year} 年度"
        by_hand = row.source is Source.HAND or (
            row.source is Source.FEES and year not in self._page.fee_years
        )
        if by_hand:
            return self._entered(row, value, year, spoken)
        return self._counted((row.code, ""), value, spoken=spoken, year=year)

    def _counted(
        self, cell: Cell, value: Number | None, *, spoken: str, year: int | None = None
    ) -> Figure:
        row, column = cell
        address: dict[str, Any] = {"row": row, "column": column or None}
        if year is not None and year != self._choice.year:
            address |= {"year": year, "form": self._choice.form.code}
        is_bad = cell in self._bad and year in (None, self._choice.year)
        return Figure(
            text=figure_text(value),
            url=url_for("annual.cases", **self._choice.address(**address))
            if self._has_doors
            else "",
            spoken=f"{spoken}，勾稽不通过" if is_bad else spoken,
            is_zero=value == 0,
            is_bad=is_bad,
        )

    def _entered(self, row: FormRow, value: Number | None, year: int, spoken: str) -> Figure:
        url = ""
        if self._may_enter and self._choice.takes_entries and self._choice.form.in_force(year):
            url = url_for(
                "annual.entries",
                year=year,
                agency=self._choice.agency.id,
                _anchor=field_id(row.code),
            )
        is_bad = (row.code, "") in self._bad and year == self._choice.year
        return Figure(
            text=figure_text(value) if value is not None else ("填报" if url else "未填"),
            url=url,
            spoken=spoken if value is not None else row.label,
            is_zero=value == 0,
            is_bad=is_bad,
            is_missing=value is None,
        )


def relief_heads(form: Form) -> ReliefHeads:
    """Return the three lines of heads over the relief table; ValueError if there is none."""
    relief = form.relief
    if relief is None:
        msg = f"the form of {form.code} has no relief table"
        raise ValueError(msg)
    width = len(relief.results) + 1
    upper: dict[str, tuple[str, int, int]] = {}
    for group in relief.groups:
        if group.parent is None:
            upper[group.label] = (group.label, width, 2)
        else:
            known = upper.get(group.parent, (group.parent, 0, 1))
            upper[group.parent] = (group.parent, known[1] + width, 1)
    return ReliefHeads(
        upper=list(upper.values()),
        lower=[(group.label, width) for group in relief.groups if group.parent],
        results=[
            (label[:2], label[2:]) if len(label) == _RESULT_WIDTH else (label, "")
            for _ in relief.groups
            for _, label in _relief_columns(relief)
        ],
    )


def cell_in_words(form: Form, row: str, column: str) -> str:
    """Return the full label of a cell: 三、本年度办理结果 › （三）不予公开 › … · 自然人."""
    if form.relief is not None:
        for group in form.relief.groups:
            if group.kind.value == row:
                above = [form.relief.title, group.parent, group.label]
                result = dict(_relief_columns(form.relief)).get(column, "")
                return f"{' › '.join(label for label in above if label)} · {result}"
    labels: list[str] = []
    found = form.find_row(row)
    while found is not None:
        labels.insert(0, found.label)
        found = form.find_row(found.parent) if found.parent else None
    aside = next((cell for cell in form.hand_cells if cell.code == row), None)
    if aside is not None:
        return f"{section_title(form)} › {aside.label}"
    head = form.find_column(column)
    return " › ".join(labels) + (f" · {head.label}" if head else "")


def figure_text(value: Number | None) -> str:
    """Return a figure in digits, without the decimals that say nothing: 0.5, 12."""
    if value is None:
        return ""
    if isinstance(value, int) or value == value.to_integral_value():
        return str(int(value))
    return f"{value.normalize():f}"


def _relief_columns(relief: ReliefTable | None) -> list[tuple[str, str]]:
    if relief is None:
        return []
    return [
        *((result.value, label) for result, label in relief.results),
        ("total", relief.total_label),
    ]
