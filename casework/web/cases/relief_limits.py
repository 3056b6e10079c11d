"""答复、举证期限: by when the office itself must answer in each open 复议 and 诉讼."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.calendar_periods import ReliefLimit, relief_limit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.domain.working_days import WorkingDayCalendar
    from casework.queries.case_office import ReliefLine


def relief_limits(
    reliefs: Sequence[ReliefLine], calendar: WorkingDayCalendar
) -> dict[int, ReliefLimit]:
    """Return the limit of each relief whose copy has reached the office, by the relief's id."""
    return {
        relief.id: relief_limit(
            relief.kind, relief.notified_on, calendar, simplified=relief.simplified
        )
        for relief in reliefs
        if relief.notified_on is not None
    }
