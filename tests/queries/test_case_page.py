from __future__ import annotations

from datetime import date

import pytest

from casework.domain.application import ApplicantType, ReceiptMode
from casework.domain.errors import NotFound
from casework.domain.grounds import Outcome, Requirement
from casework.domain.permissions import Role
from casework.domain.reply import ReplyContent
from casework.queries.case_page import (
    get_case_file,
    get_case_head,
    list_earlier,
)
from casework.queries.case_papers import get_document
from casework.queries.people import list_handlers
from casework.services import drafting, issue, registration, review
from casework.services.registration import ApplicantData, NewApplication
from tests.conftest import add_agency, beijing

MONDAY = date(2026, 9, 7)
CONTENT = ReplyContent(
    outcome=Outcome.DISCLOSED,
    grounds=("disclosed",),
    particulars={Requirement.HOW_PROVIDED: "邮寄，共 12 页"},
)


def register(desk, agency, name: str = "林秀珍", text: str = "征收补偿安置方案"):
    return registration.register(
        desk,
        NewApplication(
            receipt_mode=ReceiptMode.COUNTER,
            applicant=ApplicantData(
                type=ApplicantType.NATURAL_PERSON, name=name, phone="13812342217"
            ),
            request_text=text,
            received_on=MONDAY,
        ),
        agency_id=agency.id,
    )


@pytest.fixture
def clerk(desk_for):
    return desk_for(Role.CLERK, name="周敏", now=beijing(MONDAY))


def test_the_file_tells_the_whole_story(session, clerk, desk_for, agency) -> None:
    key = register(clerk, agency)
    handler = desk_for(Role.HANDLER, name="陈立群")
    registration.assign(
        clerk, key.id, unit="法规科", handler_id=handler.actor.user_id, version=None
    )
    drafting.save_draft(handler, key.id, CONTENT, version=None)
    drafting.submit_draft(handler, key.id, version=None)
    reviewer = desk_for(Role.LEGAL_REVIEWER, name="何静怡")
    file = get_case_file(session, reviewer.actor, key.id)
    review.return_draft(
        reviewer,
        key.id,
        text_hash=file.draft.text_hash,
        opinion="写明份数",
        version=file.head.version,
    )
    drafting.save_draft(handler, key.id, CONTENT, version=None)
    drafting.submit_draft(handler, key.id, version=None)
    newest = get_case_file(session, reviewer.actor, key.id).draft
    review.approve(reviewer, key.id, text_hash=newest.text_hash, version=None)
    issue.issue_reply(desk_for(Role.LEADER, name="罗建平"), key.id, version=None)

    file = get_case_file(session, clerk.actor, key.id)
    assert [draft.version for draft in file.drafts] == [2, 1]
    assert file.draft.content == CONTENT
    assert [(r.draft_version, r.approved) for r in file.reviews] == [(2, True), (1, False)]
    assert [event.action for event in file.events] == [
        "issue",
        "approve",
        "submit_draft",
        "save_draft",
        "return_draft",
        "submit_draft",
        "save_draft",
        "assign",
        "register",
    ]
    [document] = file.documents
    assert document.issuer_name == "罗建平"
    assert document.size > 1000
    frozen = get_document(session, clerk.actor, key.id, document.id)
    assert len(frozen.content) == document.size
    assert file.head.handler_name == "陈立群"
    assert file.applicant.phone == "13812342217"


def test_acceptance_48_nothing_of_another_agencys_case_is_read(
    session, clerk, desk_for, agency
) -> None:
    key = register(clerk, agency)
    other = add_agency(session, code="SL", name="水利局", prefix="水公开")
    stranger = desk_for(Role.CLERK, name="生人", at=other).actor
    for read in (get_case_head, get_case_file):
        with pytest.raises(NotFound):
            read(session, stranger, key.id)
    with pytest.raises(NotFound):
        get_document(session, stranger, key.id, 1)
    assert list_earlier(session, stranger, name="林秀珍") == []


def test_a_document_of_another_case_is_not_found(session, clerk, agency) -> None:
    first, second = register(clerk, agency), register(clerk, agency)
    with pytest.raises(NotFound):
        get_document(session, clerk.actor, first.id, 1)
    with pytest.raises(NotFound):
        get_case_head(session, clerk.actor, second.id + 1)


def test_former_applications_are_matched_by_name_and_compared_by_words(
    session, clerk, agency
) -> None:
    register(clerk, agency, text="征收补偿 安置方案。")
    register(clerk, agency, text="宅基地审批表")
    register(clerk, agency, name="赵海明")
    found = list_earlier(session, clerk.actor, name="林秀珍", request_text="征收补偿安置方案")
    assert [one.same_text for one in found] == [False, True]
    assert list_earlier(session, clerk.actor, name="") == []


def test_only_those_who_may_draft_can_be_given_a_case(session, desk_for, agency) -> None:
    desk_for(Role.CLERK, name="周敏")
    desk_for(Role.HANDLER, name="陈立群")
    desk_for(
        Role.HANDLER, name="外人", at=add_agency(session, code="SL", name="水利局", prefix="水")
    )
    assert [person.name for person in list_handlers(session, agency.id)] == ["陈立群"]
