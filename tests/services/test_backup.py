"""Backups: taken while clerks work, refused when damaged, whole when restored."""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
import sqlite3
import tarfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select, text

import config
from casework.app import create_app
from casework.cli.context import current_head
from casework.domain.errors import RuleBroken
from casework.domain.numbers import parse_number
from casework.domain.permissions import Actor, Role
from casework.extensions import db
from casework.models import Case, Document, Event
from casework.models.sealed import sealer, use_key
from casework.queries.calendar import current_calendar
from casework.services import audit, issue, registration
from casework.services.audit_check import seal_heads, verify
from casework.services.backup import Installation, make_backup
from casework.services.backup_database import is_empty, sqlite_file
from casework.services.backup_file import looks_like_backup, read_passphrase
from casework.services.desk import Desk
from casework.services.restore import RestoreReport, check_backup, restore
from tests.conftest import add_agency, add_user, beijing, settings_for
from tests.services.test_road import application, to_issue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

NOW = datetime(2026, 9, 28, 2, tzinfo=UTC)
SCHEMA = current_head(config.ROOT / "migrations" / "versions")
PASSPHRASE = "青沅市自然资源和规划局-2026".encode()


def installation(app: Flask) -> Installation:
    with app.app_context():
        return Installation(
            home=app.config["CASEWORK_HOME"],
            engine=db.engine,
            audit_key=app.config["AUDIT_KEY"],
            audit_hash=app.config["AUDIT_HASH"],
            data_key=app.config["DATA_KEY"],
            schema=SCHEMA,
        )


@pytest.fixture
def desks(own_app: Flask) -> Iterator[dict[str, Desk]]:
    """Four people of one agency, on a database in which commits are real."""
    with own_app.app_context():
        session = db.session()
        agency = add_agency(session, code="QYZG", name="青沅市自然资源和规划局", prefix="青资公开")
        made = {}
        for role, day in (
            (Role.CLERK, 7),
            (Role.HANDLER, 14),
            (Role.LEGAL_REVIEWER, 15),
            (Role.LEADER, 16),
        ):
            user = add_user(session, login=role.value, name=role.label, agency=agency, roles={role})
            made[role.value] = Desk(
                session=session,
                actor=Actor(
                    user_id=user.id,
                    name=user.name,
                    agency_id=agency.id,
                    agency_path=agency.path,
                    roles=frozenset({role}),
                ),
                now=beijing(date(2026, 9, day)),
                calendar=current_calendar(session),
                stationery=own_app.extensions["casework_stationery"],
            )
        yield made
        db.session.remove()


def register(desk: Desk, nonce: str | None = None) -> str:
    return registration.register(
        desk, application(), agency_id=desk.actor.agency_id or 0, nonce=nonce
    ).number


@pytest.fixture
def issued(desks: dict[str, Desk]) -> dict[str, Desk]:
    """One case with an issued letter, one that has only come in, and a sealed head."""
    case_id = to_issue(desks["clerk"], desks["handler"], desks["legal_reviewer"])
    issue.issue_reply(desks["leader"], case_id, version=None)
    register(desks["clerk"])
    return desks


def back_up(app: Flask, target: Path, **options: object) -> Path:
    with app.app_context():
        make_backup(db.session(), installation(app), target, now=NOW, **options)  # type: ignore[arg-type]
        db.session.remove()
    return target


@pytest.fixture
def empty_app(
    new_database: Callable[[str], str], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[[], Flask]]:
    """Makes another machine: its own home, its own fresh keys, a database without tables."""
    made: list[Flask] = []

    def make() -> Flask:
        name = f"target{len(made)}{abs(hash(request.node.nodeid)):x}"
        app = create_app(
            settings_for(tmp_path / name, new_database(name)),
            template_folder=config.ROOT / "templates",
        )
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def give_keys(source: Flask, target: Flask) -> Installation:
    """Do what the operator does first: put the office's keys into the new home."""
    keys = target.config["CASEWORK_HOME"] / "keys"
    shutil.copytree(source.config["CASEWORK_HOME"] / "keys", keys, dirs_exist_ok=True)
    return replace(
        installation(target),
        audit_key=source.config["AUDIT_KEY"],
        data_key=source.config["DATA_KEY"],
    )


