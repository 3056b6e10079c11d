"""``casework annual``: show, cases, check, check-file."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from casework.cli import annual as annual_cli
from casework.cli import main
from casework.cli.context import operator
from casework.documents.annual_cells import AnnualReturn
from casework.documents.annual_xlsx import render_xlsx
from casework.domain.application import ApplicantType, Channel
from casework.domain.states import State
from casework.domain.statutes import StatuteCode
from casework.models import Agency, Case
from tests.documents.annual_tables import filled_table

PUBLISHED = Path(__file__).parents[1] / "vectors" / "published" / "chenzhou_2015.json"
NOW = datetime(2026, 9, 28, 2, 0, tzinfo=UTC)


def add_agency(session, code, name, parent=None):
    agency = Agency(
        code=code,
        name=name,
        short_name=name,
        parent_id=parent.id if parent else None,
        path=f"/x/{code}/",
        number_prefix=code,
        red_head=name,
    )
    session.add(agency)
    session.flush()
    agency.path = f"{parent.path if parent else '/'}{agency.id}/"
    session.flush()
    return agency


def add_case(session, agency, number, received_on, closed_on=None, ground=None):
    session.add(
        Case(
            agency_id=agency.id,
            number=number,
            state=State.CLOSED if closed_on else State.DRAFTING,
            channel=Channel.ONLINE,
            applicant_type=ApplicantType.COMPANY,
            received_on=received_on,
            closed_on=closed_on,
            replied_on=closed_on,
            original_due_on=date(2030, 1, 1),
            due_on=date(2030, 1, 1),
            ground=ground,
            request_text="某某规划文本",
            statute=StatuteCode.REGULATION_2019,
            registered_at=NOW,
            changed_at=NOW,
        )
    )
    session.flush()


@pytest.fixture
def records(session, monkeypatch):
    """A city and its county: three cases of 2021, one of them the county's and still open."""
    city = add_agency(session, "QY", "青沅市")
    county = add_agency(session, "QYLJ", "临江区", city)
    add_case(session, city, "青公〔2021〕1号", date(2021, 3, 1), date(2021, 3, 20), "disclosed")
    add_case(session, city, "青公〔2021〕2号", date(2021, 3, 2), date(2021, 3, 22), "repeat")
    add_case(session, county, "临公〔2021〕1号", date(2021, 12, 30))

    @contextmanager
    def office():
        yield SimpleNamespace(session=session, actor=operator(), today=date(2026, 9, 28))

    monkeypatch.setattr(annual_cli, "office", office)
    return session


def run(*args, stdin=None):
    return CliRunner().invoke(main, ["annual", *args], input=stdin)


def ask(*args):
    result = run(*args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.usefixtures("records")
def test_show_answers_the_table_of_the_form_in_force():
    table = ask("show", "--year", "2021")
    assert list(table) == ["form", "year", "agency", "rows", "relief", "checks", "warnings"]
    assert (table["form"], table["year"]) == ("2021", 2021)
    assert table["agency"] == {"code": "QY", "name": "青沅市", "own": False}
    assert table["rows"]["R1"] == {
        "C1": 0,
        "C2": 3,
        "C3": 0,
        "C4": 0,
        "C5": 0,
        "C6": 0,
        "C7": 3,
    }
    assert table["rows"]["R3.5.2"]["C2"] == 1
    assert table["rows"]["R4"]["C7"] == 1
    assert table["relief"]["review"]["total"] == 0
    assert table["warnings"] == []
    assert {check["id"] for check in table["checks"]} == {
        "I1",
        "I2",
        "I3",
        "I4",
        "I5",
        "I6",
        "T4",
    }
    assert all(check["ok"] for check in table["checks"])


@pytest.mark.usefixtures("records")
def test_an_agency_includes_its_subtree_unless_own():
    county = ask("show", "--year", "2021", "--agency", "QYLJ")
    own = ask("show", "--year", "2021", "--agency", "青沅市", "--own")
    assert county["rows"]["R1"]["C7"] == 1
    assert own["rows"]["R1"]["C7"] == 2
    assert own["agency"] == {"code": "QY", "name": "青沅市", "own": True}


@pytest.mark.usefixtures("records")
def test_another_form_is_answered_with_a_warning():
    result = run("show", "--year", "2021", "--form", "2014", "--json")
    table = json.loads(result.stdout)
    assert result.exit_code == 0
    assert table["rows"]["3.1"] == 3
    assert table["rows"]["3.1.3"] == 3
    assert table["rows"]["3.2"] == 2
    assert table["rows"]["1.1"] is None
    assert "relief" not in table
    assert len(table["warnings"]) == 1
    assert "2021年度施行的是2021年格式" in result.stderr


@pytest.mark.usefixtures("records")
def test_show_for_people_prints_every_row_and_the_checks_apart():
    result = run("show", "--year", "2021")
    assert result.exit_code == 0
    assert "R3.5.2\t2.重复申请\t0\t1\t0\t0\t0\t0\t1" in result.stdout
    assert "通过\t" in result.stderr


@pytest.mark.usefixtures("records")
def test_acceptance_64_cases_behind_a_cell():
    assert ask("cases", "--year", "2021", "--form", "2021", "--cell", "R1,C7") == [
        "青公〔2021〕1号",
        "青公〔2021〕2号",
        "临公〔2021〕1号",
    ]
    assert ask("cases", "--year", "2021", "--cell", "R4, C2") == ["临公〔2021〕1号"]
    assert ask("cases", "--year", "2021", "--form", "2014", "--cell", "3.3.2") == [
        "青公〔2021〕1号"
    ]
    assert ask("cases", "--year", "2021", "--cell", "review,total") == []
    result = run("cases", "--year", "2021", "--cell", "R4,C2")
    assert result.stdout == "临公〔2021〕1号\n"
    assert "共1件" in result.stderr


@pytest.mark.usefixtures("records")
def test_check_passes_on_sound_records():
    report = ask("check", "--year", "2021", "--form", "2021")
    assert report["ok"] is True
    assert report["year"] == 2021
    result = run("check", "--year", "2021")
    assert result.exit_code == 0
    assert result.stdout.count("通过\t") == 7


def test_check_says_no_on_records_that_contradict_themselves(records):
    city = records.query(Agency).filter_by(code="QY").one()
    add_case(records, city, "青公〔2021〕9号", date(2021, 5, 6), date(2021, 5, 20), "no_such")
    result = run("check", "--year", "2021", "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report["ok"] is False
    assert {c["id"] for c in report["checks"] if not c["ok"]} == {"I2", "I6"}


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("show", "--year", "2007"), "2007年还没有施行"),
        (("show", "--year", "2021", "--form", "2022"), "没有“2022”这种统计表格式"),
        (("show", "--year", "2021", "--agency", "天上"), "没有找到机关“天上”"),
        (("cases", "--year", "2021", "--cell", "R9,C1"), "没有“R9,C1”这一格"),
        (("cases", "--year", "2018", "--cell", "1.1"), "不是由办件计数得出的"),
        (("show", "--year", "二〇二一"), "--year 的值不对"),
        (("show",), "还缺--year"),
    ],
)
@pytest.mark.usefixtures("records")
def test_bad_use_is_one_sentence_and_status_2(args, sentence):
    result = run(*args)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_own_needs_to_know_whose(records):
    add_agency(records, "other", "另一市")
    result = run("show", "--year", "2021", "--own")
    assert result.exit_code == 2
    assert "--agency" in result.stderr
    everybody = ask("show", "--year", "2021")
    assert everybody["agency"] == {"code": None, "name": "全部机关", "own": False}


