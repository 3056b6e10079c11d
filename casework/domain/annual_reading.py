"""A year-end table found in rows of cells: our own file read back, or anybody's published table.

The cells may come from a spreadsheet, a Word table or a web page. Rows and columns are told by
their printed labels, in the form's order, so that a table pushed to the side, with further lines
above it or with 其他 spelled without its number is read all the same. What stands in a cell is
taken as it is: blank, "/" and words are for the checks to name (``annual_checks``).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from casework.domain.annual_sheet import Sheet
from casework.domain.errors import RuleBroken
from casework.domain.forms import FORMS, form_for_year, get_form

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from casework.domain.annual_form import Form, FormRow, HandCell, HandTable
    from casework.domain.annual_table import Cell

Rows = list[list[object]]
"""One table or sheet: its rows, each the values of its cells; None or "" is an empty cell."""

_NUMBERING = re.compile(r"^(其中)?(\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+、|\d+[.、])")
_BRACKETED = re.compile(r"\([^()]*\)")
_SIGNS = re.compile(r"[\s:：。;；“”\"'‘’]")
_YEAR = re.compile(r"(20\d{2})\s*年")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_AGENCY = re.compile(r"填报单位(?:\([^()]*\))?:(.+)")
_UNITS = frozenset({"件", "条", "次", "篇", "个", "人", "人次", "万元", "元"})
_LONGEST_AGENCY = 60
_SUM_OF_LABELS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTable:
    """What was found: the table, whose it says it is ("" if nothing), and the rows not known."""

    sheet: Sheet
    agency: str = ""
    strangers: tuple[str, ...] = ()

    @property
    def remark(self) -> str:
        """A sentence about rows with figures that belong to no row of the form, "" for none."""
        if not self.strangers:
            return ""
        named = "、".join(f"“{one}”" for one in self.strangers[:_SUM_OF_LABELS_SHOWN])
        more = (
            f"等{len(self.strangers)}行" if len(self.strangers) > _SUM_OF_LABELS_SHOWN else "这一行"
        )
        return f"{named}{more}不在{self.sheet.form.code}年格式的表中，没有读入，请您核对行的名称。"


def read_table(
    tables: Sequence[Rows], *, year: int | None = None, form: str | None = None, text: str = ""
) -> ReadTable:
    """Find the year-end table in ``tables``; the year and form are told by the file if not given.

    ``text`` is what stands around the tables. RuleBroken(field="year") if no year is given or
    found, (field="file") if no table of the form is there.
    """
    tables = [[[_tidy(value) for value in row] for row in rows] for rows in tables]
    written = [str(value) for rows in tables for row in rows for value in row if value is not None]
    if year is None:
        year = _year_in((*written, text))
    chosen = get_form(form) if form else _form_of(tables, year)
    reader = _Reader(chosen)
    for rows in tables:
        reader.take(rows)
    if not reader.cells:
        raise RuleBroken(
            "no_table",
            f"文件里没有找到{chosen.code}年格式的统计表，请您核对文件，或者另选年度和格式。",
            field="file",
        )
    return ReadTable(
        sheet=Sheet(
            form=chosen,
            year=year,
            cells=reader.cells,
            relief=reader.relief,
            by_hand=reader.by_hand,
        ),
        agency=_agency_in(written),
        strangers=tuple(reader.strangers),
    )


def plain_figure(value: object) -> object:
    """Return the number that a cell's text writes (１２, 1,200, 12.0), else the value itself."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else Decimal(str(value))
    if not isinstance(value, str):
        return value
    plain = "".join(unicodedata.normalize("NFKC", value).split()).replace(",", "")
    if not plain:
        return None
    if _NUMBER.fullmatch(plain):
        try:
            number = Decimal(plain)
        except InvalidOperation:  # pragma: no cover - the pattern admits numbers alone
            return value
        return int(number) if number == number.to_integral_value() else number
    return value.strip()


