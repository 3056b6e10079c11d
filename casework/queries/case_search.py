"""Finding cases by words and filters, in a fixed number of queries, among those one may see.

Relevance is the field in which the words stand: 案号, 申请人, 申请内容, 答复, 备注, in this order,
and a whole number or name before a part of one; within it the newest first. Without words all
cases, newest first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, tuple_

from casework.models import Case
from casework.queries.case_rows import PAGE, CaseRow, case_rows, read_rows
from casework.queries.search_counts import SearchCounts, count_choices
from casework.queries.search_found import Found, find_words
from casework.queries.search_hits import NEWEST_FIRST, chosen, seek
from casework.queries.visibility import visible_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select, Subquery
    from sqlalchemy.orm import Session

    from casework.domain.search_criteria import SearchCriteria
    from casework.queries.case_rows import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of what was found; ``found`` says where, by case id, if words were asked for.

    ``next_after`` continues the list, None at its end. ``terms`` are the words, folded.
    """

    rows: list[CaseRow]
    found: dict[int, Found]
    counts: SearchCounts
    terms: tuple[str, ...]
    next_after: str | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page ended: the score and the receipt day of its last case."""

    score: int
    day: date | None
    id: int

    def write(self) -> str:
        return f"{self.score}.{self.day.isoformat() if self.day else ''}.{self.id}"

    @classmethod
    def read(cls, cursor: str | None) -> _Place | None:
        """Return the place, None for a cursor that nobody made: the list starts anew."""
        try:
            score, day, case_id = (cursor or "").split(".")
            return cls(int(score), date.fromisoformat(day) if day else None, int(case_id))
        except ValueError:
            return None


def search_cases(
    session: Session,
    viewer: Viewer,
    criteria: SearchCriteria,
    *,
    after: str | None = None,
    limit: int = PAGE,
) -> SearchPage:
    """Return one page of the cases that ``criteria`` mean, and the counts of every filter.

    A telephone or document number finds its cases only when it is given in full (they are
    sealed). Five queries, with words eight, however many cases there are.
    """
    sought = seek(session, viewer, criteria)
    query = sought.among(case_rows().where(*chosen(viewer, criteria)))
    place = _Place.read(after)
    order: list[ColumnElement[Any]] = []
    if (ranked := sought.ranked) is not None:
        query = query.add_columns(ranked.c.score)
        order.append(ranked.c.score)
    if place is not None:
        query = query.where(_behind(place, ranked))
    query = query.order_by(*order, *NEWEST_FIRST)
    lines = session.execute(query.limit(limit + 1)).all()
    rows = read_rows(session, lines[:limit], viewer)
    ids = [row.id for row in rows] if sought.terms else []
    last = lines[limit - 1] if len(lines) > limit else None
    return SearchPage(
        rows=rows,
        found=find_words(session, viewer.actor, ids, sought.terms),
        counts=count_choices(session, viewer, criteria, sought),
        terms=sought.terms,
        next_after=_Place(getattr(last, "score", 0), last.received_on, last.id).write()
        if last is not None
        else None,
    )


def _behind(place: _Place, ranked: Subquery | None) -> ColumnElement[bool]:
    """Return the condition for what comes behind a place: worse scores, then earlier days."""
    older = tuple_(Case.received_on, Case.id) < tuple_(place.day, place.id)
    if place.day is None:
        older = or_(
            Case.received_on.is_not(None), and_(Case.received_on.is_(None), Case.id < place.id)
        )
    if ranked is None:
        return older
    return or_(ranked.c.score > place.score, and_(ranked.c.score == place.score, older))


def list_cases_by_id(session: Session, viewer: Viewer, *, ids: Sequence[int]) -> list[CaseRow]:
    """Return exactly these cases, oldest first, less those the actor may not see."""
    query: Select[*tuple[Any, ...]] = (
        case_rows()
        .where(visible_to(viewer.actor), Case.id.in_(ids))
        .order_by(Case.received_on, Case.id)
    )
    found = session.execute(query).all()
    return read_rows(session, found, viewer)
