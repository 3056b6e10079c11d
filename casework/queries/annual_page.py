"""What the pages of the annual table show: the table with its checks, a cell's cases, entries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVarTuple

from sqlalchemy import func, literal, null, select, tuple_

from casework.domain.annual_fold import cell_predicate
from casework.domain.annual_form import Source
from casework.domain.application import ReliefKind, ReliefResult
from casework.domain.outcomes import find_ground
from casework.domain.statutory_clock import Timeliness
from casework.models import AnnualEntry, Case, Relief, User
from casework.queries.annual_checked import check_year
from casework.queries.annual_cube import (
    behind_cell,
    behind_fees,
    finished_timeliness,
    recounting,
    relief_shown,
    sum_fees,
)
from casework.queries.case_rows import PAGE, case_rows, read_rows
from casework.queries.visibility import not_kept_from

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from casework.domain.annual_checks import Check
    from casework.domain.annual_fold import CellFilter
    from casework.domain.annual_form import Form
    from casework.domain.annual_table import Number, Table
    from casework.domain.grounds import Ground
    from casework.queries.annual_cube import Scope
    from casework.queries.case_rows import CaseRow, Viewer
    from casework.queries.recounted import Recounting

_Columns = TypeVarTuple("_Columns")
_NO_DAY = date(1, 1, 1)
"""Stands for a missing receipt day in the order of a list: before all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualPage:
    """One year's table with its checks.

    ``last`` is the year before on the same form, None for a form that carries cases over itself
    (2019 and later print last year's end as a row). ``last_by_hand`` is what was entered beside the
    rows for the year before. ``fee_years`` are those of the two years
    whose fees come from cases.
    """

    table: Table
    checks: tuple[Check, ...]
    last: Table | None
    fee_years: frozenset[int]
    last_by_hand: Mapping[str, Number | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellAddress:
    """One cell of one year's table; ``row`` and ``column`` as ``annual_fold.Cell`` has them."""

    form: Form
    year: int
    scope: Scope
    row: str
    column: str = ""

    @property
    def is_fees(self) -> bool:
        """Whether fees are added in it, not cases counted."""
        row = self.form.find_row(self.row)
        return row is not None and row.source is Source.FEES

    @property
    def counts_reliefs(self) -> bool:
        """Whether 复议 and 诉讼 are counted in it."""
        return not self.is_fees and self._filter.relief_kinds is not None

    def narrow(self, query: Select[*_Columns], recounted: Recounting) -> Select[*_Columns]:
        """Narrow a query that selects from ``Case`` to what stands behind the cell."""
        if self.is_fees:
            return behind_fees(query, self.year, self.scope)
        return behind_cell(query, self._filter, self.year, self.scope, recounted)

    @property
    def _filter(self) -> CellFilter:
        return cell_predicate(self.form, self.row, self.column)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRow:
    """One case behind a cell, ``timeliness`` None while it is open.

    ``relief`` and ``result`` are set behind a relief cell, ``fee_yuan`` behind the fees.
    """

    case: CaseRow
    closed_on: date | None
    ground: Ground | None
    timeliness: Timeliness | None
    relief: ReliefKind | None
    result: ReliefResult | None
    fee_yuan: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellPage:
    """Some of the ``total`` cases behind a cell; ``next_after`` continues, None at the end.

    ``withheld`` of the total are under 限制知悉 and not for this reader: counted, never listed.
    ``fees_yuan`` is the sum behind the fee cell.
    """

    rows: list[CellRow]
    total: int
    withheld: int
    next_after: str | None
    fees_yuan: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One figure that a person entered, and who did it when."""

    value: Decimal
    entered_by: str
    entered_at: datetime


def read_annual_page(
    session: Session, form: Form, year: int, scope: Scope, *, today: date
) -> AnnualPage:
    """Return the table of ``year`` and what stands beside it, from a fixed number of queries."""
    found = check_year(session, form, year, scope, today=today)
    fee_years: frozenset[int] = frozenset()
    if any(row.source is Source.FEES for row in form.rows):
        fee_years = frozenset(
            one for one in (year, year - 1) if sum_fees(session, one, scope) is not None
        )
    return AnnualPage(
        table=found.table,
        checks=found.checks,
        last=None if form.columns else found.last,
        fee_years=fee_years,
        last_by_hand=found.last.by_hand,
    )


def page_of_return(table: Table) -> AnnualPage:
    """Return a table that was handed in as a page draws one; its checks held when it was taken."""
    return AnnualPage(table=table, checks=(), last=None, fee_years=frozenset())


def list_cell_page(
    session: Session,
    viewer: Viewer,
    cell: CellAddress,
    *,
    after: str | None = None,
    limit: int = PAGE,
) -> CellPage:
    """Return a page of exactly the cases behind one cell, by receipt day, less what is withheld.

    Behind a relief cell a case stands once for each 复议 or 诉讼 counted. ``after`` is the
    ``next_after`` of the page before; one that nobody made starts anew. RuleBroken(field="cell")
    if there is no such cell or cases are not what fills it.
    """
    query: Select[Any] = case_rows().add_columns(
        Case.ground, Case.fee_yuan, finished_timeliness().label("timeliness")
    )
    order: list[Any] = [func.coalesce(Case.received_on, _NO_DAY), Case.id]
    if cell.counts_reliefs:
        order.append(Relief.id)
        query = query.add_columns(
            Relief.id.label("relief_id"),
            Relief.kind.label("relief"),
            relief_shown(cell.year).label("result"),
        )
    else:
        query = query.add_columns(
            literal(0).label("relief_id"), null().label("relief"), null().label("result")
        )
    recounted = recounting(session, cell.scope)
    known = not_kept_from(viewer.actor)
    query = cell.narrow(query, recounted).where(known).order_by(*order).limit(limit + 1)
    if (place := _place(after)) is not None:
        query = query.where(tuple_(*order) > tuple_(*place[: len(order)]))
    found = session.execute(query).all()
    figures = (func.count(), func.count().filter(known), func.sum(Case.fee_yuan))
    total, listed, fees = session.execute(
        cell.narrow(select(*figures).select_from(Case), recounted)
    ).one()
    shown = found[:limit]
    cases = read_rows(session, shown, viewer)
    return CellPage(
        rows=[_cell_row(one, case, recounted) for one, case in zip(shown, cases, strict=True)],
        total=total,
        withheld=total - listed,
        next_after=_cursor(shown[-1]) if len(found) > limit else None,
        fees_yuan=fees if cell.is_fees else None,
    )


def list_own_entries(
    session: Session, form: Form, year: int, agency_id: int
) -> Mapping[str, Entry]:
    """Return what was entered for one agency alone, by the row's code."""
    query = (
        select(AnnualEntry.row, AnnualEntry.value, AnnualEntry.entered_at, User.name)
        .outerjoin(User, User.id == AnnualEntry.actor_id)
        .where(
            AnnualEntry.agency_id == agency_id,
            AnnualEntry.year == year,
            AnnualEntry.form == form.code,
        )
    )
    return {
        row: Entry(value=value, entered_by=name or "", entered_at=at)
        for row, value, at, name in session.execute(query)
    }


def _cell_row(row: Row[Any], case: CaseRow, recounted: Recounting) -> CellRow:
    closed_on, ground = row.closed_on, row.ground
    timeliness = Timeliness(row.timeliness) if row.closed_on else None
    if row.id in recounted.cases:
        counted = recounted.cases[row.id].counted
        closed_on, ground = counted.closed_on, counted.ground_code
        timeliness = counted.timeliness
    return CellRow(
        case=case,
        closed_on=closed_on,
        ground=find_ground(ground) if ground else None,
        timeliness=timeliness,
        relief=row.relief,
        result=ReliefResult(row.result) if row.result else None,
        fee_yuan=row.fee_yuan,
    )


def _cursor(row: Row[Any]) -> str:
    day = row.received_on or _NO_DAY
    return f"{day.isoformat()}_{row.id}_{row.relief_id}"


def _place(after: str | None) -> tuple[date, int, int] | None:
    """Return where the page before ended, None for the first page."""
    try:
        day, case_id, relief_id = (after or "").split("_")
        return date.fromisoformat(day), int(case_id), int(relief_id)
    except ValueError:
        return None
