"""Whether a year-end table holds together: its 勾稽关系, cell by cell.

The same checks run on our own table and on one that somebody sends as JSON, where cells may be
blank, "/" or words: those are named, never guessed at. A check says what it compared and both
numbers; a hard one that does not hold keeps a return from being submitted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.annual_fold import grounds_in_row
from casework.domain.annual_form import CaseCount, Source
from casework.domain.annual_sheet import (
    ABSENT,
    Sheet,
    figure_in,
    is_countable,
    read_sheet,
    relief_cells_of,
)
from casework.domain.statutory_clock import Timeliness

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from casework.domain.annual_fold import CubeRow
    from casework.domain.annual_form import Form, FormRow, Identity
    from casework.domain.annual_table import Cell, Number, Table

_SHOWN = 12
"""How many cells one message names before it only counts the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One finding. ``ok`` False is a fault if ``hard``, a reminder if not.

    ``uncertain``: two things were said and neither can be passed. ``cells`` are the (row, column)
    codes to look at, ``cases`` the numbers of cases that explain a difference.
    """

    id: str
    ok: bool
    hard: bool
    message: str
    cells: tuple[Cell, ...] = ()
    cases: tuple[str, ...] = ()
    uncertain: bool = False

    @property
    def verdict(self) -> str:
        """通过, 不通过, 不确定 or 提醒."""
        if self.ok:
            return "通过"
        if self.uncertain:
            return "不确定"
        return "不通过" if self.hard else "提醒"

    def as_json(self) -> dict[str, object]:
        """Return the check as the interface writes it."""
        return {
            "id": self.id,
            "ok": self.ok,
            "hard": self.hard,
            "uncertain": self.uncertain,
            "message": self.message,
            "cells": [",".join(part for part in cell if part) for cell in self.cells],
            "cases": list(self.cases),
        }


def has_fault(checks: Iterable[Check]) -> bool:
    """Whether a hard check does not hold."""
    return any(check.hard and not check.ok for check in checks)


def passes(checks: Iterable[Check]) -> bool:
    """Whether nothing is wrong and nothing uncertain; reminders do not count."""
    return not any((check.hard or check.uncertain) and not check.ok for check in checks)


def check_table(table: Table) -> tuple[Check, ...]:
    """Check our own table; what the form cannot show is added as reminders."""
    sheet = Sheet(form=table.form, year=table.year, cells=table.cells, relief=table.relief)
    return (*check_sheet(sheet), *_what_the_form_hides(table))


def check_file(payload: object) -> tuple[Check, ...]:
    """Check a table in the interface's JSON shape, ours or somebody's.

    RuleBroken(field=…) if it is not such a table at all; a bad cell is a finding, not an error.
    """
    return check_sheet(read_sheet(payload))


def check_sheet(sheet: Sheet) -> tuple[Check, ...]:
    """Evaluate the cells and every identity of the sheet's form."""
    checks = [_check_cells(sheet)]
    if not_entered := _not_entered(sheet):
        checks.append(not_entered)
    for identity in sheet.form.identities:
        if identity.kind in ("eq", "le") and identity.scope != "across years":
            check = _check_identity(sheet, identity)
            if check is not None:
                checks.append(check)
    if sheet.form.relief is not None:
        checks.append(_check_relief(sheet, sheet.form.relief.identity))
    return tuple(checks)


def check_years(
    this: Table, last: Sheet | Table, differing: Mapping[str, Sequence[str]] | None = None
) -> tuple[Check, ...]:
    """Check that what was carried in equals what last year's table carried out, per column.

    ``differing``: column code to the numbers of cases that one year carries over and the other
    does not. Nothing is checked if either form has no such rows (2014: no 结转).
    """
    checks = []
    for identity in this.form.identities:
        if identity.scope != "across years" or not _has_rows(last.form, identity.rhs):
            continue
        faults: list[str] = []
        cells: list[Cell] = []
        cases: list[str] = []
        for column in this.form.columns:
            mine = figure_in(this.cells.get((identity.lhs[0], column.code), ABSENT))
            theirs = figure_in(last.cells.get((identity.rhs[0], column.code), ABSENT))
            if mine is not None and mine == theirs:
                continue
            cells.append((identity.lhs[0], column.code))
            numbers = tuple((differing or {}).get(column.code, ()))
            cases.extend(number for number in numbers if number not in cases)
            explained = f"，差在{'、'.join(numbers)}" if numbers else ""
            faults.append(
                f"{column.label}列本年上年结转{_show(mine)}件，"
                f"{last.year}年度表结转下年度{_show(theirs)}件{explained}"
            )
        message = (
            f"{identity.text}，但{'；'.join(faults)}。"
            if faults
            else f"{identity.text}，{len(this.form.columns)}列全部相等。"
        )
        checks.append(
            Check(
                id=identity.id,
                ok=not faults,
                hard=identity.hard,
                message=message,
                cells=tuple(cells),
                cases=tuple(cases),
            )
        )
    return tuple(checks)


