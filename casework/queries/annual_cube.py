"""The year-end cube: what a year's cases are, counted in one pass; and the cases behind one cell.

Two legs make a year: the cases received in it, and the straddlers received before it and not
finished before it. Both are index ranges (``received_year``, ``closed_year``), and a past year
needs no snapshot. The filter of a cell (``domain.annual_fold.cell_predicate``) becomes the WHERE
of its list, so that the list is what the cell counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVarTuple

from sqlalchemy import and_, case, false, func, literal, null, or_, select, union_all

from casework.domain.annual_fold import CubeRow, ReliefRow, fold
from casework.domain.annual_form import Flow, Source
from casework.domain.application import ReliefResult
from casework.domain.clock_events import ClockEventKind
from casework.domain.statutory_clock import Timeliness
from casework.models import Agency, AnnualEntry, Case, ClockFact, Relief
from casework.queries.agencies import in_subtree
from casework.queries.annual_returns import with_handed_in
from casework.queries.recounted import read_recounting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from casework.domain.annual_fold import CellFilter
    from casework.domain.annual_form import Form
    from casework.domain.annual_table import Number, Table
    from casework.queries.recounted import Recounting

_Columns = TypeVarTuple("_Columns")
_TOP = 2  # slashes in the path of an agency that has none above it: /1/
_SCALE = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose cases: those of the agency at ``path`` and all beneath it, or its ``own`` alone.

    ``/`` is everybody's.
    """

    path: str = "/"
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CellCase:
    """One case behind a cell."""

    case_id: int
    number: str
    agency_name: str
    received_on: date | None


def count_cases(session: Session, year: int, scope: Scope) -> list[CubeRow]:
    """Return the cube of ``year``: one row for each kind of case that occurs.

    One query, and the reopened cases besides (queries.recounted).
    """
    ended = Case.closed_year == year
    legs = []
    for is_new, leg in ((1, _new(year)), (0, _straddling(year))):
        # The facts are named before they are grouped: written out twice with their parameters they
        # would be two expressions to the database, and both reckoned for every case.
        facts = (
            select(
                case((ended, 1), else_=0).label("finished"),
                Case.channel,
                Case.applicant_type,
                case((ended, Case.ground), else_=null()).label("ground"),
                case((ended, finished_timeliness()), else_=null()).label("timeliness"),
            )
            .where(leg, _in_scope(Case.agency_id, scope))
            .subquery()
        )
        legs.append(
            select(literal(is_new).label("is_new"), *facts.c, func.count()).group_by(*facts.c)
        )
    cube = [
        CubeRow(
            is_new=bool(is_new),
            is_finished=bool(is_finished),
            channel=channel,
            applicant_type=applicant_type,
            ground_code=ground,
            timeliness=Timeliness(timeliness) if timeliness else None,
            count=number,
        )
        for is_new, is_finished, channel, applicant_type, ground, timeliness, number in (
            session.execute(union_all(*legs))
        )
    ]
    return recounting(session, scope).correct(cube, year)


def recounting(session: Session, scope: Scope) -> Recounting:
    """Return the cases of ``scope`` that count by a former ending, for one reading of a year."""
    return read_recounting(session, _agencies_of(scope))


def count_reliefs(session: Session, year: int, scope: Scope) -> list[ReliefRow]:
    """Return the 复议 and 诉讼 of ``year``: ended in it, or pending at its end.

    One that is pending appears as 尚未审结 in every year from its filing on and with its result in
    the year it ended. Without a day of decision the day of filing counts, without that the day
    the case was closed (docs/counting.md).
    """
    shown = relief_shown(year).label("result")
    # Few cases are contested: for a whole tree the reliefs are read first, not its cases.
    agency_id = Case.agency_id + 0 if scope.path.count("/") <= _TOP else Case.agency_id
    query = (
        select(Relief.kind, shown, func.count().label("cases"))
        .join(Relief.case)
        .where(_relief_in_year(year), _in_scope(agency_id, scope))
        .group_by(Relief.kind, shown)
    )
    return [
        ReliefRow(kind=row.kind, result=ReliefResult(row.result), count=row.cases)
        for row in session.execute(query)
    ]


