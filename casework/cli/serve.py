"""``casework serve``: the web server for one office."""

from __future__ import annotations

import os
import sys

import click

from casework.cli.context import make_ready_app


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口")
def serve(host: str, port: int) -> None:
    """启动网页服务。"""
    app = make_ready_app()
    click.echo(f"已启动：http://{host}:{port}（按 Ctrl+C 停止）", err=True)
    if sys.platform == "win32" or os.environ.get("CASEWORK_SERVER") == "waitress":
        from waitress import serve as run  # noqa: PLC0415

        run(app, host=host, port=port, threads=8, ident=None)
        return
    from casework.cli.gunicorn_server import run_gunicorn  # noqa: PLC0415

    run_gunicorn(app, host=host, port=port)