def restored(source: Flask, target: Flask, file: Path, **options: object) -> RestoreReport:
    return restore(give_keys(source, target), file, now=NOW, **options)  # type: ignore[arg-type]


def test_acceptance_88_an_empty_machine_becomes_the_office_again(
    own_app: Flask,
    issued: dict[str, Desk],
    empty_app: Callable[[], Flask],
    tmp_path: Path,
) -> None:
    """Counts, hashes, the audit chain and one PDF agree."""
    session = issued["clerk"].session
    seals = own_app.config["CASEWORK_HOME"] / "seals"
    seal = seal_heads(session, seals, now=NOW)
    fonts = own_app.config["CASEWORK_HOME"] / "fonts" / "office"
    fonts.mkdir(parents=True)
    (fonts / "仿宋.ttf").write_bytes(b"a font of the office's own")
    [letter] = session.scalars(select(Document.content)).all()
    assert letter is not None
    before = {name: _contents(session, name) for name in ("cases", "applicants", "documents")}
    db.session.remove()
    file = back_up(own_app, tmp_path / "last-night.cwb")

    target = empty_app()
    report = restored(own_app, target, file)
    assert report.ok
    assert report.put_aside is None or not list(report.put_aside.rglob("*.db"))
    assert report.documents == 1
    assert report.audit.seals == 1
    assert report.audit.rows == report.manifest.tables["events"]
    assert report.manifest.tables["cases"] == 2
    home = target.config["CASEWORK_HOME"]
    assert (home / "seals" / seal.name).read_bytes() == seal.read_bytes()
    assert (home / "fonts" / "office" / "仿宋.ttf").read_bytes() == b"a font of the office's own"
    use_key(own_app.config["DATA_KEY"])
    with target.app_context():
        session = db.session()
        for name, rows in before.items():
            assert _contents(session, name) == rows
        document = session.scalars(select(Document)).one()
        assert document.content == letter
        assert hashlib.sha256(letter).hexdigest() == document.sha256
        assert "林秀珍" in PdfReader(io.BytesIO(document.content)).pages[0].extract_text()
        case = session.scalars(select(Case).order_by(Case.id)).first()
        assert case is not None
        assert case.applicant.id_number == "510000198503120018"
        assert session.scalars(select(Event.action).order_by(Event.id.desc())).first() == "restore"
        assert verify(session, seals=[home / "seals"]).ok
        # Work goes on where it stopped.
        desk = replace(issued["clerk"], session=session)
        assert register(desk) == "青资公开〔2026〕3号"
        assert verify(session, seals=[home / "seals"]).ok


def _contents(session: object, table: str) -> list[tuple[object, ...]]:
    rows = session.execute(text(f"SELECT * FROM {table} ORDER BY 1"))  # type: ignore[attr-defined]  # noqa: S608
    return [tuple(row) for row in rows]


def test_a_backup_says_what_it_holds_and_holds_no_keys(
    own_app: Flask, issued: dict[str, Desk], tmp_path: Path
) -> None:
    file = back_up(own_app, tmp_path / "a.cwb")
    assert file.stat().st_mode & 0o777 == 0o600
    with tarfile.open(file) as tar:  # any system's tar opens it
        names = tar.getnames()
        stream = tar.extractfile("manifest.json")
        assert stream is not None
        manifest = json.loads(json.loads(stream.read())["manifest"])
    assert names[0] == "manifest.json"
    assert not [name for name in names if "key" in name]
    assert manifest["schema"] == SCHEMA
    assert manifest["tables"]["documents"] == 1
    assert set(manifest["members"]) == set(names[1:])
    with own_app.app_context():
        [head] = [h for h in manifest["heads"] if h[0] == issued["clerk"].actor.agency_id]
        digest = db.session.scalar(
            select(Event.digest).where(Event.chain == head[0], Event.seq == head[1])
        )
        assert digest == head[2]
    assert not [path for path in tmp_path.rglob(".*") if path.name != ".current-head"]


