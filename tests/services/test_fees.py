"""收费: from the count to the notice, the payment and the new period; or to 不再处理."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from casework.domain.application import DeliveryMethod
from casework.domain.delivery import Attempt
from casework.domain.errors import PermissionRefused, RuleBroken
from casework.domain.fees import FEE_UNPAID, Cost, FeeBasis
from casework.domain.grounds import Outcome, Requirement
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Role
from casework.domain.reply import ReplyContent
from casework.models import ClockFact, Delivery, Document, NumberCounter
from casework.queries.open_fees import list_unpaid_fees
from casework.services import deliveries, drafting, fees, issue, registration
from casework.services.fees import FeeCount
from casework.services.registration import ApplicantData
from casework.services.review import approve
from tests.conftest import beijing
from tests.services.test_road import application, case_of, newest_draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

COUNT = FeeCount(basis=FeeBasis.ITEMS, items=35)
HOW = "持缴款码到银行缴纳"


@pytest.fixture
def clerk(desk_for: Callable[..., Desk]) -> Desk:
    # Mon 2026-09-07
    return desk_for(Role.CLERK, name="周敏", now=beijing(date(2026, 9, 7)))


@pytest.fixture
def case_id(clerk: Desk) -> int:
    return register(clerk)


def register(clerk: Desk, **changes: object) -> int:
    key = registration.register(clerk, application(**changes), agency_id=clerk.actor.agency_id or 0)
    return key.id


def notice(clerk: Desk, case_id: int, count: FeeCount = COUNT) -> None:
    fees.notice_fee(clerk, case_id, count, payment_method=HOW, version=None)


def test_notice_payment_and_the_new_period(session: Session, clerk: Desk, case_id: int) -> None:
    notice(clerk, case_id)
    document = session.scalars(select(Document)).one()
    assert (document.kind, document.document_number) == (
        LetterKind.FEE_NOTICE,
        "青资公开收〔2026〕1号",
    )
    pages = PdfReader(BytesIO(document.content or b"")).pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    for words in ("3,000元", "人民币叁仟元整", "20件×100元/件=2000元", "5件×200元/件=1000元", HOW):
        assert words in text
    waiting = fees.find_open_fee(clerk, case_id)
    assert waiting is not None
    # Mon 7 September + 20 working days: Sun 20 works, 25 and 1–7 October are off, Sat 10 works.
    assert (waiting.amount, waiting.due_on) == (Decimal(3000), date(2026, 10, 10))

    later = replace(clerk, now=beijing(date(2026, 9, 14)))
    for amount, receipt, field in ((2999, "A1", "amount"), (3000, " ", "receipt")):
        with pytest.raises(RuleBroken) as refusal:
            fees.record_payment(
                later,
                case_id,
                on=later.today,
                amount=Decimal(amount),
                receipt=receipt,
                version=None,
            )
        assert refusal.value.field == field
    fees.record_payment(
        later, case_id, on=date(2026, 9, 14), amount=Decimal(3000), receipt="A1", version=None
    )
    case = case_of(session, case_id)
    assert case.fee_yuan == Decimal(3000)
    # The period begins anew on the day after payment: Mon 14 September + 20 working days.
    assert case.due_on == date(2026, 10, 16)
    assert fees.find_open_fee(clerk, case_id) is None


def test_what_costs_nothing_is_not_noticed(session: Session, clerk: Desk, case_id: int) -> None:
    for count, field in (
        (replace(COUNT, items=10), "items"),
        (FeeCount(basis=FeeBasis.PAGES, pages=30), "pages"),
    ):
        with pytest.raises(RuleBroken) as refusal:
            notice(clerk, case_id, count)
        assert (refusal.value.code, refusal.value.field) == ("nothing_to_pay", field)
    session.expire_all()
    assert session.scalars(select(Document)).all() == []
    assert session.scalars(select(ClockFact)).all() == []


def test_a_fee_is_noticed_once_and_by_those_who_keep_time(
    session: Session, desk_for: Callable[..., Desk], clerk: Desk, case_id: int
) -> None:
    with pytest.raises(PermissionRefused):
        notice(desk_for(Role.STATISTICIAN, now=clerk.now), case_id)
    notice(clerk, case_id)
    with pytest.raises(RuleBroken) as refusal:
        notice(clerk, case_id)
    assert refusal.value.code == "fee_already_noticed"
    counter = session.get_one(
        NumberCounter, (clerk.actor.agency_id, LetterKind.FEE_NOTICE.value, 2026)
    )
    assert counter.last == 1


def test_the_month_is_counted_across_channels_by_the_same_person(clerk: Desk) -> None:
    first = register(clerk, received_on=date(2026, 9, 1), submitted_on=None)
    register(clerk, received_on=date(2026, 8, 31), submitted_on=None)
    other = ApplicantData(
        type=application().applicant.type, name="林秀珍", id_number="510000197001010012"
    )
    register(clerk, received_on=date(2026, 9, 2), submitted_on=None, applicant=other)
    second = register(clerk)
    proposal = fees.propose_fee(clerk, second)
    assert [counted.id for counted in proposal.month] == [first, second]
    assert (proposal.earlier, proposal.by_id_number) == (1, True)


def test_costs_of_an_old_case_are_recovered(session: Session, clerk: Desk, case_id: int) -> None:
    costs = [Cost("复制", 13, Decimal("0.10"))]
    with pytest.raises(RuleBroken) as refusal:
        fees.recover_costs(clerk, case_id, costs, version=None)
    assert refusal.value.code == "no_cost_recovery"
    then = replace(clerk, now=beijing(date(2018, 2, 12)))
    old = register(then, received_on=date(2018, 2, 9), submitted_on=None)  # Friday
    with pytest.raises(RuleBroken) as tariff:
        notice(then, old)
    assert tariff.value.code == "no_processing_fee"
    fees.recover_costs(then, old, costs, version=None)
    assert case_of(session, old).fee_yuan == Decimal("1.30")


def test_acceptance_74_what_is_not_paid_in_time_is_handled_no_further(
    session: Session, desk_for: Callable[..., Desk], clerk: Desk, case_id: int
) -> None:
    handler = desk_for(Role.HANDLER, name="陈立群", now=beijing(date(2026, 9, 8)))
    registration.assign(
        clerk, case_id, unit="耕地保护科", handler_id=handler.actor.user_id, version=None
    )
    content = ReplyContent(
        outcome=Outcome.OTHER,
        grounds=(FEE_UNPAID,),
        particulars={Requirement.FEE_NOTICE: "青资公开收〔2026〕1号"},
    )

    def draft(day: date) -> str:
        at = replace(handler, now=beijing(day))
        with pytest.raises(RuleBroken) as refusal:
            drafting.save_draft(at, case_id, content, version=None)
        assert refusal.value.field == "grounds"
        return refusal.value.code

    assert draft(date(2026, 9, 8)) == "no_open_fee"
    notice(clerk, case_id)
    [document] = session.scalars(select(Document))
    assert draft(date(2026, 11, 2)) == "fee_notice_not_received"
    posted = replace(clerk, now=beijing(date(2026, 9, 14)))
    deliveries.deliver(
        posted,
        case_id,
        document.id,
        Attempt(
            method=DeliveryMethod.MAIL, handed_over_on=date(2026, 9, 8), mail_number="EM000200003CS"
        ),
        version=None,
    )
    # Posted, and nobody signed: nobody knows when the period began.
    assert draft(date(2026, 11, 2)) == "fee_notice_not_received"
    [delivery] = session.scalars(select(Delivery))
    deliveries.record_signature(
        posted, case_id, delivery.id, on=date(2026, 9, 10), recipient="本人", version=None
    )
    # Thu 10 September + 20 working days (25 September, 1 to 7 October off; 20 September and 10
    # October work) = Wed 14 October.
    fee = fees.find_open_fee(posted, case_id)
    assert fee is not None
    assert (fee.received_on, fee.due_on) == (date(2026, 9, 10), date(2026, 10, 14))
    assert draft(date(2026, 10, 14)) == "fee_not_lapsed"
    actor, calendar = clerk.actor, clerk.calendar
    assert not list_unpaid_fees(session, actor, calendar, today=date(2026, 10, 14))
    [lapsed] = list_unpaid_fees(session, actor, calendar, today=date(2026, 10, 15))
    assert lapsed.has_lapsed(date(2026, 10, 15))

    after = date(2026, 10, 15)
    drafter = replace(handler, now=beijing(after))
    drafting.save_draft(drafter, case_id, content, version=None)
    drafting.submit_draft(drafter, case_id, version=None)
    reviewer = desk_for(Role.LEGAL_REVIEWER, name="何静怡", now=beijing(after))
    approve(reviewer, case_id, text_hash=newest_draft(session, case_id).text_hash, version=None)
    leader = desk_for(Role.LEADER, name="罗建平", now=beijing(after))
    issue.issue_reply(leader, case_id, version=None)
    letter = session.scalars(select(Document).where(Document.kind == LetterKind.TERMINATION)).one()
    pages = PdfReader(BytesIO(letter.content or b"")).pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    text = re.sub(r"—\d+—", "", text)
    assert "收费通知（青资公开收〔2026〕1号）告知您于2026年10月14日前缴纳信息处理费" in text
    assert "视为您放弃申请，本机关不再处理" in text
    assert "行政复议" in text
