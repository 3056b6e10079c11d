"""``casework calendar show``: the days off and make-up workdays of a year."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from casework.cli.calendar_import import import_notice
from casework.cli.context import installed_calendar, refuse
from casework.domain.working_days import DayKind

if TYPE_CHECKING:
    from casework.domain.working_days import WorkingDayCalendar

_LAST_YEAR = date.max.year


@click.group("calendar", help="工作日历：放假和调休上班的日子。")
def calendar() -> None:
    """Group the commands of the calendar."""


@calendar.command("show", help="列出一年的放假日和调休上班日。")
@click.argument("year", metavar="年份", required=False)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def show(year: str | None, *, as_json: bool) -> None:
    """Print one year of the calendar; a year without a notice is marked provisional."""
    known = installed_calendar()
    first = known.known_from.year
    if year is None or not (year.isascii() and year.isdigit()):
        refuse("年份：请填四位数字，如 casework calendar show 2026")
    if not first <= int(year) <= _LAST_YEAR:
        refuse(f"年份：日历自 {first} 年起，没有 {year} 年，请核对")
    listing = year_json(known, int(year))
    if as_json:
        click.echo(json.dumps(listing, ensure_ascii=False, indent=1))
        return
    doubt = "（放假安排尚未公布，暂按周末推算）" if listing["provisional"] else ""
    click.echo(f"{year}年 {listing['working_days']} 个工作日，日历 {listing['version']}{doubt}")
    for day in listing["days"]:
        word = "上班" if day["kind"] == "work" else "休息"
        click.echo(f"{day['on']} {word} {day['name']} {day['notice']}")


calendar.add_command(import_notice)


def year_json(known: WorkingDayCalendar, year: int) -> dict[str, Any]:
    """Return one year as the outside interface has it (docs/clock.md)."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return {
        "year": year,
        "version": known.version,
        "provisional": known.is_provisional(last),
        "source": "国务院办公厅放假通知",
        "notices": list(known.notices(year)),
        "working_days": known.count(first, last) + known.is_working_day(first),
        "days": [
            {
                "on": day.on.isoformat(),
                "kind": "off" if day.kind is DayKind.OFF else "work",
                "name": day.name,
                "notice": day.notice,
            }
            for day in known.listing(year)
        ],
    }
