"""Cases that the annual table counts by an earlier ending than the one they bear now.

A case that was taken up again is counted in the year in which it was first finished, by the last
ending of that year (domain.reopening, docs/adr/0010). The columns of the case hold how it stands
now; the few cases for which the two differ are read here and set right beside the counting query,
which stays one walk along an index.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from casework.domain.annual_fold import CountedCase, CubeRow, in_year
from casework.domain.reopening import Ending, counted_ending
from casework.domain.statutory_clock import judge
from casework.models import Case
from casework.queries.openings import list_openings_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session

    from casework.domain.annual_fold import CellFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounted:
    """One case as its columns say (``stored``) and as the table counts it (``counted``)."""

    stored: CountedCase
    counted: CountedCase


@dataclass(frozen=True, slots=True)
class Recounting:
    """The cases that count otherwise than their columns say, by id; usually none."""

    cases: Mapping[int, Recounted] = field(default_factory=dict)

    def correct(self, cube: Iterable[CubeRow], year: int) -> list[CubeRow]:
        """Return the cube of ``year`` with these cases moved to where they count."""
        moved: Counter[CubeRow] = Counter()
        for case in self.cases.values():
            before, after = in_year(case.stored, year), in_year(case.counted, year)
            if before is not None:
                moved[before] -= 1
            if after is not None:
                moved[after] += 1
        if not any(moved.values()):
            return list(cube)
        for row in cube:
            moved[replace(row, count=1)] += row.count
        return [replace(row, count=count) for row, count in moved.items() if count]

    def correct_years(self, finished: Mapping[int, int]) -> dict[int, int]:
        """Return finished cases by year, with these counted in the year of their counted ending."""
        years = Counter(finished)
        for case in self.cases.values():
            for ending, change in ((case.stored.closed_on, -1), (case.counted.closed_on, 1)):
                if ending is not None:
                    years[ending.year] += change
        return dict(years)

    def narrow(
        self, condition: ColumnElement[bool], wanted: CellFilter, year: int
    ) -> ColumnElement[bool]:
        """Return the condition behind a cell: ``condition`` speaks of columns, this of counting."""
        if not self.cases:
            return condition
        behind = []
        for case_id, case in self.cases.items():
            row = in_year(case.counted, year)
            if row is not None and wanted.matches(row):
                behind.append(case_id)
        return (condition & Case.id.not_in(self.cases)) | Case.id.in_(behind)


def read_recounting(session: Session, agencies: Select[int]) -> Recounting:
    """Return the recounted cases of some agencies, given by their ids: at most two queries."""
    openings = list_openings_in(session, agencies)
    if not openings:
        return Recounting()
    query = select(
        Case.id,
        Case.received_on,
        Case.closed_on,
        Case.replied_on,
        Case.ground,
        Case.channel,
        Case.applicant_type,
        Case.original_due_on,
        Case.due_on,
    ).where(Case.id.in_(openings), Case.received_on.is_not(None))
    recounted = {}
    for row in session.execute(query):
        present = (
            Ending(closed_on=row.closed_on, ground=row.ground, replied_on=row.replied_on)
            if row.closed_on is not None
            else None
        )
        counted = counted_ending([one.former for one in openings[row.id]], present)
        if counted is not None and counted is not present:
            recounted[row.id] = Recounted(
                stored=_as_ended(row, present), counted=_as_ended(row, counted)
            )
    return Recounting(recounted)


def _as_ended(row: Row[*tuple[Any, ...]], ending: Ending | None) -> CountedCase:
    day = (ending.replied_on or ending.closed_on) if ending is not None else None
    return CountedCase(
        received_on=row.received_on,
        closed_on=ending.closed_on if ending is not None else None,
        channel=row.channel,
        applicant_type=row.applicant_type,
        ground_code=ending.ground if ending is not None else None,
        timeliness=judge(day, row.original_due_on, row.due_on) if day is not None else None,
    )
