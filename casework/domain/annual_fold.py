"""How case records fold into a statutory table, and which records stand behind one cell.

One definition, ``cell_predicate``, serves both ways: the fold adds every case to the cells whose
predicate it meets, and the list behind a cell asks for the cases that meet it. So a cell and its
list cannot disagree.

A year's cases come in two legs: those received in the year, and the straddlers received before it
and not finished before it. Each is finished in the year (办结日期 in it) or carried over.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from casework.domain.annual_form import CaseCount, Flow, Form, ReliefCount, Source
from casework.domain.annual_table import Table
from casework.domain.application import ApplicantType, Channel, ReliefKind, ReliefResult
from casework.domain.errors import RuleBroken
from casework.domain.outcomes import CATALOGUE
from casework.domain.statutory_clock import Timeliness

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from casework.domain.annual_form import ReliefTable
    from casework.domain.annual_table import Cell, Number

YUAN_PER_WAN = Decimal(10000)


@dataclass(frozen=True, slots=True, kw_only=True)
class CubeRow:
    """So many cases of one year that are alike in everything a form asks about.

    ``ground_code`` and ``timeliness`` (on time, extended or late) matter for finished cases only.
    """

    is_new: bool
    is_finished: bool
    channel: Channel
    applicant_type: ApplicantType
    ground_code: str | None = None
    timeliness: Timeliness | None = None
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefRow:
    """So many 复议 or 诉讼 cases of one year with one result."""

    kind: ReliefKind
    result: ReliefResult
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedCase:
    """The facts of one case that decide which cells it feeds."""

    received_on: date
    closed_on: date | None
    channel: Channel
    applicant_type: ApplicantType
    ground_code: str | None = None
    timeliness: Timeliness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFilter:
    """Which cases stand behind one cell, as plain data; None means "any".

    Either ``flow`` is set and cases are meant, or ``relief_kinds`` and ``relief_results`` are and
    the cell counts 复议 or 诉讼.
    """

    flow: Flow | None = None
    grounds: frozenset[str] | None = None
    channels: frozenset[Channel] | None = None
    applicant_types: frozenset[ApplicantType] | None = None
    timeliness: frozenset[Timeliness] | None = None
    relief_kinds: frozenset[ReliefKind] | None = None
    relief_results: frozenset[ReliefResult] | None = None

    def matches(self, row: CubeRow) -> bool:
        """Whether cases of this cube row are counted in the cell."""
        return (
            _in_flow(row, self.flow)
            and (self.grounds is None or row.ground_code in self.grounds)
            and (self.channels is None or row.channel in self.channels)
            and (self.applicant_types is None or row.applicant_type in self.applicant_types)
            and (self.timeliness is None or row.timeliness in self.timeliness)
        )

    def matches_relief(self, row: ReliefRow) -> bool:
        """Whether this relief row is counted in the cell."""
        return (
            self.relief_kinds is not None
            and self.relief_results is not None
            and row.kind in self.relief_kinds
            and row.result in self.relief_results
        )


def cell_predicate(form: Form, row: str, column: str = "") -> CellFilter:
    """Return which cases (or relief cases) one cell counts.

    A relief cell of a form with a relief table is addressed as ("review", "upheld").
    RuleBroken(field="cell") if there is no such cell, or cases are not what fills it.
    """
    if form.relief is not None and (relief := _relief_predicate(form.relief, row, column)):
        return relief
    form_row = form.find_row(row)
    if form_row is None or not form_row.has_cell:
        raise _no_such_cell(form, row, column)
    match form_row.source:
        case CaseCount() as count:
            return CellFilter(
                flow=count.flow,
                grounds=grounds_in_row(form, row) if count.by_ground else None,
                channels=count.channels,
                timeliness=count.timeliness,
                applicant_types=_types_in_column(form, row, column),
            )
        case ReliefCount() as count if not column:
            return CellFilter(relief_kinds=count.kinds, relief_results=count.results)
        case ReliefCount():
            raise _no_such_cell(form, row, column)
    raise RuleBroken(
        "cell_not_counted",
        f"“{form_row.label}”不是由办件计数得出的，没有可以列出的办件。",
        field="cell",
    )


def grounds_in_row(form: Form, row: str) -> frozenset[str]:
    """Return the codes of the grounds counted in ``row`` of ``form`` or in a row beneath it."""
    beneath = form.beneath(row)
    return frozenset(ground.code for ground in CATALOGUE if ground.rows.get(form.code) in beneath)


def in_year(case: CountedCase, year: int) -> CubeRow | None:
    """Return how ``case`` stands in the table of ``year``; None if it has no part in it.

    It has none if it was received after the year or finished before it.
    """
    if case.received_on.year > year:
        return None
    if case.closed_on is not None and case.closed_on.year < year:
        return None
    finished = case.closed_on is not None and case.closed_on.year == year
    return CubeRow(
        is_new=case.received_on.year == year,
        is_finished=finished,
        channel=case.channel,
        applicant_type=case.applicant_type,
        ground_code=case.ground_code if finished else None,
        timeliness=case.timeliness if finished else None,
    )


def cells_of_case(form: Form, case: CountedCase, year: int) -> tuple[Cell, ...]:
    """Return every cell of the table of ``year`` that this case feeds, in the form's order."""
    row = in_year(case, year)
    if row is None:
        return ()
    return tuple(cell for cell, wanted in _case_cells(form) if wanted.matches(row))


