"""转主动公开 (第四十四条): note what is often asked for, then what was published or why not.

When a topic is published, the applications it comes from that were answered by disclosure bear the
mark 转主动公开 of the ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.errors import NotFound, RuleBroken
from casework.domain.grounds import Outcome
from casework.domain.outcomes import find_ground
from casework.domain.permissions import Permission, require
from casework.domain.publication import Published, TopicOrigin, TopicState, check_reason
from casework.domain.text import clean_text
from casework.models import PublicationCase, PublicationTopic
from casework.queries.publication import NO_SUCH_TOPIC
from casework.queries.visibility import kept_ids
from casework.services.case_file import open_case, record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.models import Case
    from casework.services.desk import Desk

MADE_PUBLIC = "made_public"
"""The event on a case whose information was put to 主动公开 afterwards."""

MOST_CASES = 200
LONGEST_TITLE = 200
_YES = "是"
_DISCLOSED = frozenset({Outcome.DISCLOSED, Outcome.PARTLY_DISCLOSED})


def note_topic(
    desk: Desk, *, title: str, origin: TopicOrigin, case_ids: Sequence[int], note: str = ""
) -> int:
    """Put a topic on the list and return its id.

    Its applications are of one agency (第四十四条: 向同一行政机关). Raises RuleBroken on a missing
    title or applications of several agencies, NotFound on one that is not the actor's to see.
    """
    require(desk.actor, Permission.RECORD_PUBLICATION)
    title = clean_text(title)
    if not title:
        raise RuleBroken("title_missing", "请填是什么信息", field="title")
    if len(title) > LONGEST_TITLE:
        raise RuleBroken("title_long", f"信息名称最多 {LONGEST_TITLE} 个字，请删减", field="title")
    ids = sorted(set(case_ids))
    if not ids or len(ids) > MOST_CASES:
        raise RuleBroken("cases_missing", f"请从案件进入，一次 1 至 {MOST_CASES} 件", field="title")
    with transaction(desk.session):
        cases = [open_case(desk, case_id) for case_id in ids]
        [agency_id, *others] = {case.agency_id for case in cases}
        if others:
            raise RuleBroken(
                "several_agencies",
                "这些申请是向不同机关提出的，请按机关分别记入",
                field="title",
                basis="条例第四十四条",
            )
        topic = PublicationTopic(
            agency_id=agency_id,
            title=title,
            origin=origin,
            state=TopicState.OPEN,
            note=clean_text(note, keep_lines=True),
            noted_on=desk.today,
            noted_by_id=desk.actor.user_id,
            cases=[PublicationCase(case_id=case.id) for case in cases],
        )
        desk.session.add(topic)
        desk.session.flush()
        record_event(
            desk,
            case=None,
            action="note_publication",
            permission=Permission.RECORD_PUBLICATION,
            detail={"topic": topic.id, "origin": origin.value, "cases": len(cases)},
        )
        return topic.id


def publish_topic(desk: Desk, topic_id: int, published: Published) -> None:
    """Record what was published, where and when; RuleBroken where it does not say."""
    require(desk.actor, Permission.RECORD_PUBLICATION)
    published = published.checked(today=desk.today)
    with transaction(desk.session):
        topic = _open_topic(desk, topic_id)
        topic.state = TopicState.PUBLISHED
        topic.published_what, topic.published_where = published.what, published.where
        topic.published_on, topic.reason = published.on, ""
        _decided(desk, topic)
        kept = kept_ids(desk.session, desk.actor)
        for link in topic.cases:
            if link.case_id not in kept:
                _mark(desk, open_case(desk, link.case_id), topic)


def decline_topic(desk: Desk, topic_id: int, *, reason: str) -> None:
    """Record why a topic is not put to 主动公开; it can still be published later."""
    require(desk.actor, Permission.RECORD_PUBLICATION)
    reason = check_reason(reason)
    with transaction(desk.session):
        topic = _open_topic(desk, topic_id)
        if topic.state is TopicState.PUBLISHED:
            raise RuleBroken("published", "这一项已经公开，不能再改为不纳入", field="reason")
        topic.state, topic.reason = TopicState.DECLINED, reason
        _decided(desk, topic)


def _open_topic(desk: Desk, topic_id: int) -> PublicationTopic:
    topic = desk.session.get(PublicationTopic, topic_id, with_for_update=True)
    if topic is None or not desk.actor.sees(topic.agency.path):
        raise NotFound(NO_SUCH_TOPIC)
    return topic


def _decided(desk: Desk, topic: PublicationTopic) -> None:
    topic.decided_by_id, topic.decided_at = desk.actor.user_id, desk.now
    record_event(
        desk,
        case=None,
        action="decide_publication",
        permission=Permission.RECORD_PUBLICATION,
        effective_on=topic.published_on,
        detail={"topic": topic.id, "state": topic.state.value},
    )


def _mark(desk: Desk, case: Case, topic: PublicationTopic) -> None:
    ground = find_ground(case.ground) if case.ground else None
    if case.made_public or ground is None or ground.outcome not in _DISCLOSED:
        return
    case.made_public = _YES
    case.changed_at = desk.now
    record_event(
        desk,
        case=case,
        action=MADE_PUBLIC,
        permission=Permission.RECORD_PUBLICATION,
        effective_on=topic.published_on,
        note=topic.published_where,
        detail={"topic": topic.id},
    )
