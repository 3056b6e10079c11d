from __future__ import annotations

from datetime import date

import pytest

from casework.web.fields import UnreadableDateError, parse_day

TODAY = date(2026, 9, 28)  # a Monday


@pytest.mark.parametrize(
    "typed",
    [
        "2026-09-28",
        "2026-9-28",
        "2026/9/28",
        "2026.09.28",
        "2026年9月28日",
        "2026年09月28",
        "20260928",
        "9-28",
        "09/28",
        "9月28日",
        "9月28",
        "２０２６－０９－２８",
        "２０２６年９月２８日",
        " 2026 年 9 月 28 日 ",
        "2026—9—28",
    ],
)
def test_a_date_is_understood_as_people_type_it(typed: str) -> None:
    assert parse_day(typed, TODAY) == TODAY


@pytest.mark.parametrize(
    ("typed", "today", "meant"),
    [
        ("12-28", date(2026, 1, 5), date(2025, 12, 28)),  # last year's, typed in January
        ("1-5", date(2026, 12, 30), date(2026, 1, 5)),
        ("9-30", TODAY, date(2026, 9, 30)),  # two days ahead: the rule says so, not the field
    ],
)
def test_a_day_without_a_year_is_the_near_one(typed: str, today: date, meant: date) -> None:
    assert parse_day(typed, today) == meant


@pytest.mark.parametrize("typed", ["2026-02-30", "2025-02-29", "9月31日", "20261301"])
def test_a_day_that_does_not_exist_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableDateError, match=r"没有.*这一天"):
        parse_day(typed, TODAY)


@pytest.mark.parametrize(
    "typed", ["昨天", "28", "2026-9", "30-09-2026", "2026-09-28 10:00", "九月"]
)
def test_what_is_no_date_says_how_to_write_one(typed: str) -> None:
    with pytest.raises(UnreadableDateError, match="2026-09-28"):
        parse_day(typed, TODAY)
