"""A throw-away PostgreSQL cluster from the system's binaries; fails loudly without them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self


def binary(name: str) -> str:
    """Return the path of a PostgreSQL program; RuntimeError naming the package if there is none."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        msg = f"{name} is missing: install Debian's package postgresql"
        raise RuntimeError(msg)
    return found


class Cluster:
    """One cluster on a free port of the loopback, stopped and gone at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def __enter__(self) -> Self:
        data = self.folder / "data"
        self._run(
            binary("initdb"),
            "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
            "--no-sync",
        )  # fmt: skip
        with (data / "postgresql.conf").open("a") as conf:
            conf.write(
                f"port={self.port}\nlisten_addresses='127.0.0.1'\n"
                f"unix_socket_directories='{self.folder}'\nfsync=off\njit=off\n"
                "random_page_cost=1.1\nmax_connections=100\n"
            )
        self._run(binary("pg_ctl"), "-D", str(data), "-w", "-l", str(self.folder / "log"), "start")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(binary("pg_ctl"), "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def create_database(self, name: str) -> str:
        """Make a database and return its URL for SQLAlchemy."""
        address = f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def _run(self, *command: str) -> None:
        # The server refuses to run as root.
        as_root = os.geteuid() == 0
        if as_root:
            for parent in (self.folder, *self.folder.parents):
                if parent in {Path("/tmp"), Path("/")}:  # noqa: S108
                    break
                parent.chmod(0o755)
            shutil.chown(self.folder, "postgres", "postgres")
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            user="postgres" if as_root else None,
            cwd=self.folder,
            env=dict(os.environ) | {"LC_ALL": "C.UTF-8"},
        )
