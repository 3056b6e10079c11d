"""The calendar's arithmetic, in dates a human can check."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.errors import BeyondCalendar, RuleBroken
from casework.domain.time_source import BEIJING, beijing_date
from casework.domain.working_days import (
    DayChange,
    DayKind,
    WorkingDayCalendar,
    calendar_as_of,
    shipped_calendar,
)

CALENDAR = shipped_calendar()
DAYS = st.dates(date(2005, 1, 1), date(2040, 12, 31))
COUNTS = st.integers(0, 400)

ACCEPTANCE = [
    pytest.param(date(2026, 12, 1), 20, date(2026, 12, 29), id="01-plain-weeks-Tue"),
    pytest.param(date(2026, 2, 10), 7, date(2026, 2, 26), id="02-spring-festival-7th-Thu"),
    pytest.param(date(2026, 2, 10), 20, date(2026, 3, 16), id="02-spring-festival-20th-Mon"),
    pytest.param(date(2026, 2, 14), 20, date(2026, 3, 20), id="03-received-on-make-up-Saturday"),
    pytest.param(date(2026, 2, 15), 20, date(2026, 3, 20), id="04-received-on-Sunday"),
    pytest.param(date(2026, 2, 18), 20, date(2026, 3, 20), id="04-received-in-the-holiday"),
    pytest.param(date(2026, 2, 23), 20, date(2026, 3, 20), id="04-received-on-its-last-day-Mon"),
    pytest.param(date(2026, 2, 24), 20, date(2026, 3, 23), id="05-first-day-back-Tue"),
    pytest.param(date(2026, 4, 3), 20, date(2026, 5, 7), id="06-two-holidays-Thu"),
    pytest.param(date(2026, 9, 18), 20, date(2026, 10, 22), id="07-make-up-Sunday-and-Saturday"),
    pytest.param(date(2025, 9, 15), 15, date(2025, 10, 11), id="08-last-day-is-a-Saturday"),
    pytest.param(date(2025, 12, 8), 20, date(2026, 1, 6), id="09-across-the-year-end-Tue"),
]


@pytest.mark.parametrize(("start", "n", "end"), ACCEPTANCE)
def test_acceptance_01_to_09_dates(start: date, n: int, end: date) -> None:
    assert CALENDAR.add(start, n) == end
    assert CALENDAR.count(start, end) == n
    assert CALENDAR.is_working_day(end)
    assert not CALENDAR.is_provisional(end)


def test_acceptance_10_next_year_is_provisional_and_does_not_raise() -> None:
    due = CALENDAR.add(date(2026, 12, 1), 40)
    assert due == date(2027, 1, 26)  # Tue, by weekends alone
    assert CALENDAR.is_provisional(due)
    with pytest.raises(BeyondCalendar) as caught:
        CALENDAR.add_strict(date(2026, 12, 1), 40, field="days")
    assert caught.value.field == "days"
    assert CALENDAR.add_strict(date(2026, 12, 1), 20) == date(2026, 12, 29)


def test_acceptance_10_the_notice_when_imported_recomputes_it() -> None:
    notice = [DayChange(date(2027, 1, 1), DayKind.OFF, "元旦", "某号")]
    newer = CALENDAR.with_changes("2027-1", notice, known_through=date(2027, 12, 31))
    due = newer.add(date(2026, 12, 1), 40)
    assert due == date(2027, 1, 27)  # Wed: Friday 1 January is off now
    assert not newer.is_provisional(due)
    assert CALENDAR.add(date(2026, 12, 1), 40) == date(2027, 1, 26), "the old version stays"


def test_acceptance_11_a_change_moves_a_date_earlier() -> None:
    before, after = calendar_as_of(date(2019, 3, 21)), calendar_as_of(date(2019, 3, 22))
    assert (before.version, after.version) == ("2019-1", "2019-2")
    assert before.add(date(2019, 4, 2), 20) == date(2019, 5, 2)  # Thu
    assert after.add(date(2019, 4, 2), 20) == date(2019, 4, 30)  # Tue
    assert [each.on for each in before.differences(after)] == [
        date(2019, 4, 28),  # Sun, worked
        date(2019, 5, 2),  # Thu, off
        date(2019, 5, 3),  # Fri, off
        date(2019, 5, 5),  # Sun, worked
    ]
    assert after.differences(after) == ()


def test_acceptance_12_the_same_change_moves_another_later() -> None:
    before, after = calendar_as_of(date(2019, 3, 21)), calendar_as_of(date(2019, 3, 22))
    assert before.add(date(2019, 4, 3), 20) == date(2019, 5, 3)  # Fri
    assert after.add(date(2019, 4, 3), 20) == date(2019, 5, 5)  # Sun, worked


@given(start=DAYS, a=COUNTS, b=COUNTS)
def test_acceptance_16_adding_in_steps_is_adding_at_once(start: date, a: int, b: int) -> None:
    assert CALENDAR.add(CALENDAR.add(start, a), b) == CALENDAR.add(start, a + b)


@given(start=DAYS, n=st.integers(1, 400))
def test_acceptance_16_count_undoes_add(start: date, n: int) -> None:
    end = CALENDAR.add(start, n)
    assert CALENDAR.count(start, end) == n
    assert CALENDAR.is_working_day(end)
    assert end > start


@given(start=DAYS, later=st.integers(0, 60), a=COUNTS, more=COUNTS)
def test_acceptance_16_add_is_monotone(start: date, later: int, a: int, more: int) -> None:
    other = start + timedelta(days=later)
    assert CALENDAR.add(start, a) <= CALENDAR.add(other, a)
    assert CALENDAR.add(start, a) <= CALENDAR.add(start, a + more)


@given(a=DAYS, b=DAYS, c=DAYS)
def test_acceptance_17_counts_are_signed_and_add_up(a: date, b: date, c: date) -> None:
    assert CALENDAR.count(a, a) == 0
    assert CALENDAR.count(a, b) == -CALENDAR.count(b, a)
    assert CALENDAR.count(a, b) + CALENDAR.count(b, c) == CALENDAR.count(a, c)


def test_acceptance_17_an_earlier_end_counts_negative() -> None:
    assert CALENDAR.count(date(2026, 9, 9), date(2026, 9, 7)) == -2  # Wed back to Mon


def test_acceptance_18_half_past_midnight_in_beijing_is_that_day() -> None:
    at_night = datetime(2026, 9, 8, 0, 30, tzinfo=BEIJING)  # 16:30 UTC the day before
    assert CALENDAR.add(beijing_date(at_night), 1) == date(2026, 9, 9)


@given(end=DAYS, n=st.integers(1, 100))
def test_back_is_the_nth_working_day_before(end: date, n: int) -> None:
    start = CALENDAR.back(end, n)
    assert CALENDAR.is_working_day(start)
    assert start < end
    assert CALENDAR.count(start, end) == n - 1 + CALENDAR.is_working_day(end)


@given(day=DAYS)
def test_kinds_agree_with_counting(day: date) -> None:
    works = CALENDAR.count(day - timedelta(days=1), day) == 1
    assert CALENDAR.is_working_day(day) is works
    assert CALENDAR.kind(day).counts is works
    weekend = day.weekday() >= 5
    assert CALENDAR.kind(day) is (
        (DayKind.MAKE_UP if weekend else DayKind.WORKDAY) if works else DayKind.OFF
    )


def test_many_at_once_are_the_same() -> None:
    starts = [date(2026, 1, 1) + timedelta(days=k) for k in range(365)]
    assert CALENDAR.add_many(starts, 20) == [CALENDAR.add(start, 20) for start in starts]
    far = [date(1999, 1, 1), date(2026, 1, 1), date(2090, 1, 1)]
    assert CALENDAR.add_many(far, 20) == [CALENDAR.add(start, 20) for start in far]
    assert CALENDAR.add_many(far, 0) == far


@pytest.mark.parametrize("edge", [date(2007, 12, 25), date(2029, 3, 1), date(2100, 6, 1)])
def test_the_edges_of_the_tables_join_without_a_seam(edge: date) -> None:
    days = [edge + timedelta(days=k) for k in range(-30, 60)]
    ends = [CALENDAR.add(day, 25) for day in days]
    for (day, end), (_, next_end) in pairwise(zip(days, ends, strict=True)):
        walked, left = day, 25
        while left:
            walked += timedelta(days=1)
            left -= CALENDAR.is_working_day(walked)
        assert walked == end
        assert end <= next_end


def test_a_datetime_is_taken_as_its_day() -> None:
    moment = datetime(2026, 9, 1, 12, tzinfo=BEIJING)
    assert CALENDAR.add(moment, 20) == date(2026, 9, 29)
    assert CALENDAR.count(moment, date(2026, 9, 29)) == 20


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="back"):
        CALENDAR.add(date(2026, 9, 1), -1)
    with pytest.raises(ValueError, match="at least one"):
        CALENDAR.back(date(2026, 9, 1), 0)
    with pytest.raises(BeyondCalendar, match="9999"):
        CALENDAR.add(date(2026, 9, 1), 10**9)
    with pytest.raises(BeyondCalendar, match="9999"):
        CALENDAR.back(date(2026, 9, 1), 10**9)
    assert CALENDAR.add(date(2026, 9, 5), 0) == date(2026, 9, 5)  # Sat, day 0


def test_a_day_is_described_with_name_and_notice() -> None:
    day = CALENDAR.describe(date(2026, 10, 10))  # Sat
    assert (day.kind, day.name, day.notice) == (
        DayKind.MAKE_UP,
        "国庆节",
        "国办发明电〔2025〕7号",
    )
    assert CALENDAR.describe(date(2026, 10, 11)).name == "周日"
    assert CALENDAR.describe(date(2026, 10, 12)).name == ""
    assert CALENDAR.describe(date(2027, 10, 1)).provisional


def test_a_local_day_off_is_a_layer_of_its_own() -> None:
    local = CALENDAR.with_changes(
        "2026-1+local",
        [DayChange(date(2026, 10, 16), DayKind.OFF, "地方放假", "青政办发电〔2026〕18号")],
    )
    assert local.add(date(2026, 10, 15), 1) == date(2026, 10, 19)  # Thu to Mon
    assert local.known_through == CALENDAR.known_through
    assert len(local.listing(2026)) == len(CALENDAR.listing(2026)) + 1
    assert "青政办发电〔2026〕18号" in local.notices(2026)
    taken_back = local.with_changes("3", [DayChange(date(2026, 10, 16), DayKind.WORKDAY)])
    assert taken_back.is_working_day(date(2026, 10, 16))
    assert taken_back.kind(date(2026, 10, 16)) is DayKind.WORKDAY


def test_a_layer_must_be_new_and_name_a_day_once() -> None:
    twice = [DayChange(date(2026, 10, 16), kind) for kind in (DayKind.OFF, DayKind.MAKE_UP)]
    with pytest.raises(RuleBroken) as caught:
        CALENDAR.with_changes("next", twice)
    assert caught.value.code == "day_listed_twice"
    with pytest.raises(RuleBroken) as caught:
        CALENDAR.with_changes(CALENDAR.version, [])
    assert caught.value.code == "version_not_new"


def test_a_calendar_does_not_change_and_equal_ones_are_equal() -> None:
    with pytest.raises(AttributeError):
        CALENDAR.version = "other"  # type: ignore[misc]
    assert calendar_as_of(date(2026, 1, 1)) == CALENDAR
    assert shipped_calendar() is CALENDAR


def test_a_calendar_without_any_notice_is_plain_weeks() -> None:
    plain = WorkingDayCalendar(
        version="0", known_from=date(2026, 1, 1), known_through=date(2026, 12, 31), changes=()
    )
    assert plain.add(date(2026, 9, 30), 1) == date(2026, 10, 1)
    with pytest.raises(RuleBroken, match="之前没有放假通知"):
        calendar_as_of(date(2000, 1, 1))
