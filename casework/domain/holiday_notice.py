"""A holiday notice as data, and what must hold before one is believed.

Every November the State Council says which days of the coming year are off and which weekend days
are worked for them (国务院办公厅关于部分节假日安排的通知); a prefecture may add days off by its own
law (地方假日). Somebody types or downloads such a notice, so it is read line by line and everything
that is wrong is said at once, each thing in one sentence with the number of its line. Nothing is
guessed: a date that could be read two ways is refused.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from casework.domain.text import clean_text
from casework.domain.working_days import DayKind

if TYPE_CHECKING:
    from casework.domain.working_days import WorkingDayCalendar

BASIS = "国务院办公厅放假通知"
REACH = timedelta(days=14)
"""How far a notice may reach into the years beside its own: 2018-12-29 was worked for 2019."""

_LONGEST_NAME = 40
_SATURDAY = 5
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?"
)
_DAY_FIRST = re.compile(r"\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{4}")
_BRACKETS = str.maketrans("()[]（）［］【】", "〔〕" * 5)


class NoticeKind(StrEnum):
    """国务院通知 for the whole country, or 地方假日 by local law."""

    NATIONAL = "national"
    LOCAL = "local"

    @property
    def label(self) -> str:
        """The word on the calendar page."""
        return _NOTICE_LABELS[self]


_NOTICE_LABELS = {NoticeKind.NATIONAL: "国务院通知", NoticeKind.LOCAL: "地方假日"}


class NoticeDayKind(StrEnum):
    """What a notice says of a day: 放假 or 上班."""

    OFF = "off"
    WORK = "work"

    @property
    def label(self) -> str:
        """The word in the notice."""
        return _DAY_LABELS[self]


_DAY_LABELS = {NoticeDayKind.OFF: "放假", NoticeDayKind.WORK: "上班"}
_DAY_WORDS = {
    **dict.fromkeys(("放假", "休息", "休", "假", "调休放假", "off", "true"), NoticeDayKind.OFF),
    **dict.fromkeys(("上班", "班", "补班", "调休上班", "work", "false"), NoticeDayKind.WORK),
}


class NoticeDay(NamedTuple):
    """One line of a notice: 2027-01-01, off, 元旦."""

    on: date
    kind: NoticeDayKind
    name: str


class NoticeProblem(NamedTuple):
    """One thing wrong with a file: its line, counted from 1 (0: the file as a whole), and why."""

    line: int
    message: str

    def __str__(self) -> str:
        """Return the sentence as it is shown."""
        return f"第{self.line}行：{self.message}" if self.line else self.message


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayNotice:
    """A notice that was found in order; ``read_notice`` makes them.

    ``days`` are in order of date, none twice. ``number`` (文号) may be empty where the file names
    none. A local notice holds for the agency ``agency_code`` and those below it, or for all.
    """

    year: int
    days: tuple[NoticeDay, ...]
    number: str = ""
    title: str = ""
    issued_on: date | None = None
    kind: NoticeKind = NoticeKind.NATIONAL
    agency_code: str = ""

    @property
    def source(self) -> str:
        """How a day refers to it: the number, or else the title."""
        return self.number or self.title

    @property
    def sha256(self) -> str:
        """The digest of what it says, however the file was laid out; 64 hexadecimal digits."""
        lines = [self.kind, self.agency_code, str(self.year), self.source]
        lines += [f"{day.on.isoformat()} {day.kind} {day.name}" for day in self.days]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


class RawDay(NamedTuple):
    """One line as it stands in the file; ``kind`` may be a yes or no (off: yes)."""

    line: int
    on: object
    kind: object
    name: object


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSheet:
    """What a file says, not yet believed; ``problems`` are those of its form.

    ``number_required``: the file's format has a place for the number, so it may not be missing.
    """

    days: tuple[RawDay, ...] = ()
    year: object = None
    number: object = ""
    title: object = ""
    issued_on: object = None
    number_required: bool = False
    problems: tuple[NoticeProblem, ...] = ()


def read_notice(
    sheet: NoticeSheet,
    *,
    calendar: WorkingDayCalendar,
    kind: NoticeKind = NoticeKind.NATIONAL,
    agency_code: str = "",
) -> HolidayNotice | tuple[NoticeProblem, ...]:
    """Return the notice, or everything that is wrong with it, by line.

    ``calendar`` is the one in force: a day "worked" that is an ordinary working day in it shows
    that the file is wrong.
    """
    reading = _Reading(calendar, list(sheet.problems))
    number = normalised_number(_text(sheet.number))
    if sheet.number_required and not number:
        reading.object_to(0, "缺少文号，请填写，如“国办发明电〔2026〕1号”")
    issued_on = None
    if _text(sheet.issued_on):
        issued_on = reading.date_in(0, sheet.issued_on, "发布日期")
    days = [day for raw in sheet.days if (day := reading.day(raw))]
    year = reading.year(sheet.year, [day.on for _, day in days])
    if not sheet.days and not sheet.problems:
        reading.object_to(0, "文件里没有一天放假或者上班的日子，请核对是不是选错了文件")
    reading.check(days, year, number)
    if reading.problems or year is None:
        return tuple(sorted(reading.problems))
    return HolidayNotice(
        year=year,
        days=tuple(sorted(day for _, day in days)),
        number=number,
        title=_text(sheet.title),
        issued_on=issued_on,
        kind=kind,
        agency_code=agency_code,
    )


def normalised_number(text: str) -> str:
    """Return a 文号 with the brackets of GB/T 9704-2012 7.2.5: 国办发明电〔2026〕1号."""
    return clean_text(text).replace(" ", "").translate(_BRACKETS)


@dataclass(slots=True)
class _Reading:
    """A file half read: the calendar it is held against, and what was found wrong so far."""

    calendar: WorkingDayCalendar
    problems: list[NoticeProblem] = field(default_factory=list)

    def object_to(self, line: int, message: str) -> None:
        self.problems.append(NoticeProblem(line, message))

    def day(self, raw: RawDay) -> tuple[int, NoticeDay] | None:
        before = len(self.problems)
        on = self.date_in(raw.line, raw.on, "日期")
        kind = self._kind(raw)
        name = self._name(raw)
        if len(self.problems) > before or on is None or kind is None:
            return None
        return raw.line, NoticeDay(on, kind, name)

    def date_in(self, line: int, cell: object, column: str) -> date | None:
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        text = _text(cell)
        found = _DATE.fullmatch(text)
        if found:
            try:
                return date(*map(int, found.groups()))
            except ValueError:
                self.object_to(line, f"{column}“{text}”不是日历上有的日期，请核对")
                return None
        if not text:
            message = f"缺少{column}，请写成 2027-01-01 的样子"
        elif _DAY_FIRST.fullmatch(text):
            message = f"{column}“{text}”的次序看不准，请按年、月、日写成 2027-01-02 的样子"
        elif column == "日期" and not any(character.isdigit() for character in text):
            message = f"日期一栏写的是“{text}”，请核对各栏的次序：日期、类型、名称"
        else:
            message = f"{column}“{text}”不是日期，请写成 2027-01-01 的样子"
        self.object_to(line, message)
        return None

    def _kind(self, raw: RawDay) -> NoticeDayKind | None:
        word = _text(raw.kind)
        kind = _DAY_WORDS.get(word.lower())
        if kind is not None:
            return kind
        if _text(raw.name).lower() in _DAY_WORDS:
            message = f"类型一栏写的是“{word}”，名称一栏写的是“{_text(raw.name)}”，请调换过来"
        elif word:
            message = f"类型“{word}”看不懂，请填“放假”或者“上班”"
        else:
            message = "缺少类型，请填“放假”或者“上班”"
        self.object_to(raw.line, message)
        return None

    def _name(self, raw: RawDay) -> str:
        name = _text(raw.name)
        if not name:
            self.object_to(raw.line, "缺少名称，请填节日名称，如“春节”")
        elif len(name) > _LONGEST_NAME:
            self.object_to(raw.line, f"名称超过{_LONGEST_NAME}个字，请只写节日名称")
        elif _DATE.fullmatch(name):
            self.object_to(raw.line, f"名称一栏写的是“{name}”，请核对各栏的次序：日期、类型、名称")
        return name

    def year(self, cell: object, days: list[date]) -> int | None:
        """Return the year the file names, or else the one most of its days lie in."""
        text = _text(cell).removesuffix("年")
        if not text:
            years = [day.year for day in days]
            return max(years, key=lambda year: (years.count(year), year)) if years else None
        first = self.calendar.known_from.year
        if not re.fullmatch(r"[12]\d{3}", text):
            self.object_to(0, f"年份“{text}”不对，请填四位数字，如 2027")
            return None
        if int(text) < first:
            self.object_to(0, f"年份 {text} 太早，日历自 {first} 年起，请核对")
            return None
        return int(text)

    def check(self, days: list[tuple[int, NoticeDay]], year: int | None, number: str) -> None:
        """Check what only shows when the lines stand beside each other and in their year."""
        seen: dict[date, tuple[int, NoticeDay]] = {}
        for line, day in days:
            written = day.on.isoformat()
            if year is not None and not _within(day.on, year):
                self.object_to(line, f"{written} 不在 {year} 年，请核对年份")
            if day.on in seen:
                other_line, other = seen[day.on]
                if other.kind is day.kind:
                    message = f"{written} 在第{other_line}行已经写过，请只保留一行"
                else:
                    message = (
                        f"{written} 在第{other_line}行写的是{other.kind.label}，"
                        f"这里写的是{day.kind.label}，请对照通知只保留一行"
                    )
                self.object_to(line, message)
                continue
            seen[day.on] = (line, day)
            if day.kind is NoticeDayKind.WORK and self._works_anyway(day.on, number):
                self.object_to(
                    line,
                    f"{written} 是{'周' + '一二三四五'[day.on.weekday()]}，本来就是工作日，"
                    "不用调休上班，请核对日期",
                )

    def _works_anyway(self, day: date, number: str) -> bool:
        """Say whether ``day`` is an ordinary working day, other than by this very notice."""
        if day.weekday() >= _SATURDAY or self.calendar.kind(day) is DayKind.OFF:
            return False
        return not number or self.calendar.describe(day).notice != number


def _within(day: date, year: int) -> bool:
    return date(year, 1, 1) - REACH <= day <= date(year, 12, 31) + REACH


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return clean_text(str(cell))
