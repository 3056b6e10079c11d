"""Which ending counts, in which round a case is judged, what an ordered day does to the clock."""

from __future__ import annotations

from datetime import date

import pytest

from casework.domain.clock_events import ClockEvent, ClockEventKind, ClockFacts, ClockStart
from casework.domain.clock_sentence import explain
from casework.domain.clock_trail import TrailMark, trail
from casework.domain.reopening import Ending, counted_ending, judged_round
from casework.domain.statutes import Party, StatuteCode
from casework.domain.statutory_clock import due_dates, reckon
from casework.domain.working_days import shipped_calendar

CALENDAR = shipped_calendar()
ORDERED = date(2026, 11, 10)  # Tuesday


def ended(year: int, ground: str, month: int = 3) -> Ending:
    day = date(year, month, 10)
    return Ending(closed_on=day, ground=ground, replied_on=day)


@pytest.mark.parametrize(
    ("former", "present", "counted"),
    [
        ([], None, None),
        ([], ended(2026, "a"), "a"),
        ([ended(2026, "a")], None, "a"),
        ([ended(2026, "a")], ended(2026, "b", 6), "b"),
        ([ended(2026, "a")], ended(2027, "b"), "a"),
        ([ended(2026, "a"), ended(2026, "b", 6)], None, "b"),
        ([ended(2026, "a"), ended(2026, "b", 6)], ended(2026, "c", 9), "c"),
        ([ended(2026, "a"), ended(2027, "b")], ended(2027, "c", 9), "a"),
        ([ended(2026, "a"), ended(2027, "b")], None, "a"),
    ],
)
def test_the_last_ending_of_the_first_year_counts(
    former: list[Ending], present: Ending | None, counted: str | None
) -> None:
    found = counted_ending(former, present)
    assert (found.ground if found else None) == counted


@pytest.mark.parametrize(
    ("former", "judged"),
    [
        ([], 0),
        ([date(2026, 9, 16)], 0),
        ([date(2026, 9, 16), date(2026, 9, 16)], 0),
        ([None], 1),
        ([None, None], 2),
        ([None, date(2026, 9, 16)], 1),
    ],
)
def test_a_case_is_judged_in_the_round_of_its_first_reply(
    former: list[date | None], judged: int
) -> None:
    assert judged_round(former) == judged


def ordered(*events: ClockEvent) -> ClockFacts:
    return ClockFacts(
        received_on=date(2026, 10, 20),
        statute=StatuteCode.REGULATION_2019,
        events=events,
        start=ClockStart.ORDER,
        ordered_due_on=ORDERED,
    )


def test_every_reading_of_an_ordered_period_ends_on_its_day() -> None:
    facts = ordered(
        ClockEvent(ClockEventKind.CONSULTATION_STARTED, date(2026, 10, 22), Party.THIRD_PARTY),
        ClockEvent(ClockEventKind.CORRECTION_REQUESTED, date(2026, 10, 23)),
        ClockEvent(ClockEventKind.CORRECTION_RECEIVED, date(2026, 10, 26)),
        ClockEvent(ClockEventKind.EXTENSION, date(2026, 10, 27), days=5),
    )
    result = reckon(facts, CALENDAR, today=date(2026, 10, 28))
    assert result.due_on == result.original_due_on == result.office_due_on == ORDERED
    assert list(due_dates([facts], CALENDAR)) == [(ORDERED, ORDERED)]
    assert [note.code for note in result.warnings] == ["limit_was_ordered"]
    days = trail(facts, CALENDAR, today=date(2026, 10, 28))
    assert (days[0].mark, days[0].why) == (
        TrailMark.RECEIVED,
        "收到责令重新答复的决定、判决，次日起算",
    )
    assert days[-1].on == ORDERED
    assert not [day for day in days if day.mark is TrailMark.STOPPED]
    said = explain(facts, CALENDAR)
    assert said.startswith("10月20日收到责令重新答复的决定、判决，次日起算；")
    assert "期限为 11月10日" in said


def test_an_ordered_day_past_the_calendar_is_no_guess() -> None:
    facts = ClockFacts(
        received_on=date(2026, 12, 20),
        start=ClockStart.ORDER,
        ordered_due_on=date(2027, 1, 20),
    )
    assert not reckon(facts, CALENDAR, today=date(2026, 12, 21)).provisional
