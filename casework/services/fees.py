"""收费: what a request costs, the notice, the payment, and the costs of the 2007 regulation.

A fee notice is one act: the fact that stops the clock and the paper that says so stand or fall
together (国办函〔2020〕109号第六条). Nobody types the amount; it follows from what is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from casework.domain.clock_checks import check_event
from casework.domain.clock_events import ClockEvent, ClockEventKind
from casework.domain.errors import RuleBroken, TransitionRefused
from casework.domain.fees import (
    FeeBasis,
    check_tariff,
    fee_by_items,
    fee_by_pages,
    recovered_costs,
)
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Permission, require
from casework.domain.procedural_documents import DOCUMENT_RULES
from casework.domain.statutes import StatuteCode
from casework.domain.text import clean_text
from casework.formatting import money, money_in_words
from casework.models import Applicant, Case, ClockFact
from casework.queries import open_fees
from casework.queries.case_facts import current_clock_of, current_events_of, is_answered_anew
from casework.queries.visibility import kept_ids
from casework.services.case_file import CaseKey, open_case, reckon_dates, record_event
from casework.services.procedural_letters import DocumentText, issue_within
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from casework.domain.fees import Cost, Fee
    from casework.queries.open_fees import OpenFee
    from casework.services.desk import Desk

NOTICED = "notice_fee"
PAID = "pay_fee"
RECOVERED = "recover_costs"
_BASIS = "国办函〔2020〕109号第六条"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedCase:
    """A request of the same applicant in the same month, for the officer to check.

    One that is kept from the officer by 限制知悉 counts (第四条) and has no number here.
    """

    id: int
    number: str
    received_on: date
    is_this: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeProposal:
    """What the file says for the calculator.

    ``month``: the applicant's requests to this agency in the calendar month of this one, in the
    order they came; ``earlier``: how many came before it. Found by ID number where one is on
    file, else by name; whether they are one person is for the officer to judge.
    """

    month: tuple[CountedCase, ...]
    earlier: int
    by_id_number: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeCount:
    """What the officer counted: ``items`` after ``earlier`` ones, or ``pages``."""

    basis: FeeBasis
    items: int = 1
    earlier: int = 0
    pages: int = 0

    def fee(self) -> Fee:
        """Return the fee with its working."""
        if self.basis is FeeBasis.ITEMS:
            return fee_by_items(earlier=self.earlier, items=self.items)
        return fee_by_pages(self.pages)


def propose_fee(desk: Desk, case_id: int) -> FeeProposal:
    """Return the applicant's other requests of the month (第四条: 累计, across channels)."""
    require(desk.actor, Permission.KEEP_TIME)
    case = open_case(desk, case_id)
    if case.received_on is None:
        return FeeProposal(month=(), earlier=0, by_id_number=False)
    applicant = case.applicant
    first = case.received_on.replace(day=1)
    same = (
        Applicant.id_number_index == applicant.id_number_index
        if applicant.id_number_index
        else Applicant.name == applicant.name
    )
    rows = desk.session.scalars(
        select(Case)
        .join(Applicant)
        .where(
            same,
            Case.agency_id == case.agency_id,
            Case.received_on >= first,
            Case.received_on < _next_month(first),
        )
        .order_by(Case.received_on, Case.id)
    )
    kept = kept_ids(desk.session, desk.actor)
    month = tuple(
        CountedCase(
            id=each.id,
            number="" if each.id in kept else each.number,
            received_on=each.received_on,
            is_this=each.id == case.id,
        )
        for each in rows
        if each.received_on is not None
    )
    earlier = next((at for at, each in enumerate(month) if each.is_this), 0)
    return FeeProposal(month=month, earlier=earlier, by_id_number=bool(applicant.id_number_index))


def notice_fee(
    desk: Desk, case_id: int, count: FeeCount, *, payment_method: str, version: int | None
) -> CaseKey:
    """通知收费: record the notice, issue 收费通知, restart nothing yet; one act.

    RuleBroken where there is no tariff, nothing to pay, or the reply is already due.
    """
    payment_method = clean_text(payment_method, keep_lines=True)
    if not payment_method:
        raise RuleBroken(
            "payment_method_missing", "请写明怎样缴费", field="payment_method", basis=_BASIS
        )
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        _require_stage(desk, case)
        check_tariff(case.statute.value, desk.today)
        fee = count.fee()
        if fee.total == 0:
            raise RuleBroken(
                "nothing_to_pay",
                f"在免费范围之内，不收费（{fee.working}）",
                field="items" if count.basis is FeeBasis.ITEMS else "pages",
                basis=f"国办函〔2020〕109号{count.basis.article}",
            )
        fact = _add(desk, case, ClockEventKind.FEE_NOTICED, desk.today, fee.working)
        document = issue_within(
            desk,
            case,
            DocumentText(
                kind=LetterKind.FEE_NOTICE,
                filled={
                    "fee_standard": f"{count.basis.standard}（{count.basis.article}）",
                    "fee_calculation": fee.working,
                    "fee_amount": money(fee.total),
                    "fee_amount_in_words": money_in_words(fee.total),
                    "payment_method": payment_method,
                },
                about=fact.id,
            ),
        )
        document.filled = {**document.filled, "yuan": str(fee.total)}
        if not is_answered_anew(case):
            reckon_dates(desk, case)
        record_event(
            desk,
            case=case,
            action=NOTICED,
            permission=Permission.KEEP_TIME,
            detail={
                "basis": count.basis.value,
                "yuan": fee.total,
                "number": document.document_number,
            },
        )
        return CaseKey(case.id, case.number)


