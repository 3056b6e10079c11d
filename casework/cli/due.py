"""``casework due``: what falls due, late first."""

from __future__ import annotations

from pathlib import Path

import click

from casework.cli.context import answer, office
from casework.formatting import short_date, weekday
from casework.queries.due import list_due
from casework.services.inspection import export_watch


@click.command()
@click.option("--days", type=click.IntRange(0, 250), help="只列今后几个工作日内到期的（含超期）")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="红牌黄牌写成文件，以 .pdf 或 .xlsx 结尾",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def due(days: int | None, output: Path | None, *, as_json: bool) -> None:
    """督办单：未答复的案件，超期在先，按应答复日排。"""
    with office() as desk:
        if output is not None:
            title, content = export_watch(desk, output.suffix.lower(), days=days)
            output.write_bytes(content)
            click.echo(f"已写入 {output}：{title}", err=True)
            return
        rows = list_due(
            desk.session, actor=desk.actor, calendar=desk.calendar, today=desk.today, days=days
        )
    if as_json:
        answer(
            [
                {
                    "number": row.number,
                    "agency": row.agency_name,
                    "unit": row.unit,
                    "state": row.state.value,
                    "office_due_on": row.office_due_on.isoformat(),
                    "due_on": row.due_on.isoformat(),
                    "light": row.light.value,
                    "days_left": row.days_left,
                    "provisional": row.provisional,
                }
                for row in rows
            ]
        )
        return
    for row in rows:
        day = f"{short_date(row.office_due_on)} {weekday(row.office_due_on)}"
        click.echo(
            f"{row.light.label}\t{row.number}\t{day}\t{row.light_text}\t"
            f"{row.state.label}\t{row.unit or row.agency_name}"
        )
    if not rows:
        click.echo("没有到期的案件", err=True)