def fold(
    form: Form,
    year: int,
    cube: Iterable[CubeRow],
    relief: Iterable[ReliefRow] = (),
    *,
    hand_entered: Mapping[str, Number | None] | None = None,
    fees_yuan: Decimal | None = None,
) -> Table:
    """Return the table of ``year`` that these records fill.

    ``hand_entered`` gives the rows that records cannot fill, by row code, and the cells of the
    form's tables by hand; a row of theirs that is missing stays None. ``fees_yuan`` are the fees
    received in the year (元); without it the fee row is one to enter by hand. RuleBroken if a row
    was entered by hand that records fill.
    """
    counts: defaultdict[Cell, int] = defaultdict(int)
    late = 0
    hits: dict[CubeRow, tuple[Cell, ...]] = {}
    plan = _Plan(form)
    asked = _Asked(form)
    for row in cube:
        alike = asked.of(row)
        if alike not in hits:
            hits[alike] = plan.cells_of(alike)
        for cell in hits[alike]:
            counts[cell] += row.count
        if row.is_finished and row.timeliness is Timeliness.LATE:
            late += row.count
    relief_rows = tuple(relief)
    aside = {cell.code for cell in form.hand_cells}
    given = {code: value for code, value in (hand_entered or {}).items() if code not in aside}
    entered = _entered(form, given, fees_yuan)
    cells: dict[Cell, Number | None] = {}
    for form_row in form.rows:
        match form_row.source:
            case CaseCount():
                for column in form.column_codes:
                    cells[form_row.code, column] = counts[form_row.code, column]
            case ReliefCount():
                wanted = cell_predicate(form, form_row.code)
                cells[form_row.code, ""] = _sum_relief(wanted, relief_rows)
            case Source():
                cells[form_row.code, ""] = entered.get(form_row.code)
    return Table(
        form=form,
        year=year,
        cells=cells,
        relief=_relief_cells(relief_rows),
        late=late,
        by_hand={code: value for code, value in (hand_entered or {}).items() if code in aside},
    )


def _in_flow(row: CubeRow, flow: Flow | None) -> bool:
    match flow:
        case Flow.NEW:
            return row.is_new
        case Flow.CARRIED_IN:
            return not row.is_new
        case Flow.FINISHED:
            return row.is_finished
        case Flow.CARRIED_OUT:
            return not row.is_finished
        case None:
            return False


def _case_cells(form: Form) -> Iterator[tuple[Cell, CellFilter]]:
    for row in form.rows:
        if isinstance(row.source, CaseCount):
            for column in form.column_codes:
                yield (row.code, column), cell_predicate(form, row.code, column)


