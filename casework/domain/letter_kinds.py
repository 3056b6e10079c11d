"""The documents of a case (文书): what each is called, its number series, who gets it.

The list follows the published sets (苏政办函〔2019〕98号, 宿政办函〔2021〕21号, 广东示范文书) and
the articles that ask for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LetterKind(StrEnum):
    """One kind of document."""

    REGISTRATION_RECEIPT = "registration_receipt"
    CORRECTION_REQUEST = "correction_request"
    REASONS_REQUEST = "reasons_request"
    DELAY_NOTICE = "delay_notice"
    EXTENSION_NOTICE = "extension_notice"
    THIRD_PARTY_CONSULTATION = "third_party_consultation"
    CONSULTATION_NOTICE = "consultation_notice"
    CO_MAKER_CONSULTATION = "co_maker_consultation"
    AGENCY_CONSULTATION = "agency_consultation"
    THIRD_PARTY_DISCLOSURE = "third_party_disclosure"
    FEE_NOTICE = "fee_notice"
    REPLY = "reply"
    TERMINATION = "termination"
    DELIVERY_RECORD = "delivery_record"
    RECORD_CORRECTION = "record_correction"
    RECORD_TRANSFER = "record_transfer"
    REVOCATION = "revocation"
    APPROVAL_SHEET = "approval_sheet"
    SECRECY_REVIEW = "secrecy_review"
    SEARCH_RECORD = "search_record"
    FILE_INDEX = "file_index"

    @property
    def label(self) -> str:
        """The usual title, e.g. 政府信息公开申请答复书."""
        return _PROFILES[self].title

    @property
    def short_label(self) -> str:
        """The word on a button or in a list, e.g. 补正告知书."""
        return _PROFILES[self].short

    @property
    def series(self) -> str:
        """The word its 文号 carries before the year: 答 in 青资公开答〔2026〕12号; "" if none."""
        return _PROFILES[self].series

    @property
    def internal(self) -> bool:
        """Whether it stays in the office (审批单 …) and is never sent."""
        return _PROFILES[self].internal

    @property
    def has_remedy(self) -> bool:
        """Whether it decides something that 复议 or 诉讼 can undo and must say so.

        补正, 延期 and the like only move the procedure and carry no remedy paragraph, nor does a
        fee notice during the payment period (国办函〔2021〕132号第三条).
        """
        return _PROFILES[self].has_remedy

    @property
    def basis(self) -> str:
        """The provision that asks for it, 2019 regulation."""
        return _PROFILES[self].basis

    @property
    def statutes(self) -> tuple[str, ...]:
        """The regulations under which it exists."""
        return ("2019",) if self in _ONLY_2019 else ("2007", "2019")


@dataclass(frozen=True, slots=True)
class _Profile:
    title: str
    short: str
    series: str
    basis: str
    internal: bool = False
    has_remedy: bool = False


_PROFILES = {
    LetterKind.REGISTRATION_RECEIPT: _Profile(
        "政府信息公开申请登记回执", "登记回执", "回", "条例第三十一条"
    ),
    LetterKind.CORRECTION_REQUEST: _Profile(
        "政府信息公开申请补正告知书", "补正告知书", "补", "条例第三十条"
    ),
    LetterKind.REASONS_REQUEST: _Profile(
        "政府信息公开申请说明理由告知书", "说明理由告知书", "理", "条例第三十五条"
    ),
    LetterKind.DELAY_NOTICE: _Profile(
        "政府信息公开申请延迟答复告知书", "延迟答复告知书", "迟", "条例第三十五条"
    ),
    LetterKind.EXTENSION_NOTICE: _Profile(
        "政府信息公开申请延期答复告知书", "延期答复告知书", "延", "条例第三十三条第二款"
    ),
    LetterKind.THIRD_PARTY_CONSULTATION: _Profile(
        "政府信息公开第三方意见征求书", "第三方征求意见书", "征", "条例第三十二条"
    ),
    LetterKind.CONSULTATION_NOTICE: _Profile(
        "政府信息公开申请征求意见告知书", "征求意见告知书", "告", "条例第三十三条第三款"
    ),
    LetterKind.CO_MAKER_CONSULTATION: _Profile(
        "共同制作政府信息公开意见征求书", "征求共同制作机关意见书", "协", "条例第三十四条"
    ),
    LetterKind.AGENCY_CONSULTATION: _Profile(
        "政府信息公开征求意见函", "征求其他机关意见函", "函", "条例第三十三条第三款"
    ),
    LetterKind.THIRD_PARTY_DISCLOSURE: _Profile(
        "公开第三方政府信息告知书",
        "公开第三方信息告知书",
        "权",
        "条例第三十二条",
        has_remedy=True,
    ),
    LetterKind.FEE_NOTICE: _Profile(
        "政府信息公开信息处理费收费通知", "收费通知", "收", "条例第四十二条"
    ),
    LetterKind.REPLY: _Profile(
        "政府信息公开申请答复书", "答复书", "答", "条例第三十六条", has_remedy=True
    ),
    LetterKind.TERMINATION: _Profile(
        "政府信息公开申请终止办理告知书", "终止办理告知书", "终", "条例第三十条", has_remedy=True
    ),
    LetterKind.DELIVERY_RECORD: _Profile("送达回证", "送达回证", "", "国办公开办函〔2016〕235号"),
    LetterKind.RECORD_CORRECTION: _Profile(
        "政府信息更正告知书", "更正告知书", "更", "条例第四十一条", has_remedy=True
    ),
    LetterKind.RECORD_TRANSFER: _Profile(
        "政府信息更正申请转送函", "转送函", "转", "条例第四十一条"
    ),
    LetterKind.REVOCATION: _Profile(
        "政府信息公开文书撤销告知书", "撤销告知书", "撤", "党政机关公文处理工作条例第三十一条"
    ),
    LetterKind.APPROVAL_SHEET: _Profile(
        "政府信息公开申请答复审批单", "审批单", "", "条例第四十五条", internal=True
    ),
    LetterKind.SECRECY_REVIEW: _Profile(
        "政府信息公开保密审查表", "保密审查表", "", "条例第十七条", internal=True
    ),
    LetterKind.SEARCH_RECORD: _Profile(
        "政府信息检索记录", "检索记录", "", "条例第三十六条第（四）项", internal=True
    ),
    LetterKind.FILE_INDEX: _Profile(
        "政府信息公开申请办理卷内目录", "卷内目录", "", "条例第四十五条", internal=True
    ),
}
# 第三十四条, 第三十五条 and the fee of 第四十二条 have no ancestor in the 2007 regulation, and its
# clock rests for third parties alone (第二十四条第三款).
_ONLY_2019 = frozenset(
    {
        LetterKind.REASONS_REQUEST,
        LetterKind.DELAY_NOTICE,
        LetterKind.CO_MAKER_CONSULTATION,
        LetterKind.AGENCY_CONSULTATION,
        LetterKind.FEE_NOTICE,
    }
)
