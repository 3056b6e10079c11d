"""``casework ledger``: taking an office's spreadsheet in, and giving the same columns back."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from casework.cli.context import answer, office
from casework.cli.ledger_work import reasons_command, run_command
from casework.domain.errors import RuleBroken
from casework.domain.ledger_mapping import read_names
from casework.domain.time_source import beijing_date
from casework.queries.agencies import find_agency
from casework.queries.ledger_imports import list_imports

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
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="您的列名=我们的栏目",
    help="指明您的哪一列是哪个栏目，如 来件日=收到日期；不要的列写 列名=不导入；可重复",
)
@click.option("--dry-run", is_flag=True, help="只核对，什么也不写入")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def import_command(
    file: str,
    agency_key: str | None,
    pairs: tuple[str, ...],
    *,
    create_agencies: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """导入台账（.xlsx、.xls、.csv）；看不懂的行逐项说明原因，其余照常导入，重复导入不会重复。

    有的行没有导入也算做完（退出状态 0），原因列在报告里。文件不是台账时退出状态为 2，什么也不写入。
    """
    from casework.services.ledger_import import import_ledger  # noqa: PLC0415  office files load slowly
    from casework.services.ledger_source import LedgerFile  # noqa: PLC0415

    content = Path(file).read_bytes()
    called = read_names(pairs)
    with office() as desk:
        report = import_ledger(
            desk,
            LedgerFile(
                content=content,
                file_name=Path(file).name,
                agency_id=_agency_id(desk.session, agency_key),
                called=called,
            ),
            create_agencies=create_agencies,
            dry_run=dry_run,
            progress=lambda stage, rows: click.echo(
                f"\r{stage.label}{f'，{rows}行' if rows else ''}", nl=False, err=True
            ),
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


@ledger.command("imports")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def imports_command(*, as_json: bool) -> None:
    """列出导入过的台账，最近的在前（前50次）；撤销时用这里的序号。"""
    with office() as desk:
        rows = list_imports(desk.session, desk.actor).rows
    if as_json:
        answer(
            [
                {
                    "id": row.id,
                    "agency": row.agency_name,
                    "file": row.file_name,
                    "imported_at": row.imported_at.isoformat(),
                    "by": row.actor_name,
                    "rows": row.rows,
                    "imported": row.imported,
                    "unchanged": row.unchanged,
                    "rejected": row.rejected,
                    "undone_at": row.undone_at.isoformat() if row.undone_at else None,
                    "undo_reason": row.undo_reason,
                }
                for row in rows
            ]
        )
        return
    for row in rows:
        undone = f"已撤销：{row.undo_reason}" if row.undone_at else ""
        click.echo(
            f"{row.id}\t{beijing_date(row.imported_at)}\t{row.agency_name}\t{row.file_name}\t"
            f"导入{row.imported}件\t{row.actor_name}\t{undone}".rstrip()
        )


@ledger.command("undo")
@click.argument("import_id", metavar="序号", type=int)
@click.option("--reason", required=True, help="撤销的原因，留在记录里")
def undo_command(import_id: int, reason: str) -> None:
    """撤销一次导入：它带来的案件全部去掉；有人办理过的、年度已锁定的不能撤销。"""
    from casework.services.ledger_undo import undo_import  # noqa: PLC0415

    with office() as desk:
        count = undo_import(desk, import_id, reason=reason)
    click.echo(f"已撤销，去掉{count}件", err=True)


ledger.add_command(run_command)
ledger.add_command(reasons_command)


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
