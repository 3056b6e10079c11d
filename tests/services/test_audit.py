"""The audit chain in its tables: no act without its link, no change that is not found."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from casework.domain.errors import RuleBroken
from casework.domain.permissions import Actor, Role
from casework.extensions import db
from casework.models import Agency, AuditHead, Case, Event, NumberCounter
from casework.queries.calendar import current_calendar
from casework.services import audit, registration
from casework.services.audit_check import AuditReport, seal_heads, verify
from casework.services.case_file import record_event
from casework.services.desk import Desk
from casework.services.transaction import transaction
from tests.conftest import add_agency, add_user, beijing
from tests.services.test_road import application

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.orm import Session

MONDAY = date(2026, 9, 7)
NOW = datetime(2026, 9, 28, 2, tzinfo=UTC)
# 10,000 before a release (make soak).
TAMPERS = int(os.environ.get("CASEWORK_TAMPERS", "360"))


@pytest.fixture
def records(own_app: Flask) -> Iterator[Session]:
    """A session on a database of this test's own, in which commits are real."""
    with own_app.app_context():
        yield db.session()
        db.session.remove()


def clerk(app: Flask, code: str = "QYZG", prefix: str = "青资公开") -> Desk:
    session = db.session()
    agency = session.scalars(select(Agency).where(Agency.code == code)).one_or_none()
    if agency is None:
        agency = add_agency(session, code=code, name=f"机关{code}", prefix=prefix)
        add_user(session, login=code, name="周敏", agency=agency, roles={Role.CLERK})
    return Desk(
        session=session,
        actor=Actor(
            user_id=None,
            name="周敏",
            agency_id=agency.id,
            agency_path=agency.path,
            roles=frozenset({Role.CLERK}),
        ),
        now=beijing(MONDAY),
        calendar=current_calendar(session),
        stationery=app.extensions["casework_stationery"],
    )


def register(desk: Desk, times: int = 1) -> None:
    for _ in range(times):
        registration.register(desk, application(), agency_id=desk.actor.agency_id or 0)


def note_events(desk: Desk, how_many: int, *, whose: int | None = None) -> None:
    """Write events of every shape in one act: with a case and without, with detail and without."""
    case_id = desk.session.scalar(select(func.min(Case.id)))
    with transaction(desk.session):
        audit.chain_rows(
            desk.session,
            [
                {
                    "case_id": case_id if n % 2 else None,
                    "agency_id": whose,
                    "action": "import",
                    "to_state": "closed" if n % 3 else None,
                    "actor_name": "系统",
                    "role": None if n % 5 else "clerk",
                    "effective_on": MONDAY,
                    "recorded_at": NOW + timedelta(microseconds=n),
                    "note": "移送“林业局”\n" if n % 4 else "",
                    "detail": {"row": n, "名称": None, "days": [1, 2.5]} if n % 2 else {},
                }
                for n in range(how_many)
            ],
        )


def found(report: AuditReport) -> list[tuple[int, int, str]]:
    return [(fault.chain, fault.seq, fault.kind.value) for fault in report.faults]


# An act and its trace ------------------------------------------------------------------------


def test_every_act_leaves_a_link_in_its_agencys_chain(own_app: Flask, records: Session) -> None:
    first, second = clerk(own_app), clerk(own_app, "QYLY", "青林公开")
    register(first, 3)
    register(second, 2)
    note_events(first, 4)
    ends = {row.chain: row.seq for row in records.scalars(select(AuditHead))}
    assert ends == {first.actor.agency_id: 3, second.actor.agency_id: 2, 0: 4}
    report = verify(records)
    assert report.ok, report.faults
    assert (report.chains, report.rows) == (3, 9)


def test_a_new_database_is_whole(records: Session) -> None:
    assert verify(records) == AuditReport(chains=0, rows=0, seals=0, faults=(), fault_count=0)


