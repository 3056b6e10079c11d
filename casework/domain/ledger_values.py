"""The cells of a ledger (台账), read as people type them.

Every reader takes the column's name and one cell and returns the value, or raises RuleBroken with
one sentence for the clerk and ``field`` set to the column's name. Nothing is guessed in silence:
a value that could mean two things is refused with the way out.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, TypeVar

from casework.domain.application import (
    ApplicantType,
    Channel,
    DeliveryMethod,
    ReliefKind,
    ReliefResult,
)
from casework.domain.errors import RuleBroken
from casework.domain.statutes import Party
from casework.domain.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Mapping

Cell = str | int | float | bool | date | time | timedelta | None
"""What a spreadsheet hands over; ``datetime`` counts as a ``date``."""

Term = TypeVar("Term", Channel, ApplicantType, DeliveryMethod, ReliefKind, ReliefResult, Party)

_EXCEL_DAY_ZERO = date(1899, 12, 30)
_EARLIEST = date(1990, 1, 1)
_LATEST = date(2099, 12, 31)
# Excel keeps 15 digits of a number; the 18 of an identity number end in zeros that nobody typed.
_EXACT_DIGITS = 15
_MOST_EXTENSION_DAYS = 250
_LONGEST_IDENTIFIER = 64
_MOST_YUAN = Decimal(10) ** 9

_DASHES = re.compile(r"[‐‑‒–—―−]")
_BLANK = re.compile(r"(?:[-/\\]+|无|N/A|null)?", re.IGNORECASE)
_BLANK_BEGINS = frozenset("无NnＮｎ")
_DATE = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:\s*T?\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_COMPACT_DATE = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
_SERIAL_DATE = re.compile(r"(\d{5})(?:\.\d+)?")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_WORKING_DAYS = re.compile(r"(\d{1,4})(?:个)?(?:工作日|日)?")
_MONEY = re.compile(r"(?:人民币|[¥￥])?(?P<amount>\d[\d,]*(?:\.\d+)?)(?P<unit>元|万元)?")
_PERSONAL_NUMBER = re.compile(r"\d{17}[\dXx]|\d{15}")


def text_of(cell: Cell) -> str:
    """Return a cell as text: whole numbers without ``.0``, dates as 2018-02-09, empty for None."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def folded(cell: Cell) -> str:
    """Return the cell's text half-width, with one kind of dash, without outer white space."""
    text = text_of(cell)
    if text.isascii():
        return text.strip()
    return _DASHES.sub("-", unicodedata.normalize("NFKC", text)).strip()


def is_blank(cell: Cell, *, as_text: bool = False) -> bool:
    """Say whether a cell says nothing.

    Outside free text (``as_text``) offices also write ``/``, ``—`` or ``无`` into cells that do
    not apply.
    """
    if cell is None:
        return True
    if isinstance(cell, str):
        # Nearly every cell is told apart by its first character.
        first = cell[:1]
        if first.isalnum() and first not in _BLANK_BEGINS:
            return False
    if as_text:
        return not clean_text(text_of(cell))
    return _BLANK.fullmatch(folded(cell)) is not None


def read_text(_column: str, cell: Cell) -> str:
    """Read one line of free text."""
    return clean_text(text_of(cell))


def read_identifier(column: str, cell: Cell) -> str:
    """Read a number such as 郴政公开〔2015〕12号, at most 64 characters long."""
    text = clean_text(text_of(cell))
    if len(text) > _LONGEST_IDENTIFIER:
        raise RuleBroken(
            "identifier_too_long",
            f"{column}有{len(text)}个字，最长{_LONGEST_IDENTIFIER}个字，请您核对是不是填错了列。",
            field=column,
        )
    return text


def read_lines(_column: str, cell: Cell) -> str:
    """Read free text, keeping its line breaks."""
    return clean_text(text_of(cell), keep_lines=True)


