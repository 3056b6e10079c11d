"""``casework clock`` as a shell sees it: stdout, stderr, status."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from casework.cli.clock import clock

if TYPE_CHECKING:
    from pathlib import Path

SCENARIO = {
    "received": "2026-09-01",
    "today": "2026-09-28",
    "events": [
        {"kind": "consultation_started", "on": "2026-09-10", "with": "third_party"},
        {"kind": "consultation_ended", "on": "2026-09-23"},
    ],
}


def run(value: Any, *options: str) -> Result:
    text = value if isinstance(value, (str, bytes)) else json.dumps(value)
    return CliRunner().invoke(clock, ["-", *options], input=text)


def test_one_scenario_answers_one_object() -> None:
    result = run(SCENARIO, "--json")
    assert result.exit_code == 0
    assert result.stderr == ""
    answer = json.loads(result.stdout)
    assert answer["due_on"] == "2026-10-19"
    assert answer["office_due_on"] == "2026-10-12"
    assert answer["timeliness"] == "open"
    assert answer["calendar_version"] == "2026-1"


def test_a_broken_rule_answers_in_its_place_and_does_not_stop_the_list() -> None:
    result = run([SCENARIO, {"received": "2026-02-30"}, {"received": "2018-02-09"}], "--json")
    assert result.exit_code == 0
    first, second, third = json.loads(result.stdout)
    assert first["due_on"] == "2026-10-19"
    assert second["error"]["field"] == "received"
    assert third["statute"] == "2007"
    assert run([], "--json").stdout.strip() == "[]"


def test_a_single_broken_scenario_answers_and_fails() -> None:
    result = run({"received": "2026-02-30"}, "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["code"] == "not_a_date"
    assert result.stderr == "received：“2026-02-30”不是日期，请写成 2026-09-07 的样子\n"


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-8-sig"):
        path = tmp_path / "算例.json"
        path.write_text(json.dumps(SCENARIO), encoding=encoding)
        result = CliRunner().invoke(clock, [str(path), "--json"])
        assert json.loads(result.stdout)["due_on"] == "2026-10-19"


def test_without_json_it_speaks() -> None:
    result = run([SCENARIO, {"received": "x"}, {"received": "2026-09-01", "replied": "2026-10-08"}])
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert "第 20 个工作日为 10月19日" in lines[0]
    assert lines[1] == "  期限内"
    assert lines[2].startswith("不能推算：received：")
    assert lines[4] == "  逾期答复 2 个工作日"
    noted = run({"received": "2026-09-01", "events": [{"kind": "fee_paid", "on": "2026-09-02"}]})
    assert "  注意：没有登记收费通知的日期" in noted.stdout


def test_acceptance_11_the_calendar_of_an_earlier_day() -> None:
    scenario = {"received": "2019-04-02", "statute": "2019"}
    before = json.loads(run(scenario, "--json", "--as-of", "2019-03-21").stdout)
    after = json.loads(run(scenario, "--json").stdout)
    assert (before["due_on"], before["calendar_version"]) == ("2019-05-02", "2019-1")
    assert (after["due_on"], after["calendar_version"]) == ("2019-04-30", "2026-1")


def test_the_offices_own_days_can_be_set() -> None:
    answer = json.loads(run({"received": "2026-09-01"}, "--json", "--office-days", "10").stdout)
    assert (answer["office_due_on"], answer["due_on"]) == ("2026-09-15", "2026-09-29")


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("{", (), "标准输入 第 1 行"),
        ("", (), "标准输入 第 1 行"),
        (b"\xff\xfe{", (), "UTF-8"),
        ("[" * 100_000, (), "嵌套过深"),
        ("9" * 5000, (), "数字过长"),
        ("{}", ("--as-of", "soon"), "--as-of"),
        ("{}", ("--as-of", "2001-01-01"), "--as-of"),
        ("{}", ("--office-days", "0"), "--office-days"),
        ("{}", ("--office-days", "many"), "--office-days"),
        ("{}", (), "received"),
        ("7", (), "JSON 对象"),
    ],
)
def test_bad_input_is_one_chinese_sentence_and_status_2(
    text: str | bytes, options: tuple[str, ...], words: str
) -> None:
    result = run(text, *options)
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    for arguments in ([str(tmp_path / "none.json")], [str(tmp_path)], []):
        result = CliRunner().invoke(clock, arguments)
        assert result.exit_code == 2
        assert len(result.stderr.splitlines()) == 1
    assert "none.json" in CliRunner().invoke(clock, [str(tmp_path / "none.json")]).stderr
