"""期限计算说明: the trail of a case by weeks, and in stretches that need a reason.

What an applicant, a reviewing body (复议机关) or a court checks with a wall calendar: every day
from receipt to the last one stands in its week, and every day that does not count, or counts
though it is a weekend, stands in the list with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.clock_sentence import explain
from casework.domain.clock_trail import TrailDay, TrailMark, trail
from casework.domain.statutory_clock import OFFICE_DAYS, Reckoning, reckon

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from casework.domain.clock_events import ClockFacts
    from casework.domain.working_days import WorkingDayCalendar

_WEEK = 7
_REASONED = frozenset({TrailMark.STOPPED, TrailMark.HOLIDAY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Days with one reason, ``first`` to ``last``; ``days`` of them, weekends between left out.

    Those of a stop are therefore working days.
    """

    first: date
    last: date
    days: int
    why: str
    mark: TrailMark
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockAnnex:
    """The proof of one due day.

    ``weeks`` run from Monday to Sunday, None outside the trail. ``notices`` are the numbers of all
    notices for the years the trail touches.
    """

    received_on: date
    reckoning: Reckoning
    sentence: str
    weeks: tuple[tuple[TrailDay | None, ...], ...]
    stretches: tuple[Stretch, ...]
    counted: int
    notices: tuple[str, ...]


def clock_annex(
    facts: ClockFacts,
    calendar: WorkingDayCalendar,
    *,
    today: date,
    office_days: int = OFFICE_DAYS,
) -> ClockAnnex:
    """Return the proof; RuleBroken ``before_any_statute`` for a receipt before 2008-05-01."""
    days = trail(facts, calendar, today=today)
    years = range(days[0].on.year, days[-1].on.year + 1)
    return ClockAnnex(
        received_on=facts.received_on,
        reckoning=reckon(facts, calendar, today=today, office_days=office_days),
        sentence=explain(facts, calendar, office_days=office_days),
        weeks=tuple(_weeks(days)),
        stretches=tuple(_stretches(days)),
        counted=sum(day.counts for day in days),
        notices=tuple(dict.fromkeys(number for year in years for number in calendar.notices(year))),
    )


def _weeks(days: tuple[TrailDay, ...]) -> Iterable[tuple[TrailDay | None, ...]]:
    before: list[TrailDay | None] = [None] * days[0].on.weekday()
    cells = before + list(days)
    cells += [None] * (-len(cells) % _WEEK)
    for start in range(0, len(cells), _WEEK):
        yield tuple(cells[start : start + _WEEK])


def _stretches(days: Iterable[TrailDay]) -> Iterable[Stretch]:
    """Yield one stretch for each run of a reason; plain weekends inside it do not part it."""
    run: list[TrailDay] = []
    for day in days:
        if day.mark is TrailMark.WEEKEND:
            continue
        if run and (day.mark not in _REASONED or day.why != run[-1].why):
            yield _stretch(run)
            run = []
        if day.mark in _REASONED:
            run.append(day)
        elif day.mark is not TrailMark.COUNTS:
            yield _stretch([day])
    if run:
        yield _stretch(run)


def _stretch(run: list[TrailDay]) -> Stretch:
    first, last = run[0], run[-1]
    return Stretch(
        first=first.on,
        last=last.on,
        days=len(run),
        why=first.why,
        mark=first.mark,
        counts=first.counts,
    )
