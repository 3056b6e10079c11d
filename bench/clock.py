"""What a working day costs: ours beside chinesecalendar's loops, and numpy or workalendar if there.

Run: .venv/bin/python bench/clock.py
Figures are the best of several runs, in nanoseconds a call, the cost of an empty call taken off;
the machine is whatever it is, so read the ratios.
"""

from __future__ import annotations

import importlib
import sys
import timeit
from datetime import date, timedelta
from time import perf_counter
from typing import TYPE_CHECKING, Any

from casework.domain.clock_events import ClockEvent, ClockEventKind, ClockFacts
from casework.domain.clock_trail import trail
from casework.domain.statutes import Party
from casework.domain.statutory_clock import due_dates, reckon
from casework.domain.working_days import calendar_as_of, shipped_calendar

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

START, END = date(2023, 4, 12), date(2023, 9, 5)  # 146 days
TRUE_END = date(2023, 5, 11)
MANY = 1_000_000
RUNS = 5


def nanoseconds(call: Callable[[], object], number: int = 0) -> float:
    """Return the best time of one ``call``, less that of an empty one."""
    timer = timeit.Timer(call)
    number = number or max(timer.autorange()[0] // 4, 1)
    best = min(timer.repeat(RUNS, number)) / number
    empty = min(timeit.repeat(lambda: None, number=100_000, repeat=RUNS)) / 100_000
    return (best - empty) * 1e9


def optional(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"  {name:<44} not installed, skipped")
        return None


def line(name: str, cost: float, ours: float, remark: str = "") -> None:
    ratio = f"{cost / ours:>12,.1f} x" if ours != cost else f"{'1':>12}  "
    print(f"  {name:<44}{cost:>14,.0f} ns{ratio}  {remark}")


def rivals_of_add(ours: float) -> None:
    if cc := optional("chinese_calendar"):

        def day_loop() -> date:
            day, left = START, 20
            while left:
                day += timedelta(days=1)
                left -= cc.is_workday(day)
            return day

        line(
            "chinesecalendar, a loop of is_workday", nanoseconds(day_loop), ours, right(day_loop())
        )
        found = cc.find_workday(20, START)
        line(
            "chinesecalendar.find_workday",
            nanoseconds(lambda: cc.find_workday(20, START)),
            ours,
            right(found),
        )
    if np := optional("numpy"):
        # numpy at its best: the holidays are parsed once, the start is a datetime64 already.
        off = np.busdaycalendar(
            holidays=[d.on for d in shipped_calendar().changes if not d.kind.counts]
        )
        start = np.datetime64(START)
        found = np.busday_offset(start, 20, busdaycal=off).astype(object)
        line(
            "numpy.busday_offset",
            nanoseconds(lambda: np.busday_offset(start, 20, busdaycal=off)),
            ours,
            right(found),
        )
    if asia := optional("workalendar.asia"):
        other = asia.China()
        found = other.add_working_days(START, 20)
        line(
            "workalendar add_working_days",
            nanoseconds(lambda: other.add_working_days(START, 20)),
            ours,
            right(found),
        )


def rivals_of_count(ours: float, truth: int) -> None:
    if cc := optional("chinese_calendar"):
        found = len(cc.get_workdays(START + timedelta(days=1), END))
        line(
            "chinesecalendar.get_workdays, 146 days",
            nanoseconds(lambda: cc.get_workdays(START, END)),
            ours,
            "right" if found == truth else f"wrong: {found}",
        )
    if np := optional("numpy"):
        off = np.busdaycalendar(
            holidays=[d.on for d in shipped_calendar().changes if not d.kind.counts]
        )
        first = np.datetime64(START + timedelta(days=1))
        last = np.datetime64(END + timedelta(days=1))
        found = int(np.busday_count(first, last, busdaycal=off))
        line(
            "numpy.busday_count",
            nanoseconds(lambda: np.busday_count(first, last, busdaycal=off)),
            ours,
            "right" if found == truth else f"wrong: {found}, make-up days cannot be told it",
        )


def right(found: Any) -> str:
    return "right" if found == TRUE_END else f"wrong: {found}"


def seconds(name: str, call: Callable[[], Any]) -> None:
    best = []
    for _ in range(3):
        before = perf_counter()
        call()
        best.append(perf_counter() - before)
    print(f"  {name:<58}{min(best):>8.3f} s{min(best) / MANY * 1e9:>8,.0f} ns each")


def main() -> None:
    calendar = shipped_calendar()
    print(f"Python {sys.version.split()[0]}, calendar {calendar.version}")

    cost = nanoseconds(lambda: calendar_as_of(date.max), number=10)
    print(f"\nbuilding the calendar{cost / 1e6:>10.1f} ms, once a process")

    print("\nthe 20th working day after a day")
    ours = nanoseconds(lambda: calendar.add(START, 20))
    line("ours", ours, ours, right(calendar.add(START, 20)))
    rivals_of_add(ours)

    print("\nworking days between two days")
    ours = nanoseconds(lambda: calendar.count(START, END))
    line("ours", ours, ours)
    rivals_of_count(ours, calendar.count(START, END))

    print("\na whole case")
    plain = ClockFacts(received_on=date(2026, 9, 1))
    eventful = ClockFacts(
        received_on=date(2026, 9, 1),
        events=(
            ClockEvent(ClockEventKind.CORRECTION_REQUESTED, date(2026, 9, 3)),
            ClockEvent(ClockEventKind.CORRECTION_RECEIVED, date(2026, 9, 8)),
            ClockEvent(ClockEventKind.CONSULTATION_STARTED, date(2026, 9, 10), Party.THIRD_PARTY),
            ClockEvent(ClockEventKind.CONSULTATION_ENDED, date(2026, 9, 23)),
            ClockEvent(ClockEventKind.EXTENSION, date(2026, 9, 24), days=10),
        ),
    )
    today = date(2026, 9, 28)
    ours = nanoseconds(lambda: reckon(plain, calendar, today=today))
    line("reckon, no events", ours, ours)
    line("reckon, five events", nanoseconds(lambda: reckon(eventful, calendar, today=today)), ours)
    line("trail, five events", nanoseconds(lambda: trail(eventful, calendar, today=today)), ours)

    print(f"\n{MANY:,} open cases after a change of the calendar")
    first = date(2026, 3, 1).toordinal()
    starts = [date.fromordinal(first + k % 200) for k in range(MANY)]
    cases = [ClockFacts(received_on=start) for start in starts]
    mixed = [eventful if k % 10 == 0 else case for k, case in enumerate(cases)]
    seconds("add_many: one list of dates", lambda: calendar.add_many(starts, 20))
    seconds("due_dates: both limits, no events", lambda: sum(1 for _ in due_dates(cases, calendar)))
    seconds(
        "due_dates: both limits, every tenth with five events",
        lambda: sum(1 for _ in due_dates(mixed, calendar)),
    )


if __name__ == "__main__":
    main()