class _Plan:
    """Which cells a case feeds: its rows, in each of its columns.

    A row is asked once, by its column for everybody; the columns tell applicants apart alone.
    """

    def __init__(self, form: Form) -> None:
        everybody = next(
            (column.code for column in form.columns if column.applicant_type is None), ""
        )
        self._rows = [
            (row.code, cell_predicate(form, row.code, everybody))
            for row in form.rows
            if isinstance(row.source, CaseCount)
        ]
        self._columns = [(column.code, column.applicant_type) for column in form.columns]

    def cells_of(self, row: CubeRow) -> tuple[Cell, ...]:
        columns = [
            code for code, kind in self._columns if kind is None or kind is row.applicant_type
        ] or [""]
        return tuple(
            (code, column)
            for code, wanted in self._rows
            if wanted.matches(row)
            for column in columns
        )


class _Asked:
    """What a form asks about; cases that differ only in the rest share one look-up."""

    def __init__(self, form: Form) -> None:
        counts = [row.source for row in form.rows if isinstance(row.source, CaseCount)]
        self._channels = any(count.channels is not None for count in counts)
        self._timeliness = any(count.timeliness is not None for count in counts)
        self._types = bool(form.columns)

    def of(self, row: CubeRow) -> CubeRow:
        """Return a single case like those of ``row``, with what is not asked about levelled."""
        return CubeRow(
            is_new=row.is_new,
            is_finished=row.is_finished,
            channel=row.channel if self._channels else Channel.IN_PERSON,
            applicant_type=row.applicant_type if self._types else ApplicantType.OTHER,
            ground_code=row.ground_code if row.is_finished else None,
            timeliness=row.timeliness if self._timeliness and row.is_finished else None,
        )


def _types_in_column(form: Form, row: str, column: str) -> frozenset[ApplicantType] | None:
    if not form.columns and not column:
        return None
    found = form.find_column(column)
    if found is None:
        raise _no_such_cell(form, row, column)
    return None if found.applicant_type is None else frozenset({found.applicant_type})


def _relief_predicate(relief: ReliefTable, row: str, column: str) -> CellFilter | None:
    group = next((group for group in relief.groups if row in (group.code, group.kind.value)), None)
    if group is None:
        return None
    results = frozenset(result for result, _ in relief.results if column in (result.value, "total"))
    if not results:
        return None
    return CellFilter(relief_kinds=frozenset({group.kind}), relief_results=results)


def _no_such_cell(form: Form, row: str, column: str) -> RuleBroken:
    cell = f"{row},{column}" if column else row
    example = "R3.1,C7" if form.columns else "3.3.1"
    return RuleBroken(
        "no_such_cell",
        f"{form.code}年格式的表中没有“{cell}”这一格，请您写成“{example}”这样的行列代码。",
        field="cell",
    )


def _entered(
    form: Form, hand_entered: Mapping[str, Number | None], fees_yuan: Decimal | None
) -> dict[str, Number | None]:
    entered: dict[str, Number | None] = {}
    for code, value in hand_entered.items():
        row = form.find_row(code)
        if row is None or not isinstance(row.source, Source):
            name = row.label if row is not None and row.has_cell else code
            raise RuleBroken(
                "row_not_by_hand",
                f"“{name}”不是人工填报的行，请您删去这一项。",
                field=code,
            )
        entered[code] = value
    for row in form.rows:
        if row.source is Source.FEES and fees_yuan is not None:
            entered[row.code] = fees_yuan / YUAN_PER_WAN
        elif row.source is Source.HAND and row.sum_of and entered.get(row.code) is None:
            parts = [entered.get(code) for code in row.sum_of]
            known = [part for part in parts if part is not None]
            entered[row.code] = sum(known) if len(known) == len(parts) else None
    return entered


def _sum_relief(wanted: CellFilter, rows: Iterable[ReliefRow]) -> int:
    return sum(row.count for row in rows if wanted.matches_relief(row))


def _relief_cells(rows: tuple[ReliefRow, ...]) -> dict[Cell, int]:
    cells: dict[Cell, int] = {}
    for kind in ReliefKind:
        of_kind = [row for row in rows if row.kind is kind]
        for result in ReliefResult:
            count = sum(row.count for row in of_kind if row.result is result)
            cells[kind.value, result.value] = count
        cells[kind.value, "total"] = sum(row.count for row in of_kind)
    return cells
