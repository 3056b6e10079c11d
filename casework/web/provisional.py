"""暂定: whether a day lies past what the notices cover, asked by templates beside every limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import g

from casework.web import surroundings

if TYPE_CHECKING:
    from datetime import date

    from flask import Flask

    from casework.domain.working_days import WorkingDayCalendar


def is_provisional(on: date | None) -> bool:
    """Say whether no State Council notice covers ``on``; the calendar is asked for once a page."""
    if on is None:
        return False
    if "shown_calendar" not in g:
        g.shown_calendar = surroundings.calendar()
    return cast("WorkingDayCalendar", g.shown_calendar).is_provisional(on)


def install(app: Flask) -> None:
    """Give the templates the question; ``components/provisional.html`` has the mark."""
    app.add_template_global(is_provisional)
