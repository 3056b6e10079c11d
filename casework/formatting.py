"""How a date, a count, an amount reads: the same words on screen and on paper.

Chinese official usage: GB/T 15835-2011 (figures in text; no leading zero in 9月8日) and
GB/T 9704-2012 7.3.5 (成文日期 in Arabic figures, year in full, no leading zeros). Standard library
only; nothing here knows HTML or PDF.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from casework.domain.time_source import BEIJING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

_WEEKDAYS = "一二三四五六日"
_DIGITS = "零一二三四五六七八九"
_BANK_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_BANK_PLACES = ("", "拾", "佰", "仟")
_BANK_GROUPS = ("", "万", "亿", "万亿")
_GROUP = 4
_TEN = 10
_HUNDRED = 100
_KIB = 1024
_CENT = Decimal("0.01")
_BANK_LIMIT = Decimal(10) ** (_GROUP * len(_BANK_GROUPS))
NOTHING = "—"


def chinese_date(day: date) -> str:
    """Return 2026年9月28日."""
    return f"{day.year}年{day.month}月{day.day}日"


def short_date(day: date) -> str:
    """Return 9月28日, for lists where the year is plain."""
    return f"{day.month}月{day.day}日"


def month(day: date) -> str:
    """Return 2026年9月."""
    return f"{day.year}年{day.month}月"


def weekday(day: date) -> str:
    """Return 周一 to 周日."""
    return f"周{_WEEKDAYS[day.weekday()]}"


def date_with_weekday(day: date) -> str:
    """Return 2026年9月28日（周一）."""
    return f"{chinese_date(day)}（{weekday(day)}）"


def optional_date(day: date | None) -> str:
    """Return 2026年9月28日, or a dash where there is no date."""
    return NOTHING if day is None else chinese_date(day)


def date_span(first: date, last: date) -> str:
    """Return 2026年9月1日至28日, naming year and month of the end only where they differ."""
    if first == last:
        return chinese_date(first)
    if first.year != last.year:
        end = chinese_date(last)
    elif first.month != last.month:
        end = short_date(last)
    else:
        end = f"{last.day}日"
    return f"{chinese_date(first)}至{end}"


def clock_time(instant: datetime) -> str:
    """Return 14:05, Beijing time; ValueError if ``instant`` has no zone."""
    return _in_beijing(instant).strftime("%H:%M")


def instant(at: datetime) -> str:
    """Return 2026年9月28日 14:05, Beijing time; ValueError if ``at`` has no zone."""
    local = _in_beijing(at)
    return f"{chinese_date(local)} {local:%H:%M}"


def _in_beijing(at: datetime) -> datetime:
    if at.tzinfo is None:
        msg = "an instant needs a zone"
        raise ValueError(msg)
    return at.astimezone(BEIJING)


def count(number: int, unit: str = "") -> str:
    """Return 1,234 or, with a unit, 1,234件."""
    return f"{number:,}{unit}"


def working_days(number: int) -> str:
    """Return 20个工作日."""
    return f"{number}个工作日"


def days_left(number: int) -> str:
    """Return 还有3个工作日, 今天到期 or 逾期2个工作日 for 3, 0 and -2."""
    if number == 0:
        return "今天到期"
    if number < 0:
        return f"逾期{working_days(-number)}"
    return f"还有{working_days(number)}"


def share(part: int, whole: int) -> str:
    """Return 66.7%, or a dash when there is nothing to divide by."""
    if whole == 0:
        return NOTHING
    tenths = (Decimal(part) * _HUNDRED / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{tenths}%"


def money(amount: Decimal | int) -> str:
    """Return 2,000元 or 1,234.50元; fractions of a 分 are rounded half up."""
    exact = Decimal(amount).quantize(_CENT, ROUND_HALF_UP)
    if exact == exact.to_integral_value():
        return f"{int(exact):,}元"
    return f"{exact:,}元"


def money_in_words(amount: Decimal | int) -> str:
    """Return 人民币贰仟元整, the capital figures (大写) that payment papers ask for.

    财政部《会计基础工作规范》第五十二条. ValueError below 0 and from 10^16 元 on.
    """
    exact = Decimal(amount).quantize(_CENT, ROUND_HALF_UP)
    if exact < 0 or exact >= _BANK_LIMIT:
        msg = f"no capital figures for {amount}"
        raise ValueError(msg)
    yuan, cents = divmod(int(exact * _HUNDRED), _HUNDRED)
    jiao, fen = divmod(cents, _TEN)
    words = "人民币" + (f"{_bank_integer(yuan)}元" if yuan or not cents else "")
    if not cents:
        return words + "整"
    if jiao:
        words += f"{_BANK_DIGITS[jiao]}角"
    elif yuan:
        words += "零"
    return words + (f"{_BANK_DIGITS[fen]}分" if fen else "整")


def _bank_integer(number: int) -> str:
    if number == 0:
        return _BANK_DIGITS[0]
    words = ""
    gap = False
    digits = str(number)
    for index, digit in enumerate(map(int, digits)):
        place = len(digits) - 1 - index
        if digit:
            words += (_BANK_DIGITS[0] if gap else "") + _BANK_DIGITS[digit]
            words += _BANK_PLACES[place % _GROUP]
            gap = False
        else:
            gap = bool(words)
        group = digits[max(0, index + 1 - _GROUP) : index + 1]
        if place and place % _GROUP == 0 and int(group):
            words += _BANK_GROUPS[place // _GROUP]
    return words


def chinese_numeral(number: int) -> str:
    """Return 十五 or 一百零二, as in 第十五条; 0 to 999, else ValueError."""
    hundreds, rest = divmod(number, _HUNDRED)
    if number < 0 or hundreds >= _TEN:
        msg = f"no numeral for {number}"
        raise ValueError(msg)
    tens, ones = divmod(rest, _TEN)
    if number == 0:
        return _DIGITS[0]
    words = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        words += _DIGITS[0]
    return words + (_DIGITS[ones] if ones else "")


def article(number: int) -> str:
    """Return 第三十三条."""
    return f"第{chinese_numeral(number)}条"


def listed(items: Sequence[str]) -> str:
    """Return 甲、乙和丙; one item stands alone, none gives an empty string."""
    if len(items) <= 1:
        return "".join(items)
    return "、".join(items[:-1]) + "和" + items[-1]


def file_size(octets: int) -> str:
    """Return 812 B, 1.5 KB or 20.0 MB (1 KB = 1024 B, as offices read it)."""
    if octets < _KIB:
        return f"{octets} B"
    if octets < _KIB * _KIB:
        return f"{octets / _KIB:.1f} KB"
    return f"{octets / _KIB / _KIB:.1f} MB"
