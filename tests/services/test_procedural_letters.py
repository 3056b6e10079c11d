"""出具文书: what stops a document, and that nothing is left behind when it is stopped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from casework.domain.errors import (
    EditConflict,
    PermissionRefused,
    RuleBroken,
    TransitionRefused,
)
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Role
from casework.domain.statutes import Party
from casework.models import Document, Event, NumberCounter
from casework.services import issue, procedural_letters, registration, timekeeping
from casework.services.case_letters import print_letter
from casework.services.procedural_letters import DocumentText
from tests.conftest import beijing
from tests.services.test_road import application, case_of, to_issue

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

CORRECTION = DocumentText(
    kind=LetterKind.CORRECTION_REQUEST,
    filled={"correction_items": "请写明文件的文号或者年份", "correction_due_on": "2026-09-28"},
)
CONSULTATION = DocumentText(
    kind=LetterKind.THIRD_PARTY_CONSULTATION,
    filled={
        "consulted_name": "青沅某农业有限公司",
        "information_concerned": "征收补偿协议（编号17）",
        "consultation_reason": "协议载有补偿金额",
    },
)


@pytest.fixture
def clerk(desk_for: Callable[..., Desk]) -> Desk:
    # Mon 2026-09-07
    return desk_for(Role.CLERK, name="周敏", now=beijing(date(2026, 9, 7)))


@pytest.fixture
def case_id(clerk: Desk) -> int:
    key = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    return key.id


def ask_for_correction(clerk: Desk, case_id: int) -> None:
    timekeeping.request_correction(
        clerk, case_id, on=clerk.today, reason="文件名称不明确", version=None
    )


def consult(clerk: Desk, case_id: int, whom: str, party: Party = Party.THIRD_PARTY) -> None:
    timekeeping.start_consultation(
        clerk, case_id, on=clerk.today, party=party, whom=whom, reason="补偿协议", version=None
    )


def nothing_was_issued(session: Session) -> bool:
    session.expire_all()
    drawn = [
        counter.series for counter in session.scalars(select(NumberCounter)) if counter.last > 0
    ]
    return drawn == ["case"] and session.scalars(select(Document)).all() == []


def test_the_form_proposes_what_the_file_says(clerk: Desk, case_id: int) -> None:
    ask_for_correction(clerk, case_id)
    form = procedural_letters.prepare_document(clerk, case_id, LetterKind.CORRECTION_REQUEST)
    # Mon 7 September + 15 working days: Sun 20 works, Fri 25 is off.
    assert form.suggested == {
        "correction_items": "文件名称不明确",
        "correction_due_on": "2026-09-28",
    }
    assert form.earlier == ()


def test_a_notice_waits_for_the_act_it_tells_of(
    session: Session, clerk: Desk, case_id: int
) -> None:
    with pytest.raises(RuleBroken, match="没有登记“告知补正”"):
        procedural_letters.issue_document(clerk, case_id, CORRECTION, version=None)
    assert nothing_was_issued(session)


def test_the_same_page_sent_twice_issues_one_document(
    session: Session, clerk: Desk, case_id: int
) -> None:
    ask_for_correction(clerk, case_id)
    seen = case_of(session, case_id).version
    procedural_letters.issue_document(clerk, case_id, CORRECTION, version=seen)
    with pytest.raises(EditConflict):
        procedural_letters.issue_document(clerk, case_id, CORRECTION, version=seen)
    [document] = session.scalars(select(Document)).all()
    assert document.document_number == "青资公开补〔2026〕1号"
    assert document.filled == dict(CORRECTION.filled)
    form = procedural_letters.prepare_document(clerk, case_id, LetterKind.CORRECTION_REQUEST)
    assert form.earlier == ("青资公开补〔2026〕1号",)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"correction_items": " "}, "correction_items"),
        ({"correction_due_on": "2026-09-07"}, "correction_due_on"),
        ({"correction_due_on": ""}, "correction_due_on"),
        # U+10FFFF is in no face, but carries no ink; a private character has nobody's shape.
        ({"correction_items": "请补正\ue123字"}, "body"),
    ],
    ids=["nothing to correct", "a day not to come", "no day", "a sign no font can draw"],
)
def test_what_is_wrong_is_named_and_draws_no_number(
    session: Session, clerk: Desk, case_id: int, changes: dict[str, str], field: str
) -> None:
    ask_for_correction(clerk, case_id)
    text = replace(CORRECTION, filled={**CORRECTION.filled, **changes})
    with pytest.raises(RuleBroken) as refusal:
        procedural_letters.issue_document(clerk, case_id, text, version=None)
    assert refusal.value.field == field
    assert nothing_was_issued(session)
    assert session.scalars(select(Event).where(Event.action == "issue_document")).all() == []


@pytest.mark.parametrize("said", ["林秀珍所要的协议", "电话13800002217索取"])
def test_acceptance_27_a_third_party_never_reads_who_asked(
    session: Session, clerk: Desk, case_id: int, said: str
) -> None:
    consult(clerk, case_id, "青沅某农业有限公司")
    text = replace(CONSULTATION, filled={**CONSULTATION.filled, "information_concerned": said})
    with pytest.raises(RuleBroken) as refusal:
        procedural_letters.preview_text(clerk, case_id, text)
    assert (refusal.value.code, refusal.value.field) == ("names_applicant", "information_concerned")
    procedural_letters.issue_document(clerk, case_id, CONSULTATION, version=None)
    [document] = session.scalars(select(Document)).all()
    assert document.content is not None
    text_of_pdf = "".join(p.extract_text() for p in PdfReader(BytesIO(document.content)).pages)
    assert "青沅某农业有限公司" in "".join(text_of_pdf.split())
    for secret in ("林秀珍", "13800002217"):
        assert secret not in text_of_pdf


def test_each_of_several_third_parties_gets_its_own_letter(
    session: Session, clerk: Desk, case_id: int
) -> None:
    consult(clerk, case_id, "甲、乙两家农业公司")
    form = procedural_letters.prepare_document(clerk, case_id, CONSULTATION.kind)
    assert [subject.label for subject in form.subjects] == ["甲、乙两家农业公司（9月7日）"]
    for name in ("甲农业有限公司", "乙农业有限公司"):
        filled = {**CONSULTATION.filled, "consulted_name": name}
        procedural_letters.issue_document(
            clerk, case_id, replace(CONSULTATION, filled=filled, about=form.about), version=None
        )
    documents = session.scalars(select(Document).order_by(Document.id)).all()
    assert [document.document_number for document in documents] == [
        "青资公开征〔2026〕1号",
        "青资公开征〔2026〕2号",
    ]
    assert {document.about_id for document in documents} == {form.about}
    for document, name in zip(documents, ("甲", "乙"), strict=True):
        text = "".join(
            page.extract_text() for page in PdfReader(BytesIO(document.content or b"")).pages
        )
        assert f"{name}农业有限公司" in "".join(text.split())
    with pytest.raises(RuleBroken) as refusal:
        procedural_letters.preview_text(clerk, case_id, replace(CONSULTATION, about=10**6))
    assert refusal.value.field == "about"


def test_roles_and_stages_bound_what_may_be_issued(
    desk_for: Callable[..., Desk], clerk: Desk, case_id: int
) -> None:
    ask_for_correction(clerk, case_id)
    statistician = desk_for(Role.STATISTICIAN, now=clerk.now)
    with pytest.raises(PermissionRefused):
        procedural_letters.issue_document(statistician, case_id, CORRECTION, version=None)
    with pytest.raises(TransitionRefused):
        procedural_letters.prepare_document(clerk, case_id, LetterKind.FILE_INDEX)
    with pytest.raises(RuleBroken, match="审核、签发"):
        procedural_letters.prepare_document(clerk, case_id, LetterKind.REPLY)


def test_acceptance_79_an_issued_document_is_handed_out_byte_for_byte(
    session: Session, clerk: Desk, case_id: int
) -> None:
    ask_for_correction(clerk, case_id)
    marked = print_letter(clerk, case_id, LetterKind.CORRECTION_REQUEST)
    assert marked.is_draft
    procedural_letters.issue_document(clerk, case_id, CORRECTION, version=None)
    case_of(session, case_id).applicant.name = "林秀真"
    session.commit()
    printed = print_letter(clerk, case_id, LetterKind.CORRECTION_REQUEST)
    [document] = session.scalars(select(Document)).all()
    assert printed.content == document.content
    assert (printed.is_draft, printed.number) == (False, "青资公开补〔2026〕1号")
    word = print_letter(clerk, case_id, LetterKind.CORRECTION_REQUEST, word=True)
    assert word.content[:2] == b"PK"
    assert word.number == printed.number


def test_forms_of_the_office_may_be_printed_blank_and_letters_may_not(
    clerk: Desk, case_id: int
) -> None:
    blank = print_letter(clerk, case_id, LetterKind.SECRECY_REVIEW)
    assert blank.is_draft
    with pytest.raises(RuleBroken) as refusal:
        print_letter(clerk, case_id, LetterKind.REASONS_REQUEST)
    assert refusal.value.field == "volume_found"
    filled = {"volume_found": "2026年9月1日至7日，您提出申请46件"}
    assert print_letter(clerk, case_id, LetterKind.REASONS_REQUEST, filled=filled).is_draft


def test_the_index_lists_what_was_issued_in_order(
    session: Session, clerk: Desk, case_id: int
) -> None:
    receipt = DocumentText(kind=LetterKind.REGISTRATION_RECEIPT)
    procedural_letters.issue_document(clerk, case_id, receipt, version=None)
    ask_for_correction(clerk, case_id)
    procedural_letters.issue_document(clerk, case_id, CORRECTION, version=None)
    index = print_letter(clerk, case_id, LetterKind.FILE_INDEX)
    text = "".join(p.extract_text() for p in PdfReader(BytesIO(index.content)).pages)
    flat = "".join(text.split())
    assert (
        "1．政府信息公开申请表2026年9月7日2．政府信息公开申请登记回执青资公开回〔2026〕1号" in flat
    )
    assert "3．政府信息公开申请补正告知书青资公开补〔2026〕1号" in flat
    assert session.scalars(select(Document.kind)).all()


def test_the_approval_sheet_carries_the_words_of_every_step(
    session: Session, desk_for: Callable[..., Desk], clerk: Desk
) -> None:
    handler = desk_for(Role.HANDLER, name="陈立群", now=clerk.now)
    reviewer = desk_for(Role.LEGAL_REVIEWER, name="何静怡", now=clerk.now)
    leader = desk_for(Role.LEADER, name="罗建平", now=clerk.now)
    answered = to_issue(clerk, handler, reviewer)
    issue.issue_reply(leader, answered, version=None)
    sheet = print_letter(handler, answered, LetterKind.APPROVAL_SHEET)
    pages = PdfReader(BytesIO(sheet.content)).pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    assert "予以公开" in text
    assert "通过何静怡2026年9月7日" in text
    assert "同意签发青资公开答〔2026〕1号罗建平2026年9月7日" in text
    assert session.scalars(select(Document.kind)).all() == [LetterKind.REPLY]
