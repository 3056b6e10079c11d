"""Which structure the database has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

from casework.domain.errors import DomainError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def schema_revision(session: Session) -> str | None:
    """Return the revision of the tables, None for an empty database.

    Raises DomainError with one sentence where the database cannot be reached.
    """
    try:
        if not inspect(session.connection()).has_table("alembic_version"):
            return None
        found = session.scalar(text("SELECT version_num FROM alembic_version"))
    except OperationalError as error:
        raise DomainError("连不上数据库，请核对 DATABASE_URL，并确认数据库服务已启动") from error
    return None if found is None else str(found)
