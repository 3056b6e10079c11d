"""The year-end table as XLSX: figures are numbers, everything else is text that stays text."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter

from casework.documents.annual_cells import Look

if TYPE_CHECKING:
    from casework.documents.annual_cells import AnnualReturn, Grid, PlacedCell

_FIXED_DATE = datetime(2000, 1, 1)  # noqa: DTZ001 - a constant, so that equal tables are equal bytes
_PIXELS_A_MM = 96 / 25.4
_POINTS_A_MM = 72 / 25.4
_SIZE = 10
_LEAST_ROW = 6.4  # mm
_A4 = 9
_TITLE_ROW, _YEAR_ROW, _AGENCY_ROW, _FIRST_ROW = range(4)
_STACKED = 270  # XlsxWriter's word for upright signs one below the other
_BASE = {"font_name": "宋体", "font_size": _SIZE, "valign": "vcenter", "text_wrap": True}
_FRAMED = _BASE | {"border": 1}
_LOOKS: dict[Look, dict[str, Any]] = {
    Look.HEAD: _FRAMED | {"font_name": "黑体", "align": "center"},
    Look.NOTE: _FRAMED | {"align": "center", "font_size": 9},
    Look.VERTICAL: _FRAMED | {"align": "center", "rotation": _STACKED},
    Look.GROUP: _FRAMED | {"align": "center"},
    Look.LABEL: _FRAMED | {"align": "left"},
    Look.UNIT: _FRAMED | {"align": "center"},
    Look.FIGURE: _FRAMED | {"align": "right", "text_wrap": False},
}


def render_xlsx(filed: AnnualReturn) -> bytes:
    """Return the workbook, one sheet for each table; equal tables give equal bytes."""
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
        {"title": filed.title, "author": filed.agency, "created": _FIXED_DATE, "comments": ""}
    )
    sheets = _Formats(book)
    for grid in filed.grids():
        _write_sheet(book, sheets, filed, grid)
    book.close()
    return buffer.getvalue()


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def of(self, facts: dict[str, Any]) -> Any:
        key = tuple(sorted(facts.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(facts)
        return self._made[key]


def _write_sheet(book: Any, formats: _Formats, filed: AnnualReturn, grid: Grid) -> None:
    sheet = book.add_worksheet(grid.name)
    last = len(grid.widths) - 1
    for column, width in enumerate(grid.widths):
        sheet.set_column_pixels(column, column, round(width * _PIXELS_A_MM))
    title = _BASE | {"font_name": "方正小标宋简体", "font_size": 16, "align": "center"}
    _write(sheet, (_TITLE_ROW, 0, _TITLE_ROW, last), grid.title, formats.of(title))
    sheet.set_row(_TITLE_ROW, 30)
    centred = formats.of(_BASE | {"align": "center"})
    _write(sheet, (_YEAR_ROW, 0, _YEAR_ROW, last), filed.year_line, centred)
    left = formats.of(_BASE | {"align": "left"})
    _write(sheet, (_AGENCY_ROW, 0, _AGENCY_ROW, last), filed.agency_line, left)
    sheet.set_row(_AGENCY_ROW, 20)
    for row, height in enumerate(grid.row_heights(size=_SIZE, least=_LEAST_ROW), _FIRST_ROW):
        sheet.set_row(row, round(height * _POINTS_A_MM, 1))
    for cell in grid.cells:
        _write_cell(sheet, formats, cell)
    end = _FIRST_ROW + grid.rows
    for row, (name, value) in enumerate(filed.foot, end + 1):
        _write(sheet, (row, 0, row, last), f"{name}：{value}", left)
        end = row
    _set_page(sheet, grid, end, last)


def _write_cell(sheet: Any, formats: _Formats, cell: PlacedCell) -> None:
    facts = _LOOKS[cell.look] | ({"indent": cell.indent} if cell.indent else {})
    form = formats.of(facts)
    top, left = _FIRST_ROW + cell.row, cell.column
    if cell.look is not Look.FIGURE:
        place = (top, left, top + cell.rowspan - 1, left + cell.colspan - 1)
        _write(sheet, place, cell.text, form)
    else:
        if cell.colspan > 1:
            sheet.merge_range(top, left, top, left + cell.colspan - 1, "", form)
        if cell.content is None:
            sheet.write_blank(top, left, None, form)
        else:
            sheet.write_number(top, left, float(cell.content), form)


def _write(sheet: Any, place: tuple[int, int, int, int], text: str, form: Any) -> None:
    """Write text as text, merged over ``place`` if that is more than one cell."""
    if place[:2] != place[2:]:
        sheet.merge_range(*place, "", form)
    sheet.write_string(place[0], place[1], text, form)


def _set_page(sheet: Any, grid: Grid, end: int, last: int) -> None:
    sheet.set_paper(_A4)
    sheet.set_portrait()
    sheet.set_margins(left=0.79, right=0.79, top=0.79, bottom=0.79)  # inches: 20 mm
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, end, last)
    sheet.repeat_rows(_FIRST_ROW, _FIRST_ROW + grid.heads - 1)
    sheet.set_footer('&C&"宋体,Regular"— &P —')
    sheet.hide_gridlines(2)
    sheet.freeze_panes(_FIRST_ROW + grid.heads, 0)
