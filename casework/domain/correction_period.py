"""补正期限: by when the applicant has to send the correction, and what silence means.

条例第三十条 leaves the length to the agency (合理的补正期限); the notice names the day.
申请人无正当理由逾期不补正的，视为放弃申请: a finding that a person makes, no clock makes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken

if TYPE_CHECKING:
    from datetime import date

    from casework.domain.working_days import WorkingDayCalendar

CORRECTION_DAYS = 15
"""合理的补正期限: 条例第三十条 leaves it to the office; working days the notice gives."""

BASIS = "条例第三十条"


def correct_by(notified_on: date, calendar: WorkingDayCalendar) -> date:
    """Return the applicant's last day to correct."""
    return calendar.add(notified_on, CORRECTION_DAYS)


def check_abandonment(notified_on: date, on: date, calendar: WorkingDayCalendar) -> None:
    """Raise RuleBroken while the applicant may still correct on ``on``."""
    last = correct_by(notified_on, calendar)
    if on <= last:
        raise RuleBroken(
            "correction_still_open",
            f"补正期限到 {last:%Y-%m-%d} 届满，届满之后仍未补正的才可以视为放弃",
            field="on",
            basis=BASIS,
        )
