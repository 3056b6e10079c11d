"""Every day 2008-2026 against two independent data sets, and the mid-year changes by hand."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from casework.domain.state_council_notices import KNOWN_FROM, NOTICES
from casework.domain.working_days import DayKind, calendar_as_of, shipped_calendar

CALENDAR = shipped_calendar()
LAST = date(2026, 12, 31)
EVERY_DAY = [KNOWN_FROM + timedelta(days=k) for k in range((LAST - KNOWN_FROM).days + 1)]


def test_all_years_are_covered() -> None:
    assert len(EVERY_DAY) == 6940
    assert CALENDAR.known_through == LAST
    assert {notice.year for notice in NOTICES} == set(range(2008, 2027))


def test_every_day_agrees_with_chinesecalendar() -> None:
    wrong = [
        day
        for day in EVERY_DAY
        if CALENDAR.is_working_day(day) is not bool(chinese_calendar.is_workday(day))
    ]
    assert wrong == []


def test_every_day_agrees_with_holidays() -> None:
    other = holidays.country_holidays("CN", years=range(2008, 2027))
    wrong = [
        day for day in EVERY_DAY if CALENDAR.is_working_day(day) is not other.is_working_day(day)
    ]
    assert wrong == []


def test_no_notice_worked_a_weekday_or_named_a_day_twice() -> None:
    for notice in NOTICES:
        days = list(notice.days())
        assert len({day for day, _, _ in days}) == len(days), notice.number
        for day, is_off, festival in days:
            assert festival
            assert is_off or day.weekday() >= 5, (notice.number, day)


def test_notices_stand_in_the_order_of_issue_and_bear_distinct_numbers() -> None:
    dates = [notice.published_on for notice in NOTICES]
    assert dates == sorted(dates)
    assert len({notice.number for notice in NOTICES}) == len(NOTICES)
    assert "国办发明电〔2025〕7号" in NOTICES[-1].title


# (day, kind before the notice of that date, kind after)
MID_YEAR = [
    (date(2015, 5, 13), date(2015, 9, 3), DayKind.WORKDAY, DayKind.OFF),  # Thu
    (date(2015, 5, 13), date(2015, 9, 4), DayKind.WORKDAY, DayKind.OFF),  # Fri
    (date(2015, 5, 13), date(2015, 9, 6), DayKind.OFF, DayKind.MAKE_UP),  # Sun
    (date(2019, 3, 22), date(2019, 4, 28), DayKind.OFF, DayKind.MAKE_UP),  # Sun
    (date(2019, 3, 22), date(2019, 5, 1), DayKind.OFF, DayKind.OFF),  # Wed
    (date(2019, 3, 22), date(2019, 5, 2), DayKind.WORKDAY, DayKind.OFF),  # Thu
    (date(2019, 3, 22), date(2019, 5, 3), DayKind.WORKDAY, DayKind.OFF),  # Fri
    (date(2019, 3, 22), date(2019, 5, 5), DayKind.OFF, DayKind.MAKE_UP),  # Sun
    (date(2020, 1, 27), date(2020, 1, 19), DayKind.MAKE_UP, DayKind.MAKE_UP),  # Sun, stays
    (date(2020, 1, 27), date(2020, 1, 31), DayKind.WORKDAY, DayKind.OFF),  # Fri
    (date(2020, 1, 27), date(2020, 2, 1), DayKind.MAKE_UP, DayKind.OFF),  # Sat
    (date(2020, 1, 27), date(2020, 2, 3), DayKind.WORKDAY, DayKind.WORKDAY),  # Mon
]


@pytest.mark.parametrize(("published_on", "day", "before", "after"), MID_YEAR)
def test_mid_year_changes(published_on: date, day: date, before: DayKind, after: DayKind) -> None:
    assert calendar_as_of(published_on - timedelta(days=1)).kind(day) is before
    assert calendar_as_of(published_on).kind(day) is after
    assert CALENDAR.kind(day) is after


def test_the_notice_for_2019_reaches_back_into_2018() -> None:
    saturday = date(2018, 12, 29)
    assert calendar_as_of(date(2018, 12, 5)).kind(saturday) is DayKind.OFF
    assert calendar_as_of(date(2018, 12, 6)).kind(saturday) is DayKind.MAKE_UP
    assert CALENDAR.kind(date(2018, 12, 31)) is DayKind.OFF  # Mon
    assert CALENDAR.describe(saturday).notice == "国办发明电〔2018〕15号"
