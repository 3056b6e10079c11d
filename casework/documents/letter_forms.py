"""What an officer fills in, document by document; everything else comes from the file.

The names are those of ``letter_values``: what is typed here is put into the template as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import TYPE_CHECKING

from casework.documents.letter_values import LABELS
from casework.domain.letter_kinds import LetterKind

if TYPE_CHECKING:
    from collections.abc import Mapping


class Shape(Enum):
    """How a field is typed: a line, some lines, a day to come, a day gone by."""

    LINE = auto()
    TEXT = auto()
    DAY_AHEAD = auto()
    DAY_PAST = auto()

    @property
    def is_day(self) -> bool:
        """Whether the field holds a date."""
        return self in {Shape.DAY_AHEAD, Shape.DAY_PAST}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field: ``name`` as in ``letter_values.LABELS``; ``help`` stands below it."""

    name: str
    shape: Shape = Shape.TEXT
    optional: bool = False
    help: str = ""

    @property
    def label(self) -> str:
        """What the office calls it."""
        return LABELS[self.name]


def _line(name: str, text: str = "", *, optional: bool = False) -> FormField:
    return FormField(name=name, shape=Shape.LINE, optional=optional, help=text)


def _text(name: str, text: str = "", *, optional: bool = False) -> FormField:
    return FormField(name=name, optional=optional, help=text)


def _ahead(name: str, text: str = "") -> FormField:
    return FormField(name=name, shape=Shape.DAY_AHEAD, help=text)


_ONE_EACH = _line("consulted_name", "同时征求几家的，每家分别出具一份，各编文号")
_CONCERNED = _text(
    "information_concerned", "对方据此提出意见。不要写申请人的姓名、名称，也不要写得能认出是谁"
)

FORMS: Mapping[LetterKind, tuple[FormField, ...]] = MappingProxyType(
    {
        LetterKind.REGISTRATION_RECEIPT: (),
        LetterKind.CORRECTION_REQUEST: (
            _text("correction_items", "一次性写全：哪些内容不明确，需要补什么"),
            _text(
                "correction_guidance", "怎样才算明确，可以怎样描述（条例第三十条）", optional=True
            ),
            _ahead("correction_due_on", "合理的补正期限；逾期不补正的后果写在告知书里"),
        ),
        LetterKind.REASONS_REQUEST: (
            _text("volume_found", "写明期间和件数，如：2026年1月至3月，您向本机关提出申请46件"),
            _ahead("reasons_due_on"),
        ),
        LetterKind.DELAY_NOTICE: (
            _text("reasons_given", "申请人怎样说明理由", optional=True),
            _text("reason", "为什么不能在法定期限内答复"),
            _ahead("delayed_until", "合理期限由本机关确定并告知申请人（条例第三十五条）"),
        ),
        LetterKind.EXTENSION_NOTICE: (),
        LetterKind.THIRD_PARTY_CONSULTATION: (
            _ONE_EACH,
            _CONCERNED,
            _text("consultation_reason", "为什么涉及对方的合法权益"),
        ),
        LetterKind.CONSULTATION_NOTICE: (),
        LetterKind.CO_MAKER_CONSULTATION: (_ONE_EACH, _CONCERNED),
        LetterKind.AGENCY_CONSULTATION: (
            _ONE_EACH,
            _CONCERNED,
            _text("consultation_reason", "为什么征求对方的意见"),
            _ahead("opinion_due_on"),
        ),
        LetterKind.THIRD_PARTY_DISCLOSURE: (
            _ONE_EACH,
            _text("third_party_opinion", "写给第三方本人看", optional=True),
            _text("public_interest", "不公开会对公共利益造成什么重大影响"),
            _text("released_content", "逐项写明决定公开的内容"),
        ),
        LetterKind.FEE_NOTICE: (
            _text("fee_standard"),
            _text("fee_calculation", "写出算式，申请人据此核对"),
            _line("fee_amount", "如：2,000元"),
            _line("fee_amount_in_words", optional=True),
            _text("payment_method", "上缴同级国库，出具财政票据；写明账户或者缴款码、地点"),
        ),
        LetterKind.RECORD_CORRECTION: (
            _text("record_concerned"),
            _text("record_result", "更正为什么，或者为什么不予更正"),
        ),
        LetterKind.RECORD_TRANSFER: (
            _line("receiving_agency", "有权更正的行政机关"),
            _text("record_concerned"),
            _text("reason", "为什么不属于本机关职能，为什么由对方更正"),
        ),
        LetterKind.DELIVERY_RECORD: (
            _line("delivered_document"),
            _line("document_number", optional=True),
            _line("delivery_method"),
            _line("mail_number", optional=True),
        ),
        LetterKind.APPROVAL_SHEET: (
            _text("unit_opinion", "空着的由本人手写", optional=True),
            _text("secrecy_opinion", optional=True),
        ),
        LetterKind.SECRECY_REVIEW: (
            _text("information_concerned", "拟公开的政府信息的名称、文号、页数"),
            _text("unit_opinion", "空着的由本人手写", optional=True),
            _text("secrecy_opinion", optional=True),
        ),
        LetterKind.SEARCH_RECORD: (
            _text("search_terms", "查了哪些词、文号、时间段"),
            _text("search_places", "查了哪些系统、档案、科室"),
            _text("search_result"),
            _line("searcher"),
            FormField(name="searched_on", shape=Shape.DAY_PAST),
        ),
        LetterKind.FILE_INDEX: (_line("retention", "如：永久、30年、10年"),),
    }
)