def test_taking_a_backup_leaves_an_event(
    own_app: Flask, desks: dict[str, Desk], tmp_path: Path
) -> None:
    register(desks["clerk"])
    back_up(own_app, tmp_path / "a.cwb", with_keys=True, passphrase=PASSPHRASE)
    with own_app.app_context():
        row = db.session.scalars(select(Event).where(Event.action == "backup")).one()
        assert (row.chain, row.detail) == (0, {"keys": True, "sealed": True})


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE], ids=["plain", "sealed"])
@pytest.mark.usefixtures("issued")
def test_a_flipped_byte_anywhere_is_refused(
    own_app: Flask, tmp_path: Path, passphrase: bytes | None
) -> None:
    file = back_up(own_app, tmp_path / "a.cwb", passphrase=passphrase)
    content = file.read_bytes()
    check_backup(file, passphrase=passphrase)
    dice = random.Random(88)  # noqa: S311  repeatable
    ends = [0, 1, 3, 9, 40, len(content) - 1, len(content) - 9, len(content) - 80]
    places = ends + [dice.randrange(len(content)) for _ in range(12 if passphrase else 150)]
    bad = tmp_path / "bad.cwb"
    for at in places:
        flipped = content[at] ^ (1 << dice.randrange(8))
        bad.write_bytes(content[:at] + bytes([flipped]) + content[at + 1 :])
        with pytest.raises(RuleBroken):
            check_backup(bad, passphrase=passphrase)
    for cut in (0, 1, 100, len(content) // 2, len(content) - 1):
        bad.write_bytes(content[:cut])
        with pytest.raises(RuleBroken):
            check_backup(bad, passphrase=passphrase)
    bad.write_bytes(content + b"x")
    with pytest.raises(RuleBroken):
        check_backup(bad, passphrase=passphrase)


@pytest.mark.usefixtures("issued")
def test_a_damaged_backup_changes_nothing(
    own_app: Flask, empty_app: Callable[[], Flask], tmp_path: Path
) -> None:
    file = back_up(own_app, tmp_path / "a.cwb")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 4
    file.write_bytes(content)
    target = empty_app()
    with pytest.raises(RuleBroken, match="被改动过"):
        restored(own_app, target, file)
    assert is_empty(installation(target).engine)
    home = target.config["CASEWORK_HOME"]
    assert [p.name for p in home.iterdir() if p.name.startswith((".restore", "replaced"))] == []


@pytest.mark.usefixtures("issued")
def test_a_manifest_that_somebody_made_to_fit_is_refused_without_the_key(
    own_app: Flask, empty_app: Callable[[], Flask], tmp_path: Path
) -> None:
    """The archive is written anew, every hash right; only the office's key is not there."""
    from casework.services.backup import MANIFEST, _add
    from casework.services.backup_file import written_backup

    file = back_up(own_app, tmp_path / "a.cwb")
    with tarfile.open(file) as tar:
        members = {e.name: (tar.extractfile(e) or io.BytesIO()).read() for e in tar.getmembers()}
    vouched = json.loads(members.pop(MANIFEST))
    [name] = members
    members[name] = members[name].replace(b"\xe6\x9e\x97\xe7\xa7\x80\xe7\x8f\x8d", b"xxxxxxxxx")
    manifest = json.loads(vouched["manifest"])
    manifest["members"][name]["sha256"] = hashlib.sha256(members[name]).hexdigest()
    vouched["manifest"] = json.dumps(manifest)
    with written_backup(file, None) as tar:
        _add(tar, MANIFEST, json.dumps(vouched).encode())
        _add(tar, name, members[name])
    check_backup(file)
    with pytest.raises(RuleBroken, match="与密钥不符"):
        restored(own_app, empty_app(), file)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("schema", "0001", "数据结构 0001"),
        ("schema", "9999", "请先安装当时的版本"),
        ("form", 2, "格式是第 2 版"),
    ],
)
@pytest.mark.usefixtures("desks")
def test_another_version_is_refused(
    own_app: Flask,
    empty_app: Callable[[], Flask],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    field: str,
    value: object,
    words: str,
) -> None:
    from casework.services import backup

    whole = backup.Manifest
    monkeypatch.setattr(backup, "Manifest", lambda **said: whole(**(said | {field: value})))
    file = back_up(own_app, tmp_path / "a.cwb")
    with pytest.raises(RuleBroken, match=words):
        restored(own_app, empty_app(), file)


