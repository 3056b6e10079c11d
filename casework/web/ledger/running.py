"""Where the long work on a file is done: beside the pages, unless it is a moment's."""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from casework.services.ledger_reasons import write_reasons
from casework.services.ledger_runs import carry_out

if TYPE_CHECKING:
    from casework.queries.ledger_uploads import UploadRow
    from casework.services.desk import Desk

MOMENT_BYTES = 200 * 1024
MOMENT_ROWS = 3000
"""A file no larger is read and written in a second or two, and needs no process of its own."""

_begun: list[subprocess.Popen[bytes]] = []


def run(desk: Desk, upload: UploadRow, name: str) -> None:
    """See to it that a run is carried out.

    A long one gets a process: it would slow every other page of this one, keep its memory, and end
    with it. What the process has to say it says in the file's record.
    """
    if _is_moment(upload):
        carry_out(desk, upload.id, name)
        return
    _begun[:] = [each for each in _begun if each.poll() is None]
    _begun.append(
        subprocess.Popen(  # noqa: S603  our own command, with a number and a name that we made
            command("run", str(upload.id), name),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            env=environment(),
        )
    )


def reasons(desk: Desk, upload: UploadRow, *, all_rows: bool) -> bytes:
    """Return the copy of a checked file with its reasons, as .xlsx."""
    if _is_moment(upload):
        target = BytesIO()
        write_reasons(desk, upload.id, target, all_rows=all_rows)
        return target.getvalue()
    done = subprocess.run(  # noqa: S603  our own command
        command("reasons", str(upload.id), *(["--all"] if all_rows else [])),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
        env=environment(),
    )
    return done.stdout


def _is_moment(upload: UploadRow) -> bool:
    return upload.size <= MOMENT_BYTES and upload.rows_total <= MOMENT_ROWS


def command(*arguments: str) -> list[str]:
    """Return ``casework ledger …`` for this very installation."""
    return [sys.executable, "-m", "casework.cli", "ledger", *arguments]


def environment() -> dict[str, str]:
    """Return this process's settings, with the way to our own package."""
    root = str(Path(__file__).resolve().parents[3])
    return os.environ | {"PYTHONPATH": root}
