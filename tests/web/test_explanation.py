"""The deadline in words, its strip, and the days off ahead."""

from __future__ import annotations

from datetime import date

import pytest

from casework.domain.clock_events import ClockEvent, ClockEventKind, ClockFacts
from casework.domain.statutes import Party, StatuteCode
from casework.domain.working_days import shipped_calendar
from casework.web.coming_days import days_off_ahead
from casework.web.explanation import explain
from casework.web.strips import week_strip

TODAY = date(2026, 9, 28)  # a Monday


@pytest.fixture
def request_context(client):
    with client.application.test_request_context():
        yield


def started(day: date) -> ClockEvent:
    return ClockEvent(ClockEventKind.CONSULTATION_STARTED, day, Party.THIRD_PARTY)


def ended(day: date) -> ClockEvent:
    return ClockEvent(ClockEventKind.CONSULTATION_ENDED, day, Party.THIRD_PARTY)


def explained(received_on: date, *events: ClockEvent, statute: StatuteCode | None = None):
    facts = ClockFacts(received_on=received_on, events=events, statute=statute)
    return explain(facts, shipped_calendar(), today=TODAY, office_days=15)


@pytest.mark.usefixtures("request_context")
class TestTheDesignsOwnCase:
    """Mon 2026-09-07 received, Tue 09-15 asked, Wed 09-23 answered."""

    def deadline(self):
        return explained(date(2026, 9, 7), started(date(2026, 9, 15)), ended(date(2026, 9, 23)))

    def test_both_limits(self) -> None:
        reckoning = self.deadline().reckoning
        # Sun 09-20 and Sat 10-10 are worked; 09-25 to 09-27 and 10-01 to 10-07 are off.
        assert reckoning.office_due_on == date(2026, 10, 13)
        assert reckoning.due_on == date(2026, 10, 20)

    def test_the_sentence(self) -> None:
        sentence = self.deadline().sentence
        assert sentence.startswith(
            "9月7日收到，次日起算；9月16日至23日征求第三方意见，扣除 7 个工作日"
        )
        assert "10月10日（周六）调休上班计入" in sentence
        assert "第 15 个工作日为 10月13日，" in sentence
        assert sentence.endswith("第 20 个工作日为 10月20日（条例第三十三条第二款）。")

    def test_the_strip_counts_every_day_once(self) -> None:
        days = {day.on: day for day in self.deadline().strip.days}
        assert list(days) == sorted(days)
        assert [day.place for day in days.values() if day.place] == list(range(1, 21))
        assert days[date(2026, 9, 7)].mark == "收"
        assert days[date(2026, 9, 16)].mark == "停"
        assert days[date(2026, 9, 25)].mark == "假"
        assert days[date(2026, 10, 10)].mark == "班"
        assert days[date(2026, 9, 15)].flag == "发函"
        assert days[date(2026, 10, 13)].flag == "应答"
        assert days[date(2026, 10, 20)].flag == "法限"
        assert [day.on for day in days.values() if day.is_today] == [TODAY]


@pytest.mark.usefixtures("request_context")
def test_a_stopped_clock_says_so_and_names_no_day() -> None:
    deadline = explained(date(2026, 9, 7), started(date(2026, 9, 15)))
    assert deadline.reckoning.due_on is None
    assert deadline.sentence.endswith(
        "9月15日起征求意见，停止计算，收到意见后重新推算（条例第三十三条第三款）。"
    )
    assert deadline.legal_left is None


@pytest.mark.usefixtures("request_context")
def test_under_the_2007_regulation_the_two_limits_are_one() -> None:
    deadline = explained(date(2026, 9, 7), statute=StatuteCode.REGULATION_2007)
    assert deadline.office_total == deadline.legal_total == 15
    assert deadline.sentence.count("个工作日为") == 1
    assert "2007年条例第二十四条第二款" in deadline.sentence


@pytest.mark.usefixtures("request_context")
def test_a_restart_begins_the_count_anew() -> None:
    deadline = explained(
        date(2026, 9, 7),
        ClockEvent(ClockEventKind.CORRECTION_REQUESTED, date(2026, 9, 10)),
        ClockEvent(ClockEventKind.CORRECTION_RECEIVED, date(2026, 9, 17)),
    )
    assert "9月17日收到补正，期限自次日重新计算" in deadline.sentence
    assert deadline.suspended == 0
    places = [day.place for day in deadline.strip.days if day.place]
    assert places == list(range(1, 21))


def test_the_desk_says_what_the_calendar_brings() -> None:
    words = days_off_ahead(shipped_calendar(), TODAY)
    assert words == "10月1日至7日放假，10月10日（周六）上班"
    assert days_off_ahead(shipped_calendar(), date(2026, 7, 6)) == ""


def test_a_strip_of_weeks_knows_its_months() -> None:
    strip = week_strip(
        shipped_calendar(), first=date(2026, 9, 28), last=date(2026, 10, 11), today=TODAY
    )
    assert [(month.label, month.span) for month in strip.months] == [("2026年9月", 3), ("10月", 11)]
    assert "".join(day.mark for day in strip.days) == "计计计假假假假假假假计计班休"
