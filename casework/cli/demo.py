"""``casework demo``: something to look at before the office's own records are there."""

from __future__ import annotations

import click

from casework.cli.context import answer, office
from casework.domain.errors import RuleBroken
from casework.services.passwords import one_time_password


@click.group()
def demo() -> None:
    """演示数据：四个公布过的年度，一个正在办件的机关。"""


@demo.command()
@click.option("--cases", default=0, help="另外生成多少件虚构的案件，最多一百万", metavar="件数")
@click.option("--seed", type=int, help="随机数种子，相同的种子生成相同的数据", metavar="整数")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def load(cases: int, seed: int | None, *, as_json: bool) -> None:
    """装入演示数据，打印演示账号的口令（只显示这一次）；已经装过的不会重复装。

    只装入空的系统；已有正式数据时什么也不做。
    """
    from casework.services.demo_data import (  # noqa: PLC0415  office files load slowly
        RECORDS_ARE_REAL,
        SEED,
        DemoReport,
        load_demo,
    )

    report = DemoReport()
    with office() as desk:
        try:
            report = load_demo(
                desk,
                new_password=one_time_password,
                cases=cases,
                seed=SEED if seed is None else seed,
                progress=lambda part: click.echo(f"演示数据：{part}", err=True),
            )
        except RuleBroken as refused:
            # ``make run`` asks for the demonstration each time; real records are no reason to stop.
            if refused.code != RECORDS_ARE_REAL or cases:
                raise
            click.echo(refused.message, err=True)
    if as_json:
        answer(
            {
                "cases": report.cases,
                "accounts": [
                    {
                        "login": account.login,
                        "password": account.password,
                        "name": account.name,
                        "role": account.role.value,
                        "agency": account.agency,
                    }
                    for account in report.accounts
                ],
            }
        )
        return
    if report.cases:
        click.echo(f"已装入{sum(report.cases.values())}件演示案件", err=True)
    if not report.accounts:
        click.echo("忘了口令的，执行 casework users password 用户名 换发一个", err=True)
        return
    click.echo("演示账号（口令只显示这一次）：")
    for account in report.accounts:
        click.echo(
            f"  {account.login:<14}{account.password}  {account.name}（{account.role.label}）"
            f"  {account.agency}"
        )
