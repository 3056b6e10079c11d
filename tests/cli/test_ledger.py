"""``casework ledger``: import, export, and what they say when they cannot."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from casework.cli import ledger as ledger_cli
from casework.cli import main
from casework.documents.spreadsheets import read_workbook, write_sheet
from casework.domain.permissions import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from casework.services.desk import Desk

HEAD = "申请方式,收到日期,申请人,申请内容"
ONE = "当面,2018-02-09,林小满,柳湾村征地批复"
BAD = "书面,2018-02-30,王五,批复"


@pytest.fixture
def run(desk_for: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    desk: Desk = desk_for(Role.CLERK, Role.STATISTICIAN)
    desk.session.commit()

    @contextmanager
    def office() -> Iterator[Desk]:
        yield desk

    monkeypatch.setattr(ledger_cli, "office", office)

    def invoke(*arguments: Any) -> Result:
        return CliRunner().invoke(main, ["ledger", *map(str, arguments)])

    return invoke


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "2018年台账.csv"
    path.write_text(f"{HEAD}\n{ONE}\n{BAD}", encoding="gb18030")
    return path


def test_import_prints_one_json_report_and_nothing_else(
    run: Callable[..., Result], file: Path
) -> None:
    done = run("import", file, "--json")
    assert done.exit_code == 0
    report = json.loads(done.stdout)
    assert {key: report[key] for key in ("rows", "imported", "unchanged")} == {
        "rows": 2,
        "imported": 1,
        "unchanged": 0,
    }
    assert [each["column"] for each in report["rejected"]] == ["申请方式", "收到日期"]
    assert "正在逐行核对，2行" in done.stderr
    assert json.loads(run("import", file, "--json").stdout)["unchanged"] == 1


def test_a_dry_run_keeps_nothing(run: Callable[..., Result], file: Path) -> None:
    done = run("import", file, "--dry-run")
    assert done.stdout.startswith("共2行：可以导入1行，已有不变0行，不能导入1行\n")
    assert "第3行\t收到日期\t收到日期“2018-02-30”不是日历上有的日期" in done.stdout
    assert "已导入1行" in run("import", file).stdout


@pytest.mark.parametrize("kind", [".xlsx", ".csv"])
def test_export_gives_the_columns_back(
    run: Callable[..., Result], file: Path, tmp_path: Path, kind: str
) -> None:
    run("import", file)
    target = tmp_path / f"out{kind}"
    done = run("export", "--year", 2018, "-o", target)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "已导出1件" in done.stderr
    [sheet] = read_workbook(target.read_bytes(), target.name)
    rows = [list(row) for _, row in sheet.rows()]
    assert rows[1][6] == "林小满"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert json.loads(run("import", target, "--json").stdout)["unchanged"] == 1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.xlsm", b"x", "不接收可以带宏的文件"),
        ("a.xlsx", b"x", "内容却不是"),
        ("a.csv", "甲,乙\n".encode(), "没有找到表头"),
        ("a.csv", b"", "文件是空的"),
    ],
)
def test_what_is_no_ledger_ends_with_2_and_one_sentence(
    run: Callable[..., Result], tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = run("import", path, "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_files_unknown_agencies_and_kinds_end_with_2(
    run: Callable[..., Result], file: Path, tmp_path: Path
) -> None:
    for arguments in (
        ("import", tmp_path / "none.csv"),
        ("import", file, "--agency", "没有的局"),
        ("export", "--year", 2018, "-o", tmp_path / "out.ods"),
        ("export", "--year", 1999, "-o", tmp_path / "out.csv"),
        ("export", "--year", 2018, "--agency", "没有的局", "-o", tmp_path / "out.csv"),
        ("export", "--year", 2018, "-o", tmp_path / "none" / "out.csv"),
    ):
        done = run(*arguments)
        assert done.exit_code == 2, arguments
        assert done.stderr.strip()
    assert not (tmp_path / "out.csv").exists()


def test_the_agency_can_be_named(run: Callable[..., Result], file: Path) -> None:
    done = run("import", file, "--agency", "青沅市自然资源和规划局", "--json")
    assert json.loads(done.stdout)["imported"] == 1


def test_from_an_empty_machine_to_an_exported_sheet(tmp_path: Path) -> None:
    """The real command in a process of its own: no log-in, no agency, a city and two counties."""
    environment = {**os.environ, "CASEWORK_HOME": str(tmp_path / "home")}
    environment.pop("DATABASE_URL", None)
    counties = ("桂阳县", "汝城县", "桂阳县", "汝城县", "汝城县")
    rows = [["当面", "2015-03-02", "林小满", "批复", f"郴州市/{county}"] for county in counties]
    buffer = io.BytesIO()
    write_sheet(buffer, ".xlsx", [*HEAD.split(","), "机关"], rows)
    source = tmp_path / "a.xlsx"
    source.write_bytes(buffer.getvalue())

    def casework(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(Path(sys.executable).parent / "casework"), *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    assert casework("db", "upgrade").returncode == 0
    refused = casework("ledger", "import", str(source), "--json")
    assert len(json.loads(refused.stdout)["rejected"]) == 5
    done = casework("ledger", "import", str(source), "--create-agencies", "--json")
    assert (done.returncode, json.loads(done.stdout)["imported"]) == (0, 5)
    out = tmp_path / "b.csv"
    assert (
        casework(
            "ledger", "export", "--year", "2015", "--agency", "郴州市/桂阳县", "-o", str(out)
        ).returncode
        == 0
    )
    assert len(out.read_text(encoding="utf-8-sig").splitlines()) == 3


def test_a_column_can_be_named_and_an_import_listed_and_undone(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    path = tmp_path / "登记簿.csv"
    path.write_text(
        "来件日,申请人,申请内容,申请方式\n2018-02-09,林小满,批复,当面", encoding="utf-8"
    )
    refused = run("import", path)
    assert refused.exit_code == 2
    assert "没有收到日期，请您补上这几列，或者指明您的哪一列是它" in refused.stderr
    assert run("import", path, "--map", "来件日=收到日期").exit_code == 0
    [listed] = json.loads(run("imports", "--json").stdout)
    assert (listed["file"], listed["imported"], listed["undone_at"]) == ("登记簿.csv", 1, None)
    done = run("undo", listed["id"], "--reason", "导错了")
    assert "已撤销，去掉1件" in done.stderr
    assert "已撤销：导错了" in run("imports").stdout
    assert json.loads(run("imports", "--json").stdout)[0]["undo_reason"] == "导错了"
    wrong = run("import", path, "--map", "来件日")
    assert wrong.exit_code == 2
    assert "看不懂" in wrong.stderr
