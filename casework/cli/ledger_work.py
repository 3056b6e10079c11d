"""``casework ledger run`` and ``reasons``: what the pages hand to a process of its own.

Not for people: a run is begun on a page, which gives it its name.
"""

from __future__ import annotations

import click

from casework.cli.context import office


@click.command("run", hidden=True)
@click.argument("upload_id", type=int)
@click.argument("run")
def run_command(upload_id: int, run: str) -> None:
    """逐行核对或者导入一份上传的台账；进度和结果写在文件的记录里。"""
    from casework.services.ledger_runs import carry_out  # noqa: PLC0415  office files load slowly

    with office() as desk:
        carry_out(desk, upload_id, run)


@click.command("reasons", hidden=True)
@click.argument("upload_id", type=int)
@click.option("--all", "all_rows", is_flag=True)
def reasons_command(upload_id: int, *, all_rows: bool) -> None:
    """把一份核对过的台账连同原因写到标准输出。"""
    import sys  # noqa: PLC0415
    from io import BytesIO  # noqa: PLC0415

    from casework.services.ledger_reasons import write_reasons  # noqa: PLC0415
    from casework.services.ledger_runs import as_uploader  # noqa: PLC0415

    target = BytesIO()
    with office() as desk:
        write_reasons(as_uploader(desk, upload_id), upload_id, target, all_rows=all_rows)
    sys.stdout.buffer.write(target.getvalue())