def check_cube(form: Form, cube: Iterable[CubeRow]) -> tuple[Check, ...]:
    """Check that each finished case has exactly one result row (identity I6 of 2019 and 2021).

    A form that counts by ground but has no row for every ground (2014) has no such identity.
    """
    identity = next((i for i in form.identities if i.scope == "each case"), None)
    if identity is None:
        return ()
    leaves = [
        grounds_in_row(form, row.code)
        for row in form.rows
        if isinstance(row.source, CaseCount) and row.source.by_ground
    ]
    finished = astray = 0
    for row in cube:
        if row.is_finished:
            finished += row.count
            if sum(row.ground_code in grounds for grounds in leaves) != 1:
                astray += row.count
    message = (
        f"{identity.text}，但{finished}件办结的申请中有{astray}件不在恰好一行中，请您核对其办理结果。"
        if astray
        else f"{identity.text}，{finished}件逐一核过。"
    )
    return (Check(id=identity.id, ok=not astray, hard=identity.hard, message=message),)


def _check_cells(sheet: Sheet) -> Check:
    """Name every cell that holds no figure; 0 is a figure, a blank or "/" is not (I5)."""
    identity = next((i for i in sheet.form.identities if i.kind == "nonneg_int"), None)
    faults = [
        (cell, value)
        for cell, value, row in _expected_cells(sheet)
        if not is_countable(value, fractions=row is not None and row.takes_fractions)
    ]
    text = "各格都是不小于0的数" if identity is None else identity.text
    if not faults:
        message = f"{text}。"
    else:
        named = "；".join(
            f"{_name(sheet, cell)}{_describe(value)}" for cell, value in faults[:_SHOWN]
        )
        rest = f"；另有{len(faults) - _SHOWN}格" if len(faults) > _SHOWN else ""
        message = f"有{len(faults)}格不是可以合计的数：{named}{rest}，没有的请填0。"
    return Check(
        id="cells" if identity is None else identity.id,
        ok=not faults,
        hard=True,
        message=message,
        cells=tuple(cell for cell, _ in faults),
    )


def _expected_cells(sheet: Sheet) -> Iterator[tuple[Cell, object, FormRow | None]]:
    """Yield the cells that must hold a figure.

    With columns, the whole grid: a sheet in this layout has no gap. Without, what is there: a
    published text quotes only some rows, and rows entered by hand may still be open (null).
    """
    form = sheet.form
    for row in form.rows:
        for column in form.column_codes if row.has_cell else ():
            value = sheet.cells.get((row.code, column), ABSENT)
            by_hand = isinstance(row.source, Source)
            if form.columns or not (value is ABSENT or (by_hand and value is None)):
                yield (row.code, column), value, row
    if sheet.relief:
        for cell in relief_cells_of(form):
            yield cell, sheet.relief.get(cell, ABSENT), None


def _not_entered(sheet: Sheet) -> Check | None:
    open_rows = [
        row
        for row in sheet.form.rows
        if isinstance(row.source, Source) and sheet.cells.get((row.code, ""), ABSENT) is None
    ]
    if not open_rows:
        return None
    return Check(
        id="not_entered",
        ok=False,
        hard=False,
        message=f"有{len(open_rows)}行须人工填报，还没有填写，第一行是“{open_rows[0].label}”。",
        cells=tuple((row.code, "") for row in open_rows),
    )


def _check_identity(sheet: Sheet, identity: Identity) -> Check | None:
    """Evaluate one identity in all its columns or rows; None if nothing of it was published."""
    compared = 0
    faults: list[str] = []
    cells: list[Cell] = []
    shown = ""
    for left, right, place in _sides(sheet.form, identity):
        known_left = [
            n for cell in left if (n := figure_in(sheet.cells.get(cell, ABSENT))) is not None
        ]
        known_right = [
            n for cell in right if (n := figure_in(sheet.cells.get(cell, ABSENT))) is not None
        ]
        if len(known_left) < len(left) or not known_right:
            continue
        partial = len(known_right) < len(right)
        total, parts = sum(known_left), sum(known_right)
        compared += 1
        holds = (
            parts <= total if partial and identity.kind == "eq" else _holds(identity, total, parts)
        )
        shown = f"{_add(known_left)}{'≥' if partial else _sign(identity)}{_add(known_right)}"
        if not holds:
            cells.extend((*left, *right))
            faults.append(
                f"{place}{_names(sheet.form, left, identity)}为{total}，"
                f"{_names(sheet.form, right, identity)}为{parts}，差{abs(total - parts)}"
            )
    if not compared:
        return None
    if faults:
        rest = f"；另有{len(faults) - _SHOWN}处" if len(faults) > _SHOWN else ""
        message = f"{identity.text}，但{'；'.join(faults[:_SHOWN])}{rest}。"
    elif compared == 1:
        message = f"{identity.text}：{shown}。"
    else:
        unit = "行" if identity.scope == "each row" else "列"
        message = f"{identity.text}，{compared}{unit}全部相等。"
    return Check(
        id=identity.id,
        ok=not faults,
        hard=identity.hard,
        message=message,
        cells=tuple(dict.fromkeys(cells)),
    )


