"""What an outcome (办理结果) and a ground (理由) are; the catalogue itself is ``ground_catalogue``.

A ground is finer than any statistical form: the office records why it answered as it did, and
every form's row follows from that. Two forms with different rows can then be filled from one
record, which no coarser fact allows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class Outcome(StrEnum):
    """办理结果: the six classes of the 2019 and 2021 forms (国办公开办函〔2021〕30号, 第三部分)."""

    DISCLOSED = "disclosed"
    PARTLY_DISCLOSED = "partly_disclosed"
    NOT_DISCLOSED = "not_disclosed"
    UNAVAILABLE = "unavailable"
    NOT_PROCESSED = "not_processed"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The group head of the form, e.g. 不予公开."""
        return _OUTCOME_LABELS[self]


_OUTCOME_LABELS = {
    Outcome.DISCLOSED: "予以公开",
    Outcome.PARTLY_DISCLOSED: "部分公开",
    Outcome.NOT_DISCLOSED: "不予公开",
    Outcome.UNAVAILABLE: "无法提供",
    Outcome.NOT_PROCESSED: "不予处理",
    Outcome.OTHER: "其他处理",
}


class Requirement(StrEnum):
    """What must be on record before a case may be answered on a ground.

    Most come from 条例第三十六条 and 第三十七条: a refusal gives reasons, a "not ours" names the
    right agency, a "does not exist" follows a search.
    """

    REASON = "reason"
    LEGAL_BASIS = "legal_basis"
    WHERE_PUBLISHED = "where_published"
    HOW_PROVIDED = "how_provided"
    WHEN_PUBLISHED = "when_published"
    RELEASED_PART = "released_part"
    WITHHELD_PART = "withheld_part"
    THIRD_PARTY_OPINION = "third_party_opinion"
    SEARCH_RECORD = "search_record"
    RIGHT_AGENCY = "right_agency"
    RIGHT_CHANNEL = "right_channel"
    EARLIER_REPLY_NUMBER = "earlier_reply_number"
    CORRECTION_NOTICE = "correction_notice"
    REASONS_NOTICE = "reasons_notice"
    FEE_NOTICE = "fee_notice"
    WITHDRAWAL = "withdrawal"
    OTHER_CASE_NUMBER = "other_case_number"

    @property
    def label(self) -> str:
        """What the office calls it, as it stands in a sentence: 检索记录."""
        return _REQUIREMENT_LABELS[self]


_REQUIREMENT_LABELS = {
    Requirement.REASON: "理由",
    Requirement.LEGAL_BASIS: "所依据的法律、法规条款",
    Requirement.WHERE_PUBLISHED: "获取该信息的方式和途径",
    Requirement.HOW_PROVIDED: "提供信息的方式",
    Requirement.WHEN_PUBLISHED: "可以获取该信息的时间",
    Requirement.RELEASED_PART: "予以公开的部分",
    Requirement.WITHHELD_PART: "不予公开的部分",
    Requirement.THIRD_PARTY_OPINION: "第三方意见",
    Requirement.SEARCH_RECORD: "检索记录",
    Requirement.RIGHT_AGENCY: "负责公开的机关名称和联系方式",
    Requirement.RIGHT_CHANNEL: "申请人应当使用的渠道",
    Requirement.EARLIER_REPLY_NUMBER: "前次答复的文号",
    Requirement.CORRECTION_NOTICE: "补正告知书及其期限",
    Requirement.REASONS_NOTICE: "说明理由告知书",
    Requirement.FEE_NOTICE: "收费通知及其期限",
    Requirement.WITHDRAWAL: "申请人撤回申请的书面材料或者记录",
    Requirement.OTHER_CASE_NUMBER: "并入的申请编号",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One way a case can end, at the finest grain the office records.

    ``basis``: statute code ("2007", "2019") to the provisions a letter cites; its keys are the
    statutes under which the ground may be used. ``rows``: form code ("2014", "2019", "2021") to
    the one row of that form which counts it, None where the form has none (``no_row_because``
    then says why, in English). ``letter``: key of the document that tells the applicant.
    ``needs``: what must be on record first. ``reply_required``: False if the case may be closed
    without an answer (撤回 …). ``review_first``: from 2024-01-01 the applicant must go to
    行政复议 before a court (行政复议法第二十三条第一款第四项: decisions under 条例第十四条 to
    第十六条).
    ``usable_from``: first day on which a decision may rest on it, None if as old as the statute.
    """

    code: str
    outcome: Outcome
    label: str
    basis: Mapping[str, str] = field(compare=False)
    rows: Mapping[str, str | None] = field(compare=False)
    letter: str
    needs: tuple[Requirement, ...] = ()
    reply_required: bool = True
    review_first: bool = False
    usable_from: date | None = None
    no_row_because: str = ""

    @property
    def statutes(self) -> tuple[str, ...]:
        """The statutes under which a decision may rest on this ground, oldest first."""
        return tuple(self.basis)

    @property
    def full_label(self) -> str:
        """Class and ground, as on the screen and in the ledger: 不予公开-商业秘密."""
        return f"{self.outcome.label}-{self.label}"
