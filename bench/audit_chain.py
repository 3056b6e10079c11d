"""What the audit chain costs: acts a second with and without it, rows a second when checked.

Run: .venv/bin/python bench/audit_chain.py [postgresql]
"Without" writes the same event rows with empty chain columns: no digest, no head, no lock.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import threading
import time
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flask_migrate import upgrade  # noqa: E402  the path first
from sqlalchemy import insert  # noqa: E402

import config  # noqa: E402
from casework.app import create_app  # noqa: E402
from casework.extensions import db  # noqa: E402
from casework.models import Event  # noqa: E402
from casework.services import audit, transaction  # noqa: E402
from casework.services.audit_check import verify  # noqa: E402
from tests.conftest import add_agency, settings_for  # noqa: E402
from tests.postgresql import Cluster  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.orm import Session

NOW = datetime(2026, 9, 28, 2, tzinfo=UTC)
ACTS = 1500
THREADS = 8
ROWS = 100_000
ROUNDS = 3
BATCH = 5000
NUMBERS = itertools.count(10**9)


def unchained(session: Session) -> None:
    """Write the act's events with nothing that ties them together."""
    session.flush()
    rows = iter(session.info["casework_events"])
    table = Event.__table__
    empty = {"algorithm": "", "previous": "", "digest": "", "note": "", "detail": {}}
    plain = dict.fromkeys(set(table.c.keys()) - {"id"}) | empty
    while batch := list(itertools.islice(rows, BATCH)):
        session.execute(
            insert(table),
            [plain | {"chain": r["agency_id"], "seq": next(NUMBERS)} | dict(r) for r in batch],
        )


def event(agency_id: int, number: int) -> dict[str, Any]:
    return {
        "agency_id": agency_id,
        "action": "register",
        "to_state": "awaiting_assignment",
        "actor_name": "周敏",
        "role": "clerk",
        "effective_on": date(2026, 9, 28),
        "recorded_at": NOW + timedelta(seconds=number),
        "detail": {"row": number},
    }


def acts(app: Flask, agencies: list[int]) -> float:
    """Return acts of one event each a second, from several threads."""

    def work(me: int) -> None:
        with app.app_context():
            session = db.session()
            for number in range(ACTS // THREADS):
                with transaction.transaction(session):
                    whose = agencies[(me + number) % len(agencies)]
                    audit.chain_rows(session, [event(whose, number)])
            db.session.remove()

    threads = [threading.Thread(target=work, args=(me,)) for me in range(THREADS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ACTS / (time.perf_counter() - begun)


def bulk(app: Flask, agencies: list[int]) -> float:
    """Return rows a second of one act that writes very many events."""
    with app.app_context():
        session = db.session()
        begun = time.perf_counter()
        with transaction.transaction(session):
            audit.chain_rows(session, (event(agencies[n % len(agencies)], n) for n in range(ROWS)))
        spent = time.perf_counter() - begun
        db.session.remove()
    return ROWS / spent


def compare(name: str, measure: Callable[[], float]) -> None:
    chained, plain = [], []
    sealed = transaction.seal_events
    for _ in range(ROUNDS):
        chained.append(measure())
        transaction.seal_events = unchained
        plain.append(measure())
        transaction.seal_events = sealed
    ours, theirs = max(chained), max(plain)
    print(f"  {name:<34}{ours:>10,.0f}/s{theirs:>10,.0f}/s{1 - ours / theirs:>9.0%}")


def check(app: Flask, agencies: list[int]) -> None:
    """Verify a database of chained rows only."""
    for _ in range(2):
        bulk(app, agencies)
    with app.app_context():
        session = db.session()
        begun = time.perf_counter()
        report = verify(session)
        spent = time.perf_counter() - begun
        if not report.ok:
            raise SystemExit(report.faults)
        tracemalloc.start()
        verify(session)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        db.session.remove()
    print(
        f"  verify {report.rows:,} rows: {spent:.1f} s, {report.rows / spent:,.0f} rows/s,"
        f" peak of {peak / 2**20:.1f} MB"
    )


def office(home: Path, url: str) -> tuple[Flask, list[int]]:
    home.mkdir()
    app = create_app(settings_for(home, url), template_folder=config.ROOT / "templates")
    with app.app_context():
        upgrade()
        agencies = [
            add_agency(db.session(), code=f"A{n}", name=f"机关{n}", prefix=f"机{n}").id
            for n in range(20)
        ]
        db.session.remove()
    return app, agencies


def run(make_url: Callable[[str], str], folder: Path) -> None:
    print(f"  {'':<34}{'chained':>12}{'without':>12}{'cost':>9}")
    app, agencies = office(folder / "one", make_url("one"))
    compare("acts, 20 agencies, 8 threads", lambda: acts(app, agencies))
    compare("acts, one agency, 8 threads", lambda: acts(app, agencies[:1]))
    compare(f"rows, one act of {ROWS:,}", lambda: bulk(app, agencies))
    check(*office(folder / "two", make_url("two")))


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if sys.argv[1:] == ["postgresql"]:
            (folder / "pg").mkdir()
            with Cluster(folder / "pg") as cluster:
                run(cluster.create_database, folder)
        else:
            run(lambda name: f"sqlite:///{folder / name}.db", folder)


if __name__ == "__main__":
    main()
