"""``casework annual``: the year-end table, its checks, and the cases behind a cell."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.context import answer, office
from casework.domain.annual_checks import check_file, has_fault
from casework.domain.annual_fold import cell_predicate
from casework.domain.errors import RuleBroken
from casework.queries.agencies import find_agency, find_root
from casework.queries.annual_choice import choose_form
from casework.queries.annual_cube import Scope, check_records, list_cell_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy.orm import Session

    from casework.domain.annual_checks import Check
    from casework.domain.annual_fold import Table
    from casework.domain.annual_form import Form

_YEARS = click.IntRange(1, 9999)
_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON")


def _of_a_table(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say which table: year, form, whose cases."""
    for option in (
        click.option("--own", is_flag=True, help="只统计本机关，不含下级"),
        click.option("--agency", "agency_key", help="机关代码、名称或路径，不填为全部"),
        click.option("--form", "form_code", help="统计表格式，不填用该年度施行的格式"),
        click.option("--year", type=_YEARS, required=True, help="年度"),
    ):
        command = option(command)
    return command


@click.group()
def annual() -> None:
    """年度统计表：从办件记录得出，核对勾稽关系，逐格查到案件。"""


@annual.command()
@_of_a_table
@_JSON
def show(
    year: int, form_code: str | None, agency_key: str | None, *, own: bool, as_json: bool
) -> None:
    """列出一个年度的统计表。"""
    form, warnings = _form(year, form_code)
    with office() as desk:
        scope, agency = _scope(desk.session, agency_key, own=own)
        table, checks = check_records(desk.session, form, year, scope)
    if as_json:
        written = table.as_json()
        answer(
            {
                "form": written.pop("form"),
                "year": written.pop("year"),
                "agency": agency,
                **written,
                "checks": [check.as_json() for check in checks],
                "warnings": warnings,
            }
        )
        return
    click.echo(f"{form.title}（{year}年度）\t{agency['name']}")
    for line in _lines(table):
        click.echo(line)
    _say(checks)


@annual.command()
@_of_a_table
@click.option("--cell", required=True, help="格的行列代码，如 3.3.1 或 R3.1,C7")
@_JSON
def cases(
    year: int,
    form_code: str | None,
    agency_key: str | None,
    cell: str,
    *,
    own: bool,
    as_json: bool,
) -> None:
    """列出一格数字背后的申请编号。"""
    form, _ = _form(year, form_code)
    row, _, column = (part.strip() for part in cell.partition(","))
    wanted = cell_predicate(form, row, column)
    with office() as desk:
        scope, _ = _scope(desk.session, agency_key, own=own)
        numbers = [case.number for case in list_cell_cases(desk.session, wanted, year, scope)]
    if as_json:
        answer(numbers)
        return
    for number in numbers:
        click.echo(number)
    click.echo(f"共{len(numbers)}件", err=True)


@annual.command()
@_of_a_table
@_JSON
def check(
    year: int, form_code: str | None, agency_key: str | None, *, own: bool, as_json: bool
) -> None:
    """核对办件记录得出的统计表；勾稽关系不成立时退出状态为 1。"""
    form, warnings = _form(year, form_code)
    with office() as desk:
        scope, agency = _scope(desk.session, agency_key, own=own)
        _, checks = check_records(desk.session, form, year, scope)
    _report(
        {"form": form.code, "year": year, "agency": agency, "warnings": warnings},
        checks,
        as_json=as_json,
    )


@annual.command("check-file")
@click.argument("file", metavar="文件")
@_JSON
def check_a_file(file: str, *, as_json: bool) -> None:
    """核对一张 JSON 格式的统计表（文件名写 - 从标准输入读）；不成立时退出状态为 1。"""
    _report({"file": file}, check_file(_read_json(file)), as_json=as_json)


def _form(year: int, code: str | None) -> tuple[Form, list[str]]:
    """Return the form asked for, with a warning if another one was in force that year."""
    choice = choose_form(year, code)
    if choice.in_force:
        return choice.form, []
    click.echo(choice.warning, err=True)
    return choice.form, [choice.warning]


def _scope(session: Session, key: str | None, *, own: bool) -> tuple[Scope, dict[str, Any]]:
    """Return whose cases are meant; without a key everybody's, under the only root's name."""
    agency = find_root(session) if key is None else find_agency(session, key)
    if agency is None and key is not None:
        raise RuleBroken(
            "no_such_agency",
            f"没有找到机关“{key}”，请您核对 --agency 填写的代码、名称或路径。",
            field="agency",
        )
    if agency is None and own:
        raise RuleBroken(
            "own_of_whom", "用 --own 须同时用 --agency 写明是哪个机关。", field="agency"
        )
    if agency is None:
        return Scope(), {"code": None, "name": "全部机关", "own": False}
    return (
        Scope(path=agency.path, own=own),
        {"code": agency.code, "name": agency.name, "own": own},
    )


def _read_json(file: str) -> object:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
        parsed: object = json.loads(text)
    except UnicodeDecodeError as error:
        raise RuleBroken(
            "not_utf8", f"“{file}”不是 UTF-8 编码的文本，请您另存为 UTF-8 后再核对。", field="file"
        ) from error
    except (ValueError, RecursionError) as error:
        line = f"第{error.lineno}行" if isinstance(error, json.JSONDecodeError) else ""
        raise RuleBroken(
            "not_json", f"“{file}”{line}不是完整的 JSON，请您检查。", field="file"
        ) from error
    return parsed


def _report(head: dict[str, Any], checks: Iterable[Check], *, as_json: bool) -> None:
    checks = tuple(checks)
    fault = has_fault(checks)
    if as_json:
        answer({**head, "ok": not fault, "checks": [check.as_json() for check in checks]})
    else:
        for line in _findings(checks):
            click.echo(line)
    if fault:
        sys.exit(1)


def _say(checks: Iterable[Check]) -> None:
    for line in _findings(checks):
        click.echo(line, err=True)


def _findings(checks: Iterable[Check]) -> list[str]:
    return [
        f"{'通过' if check.ok else '不通过' if check.hard else '提醒'}\t{check.message}"
        for check in checks
    ]


def _lines(table: Table) -> list[str]:
    """Write the table as lines of tab-separated cells: code, label, figures."""
    columns = table.form.column_codes
    lines = []
    if table.form.columns:
        lines.append("\t".join(("", "", *(column.label for column in table.form.columns))))
    for row in table.form.rows:
        figures = [table.cells[row.code, column] for column in columns] if row.has_cell else []
        shown = ("" if figure is None else f"{figure}" for figure in figures)
        lines.append("\t".join((row.code, row.label, *shown)))
    return lines


from casework.cli import annual_export  # noqa: E402, F401 - its commands hang on the group above
