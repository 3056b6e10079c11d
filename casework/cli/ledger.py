"""``casework ledger``: taking an office's spreadsheet in, and giving the same columns back."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from casework.cli.context import answer, office
from casework.domain.errors import RuleBroken
from casework.queries.agencies import find_agency

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.services.ledger_import import ImportReport


@click.group()
def ledger() -> None:
    """台账：导入、导出。"""


@ledger.command("import")
@click.argument("file", metavar="文件")
@click.option("--agency", "agency_key", help="没有写明机关的行归这个机关（代码、名称或者路径）")
@click.option("--create-agencies", is_flag=True, help="名录里没有的机关，按台账所写添加")
@click.option("--dry-run", is_flag=True, help="只核对，什么也不写入")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def import_command(
    file: str, agency_key: str | None, *, create_agencies: bool, dry_run: bool, as_json: bool
) -> None:
    """导入台账（.xlsx、.xls、.csv）；看不懂的行逐项说明原因，其余照常导入，重复导入不会重复。

    有的行没有导入也算做完（退出状态 0），原因列在报告里。文件不是台账时退出状态为 2，什么也不写入。
    """
    from casework.services.ledger_import import import_ledger  # noqa: PLC0415  office files load slowly

    content = Path(file).read_bytes()
    with office() as desk:
        report = import_ledger(
            desk,
            content=content,
            file_name=Path(file).name,
            agency_id=_agency_id(desk.session, agency_key),
            create_agencies=create_agencies,
            dry_run=dry_run,
            progress=lambda rows: click.echo(f"\r已核对{rows}行", nl=False, err=True),
        )
    click.echo("", err=True)
    if as_json:
        answer(report.as_json())
    else:
        _tell(report, dry_run=dry_run)


@ledger.command("export")
@click.option("--year", type=click.IntRange(2008, 2099), required=True, help="年度")
@click.option("--agency", "agency_key", help="机关（代码、名称或者路径），含其下级；不写为全部机关")
@click.option("-o", "--output", required=True, metavar="文件", help="写入的文件，.xlsx 或者 .csv")
@click.option("--received-only", is_flag=True, help="只要当年收到的，不含上年结转的")
def export_command(year: int, agency_key: str | None, output: str, *, received_only: bool) -> None:
    """导出一个年度的台账：当年收到的和上年结转的案件，栏目与导入相同，导出留有记录。"""
    from casework.documents.spreadsheets import suffix  # noqa: PLC0415  office files load slowly
    from casework.services.ledger_export import export_ledger  # noqa: PLC0415

    kind = suffix(output)
    target = Path(output)
    with office() as desk:
        agency_id = _agency_id(desk.session, agency_key)
        # A half-written file must never look like a ledger.
        handle, unfinished = tempfile.mkstemp(dir=target.parent, prefix=".台账-")
        try:
            with os.fdopen(handle, "w+b") as stream:
                count = export_ledger(
                    desk,
                    stream,
                    kind,
                    year=year,
                    agency_id=agency_id,
                    carried_in=not received_only,
                )
            Path(unfinished).replace(target)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
    click.echo(f"已导出{count}件到 {target}", err=True)


def _agency_id(session: Session, key: str | None) -> int | None:
    if key is None:
        return None
    agency = find_agency(session, key)
    if agency is None:
        raise RuleBroken(
            "no_such_agency",
            f"没有找到机关“{key}”，请您核对 --agency 填写的代码、名称或者路径。",
            field="agency",
        )
    return agency.id


def _tell(report: ImportReport, *, dry_run: bool) -> None:
    verb = "可以导入" if dry_run else "已导入"
    click.echo(
        f"共{report.rows}行：{verb}{report.imported}行，已有不变{report.unchanged}行，"
        f"不能导入{report.rejected_rows}行"
    )
    for rejection in report.as_json()["rejected"]:
        click.echo(f"第{rejection['row']}行\t{rejection['column']}\t{rejection['reason']}")
    for column in report.unknown_columns:
        click.echo(f"没有导入的列\t{column}", err=True)
