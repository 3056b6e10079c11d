"""``casework annual``: the year-end table, its checks, and the cases behind a cell."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.annual_export import export, write_chart, write_narrative
from casework.cli.annual_options import YEARS, as_json_option, form_of, of_a_table, scope_of
from casework.cli.annual_units import (
    import_return,
    inspection_ledger,
    returns,
    verify_lock,
)
from casework.cli.context import answer, office
from casework.domain.annual_checks import passes
from casework.domain.annual_fold import cell_predicate
from casework.queries.annual_checked import check_records
from casework.queries.annual_cube import list_cell_cases, sum_fees
from casework.queries.visibility import kept_ids
from casework.services.published_reports import judge_file, judge_text, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from casework.domain.annual_checks import Check
    from casework.domain.annual_table import Table


_READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


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
        table, checks = check_records(desk.session, form, year, scope, today=desk.today)
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
        cases = list_cell_cases(desk.session, wanted, year, scope)
        kept = kept_ids(desk.session, desk.actor)
        numbers = [case.number for case in cases if case.case_id not in kept]
    if as_json:
        answer(numbers)
        return
    for number in numbers:
        click.echo(number)
    withheld = f"，另有{len(cases) - len(numbers)}件限制知悉" if len(cases) > len(numbers) else ""
    click.echo(f"共{len(cases)}件{withheld}", err=True)


_text_option = click.option(
    "--text",
    "report",
    type=_READABLE,
    help="年度报告的文字（.docx .html .txt），与表一并核对",
)


@annual.command()
@of_a_table
@_text_option
@as_json_option
def check(
    year: int,
    form_code: str | None,
    agency_key: str | None,
    report: Path | None,
    *,
    own: bool,
    as_json: bool,
) -> None:
    """核对办件记录得出的统计表；勾稽关系不成立时退出状态为 1。"""
    form, warnings = form_of(year, form_code)
    with office() as desk:
        scope, agency = scope_of(desk.session, agency_key, own=own)
        table, checks = check_records(desk.session, form, year, scope, today=desk.today)
        if report is not None:
            text = text_of(report.read_bytes(), report.name)
            fees = sum_fees(desk.session, year, scope)
            checks = (*checks, *judge_text(text, table, fees_yuan=fees))
    _report(
        {"form": form.code, "year": year, "agency": agency, "warnings": warnings},
        checks,
        as_json=as_json,
    )


@annual.command("check-file")
@click.argument("file", metavar="文件")
@_text_option
@click.option("--year", type=YEARS, help="年度，文件里没有写时须填")
@click.option("--form", "form_code", help="统计表格式，不填看表上的行")
@as_json_option
def check_a_file(
    file: str, report: Path | None, year: int | None, form_code: str | None, *, as_json: bool
) -> None:
    """核对别人的统计表或者年度报告，不成立时退出状态为 1。

    文件可以是 .json、.xlsx、.xls、.csv、.docx、.html（写 - 从标准输入读 JSON）。
    Word 和网页中的文字与表一并核对，另存的文字用 --text 给出。
    """
    content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    judged = judge_file(
        content,
        "-.json" if file == "-" else Path(file).name,
        text=text_of(report.read_bytes(), report.name) if report else "",
        year=year,
        form=form_code,
    )
    _report({"file": file, **judged.about}, judged.checks, as_json=as_json)


def _report(head: dict[str, Any], checks: Iterable[Check], *, as_json: bool) -> None:
    checks = tuple(checks)
    passed = passes(checks)
    if as_json:
        answer({**head, "ok": passed, "checks": [check.as_json() for check in checks]})
    else:
        for line in _findings(checks):
            click.echo(line)
    if not passed:
        sys.exit(1)


def _say(checks: Iterable[Check]) -> None:
    for line in _findings(checks):
        click.echo(line, err=True)


def _findings(checks: Iterable[Check]) -> list[str]:
    return [f"{check.verdict}\t{check.message}" for check in checks]


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


for _command in (
    export,
    write_narrative,
    write_chart,
    import_return,
    returns,
    verify_lock,
    inspection_ledger,
):
    annual.add_command(_command)
