"""The desk at which an act is done: who acts, when, with which calendar and stationery.

Every act takes one; nothing below the counter asks for the time, the user or a setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.time_source import beijing_date

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor
    from casework.domain.working_days import WorkingDayCalendar
    from casework.services.stationery import Stationery


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One act's surroundings.

    ``office_days`` is the office's own promise in working days (``REPLY_WORKING_DAYS``, 15).
    """

    session: Session
    actor: Actor
    now: datetime
    calendar: WorkingDayCalendar
    stationery: Stationery
    office_days: int = 15

    @property
    def today(self) -> date:
        """The Beijing day of ``now``."""
        return beijing_date(self.now)
