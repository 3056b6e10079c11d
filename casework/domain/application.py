"""What an application (申请) is: the channel it came by and who asks.

The values are stored and travel in JSON; the labels are the words of the forms and the ledger.
"""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """申请渠道: how the application reached the agency (条例第二十九条、第三十一条)."""

    IN_PERSON = "in_person"
    MAIL = "mail"
    ONLINE = "online"
    FAX = "fax"

    @property
    def label(self) -> str:
        """The word on the form: 当面, 信函, 网络 or 传真."""
        return _CHANNEL_LABELS[self]


_CHANNEL_LABELS = {
    Channel.IN_PERSON: "当面",
    Channel.MAIL: "信函",
    Channel.ONLINE: "网络",
    Channel.FAX: "传真",
}


class ReceiptMode(StrEnum):
    """How the application arrived within its channel; decides which day is the receipt day.

    条例第三十一条; for cases under the 2007 regulation 国办公开办函〔2015〕207号.
    """

    COUNTER = "counter"
    SIGNED_MAIL = "signed_mail"
    ORDINARY_MAIL = "ordinary_mail"
    WEB_FORM = "web_form"
    EMAIL = "email"
    FAX = "fax"

    @property
    def label(self) -> str:
        """The word on the screen, e.g. 平信."""
        return _MODE_LABELS[self]

    @property
    def channel(self) -> Channel:
        """The statistical channel this mode belongs to."""
        return _MODE_CHANNELS[self]


_MODE_LABELS = {
    ReceiptMode.COUNTER: "当面提交",
    ReceiptMode.SIGNED_MAIL: "EMS、挂号信（签收）",
    ReceiptMode.ORDINARY_MAIL: "平信（无须签收）",
    ReceiptMode.WEB_FORM: "网站表单",
    ReceiptMode.EMAIL: "电子邮件",
    ReceiptMode.FAX: "传真",
}
_MODE_CHANNELS = {
    ReceiptMode.COUNTER: Channel.IN_PERSON,
    ReceiptMode.SIGNED_MAIL: Channel.MAIL,
    ReceiptMode.ORDINARY_MAIL: Channel.MAIL,
    ReceiptMode.WEB_FORM: Channel.ONLINE,
    ReceiptMode.EMAIL: Channel.ONLINE,
    ReceiptMode.FAX: Channel.FAX,
}


class ApplicantType(StrEnum):
    """申请人类型: the six applicant columns of the 2019 and 2021 forms."""

    NATURAL_PERSON = "natural_person"
    COMPANY = "company"
    RESEARCH = "research"
    NONPROFIT = "nonprofit"
    LEGAL_SERVICES = "legal_services"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The column head of the form, e.g. 自然人."""
        return _APPLICANT_LABELS[self]


_APPLICANT_LABELS = {
    ApplicantType.NATURAL_PERSON: "自然人",
    ApplicantType.COMPANY: "商业企业",
    ApplicantType.RESEARCH: "科研机构",
    ApplicantType.NONPROFIT: "社会公益组织",
    ApplicantType.LEGAL_SERVICES: "法律服务机构",
    ApplicantType.OTHER: "其他",
}


class DeliveryMethod(StrEnum):
    """送达方式 of a reply; the day that counts as replied follows (国办公开办函〔2016〕235号)."""

    DIRECT = "direct"
    DELEGATED = "delegated"
    MAIL = "mail"
    EMAIL = "email"
    ONLINE = "online"
    FAX = "fax"
    PUBLIC_NOTICE = "public_notice"

    @property
    def label(self) -> str:
        """The word on the 送达回证."""
        return _DELIVERY_LABELS[self]


_DELIVERY_LABELS = {
    DeliveryMethod.DIRECT: "直接送达",
    DeliveryMethod.DELEGATED: "委托送达",
    DeliveryMethod.MAIL: "邮寄送达",
    DeliveryMethod.EMAIL: "电子邮件",
    DeliveryMethod.ONLINE: "网络平台",
    DeliveryMethod.FAX: "传真",
    DeliveryMethod.PUBLIC_NOTICE: "公告送达",
}


class ReliefKind(StrEnum):
    """复议、诉讼: the three groups of the forms' relief table."""

    REVIEW = "review"
    DIRECT_SUIT = "direct_suit"
    SUIT_AFTER_REVIEW = "suit_after_review"

    @property
    def label(self) -> str:
        """The group head of the form."""
        return _RELIEF_LABELS[self]


_RELIEF_LABELS = {
    ReliefKind.REVIEW: "行政复议",
    ReliefKind.DIRECT_SUIT: "未经复议直接起诉",
    ReliefKind.SUIT_AFTER_REVIEW: "复议后起诉",
}


class ReliefResult(StrEnum):
    """How a 复议 or 诉讼 ended, or that it has not."""

    UPHELD = "upheld"
    CORRECTED = "corrected"
    OTHER = "other"
    PENDING = "pending"

    @property
    def label(self) -> str:
        """The word in the ledger."""
        return _RESULT_LABELS[self]


_RESULT_LABELS = {
    ReliefResult.UPHELD: "维持",
    ReliefResult.CORRECTED: "纠正",
    ReliefResult.OTHER: "其他",
    ReliefResult.PENDING: "尚未审结",
}
