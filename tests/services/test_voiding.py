"""作废、撤销 in the record: number and bytes stay, the clock runs as if it had never been."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from casework.domain.application import DeliveryMethod
from casework.domain.delivery import Attempt
from casework.domain.errors import (
    EditConflict,
    NotFound,
    PermissionRefused,
    RuleBroken,
    TransitionRefused,
)
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Role
from casework.domain.states import State
from casework.domain.statutes import Party
from casework.domain.voiding import TAKEN_BACK, VOIDED, VoidOrder
from casework.models import Case, ClockFact, Document, Event
from casework.queries.case_papers import list_documents
from casework.services import (
    deliveries,
    drafting,
    issue,
    procedural_letters,
    registration,
    review,
    timekeeping,
    voiding,
)
from casework.services.case_letters import print_letter
from casework.services.procedural_letters import DocumentText
from casework.services.verification import verify_file, verify_mark
from tests.conftest import beijing
from tests.documents.pdfa import breaches
from tests.services.test_deliveries import answered, clerk, posted  # noqa: F401  fixtures
from tests.services.test_road import application, newest_draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

MONDAY, WEDNESDAY = date(2026, 9, 7), date(2026, 9, 9)
WRONG = "引用的文号有误"
RECEIPT = DocumentText(kind=LetterKind.REGISTRATION_RECEIPT)


@pytest.fixture
def leader(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.LEADER, name="罗建平", now=beijing(WEDNESDAY))


@pytest.fixture
def counter(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.CLERK, name="周敏", now=beijing(WEDNESDAY))


@pytest.fixture
def case_id(counter: Desk, desk_for: Callable[..., Desk]) -> int:
    """A case received on Monday 2026-09-07 and at work."""
    monday = replace(counter, now=beijing(MONDAY))
    asked = application(received_on=MONDAY, submitted_on=MONDAY)
    key = registration.register(monday, asked, agency_id=counter.actor.agency_id or 0)
    handler = desk_for(Role.HANDLER, name="陈立群", now=beijing(MONDAY))
    registration.assign(
        monday, key.id, unit="耕地保护科", handler_id=handler.actor.user_id, version=None
    )
    return key.id


def written(session: Session, kind: LetterKind) -> Document:
    session.expire_all()
    query = select(Document).where(Document.kind == kind).order_by(Document.id.desc())
    document = session.scalars(query).first()
    assert document is not None
    return document


def words(document: Document) -> str:
    pages = PdfReader(BytesIO(document.content or b"")).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def correct(counter: Desk, case_id: int) -> Document:
    """告知补正 on Wednesday, with its notice."""
    timekeeping.request_correction(
        counter, case_id, on=WEDNESDAY, reason="请写明项目名称", version=None
    )
    text = DocumentText(
        kind=LetterKind.CORRECTION_REQUEST,
        filled={"correction_items": "项目名称", "correction_due_on": "2026-09-30"},
    )
    procedural_letters.issue_document(counter, case_id, text, version=None)
    return written(counter.session, LetterKind.CORRECTION_REQUEST)


def test_a_void_document_stays_with_its_number_and_its_bytes(
    session: Session, counter: Desk, leader: Desk, case_id: int
) -> None:
    procedural_letters.issue_document(counter, case_id, RECEIPT, version=None)
    document = written(session, LetterKind.REGISTRATION_RECEIPT)
    content, number, key = document.content or b"", document.document_number or "", document.id
    voiding.void_document(leader, case_id, key, VoidOrder(reason=WRONG), version=None)
    document = written(session, LetterKind.REGISTRATION_RECEIPT)
    assert (document.id, document.document_number, document.content) == (key, number, content)
    assert hashlib.sha256(content).hexdigest() == document.sha256
    assert (document.voided_on, document.void_reason) == (WEDNESDAY, WRONG)
    assert document.voided_by_id == leader.actor.user_id
    event = session.scalars(select(Event).where(Event.action == VOIDED)).one()
    assert (event.note, event.role) == (WRONG, "leader")
    assert event.detail["number"] == number
    # The right one takes the next number and points to the void one.
    procedural_letters.issue_document(counter, case_id, RECEIPT, version=None)
    right = written(session, LetterKind.REGISTRATION_RECEIPT)
    assert right.document_number == number.replace("1号", "2号")
    assert right.replaces_id == key
    lines = {line.id: line for line in list_documents(session, case_id)}
    assert (lines[key].voided_on, lines[key].replaced_by) == (WEDNESDAY, right.document_number)
    assert lines[right.id].voided_on is None
    # What is printed on demand is the right one.
    printed = print_letter(counter, case_id, LetterKind.REGISTRATION_RECEIPT)
    assert printed.number == right.document_number
    with pytest.raises(RuleBroken, match="已于 2026-09-09 作废"):
        voiding.void_document(leader, case_id, key, VoidOrder(reason=WRONG), version=None)
    with pytest.raises(RuleBroken, match="不能送达"):
        attempt = Attempt(method=DeliveryMethod.DIRECT, handed_over_on=WEDNESDAY)
        deliveries.deliver(counter, case_id, key, attempt, version=None)


def test_verifying_a_void_document_says_so_first(
    session: Session, counter: Desk, leader: Desk, case_id: int
) -> None:
    procedural_letters.issue_document(counter, case_id, RECEIPT, version=None)
    document = written(session, LetterKind.REGISTRATION_RECEIPT)
    content, number = document.content or b"", document.document_number or ""
    assert verify_file(counter, content).is_good
    voiding.void_document(leader, case_id, document.id, VoidOrder(reason=WRONG), version=None)
    for found in (verify_file(counter, content), verify_mark(counter, number)):
        assert not found.is_good
        assert found.document is not None
        assert "本文书已于 2026-09-09 作废，不再有效" in found.document.void_sentence
        assert WRONG in found.document.void_sentence
    assert verify_file(counter, content).verdict.is_good  # it is the file that was issued


def test_a_copy_of_a_void_document_is_marked_on_every_page(counter: Desk, case_id: int) -> None:
    procedural_letters.issue_document(counter, case_id, RECEIPT, version=None)
    content = written(counter.session, LetterKind.REGISTRATION_RECEIPT).content or b""
    copy = counter.stationery.void_copy(content, voided_on=WEDNESDAY)
    assert copy == counter.stationery.void_copy(content, voided_on=WEDNESDAY)
    assert breaches(copy) == []
    pages = [page.extract_text() for page in PdfReader(BytesIO(copy)).pages]
    assert len(pages) == len(PdfReader(BytesIO(content)).pages)
    for page in pages:
        assert "本文书已于2026年9月9日作废" in "".join(page.split())


def test_a_notice_that_was_sent_is_revoked_and_the_clock_runs_as_if_it_had_never_been(
    session: Session, counter: Desk, leader: Desk, case_id: int
) -> None:
    before = session.get_one(Case, case_id).due_on
    notice = correct(counter, case_id)
    assert session.get_one(Case, case_id).due_on is None
    number, key = notice.document_number, notice.id
    attempt = Attempt(method=DeliveryMethod.DIRECT, handed_over_on=WEDNESDAY, signed_on=WEDNESDAY)
    deliveries.deliver(counter, case_id, key, attempt, version=None)
    order = VoidOrder(reason="申请内容本已明确，无需补正", reissue=False)
    voiding.void_document(leader, case_id, key, order, version=None)
    session.expire_all()
    case = session.get_one(Case, case_id)
    assert (case.state, case.due_on) == (State.DRAFTING, before)
    assert [fact.round for fact in session.scalars(select(ClockFact))] == [TAKEN_BACK]
    letter = written(session, LetterKind.REVOCATION)
    assert letter.replaces_id == key
    said = words(letter)
    assert f"《政府信息公开申请补正告知书》（{number}）有误：申请内容本已明确" in said
    assert "党政机关公文处理工作条例》第三十一条" in said
    assert "自始无效" in said
    assert "补正一并撤销" in said
    assert "2026年10月" in said  # the limit as it runs now
    assert "重新向您发出" not in said
    assert "林秀珍：" in said
    assert breaches(letter.content or b"") == []
    # The letter is a document like any other: printed again as it was frozen, or as DOCX.
    assert print_letter(counter, case_id, LetterKind.REVOCATION).content == letter.content
    assert print_letter(counter, case_id, LetterKind.REVOCATION, word=True).content
    # Told once more, the correction is another fact with a notice of its own.
    again = correct(counter, case_id)
    assert again.replaces_id is None
    with pytest.raises(RuleBroken, match="撤销告知书不能作废"):
        voiding.prepare_voiding(leader, case_id, letter.id)


def test_what_is_told_again_rightly_leaves_the_clock_alone(
    session: Session, counter: Desk, leader: Desk, case_id: int
) -> None:
    notice = correct(counter, case_id)
    key = notice.id
    order = VoidOrder(reason="补正期限写错", was_sent=True, reissue=True)
    voiding.void_document(leader, case_id, key, order, version=None)
    session.expire_all()
    assert session.get_one(Case, case_id).state is State.AWAITING_CORRECTION
    assert "重新向您发出文书" in words(written(session, LetterKind.REVOCATION))
    text = DocumentText(
        kind=LetterKind.CORRECTION_REQUEST,
        filled={"correction_items": "项目名称", "correction_due_on": "2026-10-09"},
    )
    procedural_letters.issue_document(counter, case_id, text, version=None)
    right = written(session, LetterKind.CORRECTION_REQUEST)
    assert right.replaces_id == key
    [line] = [each for each in list_documents(session, case_id) if each.id == key]
    assert line.replaced_by == right.document_number  # the right one before the one that revokes


def test_a_correction_that_came_in_cannot_be_taken_back(
    session: Session, counter: Desk, leader: Desk, case_id: int
) -> None:
    key = correct(counter, case_id).id
    timekeeping.receive_correction(counter, case_id, on=WEDNESDAY, version=None)
    order = VoidOrder(reason=WRONG, reissue=False)
    with pytest.raises(RuleBroken, match="已经补正"):
        voiding.void_document(leader, case_id, key, order, version=None)
    session.expire_all()
    assert session.get_one(Document, key).voided_on is None


def test_a_third_party_is_told_without_learning_who_asked(
    session: Session, counter: Desk, leader: Desk, case_id: int
) -> None:
    timekeeping.start_consultation(
        counter,
        case_id,
        on=WEDNESDAY,
        party=Party.THIRD_PARTY,
        whom="青沅市某公司",
        reason="投资概算",
        version=None,
    )
    text = DocumentText(
        kind=LetterKind.THIRD_PARTY_CONSULTATION,
        filled={
            "consulted_name": "青沅市某公司",
            "information_concerned": "投资概算",
            "consultation_reason": "涉及商业秘密",
        },
    )
    procedural_letters.issue_document(counter, case_id, text, version=None)
    key = written(session, LetterKind.THIRD_PARTY_CONSULTATION).id
    order = VoidOrder(reason="征求对象有误", was_sent=True, reissue=False)
    voiding.void_document(leader, case_id, key, order, version=None)
    letter = written(session, LetterKind.REVOCATION)
    said = words(letter)
    assert "青沅市某公司：" in said
    assert "征求意见一并撤销" in said
    assert "林秀珍" not in said
    assert "答复期限" not in said  # not the third party's business
    assert "林秀珍" not in str(letter.filled)
    assert not session.get_one(Case, case_id).is_suspended


def test_a_reply_that_waits_to_be_sent_goes_back_and_is_issued_anew(
    session: Session,
    desk_for: Callable[..., Desk],
    answered: int,  # noqa: F811  pytest's way of naming a fixture
) -> None:
    at = beijing(date(2026, 9, 17))
    signer = desk_for(Role.LEADER, name="罗建平", now=at)
    former = written(session, LetterKind.REPLY)
    key, number = former.id, former.document_number
    voiding.void_document(signer, answered, key, VoidOrder(reason=WRONG), version=None)
    session.expire_all()
    case = session.get_one(Case, answered)
    assert (case.state, case.ground, case.replied_on) == (State.RETURNED, None, None)
    assert session.scalars(select(Event).where(Event.action == "void_reply")).one().note == WRONG
    handler = desk_for(Role.HANDLER, name="陈立群", now=at)
    reviewer = desk_for(Role.LEGAL_REVIEWER, name="何静怡", now=at)
    drafting.submit_draft(handler, answered, version=None)
    draft = newest_draft(session, answered)
    review.approve(reviewer, answered, text_hash=draft.text_hash, opinion="", version=None)
    issue.issue_reply(signer, answered, version=None)
    right = written(session, LetterKind.REPLY)
    assert right.id != key
    assert right.document_number != number
    assert right.replaces_id == key


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.LEADER])
def test_acceptance_51_nobody_removes_a_sent_reply(
    session: Session,
    desk_for: Callable[..., Desk],
    posted: int,  # noqa: F811
    role: Role,
) -> None:
    desk = desk_for(role, name="某人", now=beijing(date(2026, 9, 21)))
    key = written(session, LetterKind.REPLY).id
    with pytest.raises((PermissionRefused, NotFound)):
        voiding.void_document(desk, posted, key, VoidOrder(reason=WRONG), version=None)


def test_acceptance_51_nor_does_the_leader(
    session: Session,
    desk_for: Callable[..., Desk],
    posted: int,  # noqa: F811
) -> None:
    signer = desk_for(Role.LEADER, name="罗建平", now=beijing(date(2026, 9, 21)))
    key = written(session, LetterKind.REPLY).id
    with pytest.raises(TransitionRefused, match="已经送达，不能作废"):
        voiding.void_document(signer, posted, key, VoidOrder(reason=WRONG), version=None)
    session.expire_all()
    assert session.get_one(Document, key).voided_on is None


def test_a_reason_and_the_newest_version_are_asked_for(
    session: Session, counter: Desk, leader: Desk, case_id: int
) -> None:
    procedural_letters.issue_document(counter, case_id, RECEIPT, version=None)
    key = written(session, LetterKind.REGISTRATION_RECEIPT).id
    version = session.get_one(Case, case_id).version
    with pytest.raises(RuleBroken) as refused:
        voiding.void_document(leader, case_id, key, VoidOrder(reason=" "), version=version)
    assert refused.value.field == "reason"
    with pytest.raises(EditConflict):
        voiding.void_document(leader, case_id, key, VoidOrder(reason="错"), version=version - 1)
    with pytest.raises(NotFound):
        voiding.void_document(leader, case_id, key + 99, VoidOrder(reason="错"), version=None)
