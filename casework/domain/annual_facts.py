"""What a report says of a year beyond its table: months, subjects, the years before, fees."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casework.domain.annual_form import CaseCount

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from casework.domain.annual_fold import CellFilter, CubeRow
    from casework.domain.annual_form import Form, FormRow
    from casework.domain.annual_table import Table

MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class YearCount:
    """Applications received and finished in one year."""

    year: int
    received: int
    finished: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectCount:
    """Applications received in the year on one subject (内容类别); "" where none was noted."""

    subject: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualFacts:
    """A year's table and what stands around it in a report.

    ``agency`` is named as the report names it. ``months`` has twelve counts of applications
    received. ``years`` ends with this year and holds only years with records. ``fees_yuan`` is
    None if no case has a fee on record. ``as_of`` is the day the records were read if the year
    had not ended by then: such a year has no carry-over yet and no growth.
    """

    agency: str
    table: Table
    cube: tuple[CubeRow, ...]
    months: tuple[int, ...] = (0,) * MONTHS
    subjects: tuple[SubjectCount, ...] = ()
    years: tuple[YearCount, ...] = ()
    fees_yuan: Decimal | None = None
    as_of: date | None = field(default=None)

    @property
    def year(self) -> int:
        """The year reported on."""
        return self.table.year

    @property
    def form(self) -> Form:
        """The form the year's figures are shown on."""
        return self.table.form

    def count(self, wanted: CellFilter) -> int:
        """Return how many of the year's cases the filter of a cell counts."""
        return sum(row.count for row in self.cube if wanted.matches(row))

    def result_count(self, group: OutcomeGroup) -> int:
        """Return the cases with one kind of result: its own cell, or the sum of its reasons."""
        rows = (group.row,) if group.row.has_cell else group.reasons
        return sum(int(self.table.value(row.code, self.total_column) or 0) for row in rows)

    @property
    def total_column(self) -> str:
        """The column that holds all applicants together; "" in a form without columns."""
        return next((c.code for c in self.form.columns if c.applicant_type is None), "")

    def received_in(self, year: int) -> int | None:
        """Return the applications received in ``year``, None if that year has no records."""
        return next((one.received for one in self.years if one.year == year), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeGroup:
    """One kind of result and the reasons printed beneath it, none for most kinds."""

    row: FormRow
    reasons: tuple[FormRow, ...] = ()


def outcome_groups(form: Form) -> tuple[OutcomeGroup, ...]:
    """Return the kinds of result a form tells apart, in its order.

    They are the rows just beneath the one that holds all results: beneath 三、本年度办理结果 on the
    forms of 2019 and 2021, beneath （三）申请答复数 on that of 2014.
    """
    counted = [row for row in form.rows if _is_result(row)]
    level = min(row.level for row in counted)
    highest = [row for row in counted if row.level == level]
    above = highest[0].code if len(highest) == 1 else highest[0].parent
    groups = []
    for row in form.rows:
        beneath = form.beneath(row.code)
        if row.parent == above and any(one.code in beneath for one in counted):
            reasons = tuple(one for one in counted if one.parent == row.code)
            groups.append(OutcomeGroup(row=row, reasons=reasons))
    return tuple(groups)


def answered_row(form: Form) -> FormRow | None:
    """Return the row that totals the answers if the form has one (2014: 申请答复数), else None."""
    groups = outcome_groups(form)
    above = form.find_row(groups[0].row.parent or "")
    return above if above is not None and above.has_cell else None


def _is_result(row: FormRow) -> bool:
    return isinstance(row.source, CaseCount) and row.source.by_ground
