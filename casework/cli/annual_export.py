"""``casework annual export`` and ``narrative``: what is published of a year.

``casework.cli.annual`` hangs these commands on its group.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from casework.cli.annual_options import as_json_option, form_of, of_a_table, scope_of
from casework.cli.context import answer, office
from casework.domain.errors import RuleBroken
from casework.domain.narrative import narrative, narrative_text
from casework.domain.time_source import beijing_date
from casework.queries.annual_facts import read_facts
from casework.services.annual_charts import chart_file
from casework.services.annual_export import KINDS, export_return

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from casework.domain.annual_checks import Check


@click.command()
@of_a_table
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="文件名，以 .xlsx、.docx、.pdf 或 .json 结尾",
)
def export(
    year: int, form_code: str | None, agency_key: str | None, *, own: bool, output: Path
) -> None:
    """按正式表样导出统计表；勾稽关系不成立时仍然导出，同时说明。"""
    kind = output.suffix.lower()
    if kind not in KINDS:
        raise RuleBroken(
            "unknown_ending",
            f"“{output.name}”的文件名须以{'、'.join(KINDS)}之一结尾，请您改写 -o。",
            field="output",
        )
    form, warnings = form_of(year, form_code)
    with office() as desk:
        scope, agency = scope_of(desk.session, agency_key, own=own)
        exported = export_return(
            desk, form, year, scope, agency=agency, kind=kind, warnings=warnings
        )
        today = beijing_date(desk.now)
    output.write_bytes(exported.content)
    _say_what_is_open(exported.checks)
    _say_if_running(year, today)
    click.echo(f"已写入 {output}：{agency['name']}{year}年度{form.title}", err=True)


@click.command("narrative")
@of_a_table
@as_json_option
def write_narrative(
    year: int, form_code: str | None, agency_key: str | None, *, own: bool, as_json: bool
) -> None:
    """写出年度报告中依申请公开一章的文字，每个数字都与统计表一致。"""
    form, warnings = form_of(year, form_code)
    with office() as desk:
        scope, agency = scope_of(desk.session, agency_key, own=own)
        today = beijing_date(desk.now)
        facts = read_facts(desk.session, form, year, scope, agency=agency["name"], today=today)
    sentences = narrative(facts)
    if as_json:
        answer(
            {
                "form": form.code,
                "year": year,
                "agency": agency,
                "text": narrative_text(sentences),
                "sentences": [sentence.as_json() for sentence in sentences],
                "warnings": warnings,
            }
        )
    else:
        click.echo(narrative_text(sentences))
    _say_if_running(year, today)


@click.command("chart")
@of_a_table
@click.option("--name", default="", help="哪幅图：channels months subjects outcomes years")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="文件名，以 .svg、.png 或 .pdf 结尾；不选图时 .pdf 含全部的图",
)
def write_chart(
    year: int,
    form_code: str | None,
    agency_key: str | None,
    name: str,
    output: Path,
    *,
    own: bool,
) -> None:
    """画年度报告的图：渠道、各月、内容、结果、五年趋势，黑白也分得清。"""
    form, _ = form_of(year, form_code)
    with office() as desk:
        scope, agency = scope_of(desk.session, agency_key, own=own)
        today = beijing_date(desk.now)
        facts = read_facts(desk.session, form, year, scope, agency=agency["name"], today=today)
        title, content = chart_file(desk, facts, name=name, kind=output.suffix.lower())
    output.write_bytes(content)
    click.echo(f"已写入 {output}：{title}", err=True)


def _say_what_is_open(checks: Sequence[Check]) -> None:
    """Name what does not hold: a return is exported all the same, but nobody is left unaware."""
    for check in checks:
        if not check.ok:
            click.echo(f"{'不通过' if check.hard else '提醒'}\t{check.message}", err=True)


def _say_if_running(year: int, today: date) -> None:
    if today.year <= year:
        click.echo(f"{year}年度还没有结束，数字截至{today.month}月{today.day}日。", err=True)
