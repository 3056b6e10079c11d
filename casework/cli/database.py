"""``casework db``: setting up and moving on the database, and what is derived in it."""

from __future__ import annotations

import sys

import click
from flask_migrate import upgrade as migrate_upward

from casework import extensions
from casework.cli.calendar_import import as_administrator, change_json
from casework.cli.context import answer, make_app, office
from casework.queries.stored_dates import check_stored_dates
from casework.services.calendar import reckon_open_cases
from casework.services.search_rebuild import rebuild_index

_NO = 1
_TOLD_EVERY = 10_000


@click.group()
def db() -> None:
    """数据库：建立和升级。"""


@db.command()
def upgrade() -> None:
    """把数据库升级到本版本的结构；新装时建立数据库。

    检索还没有收录的案件随后补录；中途停下的，再执行一次即可。
    """
    with make_app().app_context():
        migrate_upward()
        added = rebuild_index(extensions.db.session(), progress=_tell)
        extensions.db.session.remove()
    if added:
        click.echo(f"检索补录 {added} 件案件", err=True)
    click.echo("数据库已是最新结构", err=True)


@db.command()
def reindex() -> None:
    """重新收录全部案件的检索用词；查找结果不对时用，办件照常进行。"""
    with office() as desk:
        done = rebuild_index(desk.session, every=True, progress=_tell)
    click.echo(f"已重新收录 {done} 件案件")


def _tell(done: int) -> None:
    if done % _TOLD_EVERY == 0:
        click.echo(f"检索已收录 {done} 件", err=True)


@db.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def verify(*, as_json: bool) -> None:
    """重新推算各案件的日期，与已存的对照；有不同的，退出码为 1。"""
    with office() as desk:
        check = check_stored_dates(desk.session, office_days=desk.office_days)
    if as_json:
        answer(
            {
                "cases": check.cases,
                "differences": [
                    {
                        "number": each.number,
                        "agency": each.agency_name,
                        "field": each.field,
                        "stored": _plain(each.stored),
                        "reckoned": _plain(each.reckoned),
                    }
                    for each in check.differences
                ],
            }
        )
    else:
        for each in check.differences:
            click.echo(
                f"{each.number}\t{each.agency_name}\t{each.field}"
                f"\t已存 {each.stored}\t应为 {each.reckoned}"
            )
        click.echo(f"对照 {check.cases} 件，不同 {len(check.differences)} 处")
    if check.differences:
        sys.exit(_NO)


@db.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def recompute(*, as_json: bool) -> None:
    """按现行日历重新推算全部未办结案件；升级程序之后，或者 verify 报告不同时用。"""
    with office() as desk:
        change = reckon_open_cases(as_administrator(desk))
    if as_json:
        answer(change_json(change))
    else:
        click.echo(
            f"日历 {change.version}，{len(change.moved) + change.withheld} 件案件的期限有更正"
        )


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool) else str(value)
