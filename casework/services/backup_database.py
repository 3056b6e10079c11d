"""The database as one file and back: SQLite by its backup interface, PostgreSQL by pg_dump.

Neither keeps anybody from writing. A copy of the SQLite file would: it misses what stands in the
write-ahead log, that is what was acknowledged last.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import MetaData, Table, func, inspect, select, text

from casework.domain.errors import RuleBroken
from casework.models.search import GRAM_TABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

SQLITE_MEMBER = "database.sqlite3"
POSTGRESQL_MEMBER = "database.pgdump"
_REVISIONS = "alembic_version"
_ENOUGH_TIME = 2.0
"""Seconds to wait for a database that should be nobody's."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A database as it was at one moment: the file and what is in it."""

    file: Path
    schema: str
    tables: dict[str, int]
    heads: tuple[tuple[int, int, str], ...]


def member_of(engine: Engine) -> str:
    """Return the name the database has in a backup."""
    return SQLITE_MEMBER if engine.dialect.name == "sqlite" else POSTGRESQL_MEMBER


def take_snapshot(engine: Engine, folder: Path) -> Snapshot:
    """Write the database as it is now into ``folder``; RuleBroken if it cannot be."""
    file = folder / member_of(engine)
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    if engine.dialect.name == "sqlite":
        _copy_sqlite(engine, file)
        with sqlite_engine(file) as copy, copy.connect() as connection:
            return _described(connection, file)
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        name = connection.scalar(text("SELECT pg_export_snapshot()"))
        _run_postgresql(
            engine, "pg_dump", "--format=custom", "--no-owner", "--no-privileges",
            f"--snapshot={name}", f"--file={file}",
        )  # fmt: skip
        return _described(connection, file)


def _copy_sqlite(engine: Engine, file: Path) -> None:
    raw = engine.raw_connection()
    try:
        source = raw.driver_connection
        assert isinstance(source, sqlite3.Connection)  # noqa: S101  the dialect says so
        with closing(sqlite3.connect(file, isolation_level=None)) as copy:
            copy.execute("PRAGMA synchronous=OFF")
            # All pages in one step: another writer would start a copy in steps over and over.
            source.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
            [answer] = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        answer = str(error)
    finally:
        raw.close()
    if answer != "ok":
        raise RuleBroken(
            "database_damaged",
            f"数据库文件已损坏（{answer}），没有备份。请用最近一份完好的备份恢复",
        )


@contextmanager
def sqlite_engine(file: Path) -> Iterator[Engine]:
    """Open a SQLite file that nobody else uses."""
    from sqlalchemy import create_engine  # noqa: PLC0415

    engine = create_engine(f"sqlite:///{file}")
    try:
        yield engine
    finally:
        engine.dispose()


def _described(connection: Connection, file: Path) -> Snapshot:
    tables = count_rows(connection)
    heads: tuple[tuple[int, int, str], ...] = ()
    if "audit_heads" in tables:
        rows = connection.execute(text("SELECT chain, seq, digest FROM audit_heads ORDER BY chain"))
        heads = tuple((row.chain, row.seq, row.digest) for row in rows)
    return Snapshot(file, _schema_of(connection), tables, heads)


def count_rows(connection: Connection) -> dict[str, int]:
    """Return table -> number of rows, but for Alembic's own table and those SQLite's FTS5 keeps.

    FTS5's are made of ``case_texts`` and are never quite empty.
    """
    every = set(inspect(connection).get_table_names()) - {_REVISIONS}
    names = sorted(name for name in every if not name.startswith(GRAM_TABLE))
    return {
        name: connection.scalar(select(func.count()).select_from(Table(name, MetaData()))) or 0
        for name in names
    }


def _schema_of(connection: Connection) -> str:
    if _REVISIONS not in inspect(connection).get_table_names():
        raise RuleBroken(
            "database_missing", "数据库还没有建立，没有可以备份的内容。请先执行 casework db upgrade"
        )
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def is_empty(engine: Engine) -> bool:
    """Tell whether a database holds nothing yet; one that cannot be read is not empty."""
    if engine.dialect.name == "sqlite":
        file = sqlite_file(engine)
        if not file.exists() or file.stat().st_size == 0:
            return True
        try:
            with sqlite_engine(file) as plain, plain.connect() as connection:
                return not any(count_rows(connection).values())
        except Exception:  # noqa: BLE001  whatever it is, it is not nothing
            return False
    with engine.connect() as connection:
        return not any(count_rows(connection).values())


def sqlite_file(engine: Engine) -> Path:
    """Return where a SQLite database is kept."""
    return Path(engine.url.database or "")


def require_nobody_in(engine: Engine) -> None:
    """Refuse to replace a database that a server has open; RuleBroken with what to do.

    On SQLite leaving the write-ahead log works only for the last one in, and folds it into the
    file; on PostgreSQL the server knows.
    """
    engine.dispose()
    others: int | None = 0
    if engine.dialect.name == "sqlite":
        file = sqlite_file(engine)
        if not file.exists():
            return
        try:
            with closing(sqlite3.connect(file, _ENOUGH_TIME, isolation_level=None)) as only:
                only.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.DatabaseError as error:
            # One that is damaged may be replaced, one that is locked may not.
            others = int("locked" in str(error))
    else:
        with engine.connect() as connection:
            others = connection.scalar(
                text(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
    if others:
        raise RuleBroken(
            "database_in_use", "数据库正在被其他程序使用，请先停止网页服务，再重新执行恢复"
        )


def load_postgresql(engine: Engine, file: Path, tables: dict[str, int]) -> None:
    """Put a dump in the place of what a database holds: all of it or nothing.

    RuleBroken if the database has tables that the dump does not know: they would stay.
    """
    with engine.connect() as connection:
        foreign = sorted(count_rows(connection).keys() - tables.keys())
    engine.dispose()
    if foreign:
        raise RuleBroken(
            "database_foreign",
            f"目标数据库里有备份之外的表（{'、'.join(foreign[:5])}），请换一个空的数据库",
        )
    _run_postgresql(
        engine, "pg_restore", "--single-transaction", "--exit-on-error", "--clean", "--if-exists",
        "--no-owner", "--no-privileges", f"--dbname={engine.url.database}", str(file),
    )  # fmt: skip


def _run_postgresql(engine: Engine, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs; the password goes by the environment."""
    url = engine.url
    known = {
        "PGHOST": url.host,
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    done = subprocess.run(  # noqa: S603  a program of the system's, arguments of ours
        [_program(program), *arguments],
        check=False,
        capture_output=True,
        env=dict(os.environ) | {name: value for name, value in known.items() if value},
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [""]
        raise RuleBroken("postgresql_refused", f"{program} 没有完成：{said[0]}")


def _program(name: str) -> str:
    """Return the newest of PostgreSQL's programs of this name: it reads all older servers."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: path.parts[-3].zfill(3)
    )
    found = str(versions[-1]) if versions else shutil.which(name)
    if found is None:
        raise RuleBroken(
            "postgresql_missing",
            f"本机没有 {name}。请先安装 PostgreSQL 的客户端软件包（Debian、Ubuntu："
            "apt-get install postgresql-client）",
        )
    return found
