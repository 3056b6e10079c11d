"""灯: 正常, 临期, 超期, 停钟, by the office's clock; computed when asked, never stored.

正常: 4 working days left or more; 临期: 3 or fewer, the last day included; 超期: past the office's
limit; 停钟: a consultation or a correction is outstanding. An answered case has no light.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from casework.domain.statutory_clock import StopReason, Timeliness

if TYPE_CHECKING:
    from datetime import date

    from casework.domain.statutory_clock import Reckoning
    from casework.domain.working_days import WorkingDayCalendar

SOON_DAYS = 3
"""临期: this many working days left, or fewer; an office may set another number."""


class Light(StrEnum):
    """The four lights; word, colour and icon always appear together."""

    NORMAL = "normal"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    STOPPED = "stopped"

    @property
    def label(self) -> str:
        """正常, 临期, 超期 or 停钟."""
        return _LABELS[self]

    @property
    def colour(self) -> str:
        """绿, 黄, 红 or 灰."""
        return _COLOURS[self]


_LABELS = {
    Light.NORMAL: "正常",
    Light.DUE_SOON: "临期",
    Light.OVERDUE: "超期",
    Light.STOPPED: "停钟",
}
_COLOURS = {
    Light.NORMAL: "绿",
    Light.DUE_SOON: "黄",
    Light.OVERDUE: "红",
    Light.STOPPED: "灰",
}


class Lamp(NamedTuple):
    """A light with its words; ``days_left`` is negative past the limit, None while stopped."""

    light: Light
    text: str
    days_left: int | None


class LightBounds(NamedTuple):
    """The lights as dates, so that a query counts them without reckoning each case.

    超期: ``office_due_on < today``; 临期: ``today <= office_due_on <= soon_through``; 正常: later;
    停钟: no ``office_due_on``.
    """

    today: date
    soon_through: date


def light_bounds(
    calendar: WorkingDayCalendar, today: date, *, soon_days: int = SOON_DAYS
) -> LightBounds:
    """Return the two dates that separate 超期, 临期 and 正常 today."""
    return LightBounds(today, calendar.add(today, soon_days))


def lamp(
    office_due_on: date | None,
    calendar: WorkingDayCalendar,
    *,
    today: date,
    stopped_by: StopReason | None = None,
    soon_days: int = SOON_DAYS,
) -> Lamp:
    """Return the lamp of an open case; ``office_due_on`` None means its clock is stopped."""
    if office_due_on is None:
        text = f"停钟 · {stopped_by.label}" if stopped_by else Light.STOPPED.label
        return Lamp(Light.STOPPED, text, None)
    left = calendar.count(today, office_due_on)
    if today > office_due_on:
        # On the weekend after the last day no working day has passed yet.
        text = f"超期 {-left} 个工作日" if left else "超期不足 1 个工作日"
        return Lamp(Light.OVERDUE, text, left)
    light = Light.DUE_SOON if left <= soon_days else Light.NORMAL
    return Lamp(light, f"剩 {left} 个工作日" if office_due_on > today else "今日到期", left)


def finish_words(
    office_due_on: date | None, calendar: WorkingDayCalendar, *, replied_on: date
) -> str:
    """Return how an answered case stands to the office's limit: 提前 3 个工作日办结.

    By the office's own clock, as the lights are; whether the reply was late in law is the
    timeliness of the reckoning. "" where the clock never gave a limit.
    """
    if office_due_on is None:
        return ""
    left = calendar.count(replied_on, office_due_on)
    if replied_on > office_due_on:
        return f"超办理时限 {-left} 个工作日办结" if left else "超办理时限不足 1 个工作日办结"
    return f"提前 {left} 个工作日办结" if left else "当日到期办结"


_ENDED = frozenset({Timeliness.ON_TIME, Timeliness.EXTENDED, Timeliness.LATE, Timeliness.CLOSED})


def lamp_of(
    reckoning: Reckoning,
    calendar: WorkingDayCalendar,
    *,
    today: date,
    soon_days: int = SOON_DAYS,
) -> Lamp | None:
    """Return the lamp of a reckoned case, None once it is answered or closed."""
    if reckoning.timeliness in _ENDED:
        return None
    return lamp(
        reckoning.office_due_on,
        calendar,
        today=today,
        stopped_by=reckoning.stopped_by,
        soon_days=soon_days,
    )
