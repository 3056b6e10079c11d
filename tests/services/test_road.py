"""One application from the counter to the archive, act by act."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from casework.domain.application import ApplicantType, DeliveryMethod, ReceiptMode
from casework.domain.errors import EditConflict, NotFound, RuleBroken, TransitionRefused
from casework.domain.forms import get_form
from casework.domain.grounds import Outcome, Requirement
from casework.domain.permissions import Role
from casework.domain.reply import ReplyContent
from casework.domain.states import State
from casework.domain.statutes import Party, StatuteCode
from casework.models import Case, Document, Draft, Event
from casework.queries.annual_cube import Scope, read_table
from casework.services import closure, drafting, issue, registration, review, timekeeping
from casework.services.closure import Handover
from casework.services.registration import ApplicantData, NewApplication
from tests.conftest import add_agency, beijing

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

REQUEST = "申请公开 2024 年度柳湾村集体土地征收补偿安置方案"

DISCLOSED = ReplyContent(
    outcome=Outcome.DISCLOSED,
    grounds=("disclosed",),
    particulars={Requirement.HOW_PROVIDED: "随本答复书以纸质形式一并寄送"},
)
REFUSED = ReplyContent(
    outcome=Outcome.NOT_DISCLOSED,
    grounds=("personal_privacy",),
    particulars={
        Requirement.REASON: "涉及其他村民的家庭财产状况，公开会损害其合法权益",
        Requirement.THIRD_PARTY_OPINION: "经书面征求意见，第三方不同意公开",
    },
)


def application(**changes: object) -> NewApplication:
    values: dict[str, object] = {
        "receipt_mode": ReceiptMode.SIGNED_MAIL,
        "applicant": ApplicantData(
            type=ApplicantType.NATURAL_PERSON,
            name="林秀珍",
            id_kind="居民身份证",
            id_number="510000198503120018",
            phone="13800002217",
            address="青沅市临江区文昌路88号",
        ),
        "request_text": REQUEST,
        "submitted_on": date(2026, 9, 4),
        "received_on": date(2026, 9, 7),  # Monday
        "mail_number": "EM000147235CS",
    }
    return NewApplication(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def clerk(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.CLERK, name="周敏", now=beijing(date(2026, 9, 7)))


@pytest.fixture
def handler(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.HANDLER, name="陈立群", now=beijing(date(2026, 9, 14)))


@pytest.fixture
def reviewer(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.LEGAL_REVIEWER, name="何静怡", now=beijing(date(2026, 9, 15)))


@pytest.fixture
def leader(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.LEADER, name="罗建平", now=beijing(date(2026, 9, 16)))


def case_of(session: Session, case_id: int) -> Case:
    session.expire_all()
    return session.get_one(Case, case_id)


def newest_draft(session: Session, case_id: int) -> Draft:
    query = select(Draft).where(Draft.case_id == case_id).order_by(Draft.version.desc()).limit(1)
    return session.scalars(query).one()


def to_review(clerk: Desk, handler: Desk, content: ReplyContent = DISCLOSED) -> int:
    key = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    registration.assign(
        clerk, key.id, unit="耕地保护科", handler_id=handler.actor.user_id, version=None
    )
    drafting.save_draft(handler, key.id, content, version=None)
    drafting.submit_draft(handler, key.id, version=None)
    return key.id


def to_issue(clerk: Desk, handler: Desk, reviewer: Desk, content: ReplyContent = DISCLOSED) -> int:
    case_id = to_review(clerk, handler, content)
    text_hash = newest_draft(clerk.session, case_id).text_hash
    review.approve(reviewer, case_id, text_hash=text_hash, version=None)
    return case_id


def test_the_whole_road(
    session: Session, clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk
) -> None:
    case_id = to_issue(clerk, handler, reviewer)
    case = case_of(session, case_id)
    assert case.number == "青资公开〔2026〕1号"
    # Mon 7 September + 15: Sun 20 works, Fri 25 is off. + 20: 1–7 October off, Sat 10 works.
    assert case.office_due_on == date(2026, 9, 28)
    assert case.due_on == date(2026, 10, 10)
    assert case.statute is StatuteCode.REGULATION_2019

    issue.issue_reply(leader, case_id, version=None)
    posted = Handover(
        method=DeliveryMethod.MAIL, handed_over_on=date(2026, 9, 16), mail_number="EM000200001CS"
    )
    at_counter = replace(clerk, now=leader.now)
    closure.dispatch(at_counter, case_id, posted, version=None)
    closure.close(at_counter, case_id, version=None)
    closure.archive(at_counter, case_id, version=None)

    case = case_of(session, case_id)
    assert case.state is State.ARCHIVED
    assert (case.replied_on, case.closed_on) == (date(2026, 9, 16), date(2026, 9, 16))
    assert case.ground == "disclosed"
    events = session.scalars(select(Event).where(Event.case_id == case_id).order_by(Event.id)).all()
    assert [(e.action, e.actor_name, e.role) for e in events] == [
        ("register", "周敏", "clerk"),
        ("assign", "周敏", "clerk"),
        ("save_draft", "陈立群", "handler"),
        ("submit_draft", "陈立群", "handler"),
        ("approve", "何静怡", "legal_reviewer"),
        ("issue", "罗建平", "leader"),
        ("dispatch", "周敏", "clerk"),
        ("close", "周敏", "clerk"),
        ("archive", "周敏", "clerk"),
    ]
    assert events[0].effective_on == date(2026, 9, 7)
    document = session.scalars(select(Document).where(Document.case_id == case_id)).one()
    assert document.document_number == "青资公开答〔2026〕1号"
    assert document.content is not None
    assert hashlib.sha256(document.content).hexdigest() == document.sha256
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(document.content)).pages)
    flat = "".join(text.split())
    for words in ("林秀珍", "2026年9月7日", "柳湾村集体土地征收补偿安置方案", "2026年9月16日"):
        assert words in flat
    assert "第三十六条" in flat
    assert "行政复议" in flat


def test_a_refusal_of_2026_sends_the_applicant_to_reconsideration_first(
    session: Session, clerk: Desk, handler: Desk
) -> None:
    case_id = to_review(clerk, handler, REFUSED)
    body = newest_draft(session, case_id).body
    assert "第十五条" in body
    assert "青沅市人民政府" in body
    assert "应当先" in body or "须先" in body


def test_acceptance_41_a_return_keeps_the_version_and_the_deadline(
    session: Session, clerk: Desk, handler: Desk, reviewer: Desk
) -> None:
    case_id = to_review(clerk, handler)
    due = case_of(session, case_id).due_on
    draft = newest_draft(session, case_id)
    with pytest.raises(RuleBroken) as refusal:
        review.return_draft(
            reviewer, case_id, text_hash=draft.text_hash, opinion="  ", version=None
        )
    assert refusal.value.field == "opinion"
    review.return_draft(
        reviewer, case_id, text_hash=draft.text_hash, opinion="请写明提供方式", version=None
    )
    case = case_of(session, case_id)
    assert case.state is State.RETURNED
    assert case.due_on == due
    drafting.save_draft(handler, case_id, REFUSED, version=None)
    versions = session.scalars(select(Draft.version).where(Draft.case_id == case_id)).all()
    assert sorted(versions) == [1, 2]


def test_acceptance_44_an_approval_is_of_the_text_the_reviewer_saw(
    session: Session, clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk
) -> None:
    case_id = to_review(clerk, handler)
    seen = newest_draft(session, case_id).text_hash
    drafting.recall_draft(handler, case_id, version=None)
    drafting.save_draft(handler, case_id, REFUSED, version=None)
    drafting.submit_draft(handler, case_id, version=None)
    with pytest.raises(EditConflict):
        review.approve(reviewer, case_id, text_hash=seen, version=None)
    assert case_of(session, case_id).state is State.IN_REVIEW
    with pytest.raises(TransitionRefused):
        issue.issue_reply(leader, case_id, version=None)


def test_the_letter_must_still_be_the_approved_one(
    session: Session, clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk
) -> None:
    case_id = to_issue(clerk, handler, reviewer)
    case = case_of(session, case_id)
    case.applicant.name = "林秀真"
    session.commit()
    with pytest.raises(RuleBroken) as refusal:
        issue.issue_reply(leader, case_id, version=None)
    assert refusal.value.code == "wording_changed"
    assert session.scalars(select(Document).where(Document.case_id == case_id)).all() == []
    assert case_of(session, case_id).state is State.AWAITING_ISSUE


def test_the_drafter_cannot_approve_and_the_reviewer_cannot_issue(
    session: Session, desk_for: Callable[..., Desk], clerk: Desk, handler: Desk, reviewer: Desk
) -> None:
    case_id = to_review(clerk, handler)
    text_hash = newest_draft(session, case_id).text_hash
    both = desk_for(Role.HANDLER, Role.LEGAL_REVIEWER, name="陈立群", now=handler.now)
    with pytest.raises(TransitionRefused, match="您起草的"):
        review.approve(both, case_id, text_hash=text_hash, version=None)
    review.approve(reviewer, case_id, text_hash=text_hash, version=None)
    with pytest.raises(TransitionRefused, match="您审核的"):
        issue.issue_reply(
            desk_for(Role.LEGAL_REVIEWER, Role.LEADER, name="何静怡", now=reviewer.now),
            case_id,
            version=None,
        )


def test_a_form_that_arrives_twice_makes_one_case(session: Session, clerk: Desk) -> None:
    agency_id = clerk.actor.agency_id or 0
    first = registration.register(clerk, application(), agency_id=agency_id, nonce="n-1")
    again = registration.register(clerk, application(), agency_id=agency_id, nonce="n-1")
    other = registration.register(clerk, application(), agency_id=agency_id, nonce="n-2")
    assert first == again
    assert other.number == "青资公开〔2026〕2号"
    events = session.scalars(select(Event).where(Event.action == "register")).all()
    assert len(events) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"received_on": date(2026, 9, 8)}, "received_on"),
        ({"received_on": date(2026, 9, 3)}, "received_on"),
        ({"received_on": None}, "received_on"),
        ({"request_text": " \n "}, "request_text"),
        ({"statute": StatuteCode.REGULATION_2007}, "statute_reason"),
    ],
    ids=["in the future", "before the form's own date", "missing", "nothing asked", "no reason"],
)
def test_bad_facts_are_named_by_field(
    session: Session, clerk: Desk, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        registration.register(clerk, application(**changes), agency_id=clerk.actor.agency_id or 0)
    assert refusal.value.field == field
    assert session.scalars(select(Case)).all() == []


def test_acceptance_21_an_unconfirmed_application_has_no_clock(
    session: Session, clerk: Desk
) -> None:
    key = registration.register(
        clerk,
        application(
            receipt_mode=ReceiptMode.WEB_FORM, received_on=None, arrived_on=date(2026, 9, 5)
        ),
        agency_id=clerk.actor.agency_id or 0,
    )
    case = case_of(session, key.id)
    assert case.state is State.AWAITING_CONFIRMATION
    assert case.due_on is None
    registration.confirm_receipt(clerk, key.id, received_on=date(2026, 9, 7), version=None)
    case = case_of(session, key.id)
    assert case.state is State.AWAITING_ASSIGNMENT
    assert case.due_on == date(2026, 10, 10)


def test_a_consultation_and_an_extension_move_the_dates_and_a_corrected_receipt_replays_them(
    session: Session, desk_for: Callable[..., Desk], clerk: Desk
) -> None:
    key = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    sent = desk_for(Role.CLERK, name="周敏", now=beijing(date(2026, 9, 10)))
    timekeeping.start_consultation(
        sent, key.id, on=date(2026, 9, 10), party=Party.THIRD_PARTY, whom="三户村民", version=None
    )
    assert case_of(session, key.id).due_on is None
    back = desk_for(Role.CLERK, name="周敏", now=beijing(date(2026, 9, 23)))
    timekeeping.end_consultation(
        back, key.id, on=date(2026, 9, 23), party=Party.THIRD_PARTY, opinion="不同意", version=None
    )
    with_pause = case_of(session, key.id).due_on
    # 11–23 September are ten working days (Sun 20 works): 10 October + 10 working days.
    assert with_pause == date(2026, 10, 23)
    late = desk_for(Role.LEADER, name="罗建平", now=beijing(date(2026, 9, 24)))
    timekeeping.extend_deadline(
        late, key.id, on=date(2026, 9, 24), days=20, reason="资料数量大", version=None
    )
    extended = case_of(session, key.id).due_on
    assert extended is not None
    assert extended > with_pause
    with pytest.raises(RuleBroken) as refusal:
        timekeeping.extend_deadline(
            late, key.id, on=date(2026, 9, 24), days=1, reason="再延", version=None
        )
    assert refusal.value.basis.startswith("条例第三十三条")
    registration.correct_receipt(
        back, key.id, received_on=date(2026, 9, 4), reason="邮件签收单为4日", version=None
    )
    assert case_of(session, key.id).due_on < extended


def test_the_applicant_takes_it_back(session: Session, clerk: Desk) -> None:
    key = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    with pytest.raises(RuleBroken):
        closure.withdraw(clerk, key.id, on=date(2026, 9, 4), reason="电话撤回", version=None)
    closure.withdraw(clerk, key.id, on=date(2026, 9, 7), reason="书面撤回", version=None)
    case = case_of(session, key.id)
    assert (case.state, case.ground, case.closed_year) == (State.CLOSED, "withdrawn", 2026)


def test_the_reply_day_is_checked(
    session: Session, clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk
) -> None:
    case_id = to_issue(clerk, handler, reviewer)
    issue.issue_reply(leader, case_id, version=None)
    for day, number, field in (
        (date(2026, 9, 4), "EM1", "handed_over_on"),
        (date(2026, 9, 17), "EM1", "handed_over_on"),
        (date(2026, 9, 15), "EM1", "handed_over_on"),
        (date(2026, 9, 16), "", "mail_number"),
    ):
        handover = Handover(method=DeliveryMethod.MAIL, handed_over_on=day, mail_number=number)
        desk = replace(clerk, now=leader.now)
        with pytest.raises(RuleBroken) as refusal:
            closure.dispatch(desk, case_id, handover, version=None)
        assert refusal.value.field == field
    assert case_of(session, case_id).state is State.AWAITING_DISPATCH


def test_two_people_on_one_case_collide(session: Session, clerk: Desk) -> None:
    key = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    seen = case_of(session, key.id).version
    registration.assign(clerk, key.id, unit="耕地保护科", handler_id=None, version=seen)
    with pytest.raises(EditConflict):
        registration.assign(clerk, key.id, unit="规划编制科", handler_id=None, version=seen)
    assert case_of(session, key.id).unit == "耕地保护科"


def test_a_case_of_another_agency_does_not_exist_for_me(
    session: Session, clerk: Desk, desk_for: Callable[..., Desk]
) -> None:
    key = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    elsewhere = add_agency(session, code="QYSS", name="青沅市水务局", prefix="青水公开")
    stranger = desk_for(Role.CLERK, name="别局", at=elsewhere)
    with pytest.raises(NotFound):
        registration.assign(stranger, key.id, unit="水政科", handler_id=None, version=None)


def test_acceptance_66_a_case_nobody_was_given_is_counted(session: Session, clerk: Desk) -> None:
    agency_id = clerk.actor.agency_id or 0
    registration.register(clerk, application(), agency_id=agency_id)
    waiting = application(
        receipt_mode=ReceiptMode.WEB_FORM, received_on=None, arrived_on=date(2026, 9, 5)
    )
    registration.register(clerk, waiting, agency_id=agency_id)
    table = read_table(session, get_form("2021"), 2026, Scope(path=clerk.actor.agency_path))
    # Without unit and handler it is new and carried over; unconfirmed, it is not received in law.
    assert (table.value("R1", "C1"), table.value("R4", "C1")) == (1, 1)


def test_a_delay_of_article_35_moves_the_date_once(
    session: Session, desk_for: Callable[..., Desk], clerk: Desk
) -> None:
    key = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    leader = desk_for(Role.LEADER, name="罗建平", now=beijing(date(2026, 9, 21)))
    facts = {"on": date(2026, 9, 21), "reason": "一次申请三百余件", "version": None}
    timekeeping.delay_reply(leader, key.id, days=40, **facts)
    case = case_of(session, key.id)
    assert case.original_due_on == date(2026, 10, 10)
    # 20 + 40 working days from Mon 7 September.
    assert case.due_on == leader.calendar.add(date(2026, 9, 7), 60)
    with pytest.raises(RuleBroken) as refusal:
        timekeeping.delay_reply(leader, key.id, days=1, **facts)
    assert refusal.value.basis == "条例第三十五条"
    old = application(
        received_on=date(2026, 9, 7),
        statute=StatuteCode.REGULATION_2007,
        statute_reason="依法院判决适用原条例",
    )
    older = registration.register(clerk, old, agency_id=clerk.actor.agency_id or 0)
    with pytest.raises(TransitionRefused, match="没有延迟答复"):
        timekeeping.delay_reply(leader, older.id, days=5, **facts)


def test_a_regulation_chosen_with_a_reason_survives_the_confirmation(
    session: Session, clerk: Desk
) -> None:
    chosen = application(
        receipt_mode=ReceiptMode.WEB_FORM,
        received_on=None,
        arrived_on=date(2026, 9, 5),
        statute=StatuteCode.REGULATION_2007,
        statute_reason="依法院判决适用原条例",
    )
    key = registration.register(clerk, chosen, agency_id=clerk.actor.agency_id or 0)
    registration.confirm_receipt(clerk, key.id, received_on=date(2026, 9, 7), version=None)
    case = case_of(session, key.id)
    assert case.statute is StatuteCode.REGULATION_2007
    # 15 working days, the office's and the statute's limit in one.
    assert case.due_on == case.office_due_on == date(2026, 9, 28)
