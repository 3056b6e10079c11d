"""A year's table with all its checks: what the form asks, last year's end, the units around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.annual_checks import check_cube, check_table, check_years
from casework.domain.annual_fold import cell_predicate
from casework.domain.annual_outliers import check_outliers
from casework.domain.annual_rollup import check_handed_years, check_units, own_part, roll_up
from casework.domain.forms import form_for_year
from casework.domain.restriction import WITHHELD
from casework.queries.annual_cube import count_cases, list_cell_cases, table_of
from casework.queries.annual_locks import find_locked_record
from casework.queries.annual_returns import list_gaps, list_handed
from casework.queries.visibility import kept_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from casework.domain.annual_checks import Check
    from casework.domain.annual_form import Form, Identity
    from casework.domain.annual_record import YearRecord
    from casework.domain.annual_rollup import HandedTable
    from casework.domain.annual_table import Table
    from casework.queries.annual_cube import Scope

_FIRST = 2008
"""No table before: the regulation of 2007 came into force on 1 May 2008."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedYear:
    """A year's table, its checks, and the year before on the same form."""

    table: Table
    checks: tuple[Check, ...]
    last: Table


def check_records(
    session: Session, form: Form, year: int, scope: Scope, *, today: date | None = None
) -> tuple[Table, tuple[Check, ...]]:
    """Return the table of ``year`` and its checks (``check_year``)."""
    found = check_year(session, form, year, scope, today=today)
    return found.table, found.checks


def check_year(
    session: Session, form: Form, year: int, scope: Scope, *, today: date | None = None
) -> CheckedYear:
    """Return the table of ``year`` with its checks, from a fixed number of queries.

    Last year's end is what last year's locked table says, else what the records give; where this
    year does not begin with it, the cases are named. ``today`` keeps a year that still runs from
    being compared with a whole one; without it the year counts as over.
    """
    cube = count_cases(session, year, scope)
    own = table_of(session, form, year, scope, cube)
    handed = list_handed(session, year, scope)
    former = list_handed(session, year - 1, scope)
    table = roll_up(own, handed)
    last_own = table_of(session, form, year - 1, scope, count_cases(session, year - 1, scope))
    last = roll_up(last_own, former)
    checks = [
        *check_table(table),
        *check_cube(form, cube),
        *_across(session, own, last_own, scope),
        *check_handed_years(form, handed, former),
    ]
    if today is None or today.year > year:
        checks += check_outliers(table, last)
    checks += _units(session, year, scope, handed)
    return CheckedYear(table=table, checks=tuple(checks), last=last)


def _across(session: Session, own: Table, last: Table, scope: Scope) -> Iterator[Check]:
    """Compare what was carried in with what last year carried over, in our own records."""
    form, year = own.form, own.year
    identities = [one for one in form.identities if one.scope == "across years"]
    if not identities:
        return
    locked = None
    if year > _FIRST and all(_carries(form_for_year(year - 1), one) for one in identities):
        locked = find_locked_record(session, form_for_year(year - 1), year - 1, scope)
    before = last if locked is None else own_part(locked.table)
    across = check_years(own, before)
    if not all(check.ok for check in across):
        across = check_years(
            own, before, _carried_differently(session, own, scope, identities, locked)
        )
    yield from across


def _carries(form: Form, identity: Identity) -> bool:
    """Whether a form has the rows that were carried over (2014 has none)."""
    return all(form.find_row(code) is not None for code in identity.rhs)


def _carried_differently(
    session: Session,
    table: Table,
    scope: Scope,
    identities: Iterable[Identity],
    locked: YearRecord | None,
) -> dict[str, list[str]]:
    """Return, by column, the cases that only one of two neighbouring years has carried over.

    Whoever reads the check, a restricted case is not named in it.
    """
    form, year = table.form, table.year
    differing = {}
    for identity in identities:
        for column in form.column_codes:
            mine = cell_predicate(form, identity.lhs[0], column)
            carried_in = {c.number for c in list_cell_cases(session, mine, year, scope)}
            if locked is None:
                theirs = cell_predicate(form, identity.rhs[0], column)
                cases = list_cell_cases(session, theirs, year - 1, scope)
                carried_out = {case.number for case in cases}
            else:
                carried_out = set(locked.cases.get((identity.rhs[0], column), ()))
            numbers = carried_in ^ carried_out
            kept = kept_numbers(session, None, numbers)
            differing[column] = sorted(numbers - kept) + [WITHHELD] * len(kept)
    return differing


def _units(
    session: Session, year: int, scope: Scope, handed: Sequence[HandedTable]
) -> tuple[Check, ...]:
    if scope.own:
        return ()
    missing, twice = list_gaps(session, year, scope, handed)
    return check_units(missing=missing, twice=twice)
