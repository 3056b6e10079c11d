"""The calendar in force: what ships with the program, and the notices imported since, in order.

Every import is a version with a label (``2027-1``: the first notice for 2027; ``L2027-1``: local
days off). A calendar's own version names all it is made of, ``2026-1+2027-1``, so that a deadline
can always say by what it was reckoned.

Later notices overrule earlier ones day by day. The same number (文号) imported again in other words
is a correction: it takes the former's place, days that it no longer names fall away. Local days
off come last. The horizon moves with the national notices only, and only as far as they reach.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from casework.domain.holiday_notice import HolidayNotice, NoticeDayKind, NoticeKind
from casework.domain.state_council_notices import NOTICES
from casework.domain.working_days import DayChange, DayKind, WorkingDayCalendar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_VERSION = 64
_DIGEST_SHOWN = 12
_SATURDAY = 5
_MADE_UP_WITHIN = timedelta(days=3)
_NUMBER = re.compile(r"[\u4e00-\u9fff]+〔\d{4}〕\d+号")

# The holidays fixed by the calendar date since 2008 (全国年节及纪念日放假办法第二条). A notice that
# leaves one of them out on a weekday does not arrange the whole year.
_FIXED_HOLIDAYS = (
    ("元旦", (1, 1)),
    ("劳动节", (5, 1)),
    ("国庆节", (10, 1)),
    ("国庆节", (10, 2)),
    ("国庆节", (10, 3)),
)


class Layer(NamedTuple):
    """One imported version; ``agency_path`` bounds local days off (None: they hold for all)."""

    label: str
    notice: HolidayNotice
    agency_path: str | None = None

    def holds_for(self, agency_path: str) -> bool:
        """Say whether the layer is part of the calendar of the agency at ``agency_path``."""
        return self.agency_path is None or agency_path.startswith(self.agency_path)


@dataclass(frozen=True, slots=True)
class CalendarSet:
    """All calendars of an installation: one for everybody, others where local days off hold."""

    base: WorkingDayCalendar
    layers: tuple[Layer, ...] = ()
    _built: dict[tuple[str, ...], WorkingDayCalendar] = field(
        default_factory=dict, repr=False, compare=False
    )

    def of(self, agency_path: str = "") -> WorkingDayCalendar:
        """Return the calendar of the agency at ``agency_path``, or what holds for everybody."""
        holding = tuple(layer for layer in self.layers if layer.holds_for(agency_path))
        key = tuple(layer.label for layer in holding)
        if key not in self._built:
            self._built[key] = layered(self.base, holding)
        return self._built[key]

    def with_layer(self, layer: Layer) -> CalendarSet:
        """Return the set as it will be once ``layer`` is in."""
        return CalendarSet(self.base, (*self.layers, layer))

    def scopes(self) -> tuple[str, ...]:
        """Return the paths from which local days off hold, outer ones first."""
        return tuple(sorted({layer.agency_path for layer in self.layers if layer.agency_path}))

    def next_label(self, notice: HolidayNotice) -> str:
        """Return the label of ``notice`` if it were imported now."""
        prefix = f"{'L' if notice.kind is NoticeKind.LOCAL else ''}{notice.year}-"
        taken = [
            int(layer.label.removeprefix(prefix))
            for layer in self.layers
            if layer.label.startswith(prefix)
        ]
        shipped = 0
        if notice.kind is NoticeKind.NATIONAL:
            numbers = _numbers(self.base)
            shipped = sum(n.year == notice.year and n.number in numbers for n in NOTICES)
        return f"{prefix}{max([shipped, *taken]) + 1}"

    def knows(self, notice: HolidayNotice, changed: CalendarSet, agency_path: str = "") -> bool:
        """Say whether ``notice`` is known: ``changed``, the set with it, counts no day otherwise.

        A number that is not known yet is news even if it changes no day: a source is a source.
        """
        if any(layer.notice.sha256 == notice.sha256 for layer in self.layers):
            return True
        numbers = _numbers(self.base) | {layer.notice.number for layer in self.layers}
        if notice.number not in numbers | {""}:
            return False
        before, after = self.of(agency_path), changed.of(agency_path)
        return before.known_through == after.known_through and not before.differences(after)


def layered(base: WorkingDayCalendar, layers: Sequence[Layer]) -> WorkingDayCalendar:
    """Return ``base`` overruled by ``layers`` in order, under a version that names them."""
    merged = {change.on: change for change in base.changes}
    numbers = _numbers(base)
    named = []
    for layer in _in_force(layers):
        before = merged
        merged = _overruled(before, layer.notice, restates=layer.notice.number in numbers)
        if layer.notice.number not in numbers or not _same_days(before, merged):
            named.append(layer)
    if not named:
        return base
    return WorkingDayCalendar(
        version=_version(base.version, [layer.label for layer in named]),
        known_from=base.known_from,
        known_through=_horizon(base.known_through, merged, [layer.notice for layer in named]),
        changes=tuple(merged[day] for day in sorted(merged)),
    )


def cautions(notice: HolidayNotice, after: WorkingDayCalendar) -> tuple[str, ...]:
    """Return what a person should look at before importing ``notice``; no reason to refuse."""
    found = []
    if notice.kind is NoticeKind.LOCAL:
        return ()
    if not notice.number:
        found.append("文件没有写文号，请核对来源，并用 --number 或者在页面上补填文号")
    elif not _NUMBER.fullmatch(notice.number):
        found.append(f"文号“{notice.number}”不像“国办发明电〔2026〕1号”的写法，请核对")
    known = after.known_through
    if notice.year > known.year:
        found.append(f"{known.year + 1}年的放假安排不全，{notice.year}年的日期仍为暂定，请一并导入")
    elif notice.year == known.year and known < date(known.year, 12, 31):
        missing = "、".join(
            dict.fromkeys(day.name for day in _missing_holidays(notice.year, _off_days(notice)))
        )
        found.append(
            f"通知没有写{missing}放假，{known.isoformat()} 以后的日期仍为暂定，请核对文件是否完整"
        )
    return tuple(found)


def _in_force(layers: Sequence[Layer]) -> list[Layer]:
    """Return the layers without those corrected since; local ones last."""
    kept: dict[tuple[str, ...], Layer] = {}
    for layer in layers:
        notice = layer.notice
        key = (notice.kind, notice.agency_code, notice.number or layer.label)
        kept[key] = layer  # a correction keeps the place of what it corrects
    return sorted(kept.values(), key=lambda layer: layer.notice.kind is NoticeKind.LOCAL)


def _overruled(
    changes: dict[date, DayChange], notice: HolidayNotice, *, restates: bool
) -> dict[date, DayChange]:
    """Return ``changes`` with the days of ``notice``.

    One that ``restates`` a shipped notice stands in that notice's place in the order: what a later
    one said of a day stays.
    """
    if restates:
        changes = {on: change for on, change in changes.items() if change.notice != notice.number}
    days = {
        day.on: DayChange(
            day.on,
            DayKind.OFF if day.kind is NoticeDayKind.OFF else DayKind.MAKE_UP,
            day.name,
            notice.source,
        )
        for day in notice.days
    }
    return days | changes if restates else changes | days


def _same_days(before: dict[date, DayChange], after: dict[date, DayChange]) -> bool:
    return all(_counts(before, on) is _counts(after, on) for on in before.keys() | after.keys())


def _counts(changes: dict[date, DayChange], on: date) -> bool:
    change = changes.get(on)
    return change.kind.counts if change else on.weekday() < _SATURDAY


def _numbers(calendar: WorkingDayCalendar) -> frozenset[str]:
    return frozenset(change.notice for change in calendar.changes if change.notice)


def _version(base: str, labels: Sequence[str]) -> str:
    version = "+".join([base, *labels])
    if len(version) <= LONGEST_VERSION:
        return version
    digest = hashlib.sha256(version.encode()).hexdigest()[:_DIGEST_SHOWN]
    return f"{base}+{len(labels)}x-{digest}+{labels[-1]}"


def _horizon(
    known_through: date, changes: dict[date, DayChange], notices: Iterable[HolidayNotice]
) -> date:
    """Return the last day for which holidays are known.

    A year is known to its end if the notices for it name every holiday fixed by date. One that
    begins with 元旦 and breaks off is known to its last day, and never past a holiday it leaves
    out. A gap between years stops it.
    """
    arranged: dict[int, set[date]] = {}
    for notice in notices:
        if notice.kind is NoticeKind.NATIONAL:
            arranged.setdefault(notice.year, set()).update(day.on for day in notice.days)
    while known_through == date(known_through.year, 12, 31):
        year = known_through.year + 1
        listed = {on for on in arranged.get(year, ()) if on.year == year}
        off = {on for on in listed if not changes[on].kind.counts}
        missing = _missing_holidays(year, off)
        if not missing:
            known_through = date(year, 12, 31)
        elif listed and missing[0].on > date(year, 1, 1):
            return min(max(listed), missing[0].on - timedelta(days=1))
        else:
            return known_through
    return known_through


class _Holiday(NamedTuple):
    on: date
    name: str


def _missing_holidays(year: int, off: set[date]) -> list[_Holiday]:
    """Return the fixed holidays that the days ``off`` leave out.

    One on a weekend may stand in a notice by the weekday given for it alone (补假, 第六条).
    """
    fixed = [_Holiday(date(year, *day), name) for name, day in _FIXED_HOLIDAYS]
    return [day for day in fixed if not _is_given(day.on, off)]


def _is_given(holiday: date, off: set[date]) -> bool:
    if holiday in off or holiday.weekday() < _SATURDAY:
        return holiday in off
    return any(abs(day - holiday) <= _MADE_UP_WITHIN for day in off)


def _off_days(notice: HolidayNotice) -> set[date]:
    return {day.on for day in notice.days if day.kind is NoticeDayKind.OFF}