def _tidy(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _plain(text: object) -> str:
    """Return a label without spaces, quotes and colons, in half-width signs."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", str(text)))


def _keys(label: object) -> tuple[str, ...]:
    """Return how a label may be met: as printed, without its number, without its brackets."""
    plain = _plain(label)
    bare = plain
    while (shorter := _NUMBERING.sub("", bare)) != bare:
        bare = shorter
    return tuple(dict.fromkeys((plain, bare, _BRACKETED.sub("", bare))))


def _year_in(texts: Sequence[str]) -> int:
    for text in texts:
        if found := _YEAR.search(unicodedata.normalize("NFKC", text)):
            return int(found[1])
    raise RuleBroken("year_missing", "文件里没有写年度，请您选定年度后再试。", field="year")


def _agency_in(texts: Sequence[str]) -> str:
    for text in texts:
        if found := _AGENCY.match(unicodedata.normalize("NFKC", text)):
            return found[1].strip()[:_LONGEST_AGENCY]
    return ""


def _form_of(tables: Sequence[Rows], year: int) -> Form:
    """Return the form whose rows are met most often; the one in force where that decides nothing.

    A table of 2020 on the form of 2021 is somebody's mistake; it is read by what it is.
    """
    met = {
        key
        for rows in tables
        for row in rows
        for value in row
        if isinstance(value, str)
        for key in (_plain(value),)
    }
    scores = {
        form.code: sum(1 if _plain(row.label) in met else -1 for row in form.rows if row.has_cell)
        for form in FORMS
    }
    in_force = form_for_year(year)
    best = max(scores.values())
    any_met = best > -min(sum(row.has_cell for row in form.rows) for form in FORMS)
    if scores[in_force.code] == best or not any_met:
        return in_force
    return next(form for form in FORMS if scores[form.code] == best)


class _Reader:
    """Reads tables one after another into the cells of one form."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._rows = [row for row in form.rows if row.has_cell]
        self._next = 0
        self.cells: dict[Cell, object] = {}
        self.relief: dict[Cell, object] = {}
        self.by_hand: dict[str, object] = {}
        self.strangers: list[str] = []

    def take(self, rows: Rows) -> None:
        if self._form.relief is not None:
            self._take_relief(rows)
        for one in self._form.hand_tables:
            self._take_hand_table(rows, one)
        columns = self._columns(rows)
        if columns is None:
            return
        first = min(columns.values())
        begin = self._after_heads(rows, columns)
        for row in rows[begin:]:
            self._take_row(row, columns, first)

    def _columns(self, rows: Rows) -> dict[str, int] | None:
        """Return where each column of figures stands, None if this is no such table."""
        if not self._form.columns:
            return self._figure_column(rows)
        wanted = {_plain(column.label): column.code for column in self._form.columns}
        places: dict[str, int] = {}
        for row in rows:
            for place, value in enumerate(row):
                code = wanted.get(_plain(value)) if isinstance(value, str) else None
                if code is not None and code not in places and place not in places.values():
                    places[code] = place
            if len(places) == len(wanted):
                return places
        return None

    def _figure_column(self, rows: Rows) -> dict[str, int] | None:
        """Find the figures of a form without columns: under its own head, else behind the unit."""
        head = _plain(self._form.column_head)
        for row in rows:
            for place, value in enumerate(row):
                if isinstance(value, str) and _plain(value) == head:
                    return {"": place}
        for row in rows:
            for place, value in enumerate(row[:-1]):
                if place and isinstance(value, str) and _plain(value) in _UNITS:
                    return {"": place + 1}
        return None

    def _after_heads(self, rows: Rows, columns: Mapping[str, int]) -> int:
        """Return the first line that may hold figures: the one after the last column head."""
        labels = {_plain(column.label) for column in self._form.columns}
        labels |= {_plain(column.parent) for column in self._form.columns if column.parent}
        labels.add(_plain(self._form.column_head))
        last = -1
        for number, row in enumerate(rows):
            heads = [row[place] for place in columns.values() if place < len(row)]
            if any(isinstance(value, str) and _plain(value) in labels for value in heads):
                last = number
            elif last >= 0:
                break
        return last + 1

    def _take_row(self, row: list[object], columns: Mapping[str, int], first: int) -> None:
        labels = [value for value in row[:first] if isinstance(value, str)]
        labels = [label for label in labels if _plain(label) not in _UNITS]
        figures = {
            code: plain_figure(row[place]) if place < len(row) else None
            for code, place in columns.items()
        }
        if not labels:
            return
        found = self._find(labels[-1])
        if found is None:
            if any(isinstance(value, int | Decimal) for value in figures.values()):
                self.strangers.append(labels[-1].strip()[:_LONGEST_AGENCY])
            return
        self._next = found + 1
        for code, value in figures.items():
            self.cells[self._rows[found].code, code] = value

    def _find(self, label: str) -> int | None:
        """Return the place of the row with this label: the next such one, else an earlier one.

        结果维持 and 其他情形 stand in a form more than once; the order tells which is meant.
        """
        places: list[int] = [*range(self._next, len(self._rows)), *range(self._next)]
        for key in _keys(label):
            for place in places:
                if key in self._known(self._rows[place]):
                    return place
        return None

    def _known(self, row: FormRow) -> tuple[str, ...]:
        return _keys(row.label)

    def _take_hand_table(self, rows: Rows, table: HandTable) -> None:
        """Read one table of part two: lines under its heads, by their labels."""
        heads = [_plain(head) for head in table.columns]
        lines = {_plain(label): cells for label, cells in zip(table.rows, table.cells, strict=True)}
        for number, row in enumerate(rows):
            places = list(_in_order(row, heads))
            if len(places) < len(heads):
                continue
            for line in rows[number + 1 : number + 1 + len(lines)]:
                label = line[places[0]] if places[0] < len(line) else None
                for cell, place in zip(lines.get(_plain(label), ()), places[1:], strict=False):
                    value = plain_figure(line[place]) if place < len(line) else None
                    if value is not None:
                        self.by_hand.setdefault(cell.code, value)
            lines = {label: cells for label, cells in lines.items() if not self._has(cells)}

    def _has(self, cells: tuple[HandCell, ...]) -> bool:
        return any(cell.code in self.by_hand for cell in cells)

    def _take_relief(self, rows: Rows) -> None:
        """Read the one line of the relief table: beneath four results and a total, three times."""
        relief = self._form.relief
        if relief is None or self.relief:
            return
        heads = [_plain(label) for _, label in relief.results] + [_plain(relief.total_label)]
        codes = [result.value for result, _ in relief.results] + ["total"]
        cells = [(group.kind.value, code) for group in relief.groups for code in codes]
        for number, row in enumerate(rows):
            places = list(_in_order(row, heads * len(relief.groups)))
            if len(places) < len(cells):
                continue
            for line in rows[number + 1 :]:
                values = [line[place] if place < len(line) else None for place in places]
                if any(value is not None for value in values):
                    self.relief = {
                        cell: plain_figure(value) for cell, value in zip(cells, values, strict=True)
                    }
                    return


def _in_order(row: Sequence[object], heads: Sequence[str]) -> Iterator[int]:
    """Yield the places where ``heads`` stand one after another in a row."""
    wanted = iter(heads)
    head = next(wanted, None)
    for place, value in enumerate(row):
        if head is not None and isinstance(value, str) and _plain(value) == head:
            yield place
            head = next(wanted, None)
