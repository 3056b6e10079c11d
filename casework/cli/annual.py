"""``casework annual``: the year-end table, its checks, and the cases behind a cell."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.annual_export import export, write_narrative
from casework.cli.annual_options import as_json_option, form_of, of_a_table, scope_of
from casework.cli.context import answer, office
from casework.domain.annual_checks import check_file, has_fault
from casework.domain.annual_fold import cell_predicate
from casework.domain.errors import RuleBroken
from casework.queries.annual_cube import check_records, list_cell_cases

if TYPE_CHECKING:
    from collections.abc import Iterable

    from casework.domain.annual_checks import Check
    from casework.domain.annual_fold import Table


@click.group()
def annual() -> None:
    """年度统计表：从办件记录得出，核对勾稽关系，逐格查到案件。"""


@annual.command()
@of_a_table
@as_json_option
def show(
    year: int, form_code: str | None, agency_key: str | None, *, own: bool, as_json: bool
) -> None:
    """列出一个年度的统计表。"""
    form, warnings = form_of(year, form_code)
    with office() as desk:
        scope, agency = scope_of(desk.session, agency_key, own=own)
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
@of_a_table
@click.option("--cell", required=True, help="格的行列代码，如 3.3.1 或 R3.1,C7")
@as_json_option
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
    form, _ = form_of(year, form_code)
    row, _, column = (part.strip() for part in cell.partition(","))
    wanted = cell_predicate(form, row, column)
    with office() as desk:
        scope, _ = scope_of(desk.session, agency_key, own=own)
        numbers = [case.number for case in list_cell_cases(desk.session, wanted, year, scope)]
    if as_json:
        answer(numbers)
        return
    for number in numbers:
        click.echo(number)
    click.echo(f"共{len(numbers)}件", err=True)


@annual.command()
@of_a_table
@as_json_option
def check(
    year: int, form_code: str | None, agency_key: str | None, *, own: bool, as_json: bool
) -> None:
    """核对办件记录得出的统计表；勾稽关系不成立时退出状态为 1。"""
    form, warnings = form_of(year, form_code)
    with office() as desk:
        scope, agency = scope_of(desk.session, agency_key, own=own)
        _, checks = check_records(desk.session, form, year, scope)
    _report(
        {"form": form.code, "year": year, "agency": agency, "warnings": warnings},
        checks,
        as_json=as_json,
    )


@annual.command("check-file")
@click.argument("file", metavar="文件")
@as_json_option
def check_a_file(file: str, *, as_json: bool) -> None:
    """核对一张 JSON 格式的统计表（文件名写 - 从标准输入读）；不成立时退出状态为 1。"""
    _report({"file": file}, check_file(_read_json(file)), as_json=as_json)


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


annual.add_command(export)
annual.add_command(write_narrative)
