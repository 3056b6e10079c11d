"""Quiet hours, the morning's digest, and whose answer is overdue."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.clock_events import ClockEvent, ClockEventKind
from casework.domain.notices import (
    MOST_LINES,
    DigestLine,
    NoticeKind,
    NoticeWishes,
    digest_subject,
    digest_text,
    silent_since,
)
from casework.domain.statutes import STATUTES, Party, StatuteCode
from casework.domain.working_days import shipped_calendar

CALENDAR = shipped_calendar()
NEW = STATUTES[StatuteCode.REGULATION_2019]
START, END = ClockEventKind.CONSULTATION_STARTED, ClockEventKind.CONSULTATION_ENDED


def hours(quiet_from: str, quiet_until: str) -> NoticeWishes:
    return NoticeWishes(
        quiet_from=time.fromisoformat(quiet_from), quiet_until=time.fromisoformat(quiet_until)
    )


@pytest.mark.parametrize(
    ("quiet_from", "quiet_until", "at", "quiet"),
    [
        ("20:00", "07:30", "19:59", False),
        ("20:00", "07:30", "20:00", True),
        ("20:00", "07:30", "03:00", True),
        ("20:00", "07:30", "07:29", True),
        ("20:00", "07:30", "07:30", False),
        ("12:00", "13:30", "12:30", True),
        ("12:00", "13:30", "13:30", False),
        ("12:00", "13:30", "03:00", False),
        ("08:00", "08:00", "08:00", False),
        ("08:00", "08:00", "20:00", False),
    ],
)
def test_quiet_hours_reach_over_midnight(
    quiet_from: str, quiet_until: str, at: str, *, quiet: bool
) -> None:
    assert hours(quiet_from, quiet_until).is_quiet(time.fromisoformat(at)) is quiet


@given(st.times(), st.times(), st.times())
def test_swapped_quiet_hours_are_the_other_part_of_the_day(
    first: time, second: time, at: time
) -> None:
    if first == second:
        return
    one = NoticeWishes(quiet_from=first, quiet_until=second)
    other = NoticeWishes(quiet_from=second, quiet_until=first)
    assert one.is_quiet(at) != other.is_quiet(at)


def test_the_digest_comes_on_working_days_from_its_hour_on() -> None:
    wishes = NoticeWishes(digest_at=time(8, 30))
    assert not wishes.wants_digest(time(8, 29), is_workday=True)
    assert wishes.wants_digest(time(8, 30), is_workday=True)
    assert wishes.wants_digest(time(17, 0), is_workday=True)
    assert not wishes.wants_digest(time(9, 0), is_workday=False)
    told_at_once = NoticeWishes(kinds=frozenset({NoticeKind.SENT_BACK}))
    assert not told_at_once.wants_digest(time(9, 0), is_workday=True)


def line(kind: NoticeKind, number: int) -> DigestLine:
    return DigestLine(kind=kind, number=f"〔2026〕{number}号", says="剩 1 个工作日", case_id=number)


def test_a_digest_counts_and_names_the_cases() -> None:
    lines = [line(NoticeKind.DUE_SOON, 2), line(NoticeKind.OVERDUE, 1)]
    # Mon 2026-09-28
    assert digest_subject(date(2026, 9, 28), lines, to_review=3) == (
        "9月28日办件提醒：超期 1 件，临期 1 件，待审核、签发 3 件"
    )
    assert digest_text(lines, to_review=3, address="http://banjian.local") == (
        "超期（1 件）\n  〔2026〕1号  剩 1 个工作日\n\n"
        "临期（1 件）\n  〔2026〕2号  剩 1 个工作日\n\n"
        "等您审核、签发的稿件 3 件。\n\n"
        "办理请打开 http://banjian.local"
    )


def test_a_long_digest_counts_what_it_does_not_name() -> None:
    lines = [line(NoticeKind.OVERDUE, number) for number in range(1, MOST_LINES + 6)]
    text = digest_text(lines, to_review=0)
    assert f"超期（{MOST_LINES + 5} 件）" in text
    assert text.count("剩 1 个工作日") == MOST_LINES
    assert "另有 5 件，请在办件台查看" in text


# Asked on Thu 2026-09-10, a third party has until Thu 2026-10-08 (acceptance 28).
ASKED = ClockEvent(START, date(2026, 9, 10), party=Party.THIRD_PARTY)


@pytest.mark.parametrize(
    ("events", "today", "passed"),
    [
        ([ASKED], date(2026, 10, 8), None),
        ([ASKED], date(2026, 10, 9), date(2026, 10, 8)),
        ([ASKED, ClockEvent(END, date(2026, 9, 23))], date(2026, 10, 9), None),
        (
            [ASKED, ClockEvent(END, date(2026, 9, 23), party=Party.AGENCY)],
            date(2026, 10, 9),
            date(2026, 10, 8),
        ),
        (
            [ClockEvent(START, date(2026, 9, 10), party=Party.AGENCY)],
            date(2026, 12, 1),
            None,
        ),
    ],
)
def test_a_third_party_that_does_not_answer_is_reported(
    events: list[ClockEvent], today: date, passed: date | None
) -> None:
    assert silent_since(events, NEW, CALENDAR, today=today) == passed


def test_the_2007_regulation_set_the_third_party_no_limit() -> None:
    old = STATUTES[StatuteCode.REGULATION_2007]
    asked = ClockEvent(START, date(2018, 9, 10), party=Party.THIRD_PARTY)
    today = asked.on + timedelta(days=90)
    assert silent_since([asked], old, CALENDAR, today=today) is None
