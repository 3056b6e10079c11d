"""``casework backup`` and ``casework restore``: the office's records in one file, and back."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.context import answer, current_head, make_app
from casework.domain import time_source
from casework.domain.errors import RuleBroken
from casework.services.backup import Installation, make_backup
from casework.services.backup_file import read_passphrase
from casework.services.restore import check_backup
from casework.services.restore import restore as restore_office

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from casework.services.backup import Manifest

NO = 1
_PASSPHRASE = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="第一行是加密口令的文件",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON")


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--with-keys", is_flag=True, help="把密钥一并放进备份，请配合加密使用")
@_PASSPHRASE
@_JSON
def backup(file: Path, *, with_keys: bool, passphrase_file: Path | None, as_json: bool) -> None:
    """把数据库和本单位的文件备份成一个 .cwb 文件；办件不受影响。"""
    passphrase = read_passphrase(passphrase_file) if passphrase_file else None
    with _installation() as (session, office):
        manifest = make_backup(
            session,
            office,
            file,
            now=time_source.now(),
            passphrase=passphrase,
            with_keys=with_keys,
        )
    if as_json:
        answer({"file": str(file), **_summary(manifest)})
    else:
        click.echo(f"已备份到 {file}：{_counts(manifest)}")
    if not with_keys:
        click.echo("备份里没有密钥，请另行妥善保管 keys 目录：没有它，备份打不开", err=True)


@click.command()
@click.argument(
    "file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--check", "check_only", is_flag=True, help="只检查备份文件是否完好，不恢复")
@click.option("--replace", is_flag=True, help="目标里已有数据时，用备份替换；原有内容移到一旁")
@_PASSPHRASE
@_JSON
def restore(
    file: Path, *, check_only: bool, replace: bool, passphrase_file: Path | None, as_json: bool
) -> None:
    """从备份恢复，并核验条数、文件、审计链；有不符的，退出码为 1。"""
    passphrase = read_passphrase(passphrase_file) if passphrase_file else None
    if check_only:
        _check(file, passphrase, as_json=as_json)
        return
    with _installation() as (session, office):
        session.close()
        report = restore_office(
            office, file, now=time_source.now(), passphrase=passphrase, replace=replace
        )
    faults = [{"chain": f.chain, "seq": f.seq, "what": f.what} for f in report.audit.faults]
    if as_json:
        answer(
            {
                "ok": report.ok,
                **_summary(report.manifest),
                "documents": report.documents,
                "documents_broken": list(report.documents_broken),
                "audit": {
                    "ok": report.audit.ok,
                    "chains": report.audit.chains,
                    "rows": report.audit.rows,
                    "faults": faults,
                },
                "put_aside": str(report.put_aside) if report.put_aside else None,
            }
        )
    else:
        click.echo(f"已恢复 {report.manifest.made_at} 的备份：{_counts(report.manifest)}")
        click.echo(f"审计记录 {report.audit.rows} 条，{_verdict(report.audit.ok)}")
        whole = not report.documents_broken
        click.echo(f"文书 {report.documents} 份，与签发时的摘要对照，{_verdict(whole)}")
        for each in faults:
            click.echo(f"链 {each['chain']} 第 {each['seq']} 条：{each['what']}")
        if report.put_aside:
            click.echo(f"原有内容已移到 {report.put_aside}", err=True)
    sys.exit(0 if report.ok else NO)


def _check(file: Path, passphrase: bytes | None, *, as_json: bool) -> None:
    try:
        manifest = check_backup(file, passphrase=passphrase)
    except RuleBroken as error:
        if as_json:
            answer({"ok": False, "message": error.message})
        else:
            click.echo(error.message, err=True)
        sys.exit(NO)
    if as_json:
        answer({"ok": True, **_summary(manifest)})
    else:
        click.echo(f"备份完好：{manifest.made_at}，{_counts(manifest)}")


@contextmanager
def _installation() -> Iterator[tuple[Session, Installation]]:
    app = make_app()
    with app.app_context():
        from casework.extensions import db  # noqa: PLC0415

        versions = Path(app.extensions["migrate"].directory) / "versions"
        try:
            yield (
                db.session(),
                Installation(
                    home=app.config["CASEWORK_HOME"],
                    engine=db.engine,
                    audit_key=app.config["AUDIT_KEY"],
                    audit_hash=app.config["AUDIT_HASH"],
                    data_key=app.config["DATA_KEY"],
                    schema=current_head(versions),
                ),
            )
        finally:
            db.session.remove()


def _summary(manifest: Manifest) -> dict[str, Any]:
    return {
        "made_at": manifest.made_at,
        "program": manifest.program,
        "schema": manifest.schema,
        "database": manifest.database,
        "tables": manifest.tables,
        "members": manifest.members,
    }


def _counts(manifest: Manifest) -> str:
    tables = manifest.tables
    return (
        f"案件 {tables.get('cases', 0)} 件、文书 {tables.get('documents', 0)} 份、"
        f"审计记录 {tables.get('events', 0)} 条"
    )


def _verdict(ok: bool) -> str:  # noqa: FBT001  one answer in words
    return "全部一致" if ok else "有不符的"