def _sides(form: Form, identity: Identity) -> Iterator[tuple[list[Cell], list[Cell], str]]:
    """Yield the cells on either side, with the words that say where: "自然人列"."""
    if identity.scope == "each row":
        for row in form.rows:
            if row.has_cell:
                yield (
                    [(row.code, code) for code in identity.lhs],
                    [(row.code, code) for code in identity.rhs],
                    f"“{row.label}”行",
                )
        return
    for column in form.column_codes:
        found = form.find_column(column)
        yield (
            [(code, column) for code in identity.lhs],
            [(code, column) for code in identity.rhs],
            f"{found.label}列" if found else "",
        )


def _check_relief(sheet: Sheet, identity: Identity) -> Check:
    if not sheet.relief:
        return Check(
            id=identity.id,
            ok=False,
            hard=False,
            message="表中没有行政复议、行政诉讼情况，请您核对是否漏填。",
        )
    faults: list[str] = []
    cells: list[Cell] = []
    relief = sheet.form.relief
    for group in relief.groups if relief else ():
        left = [(group.kind.value, code) for code in identity.lhs]
        right = [(group.kind.value, code) for code in identity.rhs]
        known = [figure_in(sheet.relief.get(cell, ABSENT)) for cell in (*left, *right)]
        figures = [number for number in known if number is not None]
        if len(figures) < len(known):
            continue  # named by the check of cells
        if figures[0] != sum(figures[1:]):
            cells.extend((*left, *right))
            faults.append(f"{group.label}总计为{figures[0]}，四种结果之和为{sum(figures[1:])}")
    message = (
        f"{identity.text}，但{'；'.join(faults)}。"
        if faults
        else f"{identity.text}，三组全部相等。"
    )
    return Check(
        id=identity.id, ok=not faults, hard=identity.hard, message=message, cells=tuple(cells)
    )


def _what_the_form_hides(table: Table) -> Iterator[Check]:
    """Name what the 2014 form has no row for: late answers, 复议 and 诉讼 not yet ended."""
    if table.form.columns:
        return
    if table.late:
        rows = [
            (row.code, "")
            for row in table.form.rows
            if isinstance(row.source, CaseCount)
            and Timeliness.LATE in (row.source.timeliness or ())
        ]
        yield Check(
            id="late",
            ok=False,
            hard=False,
            message=f"延期办结数中有{table.late}件是超过期限才办结的，本表没有逾期一行，计在延期办结数内。",
            cells=tuple(rows),
        )
    pending = sum(count for (_, result), count in table.relief.items() if result == "pending")
    if pending:
        yield Check(
            id="pending",
            ok=False,
            hard=False,
            message=f"另有{pending}件复议、诉讼年底尚未审结，本表没有这一行，结案的年度再计入。",
        )


def _has_rows(form: Form, codes: Iterable[str]) -> bool:
    return all(form.find_row(code) is not None for code in codes)


def _describe(value: object) -> str:
    if value is ABSENT or value is None or value == "":
        return "是空的"
    return f"填的是“{value}”"


def _show(number: Number | None) -> str:
    return "（空）" if number is None else str(number)


def _add(numbers: list[Number]) -> str:
    return "＋".join(str(number) for number in numbers)


def _sign(identity: Identity) -> str:
    return "＝" if identity.kind == "eq" else "≤"


def _holds(identity: Identity, left: Number, right: Number) -> bool:
    return left == right if identity.kind == "eq" else left <= right


def _names(form: Form, cells: list[Cell], identity: Identity) -> str:
    if identity.scope == "each row":
        return "总计列" if len(cells) == 1 else "各类申请人之和"
    if len(cells) > 2:  # noqa: PLR2004 - two labels still read as one sum
        return "各项之和"
    labels = [row.label if (row := form.find_row(code)) else code for code, _ in cells]
    return "与".join(f"“{label}”" for label in labels) + ("之和" if len(labels) > 1 else "")


def _name(sheet: Sheet, cell: Cell) -> str:
    row = sheet.form.find_row(cell[0])
    column = sheet.form.find_column(cell[1])
    if row is not None:
        return f"“{row.label}”{f'的{column.label}列' if column else ''}"
    relief = sheet.form.relief
    group = next((g for g in relief.groups if g.kind.value == cell[0]), None) if relief else None
    labels = {result.value: label for result, label in relief.results} if relief else {}
    return f"“{group.label if group else cell[0]}”的{labels.get(cell[1], '总计')}"
