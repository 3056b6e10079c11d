"""The fast clock against slow ones, written from chinesecalendar day by day and nothing else.

Two oracles: one walks every start day of ten years and counts to sixty; the other lives through a
case day by day, as a clerk with a wall calendar would, and knows nothing of prefix sums, spans or
replays.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.domain.clock_events import ClockEvent, ClockEventKind, ClockFacts
from casework.domain.clock_trail import trail
from casework.domain.statutes import Party, StatuteCode
from casework.domain.statutory_clock import DueDates, due_dates, reckon
from casework.domain.working_days import calendar_as_of, shipped_calendar

CALENDAR = shipped_calendar()
ONE_DAY = timedelta(days=1)
FIRST, LAST = date(2008, 1, 1), date(2026, 12, 31)
WORKED = {
    FIRST + timedelta(days=k): bool(chinese_calendar.is_workday(FIRST + timedelta(days=k)))
    for k in range((LAST - FIRST).days + 1)
}


def works(day: date) -> bool:
    """By the notices up to 2026, by weekends after."""
    return WORKED.get(day, day.weekday() < 5)


def plain_works(day: date) -> bool:
    return day.weekday() < 5


# Ten years, every start, every n


@pytest.mark.parametrize("first", [date(2008, 5, 1), date(2017, 1, 1)], ids=["2007条例", "both"])
def test_acceptance_15_ten_years_of_starts_agree_with_a_day_loop(first: date) -> None:
    for offset in range(3653):
        start = first + timedelta(days=offset)
        day, n = start, 0
        while n < 60:
            day += ONE_DAY
            if works(day):
                n += 1
                assert CALENDAR.add(start, n) == day, (start, n)
            assert CALENDAR.count(start, day) == n, (start, day)


def test_acceptance_15_leap_and_common_february() -> None:
    for year in (2027, 2028):  # no notice yet: weekends alone, marked provisional
        for offset in range(60):
            start = date(year, 1, 15) + timedelta(days=offset)
            day, n = start, 0
            while n < 20:
                day += ONE_DAY
                n += plain_works(day)
            assert CALENDAR.add(start, 20) == day
    assert CALENDAR.add(date(2028, 2, 1), 20) == date(2028, 2, 29)  # Tue to Tue
    assert CALENDAR.add(date(2027, 2, 1), 20) == date(2027, 3, 1)  # Mon to Mon


# A whole case, lived day by day


class Consulted(NamedTuple):
    party: Party
    start: date
    end: date | None


class Story(NamedTuple):
    """A case as a clerk would tell it."""

    statute: StatuteCode
    received: date
    corrections: tuple[tuple[date, date | None], ...]
    consultations: tuple[Consulted, ...]
    extensions: tuple[tuple[date, int], ...]

    def facts(self) -> ClockFacts:
        events = []
        for asked, came in self.corrections:
            events.append(ClockEvent(ClockEventKind.CORRECTION_REQUESTED, asked))
            if came:
                events.append(ClockEvent(ClockEventKind.CORRECTION_RECEIVED, came))
        for party, start, end in self.consultations:
            events.append(ClockEvent(ClockEventKind.CONSULTATION_STARTED, start, party))
            if end:
                events.append(ClockEvent(ClockEventKind.CONSULTATION_ENDED, end, party))
        for on, days in self.extensions:
            events.append(ClockEvent(ClockEventKind.EXTENSION, on, days=days))
        return ClockFacts(received_on=self.received, statute=self.statute, events=tuple(events))


def lived_through(story: Story) -> tuple[date | None, date | None]:
    """Return (due, office due) by living the case day by day; None while it stands still."""
    new = story.statute is StatuteCode.REGULATION_2019
    limit = cap = 20 if new else 15
    pausing = set(Party) if new else {Party.THIRD_PARTY}
    pauses = [(begun, over) for party, begun, over in story.consultations if party in pausing]
    came = [came for _, came in story.corrections] if new else []
    if None in came:
        return None, None
    day = max([story.received, *(on for on in came if on)])
    counted: list[date] = []
    extended = 0
    while True:
        extended = extended or next(
            (days for on, days in sorted(story.extensions) if on == day and days <= cap), 0
        )
        if len(counted) == limit + extended:
            return day, counted[15 + extended - 1]
        day += ONE_DAY
        if any(begun < day and over is None for begun, over in pauses):
            return None, None
        paused = any(begun < day <= over for begun, over in pauses if over)
        if works(day) and not paused:
            counted.append(day)


@st.composite
def stories(draw: st.DrawFn, *, ended: bool = False) -> Story:
    statute = draw(st.sampled_from(StatuteCode))
    received = draw(st.dates(date(2008, 5, 1), date(2026, 3, 31)))

    def later(least: int, most: int) -> date:
        return received + timedelta(days=draw(st.integers(least, most)))

    corrections: list[tuple[date, date | None]] = []
    if draw(st.booleans()):
        asked = later(0, 12)
        came = asked + timedelta(days=draw(st.integers(0, 20)))
        corrections = [(asked, came if ended or draw(st.integers(0, 4)) else None)]
    consultations = []
    for _ in range(draw(st.integers(0, 3))):
        begun = later(0, 45)
        over = begun + timedelta(days=draw(st.integers(0, 40)))
        still_open = not ended and not draw(st.integers(0, 7))
        consultations.append(
            Consulted(draw(st.sampled_from(Party)), begun, None if still_open else over)
        )
    extensions = [(later(0, 60), draw(st.integers(1, 22))) for _ in range(draw(st.integers(0, 2)))]
    return Story(statute, received, tuple(corrections), tuple(consultations), tuple(extensions))


def limits(facts: ClockFacts) -> tuple[date | None, date | None]:
    result = reckon(facts, CALENDAR, today=facts.received_on)
    return result.due_on, result.office_due_on


@settings(max_examples=1500, deadline=None)
@given(story=stories())
def test_a_case_lived_day_by_day_ends_on_the_reckoned_days(story: Story) -> None:
    assert limits(story.facts()) == lived_through(story)


@settings(max_examples=200, deadline=None)
@given(story=stories())
def test_many_at_once_are_the_same(story: Story) -> None:
    facts = story.facts()
    plain = replace(facts, events=())
    expected = [DueDates(*limits(facts)), DueDates(*limits(plain))]
    assert list(due_dates([facts, plain], CALENDAR)) == expected


# Laws


@settings(max_examples=300, deadline=None)
@given(story=stories(), data=st.data())
def test_the_order_in_which_facts_were_typed_does_not_matter(
    story: Story, data: st.DataObject
) -> None:
    facts = story.facts()
    shuffled = replace(facts, events=tuple(data.draw(st.permutations(facts.events))))
    today = data.draw(st.dates(facts.received_on, facts.received_on + timedelta(days=120)))
    assert reckon(shuffled, CALENDAR, today=today) == reckon(facts, CALENDAR, today=today)


@settings(max_examples=300, deadline=None)
@given(story=stories(ended=True))
def test_the_days_of_the_trail_add_up_to_the_limit(story: Story) -> None:
    facts = story.facts()
    result = reckon(facts, CALENDAR, today=facts.received_on)
    days = trail(facts, CALENDAR, today=facts.received_on)
    assert result.due_on is not None
    assert result.original_due_on is not None
    assert [day.on for day in days] == [
        facts.received_on + timedelta(days=k)
        for k in range((result.due_on - facts.received_on).days + 1)
    ]
    counted = [day for day in days if day.counts]
    assert [day.number for day in counted] == list(range(1, len(counted) + 1))
    base = 20 if story.statute is StatuteCode.REGULATION_2019 else 15
    lawful = len(counted) - base
    assert lawful in {0, *(days for _, days in story.extensions)}
    assert counted[base - 1].on == result.original_due_on
    assert counted[15 + lawful - 1].on == result.office_due_on
    assert counted[-1].on == result.due_on
    assert all(works(day.on) for day in counted)


@settings(max_examples=300, deadline=None)
@given(story=stories(ended=True), later=st.integers(1, 40))
def test_a_later_receipt_never_brings_an_earlier_due_day(story: Story, later: int) -> None:
    """Without extensions, whose lawfulness depends on the receipt day itself."""
    early = replace(story.facts(), events=())
    late = replace(early, received_on=early.received_on + timedelta(days=later))
    assert limits(early) <= limits(late)
    consulted = story._replace(extensions=(), corrections=()).facts()
    moved = replace(consulted, received_on=consulted.received_on + timedelta(days=later))
    first, second = limits(consulted)[0], limits(moved)[0]
    assert first is not None
    assert second is not None
    # A consultation that falls out of the period takes its pause with it, never more.
    pauses = sum(
        CALENDAR.count(begun, over) for _, begun, over in story.consultations if over is not None
    )
    assert CALENDAR.count(second, first) <= pauses


@settings(max_examples=300, deadline=None)
@given(story=stories(ended=True))
def test_an_extension_removed_was_never_there(story: Story) -> None:
    with_it = reckon(story.facts(), CALENDAR, today=story.received)
    without = reckon(story._replace(extensions=()).facts(), CALENDAR, today=story.received)
    assert without.due_on == without.original_due_on == with_it.original_due_on
    assert with_it.due_on is not None
    assert without.due_on is not None
    assert with_it.due_on >= without.due_on


@settings(max_examples=300, deadline=None)
@given(story=stories(ended=True))
def test_a_second_identical_consultation_changes_nothing(story: Story) -> None:
    twice = story._replace(consultations=story.consultations * 2)
    assert limits(twice.facts()) == limits(story.facts())


@settings(max_examples=300, deadline=None)
@given(story=stories())
def test_the_office_is_never_later_than_the_law(story: Story) -> None:
    due, office = limits(story.facts())
    assert (due is None) is (office is None)
    if due is not None and office is not None:
        assert office <= due
        assert works(due)
        assert works(office)
        if story.statute is StatuteCode.REGULATION_2007:
            assert office == due


@settings(max_examples=300, deadline=None)
@given(story=stories(ended=True), days=st.integers(0, 200))
def test_today_decides_nothing_but_timeliness_and_use(story: Story, days: int) -> None:
    facts = story.facts()
    first = reckon(facts, CALENDAR, today=facts.received_on)
    later = reckon(facts, CALENDAR, today=facts.received_on + timedelta(days=days))
    for name in ("starts_on", "original_due_on", "due_on", "office_due_on", "provisional"):
        assert getattr(first, name) == getattr(later, name)
    assert first.working_days_used <= later.working_days_used


@settings(max_examples=200, deadline=None)
@given(story=stories(ended=True), wait=st.integers(-10, 60))
def test_a_reply_is_late_exactly_after_the_due_day(story: Story, wait: int) -> None:
    facts = story.facts()
    last_fact = max((event.on for event in facts.events), default=facts.received_on)
    due, _ = limits(facts)
    assert due is not None
    replied = max(due + timedelta(days=wait), last_fact)  # every fact known at the reply
    result = reckon(replace(facts, replied_on=replied), CALENDAR, today=date(2030, 1, 1))
    assert (result.timeliness == "late") is (replied > due)
    assert result.days_late == max(CALENDAR.count(due, replied), 0)


def test_acceptance_11_every_case_of_a_spring_under_both_notices() -> None:
    before, after = calendar_as_of(date(2019, 3, 21)), calendar_as_of(date(2019, 3, 22))
    cases = [
        ClockFacts(received_on=date(2019, 3, 1) + timedelta(days=k), statute=code)
        for k in range(80)
        for code in StatuteCode
    ]
    changed = [
        (case.received_on, old.due_on, new.due_on)
        for case, old, new in zip(
            cases, due_dates(cases, before), due_dates(cases, after), strict=True
        )
        if old != new
    ]
    assert (date(2019, 4, 2), date(2019, 5, 2), date(2019, 4, 30)) in changed
    assert (date(2019, 4, 3), date(2019, 5, 3), date(2019, 5, 5)) in changed
    moved = {day.on for day in before.differences(after)}
    for received, old_due, new_due in changed:
        assert old_due is not None
        assert new_due is not None
        assert any(received < day <= max(old_due, new_due) for day in moved)