def sum_fees(session: Session, year: int, scope: Scope) -> Decimal | None:
    """Return the fees received in ``year`` (元), None if no case of these has a fee on record.

    A fee belongs to the year it was paid in; without a day of payment, to the year of the end of
    its case.
    """
    query = behind_fees(select(func.sum(Case.fee_yuan)), year, scope)
    total = session.scalar(query)
    return None if total is None else Decimal(total)


def list_entries(session: Session, form: Form, year: int, scope: Scope) -> dict[str, Number]:
    """Return the figures entered by hand for ``form`` and ``year``, summed over the agencies."""
    query = (
        select(AnnualEntry.row, func.sum(AnnualEntry.value))
        .where(
            AnnualEntry.form == form.code,
            AnnualEntry.year == year,
            _in_scope(AnnualEntry.agency_id, scope),
        )
        .group_by(AnnualEntry.row)
    )
    return {row: _plain(value) for row, value in session.execute(query)}


def read_table(session: Session, form: Form, year: int, scope: Scope) -> Table:
    """Return the table of ``year`` on ``form``, from a fixed number of queries.

    What units outside the system handed in is part of it (``Table.handed``).
    """
    own = table_of(session, form, year, scope, count_cases(session, year, scope))
    return with_handed_in(session, own, scope)


def table_of(
    session: Session, form: Form, year: int, scope: Scope, cube: Sequence[CubeRow]
) -> Table:
    """Return what our own records contribute, from a cube that is already at hand."""
    by_hand = any(isinstance(row.source, Source) for row in form.rows)
    entries = list_entries(session, form, year, scope) if by_hand or form.hand_tables else {}
    fees = sum_fees(session, year, scope) if by_hand else None
    if (
        fees is None
        and by_hand
        and not any(row.source is Source.FEES and row.code in entries for row in form.rows)
    ):
        fees = Decimal(0)
    return fold(
        form,
        year,
        cube,
        count_reliefs(session, year, scope),
        hand_entered=entries,
        fees_yuan=fees,
    )


def list_cell_cases(
    session: Session, wanted: CellFilter, year: int, scope: Scope
) -> list[CellCase]:
    """Return the cases behind one cell, by receipt day; as many as the cell counts.

    Behind a relief cell a case stands once for each 复议 or 诉讼 counted.
    """
    query: Select[int, str, str, date | None] = (
        select(Case.id, Case.number, Agency.name, Case.received_on)
        .join(Case.agency)
        .order_by(Case.received_on, Case.id)
    )
    query = behind_cell(query, wanted, year, scope, recounting(session, scope))
    return [
        CellCase(case_id=case_id, number=number, agency_name=agency, received_on=received_on)
        for case_id, number, agency, received_on in session.execute(query)
    ]


def behind_cell(
    query: Select[*_Columns],
    wanted: CellFilter,
    year: int,
    scope: Scope,
    recounted: Recounting,
) -> Select[*_Columns]:
    """Narrow a query that selects from ``Case`` to what one cell counts.

    ``recounted`` are the reopened cases, as ``recounting`` returns them.

    Behind a relief cell a case stands once for each 复议 or 诉讼 counted, joined as ``Relief``.
    """
    query = query.where(_in_scope(Case.agency_id, scope))
    if wanted.relief_kinds is None:
        return query.where(recounted.narrow(and_(*_conditions(wanted, year)), wanted, year))
    return query.join(Case.reliefs).where(*relief_conditions(wanted, year))


def behind_fees(query: Select[*_Columns], year: int, scope: Scope) -> Select[*_Columns]:
    """Narrow a query that selects from ``Case`` to the cases whose fee was received in ``year``."""
    # As an expression the agency is no key to an index: SQLite would walk all cases of every
    # agency, where ix_cases_fee holds just the few with a fee.
    return query.where(_fee_in_year(year), _in_scope(Case.agency_id + 0, scope))


def _conditions(wanted: CellFilter, year: int) -> list[ColumnElement[bool]]:
    return [_FLOWS[wanted.flow](year) if wanted.flow else false(), *conditions_of(wanted)]


