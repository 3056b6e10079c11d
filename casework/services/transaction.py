"""The one place that commits.

On SQLite a writing transaction opens with BEGIN IMMEDIATE: with the default deferred BEGIN two
writers both read first and one of them fails at once, whatever the busy timeout. Reading
transactions stay deferred, so that a slow page never blocks a clerk.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import event
from sqlalchemy.orm.exc import StaleDataError

import casework.services.annual_guard  # noqa: F401  it listens to every session from here on
from casework.domain.errors import EditConflict
from casework.services.audit import drop_events, hold_events, seal_events
from casework.services.search_index import forget_texts, index_touched, watch_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session

_OPEN = "casework_transaction"
_WRITES = "casework_writes"


@dataclass(slots=True)
class Transaction:
    """What an act may ask for: something to happen once the facts are safe."""

    _afterwards: list[Callable[[], None]] = field(default_factory=list)

    def after_commit(self, action: Callable[[], None]) -> None:
        """Run ``action`` when, and only when, the act has been committed."""
        self._afterwards.append(action)

    def finish(self) -> None:
        """Run what was asked for."""
        for action in self._afterwards:
            action()


@contextmanager
def transaction(session: Session) -> Iterator[Transaction]:
    """Open one writing transaction; commit at the end, roll back on any exception.

    Reads made before on this session end here: the act sees the facts as they are now, not as
    they were when the page was built. The texts it changes are indexed for search, and the events
    added to it become links of the audit chain, with the commit (services.search_index,
    services.audit). Raises RuntimeError when acts are nested, EditConflict when
    two people changed the same record.
    """
    if session.info.get(_OPEN):
        msg = "one act may not open another"
        raise RuntimeError(msg)
    work = Transaction()
    session.info[_OPEN] = work
    try:
        session.rollback()
        hold_events(session)
        watch_texts(session)
        session.connection(execution_options={_WRITES: True})
        yield work
        index_touched(session)
        seal_events(session)
        session.commit()
    except StaleDataError as error:
        session.rollback()
        raise EditConflict("您打开之后，有人改过本案。您填的内容没有丢，请核对后再提交") from error
    except BaseException:
        session.rollback()
        raise
    finally:
        drop_events(session)
        forget_texts(session)
        del session.info[_OPEN]
    work.finish()


_PRAGMAS = (
    # WAL + FULL: an acknowledged case survives a power cut (NORMAL loses the last commits).
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA busy_timeout=60000",
)


def prepare_engine(engine: Engine) -> None:
    """Set an engine up as the office needs it; PostgreSQL needs nothing here."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: Any, _record: Any) -> None:
        # The driver must not open transactions by itself; _begin does.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
