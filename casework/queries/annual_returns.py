"""The tables that units outside the system handed in, and which unit's figures are where."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select, union_all
from sqlalchemy.orm import joinedload

from casework.domain.annual_fold import in_year
from casework.domain.annual_form import Flow
from casework.domain.annual_rollup import HandedTable, read_table_text, roll_up, total_of
from casework.domain.annual_table import HandedIn
from casework.models import Agency, Case, HandedReturn, User
from casework.queries.agencies import in_subtree
from casework.queries.recounted import read_recounting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from casework.domain.annual_table import Table
    from casework.queries.annual_cube import Scope
    from casework.queries.recounted import Recounted


class Standing(StrEnum):
    """Where a unit's figures of a year come from."""

    RECORDS = "records"
    HANDED_IN = "handed_in"
    COVERED = "covered"
    MISSING = "missing"

    @property
    def label(self) -> str:
        """The word on the screen."""
        return {
            Standing.RECORDS: "系统内办件",
            Standing.HANDED_IN: "报送的表",
            Standing.COVERED: "含在上级报送的表中",
            Standing.MISSING: "未报",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitStanding:
    """One unit of a year's roll-up.

    ``cases`` are those of our own records that the year counts; ``handed`` is the return in
    force; ``covered_by`` the agency above whose return speaks for this one.
    """

    id: int
    code: str
    name: str
    path: str
    depth: int
    standing: Standing
    cases: int = 0
    handed: HandedReturn | None = None
    covered_by: str = ""

    @property
    def is_counted_twice(self) -> bool:
        """Whether the unit has both records of its own and a table that speaks for it."""
        return self.cases > 0 and self.standing in (Standing.HANDED_IN, Standing.COVERED)


def with_handed_in(session: Session, own: Table, scope: Scope) -> Table:
    """Return our own records' table with what was handed in for the same form and year."""
    return roll_up(own, list_handed(session, own.year, scope))


def list_handed(session: Session, year: int, scope: Scope) -> list[HandedTable]:
    """Return the tables in force that were handed in for ``year``, in tree order.

    All are on the form of their year. A table that speaks for a unit and all below it is no part
    of the unit's own alone.
    """
    query = (
        select(HandedReturn)
        .join(HandedReturn.agency)
        .options(joinedload(HandedReturn.agency))
        .where(HandedReturn.year == year, _in_force(), _within(scope))
        .order_by(Agency.path)
    )
    if scope.own:
        query = query.where(HandedReturn.covers_below.is_(False))
    return [
        HandedTable(about=_about(row), table=read_table_text(row.table_text))
        for row in session.scalars(query)
    ]


def count_handed(session: Session, years: range, scope: Scope) -> dict[int, tuple[int, int]]:
    """Return, for each of ``years`` with a table handed in, what those received and finished."""
    query = (
        select(HandedReturn.table_text)
        .join(HandedReturn.agency)
        .where(HandedReturn.year.in_(years), _in_force(), _within(scope))
    )
    if scope.own:
        query = query.where(HandedReturn.covers_below.is_(False))
    counts: dict[int, tuple[int, int]] = {}
    for text in session.scalars(query):
        table = read_table_text(text)
        received, finished = counts.get(table.year, (0, 0))
        counts[table.year] = (
            received + total_of(table, Flow.NEW),
            finished + total_of(table, Flow.FINISHED),
        )
    return counts


def list_versions(session: Session, agency_id: int, year: int) -> Sequence[HandedReturn]:
    """Return every version one unit ever handed in for a year, the newest first."""
    query = (
        select(HandedReturn)
        .where(HandedReturn.agency_id == agency_id, HandedReturn.year == year)
        .order_by(HandedReturn.version.desc())
        .options(
            joinedload(HandedReturn.agency),
            joinedload(HandedReturn.actor),
            joinedload(HandedReturn.ended_by),
        )
    )
    return session.scalars(query).all()


def find_return(session: Session, return_id: int) -> HandedReturn | None:
    """Return one version, in force or not."""
    return session.get(HandedReturn, return_id, options=[joinedload(HandedReturn.agency)])


def list_units(session: Session, year: int, scope: Scope) -> list[UnitStanding]:
    """Return every unit at or below a node and where its figures of ``year`` come from.

    A unit uses the system if it has a case of the year or an account somebody may log in with: no
    case is then a zero. One with neither, and without a table, has not reported. Four queries.
    """
    agencies = session.execute(
        select(Agency.id, Agency.code, Agency.name, Agency.path, Agency.is_active)
        .where(_within(scope))
        .order_by(Agency.path)
    ).all()
    counts = _count_by_agency(session, year, scope)
    staffed = set(
        session.scalars(
            select(User.agency_id)
            .join(Agency, Agency.id == User.agency_id)
            .where(User.is_active.is_(True), _within(scope))
            .distinct()
        )
    )
    handed = {
        row.agency_id: row
        for row in session.scalars(
            select(HandedReturn)
            .join(HandedReturn.agency)
            .where(HandedReturn.year == year, _in_force())
            .options(joinedload(HandedReturn.agency), joinedload(HandedReturn.actor))
        )
    }
    top = agencies[0].path.count("/") if agencies else 0
    units = []
    for agency in agencies:
        above = next(
            (handed[i] for i in _ids_above(agency.path) if i in handed and handed[i].covers_below),
            None,
        )
        own = handed.get(agency.id)
        if own is not None and scope.own and own.covers_below:
            own = None
        cases = counts.get(agency.id, 0)
        if own is not None:
            standing = Standing.HANDED_IN
        elif above is not None:
            standing = Standing.COVERED
        elif cases or agency.id in staffed:
            standing = Standing.RECORDS
        elif agency.is_active:
            standing = Standing.MISSING
        else:
            continue  # an agency that is no more owes no table
        units.append(
            UnitStanding(
                id=agency.id,
                code=agency.code,
                name=agency.name,
                path=agency.path,
                depth=agency.path.count("/") - top,
                standing=standing,
                cases=cases,
                handed=own,
                covered_by=above.agency.name if above is not None and own is None else "",
            )
        )
    return units


def list_gaps(
    session: Session, year: int, scope: Scope, handed: Sequence[HandedTable]
) -> tuple[list[str], list[tuple[str, int]]]:
    """Return what a roll-up's checks say of its units: who is missing, who may count twice.

    The missing by name, the others with their cases. As ``list_units`` has it, but asked of the
    units without a case alone: a step into the index for each, not a walk along the year.
    """
    if handed:
        units = list_units(session, year, scope)
        return (
            [unit.name for unit in units if unit.standing is Standing.MISSING],
            [(unit.name, unit.cases) for unit in units if unit.is_counted_twice],
        )
    new, carried_in = (
        select(Case.id).where(Case.agency_id == Agency.id, leg).exists() for leg in year_legs(year)
    )
    staffed = select(User.id).where(User.agency_id == Agency.id, User.is_active.is_(True)).exists()
    query = (
        select(Agency.name, Agency.path)
        .where(_within(scope), Agency.is_active.is_(True), ~new, ~carried_in, ~staffed)
        .order_by(Agency.path)
    )
    found = session.execute(query).all()
    speaking = _speaking_above(session, year, scope) if found else ()
    return [name for name, path in found if not path.startswith(speaking)], []


def _speaking_above(session: Session, year: int, scope: Scope) -> tuple[str, ...]:
    """Return the paths above a node whose tables speak for all below them."""
    above = _ids_above(scope.path)
    if not above:
        return ()
    query = (
        select(Agency.path)
        .join(HandedReturn, HandedReturn.agency_id == Agency.id)
        .where(
            Agency.id.in_(above),
            HandedReturn.year == year,
            HandedReturn.covers_below.is_(True),
            _in_force(),
        )
    )
    return tuple(session.scalars(query))


def list_returns_around(session: Session, agency: Agency, year: int) -> list[HandedReturn]:
    """Return the tables in force above and below one unit for a year, its own left out."""
    above = Agency.id.in_(_ids_above(agency.path))
    query = (
        select(HandedReturn)
        .join(HandedReturn.agency)
        .where(
            HandedReturn.year == year,
            _in_force(),
            Agency.id != agency.id,
            or_(above, in_subtree(agency.path)),
        )
        .order_by(Agency.path)
        .options(joinedload(HandedReturn.agency))
    )
    return list(session.scalars(query))


def count_cases_of(session: Session, agency: Agency, year: int, *, below: bool) -> int:
    """Return how many of our own cases the table of ``year`` counts for a unit."""
    query = (
        select(func.count())
        .select_from(Case)
        .join(Agency, Agency.id == Case.agency_id)
        .where(in_subtree(agency.path) if below else Agency.id == agency.id, or_(*year_legs(year)))
    )
    return session.scalar(query) or 0


def _count_by_agency(session: Session, year: int, scope: Scope) -> Mapping[int, int]:
    agencies = select(Agency.id).where(_within(scope))
    here = Case.agency_id.in_(agencies)
    legs = [
        select(Case.agency_id.label("agency_id"), func.count().label("cases"))
        .where(leg, here)
        .group_by(Case.agency_id)
        for leg in year_legs(year)
    ]
    counts: Counter[int] = Counter()
    for agency_id, cases in session.execute(union_all(*legs)):
        counts[agency_id] += cases
    for agency_id, one in recounted_by_agency(session, agencies):
        counts[agency_id] += (in_year(one.counted, year) is not None) - (
            in_year(one.stored, year) is not None
        )
    return counts


def recounted_by_agency(session: Session, agencies: Select[int]) -> list[tuple[int, Recounted]]:
    """Return the cases that count by a former ending (queries.recounted), each with its agency."""
    found = read_recounting(session, agencies).cases
    if not found:
        return []
    query = select(Case.id, Case.agency_id).where(Case.id.in_(found))
    return [(agency_id, found[case_id]) for case_id, agency_id in session.execute(query)]


def year_legs(year: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the two legs of a year (queries.annual_cube): received in it, or carried into it."""
    return Case.received_year == year, and_(
        or_(Case.closed_year.is_(None), Case.closed_year > Case.received_year),
        Case.received_year < year,
        or_(Case.closed_year.is_(None), Case.closed_year >= year),
    )


def _in_force() -> ColumnElement[bool]:
    return HandedReturn.ended_at.is_(None)


def _within(scope: Scope) -> ColumnElement[bool]:
    return Agency.path == scope.path if scope.own else in_subtree(scope.path)


def _ids_above(path: str) -> list[int]:
    """Return the ids above an agency, the nearest first."""
    return [int(part) for part in path.strip("/").split("/")[:-1] if part][::-1]


def _about(row: HandedReturn) -> HandedIn:
    return HandedIn(
        agency_code=row.agency.code,
        agency_name=row.agency.name,
        version=row.version,
        sha256=row.file_sha256,
        covers_below=row.covers_below,
    )
