"""``casework audit``, ``backup`` and ``restore`` as a shell sees them."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import config
from casework.app import create_app
from casework.extensions import db
from casework.services.audit import chain_rows
from casework.services.backup import operator_event
from casework.services.transaction import transaction
from tests.conftest import NOW, settings_for

if TYPE_CHECKING:
    from collections.abc import Callable

Run = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three events and no more."""
    from flask_migrate import upgrade

    home = tmp_path_factory.mktemp("prepared") / "home"
    home.mkdir()
    url = f"sqlite:///{home / 'casework.db'}"
    app = create_app(settings_for(home, url), template_folder=config.ROOT / "templates")
    with app.app_context():
        upgrade()
        for number in range(3):
            with transaction(db.session()):
                chain_rows(db.session(), [operator_event("try", NOW, number=number)])
        db.session.remove()
        db.engine.dispose()
    return home


@pytest.fixture
def home(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "home"))


@pytest.fixture
def casework(tmp_path: Path) -> Callable[..., Run]:
    command = Path(sys.executable).with_name("casework")

    def run(home: Path, *arguments: str | Path) -> Run:
        return subprocess.run(
            [command, *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=os.environ | {"CASEWORK_HOME": str(home), "DATABASE_URL": ""},
        )

    return run


def tamper(home: Path, statement: str) -> None:
    with closing(sqlite3.connect(home / "casework.db", isolation_level=None)) as raw:
        raw.execute(statement)


def test_whole_records_are_said_to_be_so(casework: Callable[..., Run], home: Path) -> None:
    done = casework(home, "audit", "verify", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert {name: answer[name] for name in ("ok", "chains", "rows", "faults")} == {
        "ok": True,
        "chains": 1,
        "rows": 3,
        "faults": [],
    }
    assert done.stderr == ""
    done = casework(home, "audit", "verify")
    assert (done.stdout, done.returncode) == ("", 0)
    assert "全部一致" in done.stderr


def test_acceptance_84_the_first_bad_row_is_named_and_the_answer_is_no(
    casework: Callable[..., Run], home: Path
) -> None:
    tamper(home, "UPDATE events SET actor_name = '别人' WHERE seq = 2")
    done = casework(home, "audit", "verify", "--json")
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert answer["ok"] is False
    [fault] = answer["faults"]
    assert (fault["chain"], fault["seq"]) == (0, 2)
    assert "被改动" in fault["what"]
    done = casework(home, "audit", "verify")
    assert done.returncode == 1
    assert "链 0 第 2 条：" in done.stdout


def test_a_seal_made_elsewhere_is_checked_when_its_folder_is_named(
    casework: Callable[..., Run], home: Path, tmp_path: Path
) -> None:
    before = shutil.copytree(home, tmp_path / "before")
    with closing(sqlite3.connect(home / "casework.db")) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")
    done = casework(home, "audit", "seal", "--to", tmp_path / "usb")
    assert done.returncode == 0, done.stderr
    sealed = Path(done.stdout.strip())
    assert sealed.parent == tmp_path / "usb"
    assert not (home / "seals").exists()
    tamper(before, "DELETE FROM events")
    tamper(before, "DELETE FROM audit_heads")
    assert casework(before, "audit", "verify").returncode == 0
    done = casework(before, "audit", "verify", "--seals", tmp_path / "usb")
    assert done.returncode == 1
    assert (
        f"链 0 第 3 条：与封存的链头不一致：封存之后，这条记录被删除或者替换（{sealed.name}）"
        in (done.stdout)
    )
    assert casework(home, "audit", "seal").returncode == 0
    assert len(list((home / "seals").iterdir())) == 1


def test_acceptance_88_backup_and_restore_from_the_shell(
    casework: Callable[..., Run], home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "office.cwb"
    done = casework(home, "backup", file, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["tables"]["events"] == 4
    assert "keys 目录" in done.stderr
    done = casework(tmp_path / "empty", "restore", "--check", file, "--json")
    assert json.loads(done.stdout)["ok"] is True
    assert not (tmp_path / "empty").exists(), "a check needs no installation"

    done = casework(tmp_path / "empty", "restore", file)
    assert done.returncode == 2
    assert "keys 目录" in done.stderr
    shutil.rmtree(tmp_path / "empty" / "keys")
    shutil.copytree(home / "keys", tmp_path / "empty" / "keys")
    done = casework(tmp_path / "empty", "restore", file, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["ok"] is True
    assert answer["audit"]["rows"] == 4
    assert answer["tables"] == said["tables"]
    assert casework(tmp_path / "empty", "audit", "verify").returncode == 0

    done = casework(tmp_path / "empty", "restore", file)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("目标数据库里已有数据")
    done = casework(tmp_path / "empty", "restore", file, "--replace")
    assert done.returncode == 0, done.stderr
    assert "原有内容已移到" in done.stderr


def test_a_damaged_backup_is_a_no_when_checked_and_refused_when_restored(
    casework: Callable[..., Run], home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "office.cwb"
    assert casework(home, "backup", file).returncode == 0
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 1
    file.write_bytes(content)
    done = casework(home, "restore", "--check", file, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["ok"] is False
    done = casework(home, "restore", "--check", file)
    assert done.returncode == 1
    done = casework(home, "restore", file, "--replace")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert casework(home, "audit", "verify").returncode == 0


def test_a_sealed_backup_by_passphrase_file(
    casework: Callable[..., Run], home: Path, tmp_path: Path
) -> None:
    phrase = tmp_path / "phrase"
    phrase.write_text("correct horse battery staple\n")
    file = tmp_path / "office.cwb"
    done = casework(home, "backup", file, "--with-keys", "--passphrase-file", phrase)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    done = casework(tmp_path / "new", "restore", file, "--passphrase-file", phrase)
    assert done.returncode == 0, done.stderr
    assert "审计记录 4 条，全部一致" in done.stdout
    assert casework(tmp_path / "new", "audit", "verify").returncode == 0
