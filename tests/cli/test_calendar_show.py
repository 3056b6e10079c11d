"""``casework calendar show``."""

from __future__ import annotations

import json
from datetime import date, timedelta

import chinese_calendar
import pytest
from click.testing import CliRunner, Result

from casework.cli.calendar import calendar


def show(*arguments: str) -> Result:
    return CliRunner().invoke(calendar, ["show", *arguments])


def test_a_year_as_json() -> None:
    result = show("2026", "--json")
    assert result.exit_code == 0
    year = json.loads(result.stdout)
    assert list(year) == [
        "year",
        "version",
        "provisional",
        "source",
        "notices",
        "working_days",
        "days",
    ]
    assert (year["year"], year["version"], year["provisional"]) == (2026, "2026-1", False)
    assert year["notices"] == ["国办发明电〔2025〕7号"]
    assert year["working_days"] == 248
    worked = [day["on"] for day in year["days"] if day["kind"] == "work"]
    assert worked == [
        "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
    ]  # fmt: skip
    assert year["days"][0] == {
        "on": "2026-01-01",
        "kind": "off",
        "name": "元旦",
        "notice": "国办发明电〔2025〕7号",
    }


@pytest.mark.parametrize("year", range(2008, 2027))
def test_weekends_and_the_listed_days_rebuild_every_year(year: int) -> None:
    shown = json.loads(show(str(year), "--json").stdout)
    listed = {date.fromisoformat(day["on"]): day["kind"] for day in shown["days"]}
    worked, day = 0, date(year, 1, 1)
    while day.year == year:
        plain = "off" if day.weekday() >= 5 else "work"
        works = listed.get(day, plain) == "work"
        assert works is bool(chinese_calendar.is_workday(day)), day
        worked += works
        day += timedelta(days=1)
    assert shown["working_days"] == worked


def test_acceptance_10_a_year_without_a_notice_is_provisional() -> None:
    year = json.loads(show("2027", "--json").stdout)
    assert year["provisional"]
    assert (year["days"], year["notices"]) == ([], [])
    assert "尚未公布" in show("2027").stdout
    assert json.loads(show("9999", "--json").stdout)["provisional"]


def test_a_year_in_words() -> None:
    lines = show("2019").stdout.splitlines()
    assert lines[0] == "2019年 250 个工作日，日历 2026-1"
    assert "2019-05-05 上班 劳动节 国办发明电〔2019〕3号" in lines


@pytest.mark.parametrize("arguments", [[], ["next"], ["2007"], ["10000"], ["-5"], ["２０２６"]])
def test_a_bad_year_is_refused(arguments: list[str]) -> None:
    result = show(*arguments)
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert result.stderr
