"""How long a year's table takes: ``python bench/annual.py [CASES] [--pandas]``, default 200,000.

Builds a temporary SQLite file with 3,000 agencies in four levels and seeded cases of ten years,
then measures from one run, warm, the median of five:

- the table of a year (``queries.annual_cube``) for everybody, one city and one county, alone and
  with all its checks, against the bare ``SELECT … GROUP BY`` over the same cases, the limit of
  anything that counts them all;
- with ``--pandas``, the same figures from an exported CSV, read and grouped;
- how the time grows from 10,000 cases up.

The three ways must agree on how many were received and finished, or the bench stops.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sqlite3
import statistics
import tempfile
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from casework.domain.application import ApplicantType, Channel
from casework.domain.forms import form_for_year
from casework.domain.outcomes import CATALOGUE
from casework.models import Agency, Applicant, Base, Case
from casework.queries.annual_checked import check_records
from casework.queries.annual_cube import Scope, read_table
from casework.services.transaction import prepare_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sqlalchemy import Table

AGENCIES, CITIES, COUNTIES = 3000, 14, 120
A_COUNTY = next(n for n in range(2 + CITIES, 2 + CITIES + COUNTIES) if n % CITIES == 0)
FIRST_DAY, DAYS = date(2016, 1, 1), 3653
YEAR = 2023
RUNS = 5
SEED = 20260928
BATCH = 20_000
SMALLER = (10_000, 100_000)
MILLISECONDS = 1000

_BARE = "SELECT channel, count(*) FROM cases GROUP BY channel"
_BARE_YEAR = (
    "SELECT channel, applicant_type, ground, count(*) FROM cases"
    " WHERE received_year = :year GROUP BY 1, 2, 3"
)
_CSV = ("received_on", "closed_on", "channel", "applicant_type", "ground", "agency_id")
_GROUNDS = tuple(ground.code for ground in CATALOGUE)


def agencies() -> Iterator[tuple[int, int | None, str]]:
    """Yield id, parent and path: a province, its cities, their counties, departments of all."""
    paths = {1: "/1/"}
    yield 1, None, "/1/"
    for number in range(2, AGENCIES + 1):
        if number <= 1 + CITIES:
            parent = 1
        elif number <= 1 + CITIES + COUNTIES:
            parent = 2 + number % CITIES
        else:
            parent = 2 + number % (CITIES + COUNTIES)
        paths[number] = f"{paths[parent]}{number}/"
        yield number, parent, paths[number]


def cases(count: int) -> Iterator[tuple[Any, ...]]:
    """Yield ``count`` cases; one in thirteen straddles a year's end, one in seventy is open."""
    choose = random.Random(SEED)  # noqa: S311  invented figures, the same every time
    channels, types = [c.value for c in Channel], [t.value for t in ApplicantType]
    weights = list(accumulate(choose.lognormvariate(0, 1.5) for _ in range(AGENCIES)))
    everybody = range(1, AGENCIES + 1)
    for number in range(1, count + 1):
        received = FIRST_DAY + timedelta(days=choose.randrange(DAYS))
        due = received + timedelta(days=28)
        closed: date | None = received + timedelta(days=choose.randrange(1, 50))
        if choose.randrange(70) == 0:
            closed = None
        yield (
            number,
            # Few agencies have most of the cases, as in life.
            choose.choices(everybody, cum_weights=weights)[0],
            f"{number}号",
            "closed" if closed else "drafting",
            choose.choice(channels),
            choose.choices(types, (80, 10, 2, 2, 4, 2))[0],
            received.isoformat(),
            received.year,
            closed.isoformat() if closed else None,
            closed.isoformat() if closed else None,
            closed.year if closed else None,
            choose.choice(_GROUNDS) if closed else None,
            due.isoformat(),
            due.isoformat(),
        )


_COLUMNS = (
    "id, agency_id, number, state, channel, applicant_type, received_on, received_year,"
    " replied_on, closed_on, closed_year, ground, original_due_on, due_on"
)
_FACTS = {
    "version": 1,
    "request_text": "某某项目征地批复、补偿安置方案及其公告",
    "subject": "征地",
    "provide_form": "纸质",
    "obtain_by": "邮寄",
    "unit": "耕地保护科",
    "statute": "2019",
    "calendar_version": "shipped",
    "registered_at": "2026-09-28 02:00:00",
    "changed_at": "2026-09-28 02:00:00",
}
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明"


def defaults(table: Table, known: Iterable[str]) -> dict[str, Any]:
    """Return what a row of ``table`` holds where nothing is said, besides the ``known`` columns."""
    values = {}
    for column in table.columns:
        if column.name in known or column.nullable:
            continue
        default = column.default.arg if column.default is not None else ""
        value = {} if callable(default) else default
        values[column.name] = json.dumps(value) if isinstance(value, dict) else value
    return values


def insert_sql(table: Table, columns: Iterable[str], extra: Mapping[str, Any]) -> str:
    """Return an INSERT of ``columns`` as parameters, with the ``extra`` ones written out."""
    names = [*columns, *extra]
    marks = ["?"] * len(list(columns)) + [quoted(value) for value in extra.values()]
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join(marks)})"  # noqa: S608  our own words


