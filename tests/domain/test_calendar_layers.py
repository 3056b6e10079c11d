"""The calendar in force: shipped notices, imported ones in order, local days off, the horizon."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casework.domain.calendar_layers import (
    LONGEST_VERSION,
    CalendarSet,
    Layer,
    cautions,
    layered,
)
from casework.domain.holiday_notice import HolidayNotice, NoticeDay, NoticeDayKind, NoticeKind
from casework.domain.state_council_notices import NOTICES, Notice
from casework.domain.working_days import calendar_as_of, shipped_calendar

BASE = shipped_calendar()
OFF, WORK = NoticeDayKind.OFF, NoticeDayKind.WORK


def notice(year: int, *texts: str, **facts: object) -> HolidayNotice:
    """Make a notice from lines like those of ``state_council_notices``."""
    written = Notice("", year, date(year, 1, 1), "；".join(texts))
    days = tuple(
        sorted(
            NoticeDay(day, OFF if is_off else WORK, name) for day, is_off, name in written.days()
        )
    )
    return HolidayNotice(
        year=year, days=days, **({"number": f"国办发明电〔{year - 1}〕9号"} | facts)
    )


# A made-up arrangement for 2027: 1 January is a Friday, the lunar year begins on Sat 6 February.
NOTICE_2027 = notice(
    2027,
    "元旦 01-01..01-03",
    "春节 02-05..02-12 班 02-14 02-20",
    "清明节 04-03..04-05",
    "劳动节 05-01..05-05 班 05-08",
    "端午节 06-09",
    "中秋节 09-15",
    "国庆节 10-01..10-07 班 09-26 10-09",
)


def test_the_years_notice_moves_the_horizon_to_its_end() -> None:
    after = layered(BASE, [Layer("2027-1", NOTICE_2027)])
    assert after.version == "2026-1+2027-1"
    assert after.known_through == date(2027, 12, 31)
    assert after.describe(date(2027, 2, 14)).notice == "国办发明电〔2026〕9号"  # Sun, worked
    assert after.is_working_day(date(2027, 2, 14))
    assert not after.is_working_day(date(2027, 5, 3))  # Mon
    assert cautions(NOTICE_2027, after) == ()


def test_without_layers_it_is_the_shipped_calendar_itself() -> None:
    assert layered(BASE, []) is BASE
    assert CalendarSet(BASE).of("/1/") is BASE


@pytest.mark.parametrize(
    ("texts", "known_through", "says"),
    [
        (["元旦 01-01..01-03"], date(2027, 1, 3), "没有写劳动节、国庆节放假"),
        (["元旦 01-01", "春节 02-05..02-12"], date(2027, 2, 12), "没有写劳动节、国庆节放假"),
        (["元旦 01-01", "国庆节 10-01..10-07"], date(2027, 4, 30), "没有写劳动节放假"),
        (["春节 02-05..02-12"], date(2026, 12, 31), "2027年的日期仍为暂定"),
        (["国庆节 10-01..10-07"], date(2026, 12, 31), "2027年的日期仍为暂定"),
    ],
    ids=["new year alone", "breaks off in February", "no 1 May", "no new year", "autumn alone"],
)
def test_an_incomplete_notice_makes_nothing_firm_that_it_does_not_say(
    texts: list[str], known_through: date, says: str
) -> None:
    """1 May 2027 is a Saturday: that no weekday near it is off shows that 劳动节 is missing."""
    partial = notice(2027, *texts)
    after = layered(BASE, [Layer("2027-1", partial)])
    assert after.known_through == known_through
    assert any(says in sentence for sentence in cautions(partial, after)), cautions(partial, after)


def test_two_notices_complete_a_year_between_them() -> None:
    first = notice(2027, "元旦 01-01..01-03", "春节 02-05..02-12", number="甲〔2026〕1号")
    rest = notice(2027, "劳动节 05-01..05-05", "国庆节 10-01..10-07", number="甲〔2026〕2号")
    after = layered(BASE, [Layer("2027-1", first), Layer("2027-2", rest)])
    assert after.known_through == date(2027, 12, 31)


def test_a_gap_between_years_keeps_the_later_year_provisional() -> None:
    days = ("元旦 01-01", "劳动节 05-01", "国庆节 10-01..10-03")
    later = notice(2028, *days)
    after = layered(BASE, [Layer("2028-1", later)])
    assert after.known_through == date(2026, 12, 31)
    assert "2027年的放假安排不全" in cautions(later, after)[0]
    filled = layered(BASE, [Layer("2028-1", later), Layer("2027-1", NOTICE_2027)])
    assert filled.known_through == date(2028, 12, 31)


def test_every_shipped_year_would_have_become_firm_by_its_own_notice() -> None:
    for shipped in NOTICES[1:]:
        before = calendar_as_of(shipped.published_on - timedelta(days=1))
        if shipped.year == before.known_through.year:
            continue
        imported = notice(shipped.year, shipped.text, number=shipped.number)
        after = layered(before, [Layer("x", imported)])
        assert after.known_through == date(shipped.year, 12, 31), shipped.number
        assert not after.differences(calendar_as_of(shipped.published_on))


def test_a_later_notice_overrules_an_earlier_one_day_by_day() -> None:
    change = notice(2027, "元旦 班 01-03", number="国办发明电〔2027〕1号")  # Sun
    after = layered(BASE, [Layer("2027-1", NOTICE_2027), Layer("2027-2", change)])
    assert after.version == "2026-1+2027-1+2027-2"
    assert after.is_working_day(date(2027, 1, 3))
    assert not after.is_working_day(date(2027, 1, 1))


def test_the_same_number_again_is_a_correction_and_drops_what_it_no_longer_says() -> None:
    typo = replace(
        NOTICE_2027, days=(*NOTICE_2027.days, NoticeDay(date(2027, 11, 7), WORK, "国庆节"))
    )
    change = notice(2027, "元旦 班 01-03", number="国办发明电〔2027〕1号")
    layers = [Layer("2027-1", typo), Layer("2027-2", change), Layer("2027-3", NOTICE_2027)]
    after = layered(BASE, layers)
    assert not after.is_working_day(date(2027, 11, 7))  # Sun
    assert after.is_working_day(date(2027, 1, 3)), "the correction keeps its place in the order"
    assert after.version == "2026-1+2027-3+2027-2"


def test_a_shipped_notice_imported_again_changes_nothing_even_where_it_was_overruled_since() -> (
    None
):
    """1 February 2020, a Saturday, was to be worked and became a day off (law of 2020-01-27)."""
    for shipped in NOTICES:
        again = notice(shipped.year, shipped.text, number=shipped.number)
        before = CalendarSet(BASE)
        after = before.with_layer(Layer("again", again))
        assert before.knows(again, after), shipped.number
        assert after.of() is BASE
    assert not BASE.is_working_day(date(2020, 2, 1))


def test_a_known_year_without_a_number_changes_nothing_either() -> None:
    year = tuple(
        NoticeDay(day.on, WORK if day.kind.counts else OFF, "某节") for day in BASE.listing(2026)
    )
    again = HolidayNotice(year=2026, days=year)
    before = CalendarSet(BASE)
    assert before.knows(again, before.with_layer(Layer("2026-2", again)))


def test_labels_count_the_notices_of_a_year() -> None:
    known = CalendarSet(BASE)
    assert known.next_label(NOTICE_2027) == "2027-1"
    assert known.next_label(notice(2026, "元旦 01-01")) == "2026-2"
    assert known.next_label(notice(2015, "元旦 01-01")) == "2015-3", "2015 had two"
    assert (
        CalendarSet(calendar_as_of(date(2019, 3, 21))).next_label(notice(2019, "劳动节 05-01"))
        == "2019-2"
    )
    local = replace(NOTICE_2027, kind=NoticeKind.LOCAL)
    assert known.next_label(local) == "L2027-1"
    assert known.with_layer(Layer("2027-1", NOTICE_2027)).next_label(NOTICE_2027) == "2027-2"


def test_local_days_off_hold_below_their_agency_and_leave_the_horizon() -> None:
    """As in an autonomous prefecture: Tue 2026-08-18 to Thu 2026-08-20 off by local law."""
    local = notice(2026, "州庆 08-18..08-20", number="甲府发〔2026〕3号", kind=NoticeKind.LOCAL)
    known = CalendarSet(BASE).with_layer(Layer("L2026-1", local, "/1/5/"))
    inside, outside = known.of("/1/5/9/"), known.of("/1/6/")
    assert inside.add(date(2026, 8, 17), 1) == date(2026, 8, 21)  # Fri
    assert outside.add(date(2026, 8, 17), 1) == date(2026, 8, 18)
    assert inside.version == "2026-1+L2026-1"
    assert outside is known.of("") is BASE
    assert inside.known_through == BASE.known_through
    assert known.scopes() == ("/1/5/",)


def test_local_days_off_outlast_a_later_national_notice() -> None:
    local = notice(2027, "州庆 08-18", number="甲府发〔2026〕3号", kind=NoticeKind.LOCAL)
    national = notice(2027, "某节 班 08-18", number="国办发明电〔2027〕2号")
    after = layered(BASE, [Layer("L2027-1", local), Layer("2027-1", national)])
    assert not after.is_working_day(date(2027, 8, 18))
    assert after.version == "2026-1+2027-1+L2027-1"


def test_a_long_history_still_has_a_version_of_its_own_that_fits_the_column() -> None:
    layers = [
        Layer(f"2027-{k}", notice(2027, "元旦 01-01", number=f"甲〔2026〕{k}号"))
        for k in range(1, 20)
    ]
    versions = {layered(BASE, layers[:k]).version for k in range(1, 20)}
    assert len(versions) == 19
    assert max(map(len, versions)) <= LONGEST_VERSION


def test_an_odd_number_is_a_caution() -> None:
    after = layered(BASE, [Layer("2027-1", NOTICE_2027)])
    assert "不像" in cautions(replace(NOTICE_2027, number="test 1"), after)[0]
    assert "没有写文号" in cautions(replace(NOTICE_2027, number=""), after)[0]
