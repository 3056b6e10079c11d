"""``casework db``: setting up and moving on the database."""

from __future__ import annotations

import click
from flask_migrate import upgrade as migrate_upward

from casework.cli.context import make_app


@click.group()
def db() -> None:
    """数据库：建立和升级。"""


@db.command()
def upgrade() -> None:
    """把数据库升级到本版本的结构；新装时建立数据库。"""
    with make_app().app_context():
        migrate_upward()
    click.echo("数据库已是最新结构", err=True)
