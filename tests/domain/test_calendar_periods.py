"""Calendar days with roll-over, and the office's limits in 复议 and 诉讼, in checkable dates."""

from __future__ import annotations

from datetime import date

import pytest

from casework.domain.application import ReliefKind
from casework.domain.calendar_periods import add_calendar_days, relief_limit
from casework.domain.working_days import shipped_calendar

CALENDAR = shipped_calendar()


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        (date(2026, 9, 1), 15, date(2026, 9, 16)),  # Tue + 15 = Wed
        (date(2026, 9, 4), 15, date(2026, 9, 20)),  # Sat 19 rolls to Sun 20, a make-up workday
        (date(2026, 9, 16), 15, date(2026, 10, 8)),  # 1 October, holiday to the 7th
        (date(2026, 9, 25), 15, date(2026, 10, 10)),  # Sat 10 October is worked
    ],
)
def test_a_period_of_calendar_days_ends_on_a_working_day(
    start: date, days: int, last: date
) -> None:
    assert add_calendar_days(start, days, CALENDAR) == last


@pytest.mark.parametrize(
    ("kind", "notified_on", "simplified", "due_on", "article"),
    [
        # Tue 1 September + 10 working days = Tue 15.
        (ReliefKind.REVIEW, date(2026, 9, 1), False, date(2026, 9, 15), "第四十八条"),
        (ReliefKind.REVIEW, date(2026, 9, 1), True, date(2026, 9, 8), "第五十四条"),
        # Old law, calendar days: Fri 1 December 2023 + 10 = Mon 11 (Sun is off anyway).
        (ReliefKind.REVIEW, date(2023, 12, 1), False, date(2023, 12, 11), "第二十三条"),
        (ReliefKind.DIRECT_SUIT, date(2026, 9, 1), False, date(2026, 9, 16), "第六十七条"),
        (ReliefKind.SUIT_AFTER_REVIEW, date(2026, 9, 16), False, date(2026, 10, 8), "第六十七条"),
        # 1989 law: ten days; Mon 13 April 2015 + 10 = Thu 23.
        (ReliefKind.DIRECT_SUIT, date(2015, 4, 13), False, date(2015, 4, 23), "第四十三条"),
    ],
)
def test_the_office_s_own_limit(
    kind: ReliefKind,
    notified_on: date,
    simplified: bool,  # noqa: FBT001  a column of the table
    due_on: date,
    article: str,
) -> None:
    limit = relief_limit(kind, notified_on, CALENDAR, simplified=simplified)
    assert limit.due_on == due_on
    assert article in limit.basis
