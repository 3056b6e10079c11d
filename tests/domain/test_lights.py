"""The lights of the desk, on the days its page shows: Monday 28 September 2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.clock_events import ClockEvent, ClockEventKind, ClockFacts
from casework.domain.lights import Light, finish_words, lamp, lamp_of, light_bounds
from casework.domain.statutes import Party
from casework.domain.statutory_clock import StopReason, reckon
from casework.domain.working_days import shipped_calendar

CALENDAR = shipped_calendar()
TODAY = date(2026, 9, 28)  # Mon


@pytest.mark.parametrize(
    ("due", "light", "text", "left"),
    [
        (date(2026, 9, 23), Light.OVERDUE, "超期 2 个工作日", -2),  # Wed; 25-27 are off
        (date(2026, 9, 24), Light.OVERDUE, "超期 1 个工作日", -1),
        (date(2026, 9, 28), Light.DUE_SOON, "今日到期", 0),
        (date(2026, 9, 29), Light.DUE_SOON, "剩 1 个工作日", 1),
        (date(2026, 10, 8), Light.DUE_SOON, "剩 3 个工作日", 3),  # Thu after the holiday
        (date(2026, 10, 9), Light.NORMAL, "剩 4 个工作日", 4),
        (date(2026, 10, 10), Light.NORMAL, "剩 5 个工作日", 5),  # Sat, worked
        (date(2026, 10, 13), Light.NORMAL, "剩 7 个工作日", 7),
    ],
)
def test_the_lights_of_the_desk(due: date, light: Light, text: str, left: int) -> None:
    assert lamp(due, CALENDAR, today=TODAY) == (light, text, left)


def test_a_stopped_clock_says_what_it_waits_for() -> None:
    for reason, words in (
        (StopReason.THIRD_PARTY, "停钟 · 征求第三方意见"),
        (StopReason.AGENCY, "停钟 · 征求其他机关意见"),
        (StopReason.CORRECTION, "停钟 · 等待补正"),
    ):
        shown = lamp(None, CALENDAR, today=TODAY, stopped_by=reason)
        assert shown == (Light.STOPPED, words, None)
    assert lamp(None, CALENDAR, today=TODAY).text == "停钟"


def test_on_the_day_off_after_the_last_day_no_working_day_has_passed() -> None:
    shown = lamp(date(2026, 9, 24), CALENDAR, today=date(2026, 9, 25))  # Thu, Fri off
    assert shown == (Light.OVERDUE, "超期不足 1 个工作日", 0)


def test_the_threshold_is_the_offices_own() -> None:
    due = date(2026, 10, 10)
    assert lamp(due, CALENDAR, today=TODAY, soon_days=5).light is Light.DUE_SOON


@given(
    today=st.dates(date(2024, 1, 1), date(2026, 12, 1)),
    offset=st.integers(-60, 60),
    soon=st.integers(0, 10),
)
def test_the_bounds_for_queries_say_the_same(today: date, offset: int, soon: int) -> None:
    due = CALENDAR.add(today + timedelta(days=offset), 1)  # a due day is a working day
    bounds = light_bounds(CALENDAR, today, soon_days=soon)
    by_dates = (
        Light.OVERDUE
        if due < bounds.today
        else Light.DUE_SOON
        if due <= bounds.soon_through
        else Light.NORMAL
    )
    assert lamp(due, CALENDAR, today=today, soon_days=soon).light is by_dates


def test_the_lamp_of_a_reckoned_case() -> None:
    case = ClockFacts(received_on=date(2026, 9, 7))  # office due Mon 28 September
    shown = lamp_of(reckon(case, CALENDAR, today=TODAY), CALENDAR, today=TODAY)
    assert shown is not None
    assert shown.text == "今日到期"
    asked = ClockEvent(ClockEventKind.CONSULTATION_STARTED, date(2026, 9, 15), Party.AGENCY)
    stopped = ClockFacts(received_on=date(2026, 9, 7), events=(asked,))
    shown = lamp_of(reckon(stopped, CALENDAR, today=TODAY), CALENDAR, today=TODAY)
    assert shown is not None
    assert shown.text == "停钟 · 征求其他机关意见"
    done = ClockFacts(received_on=date(2026, 9, 7), replied_on=date(2026, 9, 21))
    assert lamp_of(reckon(done, CALENDAR, today=TODAY), CALENDAR, today=TODAY) is None


def test_each_light_has_a_word_and_a_colour_of_its_own() -> None:
    assert [light.label for light in Light] == ["正常", "临期", "超期", "停钟"]
    assert len({light.colour for light in Light}) == len(Light)


@pytest.mark.parametrize(
    ("replied_on", "words"),
    [
        (date(2026, 9, 21), "提前 4 个工作日办结"),  # Tue to Thu and Mon 28; Fri 25 is off
        (date(2026, 9, 24), "提前 1 个工作日办结"),
        (date(2026, 9, 28), "当日到期办结"),
        (date(2026, 9, 30), "超办理时限 2 个工作日办结"),
    ],
)
def test_an_answered_case_says_how_early_it_was(replied_on: date, words: str) -> None:
    limit = date(2026, 9, 28)
    assert finish_words(limit, shipped_calendar(), replied_on=replied_on) == words
    assert finish_words(None, shipped_calendar(), replied_on=replied_on) == ""
