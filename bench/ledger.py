"""What taking in a ledger costs, beside merely reading the file with the fastest reader.

Run: .venv/bin/python bench/ledger.py [ROWS]
Each line is one run in a process of its own on a fresh SQLite database; the machine is whatever it
is, so read the ratios. 100,000 rows are some 300,000 records.
"""

from __future__ import annotations

import csv
import io
import os
import random
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from python_calamine import load_workbook
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from casework.documents.spreadsheets import write_sheet
from casework.domain.ledger import cells_of
from casework.domain.ledger_columns import slots_for
from casework.domain.permissions import Actor, Role
from casework.domain.working_days import shipped_calendar
from casework.models import Base, Case, Event, sealed
from casework.services import audit
from casework.services.demo_records import Asked, invent_rows
from casework.services.desk import Desk
from casework.services.ledger_export import export_ledger
from casework.services.ledger_import import import_ledger
from casework.services.transaction import prepare_engine

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 20_000
FIRST, LAST, TODAY = date(2015, 1, 5), date(2024, 12, 31), date(2026, 9, 28)
KINDS = (".csv", ".xlsx")


def ledger(rows: int, kind: str) -> bytes:
    """An office's ten years, ``rows`` applications at thirty agencies, without numbers."""
    chance = random.Random(1)  # noqa: S311  the same ledger each time
    agencies = [Asked(f"某市/第{number}局", "某市") for number in range(30)]
    slots = slots_for({})
    invented = invent_rows(
        chance,
        shipped_calendar(),
        count=rows,
        agencies=agencies,
        first=FIRST,
        last=LAST,
        today=TODAY,
    )
    target = io.BytesIO()
    write_sheet(
        target,
        kind,
        [slot.header for slot in slots],
        ([cells.get(slot) for slot in slots] for cells in map(cells_of, invented)),
    )
    return target.getvalue()


def read_only(content: bytes, kind: str) -> int:
    """The fastest reader alone: every cell touched, nothing kept."""
    if kind == ".csv":
        return sum(1 for _ in csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return sum(1 for _ in load_workbook(io.BytesIO(content)).get_sheet_by_index(0).iter_rows())


def desk_on(folder: Path) -> Desk:
    sealed.use_key(bytes(32))
    audit.use_key(bytes(32))
    engine = create_engine(f"sqlite:///{folder / 'bench.db'}")
    prepare_engine(engine)
    Base.metadata.create_all(engine)
    return Desk(
        session=Session(engine),
        actor=Actor(
            user_id=None,
            name="系统",
            agency_id=None,
            agency_path="/",
            roles=frozenset({Role.CLERK, Role.STATISTICIAN}),
        ),
        now=datetime(TODAY.year, TODAY.month, TODAY.day, 2, tzinfo=UTC),
        calendar=shipped_calendar(),
        stationery=None,  # type: ignore[arg-type]  no letter is written here
    )


def timed(call: Callable[[], int]) -> tuple[float, int]:
    start = perf_counter()
    result = call()
    return perf_counter() - start, result


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def line(name: str, seconds: float, rows: int, base: float, remark: str = "") -> None:
    print(
        f"  {name:<28}{seconds:>8.2f} s{rows / seconds:>12,.0f} rows/s{seconds / base:>9.1f} x"
        f"   peak {peak_mb():>4} MB  {remark}",
        flush=True,
    )


def one_kind(kind: str, rows: int) -> None:
    content = ledger(rows, kind)
    print(f"{kind}: {rows:,} rows, {len(content) / 2**20:.1f} MB", flush=True)
    base, _ = timed(lambda: read_only(content, kind))
    line("reader alone", base, rows, base)
    with tempfile.TemporaryDirectory() as folder:
        desk = desk_on(Path(folder))

        def take_in() -> int:
            report = import_ledger(
                desk, content=content, file_name=f"a{kind}", create_agencies=True
            )
            if report.rejected:
                sys.exit(f"rejected: {report.rejected[:3]}")
            return report.imported

        seconds, imported = timed(take_in)
        records = sum(
            desk.session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Case, Event)
        )
        if imported != rows:
            sys.exit(f"{imported} of {rows} rows imported")
        line("import", seconds, rows, base, f"{records:,} cases and events")
        line("the same file again", timed(take_in)[0], rows, base)
        out = io.BytesIO()
        seconds, exported = timed(lambda: export_ledger(desk, out, kind, year=2020))
        line("export of one year", seconds, exported, base * exported / rows)


def main() -> None:
    number, kind = (*sys.argv[1:], "", "")[:2]
    rows = int(number or ROWS)
    if kind:
        one_kind(kind, rows)
        return
    for kind in KINDS:
        subprocess.run(
            [sys.executable, __file__, str(rows), kind], check=True, env=dict(os.environ)
        )


if __name__ == "__main__":
    main()
