"""``casework audit``: proving that the records of what was done are whole."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from casework.cli.context import answer
from casework.cli.records import opened_records
from casework.domain import time_source
from casework.services import audit_check

NO = 1
SHOWN = 20


@click.group()
def audit() -> None:
    """审计链：核验、封存。"""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.option(
    "--seals",
    "folders",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="另有封存文件的目录，可重复",
)
def verify(*, as_json: bool, folders: tuple[Path, ...]) -> None:
    """逐条核验审计链，并与封存的链头对照；有问题的，退出码为 1。"""
    with opened_records() as (session, home):
        report = audit_check.verify(session, seals=[home / "seals", *folders])
    if as_json:
        answer(
            {
                "ok": report.ok,
                "chains": report.chains,
                "rows": report.rows,
                "seals": report.seals,
                "fault_count": report.fault_count,
                "faults": [
                    {"chain": each.chain, "seq": each.seq, "what": each.what}
                    for each in report.faults
                ],
            }
        )
    else:
        for each in report.faults[:SHOWN]:
            click.echo(f"链 {each.chain} 第 {each.seq} 条：{each.what}")
        if report.fault_count > SHOWN:
            click.echo(f"另有 {report.fault_count - SHOWN} 处，用 --json 查看")
        end = "全部一致" if report.ok else f"有 {report.fault_count} 处问题"
        click.echo(
            f"共 {report.chains} 条链、{report.rows} 条记录、{report.seals} 份封存：{end}", err=True
        )
    sys.exit(0 if report.ok else NO)


@audit.command()
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="封存文件写到哪个目录；不写的，写到 CASEWORK_HOME 的 seals 目录",
)
def seal(folder: Path | None) -> None:
    """封存各条链的链头；请每天执行，并存到系统管理员改不到的地方。"""
    with opened_records() as (session, home):
        path = audit_check.seal_heads(session, folder or home / "seals", now=time_source.now())
    click.echo(str(path))
