"""The year-end table as cells on a grid: one layout for XLSX, DOCX and PDF.

The merged heads come from the form (``domain.annual_layout``); here every cell gets its place, its
look and its content. Lengths in millimetres. A cell without a figure yet stays empty, 0 is printed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any

from casework.documents.chinese_text import clean
from casework.domain.annual_by_hand import section_title
from casework.domain.annual_layout import column_heads, label_columns, printed_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from casework.domain.annual_checks import Check
    from casework.domain.annual_form import Form, ReliefTable
    from casework.domain.annual_table import Cell, Number, Table

MEASURE = 170.0
"""Width of every grid: A4 less margins of 20 mm."""

NO_FIGURE = "——"
_VERTICAL, _GROUP, _FIGURE = 9.0, 19.0, 12.0  # widths of columns
_PLAIN_WIDTHS = (118.0, 20.0, 32.0)
_MEASURE_HEAD = ("统计指标", "单位")
_AGENCY_FIELD = "填报单位"
_HAND_COLUMNS = 12  # so many parts give two, three or four equal columns
_MM_A_POINT = 25.4 / 72
_LINE = 1.3  # of the size of the signs
_PADDING = 2.0


class Look(StrEnum):
    """What a cell is, from which its type and its place in the frame follow."""

    HEAD = "head"
    NOTE = "note"
    VERTICAL = "vertical"
    GROUP = "group"
    LABEL = "label"
    UNIT = "unit"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCell:
    """One cell. ``cell`` is its address in the table if it holds a figure."""

    row: int
    column: int
    look: Look
    content: str | Number | None
    rowspan: int = 1
    colspan: int = 1
    indent: int = 0
    cell: Cell | None = None

    @property
    def text(self) -> str:
        """The content as printed."""
        return "" if self.content is None else str(self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One table: its title, the widths of its columns in mm, and its cells by row and column.

    The first ``heads`` rows are repeated on every page.
    """

    name: str
    title: str
    widths: tuple[float, ...]
    heads: int
    cells: tuple[PlacedCell, ...]

    @property
    def rows(self) -> int:
        """How many rows the grid has."""
        return max(cell.row + cell.rowspan for cell in self.cells)

    def width_of(self, cell: PlacedCell) -> float:
        """Return the width of a cell in mm."""
        return sum(self.widths[cell.column : cell.column + cell.colspan])

    def row_heights(self, *, size: float, least: float) -> list[float]:
        """Return heights (mm) in which wrapped text of ``size`` points fits, ``least`` at least.

        Reckoned in full-width signs, for writers that cannot measure; merged rows count alone.
        """
        heights = [least] * self.rows
        for cell in self.cells:
            if cell.rowspan == 1 and cell.look is not Look.FIGURE:
                room = self.width_of(cell) - 2 * _PADDING
                sign = size * _MM_A_POINT
                lines = -(-(_signs(cell.text) + cell.indent) * sign // room)
                heights[cell.row] = max(heights[cell.row], lines * sign * _LINE + _PADDING)
        return heights


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualReturn:
    """A filled table and what is written above and below it.

    ``fields`` fills the form's foot (单位负责人, 审核人 …); what it lacks is left to write in.
    """

    table: Table
    agency: str
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def form(self) -> Form:
        """The form of the table."""
        return self.table.form

    @property
    def year_line(self) -> str:
        """（2018年度）."""
        return f"（{self.table.year}年度）"

    @property
    def agency_line(self) -> str:
        """填报单位（盖章）：…, as the form words it."""
        named = (one for one in self.form.header_fields if one.startswith(_AGENCY_FIELD))
        return f"{next(named, _AGENCY_FIELD)}：{clean(self.agency)}"

    @property
    def foot(self) -> tuple[tuple[str, str], ...]:
        """The fields below the table with what is filled in; () if the form has none."""
        return tuple((name, clean(self.fields.get(name, ""))) for name in self.form.footer_fields)

    @property
    def title(self) -> str:
        """The title of the document."""
        return f"{clean(self.agency)}{self.table.year}年度{self.form.title}"

    def grids(self) -> tuple[Grid, ...]:
        """Return the tables to print, in order."""
        if not self.form.columns:
            return (_plain_grid(self.table),)
        grids = [_grid_with_columns(self.table)]
        if self.table.by_hand:
            grids.insert(0, _hand_grid(self.table))
        if self.form.relief is not None:
            grids.append(_relief_grid(self.table))
        return tuple(grids)

    def as_json(
        self, *, agency: Mapping[str, Any], checks: Sequence[Check], warnings: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Return the table in the shape that ``annual show`` prints and ``check-file`` reads."""
        written = self.table.as_json()
        return {
            "form": written.pop("form"),
            "year": written.pop("year"),
            "agency": dict(agency),
            **written,
            "checks": [check.as_json() for check in checks],
            "warnings": list(warnings),
        }


def _signs(text: str) -> float:
    return sum(0.55 if char.isascii() else 1.0 for char in text)


def _plain_grid(table: Table) -> Grid:
    """Lay out a form with one column of figures: 统计指标, 单位, 统计数."""
    form = table.form
    heads = (*_MEASURE_HEAD, form.column_head)
    cells = [
        PlacedCell(row=0, column=column, look=Look.HEAD, content=head)
        for column, head in enumerate(heads)
    ]
    for index, row in enumerate(form.rows, start=1):
        address = (row.code, "")
        label = PlacedCell(
            row=index, column=0, look=Look.LABEL, content=row.label, indent=row.level - 1
        )
        unit = PlacedCell(row=index, column=1, look=Look.UNIT, content=row.unit or NO_FIGURE)
        figure = (
            PlacedCell(
                row=index, column=2, look=Look.FIGURE, content=table.cells[address], cell=address
            )
            if row.has_cell
            else PlacedCell(row=index, column=2, look=Look.UNIT, content=NO_FIGURE)
        )
        cells += [label, unit, figure]
    return Grid(name="统计表", title=form.title, widths=_PLAIN_WIDTHS, heads=1, cells=tuple(cells))


def _grid_with_columns(table: Table) -> Grid:
    form = table.form
    labels, columns = label_columns(form), len(form.columns)
    narrow = (_VERTICAL, *(_GROUP,) * (labels - 2))
    wide = MEASURE - sum(narrow) - columns * _FIGURE
    heads = column_heads(form)
    cells = [
        PlacedCell(
            row=0,
            column=0,
            look=Look.NOTE,
            content=form.header_note,
            rowspan=len(heads),
            colspan=labels,
        ),
        *_heads_of_columns(form, labels),
    ]
    for index, line in enumerate(printed_rows(form), start=len(heads)):
        column = labels
        for head in reversed(line.heads):  # the row's own label ends where the figures begin
            column -= head.colspan
            own = head.code == line.row.code
            look = Look.LABEL if own else Look.VERTICAL if column == 0 else Look.GROUP
            cells.append(
                PlacedCell(
                    row=index,
                    column=column,
                    look=look,
                    content=head.label,
                    rowspan=head.rowspan,
                    colspan=head.colspan,
                )
            )
        for offset, one in enumerate(form.columns):
            address = (line.row.code, one.code)
            cells.append(
                PlacedCell(
                    row=index,
                    column=labels + offset,
                    look=Look.FIGURE,
                    content=table.cells[address],
                    cell=address,
                )
            )
    title = next((one for one in form.sections if one.endswith(form.title)), form.title)
    return Grid(
        name="申请情况",
        title=title,
        widths=(*narrow, wide, *(_FIGURE,) * columns),
        heads=len(heads),
        cells=tuple(cells),
    )


def _hand_grid(table: Table) -> Grid:
    """Lay out part two: its tables one below the other, each over the whole width."""
    cells: list[PlacedCell] = []
    at = 0
    for one in table.form.hand_tables:
        span = _HAND_COLUMNS // len(one.columns)
        cells.append(
            PlacedCell(row=at, column=0, look=Look.HEAD, content=one.caption, colspan=_HAND_COLUMNS)
        )
        cells += [
            PlacedCell(row=at + 1, column=place * span, look=Look.HEAD, content=head, colspan=span)
            for place, head in enumerate(one.columns)
        ]
        for line, (label, figures) in enumerate(
            zip(one.rows, one.cells, strict=True), start=at + 2
        ):
            cells.append(
                PlacedCell(row=line, column=0, look=Look.LABEL, content=label, colspan=span)
            )
            cells += [
                PlacedCell(
                    row=line,
                    column=place * span,
                    look=Look.FIGURE,
                    content=table.by_hand.get(cell.code),
                    colspan=span,
                )
                for place, cell in enumerate(figures, start=1)
            ]
        at += 2 + len(one.rows)
    return Grid(
        name="主动公开情况",
        title=section_title(table.form),
        widths=(MEASURE / _HAND_COLUMNS,) * _HAND_COLUMNS,
        heads=1,
        cells=tuple(cells),
    )


def _heads_of_columns(form: Form, first: int) -> Iterator[PlacedCell]:
    """Place 申请人情况, the groups beneath it and the columns beneath those."""
    top, groups, members = column_heads(form)
    yield PlacedCell(
        row=0, column=first, look=Look.HEAD, content=top[0].label, colspan=top[0].colspan
    )
    at = first
    members_left = iter(members)
    for head in groups:
        yield PlacedCell(
            row=1,
            column=at,
            look=Look.HEAD,
            content=head.label,
            rowspan=head.rowspan,
            colspan=head.colspan,
        )
        if head.rowspan == 1:
            for offset in range(head.colspan):
                yield PlacedCell(
                    row=2, column=at + offset, look=Look.HEAD, content=next(members_left).label
                )
        at += head.colspan


def _relief_grid(table: Table) -> Grid:
    relief = table.form.relief
    assert relief is not None  # noqa: S101 - the only caller has looked
    results = [*((result.value, label) for result, label in relief.results)]
    results.append(("total", relief.total_label))
    cells = [*_relief_heads(relief, len(results))]
    for number, group in enumerate(relief.groups):
        for offset, (code, label) in enumerate(results):
            column = number * len(results) + offset
            address = (group.kind.value, code)
            cells += [
                PlacedCell(row=2, column=column, look=Look.HEAD, content=label),
                PlacedCell(
                    row=3,
                    column=column,
                    look=Look.FIGURE,
                    content=table.relief[address],
                    cell=address,
                ),
            ]
    count = len(results) * len(relief.groups)
    return Grid(
        name="复议诉讼情况",
        title=relief.title,
        widths=(MEASURE / count,) * count,
        heads=3,
        cells=tuple(cells),
    )


def _relief_heads(relief: ReliefTable, width: int) -> Iterator[PlacedCell]:
    at = 0
    for parent, grouped in groupby(relief.groups, key=lambda group: group.parent):
        groups = tuple(grouped)
        if parent is not None:
            span = width * len(groups)
            yield PlacedCell(row=0, column=at, look=Look.HEAD, content=parent, colspan=span)
        for group in groups:
            yield PlacedCell(
                row=0 if parent is None else 1,
                column=at,
                look=Look.HEAD,
                content=group.label,
                rowspan=2 if parent is None else 1,
                colspan=width,
            )
            at += width
