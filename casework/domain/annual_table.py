"""A year's table filled in: its cells, what of them was handed in, and the part entered by hand."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casework.domain.annual_form import Form

Number = int | Decimal
Cell = tuple[str, str]
"""(row code, column code); the column is "" in a form without columns. In the relief table it is
(kind, result or "total")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """One table that a unit outside the system handed in: whose, which version, of which file."""

    agency_code: str
    agency_name: str
    version: int
    sha256: str
    covers_below: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedPart:
    """The part of a rolled-up table that was handed in, cell by cell (``annual_rollup``)."""

    returns: tuple[HandedIn, ...]
    cells: Mapping[Cell, Number]
    relief: Mapping[Cell, int]

    def in_cell(self, cell: Cell) -> Number:
        """Return how much of one cell was handed in."""
        return self.cells.get(cell, self.relief.get(cell, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A filled form. ``cells`` holds every cell of the form, None where nobody has entered it yet.

    ``late`` is the number of finished cases answered late, ``relief`` every group of the relief
    table whether or not the form prints one. ``handed`` is the part of it that no record of ours
    stands behind, None if there is none. ``by_hand`` holds what was entered into the form's tables
    by hand (主动公开), by the code of the cell; a cell that is not in it is open.
    """

    form: Form
    year: int
    cells: Mapping[Cell, Number | None]
    relief: Mapping[Cell, int] = field(default_factory=dict)
    late: int = 0
    handed: HandedPart | None = None
    by_hand: Mapping[str, Number | None] = field(default_factory=dict)

    def value(self, row: str, column: str = "") -> Number | None:
        """Return one figure; KeyError if the form has no such cell."""
        return self.cells[row, column]

    def as_json(self) -> dict[str, object]:
        """Return form, year, rows and relief as the interface writes them.

        Only a table with a handed-in part has ``handed_in``: the same cells, and whose they are;
        only one with figures entered by hand beside its rows has ``by_hand``.
        """
        answer: dict[str, object] = {"form": self.form.code, "year": self.year}
        answer |= _written_cells(self.form, self.cells, self.relief)
        if self.by_hand:
            answer["by_hand"] = {
                code: _json_number(value) for code, value in sorted(self.by_hand.items())
            }
        if self.handed is not None:
            answer["handed_in"] = {
                "returns": [asdict(one) for one in self.handed.returns],
                **_written_cells(self.form, self.handed.cells, self.handed.relief),
            }
        return answer


def _written_cells(
    form: Form,
    cells: Mapping[Cell, Number | None] | Mapping[Cell, Number],
    relief: Mapping[Cell, int],
) -> dict[str, object]:
    if form.columns:
        return {"rows": _nested(cells), "relief": _nested(relief)}
    return {"rows": {row: _json_number(value) for (row, _), value in cells.items()}}


def _nested(
    cells: Mapping[Cell, Number | None] | Mapping[Cell, Number] | Mapping[Cell, int],
) -> dict[str, object]:
    nested: dict[str, dict[str, int | float | None]] = {}
    for (row, column), value in cells.items():
        nested.setdefault(row, {})[column] = _json_number(value)
    return dict(nested)


def _json_number(value: Number | None) -> int | float | None:
    """Return a count as an integer; an amount keeps its decimals only if it has any."""
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == value.to_integral_value() else float(value)
