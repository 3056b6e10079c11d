"""The first rows of a ledger as they would be read, beside what would keep them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.ledger import cells_of
from casework.domain.ledger_columns import COLUMNS, Slot
from casework.domain.ledger_reading import parse_row
from casework.domain.ledger_values import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from casework.domain.ledger_checks import RowProblem
    from casework.domain.ledger_header import Header
    from casework.domain.ledger_values import Cell
    from casework.domain.states import State

_ORDER = {key: place for place, key in enumerate(COLUMNS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """One row: what it would say by slot, in the state it would have; or its problems."""

    number: int
    values: dict[Slot, str]
    state: State | None
    problems: tuple[RowProblem, ...]


def preview(
    header: Header, rows: Iterable[tuple[int, Sequence[Cell]]], *, today: date, most: int
) -> list[PreviewRow]:
    """Return the first ``most`` data rows as they would be read; a wrong one as it stands."""
    shown: list[PreviewRow] = []
    for number, row in rows:
        cells = header.cells(row)
        if not cells or header.repeats(row):
            continue
        read = parse_row(cells, today=today)
        wrong = isinstance(read, list)
        said = cells if isinstance(read, list) else cells_of(read)
        shown.append(
            PreviewRow(
                number=number,
                values={slot: text_of(cell) for slot, cell in said.items()},
                state=None if isinstance(read, list) else read.state,
                problems=tuple(read) if isinstance(read, list) and wrong else (),
            )
        )
        if len(shown) == most:
            break
    return shown


def slots_shown(header: Header, rows: Iterable[PreviewRow]) -> list[Slot]:
    """Return the columns of a preview in the order of our sheets: chosen ones and inferred ones."""
    slots = {slot for _, slot in header.slots} | {slot for row in rows for slot in row.values}
    return sorted(slots, key=lambda slot: (_ORDER[slot.key], slot.turn))
