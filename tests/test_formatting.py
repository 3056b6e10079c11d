from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import formatting

MONDAY = date(2026, 9, 28)


def test_dates_read_as_official_letters_write_them() -> None:
    assert formatting.chinese_date(MONDAY) == "2026年9月28日"
    assert formatting.chinese_date(date(2026, 1, 5)) == "2026年1月5日"  # no leading zeros
    assert formatting.short_date(MONDAY) == "9月28日"
    assert formatting.month(MONDAY) == "2026年9月"
    assert formatting.weekday(MONDAY) == "周一"
    assert formatting.weekday(date(2026, 9, 20)) == "周日"
    assert formatting.date_with_weekday(MONDAY) == "2026年9月28日（周一）"
    assert formatting.optional_date(None) == "—"
    assert formatting.optional_date(MONDAY) == "2026年9月28日"


@pytest.mark.parametrize(
    ("last", "text"),
    [
        (MONDAY, "2026年9月28日"),
        (date(2026, 9, 30), "2026年9月28日至30日"),
        (date(2026, 10, 8), "2026年9月28日至10月8日"),
        (date(2027, 1, 4), "2026年9月28日至2027年1月4日"),
    ],
)
def test_span_names_only_what_differs(last: date, text: str) -> None:
    assert formatting.date_span(MONDAY, last) == text


def test_instants_are_read_in_beijing() -> None:
    late_evening = datetime(2026, 9, 27, 16, 30, tzinfo=UTC)
    assert formatting.instant(late_evening) == "2026年9月28日 00:30"
    assert formatting.clock_time(late_evening) == "00:30"
    with pytest.raises(ValueError, match="zone"):
        formatting.instant(late_evening.replace(tzinfo=None))


def test_counts_and_days() -> None:
    assert formatting.count(13810) == "13,810"
    assert formatting.count(3, "件") == "3件"
    assert formatting.working_days(20) == "20个工作日"
    assert [formatting.days_left(n) for n in (3, 0, -2)] == [
        "还有3个工作日",
        "今天到期",
        "逾期2个工作日",
    ]


def test_share_of_nothing_is_a_dash() -> None:
    assert formatting.share(2, 3) == "66.7%"
    assert formatting.share(1, 16) == "6.3%"  # 6.25 rounds up, not to even
    assert formatting.share(0, 0) == "—"


@pytest.mark.parametrize(
    ("amount", "figures", "words"),
    [
        (0, "0元", "人民币零元整"),
        (2000, "2,000元", "人民币贰仟元整"),
        (4300, "4,300元", "人民币肆仟叁佰元整"),
        (10, "10元", "人民币壹拾元整"),
        (Decimal("1409.50"), "1,409.50元", "人民币壹仟肆佰零玖元伍角整"),
        (Decimal("6007.14"), "6,007.14元", "人民币陆仟零柒元壹角肆分"),
        (Decimal("325.04"), "325.04元", "人民币叁佰贰拾伍元零肆分"),
        (Decimal("0.05"), "0.05元", "人民币伍分"),
        (10_0005, "100,005元", "人民币壹拾万零伍元整"),
        (1_0000_0001, "100,000,001元", "人民币壹亿零壹元整"),
        (1_0001_0000, "100,010,000元", "人民币壹亿零壹万元整"),
    ],
)
def test_money(amount: Decimal | int, figures: str, words: str) -> None:
    assert formatting.money(amount) == figures
    assert formatting.money_in_words(amount) == words


@pytest.mark.parametrize("amount", [-1, Decimal(10) ** 16])
def test_money_that_has_no_words_is_refused(amount: Decimal | int) -> None:
    with pytest.raises(ValueError, match="capital"):
        formatting.money_in_words(amount)


def _read_capital_figures(words: str) -> int:
    """Read 大写 back, by an independent route."""
    total = section = digit = 0
    for char in words.removeprefix("人民币").removesuffix("元整"):
        if char in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(char)
        elif char in "拾佰仟":
            section += digit * {"拾": 10, "佰": 100, "仟": 1000}[char]
            digit = 0
        elif char == "万":
            total += (section + digit) * 10**4
            section = digit = 0
        elif char == "亿":
            total += (section + digit) * 10**8
            section = digit = 0
    return total + section + digit


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_capital_figures_read_back(number: int) -> None:
    words = formatting.money_in_words(number)
    assert _read_capital_figures(words) == number
    assert "零零" not in words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "零"),
        (5, "五"),
        (10, "十"),
        (15, "十五"),
        (20, "二十"),
        (33, "三十三"),
        (100, "一百"),
        (102, "一百零二"),
        (110, "一百一十"),
        (999, "九百九十九"),
    ],
)
def test_numerals(number: int, words: str) -> None:
    assert formatting.chinese_numeral(number) == words
    assert formatting.article(number) == f"第{words}条"


@pytest.mark.parametrize("number", [-1, 1000])
def test_numerals_outside_the_range_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="numeral"):
        formatting.chinese_numeral(number)


def test_lists_and_sizes() -> None:
    assert formatting.listed([]) == ""
    assert formatting.listed(["甲"]) == "甲"
    assert formatting.listed(["甲", "乙", "丙"]) == "甲、乙和丙"
    assert formatting.file_size(812) == "812 B"
    assert formatting.file_size(1536) == "1.5 KB"
    assert formatting.file_size(20 * 1024 * 1024) == "20.0 MB"
