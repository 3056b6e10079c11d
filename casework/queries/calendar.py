"""The calendar the office reckons by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.working_days import shipped_calendar

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.working_days import WorkingDayCalendar


def current_calendar(session: Session) -> WorkingDayCalendar:  # noqa: ARG001  imported notices will be read from it
    """Return the calendar in force: the State Council notices that ship with the project."""
    return shipped_calendar()
