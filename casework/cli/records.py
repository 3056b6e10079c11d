"""The bare records for commands that keep and prove them: a session and where the home is."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from casework.cli.context import make_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.orm import Session


@contextmanager
def opened_records() -> Iterator[tuple[Session, Path]]:
    """Open the database as it is; unlike an office it needs no calendar and no actor."""
    app = make_app()
    with app.app_context():
        from casework.extensions import db  # noqa: PLC0415

        try:
            yield db.session(), app.config["CASEWORK_HOME"]
        finally:
            db.session.remove()
