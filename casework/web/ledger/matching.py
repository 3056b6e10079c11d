"""列的对应: what a form says of an uploaded file's columns, and what the page shows of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from casework.domain.application import Channel
from casework.domain.errors import RuleBroken
from casework.domain.ledger_columns import COLUMNS, Slot
from casework.domain.ledger_guess import Certainty, GuessedColumn, guess_columns
from casework.domain.ledger_header import SEARCHED_ROWS
from casework.domain.ledger_mapping import (
    LEAVE_OUT,
    MOST_TURNS,
    ColumnChoice,
    chosen_header,
    read_slot,
    slot_code,
)
from casework.domain.ledger_preview import PreviewRow, preview, slots_shown
from casework.domain.ledger_values import text_of
from casework.services.ledger_uploads import Matching, rematched, with_choice
from casework.web.fields import options

if TYPE_CHECKING:
    from datetime import date

    from casework.services.desk import Desk
    from casework.web.ledger.forms import ColumnsForm

PREVIEWED = 12
_LONGEST = 40
_NO_CHANNEL = "（每行各写各的）"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownColumn:
    """One of their columns on the page; ``code`` is the option that is chosen."""

    column: GuessedColumn
    code: str
    remark: str
    doubtful: bool


def slot_options() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a column can be, in groups: the required ones first."""
    required = [(key, column.header) for key, column in COLUMNS.items() if column.required]
    others = [
        (slot_code(Slot(key, turn)), Slot(key, turn).header)
        for key, column in COLUMNS.items()
        if not column.required
        for turn in range(1, MOST_TURNS + 1 if column.group else 2)
    ]
    return [("", [("", f"（{LEAVE_OUT}）")]), ("必填", required), ("其他", others)]


def read_matching(desk: Desk, matching: Matching, form: ColumnsForm) -> Matching:
    """Return the file as the form has it; another sheet or header row is understood anew.

    RuleBroken for a column that is none.
    """
    sheet, row = form.sheet.data or "", form.header_row.data
    if (sheet, row) != (matching.choice.sheet, matching.choice.header_row):
        return rematched(desk, matching, sheet=sheet, header_row=row)
    places = range(_width(matching))
    return with_choice(
        matching,
        ColumnChoice(
            sheet=sheet,
            header_row=row,
            slots=tuple(read_slot(request.form.get(f"c{place}", "")) for place in places),
            channel=Channel(form.channel.data) if form.channel.data else None,
        ),
    )


def fill(form: ColumnsForm, matching: Matching) -> None:
    """Give the form what can be chosen, and what is."""
    form.sheet.choices = options(
        (head.name, head.name or "（唯一的一张）") for head in matching.heads
    )
    form.header_row.choices = options(
        [
            *(
                (number, f"第 {number} 行：{_beginning(row)}")
                for number, row in matching.head.rows[:SEARCHED_ROWS]
                if any(cell not in (None, "") for cell in row)
            ),
            (0, "没有表头，第 1 行就是数据"),
        ]
    )
    form.channel.choices = options(
        [("", _NO_CHANNEL), *((channel.value, f"全部是{channel.label}") for channel in Channel)]
    )
    form.sheet.data = matching.choice.sheet
    form.header_row.data = matching.choice.header_row
    form.channel.data = matching.choice.channel.value if matching.choice.channel else ""


def columns_of(matching: Matching) -> list[ShownColumn]:
    """Return their columns with what is chosen for each, and why."""
    rows = [row for _, row in matching.samples]
    shown = []
    for guessed in guess_columns(matching.header, rows):
        slots = matching.choice.slots
        chosen = slots[guessed.place] if guessed.place < len(slots) else None
        as_guessed = chosen == guessed.slot
        shown.append(
            ShownColumn(
                column=guessed,
                code=slot_code(chosen),
                remark=guessed.certainty.label if as_guessed else "您选的",
                doubtful=as_guessed and guessed.certainty is not Certainty.NAME,
            )
        )
    return shown


def preview_of(matching: Matching, today: date) -> tuple[list[Slot], list[PreviewRow]]:
    """Return the columns and the first rows as they would be read; none if that is not plain."""
    try:
        header = chosen_header(matching.header, matching.choice)
    except RuleBroken:
        return [], []
    rows = preview(header, matching.samples, today=today, most=PREVIEWED)
    return slots_shown(header, rows), rows


def _width(matching: Matching) -> int:
    rows = [len(row) for _, row in matching.head.rows]
    return max([len(matching.header.names), *rows], default=0)


def _beginning(row: tuple[object, ...]) -> str:
    text = "、".join(filled for cell in row if (filled := text_of(cell).strip()))  # type: ignore[arg-type]
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
