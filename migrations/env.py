"""How Alembic runs here, through Flask-Migrate.

On SQLite a migration runs with foreign keys off and is checked afterwards: rebuilding a table with
them on silently deletes its children (ON DELETE CASCADE fires on the DROP).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import context
from flask import current_app

from casework.models.search import is_described

if TYPE_CHECKING:
    from sqlalchemy import Connection


def _without_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    raw = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    raw = connection.connection.driver_connection
    broken = raw.execute("PRAGMA foreign_key_check").fetchall()
    raw.execute("PRAGMA foreign_keys=ON")
    if broken:
        msg = f"{len(broken)} rows point nowhere after the migration: {broken[:5]}"
        raise RuntimeError(msg)


def run() -> None:
    """Bring the database of the current application to the revision that was asked for."""
    extension = current_app.extensions["migrate"].db
    engine = extension.engine
    with engine.connect() as connection:
        _without_foreign_keys(connection)
        context.configure(
            connection=connection,
            target_metadata=extension.metadata,
            compare_type=True,
            include_object=is_described,
            render_as_batch=False,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        _check_foreign_keys(connection)


run()
