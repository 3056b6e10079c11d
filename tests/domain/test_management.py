"""The arithmetic of the management view: rates, medians, periods, days that count."""

from __future__ import annotations

import statistics
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.clock_events import ClockEvent, ClockEventKind, ClockFacts
from casework.domain.errors import RuleBroken
from casework.domain.management import (
    FinishedRow,
    Performance,
    Period,
    Spread,
    Topic,
    days_taken,
    overall,
    percentage,
    performances,
    rising,
    spread,
)
from casework.domain.statutes import Party, StatuteCode
from casework.domain.statutory_clock import Timeliness, reckon
from casework.domain.working_days import shipped_calendar

CALENDAR = shipped_calendar()
NEW, OLD = StatuteCode.REGULATION_2019, StatuteCode.REGULATION_2007


def finished(**facts) -> FinishedRow:
    return FinishedRow(
        **(
            {
                "agency": "局",
                "unit": "耕地科",
                "handler": "陈立群",
                "statute": NEW,
                "timeliness": Timeliness.ON_TIME,
                "replied_on": date(2025, 3, 10),
                "due_on": date(2025, 3, 31),
            }
            | facts
        )
    )


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_acceptance_72_the_median_lies_between_lowest_and_highest(days):
    found = spread(Counter(days))
    assert found.answers == len(days)
    assert (found.lowest, found.highest) == (min(days), max(days))
    assert found.median == Decimal(str(statistics.median(days)))
    assert found.lowest <= found.median <= found.highest
    assert abs(found.average - Decimal(sum(days)) / len(days)) <= Decimal("0.05")


def test_acceptance_72_the_median_of_no_case_is_blank():
    assert spread({}) == spread({3: 0}) == Spread(answers=0)
    assert spread({}).median is spread({}).average is None


def test_acceptance_67_no_case_gives_no_rate_and_no_late_one():
    assert overall([], CALENDAR) == Performance(
        name=(), finished=0, late=0, spread=Spread(answers=0)
    )
    assert overall([], CALENDAR).rate is None
    assert percentage(0, 0) is None
    assert percentage(0, 4) == 0


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (4, 9, "44.4"),
        (2, 3, "66.7"),
        (1, 1, "100"),
        (1, 8, "12.5"),
        (1, 80, "1.3"),
        (9999, 10000, "99.9"),  # 99.99 is not all of them
        (1, 10000, "0.1"),  # 0.01 is not none
    ],
)
def test_a_percentage_is_rounded_half_up_and_never_to_all_or_none(part, whole, expected):
    assert percentage(part, whole) == Decimal(expected)


def test_late_answers_are_those_past_the_limit_with_its_extension():
    rows = [
        finished(count=6),
        finished(count=1, timeliness=Timeliness.EXTENDED),
        finished(count=2, timeliness=Timeliness.LATE, unit="执法科"),
    ]
    whole = overall(rows, CALENDAR)
    assert (whole.finished, whole.late, whole.rate) == (9, 2, Decimal("77.8"))
    by_unit = performances(rows, CALENDAR, name=lambda row: (row.unit,))
    assert [(one.name, one.finished, one.rate) for one in by_unit] == [
        (("耕地科",), 7, 100),
        (("执法科",), 2, 0),
    ]


RECEIVED = date(2025, 3, 3)  # a Monday
EVENTS = {
    "plain": [],
    "extended": [ClockEvent(kind=ClockEventKind.EXTENSION, on=date(2025, 3, 27), days=20)],
    "third party asked": [
        ClockEvent(
            kind=ClockEventKind.CONSULTATION_STARTED,
            on=date(2025, 3, 6),
            party=Party.THIRD_PARTY,
        ),
        ClockEvent(
            kind=ClockEventKind.CONSULTATION_ENDED,
            on=date(2025, 3, 20),
            party=Party.THIRD_PARTY,
        ),
    ],
    "corrected": [
        ClockEvent(kind=ClockEventKind.CORRECTION_REQUESTED, on=date(2025, 3, 5)),
        ClockEvent(kind=ClockEventKind.CORRECTION_RECEIVED, on=date(2025, 3, 14)),
    ],
}
EVENTS["all three"] = [
    *EVENTS["corrected"],
    ClockEvent(
        kind=ClockEventKind.CONSULTATION_STARTED, on=date(2025, 3, 19), party=Party.THIRD_PARTY
    ),
    ClockEvent(
        kind=ClockEventKind.CONSULTATION_ENDED, on=date(2025, 4, 2), party=Party.THIRD_PARTY
    ),
    ClockEvent(kind=ClockEventKind.EXTENSION, on=date(2025, 4, 10), days=15),
]


@pytest.mark.parametrize("events", EVENTS.values(), ids=EVENTS)
@pytest.mark.parametrize("replied_on", [date(2025, 4, 16), date(2025, 5, 30), date(2025, 6, 8)])
def test_the_days_taken_are_those_the_clock_counted(events, replied_on):
    facts = ClockFacts(
        received_on=RECEIVED, statute=NEW, events=tuple(events), replied_on=replied_on
    )
    found = reckon(facts, CALENDAR, today=replied_on)
    row = finished(
        replied_on=replied_on,
        due_on=found.due_on,
        extension_days=sum(event.days or 0 for event in events),
    )
    assert found.working_days_used > 0
    assert days_taken(row, CALENDAR) == found.working_days_used


def test_the_old_regulation_gave_fifteen_days():
    # Mon 2018-03-05 + 15 working days = Mon 2018-03-26; answered on Fri 2018-03-09, the 4th.
    row = finished(statute=OLD, replied_on=date(2018, 3, 9), due_on=date(2018, 3, 26))
    assert days_taken(row, CALENDAR) == 4


def test_a_case_without_an_answer_or_a_limit_has_no_days():
    assert days_taken(finished(replied_on=None), CALENDAR) is None
    assert days_taken(finished(due_on=None), CALENDAR) is None
    whole = overall([finished(replied_on=None, count=3)], CALENDAR)
    assert (whole.finished, whole.spread) == (3, Spread(answers=0))


def test_a_period_knows_its_months_and_the_days_before_it():
    period = Period(first=date(2024, 11, 15), last=date(2025, 2, 1))
    assert period.months == ((2024, 11), (2024, 12), (2025, 1), (2025, 2))
    assert period.days == 79
    assert period.before == (date(2024, 8, 28), date(2024, 11, 14))
    one = Period(first=date(2025, 1, 1), last=date(2025, 1, 1))
    assert (one.days, one.before) == (1, (date(2024, 12, 31),) * 2)
    assert Period(first=date(2008, 1, 1), last=date(2012, 12, 31)).before[0].year == 2002


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2025, 2, 2), date(2025, 2, 1), "from"),
        (date(2020, 1, 31), date(2025, 1, 1), "to"),
        (date(2007, 12, 31), date(2008, 1, 1), "from"),
        (date(2099, 1, 1), date(2100, 1, 1), "to"),
    ],
)
def test_a_period_backwards_or_too_long_is_refused(first, last, field):
    with pytest.raises(RuleBroken) as refused:
        Period(first=first, last=last)
    assert refused.value.field == field


def test_rising_subjects_are_those_with_more_than_before():
    topics = [
        Topic(subject="征地", now=9, before=2),
        Topic(subject="规划", now=3, before=3),
        Topic(subject="住房", now=0, before=4),
        Topic(subject="执法", now=1, before=0),
        Topic(subject="", now=50, before=0),
    ]
    assert [topic.subject for topic in rising(topics, most=5)] == ["征地", "执法"]
    assert [topic.subject for topic in rising(topics, most=1)] == ["征地"]
