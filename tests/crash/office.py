"""An office to be crashed: a home of its own, a real server process, clerks who register."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

from flask_migrate import upgrade
from sqlalchemy import select
from sqlalchemy.orm import Session

import config
from casework.app import create_app
from casework.domain import time_source
from casework.domain.numbers import parse_number
from casework.domain.permissions import Role
from casework.extensions import db
from casework.models import Case
from casework.services import audit
from casework.services.audit_check import AuditReport, verify
from casework.services.backup_database import sqlite_engine
from tests.conftest import PASSWORD, add_agency, add_user, settings_for
from tests.web.conftest import hidden_fields, text_of
from tests.web.test_road import APPLICATION

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

LOGIN = "zhoumin"
CLERKS = [f"clerk{number}" for number in range(8)]
_NEXT = cycle(CLERKS)
T = TypeVar("T")


def prepare(home: Path) -> None:
    """Set up an office with one clerk; the database is closed and whole at the end."""
    url = f"sqlite:///{home / 'casework.db'}"
    app = create_app(settings_for(home, url), template_folder=config.ROOT / "templates")
    with app.app_context():
        upgrade()
        session = db.session()
        agency = add_agency(session, code="QYZG", name="青沅市自然资源和规划局", prefix="青资公开")
        add_user(session, login=LOGIN, name="周敏", agency=agency, roles={Role.CLERK})
        for login in CLERKS:  # each their own: one person may be logged in a few times at most
            add_user(session, login=login, name=login, agency=agency, roles={Role.CLERK})
        db.session.remove()
        db.engine.dispose()
    with closing(sqlite3.connect(home / "casework.db")) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class State:
    """What lies in a database file after a crash, read as the next start would."""

    def __init__(self, file: Path, home: Path) -> None:
        with closing(sqlite3.connect(file)) as raw:
            [self.integrity] = raw.execute("PRAGMA integrity_check").fetchone()
            self.loose = raw.execute("PRAGMA foreign_key_check").fetchall()
            [self.counter] = raw.execute(
                "SELECT coalesce(max(last), 0) FROM number_counters"
            ).fetchone()
        audit.use_key(bytes.fromhex((home / "keys" / "audit.key").read_text()))
        with sqlite_engine(file) as engine, Session(engine) as session:
            rows = session.execute(select(Case.nonce, Case.number)).all()
            self.nonces = [row.nonce for row in rows]
            numbers = [parse_number(row.number) for row in rows]
            self.drawn = sorted(number.sequence for number in numbers if number)
            self.chain: AuditReport = verify(session)

    def require_whole(self) -> None:
        """Numbers without gaps or doubles, the counter and the audit chain with them."""
        assert self.integrity == "ok"
        assert self.loose == []
        assert self.drawn == list(range(1, len(self.nonces) + 1))
        assert self.counter == len(self.nonces)
        assert len(set(self.nonces)) == len(self.nonces)
        assert self.chain.ok, self.chain.faults


class Server:
    """``casework serve`` on a free port of the loopback, in a process group of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    def start(self) -> float:
        """Start and wait for the first answer; return the seconds it took."""
        begun = time.perf_counter()
        command = Path(sys.executable).with_name("casework")
        assert command.exists(), "the console script casework is not installed"
        with (self.home / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [command, "serve", "--port", str(self.port)],
                env=os.environ | {"CASEWORK_HOME": str(self.home), "DATABASE_URL": ""},
                cwd=self.home,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while time.perf_counter() - begun < 60:
            assert self._process.poll() is None, (self.home / "server.log").read_text()
            try:
                Visitor(self.port).get("/login")
            except OSError:
                time.sleep(0.02)
            else:
                return time.perf_counter() - begun
        raise AssertionError("the server did not answer within a minute")

    def kill(self) -> None:
        """kill -9 the server and all its workers."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


class Visitor:
    """A browser of the barest kind: one request, one connection; it keeps its cookies."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> str:
        """Return a page; OSError if the server is away."""
        status, _, body = self._ask("GET", path, None)
        if status != http.client.OK:
            raise OSError(status, f"{path} answered {status}")
        return body

    def post(self, path: str, fields: dict[str, str]) -> str:
        """Send a form and return where it leads; OSError if the server is in trouble."""
        return self.post_body(path, urlencode(fields).encode(), "application/x-www-form-urlencoded")

    def post_body(self, path: str, body: bytes, media_type: str) -> str:
        """Send any body and return where it leads; OSError if the server is in trouble."""
        status, location, text = self._ask("POST", path, body, media_type)
        if status >= http.client.INTERNAL_SERVER_ERROR:
            raise OSError(status, text)
        assert status == http.client.FOUND, (status, text_of(text))
        return location

    def _ask(
        self, method: str, path: str, body: bytes | None, media_type: str = ""
    ) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = media_type
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.partition(";")[0]
        return answer.status, answer.getheader("Location", ""), text


class Clerk(threading.Thread):
    """Registers one application after another until told to stop.

    A form whose answer never came is sent again as it was, as a person does who sees an error:
    it must not become a second case.
    """

    def __init__(self, port: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._visitor = Visitor(port)
        self._login = next(_NEXT)
        self._stop_asked = stop
        self.acknowledged: dict[str, str] = {}
        self.sent_again = 0
        self.error: BaseException | None = None

    def log_in(self) -> None:
        """Come in; the session outlives every crash of the server."""
        form = hidden_fields(self._visitor.get("/login"))
        self._visitor.post("/login", form | {"login": self._login, "password": PASSWORD})

    def run(self) -> None:
        try:
            while not self._stop_asked.is_set():
                self._register()
        except BaseException as error:  # noqa: BLE001  shown by the test
            self.error = error

    def _register(self) -> None:
        day = time_source.today().isoformat()
        form = self._until_answered(lambda: hidden_fields(self._visitor.get("/register")))
        filled = form | APPLICATION | {"submitted_on": day, "received_on": day}
        there = self._until_answered(lambda: self._visitor.post("/register", filled))
        assert there.startswith("/cases/"), there
        self.acknowledged[form["nonce"]] = there

    def _until_answered(self, ask: Callable[[], T]) -> T:
        for attempt in range(3000):
            try:
                answer = ask()
            except OSError:
                time.sleep(0.02)
            else:
                self.sent_again += attempt > 0
                return answer
        raise AssertionError("no answer for a minute")


def strace() -> str:
    """Return the path of strace; the power cut cannot be tested without it."""
    found = shutil.which("strace")
    assert found, "install Debian's package strace"
    return found