def quoted(value: object) -> str:
    """Return a default as SQL writes it."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def applicants(count: int) -> Iterator[tuple[int, str]]:
    """Yield a name for each case; one in ten is somebody who asks again and again."""
    choose = random.Random(SEED + 1)  # noqa: S311  invented names, the same every time
    for number in range(1, count + 1):
        of = choose.randrange(count // 200 + 1) if choose.randrange(10) == 0 else number
        yield number, SURNAMES[of % 16] + GIVEN[of // 16 % 16] + str(of)


def build(path: Path, count: int) -> float:
    """Write the file and return how many seconds it took; indexes come after the rows."""
    begin = perf_counter()
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA journal_mode = OFF")
        file.execute("PRAGMA synchronous = OFF")
        indexes = file.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            " AND tbl_name IN ('cases', 'applicants')"
        ).fetchall()
        for name, _ in indexes:
            file.execute(f"DROP INDEX {name}")
        agency = Agency.__table__
        columns = ("id", "parent_id", "path", "code", "name", "short_name")
        rows = (
            (number, parent, path_, f"a{number}", f"机关{number}", f"机关{number}")
            for number, parent, path_ in agencies()
        )
        file.executemany(insert_sql(agency, columns, defaults(agency, columns)), rows)
        columns = tuple(_COLUMNS.split(", "))
        filled = _FACTS | defaults(Case.__table__, (*columns, *_FACTS))
        file.executemany(insert_sql(Case.__table__, columns, filled), cases(count))
        person = Applicant.__table__
        filled = defaults(person, ("case_id", "name"))
        file.executemany(insert_sql(person, ("case_id", "name"), filled), applicants(count))
        for _, sql in indexes:
            file.execute(sql)
        file.execute("ANALYZE")
    file.close()
    return perf_counter() - begin


def median_ms(act: Callable[[], object]) -> float:
    """Return the median time of an act in milliseconds, after one that warms the caches."""
    act()
    times = []
    for _ in range(RUNS):
        begin = perf_counter()
        act()
        times.append((perf_counter() - begin) * MILLISECONDS)
    return statistics.median(times)


def measure(path: Path) -> dict[str, float]:
    """Return what each way of counting takes, in milliseconds."""
    engine = create_engine(f"sqlite:///{path}")
    prepare_engine(engine)
    form = form_for_year(YEAR)
    scopes = {
        "table, everybody": Scope(path="/1/"),
        "table, one city": Scope(path="/1/2/"),
        "table, one county": Scope(path=f"/1/2/{A_COUNTY}/"),
    }
    with Session(engine) as session:

        def bare(sql: str, **values: int) -> Callable[[], object]:
            return lambda: session.execute(text(sql), values).all()

        found = {
            "bare scan": median_ms(bare(_BARE)),
            "bare scan of the year": median_ms(bare(_BARE_YEAR, year=YEAR)),
        }
        for name, scope in scopes.items():
            counted = read_table(session, form, YEAR, scope).value("R1", "C7")
            if not counted:
                raise SystemExit(f"{name}: no case received in {YEAR}")
            found[name] = median_ms(lambda scope=scope: read_table(session, form, YEAR, scope))
        found["table with all checks"] = median_ms(
            lambda: check_records(session, form, YEAR, Scope(path="/1/"))
        )
        table = read_table(session, form, YEAR, Scope(path="/1/"))
        for cell, column in ((("R1", "C7"), "received_year"), (("R3.7", "C7"), "closed_year")):
            sql = f"SELECT count(*) FROM cases WHERE {column} = {YEAR}"  # noqa: S608  our own words
            counted = session.scalar(text(sql))
            if table.value(*cell) != counted:
                raise SystemExit(f"{cell}: {table.value(*cell)} in the table, {counted} cases")
    engine.dispose()
    return found


def measure_pandas(path: Path) -> dict[str, float]:
    """Return what pandas takes for the year from a CSV of the columns a table needs."""
    import pandas as pd  # noqa: PLC0415  only where it was asked for and is installed

    target = path.with_suffix(".csv")
    with sqlite3.connect(path) as file, target.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(_CSV)
        writer.writerows(file.execute(f"SELECT {', '.join(_CSV)} FROM cases"))  # noqa: S608
    file.close()

    def read() -> Any:
        return pd.read_csv(target, parse_dates=["received_on", "closed_on"])

    def count(frame: Any) -> Any:
        received, closed = frame.received_on.dt.year, frame.closed_on.dt.year
        within = (received == YEAR) | ((received < YEAR) & (closed.isna() | (closed >= YEAR)))
        rows = frame[within].assign(new=received == YEAR, finished=closed == YEAR)
        keys = ["new", "finished", "channel", "applicant_type", "ground"]
        return rows.groupby(keys, dropna=False).size()

    frame = read()
    return {
        "pandas, reading the CSV": median_ms(read),
        "pandas, counting alone": median_ms(lambda: count(frame)),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="?", type=int, default=200_000)
    parser.add_argument("--pandas", action="store_true", help="also read the CSV with pandas")
    asked = parser.parse_args()
    sizes = [size for size in SMALLER if size < asked.cases] + [asked.cases]
    by_size = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / f"{size}.db"
            seconds = build(path, size)
            by_size[size] = measure(path)
            megabytes = path.stat().st_size / 1e6
            built = f"{seconds:.0f} s to build, {megabytes:.0f} MB"
            print(f"{size:,} cases, {AGENCIES:,} agencies: {built}")
        if asked.pandas:
            by_size[asked.cases] |= measure_pandas(path)
    largest = by_size[asked.cases]
    limit = largest["bare scan"]
    print(f"\nTable of {YEAR}, {asked.cases:,} cases, median of {RUNS}, warm")
    print(f"{'':26}{'ms':>10}{'/ bare scan':>14}" + "".join(f"{size:>12,}" for size in sizes))
    for name, taken in largest.items():
        shown = (by_size[size].get(name) for size in sizes)
        grown = "".join(f"{'' if one is None else f'{one:.1f}':>12}" for one in shown)
        print(f"{name:26}{taken:>10.1f}{taken / limit:>14.2f}{grown}")


if __name__ == "__main__":
    main()
