"""What taking in a ledger costs, beside merely reading the file with the fastest reader.

Run: .venv/bin/python bench/ledger.py [ROWS ...]
Each line is a process of its own, with its own peak of memory, on one SQLite database per file; the
machine is whatever it is, so read the ratios. 100,000 rows are some 300,000 records.
"""

from __future__ import annotations

import csv
import io
import random
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

from python_calamine import load_workbook
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from casework.documents.spreadsheets import write_sheet
from casework.domain.ledger import cells_of
from casework.domain.ledger_columns import slots_for
from casework.domain.permissions import Actor, Role
from casework.domain.working_days import shipped_calendar
from casework.models import Base, sealed
from casework.services import audit
from casework.services.demo_volume import Asked, invent_rows
from casework.services.desk import Desk
from casework.services.ledger_export import export_ledger
from casework.services.ledger_import import import_ledger
from casework.services.ledger_source import LedgerFile
from casework.services.transaction import prepare_engine

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
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


def timed(call: Callable[[], T]) -> tuple[float, T]:
    start = perf_counter()
    result = call()
    return perf_counter() - start, result


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def line(name: str, seconds: float, rows: int, base: float, remark: str = "") -> None:
    print(
        f"  {name:<24}{seconds:>8.2f} s{rows / seconds:>12,.0f} rows/s{seconds / base:>9.1f} x"
        f"   peak {peak_mb():>4} MB  {remark}",
        flush=True,
    )


def measure(step: str, file: Path, rows: int) -> None:
    """One step on a file, in this process alone, so that its peak is its own."""
    kind = file.suffix
    baseline = file.with_suffix(".seconds")
    asked = LedgerFile(content=file.read_bytes(), file_name=file.name)
    if step == "read":
        base, _ = timed(lambda: read_only(asked.content, kind))
        baseline.write_text(str(base))
        line("reader alone", base, rows, base)
        return
    base = float(baseline.read_text())
    desk = desk_on(file.parent)
    if step == "export":
        seconds, exported = timed(lambda: export_ledger(desk, io.BytesIO(), kind, year=2020))
        line("export of one year", seconds, exported, base * exported / rows)
        return
    stages: dict[str, float] = {}
    start = perf_counter()
    seconds, report = timed(
        lambda: import_ledger(
            desk,
            asked,
            create_agencies=True,
            dry_run=step == "check",
            progress=lambda stage, _: stages.update({stage.value: perf_counter() - start}),
        )
    )
    new = {"check": rows, "import": rows, "again": 0}[step]
    if report.rejected or report.imported != new:
        sys.exit(f"{report.imported} of {new} rows, rejected: {report.rejected[:3]}")
    writing = seconds - stages["reading"] if step == "import" else 0
    line(
        {"check": "dry run", "import": "import", "again": "the same file again"}[step],
        seconds,
        rows,
        base,
        f"of it {writing:.1f} s in the transaction" if writing else "",
    )


def one_kind(kind: str, rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"ledger{kind}"
        # Made in a process of its own: what making it costs is nobody's peak.
        run("make", file, rows)
        print(f"{kind}: {rows:,} rows, {file.stat().st_size / 2**20:.1f} MB", flush=True)
        for step in ("read", "check", "import", "again", "export"):
            run(step, file, rows)


def run(step: str, file: Path, rows: int) -> None:
    subprocess.run([sys.executable, __file__, step, str(file), str(rows)], check=True)


def main() -> None:
    if sys.argv[1:] and not sys.argv[1].isdigit():
        step, file, rows = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
        if step == "make":
            file.write_bytes(ledger(rows, file.suffix))
        else:
            measure(step, file, rows)
        return
    for rows in [int(each) for each in sys.argv[1:]] or [ROWS]:
        for kind in KINDS:
            one_kind(kind, rows)


if __name__ == "__main__":
    main()
