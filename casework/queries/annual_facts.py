"""What a year's report needs beside its table: the months, the subjects, the years before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import extract, func, literal, select, union_all

from casework.domain.annual_facts import MONTHS, AnnualFacts, SubjectCount, YearCount
from casework.models import Agency, Case
from casework.queries.agencies import in_subtree
from casework.queries.annual_cube import count_cases, recounting, sum_fees, table_of
from casework.queries.annual_locks import find_locked_table
from casework.queries.annual_returns import count_handed, with_handed_in

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.domain.annual_form import Form
    from casework.queries.annual_cube import Scope

YEARS_SHOWN = 5


def read_facts(
    session: Session, form: Form, year: int, scope: Scope, *, agency: str, today: date
) -> AnnualFacts:
    """Return the table of ``year`` on ``form`` and what a report says around it.

    ``agency`` is the name the report uses; ``today`` tells whether the year has ended. Five
    queries more than the table's own. A locked year gives its locked figures.
    """
    cube = count_cases(session, year, scope)
    return AnnualFacts(
        agency=agency,
        table=find_locked_table(session, form, year, scope)
        or with_handed_in(session, table_of(session, form, year, scope, cube), scope),
        cube=tuple(cube),
        months=count_months(session, year, scope),
        subjects=count_subjects(session, year, scope),
        years=count_years(session, year, scope),
        fees_yuan=sum_fees(session, year, scope),
        as_of=today if today.year <= year else None,
    )


def count_months(session: Session, year: int, scope: Scope) -> tuple[int, ...]:
    """Return the applications received in each month of ``year``, January first."""
    month = extract("month", Case.received_on)
    query = (
        select(month, func.count())
        .where(Case.received_year == year, _in_scope(scope))
        .group_by(month)
    )
    counts = {int(number): count for number, count in session.execute(query)}
    return tuple(counts.get(number, 0) for number in range(1, MONTHS + 1))


def count_subjects(session: Session, year: int, scope: Scope) -> tuple[SubjectCount, ...]:
    """Return the applications received in ``year`` by 内容类别, the most frequent first."""
    query = (
        select(Case.subject, func.count().label("cases"))
        .where(Case.received_year == year, _in_scope(scope))
        .group_by(Case.subject)
        .order_by(func.count().desc(), Case.subject)
    )
    return tuple(
        SubjectCount(subject=subject, count=count) for subject, count in session.execute(query)
    )


def count_years(
    session: Session, year: int, scope: Scope, *, years: int = YEARS_SHOWN
) -> tuple[YearCount, ...]:
    """Return what came in and was finished in each of the ``years`` years that end with ``year``.

    Years before the first record are left out: nothing is known of them. A year between two
    others with records counts 0. What was handed in for a year is in it.
    """
    first = year - years + 1
    legs = [
        select(literal(is_received).label("is_received"), of_year, func.count())
        .where(of_year.between(first, year), Case.received_year.is_not(None), _in_scope(scope))
        .group_by(of_year)
        for is_received, of_year in ((1, Case.received_year), (0, Case.closed_year))
    ]
    counts = {
        (is_received, one): number for is_received, one, number in session.execute(union_all(*legs))
    }
    finished = recounting(session, scope).correct_years(
        {one: number for (is_received, one), number in counts.items() if one and not is_received}
    )
    handed = count_handed(session, range(first, year + 1), scope)
    known = min((one for one in (*(one for _, one in counts), *handed) if one), default=year)
    return tuple(
        YearCount(
            year=one,
            received=counts.get((1, one), 0) + handed.get(one, (0, 0))[0],
            finished=finished.get(one, 0) + handed.get(one, (0, 0))[1],
        )
        for one in range(known, year + 1)
    )


def _in_scope(scope: Scope) -> ColumnElement[bool]:
    condition = Agency.path == scope.path if scope.own else in_subtree(scope.path)
    return Case.agency_id.in_(select(Agency.id).where(condition))
