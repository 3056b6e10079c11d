"""``casework serve``: the web server for one office."""

from __future__ import annotations

import errno
import os
import socket
import sys
import time
from typing import TYPE_CHECKING

import click

from casework.cli.context import make_ready_app, refuse
from casework.extensions import db
from casework.services.first_run import is_untouched, setup_code

if TYPE_CHECKING:
    from flask import Flask


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口")
def serve(host: str, port: int) -> None:
    """启动网页服务。"""
    _check_address(host, port)
    app = make_ready_app()
    click.echo(f"已启动：http://{host}:{port}（按 Ctrl+C 停止）", err=True)
    _announce_first_run(app, host, port)
    if sys.platform == "win32" or os.environ.get("CASEWORK_SERVER") == "waitress":
        from waitress import serve as run  # noqa: PLC0415

        run(app, host=host, port=port, threads=8, ident=None)
        return
    from casework.cli.gunicorn_server import run_gunicorn  # noqa: PLC0415

    run_gunicorn(app, host=host, port=port)


def _announce_first_run(app: Flask, host: str, port: int) -> None:
    """Tell the operator how to begin while nobody has an account."""
    with app.app_context():
        if is_untouched(db.session()):
            code = setup_code(app.config["AUDIT_KEY"])
            click.echo(f"首次使用：打开 http://{host}:{port}/setup，首次设置码 {code}", err=True)
        db.session.remove()


_MOMENT = 0.3
"""Seconds between two looks at a port that is taken."""

_TAKEN = {
    errno.EADDRINUSE: "端口 {port} 已有别的程序在用，请换一个（--port 8001），或者先停掉那个程序",
    errno.EACCES: "没有使用端口 {port} 的权限，请换一个 1024 以上的端口（--port 8000）",
    errno.EADDRNOTAVAIL: "本机没有地址 {host}，请核对 --host",
}


def _check_address(host: str, port: int, *, patience: int = 10) -> None:
    """Refuse an address that cannot be listened on before a server keeps trying in English."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            if sys.platform != "win32":  # there the option would let two servers share the port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        refuse(f"不认识地址“{host}”，请核对 --host")
    except OSError as error:
        if error.errno == errno.EADDRINUSE and patience > 0:
            # A server that was just killed may hold its port for a moment yet.
            time.sleep(_MOMENT)
            _check_address(host, port, patience=patience - 1)
            return
        sentence = _TAKEN.get(error.errno or 0, "地址 {host}:{port} 不能使用，请换一个")
        refuse(sentence.format(host=host, port=port))