def test_acceptance_83_an_act_whose_event_cannot_be_written_is_undone(
    own_app: Flask, records: Session
) -> None:
    """The database itself refuses the event, as it would with a full disk."""
    desk = clerk(own_app)
    register(desk)
    _refuse_events(records)
    with pytest.raises(DatabaseError):
        register(desk)
    _accept_events(records)
    assert records.scalar(select(func.count()).select_from(Case)) == 1
    assert records.scalar(select(NumberCounter.last)) == 1
    assert records.scalar(select(AuditHead.seq)) == 1
    register(desk)
    assert verify(records).ok


def _refuse_events(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        statements = [
            "CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'full'); END"
        ]
    else:
        body = "$$ BEGIN RAISE 'full'; END $$"
        statements = [
            f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS {body}",
            "CREATE TRIGGER refuse BEFORE INSERT ON events EXECUTE FUNCTION refuse()",
        ]
    _run(session, *statements)


def _accept_events(session: Session) -> None:
    on = "" if session.get_bind().dialect.name == "sqlite" else " ON events"
    _run(session, f"DROP TRIGGER refuse{on}")


def _run(session: Session, *statements: str) -> None:
    session.rollback()
    for statement in statements:
        session.execute(text(statement))
    session.commit()


def test_acceptance_83_without_the_key_no_act_commits(
    own_app: Flask, records: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = clerk(own_app)
    monkeypatch.setattr(audit._Keyring, "key", None)
    with pytest.raises(RuntimeError, match="no audit key"):
        register(desk)
    assert records.scalar(select(func.count()).select_from(Case)) == 0


def test_an_event_outside_an_act_is_refused(own_app: Flask, records: Session) -> None:
    record_event(clerk(own_app), case=None, action="loose")
    with pytest.raises(RuntimeError, match="belongs to an act"):
        records.commit()
    with pytest.raises(RuntimeError, match="belongs to an act"):
        audit.chain_rows(records, [{"action": "loose"}])


def test_an_event_is_held_through_the_queries_of_its_act(own_app: Flask, records: Session) -> None:
    """A query in the middle of an act flushes; the chain must not be locked by that."""
    desk = clerk(own_app)
    with transaction(records):
        record_event(desk, case=None, action="first")
        assert records.scalar(select(func.count()).select_from(Event)) == 0
        assert records.scalar(select(func.count()).select_from(AuditHead)) == 0
        record_event(desk, case=None, action="second")
    assert records.scalars(select(Event.action).order_by(Event.seq)).all() == ["first", "second"]


def test_nothing_is_left_of_a_failed_act(own_app: Flask, records: Session) -> None:
    desk = clerk(own_app)
    with pytest.raises(ZeroDivisionError), transaction(records):
        record_event(desk, case=None, action="never")
        1 / 0  # noqa: B018
    with transaction(records):
        record_event(desk, case=None, action="after")
    assert records.scalars(select(Event.action)).all() == ["after"]


def test_an_act_says_nothing_of_its_own_place(own_app: Flask, records: Session) -> None:
    clerk(own_app)
    with pytest.raises(ValueError, match="digest"), transaction(records):
        audit.chain_rows(records, [{"action": "forged", "digest": "f" * 64}])


def test_the_order_holds_with_the_clock_set_back(own_app: Flask, records: Session) -> None:
    desk = clerk(own_app)
    for hour in (12, 9, 9, 3):
        with transaction(records):
            records.add(
                Event(
                    agency_id=desk.actor.agency_id,
                    action=f"at {hour}",
                    actor_name="周敏",
                    effective_on=MONDAY,
                    recorded_at=beijing(MONDAY, hour + 8),
                )
            )
    rows = records.execute(select(Event.seq, Event.id, Event.action).order_by(Event.seq)).all()
    assert [row.seq for row in rows] == [1, 2, 3, 4]
    assert [row.id for row in rows] == sorted({row.id for row in rows})
    assert [row.action for row in rows] == ["at 12", "at 9", "at 9", "at 3"]
    assert verify(records).ok


def test_sm3_may_take_over_from_sha256(own_app: Flask, records: Session) -> None:
    desk = clerk(own_app)
    register(desk, 2)
    audit.use_key(own_app.config["AUDIT_KEY"], "sm3")
    register(desk, 2)
    audit.use_key(own_app.config["AUDIT_KEY"])
    register(desk)
    used = records.scalars(select(Event.algorithm).order_by(Event.seq)).all()
    assert used == ["sha256", "sha256", "sm3", "sm3", "sha256"]
    assert verify(records).ok


def test_acts_of_many_agencies_at_once_make_whole_chains(own_app: Flask) -> None:
    """Threads touch two chains each, in either order: the heads are locked in one order."""
    with own_app.app_context():
        ids = [clerk(own_app, code).actor.agency_id for code in ("A", "B", "C")]
        db.session.remove()
    gate = threading.Barrier(8)

    def work(number: int) -> None:
        with own_app.app_context():
            gate.wait()
            for turn in range(10):
                one, other = ids[(number + turn) % 3], ids[(number * 2 + turn) % 3]
                with transaction(db.session()):
                    for whose in (one, other):
                        audit.chain_rows(
                            db.session(),
                            [
                                {
                                    "agency_id": whose,
                                    "action": "try",
                                    "actor_name": str(number),
                                    "effective_on": MONDAY,
                                    "recorded_at": NOW,
                                }
                            ],
                        )
            db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    with own_app.app_context():
        report = verify(db.session())
        assert (report.ok, report.chains, report.rows) == (True, 3, 160)


def test_checking_while_clerks_work_raises_no_alarm(own_app: Flask) -> None:
    with own_app.app_context():
        register(clerk(own_app), 2)
        db.session.remove()
    stop = threading.Event()

    def work() -> None:
        with own_app.app_context():
            while not stop.is_set():
                register(clerk(own_app))
                db.session.remove()

    with ThreadPoolExecutor(3) as pool, own_app.app_context():
        clerks = [pool.submit(work) for _ in range(3)]
        try:
            sizes = []
            for _ in range(25):
                report = verify(db.session())
                assert report.ok, report.faults
                sizes.append(report.rows)
        finally:
            stop.set()
        for each in clerks:
            each.result()
    assert sizes[-1] > sizes[0], "nobody wrote while we looked"


# What somebody with the database can do ---------------------------------------------------------


@pytest.fixture
def busy(own_app: Flask, records: Session) -> Session:
    """Three chains of 40, 25 and 60 events."""
    first, second = clerk(own_app), clerk(own_app, "QYLY", "青林公开")
    register(first, 2)
    note_events(first, 38, whose=first.actor.agency_id)
    register(second)
    note_events(second, 24, whose=second.actor.agency_id)
    note_events(first, 60)
    assert verify(records).ok
    return records


class Meddler:
    """Somebody who may write to the tables and does not have the key."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.postgresql = session.get_bind().dialect.name == "postgresql"

    def do(self, statement: str, **values: object) -> None:
        self.session.rollback()
        if self.postgresql:
            # So a superuser turns foreign keys off.
            self.session.execute(text("SET LOCAL session_replication_role = replica"))
        self.session.execute(text(statement), values)
        self.session.commit()

    def rows(self, table: str) -> list[dict[str, Any]]:
        self.session.rollback()
        query = text(f"SELECT * FROM {table}")  # noqa: S608  a name of ours
        return [dict(row) for row in self.session.execute(query).mappings()]


def test_acceptance_84_every_column_of_a_row_is_vouched_for(busy: Session) -> None:
    """T15: random changes over every column, each found and named; put back, all is well."""
    meddler = Meddler(busy)
    dice = random.Random(20260928)  # noqa: S311  no secret is made
    columns = [column.name for column in Event.__table__.columns]
    tried: Counter[str] = Counter()
    for turn in range(TAMPERS):
        column = columns[turn % len(columns)]
        row = dice.choice(meddler.rows("events"))
        value = _another(column, row[column], dice, postgresql=meddler.postgresql)
        where = {"key": row["id"]}
        try:
            meddler.do(_set(column, meddler.postgresql), value=value, **where)
        except DatabaseError:
            busy.rollback()
            continue
        tried[column] += 1
        places = {(fault.chain, fault.seq) for fault in verify(busy).faults}
        if column not in {"chain", "seq"}:
            assert (row["chain"], row["seq"]) in places, (column, row[column], value)
        assert places, (column, row[column], value)
        key = value if column == "id" else row["id"]
        meddler.do(_set(column, meddler.postgresql), value=_stored(row[column]), key=key)
    assert verify(busy).ok
    assert set(tried) == set(columns), set(columns) - set(tried)
    assert sum(tried.values()) >= TAMPERS * 4 // 5


def _set(column: str, postgresql: bool) -> str:  # noqa: FBT001  a test's own
    value = "CAST(:value AS json)" if postgresql and column == "detail" else ":value"
    return f"UPDATE events SET {column} = {value} WHERE id = :key"  # noqa: S608


def _stored(value: object) -> object:
    import json

    return json.dumps(value) if isinstance(value, dict) else value


def _another(column: str, value: Any, dice: random.Random, *, postgresql: bool) -> Any:
    """Return another value of the kind; on SQLite one flipped character of what is stored."""
    if column == "id":
        other: Any = 100_000 + dice.randrange(10**6)
    elif column in {"case_id", "actor_id", "agency_id", "chain", "seq"}:
        other = dice.choice([n for n in (1, 2, 3, 4711) if n != value])
    elif column == "detail" and postgresql:
        other = f'{{"row": {dice.randrange(10**6) + 1000}}}'
    elif isinstance(value, datetime):
        other = value + timedelta(microseconds=dice.choice([1, -1, 10**6]))
    elif isinstance(value, date):
        other = value - timedelta(days=dice.randrange(1, 400))
    elif not value:
        other = "x"
    else:
        at = dice.randrange(len(value))
        flipped = chr(ord(value[at]) ^ dice.choice([1, 2, 4, 16]))
        other = value[:at] + (flipped if flipped != "\x00" else "?") + value[at + 1 :]
    return other


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("note", b"\xff\xfe"),
        ("detail", b"{}"),
        ("detail", "{"),
        ("recorded_at", "yesterday"),
        ("effective_on", "2026-13-45"),
        ("seq", "第七"),
        ("actor_name", 7),
    ],
)
def test_values_of_no_kind_are_found_and_stop_nothing(
    busy: Session, column: str, value: object
) -> None:
    """SQLite takes anything into any column."""
    if busy.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL refuses them")
    meddler = Meddler(busy)
    # CAST makes text of bytes that are no UTF-8.
    as_text = "CAST(:value AS TEXT)" if value == b"\xff\xfe" else ":value"
    meddler.do(f"UPDATE events SET {column} = {as_text} WHERE id = 7", value=value)  # noqa: S608
    report = verify(busy)
    assert not report.ok
    assert report.faults[0].seq in {0, 7}


def test_acceptance_84_whole_rows_deleted_swapped_and_put_in_are_named(
    own_app: Flask, busy: Session
) -> None:
    meddler = Meddler(busy)
    chain = clerk(own_app).actor.agency_id
    kept = meddler.rows("events")
    mine = {row["seq"]: row for row in kept if row["chain"] == chain}

    meddler.do("DELETE FROM events WHERE chain = :chain AND seq = 10", chain=chain)
    assert found(verify(busy)) == [(chain, 10, "missing")]
    meddler.do("DELETE FROM events WHERE chain = :chain AND seq > 37", chain=chain)
    assert found(verify(busy)) == [(chain, 10, "missing"), (chain, 38, "cut_off")]
    _put_back(meddler, kept)

    for place, seq in ((4711, 12), (12, 20), (20, 4711)):
        meddler.do(
            "UPDATE events SET seq = :place WHERE chain = :chain AND seq = :seq",
            place=place, seq=seq, chain=chain,
        )  # fmt: skip
    assert found(verify(busy)) == [(chain, 12, "swapped"), (chain, 20, "swapped")]
    _put_back(meddler, kept)

    meddler.do(
        "INSERT INTO events SELECT 99999, case_id, agency_id, action, from_state, to_state,"
        " actor_id, actor_name, role, effective_on, recorded_at, note, detail, chain, 41,"
        " algorithm, digest, digest FROM events WHERE id = :key",
        key=mine[40]["id"],
    )
    assert found(verify(busy)) == [(chain, 41, "inserted")]
    meddler.do("DELETE FROM events WHERE id = 99999")
    assert verify(busy).ok


def _put_back(meddler: Meddler, kept: list[dict[str, Any]]) -> None:
    meddler.do("DELETE FROM events")
    names = ", ".join(kept[0])
    marks = ", ".join(
        "CAST(:detail AS json)" if meddler.postgresql and name == "detail" else f":{name}"
        for name in kept[0]
    )
    meddler.session.execute(
        text(f"INSERT INTO events ({names}) VALUES ({marks})"),  # noqa: S608
        [{name: _stored(value) for name, value in row.items()} for row in kept],
    )
    meddler.session.commit()
    assert verify(meddler.session).ok


def test_a_head_that_is_changed_or_gone_is_named(own_app: Flask, busy: Session) -> None:
    meddler = Meddler(busy)
    chain = clerk(own_app).actor.agency_id
    [head] = [row for row in meddler.rows("audit_heads") if row["chain"] == chain]
    for column, value in (("seq", 39), ("digest", "f" * 64), ("mac", "号" * 4)):
        meddler.do(f"UPDATE audit_heads SET {column} = :v WHERE chain = :c", v=value, c=chain)  # noqa: S608
        assert found(verify(busy)) == [(chain, 40, "head_changed")], column
        _put_head_back(meddler, head)
    meddler.do("DELETE FROM audit_heads WHERE chain = :c", c=chain)
    assert found(verify(busy)) == [(chain, 40, "head_missing")]


def _put_head_back(meddler: Meddler, head: dict[str, Any]) -> None:
    meddler.do(
        "UPDATE audit_heads SET seq = :seq, digest = :digest, mac = :mac WHERE chain = :chain",
        **head,
    )


def test_a_chain_that_lost_its_rows_or_all_of_itself_is_named(
    own_app: Flask, busy: Session
) -> None:
    meddler = Meddler(busy)
    chain = clerk(own_app).actor.agency_id
    meddler.do("DELETE FROM events WHERE chain = :c", c=chain)
    assert found(verify(busy)) == [(chain, 1, "cut_off")]
    meddler.do("DELETE FROM audit_heads WHERE chain = :c", c=chain)
    assert found(verify(busy)) == [(chain, 1, "chain_missing")]


def test_an_administrator_who_has_the_program_but_not_the_key_cannot_hash_anew(
    own_app: Flask, busy: Session
) -> None:
    """Everything is done as the program does it, with a key of the administrator's own."""
    meddler = Meddler(busy)
    chain = clerk(own_app).actor.agency_id
    rows = [row for row in meddler.rows("events") if row["chain"] == chain and row["seq"] >= 20]
    meddler.do("DELETE FROM events WHERE chain = :c AND seq >= 20", c=chain)
    [before] = [row for row in meddler.rows("events") if (row["chain"], row["seq"]) == (chain, 19)]
    meddler.do(
        "UPDATE audit_heads SET seq = 19, digest = :d WHERE chain = :c", d=before["digest"], c=chain
    )
    audit.use_key(b"an administrator's own key......")
    names = audit._SAID
    with transaction(busy):
        audit.chain_rows(
            busy,
            [
                {name: row[name] for name in names}
                | {"effective_on": MONDAY, "recorded_at": NOW, "detail": {}}
                for row in sorted(rows, key=lambda row: row["seq"])
            ],
        )
    assert busy.scalar(select(AuditHead.seq).where(AuditHead.chain == chain)) == 40
    audit.use_key(own_app.config["AUDIT_KEY"])
    assert found(verify(busy)) == [(chain, 20, "rehashed"), (chain, 40, "head_changed")]


# Sealed heads -----------------------------------------------------------------------------------


def test_a_tail_cut_off_together_with_its_head_is_found_by_the_seal(
    own_app: Flask, records: Session, tmp_path: Path
) -> None:
    """The whole of yesterday's state put back: every digest and every head is genuine."""
    desk = clerk(own_app)
    chain = desk.actor.agency_id
    register(desk, 3)
    meddler = Meddler(records)
    [old_head] = meddler.rows("audit_heads")
    register(desk, 2)
    sealed = seal_heads(records, tmp_path / "seals", now=NOW)
    assert verify(records, seals=[tmp_path / "seals"]).ok
    meddler.do("DELETE FROM events WHERE seq > 3")
    meddler.do("UPDATE audit_heads SET seq = :seq, digest = :digest, mac = :mac", **{
        name: old_head[name] for name in ("seq", "digest", "mac")
    })  # fmt: skip
    assert verify(records).ok, "inside the database nothing shows"
    report = verify(records, seals=[tmp_path / "seals"])
    assert found(report) == [(chain, 5, "seal_differs")]
    assert sealed.name in report.faults[0].what
    register(desk, 2)
    assert found(verify(records, seals=[tmp_path / "seals"])) == [(chain, 5, "seal_differs")]


def test_a_seal_is_a_private_file_of_one_line_a_chain(busy: Session, tmp_path: Path) -> None:
    import json

    path = seal_heads(busy, tmp_path / "seals", now=NOW)
    assert path.stat().st_mode & 0o777 == 0o600
    *lines, last = [json.loads(line) for line in path.read_text().splitlines()]
    heads = {row.chain: row for row in busy.scalars(select(AuditHead))}
    assert [line["chain"] for line in lines] == sorted(heads)
    for line in lines:
        assert set(line) == {"chain", "seq", "hash", "time"}
        assert (line["seq"], line["hash"]) == (
            heads[line["chain"]].seq,
            heads[line["chain"]].digest,
        )
    assert last["chains"] == 3
    assert list(path.parent.iterdir()) == [path]


def test_a_seal_that_was_changed_anywhere_is_named(busy: Session, tmp_path: Path) -> None:
    path = seal_heads(busy, tmp_path, now=NOW)
    content = path.read_bytes()
    dice = random.Random(7)  # noqa: S311  no secret is made
    for _ in range(60):
        at = dice.randrange(len(content))
        flipped = content[at] ^ dice.choice([1, 2, 16, 128])
        path.write_bytes(content[:at] + bytes([flipped]) + content[at + 1 :])
        assert found(verify(busy, seals=[tmp_path])) == [(0, 0, "seal_changed")], at
    for cut in (0, 10, len(content) // 2):
        path.write_bytes(content[:cut])
        assert found(verify(busy, seals=[tmp_path])) == [(0, 0, "seal_changed")]
    path.write_bytes(content)
    assert verify(busy, seals=[tmp_path]).seals == 1


def test_a_broken_head_is_not_sealed(busy: Session, tmp_path: Path) -> None:
    Meddler(busy).do("UPDATE audit_heads SET seq = seq + 1 WHERE chain = 0")
    with pytest.raises(RuleBroken, match="不能封存"):
        seal_heads(busy, tmp_path / "seals", now=NOW)
    assert not (tmp_path / "seals").exists()


def test_a_broken_database_is_a_sentence(records: Session) -> None:
    Meddler(records).do("DROP TABLE audit_heads")
    with pytest.raises(RuleBroken, match="读不出审计记录"):
        verify(records)


def test_checking_is_fast_and_needs_little_memory(own_app: Flask, records: Session) -> None:
    """20,000 rows a second are asked for; the bound here leaves room for a busy machine."""
    import tracemalloc

    desk = clerk(own_app)
    note_events(desk, 20_000)
    start = time.perf_counter()
    assert verify(records).rows == 20_000
    assert time.perf_counter() - start < 4
    tracemalloc.start()
    assert verify(records).ok
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12 * 2**20, peak