def read_digits(column: str, cell: Cell) -> str:
    """Read a number that is a name (证件号码, 电话): refused where Excel has eaten its end."""
    text = clean_text(unicodedata.normalize("NFKC", text_of(cell)))
    is_number = isinstance(cell, (int, float)) and not isinstance(cell, bool)
    if (is_number and len(text.lstrip("-")) > _EXACT_DIGITS) or _SCIENTIFIC.fullmatch(text):
        raise RuleBroken(
            "digits_lost",
            f"{column}在表格里存成了数字，末几位已经丢失，请您把这一列设为文本格式后重新填写。",
            field=column,
        )
    return text


def read_id_number(column: str, cell: Cell) -> str:
    """Read 证件号码; which kinds it fits is for ``check_id_number`` to say."""
    return read_digits(column, cell).replace(" ", "").upper()


def check_id_number(column: str, kind: str, number: str) -> None:
    """Refuse an identity-card number that is not 18 (or, before 2004, 15) characters long.

    The check digit is not examined: the ledger repeats what the applicant wrote at the time.
    """
    if kind in PERSONAL_CARDS and number and not _PERSONAL_NUMBER.fullmatch(number):
        raise RuleBroken(
            "id_number_length",
            f"{column}“{number}”有{len(number)}位，身份证号码应为18位，请您核对补全，或者清空这一格。",
            field=column,
        )


PERSONAL_CARDS = frozenset({"身份证", "居民身份证", "二代身份证", "第二代居民身份证"})
_PERSONAL_PAPERS = PERSONAL_CARDS | {
    "护照",
    "户口簿",
    "户口本",
    "军官证",
    "士兵证",
    "港澳居民来往内地通行证",
    "台湾居民来往大陆通行证",
    "港澳台居民居住证",
    "外国人永久居留身份证",
}
_ORGANISATION = re.compile(
    r"公司|集团|中心|协会|学会|商会|工会|学校|大学|学院|医院|银行|事务所|研究|委员会|合作社|联社"
    r"|基金|政府|支部|小组|商店|商行|超市|酒店|经营部|[厂店局处]$"
)
_HAN = r"[\u3400-\u9fff\U00020000-\U0003ffff]"
_PERSON_NAME = re.compile(rf"{_HAN}{{2,4}}|{_HAN}+(?:[·•・]{_HAN}+)+")


def applicant_type_from(column: str, name: str, id_kind: str) -> ApplicantType:
    """Return 自然人 where the row leaves no doubt; RuleBroken where somebody must say.

    No doubt means: a personal paper (身份证, 护照 …), or a name of two to four Chinese characters
    (or one with a middle dot) without a word that only organisations bear.
    """
    if id_kind in _PERSONAL_PAPERS:
        return ApplicantType.NATURAL_PERSON
    if _PERSON_NAME.fullmatch("".join(name.split())) and not _ORGANISATION.search(name):
        return ApplicantType.NATURAL_PERSON
    raise RuleBroken(
        "applicant_type_missing",
        f"{column}是空的，从“{name}”又看不出是不是自然人，请您填写{_listed(_TYPE_LABELS)}之一。",
        field=column,
    )


def looks_like_applicant(text: str) -> bool:
    """Say whether ``text`` could be somebody's name: a person's, or an organisation's."""
    return bool(_PERSON_NAME.fullmatch("".join(text.split())) or _ORGANISATION.search(text))


def read_date(column: str, cell: Cell) -> date:
    """Read a Beijing date: 2018-02-09, 2018/2/9, 2018.2.9, 2018年2月9日, 20180209, Excel's own.

    A time of day beside it is dropped. Years from 1990 to 2099.
    """
    day = _date_in(column, cell)
    if not _EARLIEST <= day <= _LATEST:
        raise RuleBroken(
            "date_year",
            f"{column}“{text_of(cell).strip()}”的年份是{day.year}，请您核对。",
            field=column,
        )
    return day


