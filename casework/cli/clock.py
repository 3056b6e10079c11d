"""``casework clock``: reckon deadlines from a JSON file of scenarios.

It counts by this installation's calendar, and without one by the notices that ship with us.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from casework.cli import context
from casework.cli.context import refuse
from casework.domain import time_source
from casework.domain.clock_json import answer, from_json
from casework.domain.clock_sentence import explain
from casework.domain.errors import RuleBroken
from casework.domain.statutory_clock import Timeliness
from casework.domain.working_days import WorkingDayCalendar, calendar_as_of


@click.command("clock", help="按收到日期、事项和条例推算答复期限（算例为 JSON）。")
@click.argument("file", required=False)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@click.option("--as-of", metavar="日期", help="只用该日以前已公布的放假通知。")
@click.option(
    "--office-days",
    metavar="天数",
    help="本机关办理时限的工作日数，默认按 REPLY_WORKING_DAYS，没有设置的为 15。",
)
def clock(file: str | None, as_of: str | None, office_days: str | None, *, as_json: bool) -> None:
    """Answer the scenario, or the list of scenarios, in FILE or on standard input (``-``)."""
    scenarios = _read(file)
    calendar = _calendar(as_of)
    days = _office_days(office_days)
    today = time_source.today()
    several = isinstance(scenarios, list)
    answers = [
        answer(scenario, calendar, today=today, office_days=days)
        for scenario in (scenarios if several else [scenarios])
    ]
    if as_json:
        click.echo(json.dumps(answers if several else answers[0], ensure_ascii=False, indent=1))
    else:
        for place, scenario in enumerate(scenarios if several else [scenarios]):
            click.echo(_in_words(scenario, answers[place], calendar, days))
    if not several and "error" in answers[0]:
        refuse(answers[0]["error"]["message"])


def _office_days(text: str | None) -> int:
    if text is None:
        return context.office_days()
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        refuse(f"--office-days：“{text}”不对，请填 1 以上的整数")
    return int(text)


def _read(file: str | None) -> Any:
    if file is None:
        refuse("请给出算例文件，或者用 - 从标准输入读取，如：casework clock 算例.json --json")
    name = "标准输入" if file == "-" else file
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return json.loads(raw.decode("utf-8-sig"))
    except OSError:
        refuse(f"读不到文件 {file}，请核对文件名和权限")
    except UnicodeDecodeError:
        refuse(f"{name} 不是 UTF-8 编码，请另存为 UTF-8 再试")
    except json.JSONDecodeError as error:
        refuse(f"{name} 第 {error.lineno} 行第 {error.colno} 列不合 JSON 写法，请改正后再试")
    except (RecursionError, ValueError):
        refuse(f"{name} 不是可读的 JSON：嵌套过深或者数字过长，请核对内容")


def _calendar(as_of: str | None) -> WorkingDayCalendar:
    if as_of is None:
        return context.installed_calendar()
    try:
        return calendar_as_of(date.fromisoformat(as_of))
    except RuleBroken as broken:
        refuse(f"--as-of：{broken.message}")
    except ValueError:
        refuse(f"--as-of：“{as_of}”不是日期，请写成 2019-03-21 的样子")


def _in_words(
    scenario: object, result: dict[str, Any], calendar: WorkingDayCalendar, office_days: int
) -> str:
    if "error" in result:
        return f"不能推算：{result['error']['message']}"
    lines = [explain(from_json(scenario).facts, calendar, office_days=office_days)]
    late = f" {result['days_late']} 个工作日" if result["days_late"] else ""
    lines.append(f"  {Timeliness(result['timeliness']).label}{late}")
    lines += [f"  注意：{warning}" for warning in result["warnings"]]
    return "\n".join(lines)