def conditions_of(wanted: CellFilter) -> list[ColumnElement[bool]]:
    """Return all that a cell asks of a case besides its flow."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.grounds is not None:
        conditions.append(Case.ground.in_(sorted(wanted.grounds)))
    if wanted.channels is not None:
        conditions.append(Case.channel.in_(wanted.channels))
    if wanted.applicant_types is not None:
        conditions.append(Case.applicant_type.in_(wanted.applicant_types))
    if wanted.timeliness is not None:
        conditions.append(finished_timeliness().in_([t.value for t in wanted.timeliness]))
    return conditions


def relief_conditions(wanted: CellFilter, year: int) -> list[ColumnElement[bool]]:
    """Return all that a relief cell asks of a 复议 or 诉讼."""
    return [
        Relief.kind.in_(wanted.relief_kinds or ()),
        _relief_in_year(year),
        relief_shown(year).in_([result.value for result in wanted.relief_results or ()]),
    ]


def _new(year: int) -> ColumnElement[bool]:
    return Case.received_year == year


def _straddling(year: int) -> ColumnElement[bool]:
    """Received before the year and not finished before it; the first part is the index's own."""
    return and_(
        or_(Case.closed_year.is_(None), Case.closed_year > Case.received_year),
        Case.received_year < year,
        or_(Case.closed_year.is_(None), Case.closed_year >= year),
    )


def _finished(year: int) -> ColumnElement[bool]:
    return and_(or_(_new(year), _straddling(year)), Case.closed_year == year)


def _carried_out(year: int) -> ColumnElement[bool]:
    return and_(
        or_(_new(year), _straddling(year)),
        or_(Case.closed_year.is_(None), Case.closed_year != year),
    )


_FLOWS = {
    Flow.NEW: _new,
    Flow.CARRIED_IN: _straddling,
    Flow.FINISHED: _finished,
    Flow.CARRIED_OUT: _carried_out,
}


def finished_timeliness() -> ColumnElement[str]:
    """How a finished case stands, by the day of the reply, or of the end if there was none.

    A case that ended while its clock was stopped has no limit to be late against.
    """
    day = func.coalesce(Case.replied_on, Case.closed_on)
    return case(
        (
            or_(Case.original_due_on.is_(None), day <= Case.original_due_on),
            Timeliness.ON_TIME.value,
        ),
        (day <= Case.due_on, Timeliness.EXTENDED.value),
        else_=Timeliness.LATE.value,
    )


def _fee_in_year(year: int) -> ColumnElement[bool]:
    paid_on = (
        select(func.max(ClockFact.happened_on))
        .where(ClockFact.case_id == Case.id, ClockFact.kind == ClockEventKind.FEE_PAID.value)
        .scalar_subquery()
    )
    day = func.coalesce(paid_on, Case.closed_on)
    return and_(Case.fee_yuan.is_not(None), day >= date(year, 1, 1), day <= date(year, 12, 31))


def _relief_filed() -> ColumnElement[date]:
    return func.coalesce(Relief.filed_on, Relief.decided_on, Case.closed_on, Case.received_on)


def _relief_ended() -> ColumnElement[date]:
    return func.coalesce(Relief.decided_on, _relief_filed())


def _relief_in_year(year: int) -> ColumnElement[bool]:
    return and_(
        _relief_filed() <= date(year, 12, 31),
        or_(Relief.result == ReliefResult.PENDING, _relief_ended() >= date(year, 1, 1)),
    )


def relief_shown(year: int) -> ColumnElement[str]:
    """Give the result as it stood at the end of ``year``."""
    still = _relief_ended() > date(year, 12, 31)
    return case((still, ReliefResult.PENDING.value), else_=Relief.result)


def _in_scope(
    agency_id: InstrumentedAttribute[int] | ColumnElement[int], scope: Scope
) -> ColumnElement[bool]:
    """Give the agencies even when everybody is meant: the straddle index begins with them."""
    return agency_id.in_(_agencies_of(scope))


def _agencies_of(scope: Scope) -> Select[int]:
    condition = Agency.path == scope.path if scope.own else in_subtree(scope.path)
    return select(Agency.id).where(condition)


def _plain(value: Decimal) -> Number:
    whole = int(value)
    return whole if whole == value else Decimal(value).quantize(_SCALE).normalize()