def _date_in(column: str, cell: Cell) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = folded(cell)
    serial = _SERIAL_DATE.fullmatch(text)
    if serial:
        return _EXCEL_DAY_ZERO + timedelta(days=int(serial[1]))
    found = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
    if found is None:
        raise RuleBroken(
            "date_unknown",
            f"{column}“{text_of(cell).strip()}”不是能看懂的日期，请您写成 2018-02-09 这样的格式。",
            field=column,
        )
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        raise RuleBroken(
            "date_impossible",
            f"{column}“{text_of(cell).strip()}”不是日历上有的日期，请您对照申请表核对。",
            field=column,
        ) from None


def read_working_days(column: str, cell: Cell) -> int:
    """Read a number of working days: 15, 15个工作日."""
    found = _WORKING_DAYS.fullmatch(folded(cell).replace(" ", ""))
    days = int(found[1]) if found else 0
    if not 1 <= days <= _MOST_EXTENSION_DAYS:
        raise RuleBroken(
            "days_unknown",
            f"{column}“{text_of(cell).strip()}”不是天数，请您填写1到{_MOST_EXTENSION_DAYS}之间的整数。",
            field=column,
        )
    return days


def read_yuan(column: str, cell: Cell) -> Decimal:
    """Read an amount in 元 with at most two decimals: 380, 380元, ￥1,234.50, 0.04万元."""
    found = _MONEY.fullmatch(folded(cell).replace(" ", ""))
    try:
        amount = Decimal(found["amount"].replace(",", "")) if found else None
    except InvalidOperation:  # pragma: no cover - the pattern admits digits only
        amount = None
    if found is not None and amount is not None and found["unit"] == "万元":
        amount *= 10_000
    exact = None if amount is None else amount.quantize(Decimal("0.01"))
    if exact is None or exact != amount or exact >= _MOST_YUAN:
        raise RuleBroken(
            "money_unknown",
            f"{column}“{text_of(cell).strip()}”不是金额，请您填写以元为单位的数字，最多两位小数。",
            field=column,
        )
    return exact


def read_channel(column: str, cell: Cell) -> Channel:
    """Read 申请方式."""
    return _term(column, cell, _CHANNELS, _CHANNEL_LABELS)


def read_applicant_type(column: str, cell: Cell) -> ApplicantType:
    """Read 申请人类型."""
    return _term(column, cell, _TYPES, _TYPE_LABELS)


def read_party(column: str, cell: Cell) -> Party:
    """Read 征求意见对象."""
    return _term(column, cell, _PARTIES, _PARTY_LABELS)


def read_delivery(column: str, cell: Cell) -> DeliveryMethod:
    """Read 送达方式."""
    return _term(column, cell, _DELIVERIES, _DELIVERY_LABELS)


def read_suit_kind(column: str, cell: Cell) -> ReliefKind:
    """Read 行政诉讼类型."""
    return _term(column, cell, _SUITS, _SUIT_LABELS)


def read_relief_result(column: str, cell: Cell) -> ReliefResult:
    """Read 行政复议结果 or 行政诉讼结果."""
    return _term(column, cell, _RESULTS, _RESULT_LABELS)


def _term(column: str, cell: Cell, terms: Mapping[str, Term], labels: tuple[str, ...]) -> Term:
    found = terms.get(_key(folded(cell)))
    if found is None:
        raise RuleBroken(
            "term_unknown",
            f"{column}“{text_of(cell).strip()}”看不懂，请您填写{_listed(labels)}之一。",
            field=column,
        )
    return found


def _listed(labels: tuple[str, ...]) -> str:
    return "、".join(labels)


def _key(text: str) -> str:
    return "".join(text.split()).replace("其它", "其他").upper()


def _index(table: Mapping[Term, str]) -> dict[str, Term]:
    return {_key(word): term for term, words in table.items() for word in words.split()}


