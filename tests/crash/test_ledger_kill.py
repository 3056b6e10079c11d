"""A ledger's import is killed with signal 9 at any moment: nothing half is ever left.

CASEWORK_KILLS says how often (a third of the server's kills); more before a release.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conftest import PASSWORD
from tests.crash.office import LOGIN, Server, State, Visitor, prepare
from tests.web.conftest import hidden_fields, text_of
from tests.web.test_ledger_pages import choices

if TYPE_CHECKING:
    from collections.abc import Iterator

KILLS = max(4, int(os.environ.get("CASEWORK_KILLS", "20")) // 3)
ROWS = 4000
BOUNDARY = "----ledger"
HEAD = "申请方式,收到日期,申请人类型,申请人,申请内容"


def ledger() -> bytes:
    lines = [
        f"网络,2018-03-{1 + n % 28:02d},自然人,林秀珍{n},柳湾村第{n}号地块征地补偿方案"
        for n in range(ROWS)
    ]
    return "\n".join([HEAD, *lines]).encode()


def upload(visitor: Visitor, content: bytes) -> str:
    """Send a file as a browser does; return where it leads."""
    fields = hidden_fields(visitor.get("/ledger"))
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts.append(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="2018.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n".encode()
        + content
        + f"\r\n--{BOUNDARY}--\r\n".encode()
    )
    return visitor.post_body(
        "/ledger", b"".join(parts), f"multipart/form-data; boundary={BOUNDARY}"
    )


def workers(home: Path) -> Iterator[int]:
    """Yield the processes that carry out a run for this office."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            said = (folder / "cmdline").read_bytes().split(b"\0")
            place = (folder / "environ").read_bytes()
        except OSError:
            continue
        if b"casework.cli" in said and b"run" in said and str(home).encode() in place:
            yield int(folder.name)


def stored(home: Path) -> tuple[int, int, str]:
    """Return the cases, the imports and where the file is."""
    with closing(sqlite3.connect(home / "casework.db")) as raw:
        [cases] = raw.execute("SELECT count(*) FROM cases").fetchone()
        [imports] = raw.execute("SELECT count(*) FROM ledger_imports").fetchone()
        [status] = raw.execute("SELECT status FROM ledger_uploads").fetchone()
    return cases, imports, status


def test_a_killed_import_leaves_nothing_half(tmp_path: Path) -> None:
    home = tmp_path / "office"
    home.mkdir()
    prepare(home)
    dice = random.Random(18)  # noqa: S311  repeatable
    stages = set()
    with Server(home) as server:
        clerk = Visitor(server.port)
        form = hidden_fields(clerk.get("/login"))
        clerk.post("/login", form | {"login": LOGIN, "password": PASSWORD})
        where = upload(clerk, ledger())
        page = clerk.get(where)
        first = hidden_fields(page) | choices(page)
        clerk.post(where, first | {"do": "import"})
        for kill in range(KILLS):
            # Later and later, so that every stage is met whatever the machine.
            time.sleep(0.7 + kill * 3.0 / KILLS + dice.uniform(0, 0.3))
            for process in workers(home):
                os.kill(process, signal.SIGKILL)
            cases, imports, status = stored(home)
            stages.add(status)
            if status == "imported":
                break
            assert (cases, imports) == (0, 0), status
            with closing(sqlite3.connect(home / "casework.db", isolation_level=None)) as raw:
                # The lease of a dead run ends by itself; the test does not wait for it.
                raw.execute("UPDATE ledger_uploads SET lease_until = '2020-01-01 00:00:00.000000'")
            assert "什么也没有写入" in text_of(clerk.get(where))
            again = hidden_fields(clerk.get(where)) | {"do": "import"}
            clerk.post(f"{where}/run", again)
        waited = time.perf_counter()
        while stored(home)[2] != "imported":
            assert time.perf_counter() - waited < 60, stored(home)
            time.sleep(0.2)
        shown = text_of(clerk.get(where))
    assert "4,000 已导入" in shown
    assert stored(home) == (ROWS, 1, "imported")
    state = State(home / "casework.db", home)
    assert state.integrity == "ok"
    assert state.loose == []
    assert state.drawn == list(range(1, ROWS + 1))
    assert state.chain.ok, state.chain.faults
    assert "reading" in stages, "no kill met the reading"
