"""The reopenings of many cases: which period runs now, and how each case had ended before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from casework.domain.clock_events import ClockStart
from casework.domain.reopening import Ending
from casework.models import Case, Reopening

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from casework.domain.clock_events import ClockFacts


class Opening(NamedTuple):
    """What a reopening says of the round that it began, and of the ending it found."""

    former_closed_on: date
    former_ground: str
    former_replied_on: date | None
    counts_from: date
    due_on: date | None
    relief_id: int | None

    @property
    def former(self) -> Ending:
        """How the case had ended."""
        return Ending(
            closed_on=self.former_closed_on,
            ground=self.former_ground,
            replied_on=self.former_replied_on,
        )

    def shift(self, facts: ClockFacts) -> ClockFacts:
        """Return ``facts`` with the period of the round that this one began."""
        return replace(
            facts,
            received_on=self.counts_from,
            start=ClockStart.REOPENING if self.relief_id is None else ClockStart.ORDER,
            ordered_due_on=self.due_on,
        )


def list_openings(session: Session, which: ColumnElement[bool]) -> dict[int, list[Opening]]:
    """Return the reopenings of the cases for which ``which`` holds, in their order: one query.

    Few cases are ever reopened; those that never were have no entry.
    """
    return _read(session, _openings().join(Case, Case.id == Reopening.case_id).where(which))


def list_openings_in(session: Session, agencies: Select[int]) -> dict[int, list[Opening]]:
    """Return the reopenings of all cases of some agencies, given by their ids, as above.

    Each reopening asks for its case's agency. As a join SQLite, which has no statistics of a table
    that is nearly empty, makes a Bloom filter of all cases first: 50 ms for a million.
    """
    agency_id = (
        select(Case.agency_id).where(Case.id == Reopening.case_id).correlate(Reopening)
    ).scalar_subquery()
    return _read(session, _openings().where(agency_id.in_(agencies)))


def _openings() -> Select[Any]:
    said: tuple[Any, ...] = (
        Reopening.case_id,
        Reopening.former_closed_on,
        Reopening.former_ground,
        Reopening.former_replied_on,
        Reopening.counts_from,
        Reopening.due_on,
        Reopening.relief_id,
    )
    return select(*said).order_by(Reopening.id)


def _read(session: Session, query: Select[Any]) -> dict[int, list[Opening]]:
    openings: defaultdict[int, list[Opening]] = defaultdict(list)
    for row in session.execute(query):
        openings[row.case_id].append(Opening._make(row[1:]))
    return dict(openings)
