"""更正: somebody asks that a record about themselves, which the agency gave out, be put right.

条例第四十一条 (2007年条例第二十五条第二款). It is no application for information and moves neither
clock nor table. The regulation sets no period; it wants evidence from the applicant, a finding of
the agency, and word of it to the applicant.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken
from casework.domain.statutes import StatuteCode

if TYPE_CHECKING:
    from datetime import date

BASIS = {
    StatuteCode.REGULATION_2007: "2007年条例第二十五条第二款",
    StatuteCode.REGULATION_2019: "条例第四十一条",
}


class AmendmentOutcome(StrEnum):
    """What became of it."""

    AMENDED = "amended"
    REFUSED = "refused"
    TRANSFERRED = "transferred"
    REFERRED = "referred"

    @property
    def label(self) -> str:
        """The word on the screen."""
        return _LABELS[self]

    @property
    def names_a_body(self) -> bool:
        """Whether another agency has the power and must be named."""
        return self in {AmendmentOutcome.TRANSFERRED, AmendmentOutcome.REFERRED}


_LABELS = {
    AmendmentOutcome.AMENDED: "审核属实，予以更正",
    AmendmentOutcome.REFUSED: "审核不属实，不予更正",
    AmendmentOutcome.TRANSFERRED: "不属于本机关职能，转送有权更正的机关",
    AmendmentOutcome.REFERRED: "不属于本机关职能，告知向有权更正的机关提出",
}


def outcomes_under(statute: StatuteCode) -> tuple[AmendmentOutcome, ...]:
    """Return the outcomes a regulation knows: that of 2007 bids the agency pass it on itself."""
    if statute is StatuteCode.REGULATION_2019:
        return tuple(AmendmentOutcome)
    return tuple(one for one in AmendmentOutcome if one is not AmendmentOutcome.REFERRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentClaim:
    """What the applicant says: which record, what is wrong with it, by what evidence."""

    asked_on: date
    record: str
    claim: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentDecision:
    """What the agency found; ``body`` is the agency that has the power, where this one has not."""

    outcome: AmendmentOutcome
    decided_on: date
    result: str
    body: str = ""


def check_claim(
    claim: AmendmentClaim, statute: StatuteCode, *, replied_on: date | None, today: date
) -> None:
    """Raise RuleBroken(field=…) where the claim lacks what the article wants of it."""
    for field, sentence in (
        ("record", "请写明申请更正的是哪一条记录"),
        ("claim", "请照申请书写明哪里不准确、应当是什么"),
        ("evidence", "请写明申请人提供的证据；没有提供的，请申请人补充之后再登记"),
    ):
        if not getattr(claim, field):
            raise RuleBroken(f"{field}_missing", sentence, field=field, basis=BASIS[statute])
    if claim.asked_on > today or (replied_on is not None and claim.asked_on < replied_on):
        raise RuleBroken(
            "amendment_day",
            "收到更正申请的日期须在本机关提供信息之后、今天之前（含今天）",
            field="asked_on",
        )


def check_decision(
    decision: AmendmentDecision, statute: StatuteCode, *, asked_on: date, today: date
) -> None:
    """Raise RuleBroken(field=…) where the decision does not go with the article."""
    if decision.outcome not in outcomes_under(statute):
        raise RuleBroken(
            "amendment_outcome",
            "2007年条例规定无权更正的应当转送，请选“转送”",
            field="outcome",
            basis=BASIS[statute],
        )
    if not decision.result:
        raise RuleBroken(
            "result_missing", "请写明更正为什么，或者不更正、转送的理由", field="result"
        )
    if decision.outcome.names_a_body and not decision.body:
        raise RuleBroken(
            "body_missing", "请填有权更正的机关的名称", field="body", basis=BASIS[statute]
        )
    if not asked_on <= decision.decided_on <= today:
        raise RuleBroken(
            "amendment_decided",
            "审核日期须在收到更正申请之后、今天之前（含今天）",
            field="decided_on",
        )