_CHANNELS = _index(
    {
        Channel.IN_PERSON: "当面 当面申请 当面提交 当面递交 现场 现场申请 现场书面申请 现场提交"
        " 窗口 窗口申请 上门 柜台",
        Channel.MAIL: "信函 信函申请 邮寄 邮寄申请 邮政 信件 来信 寄信 EMS 邮政EMS 挂号信 挂号"
        " 平信 快递 邮政快递 特快专递 邮政特快专递",
        Channel.ONLINE: "网络 网络申请 网站 网站申请 网上 网上申请 在线 在线申请 线上 互联网"
        " 门户网站 电子邮件 电子邮箱 电邮 邮箱 E-MAIL EMAIL",
        Channel.FAX: "传真 传真申请 FAX",
    }
)
_TYPES = _index(
    {
        ApplicantType.NATURAL_PERSON: "自然人 公民 个人 自然人(公民) 公民个人",
        ApplicantType.COMPANY: "商业企业 企业 公司 企业法人 商业公司 法人-商业企业",
        ApplicantType.RESEARCH: "科研机构 科研院所 科研单位 研究机构 法人-科研机构",
        ApplicantType.NONPROFIT: "社会公益组织 公益组织 社会公益机构 社会团体 社会组织",
        ApplicantType.LEGAL_SERVICES: "法律服务机构 律师事务所 律所 法律服务所",
        ApplicantType.OTHER: "其他 其他组织 其他单位",
    }
)
_PARTIES = _index(
    {
        Party.THIRD_PARTY: "第三方 第三人 权利人 第三方权利人",
        Party.CO_MAKER: "共同制作机关 共同制作单位 联合制作机关",
        Party.AGENCY: "其他机关 其他行政机关 其他部门 相关机关",
    }
)
_DELIVERIES = _index(
    {
        DeliveryMethod.DIRECT: "直接送达 直接 当面 当面送达 当面领取 自行领取 自取 领取",
        DeliveryMethod.DELEGATED: "委托送达 委托 委托其他机关送达 委托其他行政机关送达",
        DeliveryMethod.MAIL: "邮寄送达 邮寄 邮政 信函 EMS 邮政EMS 挂号信 挂号 特快专递 快递",
        DeliveryMethod.EMAIL: "电子邮件 电子邮箱 邮箱 电邮 E-MAIL EMAIL",
        DeliveryMethod.ONLINE: "网络平台 网络 网站 网上 平台 互联网 在线",
        DeliveryMethod.FAX: "传真 FAX",
        DeliveryMethod.PUBLIC_NOTICE: "公告送达 公告",
    }
)
_SUITS = _index(
    {
        ReliefKind.DIRECT_SUIT: "未经复议直接起诉 直接起诉 未经复议",
        ReliefKind.SUIT_AFTER_REVIEW: "复议后起诉 经复议后起诉 经复议",
    }
)
_RESULTS = _index(
    {
        ReliefResult.UPHELD: "维持 结果维持 维持具体行政行为 驳回诉讼请求 驳回原告诉讼请求"
        " 维持具体行政行为或者驳回原告诉讼请求",
        ReliefResult.CORRECTED: "纠正 结果纠正 被纠正 纠错 依法纠错 被依法纠错 撤销 确认违法"
        " 责令履行 责令重新答复",
        ReliefResult.OTHER: "其他 其他结果 其他情形 撤回 调解 终止",
        ReliefResult.PENDING: "尚未审结 未审结 审理中 未结 在审",
    }
)
_CHANNEL_LABELS = tuple(channel.label for channel in Channel)
_TYPE_LABELS = tuple(kind.label for kind in ApplicantType)
_PARTY_LABELS = tuple(party.label for party in Party)
_DELIVERY_LABELS = tuple(method.label for method in DeliveryMethod)
_SUIT_LABELS = tuple(kind.label for kind in (ReliefKind.DIRECT_SUIT, ReliefKind.SUIT_AFTER_REVIEW))
_RESULT_LABELS = tuple(result.label for result in ReliefResult)
