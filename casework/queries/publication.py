"""转主动公开, read: what was asked for often, and the topics the office noted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from casework.domain.errors import NotFound
from casework.domain.frequent_topics import (
    FrequentTopic,
    TopicRequest,
    group_requests,
    worth_publishing,
)
from casework.domain.publication import TopicOrigin, TopicState
from casework.domain.search_text import PART
from casework.models import Agency, Applicant, Case, CaseText, PublicationCase, PublicationTopic
from casework.queries.agencies import in_subtree
from casework.queries.visibility import visible_to

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor

MOST_READ = 3000
"""Applications of an agency that are compared, the newest: what bounds the page's cost."""

MOST_SHOWN = 30
TITLE = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class OftenAsked:
    """One topic that is on no list yet: the newest request as it was typed, and its counts."""

    title: str
    case_ids: tuple[int, ...]
    numbers: tuple[tuple[int, str], ...]
    requests: int
    applicants: int
    disclosed: int
    last_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicLine:
    """One noted topic; ``cases`` are those of its applications that the reader may see."""

    id: int
    title: str
    agency_name: str
    origin: TopicOrigin
    state: TopicState
    note: str
    noted_on: date
    published_what: str
    published_where: str
    published_on: date | None
    reason: str
    cases: tuple[tuple[int, str], ...]


def list_often_asked(
    session: Session, actor: Actor, agency_id: int, *, since: date
) -> list[OftenAsked]:
    """Return what several people asked one agency for since a day, was disclosed, is not public.

    Applications already under a topic are left out. Three queries.
    """
    noted = set(
        session.scalars(
            select(PublicationCase.case_id)
            .join(PublicationTopic, PublicationTopic.id == PublicationCase.topic_id)
            .where(PublicationTopic.agency_id == agency_id)
        )
    )
    query = (
        select(
            Case.id,
            Case.number,
            Case.received_on,
            Case.ground,
            CaseText.request,
            func.coalesce(
                func.nullif(Applicant.id_number_index, ""),
                func.nullif(Applicant.phone_index, ""),
                Applicant.name,
            ).label("applicant"),
        )
        .join(Agency, Agency.id == Case.agency_id)
        .join(CaseText, CaseText.case_id == Case.id)
        .join(Applicant, Applicant.case_id == Case.id)
        .where(Case.agency_id == agency_id, Case.received_on >= since, visible_to(actor))
        .order_by(Case.received_on.desc(), Case.id.desc())
        .limit(MOST_READ)
    )
    requests = [
        TopicRequest(
            id=row.id,
            number=row.number,
            request=row.request.rpartition(PART)[2].strip(),
            applicant=row.applicant,
            received_on=row.received_on,
            ground=row.ground or "",
        )
        for row in session.execute(query)
    ]
    topics = [
        topic
        for topic in worth_publishing(group_requests(requests))
        if not any(each.id in noted for each in topic.requests)
    ][:MOST_SHOWN]
    words = _words(session, [topic.newest.id for topic in topics])
    return [_often_asked(topic, words[topic.newest.id]) for topic in topics]


def _words(session: Session, ids: Sequence[int]) -> dict[int, str]:
    query = select(Case.id, Case.request_text).where(Case.id.in_(ids))
    return {row.id: " ".join(row.request_text.split())[:TITLE] for row in session.execute(query)}


def _often_asked(topic: FrequentTopic, title: str) -> OftenAsked:
    return OftenAsked(
        title=title,
        case_ids=tuple(each.id for each in topic.requests),
        numbers=tuple((each.id, each.number) for each in topic.requests),
        requests=len(topic.requests),
        applicants=topic.applicants,
        disclosed=topic.disclosed,
        last_on=topic.newest.received_on,
    )


def list_topics(session: Session, actor: Actor, *, under: str) -> list[TopicLine]:
    """Return the topics noted at an agency (by path) and below it, the open ones first."""
    query = (
        select(PublicationTopic, Agency.short_name)
        .join(Agency, Agency.id == PublicationTopic.agency_id)
        .where(in_subtree(under))
        .order_by(
            PublicationTopic.state != TopicState.OPEN,
            PublicationTopic.noted_on.desc(),
            PublicationTopic.id.desc(),
        )
        .limit(MOST_READ)
    )
    rows = session.execute(query).all()
    cases = _cases(session, actor, [topic.id for topic, _ in rows])
    return [_line(topic, name, cases.get(topic.id, ())) for topic, name in rows]


def get_topic(session: Session, actor: Actor, topic_id: int) -> TopicLine:
    """Return one topic; NotFound if there is none or it is not of the actor's agencies."""
    row = session.execute(
        select(PublicationTopic, Agency)
        .join(Agency, Agency.id == PublicationTopic.agency_id)
        .where(PublicationTopic.id == topic_id)
    ).one_or_none()
    if row is None or not actor.sees(row.Agency.path):
        raise NotFound(NO_SUCH_TOPIC)
    topic = row.PublicationTopic
    cases = _cases(session, actor, [topic.id])
    return _line(topic, row.Agency.short_name, cases.get(topic.id, ()))


NO_SUCH_TOPIC = "没有这一项，或者它不在您的机关范围内"


def _cases(
    session: Session, actor: Actor, ids: Sequence[int]
) -> dict[int, tuple[tuple[int, str], ...]]:
    query = (
        select(PublicationCase.topic_id, Case.id, Case.number)
        .join(Case, Case.id == PublicationCase.case_id)
        .join(Agency, Agency.id == Case.agency_id)
        .where(PublicationCase.topic_id.in_(ids), visible_to(actor))
        .order_by(Case.id.desc())
    )
    found: dict[int, tuple[tuple[int, str], ...]] = {}
    for topic_id, case_id, number in session.execute(query):
        found[topic_id] = (*found.get(topic_id, ()), (case_id, number))
    return found


def _line(
    topic: PublicationTopic, agency_name: str, cases: tuple[tuple[int, str], ...]
) -> TopicLine:
    return TopicLine(
        id=topic.id,
        title=topic.title,
        agency_name=agency_name,
        origin=topic.origin,
        state=topic.state,
        note=topic.note,
        noted_on=topic.noted_on,
        published_what=topic.published_what,
        published_where=topic.published_where,
        published_on=topic.published_on,
        reason=topic.reason,
        cases=cases,
    )
