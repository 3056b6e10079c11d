"""Adapted templates: proposed, released, inherited, retired; and what papers keep of them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from casework.documents.template_chinese import in_chinese
from casework.domain.errors import (
    EditConflict,
    NotFound,
    PermissionRefused,
    RuleBroken,
    TransitionRefused,
)
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Role
from casework.domain.statutes import StatuteCode
from casework.domain.template_parts import AnswerPassages
from casework.domain.template_versions import VersionState
from casework.models import Agency, Document, Event, TemplateText, TemplateVersion
from casework.queries.template_versions import get_version, list_texts, list_versions, list_waiting
from casework.services import drafting, issue, procedural_letters, registration, review
from casework.services import template_versions as acts
from casework.services.agency_templates import wording_of
from casework.services.case_letters import print_letter
from casework.services.document_record import get_document_record, list_newer_texts
from casework.services.procedural_letters import DocumentText
from tests.conftest import add_agency
from tests.services.test_road import DISCLOSED, application, newest_draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.domain.template_parts import TemplatePart
    from casework.services.desk import Desk

NEW = StatuteCode.REGULATION_2019
REPLY, RECEIPT = LetterKind.REPLY, LetterKind.REGISTRATION_RECEIPT


@pytest.fixture
def reviewer(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.LEGAL_REVIEWER, name="何静怡")


@pytest.fixture
def leader(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.LEADER, name="罗建平")


@pytest.fixture
def clerk(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.CLERK, name="周敏")


@pytest.fixture
def handler(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.HANDLER, name="陈立群")


def reworded(desk: Desk, part: TemplatePart, old: str = "特此", new: str = "现此") -> str:
    """The default as the page shows it, with other words."""
    text = in_chinese(desk.stationery.templates().text("2019", part))
    assert old in text
    return text.replace(old, new)


def propose(desk: Desk, part: TemplatePart = REPLY, *, newest: int = 0, **words: str) -> int:
    agency_id = desk.actor.agency_id or 0
    return acts.propose_version(
        desk,
        agency_id,
        NEW,
        part,
        text=reworded(desk, part, **words),
        reason="照市政府办公室的意见",
        newest=newest,
    )


def released(reviewer: Desk, leader: Desk, part: TemplatePart = REPLY, **given: object) -> int:
    version_id = propose(reviewer, part, **given)  # type: ignore[arg-type]
    version = reviewer.session.get_one(TemplateVersion, version_id)
    acts.release_version(leader, version_id, sha256=version.sha256)
    return version_id


def approved(clerk: Desk, handler: Desk, reviewer: Desk) -> int:
    """A case whose reply waits to be signed."""
    key = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    registration.assign(
        clerk, key.id, unit="耕地保护科", handler_id=handler.actor.user_id, version=None
    )
    drafting.save_draft(handler, key.id, DISCLOSED, version=None)
    drafting.submit_draft(handler, key.id, version=None)
    draft = newest_draft(clerk.session, key.id)
    review.approve(reviewer, key.id, text_hash=draft.text_hash, version=None)
    return key.id


def reply_of(session: Session, case_id: int) -> Document:
    return session.scalars(
        select(Document).where(Document.case_id == case_id, Document.kind == REPLY)
    ).one()


def test_acceptance_77_a_template_edited_after_approval_is_a_new_version(
    session: Session, clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk, agency: Agency
) -> None:
    # Sent before the edit.
    sent_id = approved(clerk, handler, reviewer)
    issue.issue_reply(leader, sent_id, version=None)
    sent = reply_of(session, sent_id)
    assert sent.templates["reply"]["sha256"] == reviewer.stationery.templates().sha256(
        "2019", REPLY
    )
    assert "version" not in sent.templates["reply"]
    before = sent.content
    # Approved before the edit, signed after it.
    waiting_id = approved(clerk, handler, reviewer)

    version_id = released(reviewer, leader)
    version = session.get_one(TemplateVersion, version_id)
    assert version.number == 1
    assert version.state is VersionState.IN_FORCE

    [newer] = list_newer_texts(leader, waiting_id)
    assert (newer.label, newer.current_name) == ("答复书", f"{agency.name}第1版")
    assert list_newer_texts(leader, sent_id) == (newer,)
    issue.issue_reply(leader, waiting_id, version=None)
    waiting = reply_of(session, waiting_id)
    assert waiting.templates == sent.templates

    # Drafted after it.
    later_id = approved(clerk, handler, reviewer)
    issue.issue_reply(leader, later_id, version=None)
    later = reply_of(session, later_id)
    assert later.templates["reply"] == {
        "sha256": version.sha256,
        "version": version_id,
        "name": f"{agency.name}第1版",
    }
    assert set(later.templates) == {"reply", "findings", "natures"}
    said = [newest_draft(session, each).body for each in (sent_id, waiting_id, later_id)]
    assert ["现此答复。" in text for text in said] == [False, False, True]

    session.expire_all()
    kept = reply_of(session, sent_id)
    assert kept.content == before
    assert hashlib.sha256(kept.content or b"").hexdigest() == kept.sha256
    record = get_document_record(leader, sent_id, kept.id)
    assert record.unchanged
    assert {text.label: text.is_current for text in record.texts}["答复书"] is False
    kept.content = before[:-1] + b"?" if before else None
    assert not get_document_record(leader, sent_id, kept.id).unchanged
    session.rollback()
    for each in session.scalars(select(TemplateText)):
        assert hashlib.sha256(each.text.encode()).hexdigest() == each.sha256


def test_a_letter_made_anew_as_word_keeps_the_wording_it_was_issued_with(
    session: Session, clerk: Desk, reviewer: Desk, leader: Desk
) -> None:
    key = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    procedural_letters.issue_document(clerk, key.id, DocumentText(kind=RECEIPT), version=None)
    first = print_letter(clerk, key.id, RECEIPT, word=True).content
    old = in_chinese(clerk.stationery.templates().text("2019", RECEIPT)).split("\n")[-2]
    released(reviewer, leader, RECEIPT, old=old, new=f"{old}以此为凭。")
    assert print_letter(clerk, key.id, RECEIPT, word=True).content == first
    assert session.scalars(select(Document)).one().templates.keys() == {"registration_receipt"}


def test_the_adapted_words_are_those_of_the_next_letter(
    session: Session, clerk: Desk, reviewer: Desk, leader: Desk
) -> None:
    key = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    text = DocumentText(kind=RECEIPT)
    last = in_chinese(clerk.stationery.templates().text("2019", RECEIPT)).split("\n")[-2]
    before = procedural_letters.preview_text(clerk, key.id, text)
    proposal = propose(reviewer, RECEIPT, old=last, new=f"{last}以此为凭。")
    assert procedural_letters.preview_text(clerk, key.id, text) == before
    version = session.get_one(TemplateVersion, proposal)
    acts.release_version(leader, proposal, sha256=version.sha256)
    assert "以此为凭。" in procedural_letters.preview_text(clerk, key.id, text)
    acts.retire_version(leader, proposal, reason="改回默认")
    assert procedural_letters.preview_text(clerk, key.id, text) == before


def test_a_department_follows_its_city_until_it_has_its_own(
    session: Session, desk_for: Callable[..., Desk], agency: Agency
) -> None:
    city = add_agency(session, code="QYS", name="青沅市人民政府", prefix="青政公开")
    office = add_agency(session, code="QYJ", name="青沅市教育局", prefix="青教公开", parent=city)
    reviewer = desk_for(Role.LEGAL_REVIEWER, name="市法制", at=city)
    leader = desk_for(Role.LEADER, name="市领导", at=city)
    own_reviewer = desk_for(Role.LEGAL_REVIEWER, name="局法制", at=office)
    own_leader = desk_for(Role.LEADER, name="局领导", at=office)

    released(reviewer, leader)
    assert "现此答复" in wording_of(own_leader, office).templates.text("2019", REPLY)
    assert "现此答复" not in wording_of(leader, agency).templates.text("2019", REPLY)
    own = released(own_reviewer, own_leader, new="兹此")
    assert "兹此答复" in wording_of(own_leader, office).templates.text("2019", REPLY)
    assert "现此答复" in wording_of(leader, city).templates.text("2019", REPLY)
    rows = dict(list_texts(session, own_leader.actor, office.id).rows)
    cell = rows[REPLY][0]
    assert cell is not None
    assert cell.version is not None
    assert (cell.version.agency_name, cell.version.number) == ("青沅市教育局", 1)
    # The city sees what its departments have, and may end it.
    acts.retire_version(leader, own, reason="全市统一")
    assert "现此答复" in wording_of(own_leader, office).templates.text("2019", REPLY)
    # A department neither changes its city's wording nor reads a neighbour's.
    with pytest.raises(NotFound):
        acts.propose_version(
            own_reviewer,
            city.id,
            NEW,
            REPLY,
            text=reworded(own_reviewer, REPLY, new="谨此"),
            reason="越级改写",
            newest=1,
        )
    with pytest.raises(NotFound):
        list_texts(session, own_reviewer.actor, city.id)
    with pytest.raises(NotFound):
        get_version(session, replace(own_leader.actor, agency_path="/99/"), own)


def test_nobody_releases_what_they_wrote(
    session: Session, desk_for: Callable[..., Desk], reviewer: Desk, leader: Desk, agency: Agency
) -> None:
    both = desk_for(Role.LEGAL_REVIEWER, Role.LEADER, name="一人两职")
    version_id = propose(both)
    sha256 = session.get_one(TemplateVersion, version_id).sha256
    with pytest.raises(PermissionRefused, match="须由另一人批准"):
        acts.release_version(both, version_id, sha256=sha256)
    with pytest.raises(PermissionRefused):
        acts.release_version(reviewer, version_id, sha256=sha256)
    with pytest.raises(PermissionRefused):
        propose(leader, newest=1)
    with pytest.raises(PermissionRefused, match="只有改写的人"):
        acts.withdraw_version(reviewer, version_id)
    session.get_one(Agency, agency.id).one_person_reason = "本所只有一人"
    session.commit()
    acts.release_version(both, version_id, sha256=sha256)
    event = session.scalars(select(Event).where(Event.action == "release_template")).one()
    assert event.note == "本所只有一人"


def test_a_release_is_of_the_text_that_was_read(
    session: Session, reviewer: Desk, leader: Desk
) -> None:
    version_id = propose(reviewer)
    with pytest.raises(EditConflict):
        acts.release_version(leader, version_id, sha256="0" * 64)
    assert session.get_one(TemplateVersion, version_id).state is VersionState.PROPOSED


def test_versions_follow_one_another_and_none_is_lost(
    session: Session, reviewer: Desk, leader: Desk, agency: Agency
) -> None:
    first = released(reviewer, leader)
    second = propose(reviewer, newest=1, new="兹此")
    third = propose(reviewer, newest=2, new="谨此")
    acts.refuse_version(leader, third, opinion="不合公文习惯")
    fourth = propose(reviewer, newest=3, new="敬此")
    acts.withdraw_version(reviewer, fourth)
    fifth = released(reviewer, leader, newest=4, new="专此")
    acts.retire_version(leader, fifth, reason="改回默认")
    lines = list_versions(session, leader.actor, agency.id, NEW, REPLY)
    assert [(line.id, line.state) for line in lines] == [
        (fifth, VersionState.RETIRED),
        (fourth, VersionState.WITHDRAWN),
        (third, VersionState.REFUSED),
        (second, VersionState.REPLACED),
        (first, VersionState.REPLACED),
    ]
    assert "现此答复" in get_version(session, leader.actor, first).text
    assert list_waiting(session, leader.actor) == []
    acts_done = session.scalars(
        select(Event.action).where(Event.action.like("%template")).order_by(Event.id)
    ).all()
    assert acts_done == [
        "propose_template",
        "release_template",
        "propose_template",
        "propose_template",
        "refuse_template",
        "propose_template",
        "withdraw_template",
        "propose_template",
        "release_template",
        "retire_template",
    ]
    with pytest.raises(TransitionRefused, match="已停用"):
        acts.retire_version(leader, fifth, reason="再停一次")


def test_two_editors_collide_and_the_second_is_told(reviewer: Desk) -> None:
    propose(reviewer)
    with pytest.raises(EditConflict, match="没有丢"):
        propose(reviewer, newest=0, new="兹此")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("{{收到日期}}", "近日", "没有写明收到日期"),
        ("{{收到日期}}", "{{收倒日期}}", "您要写的可能是"),
        ("特此", "[[如有 理由]]特此", "没有对应的"),
        ("特此", "特\x00此", "看不见的字符"),
        ("特此", "<script>特此", "照原样印"),
        ("特此", "特此\U000f1234", "印不出"),
        ("特此", "特此" * 50_000, "最多 20,000 字"),
        ("特此", "特此", "没有可以送批的改动"),
    ],
)
def test_a_text_that_cannot_be_used_is_refused_and_nothing_is_kept(
    session: Session, reviewer: Desk, old: str, new: str, why: str
) -> None:
    with pytest.raises(RuleBroken, match=why) as refusal:
        propose(reviewer, old=old, new=new)
    assert refusal.value.field == "text"
    assert session.scalars(select(TemplateVersion)).all() == []


def test_a_change_needs_a_reason_and_a_refusal_an_opinion(
    reviewer: Desk, leader: Desk, agency: Agency
) -> None:
    text = reworded(reviewer, REPLY)
    with pytest.raises(RuleBroken) as refusal:
        acts.propose_version(reviewer, agency.id, NEW, REPLY, text=text, reason=" ", newest=0)
    assert refusal.value.field == "reason"
    version_id = propose(reviewer)
    with pytest.raises(RuleBroken) as refusal:
        acts.refuse_version(leader, version_id, opinion=" ")
    assert refusal.value.field == "words"
    with pytest.raises(RuleBroken) as refusal:
        acts.retire_version(leader, version_id, reason="")
    assert refusal.value.field == "words"


def test_the_passages_of_answers_are_adapted_alike(
    session: Session, clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk
) -> None:
    released(
        reviewer, leader, AnswerPassages.FINDINGS, old="本机关决定予以公开", new="我局决定公开"
    )
    case_id = approved(clerk, handler, reviewer)
    draft = newest_draft(session, case_id)
    assert "我局决定公开" in draft.body
    assert draft.templates["findings"]["name"].endswith("第1版")
    assert "name" not in draft.templates["reply"]
