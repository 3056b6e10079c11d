"""Finding cases by words and filters, in a fixed number of queries, among those one may see.

Relevance is the field in which the words stand: 案号, 申请人, 申请内容, 答复, 备注, in this order,
and a whole number or name before a part of one; within it the newest first. Without words all
cases, newest first.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, tuple_

from casework.domain.search_criteria import search_terms
from casework.models import Case
from casework.queries.case_rows import PAGE, CaseRow, case_rows, read_rows
from casework.queries.search_counts import SearchCounts, count_choices, narrow
from casework.queries.search_found import Found, find_words
from casework.queries.search_hits import (
    NEWEST_FIRST,
    chosen,
    list_hits,
    list_newest,
    received,
    what_is_seen,
)
from casework.queries.search_words import FOLDING
from casework.queries.visibility import visible_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from casework.domain.search_criteria import SearchCriteria
    from casework.queries.case_rows import Viewer
    from casework.queries.search_hits import Hit


_LARGEST_ID = 2**63 - 1


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
            place = cls(int(score), date.fromisoformat(day) if day else None, int(case_id))
        except ValueError:
            return None
        return place if 0 <= place.id <= _LARGEST_ID else None


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
    sealed). Five queries, with words up to nine, however many cases there are.
    """
    place = _Place.read(after)
    if criteria.text:
        return _ranked_page(session, viewer, criteria, place, limit)
    seen = what_is_seen(session, viewer)
    query = case_rows().where(*seen, *received(criteria), *chosen(viewer, criteria))
    if place is not None:
        query = query.where(_older(place))
    lines = session.execute(query.order_by(*NEWEST_FIRST).limit(limit + 1)).all()
    rows = read_rows(session, lines[:limit], viewer)
    more = len(lines) > limit
    return SearchPage(
        rows=rows,
        found={},
        counts=count_choices(list_newest(session, viewer, criteria, seen), criteria),
        terms=(),
        next_after=_Place(0, rows[-1].received_on, rows[-1].id).write() if more else None,
    )


def _ranked_page(
    session: Session,
    viewer: Viewer,
    criteria: SearchCriteria,
    place: _Place | None,
    limit: int,
) -> SearchPage:
    terms = search_terms(criteria.text, FOLDING)
    hits = list_hits(session, viewer, criteria, terms)
    ranked = sorted(map(_place_of, narrow(hits, criteria)), key=_rank)
    if place is not None:
        ranked = ranked[bisect_right(ranked, _rank(place), key=_rank) :]
    ids = [each.id for each in ranked[:limit]]
    rows = {row.id: row for row in list_cases_by_id(session, viewer, ids=ids)}
    more = len(ranked) > limit
    return SearchPage(
        rows=[rows[case_id] for case_id in ids if case_id in rows],
        found=find_words(session, viewer.actor, ids, terms),
        counts=count_choices(hits, criteria),
        terms=terms,
        next_after=ranked[limit - 1].write() if more else None,
    )


def _place_of(hit: Hit) -> _Place:
    return _Place(hit.score, hit.day, hit.id)


def _rank(place: _Place) -> tuple[int, int, int]:
    """Return the key of the order: the score, the newest day first and none before it, the id."""
    day = place.day.toordinal() if place.day else date.max.toordinal()
    return place.score, -day, -place.id


def _older(place: _Place) -> ColumnElement[bool]:
    """Return the condition for what comes behind a place where no words are asked for."""
    if place.day is None:
        return or_(
            Case.received_on.is_not(None), and_(Case.received_on.is_(None), Case.id < place.id)
        )
    return tuple_(Case.received_on, Case.id) < tuple_(place.day, place.id)


def list_cases_by_id(session: Session, viewer: Viewer, *, ids: Sequence[int]) -> list[CaseRow]:
    """Return exactly these cases, oldest first, less those the actor may not see."""
    if not ids:
        return []
    query: Select[*tuple[Any, ...]] = (
        case_rows()
        .where(visible_to(viewer.actor), Case.id.in_(ids))
        .order_by(Case.received_on, Case.id)
    )
    found = session.execute(query).all()
    return read_rows(session, found, viewer)