@pytest.mark.usefixtures("desks")
def test_a_backup_of_another_kind_of_database_is_refused(own_app: Flask, tmp_path: Path) -> None:
    from sqlalchemy import create_engine

    file = back_up(own_app, tmp_path / "a.cwb")
    other = "postgresql" if db.engine.dialect.name == "sqlite" else "sqlite"
    engine = create_engine("sqlite:///" + str(tmp_path / "other.db"))
    if other == "postgresql":
        from casework.services import restore as module

        manifest = check_backup(file)
        swapped = replace(manifest, members={"database.pgdump": {}}, database="postgresql")
        with pytest.raises(RuleBroken, match="不能恢复到 sqlite"):
            module._require_fit(swapped, installation(own_app))
        return
    with pytest.raises(RuleBroken, match="不能恢复到 sqlite"):
        restore(replace(installation(own_app), engine=engine), file, now=NOW)


@pytest.mark.usefixtures("issued")
def test_other_keys_are_refused_and_keys_inside_are_taken(
    own_app: Flask, empty_app: Callable[[], Flask], tmp_path: Path
) -> None:
    bare = back_up(own_app, tmp_path / "bare.cwb")
    full = back_up(own_app, tmp_path / "full.cwb", with_keys=True, passphrase=PASSPHRASE)
    with pytest.raises(RuleBroken, match="本机的密钥不是这份备份的"):
        restore(installation(empty_app()), bare, now=NOW)
    target = empty_app()
    assert restore(installation(target), full, now=NOW, passphrase=PASSPHRASE).ok
    for name in ("audit", "data", "session"):
        ours, theirs = (
            app.config["CASEWORK_HOME"] / "keys" / f"{name}.key" for app in (own_app, target)
        )
        assert ours.read_bytes() == theirs.read_bytes()
        assert theirs.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("issued")
def test_a_sealed_backup_gives_nothing_away_and_opens_with_its_passphrase_only(
    own_app: Flask, tmp_path: Path
) -> None:
    file = back_up(own_app, tmp_path / "a.cwb", passphrase=PASSPHRASE)
    content = file.read_bytes()
    assert looks_like_backup(file)
    for words in (b"SQLite format", b"PGDMP", b"manifest", "柳湾村".encode(), b"\x1f\x8b\x08"):
        assert words not in content
    with pytest.raises(RuleBroken, match="口令不对"):
        check_backup(file, passphrase=b"not the passphrase")
    with pytest.raises(RuleBroken, match="是加密的"):
        check_backup(file)
    plain = back_up(own_app, tmp_path / "b.cwb")
    with pytest.raises(RuleBroken, match="没有加密"):
        check_backup(plain, passphrase=PASSPHRASE)
    assert check_backup(file, passphrase=PASSPHRASE).tables["cases"] == 2


def test_a_passphrase_is_the_first_line_and_not_too_short(tmp_path: Path) -> None:
    path = tmp_path / "passphrase"
    path.write_bytes(PASSPHRASE + b"\nsecond line\n")
    assert read_passphrase(path) == PASSPHRASE
    path.write_text("short\n")
    with pytest.raises(RuleBroken, match="至少 12 个字符"):
        read_passphrase(path)


