"""A list on paper: the year's ledger, the watch list, units side by side.

One description serves PDF and XLSX: columns with widths in millimetres, rows in their order, sums
at the end. A cell is a text, a number, a day or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

Value = str | int | Decimal | date | None

MEASURE = 269.0
"""Width of a list: A4 across less margins of 14 mm."""


class Align(StrEnum):
    """Where a column's content stands."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListColumn:
    """One column; a ``width`` of 0 takes what the others leave."""

    head: str
    width: float
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One line. A ``strong`` one is a sum, or the head of a group if only its first cell is set.

    The first cell of a strong line reaches over the empty ones after it.
    """

    cells: tuple[Value, ...]
    strong: bool = False

    @property
    def is_heading(self) -> bool:
        """Whether the line only says what the next ones are."""
        return self.strong and all(cell is None for cell in self.cells[1:])

    @property
    def reach(self) -> int:
        """How many columns the first cell takes up."""
        if not self.strong:
            return 1
        empty = 0
        for cell in self.cells[1:]:
            if cell is not None:
                break
            empty += 1
        return 1 + empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A whole list: ``lines`` stand beneath the title, ``notes`` at the end."""

    title: str
    lines: tuple[str, ...]
    columns: tuple[ListColumn, ...]
    rows: tuple[ListRow, ...]
    author: str
    notes: tuple[str, ...] = ()
    sheet: str = "清单"

    @property
    def widths(self) -> tuple[float, ...]:
        """The columns' widths in mm; those without one share what is left."""
        left = MEASURE - sum(column.width for column in self.columns)
        open_ones = sum(not column.width for column in self.columns) or 1
        return tuple(column.width or left / open_ones for column in self.columns)


def shown(value: Value) -> str:
    """Return a cell as printed: 2025-03-04, 12, 95.0."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)