def test_acceptance_59_check_file_on_a_published_table(tmp_path):
    result = run("check-file", str(PUBLISHED), "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["ok"] is True
    table = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    table["rows"]["3.3.2"] = 393
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(table), encoding="utf-8")
    result = run("check-file", str(broken), "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    (fault,) = [check for check in report["checks"] if not check["ok"]]
    assert fault["id"] == "H3"
    assert "903" in fault["message"]
    assert "901" in fault["message"]


def test_check_file_reads_standard_input():
    result = run("check-file", "-", stdin='{"year": 2015, "rows": {"3.1": 4, "3.1.1": "/"}}')
    assert result.exit_code == 1
    assert "不通过\t" in result.stdout
    assert "填的是“/”" in result.stdout


def test_acceptance_63_check_file_holds_the_reports_text_against_the_table(tmp_path):
    words = json.loads(PUBLISHED.read_text(encoding="utf-8"))["as_published"]
    report = tmp_path / "报告.txt"
    report.write_text(words, encoding="gb18030")
    found = ask("check-file", str(PUBLISHED), "--text", str(report))
    assert (found["form"], found["year"], found["ok"]) == ("2014", 2015, True)
    report.write_text(words + "另有：共受理政府信息公开申请920件。", encoding="utf-8")
    result = run("check-file", str(PUBLISHED), "--text", str(report))
    assert result.exit_code == 1
    assert "不确定\t不确定：“收到申请”在文中有2个不同的数" in result.stdout


@pytest.mark.usefixtures("records")
def test_check_holds_a_text_against_the_records(tmp_path):
    report = tmp_path / "报告.txt"
    report.write_text("2021年，新收政府信息公开申请999件。", encoding="utf-8")
    result = run("check", "--year", "2021", "--text", str(report))
    assert result.exit_code == 1
    assert "“新收申请”文中是999，表中是" in result.stdout


def test_check_file_reads_the_workbook_we_export(tmp_path):
    path = tmp_path / "上报.xlsx"
    path.write_bytes(render_xlsx(AnnualReturn(table=filled_table("2021"), agency="某局")))
    found = ask("check-file", str(path))
    assert (found["form"], found["year"]) == ("2021", 2025)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"year": 2015,', "不是完整的 JSON"),
        (b"\xca\xd5\xb5\xbd", "不是 UTF-8 编码"),
        (b"[" * 100_000, "不是完整的 JSON"),
        (b"1" * 10_000, "不是完整的 JSON"),
        (b"[]", "须是一张统计表"),
        (b'{"rows": {}}', "没有写明年度"),
    ],
)
def test_check_file_on_what_is_no_table(tmp_path, content, sentence):
    path = tmp_path / "table.json"
    path.write_bytes(content)
    result = run("check-file", str(path), "--json")
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stdout == ""


def test_check_file_that_is_not_there(tmp_path):
    result = run("check-file", str(tmp_path / "none.json"))
    assert result.exit_code == 2
    assert "none.json" in result.stderr