@pytest.mark.usefixtures("desks")
def test_chunks_of_a_sealed_backup_cannot_change_places(
    own_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from casework.services import backup_file

    monkeypatch.setattr(backup_file, "_CHUNK", 1024)
    file = back_up(own_app, tmp_path / "a.cwb", passphrase=PASSPHRASE)
    check_backup(file, passphrase=PASSPHRASE)
    content = file.read_bytes()
    start, size = backup_file._HEADER_BYTES, 1024 + 16
    first, second = content[start : start + size], content[start + size : start + 2 * size]
    assert len(content) > start + 4 * size
    for forged in (
        content[:start] + second + first + content[start + 2 * size :],
        content[:start] + first + content[start + 2 * size :],
        content[: start + 3 * size],
    ):
        file.write_bytes(forged)
        with pytest.raises(RuleBroken):
            check_backup(file, passphrase=PASSPHRASE)


def test_a_target_that_holds_data_is_left_alone_unless_told(
    own_app: Flask, issued: dict[str, Desk], tmp_path: Path
) -> None:
    file = back_up(own_app, tmp_path / "a.cwb")
    register(issued["clerk"])
    db.session.remove()
    office = installation(own_app)
    with pytest.raises(RuleBroken, match="--replace"):
        restore(office, file, now=NOW)
    report = restore(office, file, now=NOW, replace=True)
    assert report.ok
    assert report.put_aside is not None
    assert db.session.scalar(select(func.count()).select_from(Case)) == 2
    db.session.remove()
    [former] = [path for path in report.put_aside.iterdir() if path.name != "seals"]
    if db.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(former)) as old:
            assert old.execute("SELECT count(*) FROM cases").fetchone() == (3,)
    else:
        assert former.read_bytes().startswith(b"PGDMP")


@pytest.mark.usefixtures("issued")
def test_a_database_in_use_is_not_replaced(own_app: Flask, tmp_path: Path) -> None:
    """A server holds connections of its own, also while nobody asks it anything."""
    from sqlalchemy import create_engine

    file = back_up(own_app, tmp_path / "a.cwb")
    db.session.remove()
    server = create_engine(db.engine.url)
    with server.connect() as connection:
        connection.execute(text("SELECT 1 FROM cases"))
        connection.rollback()
        with pytest.raises(RuleBroken, match="请先停止网页服务"):
            restore(installation(own_app), file, now=NOW, replace=True)
    server.dispose()
    assert restore(installation(own_app), file, now=NOW, replace=True).ok


def test_a_backup_of_tampered_records_is_restored_and_says_so(
    own_app: Flask, issued: dict[str, Desk], empty_app: Callable[[], Flask], tmp_path: Path
) -> None:
    session = issued["clerk"].session
    session.execute(text("UPDATE events SET note = 'x' WHERE seq = 2"))
    session.execute(text("UPDATE documents SET title = title, content = content"))
    session.execute(text("UPDATE documents SET content = :c"), {"c": b"another letter altogether"})
    session.commit()
    file = back_up(own_app, tmp_path / "a.cwb")
    report = restored(own_app, empty_app(), file)
    assert not report.ok
    assert [(fault.seq, fault.kind.value) for fault in report.audit.faults] == [(2, "changed")]
    assert len(report.documents_broken) == 1


def test_seals_from_after_the_backup_go_aside_with_what_they_sealed(
    own_app: Flask, issued: dict[str, Desk], tmp_path: Path
) -> None:
    file = back_up(own_app, tmp_path / "a.cwb")
    register(issued["clerk"])
    seals = own_app.config["CASEWORK_HOME"] / "seals"
    elsewhere = tmp_path / "elsewhere"
    seal_heads(db.session(), seals, now=NOW)
    seal_heads(db.session(), elsewhere, now=NOW)
    db.session.remove()
    assert restore(installation(own_app), file, now=NOW, replace=True).ok
    assert verify(db.session(), seals=[seals]).ok
    report = verify(db.session(), seals=[elsewhere])
    assert [fault.kind.value for fault in report.faults] == ["seal_differs"], (
        "the auditor's own copy tells of the case that is gone"
    )


