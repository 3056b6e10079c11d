"""A notice is read line by line; everything wrong with it is said at once, by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from casework.domain.holiday_notice import (
    HolidayNotice,
    NoticeDay,
    NoticeDayKind,
    NoticeKind,
    NoticeProblem,
    NoticeSheet,
    RawDay,
    normalised_number,
    read_notice,
)
from casework.domain.state_council_notices import NOTICES
from casework.domain.working_days import calendar_as_of, shipped_calendar

CALENDAR = shipped_calendar()
GOOD = (
    RawDay(2, "2026-12-31", "放假", "元旦"),
    RawDay(3, "2027-01-01", "放假", "元旦"),
    RawDay(4, "2027-01-09", "上班", "元旦"),  # Sat
)


def read(*days: RawDay, **facts: object) -> HolidayNotice | tuple[NoticeProblem, ...]:
    sheet = NoticeSheet(days=days, **({"year": 2027, "number": "国办发明电〔2026〕9号"} | facts))
    return read_notice(sheet, calendar=CALENDAR)


def problems(*days: RawDay, **facts: object) -> list[str]:
    found = read(*days, **facts)
    assert not isinstance(found, HolidayNotice)
    return [str(problem) for problem in found]


def test_a_notice_in_order_is_sorted_and_knows_its_number() -> None:
    notice = read(*reversed(GOOD), issued_on="2026年11月4日", title=" 关于2027年 部分节假日安排 ")
    assert isinstance(notice, HolidayNotice)
    assert notice.year == 2027
    assert notice.number == "国办发明电〔2026〕9号"
    assert notice.title == "关于2027年 部分节假日安排"
    assert notice.issued_on == date(2026, 11, 4)
    assert notice.days == (
        NoticeDay(date(2026, 12, 31), NoticeDayKind.OFF, "元旦"),
        NoticeDay(date(2027, 1, 1), NoticeDayKind.OFF, "元旦"),
        NoticeDay(date(2027, 1, 9), NoticeDayKind.WORK, "元旦"),
    )


def test_dates_kinds_and_brackets_are_read_as_people_write_them() -> None:
    notice = read(
        RawDay(1, "2027/1/1", True, "元旦"),  # noqa: FBT003  holiday-cn says isOffDay
        RawDay(2, "2027年1月2日", "休息", "元旦"),
        RawDay(3, datetime(2027, 1, 3, 0, 0), "off", "元旦"),  # noqa: DTZ001  a cell of Excel
        RawDay(4, date(2027, 1, 9), False, "元旦"),  # noqa: FBT003
        RawDay(5, "2027.1.10", "补班", "元旦"),
        number="国办发明电[2026] 9号",
    )
    assert isinstance(notice, HolidayNotice)
    assert [day.kind for day in notice.days] == ["off", "off", "off", "work", "work"]
    assert notice.number == "国办发明电〔2026〕9号"
    assert normalised_number("国办发明电（2026）9号") == "国办发明电〔2026〕9号"


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (RawDay(7, "2027-02-30", "放假", "春节"), "日期“2027-02-30”不是日历上有的日期，请核对"),
        (
            RawDay(7, "30-09-2027", "放假", "国庆节"),
            "日期“30-09-2027”的次序看不准，请按年、月、日写成 2027-01-02 的样子",
        ),
        (RawDay(7, 46388, "放假", "元旦"), "日期“46388”不是日期，请写成 2027-01-01 的样子"),
        (RawDay(7, "", "放假", "元旦"), "缺少日期，请写成 2027-01-01 的样子"),
        (
            RawDay(7, "元旦", "放假", "2027-01-01"),
            "日期一栏写的是“元旦”，请核对各栏的次序：日期、类型、名称",
        ),
        (
            RawDay(7, "2027-01-01", "元旦", "放假"),
            "类型一栏写的是“元旦”，名称一栏写的是“放假”，请调换过来",
        ),
        (RawDay(7, "2027-01-01", "放", "元旦"), "类型“放”看不懂，请填“放假”或者“上班”"),
        (RawDay(7, "2027-01-01", None, "元旦"), "缺少类型，请填“放假”或者“上班”"),
        (RawDay(7, "2027-01-01", "放假", " "), "缺少名称，请填节日名称，如“春节”"),
        (RawDay(7, "2027-01-01", "放假", "长" * 41), "名称超过40个字，请只写节日名称"),
        (RawDay(7, "2025-10-01", "放假", "国庆节"), "2025-10-01 不在 2027 年，请核对年份"),
        (RawDay(7, "2026-12-17", "放假", "元旦"), "2026-12-17 不在 2027 年，请核对年份"),
        (RawDay(7, "2028-01-15", "放假", "元旦"), "2028-01-15 不在 2027 年，请核对年份"),
        (
            RawDay(7, "2027-01-04", "上班", "元旦"),
            "2027-01-04 是周一，本来就是工作日，不用调休上班，请核对日期",
        ),
    ],
    ids=lambda value: "" if isinstance(value, RawDay) else value[:12],
)
def test_acceptance_14_a_bad_line_is_named_by_its_number(day: RawDay, sentence: str) -> None:
    assert f"第7行：{sentence}" in problems(*GOOD, day)


def test_acceptance_14_a_date_listed_twice_or_with_both_kinds() -> None:
    assert problems(
        *GOOD,
        RawDay(5, "2027-01-01", "放假", "元旦"),
        RawDay(6, "2027-01-09", "放假", "元旦"),
    ) == [
        "第5行：2027-01-01 在第3行已经写过，请只保留一行",
        "第6行：2027-01-09 在第4行写的是上班，这里写的是放假，请对照通知只保留一行",
    ]


def test_acceptance_14_all_problems_come_at_once_in_the_order_of_their_lines() -> None:
    found = problems(
        RawDay(9, "2027-13-01", "放假", "元旦"),
        RawDay(3, "2027-01-01", "放假", ""),
        RawDay(5, "x", "y", ""),
        issued_on="昨天",
        number_required=True,
        number="",
    )
    starts = [sentence.split("：")[0] for sentence in found[2:]]
    assert found[:2] == [
        "发布日期“昨天”不是日期，请写成 2027-01-01 的样子",
        "缺少文号，请填写，如“国办发明电〔2026〕1号”",
    ]
    assert starts == ["第3行", "第5行", "第5行", "第5行", "第9行"]


@pytest.mark.parametrize("year", ["二〇二七", 27, "2027.5", True, 20270])
def test_a_year_is_four_digits(year: object) -> None:
    assert problems(*GOOD, year=year)[0].startswith("年份“")


def test_a_year_before_the_calendar_is_refused() -> None:
    assert problems(*GOOD, year="2007年")[0] == "年份 2007 太早，日历自 2008 年起，请核对"


def test_a_file_without_a_year_means_the_year_most_of_its_days_lie_in() -> None:
    notice = read(*GOOD, year=None)
    assert isinstance(notice, HolidayNotice)
    assert notice.year == 2027


def test_nothing_in_it() -> None:
    assert problems() == ["文件里没有一天放假或者上班的日子，请核对是不是选错了文件"]
    assert problems(year=None)[0].startswith("文件里没有一天")


def test_a_weekday_that_was_off_may_be_made_a_workday_again_and_imported_twice() -> None:
    """2026-02-16 is a Monday of the Spring Festival; a later notice could take it back."""
    back = RawDay(1, "2026-02-16", "上班", "春节")
    notice = read(back, year=2026, number="国办发明电〔2026〕2号")
    assert isinstance(notice, HolidayNotice)
    from casework.domain.calendar_layers import Layer, layered

    after = layered(CALENDAR, [Layer("2026-2", notice)])
    assert after.is_working_day(date(2026, 2, 16))
    sheet = NoticeSheet(days=(back,), year=2026, number="国办发明电〔2026〕2号")
    assert read_notice(sheet, calendar=after) == notice
    other = replace(sheet, number="国办发明电〔2026〕3号")
    assert not isinstance(read_notice(other, calendar=after), HolidayNotice)


def test_every_shipped_notice_passes() -> None:
    for notice in NOTICES:
        sheet = NoticeSheet(
            days=tuple(
                RawDay(line, day.isoformat(), is_off, name)
                for line, (day, is_off, name) in enumerate(notice.days(), 1)
            ),
            year=notice.year,
            number=notice.number,
            issued_on=notice.published_on,
        )
        read_back = read_notice(sheet, calendar=calendar_as_of(notice.published_on))
        assert isinstance(read_back, HolidayNotice), (notice.number, read_back)
        assert read_back.number == notice.number


def test_the_digest_is_of_what_is_said_and_not_of_how() -> None:
    one, other = read(*GOOD), read(*reversed(GOOD), title="某标题", issued_on="2026-11-04")
    assert isinstance(one, HolidayNotice)
    assert isinstance(other, HolidayNotice)
    assert one.sha256 == other.sha256
    for change in (
        {"year": 2026},
        {"number": "国办发明电〔2026〕8号"},
        {"kind": NoticeKind.LOCAL},
        {"agency_code": "QYZG"},
        {"days": one.days[:2]},
        {"days": (*one.days[:2], one.days[2]._replace(name="春节"))},
    ):
        assert replace(one, **change).sha256 != one.sha256, change
