"""更正申请 and its outcome, kept with the case that gave the record out (条例第四十一条)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from casework.domain.amendments import check_claim, check_decision
from casework.domain.errors import NotFound, RuleBroken
from casework.domain.text import clean_text
from casework.domain.workflow import Action
from casework.models import Amendment
from casework.services.case_file import CaseKey, carry_out, open_case
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from casework.domain.amendments import AmendmentClaim, AmendmentDecision
    from casework.services.desk import Desk


def ask_amendment(
    desk: Desk, case_id: int, claim: AmendmentClaim, *, version: int | None
) -> CaseKey:
    """登记更正申请: what the applicant wants put right, and the evidence for it."""
    claim = replace(
        claim,
        record=clean_text(claim.record, keep_lines=True),
        claim=clean_text(claim.claim, keep_lines=True),
        evidence=clean_text(claim.evidence, keep_lines=True),
    )
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        carry_out(desk, case, Action.ASK_AMENDMENT, effective_on=claim.asked_on)
        check_claim(claim, case.statute, replied_on=case.replied_on, today=desk.today)
        desk.session.add(
            Amendment(
                case_id=case.id,
                asked_on=claim.asked_on,
                record=claim.record,
                claim=claim.claim,
                evidence=claim.evidence,
            )
        )
        return CaseKey(case.id, case.number)


def decide_amendment(
    desk: Desk,
    case_id: int,
    amendment_id: int,
    decision: AmendmentDecision,
    *,
    version: int | None,
) -> CaseKey:
    """登记更正结果: found true and put right, found untrue, or another agency's to put right.

    The 更正告知书 that tells the applicant is issued from it.
    """
    decision = replace(
        decision,
        result=clean_text(decision.result, keep_lines=True),
        body=clean_text(decision.body),
    )
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        row = desk.session.get(Amendment, amendment_id)
        if row is None or row.case_id != case.id:
            raise NotFound("本案没有这项更正申请")
        carry_out(
            desk,
            case,
            Action.DECIDE_AMENDMENT,
            effective_on=decision.decided_on,
            detail={"amendment": decision.outcome.value, "body": decision.body},
        )
        if row.outcome is not None:
            raise RuleBroken("amendment_known", "这项更正申请已经登记过结果", field="outcome")
        check_decision(decision, case.statute, asked_on=row.asked_on, today=desk.today)
        row.outcome = decision.outcome
        row.decided_on = decision.decided_on
        row.result = decision.result
        row.body = decision.body if decision.outcome.names_a_body else ""
        return CaseKey(case.id, case.number)
