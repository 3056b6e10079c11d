"""What a change of the calendar does to the open cases: the list people read before they agree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


class Direction(StrEnum):
    """Whether a case has less time than before or more."""

    EARLIER = "earlier"
    LATER = "later"

    @property
    def label(self) -> str:
        """The word on the list."""
        return {Direction.EARLIER: "提前", Direction.LATER: "推后"}[self]


class DateMove(NamedTuple):
    """A date before and after; None while the clock is stopped."""

    old: date | None
    new: date | None

    @property
    def moved(self) -> bool:
        """Whether the two differ."""
        return self.old != self.new

    @property
    def earlier(self) -> bool:
        """Whether the new date leaves less time."""
        return self.new is not None and (self.old is None or self.new < self.old)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedCase:
    """One open case whose office limit or statutory limit moves."""

    case_id: int
    number: str
    agency_name: str
    office_due_on: DateMove
    due_on: DateMove

    @property
    def direction(self) -> Direction:
        """Earlier as soon as one of the two limits is: that is the one somebody may miss."""
        earlier = self.office_due_on.earlier or self.due_on.earlier
        return Direction.EARLIER if earlier else Direction.LATER


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChange:
    """What an import did, or would do (``preview``).

    ``version`` is the calendar that is in force afterwards, ``label`` the imported version's own
    (empty if nothing ``changed``). ``moved`` is in reading order (``in_order``); ``withheld`` more
    move, which 限制知悉 keeps from the reader. ``made_firm`` counts the open cases whose limits
    were provisional (暂定) and no longer are. ``cautions`` are sentences to read first.
    """

    version: str
    label: str
    changed: bool
    preview: bool
    moved: tuple[MovedCase, ...] = ()
    withheld: int = 0
    made_firm: int = 0
    cautions: tuple[str, ...] = ()

    @property
    def earlier(self) -> tuple[MovedCase, ...]:
        """The cases that have less time than before."""
        return tuple(case for case in self.moved if case.direction is Direction.EARLIER)


def in_order(cases: Iterable[MovedCase]) -> tuple[MovedCase, ...]:
    """Return the cases that move earlier first, then the others; the next to fall due on top."""
    return tuple(sorted(cases, key=_reading_order))


def _reading_order(case: MovedCase) -> tuple[bool, str, str, int]:
    due_on = case.office_due_on.new or case.due_on.new
    later = case.direction is Direction.LATER
    return later, due_on.isoformat() if due_on else "", case.number, case.case_id
