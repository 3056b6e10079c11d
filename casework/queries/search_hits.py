"""The cases that words and filters mean: one condition set for lists and counts, on both databases.

The grams of the words name the candidates (FTS5 on SQLite, GIN on PostgreSQL: the one place where
they differ); LIKE on the folded texts rechecks them and scores them by the field they stand in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, column, false, func, literal, null, or_, select, table, union_all

from casework.domain.lights import Light, light_bounds
from casework.domain.outcomes import CATALOGUE
from casework.domain.permissions import Permission
from casework.domain.search_criteria import Facet, SearchCriteria, personal_number, search_terms
from casework.domain.search_text import BOUNDARY, sought_grams
from casework.domain.states import State
from casework.models import Agency, Applicant, Case, CaseText
from casework.models.sealed import sealer
from casework.models.search import GRAM_TABLE
from casework.queries.agencies import count_below
from casework.queries.desk import shows
from casework.queries.search_words import FOLDING
from casework.queries.visibility import visible_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Select, Subquery
    from sqlalchemy.orm import Session

    from casework.queries.case_rows import Viewer

MOST_RANKED = 10_000
"""How many cases, the newest that match, are ranked and counted: what bounds a search's cost."""

_FTS = table(GRAM_TABLE, column(GRAM_TABLE), column("rowid"))
_WIDE = 10
"""A reader who sees more than one agency in ten sees many cases."""
_OVER = frozenset({State.CLOSED, State.ARCHIVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is sought, to be asked of any query over cases joined with their agencies.

    ``ranked`` are the cases its words mean as (id, score), a lower score a better hit; None
    where no word is asked for. ``terms`` are the words, folded.
    """

    terms: tuple[str, ...]
    ranked: Subquery | None
    seen: tuple[ColumnElement[bool], ...]

    def among(self, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        """Return ``query`` over the cases that the words and days mean, less those not to be seen.

        The filters are not part of it: ``chosen``.
        """
        if self.ranked is None:
            return query.where(*self.seen)
        return query.join(self.ranked, self.ranked.c.id == Case.id)


def seek(session: Session, viewer: Viewer, criteria: SearchCriteria) -> Sought:
    """Return what ``criteria`` mean to ``viewer``; without words one query.

    With words the newest ``MOST_RANKED`` + 1 cases where there are more.
    """
    terms = search_terms(criteria.text, FOLDING)
    if not terms and criteria.text:
        nothing = select(Case.id.label("id"), literal(0).label("score")).where(false())
        return Sought(terms=(), ranked=nothing.subquery("ranked"), seen=())
    if not terms:
        seen = (*_seen(session, viewer), *received(criteria))
        return Sought(terms=(), ranked=None, seen=seen)
    found = _by_words(session, viewer, criteria, terms)
    if number := personal_number(criteria.text):
        both = union_all(
            select(found.subquery()), select(_by_number(viewer, criteria, number).subquery())
        ).subquery()
        found = select(both.c.id, func.min(both.c.score).label("score")).group_by(both.c.id)
    return Sought(terms=terms, ranked=found.subquery("ranked"), seen=())


def _seen(session: Session, viewer: Viewer) -> Iterable[ColumnElement[bool]]:
    """Yield what makes a case the viewer's to see, so that the newest are read first."""
    seen = visible_to(viewer.actor)
    own, every = count_below(session, viewer.actor.agency_path)
    if own == 1 and viewer.actor.agency_id is not None:
        yield Case.agency_id == viewer.actor.agency_id
    elif own * _WIDE >= every and session.get_bind().dialect.name == "sqlite":
        # SQLite would read all cases of these agencies and sort them. It finds the newest sooner
        # walking back from today, if it cannot look into the condition. PostgreSQL weighs both.
        seen = case((seen, 1), else_=0) == 1
    yield seen


def _by_words(
    session: Session, viewer: Viewer, criteria: SearchCriteria, terms: Sequence[str]
) -> Select[*tuple[Any, ...]]:
    reads_papers = viewer.actor.may(Permission.READ_PAPERS)
    scores = [_score(term, with_reply=reads_papers) for term in terms]
    wanted = sorted({gram for term in terms for gram in sought_grams(term)})
    query = (
        select(CaseText.case_id.label("id"), sum(scores[1:], scores[0]).label("score"))
        .join(Case, Case.id == CaseText.case_id)
        .join(Agency, Agency.id == Case.agency_id)
        .where(visible_to(viewer.actor), *received(criteria))
    )
    inner = query.where(_holds(session, wanted))
    if session.get_bind().dialect.name == "sqlite":
        inner = inner.join(_FTS, _FTS.c.rowid == CaseText.case_id)
    scored = inner.subquery()
    return (
        select(scored.c.id, scored.c.score)
        .where(scored.c.score.is_not(None))
        .order_by(scored.c.id.desc())
        .limit(MOST_RANKED + 1)
    )


def _holds(session: Session, wanted: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a case's texts hold all these grams, by the index."""
    if session.get_bind().dialect.name == "sqlite":
        # Grams hold letters and digits only, so nothing in them needs an escape.
        return _FTS.c[GRAM_TABLE].op("MATCH")(" AND ".join(f'"{gram}"' for gram in wanted))
    return CaseText.grams.bool_op("@>")(list(wanted))


def _score(term: str, *, with_reply: bool) -> ColumnElement[Any]:
    """Return in which field the term stands, the best one first; NULL if in none: the recheck.

    Replies are searched for those alone who may read them.
    """
    whole = f"%{BOUNDARY}{term}{BOUNDARY}%"
    part = f"%{term}%"
    places: list[ColumnElement[bool]] = [
        CaseText.names.like(whole),
        CaseText.names.like(part),
        CaseText.initials.like(f"%{BOUNDARY}{term}%"),
        CaseText.request.like(part),
        CaseText.reply.like(part) if with_reply else false(),
        CaseText.remarks.like(part),
    ]
    if any(character.isdigit() for character in term):
        # Without a digit it would mean the agency's own word, which stands in every number.
        number = or_(CaseText.numbers.like(whole), CaseText.numbers.like(f"%{BOUNDARY}{term}号 %"))
        places = [number, places[0], CaseText.numbers.like(part), *places[1:]]
    return case(*((place, rank) for rank, place in enumerate(places)), else_=null())


def _by_number(viewer: Viewer, criteria: SearchCriteria, number: str) -> Select[*tuple[Any, ...]]:
    """Return the cases of the person with this telephone or document number, given in full."""
    index = sealer().blind_index
    digests = {index(number), index(number.replace("-", ""))}
    return (
        select(Case.id.label("id"), (Case.id * 0).label("score"))
        .join(Agency, Agency.id == Case.agency_id)
        .join(Applicant, Applicant.case_id == Case.id)
        .where(
            visible_to(viewer.actor),
            *received(criteria),
            or_(Applicant.phone_index.in_(digests), Applicant.id_number_index.in_(digests)),
        )
        .order_by(Case.id.desc())
        .limit(MOST_RANKED)
    )


def received(criteria: SearchCriteria) -> list[ColumnElement[bool]]:
    """Return the conditions on the receipt day."""
    conditions: list[ColumnElement[bool]] = []
    if criteria.received_from is not None:
        conditions.append(Case.received_on >= criteria.received_from)
    if criteria.received_to is not None:
        conditions.append(Case.received_on <= criteria.received_to)
    return conditions


def chosen(viewer: Viewer, criteria: SearchCriteria) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters that are set."""
    return [
        condition
        for facet in Facet
        if (value := criteria.chosen(facet))
        for condition in conditions(viewer, facet, value)
    ]


def grounds_of(outcome: str) -> frozenset[str]:
    """Return the codes of the grounds that stand under an outcome."""
    return frozenset(ground.code for ground in CATALOGUE if ground.outcome == outcome)


def conditions(viewer: Viewer, facet: Facet, value: str) -> Iterable[ColumnElement[bool]]:
    """Yield what one choice of one filter asks of a case."""
    if facet is Facet.LIGHT:
        yield Case.closed_on.is_(None)
        yield shows(Light(value), light_bounds(viewer.calendar, viewer.today))
    elif facet is Facet.STATE:
        if State(value) not in _OVER:
            # Said in so many words, so that the index of open cases serves.
            yield Case.closed_on.is_(None)
        yield Case.state == State(value)
    elif facet is Facet.OUTCOME:
        yield Case.ground.in_(sorted(grounds_of(value)))
    else:
        yield {
            Facet.UNIT: Case.unit,
            Facet.CHANNEL: Case.channel,
            Facet.SUBJECT: Case.subject,
        }[facet] == value


NEWEST_FIRST = (Case.received_on.desc().nulls_first(), Case.id.desc())
"""Cases without a receipt day come first: they wait for its confirmation."""
