"""转主动公开: noted, published or declined, and what the cases bear of it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from casework.domain.application import ApplicantType, ReceiptMode
from casework.domain.errors import NotFound, PermissionRefused, RuleBroken
from casework.domain.permissions import Role
from casework.domain.publication import Published, TopicOrigin, TopicState
from casework.models import Case, Event
from casework.queries.publication import get_topic, list_often_asked, list_topics
from casework.services import publication, registration, restriction
from casework.services.publication import decline_topic, note_topic, publish_topic
from casework.services.registration import ApplicantData, NewApplication
from tests.conftest import add_agency, beijing

TODAY = date(2026, 9, 28)
SINCE = date(2024, 9, 1)
REQUEST = "申请公开柳湾村集体土地征收补偿安置方案"
PUBLISHED = Published(what="征收补偿安置方案", where="门户网站征地专栏", on=TODAY)


@pytest.fixture
def clerk(desk_for):
    return desk_for(Role.CLERK, name="周敏", now=beijing(TODAY))


@pytest.fixture
def file_case(session, clerk, agency):
    def register(name: str, text: str = REQUEST, *, ground: str = "", at=None, desk=None):
        key = registration.register(
            desk or clerk,
            NewApplication(
                receipt_mode=ReceiptMode.COUNTER,
                applicant=ApplicantData(type=ApplicantType.NATURAL_PERSON, name=name),
                request_text=text,
                received_on=date(2026, 9, 7),
            ),
            agency_id=(at or agency).id,
        )
        if ground:
            session.execute(update(Case).where(Case.id == key.id).values(ground=ground))
            session.commit()
        return key

    return register


def test_what_several_people_were_given_is_proposed_until_it_is_noted(
    session, clerk, agency, file_case
) -> None:
    first = file_case("林秀珍", ground="disclosed")
    second = file_case("赵海明", f"{REQUEST}。")
    file_case("钱进", "宅基地审批表", ground="disclosed")
    [asked] = list_often_asked(session, clerk.actor, agency.id, since=SINCE)
    assert asked.case_ids == (second.id, first.id)
    assert (asked.applicants, asked.requests, asked.disclosed) == (2, 2, 1)
    note_topic(
        clerk, title=" 征收补偿安置方案 ", origin=TopicOrigin.OFTEN_ASKED, case_ids=asked.case_ids
    )
    assert list_often_asked(session, clerk.actor, agency.id, since=SINCE) == []
    [topic] = list_topics(session, clerk.actor, under=agency.path)
    assert (topic.title, topic.state, topic.noted_on) == (
        "征收补偿安置方案",
        TopicState.OPEN,
        TODAY,
    )
    assert [number for _, number in topic.cases] == [second.number, first.number]


def test_a_publication_marks_the_cases_that_were_given_it(session, clerk, file_case) -> None:
    given = file_case("林秀珍", ground="disclosed")
    refused = file_case("赵海明", ground="not_existing")
    topic_id = note_topic(
        clerk, title="方案", origin=TopicOrigin.OFTEN_ASKED, case_ids=[given.id, refused.id]
    )
    publish_topic(clerk, topic_id, PUBLISHED)
    publish_topic(clerk, topic_id, PUBLISHED)
    topic = get_topic(session, clerk.actor, topic_id)
    assert (topic.state, topic.published_what, topic.published_where, topic.published_on) == (
        TopicState.PUBLISHED,
        "征收补偿安置方案",
        "门户网站征地专栏",
        TODAY,
    )
    session.expire_all()
    assert session.get_one(Case, given.id).made_public == "是"
    assert session.get_one(Case, refused.id).made_public == ""
    marks = session.scalars(select(Event).where(Event.action == publication.MADE_PUBLIC)).all()
    assert [(mark.case_id, mark.note) for mark in marks] == [(given.id, "门户网站征地专栏")]
    with pytest.raises(RuleBroken, match="已经公开"):
        decline_topic(clerk, topic_id, reason="不宜公开")


def test_a_suggestion_may_be_declined_for_a_reason_and_published_later(
    session, clerk, file_case
) -> None:
    key = file_case("林秀珍", ground="disclosed")
    topic_id = note_topic(
        clerk, title="方案", origin=TopicOrigin.SUGGESTED, case_ids=[key.id], note="涉及公众利益"
    )
    with pytest.raises(RuleBroken):
        decline_topic(clerk, topic_id, reason=" ")
    decline_topic(clerk, topic_id, reason="仅涉及本户")
    topic = get_topic(session, clerk.actor, topic_id)
    assert (topic.state, topic.reason) == (TopicState.DECLINED, "仅涉及本户")
    assert topic.origin.article == "条例第四十四条第二款"
    publish_topic(clerk, topic_id, PUBLISHED)
    topic = get_topic(session, clerk.actor, topic_id)
    assert (topic.state, topic.reason) == (TopicState.PUBLISHED, "")


def test_only_ones_own_and_of_one_agency(session, clerk, agency, file_case, desk_for) -> None:
    below = add_agency(session, code="LJ", name="临江分局", prefix="临资公开", parent=agency)
    beside = add_agency(session, code="SL", name="水利局", prefix="水公开")
    under = desk_for(Role.CLERK, name="下级", at=below, now=beijing(TODAY))
    stranger = desk_for(Role.CLERK, name="旁人", at=beside, now=beijing(TODAY))
    own = file_case("林秀珍", ground="disclosed")
    lower = file_case("赵海明", at=below, desk=under, ground="disclosed")
    foreign = file_case("钱进", at=beside, desk=stranger)
    origin = TopicOrigin.OFTEN_ASKED
    with pytest.raises(RuleBroken, match="不同机关"):
        note_topic(clerk, title="方案", origin=origin, case_ids=[own.id, lower.id])
    with pytest.raises(NotFound):
        note_topic(clerk, title="方案", origin=origin, case_ids=[foreign.id])
    topic_id = note_topic(clerk, title="方案", origin=origin, case_ids=[own.id])
    for act in (
        lambda: publish_topic(stranger, topic_id, PUBLISHED),
        lambda: decline_topic(under, topic_id, reason="理由"),
        lambda: get_topic(session, stranger.actor, topic_id),
    ):
        with pytest.raises(NotFound):
            act()
    assert list_often_asked(session, stranger.actor, agency.id, since=SINCE) == []
    with pytest.raises(PermissionRefused):
        note_topic(desk_for(Role.STATISTICIAN), title="方案", origin=origin, case_ids=[own.id])


@pytest.mark.parametrize(("title", "cases"), [(" ", 1), ("名" * 201, 1), ("方案", 0)])
def test_what_cannot_be_noted(clerk, file_case, title, cases) -> None:
    key = file_case("林秀珍")
    with pytest.raises(RuleBroken) as refused:
        note_topic(clerk, title=title, origin=TopicOrigin.SUGGESTED, case_ids=[key.id][:cases])
    assert refused.value.field == "title"


def test_a_restricted_case_is_in_no_topic_of_those_who_may_not_know(
    session, clerk, agency, file_case, desk_for
) -> None:
    kept = file_case("林秀珍", ground="disclosed")
    file_case("赵海明", ground="disclosed")
    leader = desk_for(Role.LEADER, name="罗建平", now=beijing(TODAY))
    topic_id = note_topic(clerk, title="方案", origin=TopicOrigin.SUGGESTED, case_ids=[kept.id])
    restriction.restrict(
        leader, kept.id, reason="涉密", reader_ids=[leader.actor.user_id], version=None
    )
    assert get_topic(session, clerk.actor, topic_id).cases == ()
    assert list_often_asked(session, clerk.actor, agency.id, since=SINCE) == []
    publish_topic(clerk, topic_id, PUBLISHED)
    session.expire_all()
    assert session.get_one(Case, kept.id).made_public == ""
