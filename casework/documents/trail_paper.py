"""期限计算说明 as values, the same for the page on the screen and for the PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.clock_trail import TrailMark
from casework.formatting import chinese_date, short_date

if TYPE_CHECKING:
    from datetime import date

    from casework.domain.clock_annex import ClockAnnex, Stretch
    from casework.domain.clock_trail import TrailDay

TITLE = "期限计算说明"
KEY = "第几日＝计入的第几个工作日；班＝调休上班，计入；休＝周末，假＝放假，停＝停止计算，均不计入。"
_SIGNS = {
    TrailMark.WEEKEND: "休",
    TrailMark.HOLIDAY: "假",
    TrailMark.STOPPED: "停",
    TrailMark.RECEIVED: "收到",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekCell:
    """One day of the week table: 9.8, 第1日, and 应答 or 法限 where a limit ends."""

    day: str
    sign: str
    limits: str
    mark: TrailMark

    @property
    def text(self) -> str:
        """The cell as it is printed."""
        return f"{self.day} {self.sign}" + (f"（{self.limits}）" if self.limits else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailPaper:
    """The annex of one case; it names no applicant.

    ``facts`` are pairs of label and value, ``sources`` the regulation, the calendar's version and
    the notices, ``printed`` who printed it and when.
    """

    number: str
    agency: str
    facts: tuple[tuple[str, str], ...]
    annex: ClockAnnex
    office_due_on: date | None
    sources: tuple[str, ...]
    remarks: tuple[str, ...]
    printed: str

    @property
    def weeks(self) -> list[list[WeekCell | None]]:
        """The week table, Monday to Sunday."""
        year = self.annex.received_on.year
        return [
            [None if day is None else self._cell(day, year) for day in week]
            for week in self.annex.weeks
        ]

    @property
    def reasons(self) -> list[tuple[str, str, str]]:
        """The stretches that need a reason: span, reason, and whether the days count."""
        return [
            (stretch_span(one), one.why, "计入" if one.counts else "不计")
            for one in self.annex.stretches
        ]

    def _cell(self, day: TrailDay, year: int) -> WeekCell:
        written = f"{day.on.month}.{day.on.day}"
        sign = _SIGNS.get(day.mark, f"第{day.number}日")
        if day.mark is TrailMark.MAKE_UP:
            sign += "班"
        limits = []
        if day.on == self.office_due_on != self.annex.reckoning.due_on:
            limits.append("应答")
        if day.on == self.annex.reckoning.due_on:
            limits.append("法限")
        return WeekCell(
            day=written if day.on.year == year else f"{day.on.year}.{written}",
            sign=sign,
            limits="、".join(limits),
            mark=day.mark,
        )


def stretch_span(stretch: Stretch) -> str:
    """Return 2026年9月11日至9月23日（10 个工作日）, or （7 天） of a holiday."""
    first, last = stretch.first, stretch.last
    if first == last:
        return chinese_date(first)
    end = short_date(last) if first.year == last.year else chinese_date(last)
    unit = "个工作日" if stretch.mark is TrailMark.STOPPED else "天"
    return f"{chinese_date(first)}至{end}（{stretch.days} {unit}）"
