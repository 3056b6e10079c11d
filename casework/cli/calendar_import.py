"""``casework calendar import``: a State Council notice comes in, after a look at what it moves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from casework.cli.context import answer, office, refuse
from casework.domain.holiday_notice import NoticeKind
from casework.domain.permissions import Role
from casework.formatting import date_with_weekday, optional_date
from casework.services import calendar as acts

if TYPE_CHECKING:
    from datetime import date

    from casework.domain.calendar_change import CalendarChange, DateMove, MovedCase
    from casework.services.desk import Desk

_PROBLEMS_SHOWN = 20


@click.command("import")
@click.argument("file")
@click.option("--preview", is_flag=True, help="只看哪些案件的期限会变，不保存")
@click.option("--number", default="", help="文号，文件里没有时填，如 国办发明电〔2026〕1号")
@click.option("--issued-on", default="", help="发布日期，文件里没有时填，如 2026-11-04")
@click.option("--local", is_flag=True, help="这是地方假日，不是国务院的通知")
@click.option("--agency", "agency_code", default="", help="地方假日适用的机关代码（含下级机关）")
@click.option("--as", "login", default="", help="以哪个账号办理，默认系统")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def import_notice(
    *,
    file: str,
    preview: bool,
    number: str,
    issued_on: str,
    local: bool,
    agency_code: str,
    login: str,
    as_json: bool,
) -> None:
    """导入放假通知（.json、.csv、.xlsx），并按它重新推算全部未办结案件。"""
    content = Path(file).read_bytes()
    kind = NoticeKind.LOCAL if local else NoticeKind.NATIONAL
    with office(login or None) as visited:
        desk = visited if login else as_administrator(visited)
        try:
            sheet = acts.notice_from_file(desk, file, content)
            sheet = replace(
                sheet, number=number or sheet.number, issued_on=issued_on or sheet.issued_on
            )
            notice = acts.checked_notice(desk, sheet, kind=kind, agency_code=agency_code)
        except acts.NoticeRefused as refused:
            _refuse_all(refused)
        change = (acts.preview_notice if preview else acts.import_notice)(desk, notice)
    for sentence in change.cautions:
        click.echo(f"注意：{sentence}", err=True)
    if as_json:
        answer(change_json(change))
    else:
        _say(change)


def as_administrator(desk: Desk) -> Desk:
    """Return the desk of the machine's operator in the part of the 系统管理员."""
    return replace(desk, actor=replace(desk.actor, roles=frozenset({Role.SYSTEM_ADMIN})))


def change_json(change: CalendarChange) -> dict[str, Any]:
    """Return a change as the outside interface has it (docs/calendar.md)."""
    return {
        "version": change.version,
        "label": change.label,
        "changed": change.changed,
        "preview": change.preview,
        "moved": [_case_json(case) for case in change.moved],
        "withheld": change.withheld,
        "made_firm": change.made_firm,
        "warnings": list(change.cautions),
    }


def _case_json(case: MovedCase) -> dict[str, Any]:
    return {
        "number": case.number,
        "agency": case.agency_name,
        "office_due_on": _move_json(case.office_due_on),
        "due_on": _move_json(case.due_on),
        "direction": case.direction.value,
    }


def _move_json(move: DateMove) -> dict[str, str | None]:
    return {name: str(day) if day else None for name, day in move._asdict().items()}


def _refuse_all(refused: acts.NoticeRefused) -> NoReturn:
    sentences = [str(problem) for problem in refused.problems[:_PROBLEMS_SHOWN]]
    more = len(refused.problems) - len(sentences)
    if more:
        sentences.append(f"另有 {more} 处，请先改正以上各处再试")
    refuse("\n".join(sentences))


def _say(change: CalendarChange) -> None:
    if not change.changed:
        click.echo(f"日历 {change.version} 已包含这份通知，没有改动")
        return
    for case in change.moved:
        click.echo(
            f"{case.direction.label}\t{case.number}\t{case.agency_name}"
            f"\t办理时限 {_words(case.office_due_on)}\t答复期限 {_words(case.due_on)}"
        )
    done = "导入后将有" if change.preview else "已导入，"
    click.echo(
        f"{done} {len(change.moved) + change.withheld} 件案件的期限变动，"
        f"其中 {len(change.earlier)} 件提前；"
        f"{change.made_firm} 件由暂定转为确定。日历版本 {change.version}"
    )


def _words(move: DateMove) -> str:
    if not move.moved:
        return f"{optional_date(move.new)} 不变"
    return f"{_day(move.old)} → {_day(move.new)}"


def _day(day: date | None) -> str:
    return date_with_weekday(day) if day else "停止计算"
