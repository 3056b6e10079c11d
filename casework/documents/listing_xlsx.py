"""A list as XLSX: numbers and days are real ones, all else is text that stays text."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import xlsxwriter

from casework.documents.chinese_text import clean
from casework.documents.listing import Align, shown

if TYPE_CHECKING:
    from casework.documents.listing import Listing, Value

_FIXED_DATE = datetime(2000, 1, 1)  # noqa: DTZ001 - a constant, so that equal lists are equal bytes
_PIXELS_A_MM = 96 / 25.4
_LONGEST = 32_767
_A4 = 9
_BASE = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True}
_HORIZONTAL = {Align.LEFT: "left", Align.CENTRE: "center", Align.RIGHT: "right"}


def render_listing_xlsx(listing: Listing) -> bytes:
    """Return the workbook; equal lists give equal bytes."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties(
        {"title": listing.title, "author": listing.author, "created": _FIXED_DATE, "comments": ""}
    )
    sheet = book.add_worksheet(listing.sheet)
    last = len(listing.columns) - 1
    for place, width in enumerate(listing.widths):
        sheet.set_column_pixels(place, place, round(width * _PIXELS_A_MM))
    title = book.add_format(_BASE | {"font_size": 16, "bold": True, "align": "center"})
    plain = book.add_format(_BASE | {"align": "left"})
    _across(sheet, (0, last), listing.title, title)
    sheet.set_row(0, 28)
    for row, text in enumerate(listing.lines, 1):
        _across(sheet, (row, last), text, plain)
    head = len(listing.lines) + 1
    heads = book.add_format(_BASE | {"border": 1, "bold": True, "align": "center"})
    for place, column in enumerate(listing.columns):
        sheet.write_string(head, place, column.head, heads)
    formats = _formats(book, listing)
    over = book.add_format(_BASE | {"border": 1, "bold": True, "align": "left"})
    for row, line in enumerate(listing.rows, head + 1):
        for place, value in enumerate(line.cells):
            day = isinstance(value, date)
            _write(sheet, row, place, value, formats[place, line.strong, day])
        if line.reach > 1:
            sheet.merge_range(row, 0, row, line.reach - 1, "", over)
            sheet.write_string(row, 0, clean(shown(line.cells[0])), over)
    end = head + len(listing.rows)
    for row, note in enumerate(listing.notes, end + 1):
        _across(sheet, (row, last), note, plain)
    sheet.freeze_panes(head + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    book.close()
    return buffer.getvalue()


def _formats(book: Any, listing: Listing) -> dict[tuple[int, bool, bool], Any]:
    return {
        (place, strong, day): book.add_format(
            _BASE
            | {"border": 1, "bold": strong, "align": _HORIZONTAL[column.align]}
            | ({"num_format": "yyyy-mm-dd"} if day else {})
        )
        for place, column in enumerate(listing.columns)
        for strong in (False, True)
        for day in (False, True)
    }


def _across(sheet: Any, place: tuple[int, int], text: str, form: Any) -> None:
    row, last = place
    if last:
        sheet.merge_range(row, 0, row, last, "", form)
    sheet.write_string(row, 0, text, form)


def _write(sheet: Any, row: int, place: int, value: Value, form: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(row, place, None, form)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), form)  # noqa: DTZ001  a spreadsheet's day has no zone
    elif isinstance(value, int | Decimal):
        sheet.write_number(row, place, float(value), form)
    else:
        sheet.write_string(row, place, clean(value)[:_LONGEST], form)
