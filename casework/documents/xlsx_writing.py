"""Writing .xlsx: text stays text whatever it begins with, dates and numbers are real ones.

Never a formula, never a link (CWE-1236): what somebody typed into an application must not run when
a clerk opens the sheet.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, BinaryIO

import xlsxwriter

from casework.domain.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | bool | date | time | timedelta | None

LONGEST_TEXT = 32_767
"""Characters that a cell of an .xlsx holds."""

_WIDEST = 48


@dataclass(frozen=True, slots=True)
class _Formats:
    bold: Format
    day: Format
    moment: Format
    wrapped: Format


@dataclass(slots=True)
class _Page:
    """One sheet being written, row by row."""

    sheet: Worksheet
    formats: _Formats

    def write(self, row: int, column: int, cell: Cell) -> None:
        """Write one cell as what it is; rows and columns count from 0."""
        if cell is None or cell == "":
            return
        if isinstance(cell, str):
            self.sheet.write_string(row, column, cell)
        elif isinstance(cell, datetime):
            plain = cell.time() == time()
            self.sheet.write_datetime(
                row, column, cell, self.formats.day if plain else self.formats.moment
            )
        elif isinstance(cell, date):
            self.sheet.write_datetime(row, column, cell, self.formats.day)
        elif isinstance(cell, bool):
            self.sheet.write_boolean(row, column, cell)
        elif isinstance(cell, (int, float)):
            self.sheet.write_number(row, column, cell)
        else:
            self.sheet.write_string(row, column, str(cell))


def write_xlsx(
    target: BinaryIO, headers: Sequence[str], rows: Iterable[Sequence[Cell]], title: str
) -> int:
    """Write headers and rows as one sheet; return the number of rows.

    RuleBroken if a text is longer than a cell holds.
    """
    number = 0
    with _opened(target, title) as page:
        page.sheet.freeze_panes(1, 0)
        for column, header in enumerate(headers):
            page.sheet.set_column(column, column, max(10, 2 * len(header) + 2))
            page.sheet.write_string(0, column, header, page.formats.bold)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, str) and len(cell) > LONGEST_TEXT:
                    raise RuleBroken(
                        "text_too_long",
                        f"“{headers[column]}”第{number + 1}行有{len(cell)}个字，"
                        f"超过 .xlsx 单元格的{LONGEST_TEXT}个，请您改为导出 .csv。",
                        field="文件",
                    )
                page.write(number, column, cell)
    return number


def write_with_remarks(
    target: BinaryIO,
    rows: Iterable[tuple[Sequence[Cell], str]],
    *,
    title: str,
    heads: int,
    column: int,
) -> int:
    """Write somebody's rows as they were, each with a remark in ``column``; return how many.

    The first ``heads`` rows are theirs above the data. A text longer than a cell holds is cut: the
    original is theirs and stays.
    """
    count = 0
    with _opened(target, title) as page:
        page.sheet.freeze_panes(heads, 0)
        page.sheet.set_column(column, column, _WIDEST, page.formats.wrapped)
        for number, (row, remark) in enumerate(rows):
            for place, cell in enumerate(row[:column]):
                page.write(number, place, cell[:LONGEST_TEXT] if isinstance(cell, str) else cell)
            if remark:
                page.write(number, column, remark[:LONGEST_TEXT])
            count += 1
    return count


@contextmanager
def _opened(target: BinaryIO, title: str) -> Iterator[_Page]:
    workbook = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        },
    )
    try:
        formats = _Formats(
            bold=workbook.add_format({"bold": True}),
            day=workbook.add_format({"num_format": "yyyy-mm-dd"}),
            moment=workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            wrapped=workbook.add_format({"text_wrap": True}),
        )
        yield _Page(workbook.add_worksheet(title), formats)
    finally:
        workbook.close()
