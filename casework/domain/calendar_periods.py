"""Periods in calendar days, as the courts count them; the office's limits in 复议 and 诉讼.

期间开始的日不计算在期间内；届满的最后一日是节假日的，以节假日后的第一日为届满的日期
(最高人民法院关于适用行政诉讼法的解释第四十八条, 民事诉讼法第八十五条).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from casework.domain.application import ReliefKind

if TYPE_CHECKING:
    from casework.domain.working_days import WorkingDayCalendar

NEW_RECONSIDERATION_LAW = date(2024, 1, 1)
NEW_LITIGATION_LAW = date(2015, 5, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefLimit:
    """By when the office must answer: ``what`` it owes, by which article."""

    due_on: date
    days: int
    in_working_days: bool
    what: str
    basis: str


def add_calendar_days(start: date, days: int, calendar: WorkingDayCalendar) -> date:
    """Return the last day of a period of calendar days that begins the day after ``start``."""
    last = start + timedelta(days=days)
    while not calendar.is_working_day(last):
        last += timedelta(days=1)
    return last


def relief_limit(
    kind: ReliefKind,
    notified_on: date,
    calendar: WorkingDayCalendar,
    *,
    simplified: bool = False,
) -> ReliefLimit:
    """Return the limit that runs from the day the copy of the application reached the office.

    复议: ten days (new law: working days, 第四十八条、第八十八条; five in the simplified procedure,
    第五十四条; before 2024 calendar days, 第二十三条、第四十条). 诉讼: fifteen days (第六十七条),
    before 2015-05-01 ten (1989年行政诉讼法第四十三条).
    """
    if kind is ReliefKind.REVIEW:
        return _reconsideration(notified_on, calendar, simplified=simplified)
    new = notified_on >= NEW_LITIGATION_LAW
    days = 15 if new else 10
    return ReliefLimit(
        due_on=add_calendar_days(notified_on, days, calendar),
        days=days,
        in_working_days=False,
        what="提交答辩状、证据和依据",
        basis="行政诉讼法第六十七条" if new else "1989年行政诉讼法第四十三条",
    )


def _reconsideration(
    notified_on: date, calendar: WorkingDayCalendar, *, simplified: bool
) -> ReliefLimit:
    what = "提出书面答复，提交证据、依据"
    if notified_on < NEW_RECONSIDERATION_LAW:
        return ReliefLimit(
            due_on=add_calendar_days(notified_on, 10, calendar),
            days=10,
            in_working_days=False,
            what=what,
            basis="1999年行政复议法第二十三条、第四十条",
        )
    days = 5 if simplified else 10
    article = "第五十四条" if simplified else "第四十八条"
    return ReliefLimit(
        due_on=calendar.add(notified_on, days),
        days=days,
        in_working_days=True,
        what=what,
        basis=f"行政复议法{article}、第八十八条",
    )