def find_open_fee(desk: Desk, case_id: int) -> OpenFee | None:
    """Return the fee that waits for payment, None if there is none."""
    require(desk.actor, Permission.VIEW_CASES)
    return _open_fee(desk, open_case(desk, case_id))


def record_payment(
    desk: Desk, case_id: int, *, on: date, amount: Decimal, receipt: str, version: int | None
) -> CaseKey:
    """登记缴费: the reply period begins anew on the day after (109号); part of a fee pays nothing.

    ``receipt`` is the number of the 财政票据. RuleBroken names the field that is wrong.
    """
    receipt = clean_text(receipt)
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        _require_stage(desk, case)
        waiting = _open_fee(desk, case)
        if waiting is None:
            raise RuleBroken("payment_without_notice", "没有待缴的收费通知", basis=_BASIS)
        if amount != waiting.amount:
            raise RuleBroken(
                "payment_differs",
                f"收费通知的金额是{money(waiting.amount)}，请核对；没有缴足的，不算完成缴费",
                field="amount",
                basis=_BASIS,
            )
        if not receipt:
            raise RuleBroken("receipt_missing", "请填财政票据号码", field="receipt", basis=_BASIS)
        _add(desk, case, ClockEventKind.FEE_PAID, on, f"{money(amount)}，票据{receipt}")
        case.fee_yuan = (case.fee_yuan or 0) + amount
        if not is_answered_anew(case):
            reckon_dates(desk, case)
        record_event(
            desk,
            case=case,
            action=PAID,
            permission=Permission.KEEP_TIME,
            effective_on=on,
            detail={"yuan": str(amount), "number": waiting.document_number},
        )
        return CaseKey(case.id, case.number)


def recover_costs(
    desk: Desk, case_id: int, costs: Sequence[Cost], *, version: int | None
) -> CaseKey:
    """收取成本费用: what 检索、复制、邮寄 cost under the 2007 regulation (第二十七条)."""
    total, working = recovered_costs(costs)
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        require(desk.actor, Permission.KEEP_TIME)
        if case.statute is not StatuteCode.REGULATION_2007:
            raise RuleBroken(
                "no_cost_recovery",
                "2019年条例不收检索、复制、邮寄费用",
                basis="条例第四十二条",
            )
        case.fee_yuan = total
        case.changed_at = desk.now
        flag_modified(case, "changed_at")
        record_event(
            desk,
            case=case,
            action=RECOVERED,
            permission=Permission.KEEP_TIME,
            note=working,
            detail={"yuan": str(total)},
        )
        return CaseKey(case.id, case.number)


def _require_stage(desk: Desk, case: Case) -> None:
    rule = DOCUMENT_RULES[LetterKind.FEE_NOTICE]
    require(desk.actor, rule.permission)
    if case.state not in rule.states:
        raise TransitionRefused(
            f"案件现在是“{case.state.label}”，不能办收费", state=case.state.value, action=NOTICED
        )


def _add(desk: Desk, case: Case, kind: ClockEventKind, on: date, words: str) -> ClockFact:
    facts = current_clock_of(case)
    if facts is not None:
        check_event(facts, ClockEvent(kind=kind, on=on), desk.calendar, today=desk.today)
    fact = ClockFact(
        kind=kind.value, round=len(case.reopenings), happened_on=on, reason=words, whom=""
    )
    case.clock_events.append(fact)
    case.changed_at = desk.now
    desk.session.flush()
    return fact


def _open_fee(desk: Desk, case: Case) -> OpenFee | None:
    kinds = [fact.kind for fact in current_events_of(case)]
    if kinds.count(ClockEventKind.FEE_NOTICED) <= kinds.count(ClockEventKind.FEE_PAID):
        return None
    return open_fees.find_open_fee(desk.session, case.id, desk.calendar, today=desk.today)


def _next_month(first: date) -> date:
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