@pytest.mark.usefixtures("desks")
def test_a_file_that_is_no_backup_is_not_overwritten(own_app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "precious.docx"
    target.write_bytes(b"PK\x03\x04")
    with pytest.raises(RuleBroken, match="不是备份文件"):
        back_up(own_app, target)
    assert target.read_bytes() == b"PK\x03\x04"
    older = back_up(own_app, tmp_path / "a.cwb")
    first = older.read_bytes()
    back_up(own_app, older)
    assert older.read_bytes() != first


@pytest.mark.usefixtures("desks")
def test_a_failed_backup_leaves_the_older_one(
    own_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = back_up(own_app, tmp_path / "a.cwb")
    first = file.read_bytes()
    monkeypatch.setattr(tarfile.TarFile, "add", _no_room)
    with pytest.raises(OSError, match="no room"):
        back_up(own_app, file)
    assert file.read_bytes() == first
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.cwb", "home"]
    assert not list((tmp_path / "home").glob(".backup*"))


def _no_room(*_: object, **__: object) -> None:
    raise OSError(28, "no room")


@pytest.mark.usefixtures("issued")
def test_a_damaged_database_is_not_backed_up(own_app: Flask, tmp_path: Path) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL checks its pages itself")
    office = installation(own_app)
    file = sqlite_file(office.engine)
    db.session.execute(text("SELECT 1"))
    db.session.remove()
    office.engine.dispose()
    with closing(sqlite3.connect(file)) as raw:
        [root] = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'cases'").fetchone()
    content = bytearray(file.read_bytes())
    content[(root - 1) * 4096 : (root - 1) * 4096 + 200] = b"\xff" * 200
    file.write_bytes(content)
    from casework.services.backup_database import take_snapshot

    with pytest.raises(RuleBroken, match="已损坏"):
        take_snapshot(office.engine, tmp_path)


def test_a_missing_pg_dump_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    from casework.services import backup_database

    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(RuleBroken, match="postgresql-client"):
        backup_database._program("pg_dump")


def test_what_is_no_office_yet_cannot_be_backed_up(
    empty_app: Callable[[], Flask], tmp_path: Path
) -> None:
    from casework.services.backup_database import take_snapshot

    office = installation(empty_app())
    with pytest.raises(RuleBroken, match="还没有建立"):
        take_snapshot(office.engine, tmp_path)


def test_t13_backups_while_clerks_write_miss_nothing_acknowledged(
    own_app: Flask, desks: dict[str, Desk], empty_app: Callable[[], Flask], tmp_path: Path
) -> None:
    """Four clerks, five backups: each holds all that was acknowledged before it began."""
    db.session.remove()
    stop = threading.Event()
    acknowledged: list[str] = []
    waits: list[float] = []

    def work(number: int) -> None:
        with own_app.app_context():
            turn = 0
            while not stop.is_set():
                started = time.perf_counter()
                nonce = f"clerk-{number}-{turn}"
                register(replace(desks["clerk"], session=db.session()), nonce)
                acknowledged.append(nonce)
                waits.append(time.perf_counter() - started)
                db.session.remove()
                turn += 1
                time.sleep(0.005)

    files: list[tuple[Path, set[str]]] = []
    with ThreadPoolExecutor(4) as pool:
        clerks = [pool.submit(work, number) for number in range(4)]
        try:
            for number in range(5):
                time.sleep(0.15)
                before = set(acknowledged)
                files.append((back_up(own_app, tmp_path / f"{number}.cwb"), before))
        finally:
            stop.set()
        for each in clerks:
            each.result()
    assert len(files[-1][1]) > len(files[0][1]) > 0, "nobody wrote meanwhile"
    assert max(waits) < 5
    for file, before in files:
        target = empty_app()
        report = restored(own_app, target, file)
        assert report.ok, report.audit.faults
        with target.app_context():
            cases = db.session.execute(select(Case.nonce, Case.number)).all()
            assert before <= {case.nonce for case in cases}
            drawn = sorted(parse_number(case.number).sequence for case in cases)  # type: ignore[union-attr]
            assert drawn == list(range(1, len(cases) + 1))
            registered = select(func.count()).where(Event.action == "register")
            assert db.session.scalar(registered) == len(cases)
            db.session.remove()


@pytest.fixture(autouse=True)
def _keys_of_the_process(own_app: Flask) -> Iterator[None]:
    """A restore hands this process the restored keys; the next test brings its own."""
    yield
    audit.use_key(own_app.config["AUDIT_KEY"])
    use_key(own_app.config["DATA_KEY"])
    assert sealer()
