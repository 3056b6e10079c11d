"""The cases that words and filters mean: one condition set for lists and counts, on both databases.

The grams of the words name the candidates (FTS5 on SQLite, GIN on PostgreSQL: the one place where
they differ); LIKE on the folded texts rechecks them and scores them by the field they stand in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    Text,
    and_,
    case,
    column,
    false,
    literal,
    null,
    or_,
    select,
    table,
    type_coerce,
)

from casework.domain.lights import Light, light_bounds
from casework.domain.outcomes import CATALOGUE
from casework.domain.permissions import Permission
from casework.domain.search_criteria import Facet, personal_number
from casework.domain.search_text import BOUNDARY, sought_grams
from casework.domain.states import State
from casework.models import Agency, Applicant, Case, CaseText
from casework.models.sealed import sealer
from casework.models.search import GRAM_TABLE
from casework.queries.agencies import count_below
from casework.queries.desk import shows
from casework.queries.visibility import visible_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from casework.domain.search_criteria import SearchCriteria
    from casework.queries.case_rows import Viewer

    Seen = tuple[ColumnElement[bool], ...]

MOST_RANKED = 10_000
"""How many cases, the newest that match, are ranked and counted: what bounds a search's cost."""

_FTS = table(GRAM_TABLE, column(GRAM_TABLE), column("rowid"))
_WIDE = 10
"""A reader who sees more than one agency in ten sees many cases."""
_OVER = frozenset({State.CLOSED, State.ARCHIVED})


class Hit(NamedTuple):
    """One case that was found. A lower ``score`` is a better hit; ``values`` as ``Facet`` runs."""

    id: int
    score: int
    day: date | None
    values: tuple[str | None, ...]


def list_hits(
    session: Session, viewer: Viewer, criteria: SearchCriteria, terms: Sequence[str]
) -> list[Hit]:
    """Return the cases that words and days mean, the newest ``MOST_RANKED`` + 1 if there are more.

    Less those not to be seen; the other filters are not asked yet. One query; a telephone or
    document number takes another.
    """
    if not terms:
        return []
    wanted = sorted({gram for term in terms for gram in sought_grams(term)})
    reads_papers = viewer.actor.may(Permission.READ_PAPERS)
    scores = [_score(term, with_reply=reads_papers) for term in terms]
    score = sum(scores[1:], scores[0])
    query = _cases(viewer, criteria, score).join(CaseText, CaseText.case_id == Case.id)
    query = query.where(score.is_not(None), visible_to(viewer.actor)).limit(MOST_RANKED + 1)
    hits = _read(session, newest_holding(session, query, [wanted]))
    if number := personal_number(criteria.text):
        known = {hit.id for hit in hits}
        own = _read(session, _by_number(viewer, criteria, number))
        hits += [hit for hit in own if hit.id not in known]
    return hits


def list_newest(
    session: Session, viewer: Viewer, criteria: SearchCriteria, seen: Seen
) -> list[Hit]:
    """Return the newest ``MOST_RANKED`` + 1 cases in these days, words and filters unasked."""
    query = _cases(viewer, criteria, literal(0)).where(*seen)
    return _read(session, query.order_by(*NEWEST_FIRST).limit(MOST_RANKED + 1))


def what_is_seen(session: Session, viewer: Viewer) -> Seen:
    """Return what makes a case the viewer's to see, the newest read first: one query."""
    seen = visible_to(viewer.actor)
    own, every = count_below(session, viewer.actor.agency_path)
    if own == 1 and viewer.actor.agency_id is not None:
        return seen, Case.agency_id == viewer.actor.agency_id
    if own * _WIDE >= every and session.get_bind().dialect.name == "sqlite":
        # SQLite would read all cases of these agencies and sort them. It finds the newest sooner
        # walking back from today, if it cannot look into the condition. PostgreSQL weighs both.
        return (case((seen, 1), else_=0) == 1,)
    return (seen,)


def _cases(
    viewer: Viewer, criteria: SearchCriteria, score: ColumnElement[Any]
) -> Select[*tuple[Any, ...]]:
    """Return the query for hits: what ``_read`` reads, joined with the agencies."""
    bounds = light_bounds(viewer.calendar, viewer.today)
    light = case(
        *((and_(Case.closed_on.is_(None), shows(each, bounds)), each.value) for each in Light)
    )
    values: dict[Facet, ColumnElement[Any] | InstrumentedAttribute[Any]] = {
        Facet.STATE: Case.state,
        Facet.LIGHT: light,
        Facet.UNIT: Case.unit,
        Facet.CHANNEL: Case.channel,
        Facet.SUBJECT: Case.subject,
        Facet.OUTCOME: Case.ground,
    }
    return (
        select(
            Case.id.label("id"),
            score.label("score"),
            Case.received_on.label("day"),
            *(type_coerce(values[facet], Text).label(facet.value) for facet in Facet),
        )
        .select_from(Case)
        .join(Agency, Agency.id == Case.agency_id)
        .where(*received(criteria))
    )


def _read(session: Session, query: Select[*tuple[Any, ...]]) -> list[Hit]:
    return [
        Hit(case_id, score, day, tuple(values))
        for case_id, score, day, *values in session.execute(query)
    ]


def newest_holding(
    session: Session, query: Select[*tuple[Any, ...]], sets: Sequence[Sequence[str]]
) -> Select[*tuple[Any, ...]]:
    """Return ``query`` (joined with ``CaseText``) where all the grams of one of ``sets`` are held.

    By the index, the newest case first: the one place where the two databases differ.
    """
    if session.get_bind().dialect.name == "sqlite":
        # Grams hold letters and digits only, so nothing in them needs an escape.
        words = " OR ".join(
            "({})".format(" AND ".join(f'"{gram}"' for gram in grams)) for grams in sets
        )
        # By FTS5's own order, so that it stops at the limit.
        return (
            query.join(_FTS, _FTS.c.rowid == CaseText.case_id)
            .where(_FTS.c[GRAM_TABLE].op("MATCH")(words))
            .order_by(_FTS.c.rowid.desc())
        )
    held = or_(*(CaseText.grams.bool_op("@>")(list(grams)) for grams in sets))
    return query.where(held).order_by(CaseText.case_id.desc())


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
    """Return the query for the cases of the person with this number, given in full."""
    index = sealer().blind_index
    digests = {index(number), index(number.replace("-", ""))}
    return (
        _cases(viewer, criteria, literal(0))
        .join(Applicant, Applicant.case_id == Case.id)
        .where(
            visible_to(viewer.actor),
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
