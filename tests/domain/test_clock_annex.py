"""期限计算说明: every day in its week, every exception with its reason."""

from __future__ import annotations

from datetime import date

import pytest

from casework.domain.clock_annex import clock_annex
from casework.domain.clock_events import ClockEvent, ClockEventKind, ClockFacts
from casework.domain.errors import RuleBroken
from casework.domain.statutes import Party
from casework.domain.what_if import consultation, suppose
from casework.domain.working_days import shipped_calendar

CALENDAR = shipped_calendar()
TODAY = date(2026, 9, 28)
# Acceptance 27: Tue 2026-09-01, third party asked on Thu 09-10, answer on Wed 09-23.
CONSULTED = ClockFacts(
    received_on=date(2026, 9, 1),
    events=(
        ClockEvent(ClockEventKind.CONSULTATION_STARTED, date(2026, 9, 10), Party.THIRD_PARTY),
        ClockEvent(ClockEventKind.CONSULTATION_ENDED, date(2026, 9, 23), Party.THIRD_PARTY),
    ),
)


def test_acceptance_27_every_day_stands_in_its_week_and_twenty_count() -> None:
    annex = clock_annex(CONSULTED, CALENDAR, today=TODAY)
    assert annex.reckoning.due_on == date(2026, 10, 19)
    assert annex.counted == 20
    assert [week[0].on if week[0] else None for week in annex.weeks] == [
        None,  # the receipt day is a Tuesday
        date(2026, 9, 7),
        date(2026, 9, 14),
        date(2026, 9, 21),
        date(2026, 9, 28),
        date(2026, 10, 5),
        date(2026, 10, 12),
        date(2026, 10, 19),
    ]
    for week in annex.weeks:
        assert [day.on.weekday() for day in week if day] == [n for n, day in enumerate(week) if day]
    assert annex.weeks[-1][1:] == (None,) * 6


def test_the_reasons_are_listed_in_stretches() -> None:
    annex = clock_annex(CONSULTED, CALENDAR, today=TODAY)
    listed = [(s.first, s.last, s.days, s.counts) for s in annex.stretches]
    assert listed == [
        (date(2026, 9, 1), date(2026, 9, 1), 1, False),  # receipt
        (date(2026, 9, 11), date(2026, 9, 23), 10, False),  # Sun 09-20, worked, among them
        (date(2026, 9, 25), date(2026, 9, 27), 3, False),  # 中秋节
        (date(2026, 10, 1), date(2026, 10, 7), 7, False),  # 国庆节
        (date(2026, 10, 10), date(2026, 10, 10), 1, True),  # Saturday, worked
    ]
    assert "征求第三方意见，不计入" in annex.stretches[1].why
    assert annex.notices == ("国办发明电〔2025〕7号",)


def test_a_trail_over_the_year_end_names_the_notices_of_both_years() -> None:
    annex = clock_annex(ClockFacts(received_on=date(2025, 12, 8)), CALENDAR, today=TODAY)
    assert annex.reckoning.due_on == date(2026, 1, 6)  # acceptance 9
    assert len(annex.notices) == 2


def test_a_consultation_of_ten_days_is_supposed_on_a_day_to_come() -> None:
    facts = ClockFacts(received_on=date(2026, 9, 1))
    start, end = consultation(date(2026, 9, 10), CALENDAR, days=9)
    assert end.on == date(2026, 9, 22)  # Sun 09-20 is worked
    outlook = suppose(facts, (start, end), CALENDAR)
    assert outlook.due_on == date(2026, 10, 16)
    assert suppose(facts, (), CALENDAR).due_on == date(2026, 9, 29)


def test_what_the_law_refuses_cannot_be_supposed_either() -> None:
    facts = ClockFacts(received_on=date(2026, 9, 1))
    too_long = ClockEvent(ClockEventKind.EXTENSION, date(2026, 9, 28), days=21)
    with pytest.raises(RuleBroken) as refused:
        suppose(facts, (too_long,), CALENDAR)
    assert refused.value.field == "days"
    correction = ClockEvent(ClockEventKind.CORRECTION_RECEIVED, date(2026, 9, 9))
    with pytest.raises(RuleBroken):
        suppose(facts, (correction,), CALENDAR)
    request = ClockEvent(ClockEventKind.CORRECTION_REQUESTED, date(2026, 9, 7))
    # 20 working days from Wed 09-09: over 中秋 and 国庆, with Sun 09-20 and Sat 10-10 worked.
    assert suppose(facts, (request, correction), CALENDAR).due_on == date(2026, 10, 13)
