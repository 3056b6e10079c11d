"""What a leader asks of a period: on time how often, how long, whose, what more often than before.

Pure arithmetic over counted rows. Where there is nothing to divide by or to order, the answer is
None and prints blank: a period without cases is neither good nor bad.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken
from casework.domain.statutes import STATUTES
from casework.domain.statutory_clock import Timeliness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from casework.domain.statutes import StatuteCode
    from casework.domain.working_days import WorkingDayCalendar

MONTHS_AT_MOST = 60
"""Five years; a longer period answers no question a leader puts."""

FIRST_YEAR, LAST_YEAR = 2008, 2099
_MONTHS = 12
_TENTH = Decimal("0.1")
_HUNDRED = 100
_WITHIN = frozenset({Timeliness.ON_TIME, Timeliness.EXTENDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days from ``first`` to ``last``, both included.

    RuleBroken(field="from") if it begins before there was a regulation (2008-05-01 施行) or after
    it ends, (field="to") if it ends after ``LAST_YEAR`` or has more than ``MONTHS_AT_MOST`` months.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        for day, name, edge in ((self.first, "开始", "from"), (self.last, "结束", "to")):
            if not FIRST_YEAR <= day.year <= LAST_YEAR:
                raise RuleBroken(
                    "period_out_of_range",
                    f"{name}日期请您选在 {FIRST_YEAR} 年到 {LAST_YEAR} 年之间",
                    field=edge,
                )
        if self.first > self.last:
            raise RuleBroken(
                "period_backwards", "开始日期晚于结束日期，请您把两个日期对调", field="from"
            )
        if len(self.months) > MONTHS_AT_MOST:
            raise RuleBroken(
                "period_too_long",
                f"一次最多看 {MONTHS_AT_MOST // _MONTHS} 年，请您把开始和结束日期选得近一些",
                field="to",
            )

    @property
    def days(self) -> int:
        """How many days it has."""
        return self.last.toordinal() - self.first.toordinal() + 1

    @property
    def months(self) -> tuple[tuple[int, int], ...]:
        """Its months as (year, month), whole or in part."""
        begin = self.first.year * _MONTHS + self.first.month - 1
        end = self.last.year * _MONTHS + self.last.month - 1
        return tuple((n // _MONTHS, n % _MONTHS + 1) for n in range(begin, end + 1))

    @property
    def before(self) -> tuple[date, date]:
        """The first and last day of as many days just before it."""
        begin = self.first.toordinal()
        return date.fromordinal(begin - self.days), date.fromordinal(begin - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedRow:
    """So many cases finished in the period that are alike in all that is asked here.

    ``due_on`` is the statute's limit and ``extension_days`` what was added to it; ``replied_on``
    is None for a case that ended without an answer.
    """

    agency: str
    unit: str
    handler: str
    statute: StatuteCode
    timeliness: Timeliness
    replied_on: date | None
    due_on: date | None
    extension_days: int = 0
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How long answers took, in working days that count; all None without any answer.

    ``median`` of an even number of answers is the middle of the two in the middle.
    """

    answers: int
    lowest: int | None = None
    median: Decimal | None = None
    average: Decimal | None = None
    highest: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """What a unit, a handler or everybody finished; ``rate`` is the percentage within the limit."""

    name: tuple[str, ...]
    finished: int
    late: int
    spread: Spread

    @property
    def rate(self) -> Decimal | None:
        """按期率: finished within the limit of the statute, its extension included; None of 0."""
        return percentage(self.finished - self.late, self.finished)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Applications on one subject (内容类别) in the period and in the one before."""

    subject: str
    now: int
    before: int

    @property
    def change(self) -> int:
        """How many more than before; negative for fewer."""
        return self.now - self.before


def percentage(part: int, whole: int) -> Decimal | None:
    """Return ``part`` of ``whole`` in percent, half up to one decimal; None of nothing (0/0).

    What is not all never reads 100.0, and what is not none never 0.0.
    """
    if not whole:
        return None
    exact = (Decimal(part) * _HUNDRED / whole).quantize(_TENTH, ROUND_HALF_UP)
    if part < whole and exact == _HUNDRED:
        return _HUNDRED - _TENTH
    return _TENTH if part and not exact else exact


def spread(days: Mapping[int, int]) -> Spread:
    """Return the spread of answers given as working days -> how many took so long."""
    counted = sorted((day, count) for day, count in days.items() if count)
    answers = sum(count for _, count in counted)
    if not answers:
        return Spread(answers=0)
    total = sum(day * count for day, count in counted)
    middle = _nth(counted, (answers - 1) // 2) + _nth(counted, answers // 2)
    return Spread(
        answers=answers,
        lowest=counted[0][0],
        median=Decimal(middle) / 2,
        average=(Decimal(total) / answers).quantize(_TENTH, ROUND_HALF_UP),
        highest=counted[-1][0],
    )


def days_taken(row: FinishedRow, calendar: WorkingDayCalendar) -> int | None:
    """Return how many days of its limit an answer used up; None for what has none.

    The limit is so many days (条例第三十三条: 20, and the extension); what is left of them on the
    day of the answer was not used. So days that do not count (补正, 征求意见) are no handler's, and
    ``statutory_clock.reckon`` agrees without its events being read for every case.
    """
    if row.replied_on is None or row.due_on is None:
        return None
    limit = STATUTES[row.statute].base_days + row.extension_days
    return max(limit - calendar.count(row.replied_on, row.due_on), 0)


def performances(
    rows: Iterable[FinishedRow],
    calendar: WorkingDayCalendar,
    *,
    name: Callable[[FinishedRow], tuple[str, ...]],
) -> tuple[Performance, ...]:
    """Return what was finished under each ``name``, the most first, then by name."""
    days: dict[tuple[str, ...], Counter[int]] = {}
    finished: Counter[tuple[str, ...]] = Counter()
    late: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        key = name(row)
        finished[key] += row.count
        late[key] += 0 if row.timeliness in _WITHIN else row.count
        taken = days_taken(row, calendar)
        if taken is not None:
            days.setdefault(key, Counter())[taken] += row.count
    return tuple(
        Performance(
            name=key, finished=finished[key], late=late[key], spread=spread(days.get(key, {}))
        )
        for key in sorted(finished, key=lambda key: (-finished[key], key))
    )


def overall(rows: Iterable[FinishedRow], calendar: WorkingDayCalendar) -> Performance:
    """Return what was finished by all together."""
    whole = performances(rows, calendar, name=lambda _: ())
    return whole[0] if whole else Performance(name=(), finished=0, late=0, spread=spread({}))


def rising(topics: Iterable[Topic], *, most: int) -> tuple[Topic, ...]:
    """Return the subjects that came up more often than before, the steepest first."""
    more = [topic for topic in topics if topic.subject and topic.change > 0]
    return tuple(sorted(more, key=lambda topic: (-topic.change, topic.subject))[:most])


def _nth(counted: Sequence[tuple[int, int]], place: int) -> int:
    """Return the value at ``place`` (from 0) of values written as (value, how often)."""
    for value, count in counted:
        if place < count:
            return value
        place -= count
    msg = "no such place"
    raise IndexError(msg)
