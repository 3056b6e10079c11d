"""The words a template may use, and those a kind of letter cannot do without.

One table for the check of templates, the check of a letter before issue, and ``docs/letters.md``.
Dates are text already (``formatting.chinese_date``), so that a letter is what it was when approved.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken
from casework.domain.letter_kinds import LetterKind

if TYPE_CHECKING:
    from collections.abc import Mapping

LABELS: Mapping[str, str] = MappingProxyType(
    {
        # 办件
        "case_number": "申请编号",
        "document_number": "文号",
        "applicant_name": "申请人",
        "applicant_type": "申请人类型",
        "applicant_contact": "申请人联系方式",
        "salutation": "称谓（您或者贵单位）",
        "channel": "申请方式",
        "request_text": "申请内容",
        "submitted_on": "提交日期",
        "received_on": "收到日期",
        "due_on": "答复期限届满之日",
        # 补正
        "correction_items": "需要补正的事项",
        "correction_guidance": "指导和释明",
        "correction_due_on": "补正期限",
        "correction_requested_on": "补正告知日期",
        "correction_received_on": "补正收到日期",
        "correction_text": "补正内容",
        "correction_notice": "补正告知书的文号",
        # 说明理由、延迟答复
        "volume_found": "申请数量、频次情况",
        "reasons_due_on": "说明理由的期限",
        "reasons_notice": "说明理由告知书的文号",
        "reasons_given": "申请人说明的理由",
        "delayed_until": "延迟答复的期限",
        # 延期
        "old_due_on": "原答复期限届满之日",
        "new_due_on": "延长后答复期限届满之日",
        "extension_days": "延长的工作日数",
        "extension_reason": "延期理由",
        "extended_on": "延期告知日期",
        "new_answer_reason": "重新答复的缘由",
        # 征求意见
        "consulted_name": "被征求意见人",
        "consulted_kind": "征求意见对象（第三方或者其他机关）",
        "information_concerned": "所涉政府信息",
        "consultation_reason": "征求意见的原因",
        "consulted_on": "征求意见日期",
        "opinion_days": "提出意见的工作日数",
        "opinion_due_on": "提出意见的期限",
        "third_party_opinion": "第三方意见",
        "public_interest": "公开的公共利益理由",
        "released_content": "决定公开的政府信息内容",
        # 收费
        "fee_standard": "收费标准",
        "fee_calculation": "计费情况",
        "fee_amount": "收费金额",
        "fee_amount_in_words": "收费金额（大写）",
        "payment_method": "缴纳方式",
        "fee_due_on": "缴费期限",
        "fee_notice": "收费通知的文号",
        # 答复
        "finding": "审查认定和处理决定",
        "nature": "信息的性质",
        "basis": "法律依据",
        "legal_basis": "所依据的法律、法规条款",
        "reason": "理由",
        "search_record": "检索情况",
        "how_provided": "提供信息的方式",
        "where_published": "获取的方式、途径",
        "when_published": "获取的时间",
        "released_part": "予以公开的部分",
        "withheld_part": "不予公开的部分",
        "withheld_nature": "不予公开部分的性质",
        "withheld_basis": "不予公开部分的法律依据",
        "right_agency": "负责公开的机关名称、联系方式",
        "right_channel": "应当使用的渠道",
        "earlier_reply_number": "前次答复的文号",
        "earlier_reply_on": "前次答复日期",
        "withdrawal": "撤回申请的材料",
        "other_case_number": "并入的申请编号",
        "remedy": "救济途径",
        # 送达
        "served_name": "受送达人",
        "delivered_document": "送达文书",
        "delivery_method": "送达方式",
        "delivery_address": "送达地址",
        "mail_number": "邮件号",
        "posted_on": "交邮日期",
        "delivered_on": "送达日期",
        # 更正
        "record_concerned": "申请更正的记录",
        "receiving_agency": "收函机关",
        "record_result": "更正处理结果",
        # 撤销
        "recipient_name": "受文人",
        "revoked_document": "被撤销的文书",
        "revoked_on": "被撤销文书的成文日期",
        "revoked_matter": "一并撤销的事项",
        "reissue": "改正后重新出具",
        # 内部审批
        "handling_unit": "承办单位",
        "handler": "承办人",
        "proposed_outcome": "拟办意见",
        "draft_reply": "答复文稿",
        "unit_opinion": "承办单位负责人意见",
        "legal_opinion": "法制审核意见",
        "secrecy_opinion": "保密审查意见",
        "deputy_opinion": "分管负责人意见",
        "leader_opinion": "签发意见",
        "search_terms": "检索关键词",
        "search_places": "检索范围",
        "search_result": "检索结果",
        "searcher": "检索人",
        "searched_on": "检索日期",
        "index_entries": "卷内文件",
        "closed_on": "办结日期",
        "retention": "保管期限",
        # 机关
        "agency_name": "机关全称",
        "agency_address": "机关地址",
        "agency_postcode": "邮政编码",
        "contact_person": "联系人",
        "contact_phone": "联系电话",
        "contact": "联系方式",
        "dated": "成文日期",
        "attachments": "附件",
    }
)

_ADDRESSED = frozenset({"applicant_name", "agency_name", "dated"})
_ABOUT_REQUEST = _ADDRESSED | {"request_text", "received_on", "case_number"}
_TO_OTHERS = frozenset({"consulted_name", "information_concerned", "agency_name", "dated"})

MANDATORY: Mapping[LetterKind, frozenset[str]] = MappingProxyType(
    {
        LetterKind.REGISTRATION_RECEIPT: _ABOUT_REQUEST | {"channel", "due_on", "contact_phone"},
        LetterKind.CORRECTION_REQUEST: _ABOUT_REQUEST
        | {"correction_items", "correction_due_on", "contact_phone"},
        LetterKind.REASONS_REQUEST: _ABOUT_REQUEST
        | {"volume_found", "reasons_due_on", "contact_phone"},
        LetterKind.DELAY_NOTICE: _ABOUT_REQUEST | {"delayed_until", "reason"},
        LetterKind.EXTENSION_NOTICE: _ABOUT_REQUEST
        | {"old_due_on", "new_due_on", "extension_days", "extension_reason"},
        LetterKind.THIRD_PARTY_CONSULTATION: _TO_OTHERS
        | {"consultation_reason", "agency_address", "contact_phone"},
        LetterKind.CONSULTATION_NOTICE: _ABOUT_REQUEST | {"consulted_kind", "consulted_on"},
        LetterKind.CO_MAKER_CONSULTATION: _TO_OTHERS | {"contact_phone"},
        LetterKind.AGENCY_CONSULTATION: _TO_OTHERS
        | {"consultation_reason", "opinion_due_on", "contact_phone"},
        LetterKind.THIRD_PARTY_DISCLOSURE: frozenset(
            {"consulted_name", "released_content", "public_interest", "remedy"}
        )
        | {"agency_name", "dated"},
        LetterKind.FEE_NOTICE: _ABOUT_REQUEST
        | {"fee_standard", "fee_calculation", "fee_amount", "payment_method"},
        LetterKind.REPLY: _ABOUT_REQUEST | {"finding", "remedy"},
        LetterKind.TERMINATION: _ABOUT_REQUEST | {"finding"},
        LetterKind.DELIVERY_RECORD: frozenset(
            {"agency_name", "served_name", "delivered_document", "delivery_method"}
        ),
        LetterKind.RECORD_CORRECTION: _ABOUT_REQUEST | {"record_concerned", "record_result"},
        LetterKind.RECORD_TRANSFER: _ABOUT_REQUEST
        | {"receiving_agency", "record_concerned", "reason", "contact_phone"},
        LetterKind.REVOCATION: frozenset(
            {"recipient_name", "revoked_document", "revoked_on", "reason"}
        )
        | {"contact_phone", "agency_name", "dated"},
        LetterKind.APPROVAL_SHEET: frozenset(
            {"case_number", "applicant_name", "request_text", "received_on", "handling_unit"}
        ),
        LetterKind.SECRECY_REVIEW: frozenset({"case_number", "information_concerned"}),
        LetterKind.SEARCH_RECORD: frozenset(
            {"case_number", "request_text", "search_terms", "search_places", "search_result"}
        ),
        LetterKind.FILE_INDEX: frozenset({"case_number", "applicant_name", "index_entries"}),
    }
)
"""What each kind must say: who, what was asked, when it came, and what the article demands."""

_APPLICANT = frozenset({"applicant_name", "applicant_contact", "request_text"})
UNSAYABLE: Mapping[LetterKind, frozenset[str]] = MappingProxyType(
    {
        LetterKind.THIRD_PARTY_CONSULTATION: _APPLICANT,
        LetterKind.THIRD_PARTY_DISCLOSURE: _APPLICANT,
        LetterKind.CONSULTATION_NOTICE: frozenset({"consulted_name", "third_party_opinion"}),
        LetterKind.REVOCATION: _APPLICANT,
    }
)
"""Neither side learns from a letter who the other is (个人信息保护法第三十四条)."""


ARTICLES: Mapping[tuple[str, LetterKind], tuple[str, ...]] = MappingProxyType(
    {
        ("2007", LetterKind.REGISTRATION_RECEIPT): ("第二十四条",),
        ("2007", LetterKind.CORRECTION_REQUEST): ("第二十一条",),
        ("2007", LetterKind.EXTENSION_NOTICE): ("第二十四条",),
        ("2007", LetterKind.THIRD_PARTY_CONSULTATION): ("第二十三条",),
        ("2007", LetterKind.CONSULTATION_NOTICE): ("第二十四条",),
        ("2007", LetterKind.THIRD_PARTY_DISCLOSURE): ("第二十三条",),
        ("2007", LetterKind.RECORD_CORRECTION): ("第二十五条",),
        ("2007", LetterKind.RECORD_TRANSFER): ("第二十五条",),
        ("2007", LetterKind.SECRECY_REVIEW): ("第十四条",),
        ("2019", LetterKind.REGISTRATION_RECEIPT): ("第三十一条",),
        ("2019", LetterKind.CORRECTION_REQUEST): ("第三十条",),
        ("2019", LetterKind.REASONS_REQUEST): ("第三十五条",),
        ("2019", LetterKind.DELAY_NOTICE): ("第三十五条",),
        ("2019", LetterKind.EXTENSION_NOTICE): ("第三十三条",),
        ("2019", LetterKind.THIRD_PARTY_CONSULTATION): ("第三十二条",),
        ("2019", LetterKind.CONSULTATION_NOTICE): ("第三十三条",),
        ("2019", LetterKind.CO_MAKER_CONSULTATION): ("第三十四条",),
        ("2019", LetterKind.AGENCY_CONSULTATION): ("第十一条", "第三十三条"),
        ("2019", LetterKind.THIRD_PARTY_DISCLOSURE): ("第三十二条",),
        ("2019", LetterKind.FEE_NOTICE): ("第四十二条",),
        ("2019", LetterKind.RECORD_CORRECTION): ("第四十一条",),
        ("2019", LetterKind.RECORD_TRANSFER): ("第四十一条",),
        ("2019", LetterKind.SECRECY_REVIEW): ("第十七条",),
    }
)
"""The article of its regulation that a document cites in its own words; one of several is enough.

Answers are not here: their article follows from the ground and comes with the finding.
"""

OF_EVERY_CASE = frozenset(
    {
        "case_number",
        "applicant_name",
        "applicant_type",
        "applicant_contact",
        "salutation",
        "channel",
        "request_text",
        "submitted_on",
        "received_on",
        "due_on",
        "handling_unit",
        "document_number",
        "agency_name",
        "agency_address",
        "agency_postcode",
        "contact_person",
        "contact_phone",
        "dated",
    }
)
"""Values that the file of any case has, whatever the document."""


def refuse_incomplete(kind: LetterKind, values: Mapping[str, str], *more: str) -> None:
    """Raise RuleBroken(letter_incomplete) if a letter of ``kind`` would lack a part.

    ``more`` are names this one letter needs beyond its kind. ``field`` is the first missing one.
    """
    needed = MANDATORY[kind].union(more)
    missing = [name for name in LABELS if name in needed and not values.get(name, "").strip()]
    if missing:
        raise RuleBroken(
            "letter_incomplete",
            f"{kind.short_label}还缺少：{'、'.join(LABELS[name] for name in missing)}，请您补填。",
            field=missing[0],
            basis=kind.basis,
        )
