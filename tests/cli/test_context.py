"""What goes wrong on the command line ends as one Chinese sentence and status 2."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import config

if TYPE_CHECKING:
    from pathlib import Path


def casework(home: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import sys; from casework.cli import main; main()", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=config.ROOT,
        env=os.environ | {"CASEWORK_HOME": str(home), "DATABASE_URL": ""} | settings,
    )


@pytest.mark.parametrize(
    ("words", "settings", "sentence"),
    [
        (["nosuch"], {}, "没有命令“nosuch”"),
        (["due", "--nosuch"], {}, "没有选项“--nosuch”"),
        (["due", "--days", "明天"], {}, "--days 的值不对"),
        (["ledger", "import", "没有.csv"], {}, "没有.csv"),
        (
            ["letter", "reply", "--case", "无此号", "-o", "x.pdf"],
            {},
            "没有申请编号是“无此号”的案件",
        ),
        (["letter", "贺信", "--case", "1", "-o", "x.pdf"], {}, "没有“贺信”这种文书"),
        (["due"], {"DATABASE_URL": "mysql://x"}, "DATABASE_URL 须以 sqlite:"),
        (["due"], {"DATABASE_URL": "postgresql+psycopg://u@127.0.0.1:1/x"}, "连不上数据库"),
        (["due"], {"REPLY_WORKING_DAYS": "99"}, "REPLY_WORKING_DAYS 须是 1 到 20 之间的整数"),
        (["due", "--as", "谁"], {}, "没有"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_bad_use_ends_in_one_sentence(
    tmp_path: Path, words: list[str], settings: dict[str, str], sentence: str
) -> None:
    done = casework(tmp_path, *words, **settings)
    assert done.returncode == 2
    assert done.stdout == ""
    said = [line for line in done.stderr.splitlines() if not line.startswith("首次使用")]
    assert len(said) == 1, done.stderr
    assert sentence in said[0]
    assert re.search(r"[一-鿿]", said[0])


def test_a_new_installation_sets_itself_up_and_an_old_structure_is_not_touched(
    tmp_path: Path,
) -> None:
    first = casework(tmp_path, "due", "--json")
    assert (first.returncode, first.stdout.strip()) == (0, "[]")
    assert "已建立数据库" in first.stderr
    assert casework(tmp_path, "due", "--json").stderr == ""
    import sqlite3

    with sqlite3.connect(tmp_path / "casework.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    done = casework(tmp_path, "due", "--json")
    assert done.returncode == 2
    assert "casework db upgrade" in done.stderr


def test_keys_are_the_owners_only_and_a_damaged_one_stops_everything(tmp_path: Path) -> None:
    casework(tmp_path, "due")
    for name in ("session", "data"):
        key = tmp_path / "keys" / f"{name}.key"
        assert key.stat().st_mode & 0o777 == 0o600
    key.write_text("ab")
    done = casework(tmp_path, "due")
    assert done.returncode == 2
    assert "已损坏" in done.stderr


def test_without_an_installation_the_clock_makes_no_home(tmp_path: Path) -> None:
    home = tmp_path / "none"
    scenario = tmp_path / "one.json"
    scenario.write_text('{"received": "2026-09-07"}', encoding="utf-8")
    done = casework(home, "clock", str(scenario), "--json")
    assert done.returncode == 0, done.stderr
    assert '"due_on": "2026-10-10"' in done.stdout
    assert not home.exists()


def test_the_clock_keeps_the_offices_own_promise(tmp_path: Path) -> None:
    scenario = tmp_path / "one.json"
    scenario.write_text('{"received": "2026-09-07"}', encoding="utf-8")
    done = casework(tmp_path, "clock", str(scenario), "--json", REPLY_WORKING_DAYS="10")
    # Mon 7 September + 10: Sun 20 September is a make-up workday.
    assert '"office_due_on": "2026-09-20"' in done.stdout
    assert '"due_on": "2026-10-10"' in done.stdout
