"""``casework annual``: export and narrative, down to the files and the published texts."""

from __future__ import annotations

import io
import json
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from casework.cli import annual as annual_cli
from casework.cli import annual_export, main
from casework.cli.context import operator
from casework.documents.fonts import load_fonts
from casework.domain.application import ApplicantType, Channel, ReliefKind, ReliefResult
from casework.domain.outcomes import CATALOGUE
from casework.domain.shares import percentages
from casework.domain.states import State
from casework.domain.statutes import StatuteCode
from casework.models import Agency, Case, Relief

ROOT = Path(__file__).parents[2]
PUBLISHED = sorted((ROOT / "tests" / "vectors" / "published").glob("*.json"))
NOW = datetime(2026, 9, 28, 2, 0, tzinfo=UTC)
CHANNELS = {
    "3.1.1": Channel.IN_PERSON,
    "3.1.2": Channel.FAX,
    "3.1.3": Channel.ONLINE,
    "3.1.4": Channel.MAIL,
}
RESULTS = {"1": ReliefResult.UPHELD, "2": ReliefResult.CORRECTED, "3": ReliefResult.OTHER}
KINDS = {"4": ReliefKind.REVIEW, "5": ReliefKind.DIRECT_SUIT}


@pytest.fixture
def city(session):
    agency = Agency(
        code="QY",
        name="=青沅市",
        short_name="青沅市",
        path="/x/QY/",
        number_prefix="青公开",
        red_head="青沅市",
    )
    session.add(agency)
    session.flush()
    agency.path = f"/{agency.id}/"
    session.flush()
    return agency


@pytest.fixture
def desk(session, city, monkeypatch):
    """The command line's desk on this test's records, on Mon 2026-09-28."""
    assert city
    fonts = load_fonts(ROOT / "var" / "fonts", search_system=False)
    made = SimpleNamespace(
        session=session,
        actor=operator(),
        now=NOW,
        today=NOW.date(),
        stationery=SimpleNamespace(fonts=lambda: fonts),
    )

    @contextmanager
    def office():
        yield made

    monkeypatch.setattr(annual_cli, "office", office)
    monkeypatch.setattr(annual_export, "office", office)
    return made


def make_case(agency, number, received_on, closed_on=None, **facts):
    return Case(
        **{
            "agency_id": agency.id,
            "number": f"青公开〔{received_on.year}〕{number}号",
            "state": State.CLOSED if closed_on else State.DRAFTING,
            "channel": Channel.ONLINE,
            "applicant_type": ApplicantType.NATURAL_PERSON,
            "received_on": received_on,
            "closed_on": closed_on,
            "replied_on": closed_on,
            "original_due_on": date(received_on.year, 3, 30),
            "due_on": date(received_on.year, 4, 27),
            "ground": "disclosed" if closed_on else None,
            "request_text": "某某规划文本",
            "statute": StatuteCode.REGULATION_2019,
            "registered_at": NOW,
            "changed_at": NOW,
        }
        | facts
    )


@pytest.fixture
def records(session, city, desk):
    """Four cases of 2025, one of them from the year before, one still open."""
    session.add_all(
        [
            make_case(
                city,
                1,
                date(2024, 12, 30),
                date(2025, 1, 10),
                original_due_on=date(2025, 1, 28),
                fee_yuan=Decimal(380),
            ),
            make_case(city, 2, date(2025, 3, 3), date(2025, 3, 20), subject="征地"),
            make_case(city, 3, date(2025, 3, 4), date(2025, 4, 20), ground="repeat"),
            make_case(city, 4, date(2025, 12, 30), channel=Channel.MAIL),
        ]
    )
    session.flush()
    return desk


def run(*args):
    return CliRunner().invoke(main, ["annual", *args])


def exported(tmp_path, name, *args):
    path = tmp_path / name
    result = run("export", *args, "-o", str(path))
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    return path, result.stderr


@pytest.mark.usefixtures("records")
def test_acceptance_73_an_exported_file_is_read_again_as_it_was(tmp_path):
    for form in ("2014", "2019", "2021"):
        args = ("--year", "2025", "--form", form)
        path, _ = exported(tmp_path, f"{form}.json", *args)
        written = json.loads(path.read_text(encoding="utf-8"))
        shown = json.loads(run("show", *args, "--json").stdout)
        assert written == shown
        checked = run("check-file", str(path), "--json")
        assert checked.exit_code == 0, checked.output
        book = load_workbook(exported(tmp_path, f"{form}.xlsx", *args)[0])
        numbers = sorted(
            cell.value
            for sheet in book
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "n" and cell.value is not None
        )
        assert numbers == sorted(numbers_in(written, relief=form != "2014"))


def numbers_in(written, *, relief):
    parts = [written["rows"], *([written["relief"]] if relief else [])]
    for part in parts:
        for value in part.values():
            yield from (
                value.values() if isinstance(value, dict) else () if value is None else (value,)
            )


@pytest.mark.usefixtures("records")
def test_every_ending_gives_its_kind_of_file(tmp_path):
    args = ("--year", "2025", "--agency", "QY")
    xlsx, said = exported(tmp_path, "return.XLSX", *args)
    assert "已写入" in said
    assert load_workbook(xlsx).worksheets[0]["A3"].value == "填报单位：=青沅市"
    docx, _ = exported(tmp_path, "return.docx", *args)
    assert len(Document(io.BytesIO(docx.read_bytes())).tables) == 2
    pdf, _ = exported(tmp_path, "return.pdf", *args)
    assert "青沅市" in PdfReader(pdf).pages[0].extract_text()


@pytest.mark.parametrize("name", ["return.doc", "return", "return.xlsx.zip"])
@pytest.mark.usefixtures("desk")
def test_an_unknown_ending_is_refused_in_a_sentence(tmp_path, name):
    result = run("export", "--year", "2025", "-o", str(tmp_path / name))
    assert result.exit_code == 2
    assert result.stderr == (
        f"“{name}”的文件名须以.xlsx、.docx、.pdf、.json之一结尾，请您改写 -o。\n"
    )
    assert not (tmp_path / name).exists()


@pytest.mark.usefixtures("desk")
def test_a_folder_that_is_not_there_is_a_sentence(tmp_path):
    result = run("export", "--year", "2025", "-o", str(tmp_path / "none" / "a.json"))
    assert result.exit_code == 2
    assert "none" in result.stderr
    assert "Traceback" not in result.output


def test_a_check_that_does_not_hold_is_said_and_does_not_stop_the_export(
    session, city, records, tmp_path
):
    assert records
    # A ground that the catalogue does not know has no result row: identity I6 cannot hold.
    session.add(make_case(city, 5, date(2025, 3, 5), date(2025, 3, 21), ground="no_such_ground"))
    session.flush()
    path, said = exported(tmp_path, "return.xlsx", "--year", "2025")
    assert path.exists()
    assert "不通过\t" in said
    assert "总计" in said


@pytest.mark.usefixtures("records")
def test_a_form_not_in_force_and_a_running_year_are_said(tmp_path):
    _, said = exported(tmp_path, "a.json", "--year", "2026", "--form", "2014")
    assert "2026年度施行的是2021年格式" in said
    assert "2026年度还没有结束，数字截至9月28日。" in said


@pytest.mark.usefixtures("records")
def test_narrative_of_2025():
    result = run("narrative", "--year", "2025", "--agency", "QY")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    assert result.stdout == (
        "2025年，=青沅市共收到政府信息公开申请3件，同比增长200%，上年结转1件。"
        "其中，网络申请2件，占66.7%；信函申请1件，占33.3%。"
        "从申请人类型看，自然人3件，占100%。"
        "从申请内容看，征地1件，占33.3%；其余和未分类的2件，占66.7%。"
        "全年共办结政府信息公开申请3件，其中按时办结2件，占66.7%；延期办结1件，占33.3%。"
        "在办理结果中，予以公开2件，占66.7%；不予处理1件，占33.3%，其中重复申请1件。"
        "截至2025年底尚未办结、结转2026年度继续办理的申请1件。"
        "没有因政府信息公开工作被申请行政复议或者被提起行政诉讼。"
        "依申请公开政府信息收取费用380元。\n"
    )


@pytest.mark.usefixtures("records")
def test_acceptance_63_every_linked_number_is_the_length_of_its_list():
    for form in ("2014", "2021"):
        args = ("--year", "2025", "--form", form)
        written = json.loads(run("narrative", *args, "--json").stdout)
        assert written["text"] == "".join(one["text"] for one in written["sentences"])
        figures = [
            part
            for one in written["sentences"]
            for part in one["parts"]
            if isinstance(part, dict) and part["unit"] == "件" and part["cell"]
        ]
        assert len(figures) > 8
        for figure in figures:
            listed = run(
                "cases",
                *("--year", "2025", "--form", figure["form"], "--cell", figure["cell"], "--json"),
            )
            assert len(json.loads(listed.stdout)) == figure["value"], figure


@pytest.mark.usefixtures("desk")
def test_acceptance_67_a_year_without_cases(tmp_path):
    result = run("narrative", "--year", "2024")
    assert result.stdout.startswith("2024年，=青沅市没有收到政府信息公开申请。")
    assert "%" not in result.stdout
    for ending in ("xlsx", "docx", "pdf", "json"):
        _, said = exported(tmp_path, f"empty.{ending}", "--year", "2024")
        assert "不通过" not in said
    written = json.loads((tmp_path / "empty.json").read_text(encoding="utf-8"))
    assert written["rows"]["R1"] == dict.fromkeys(("C1", "C2", "C3", "C4", "C5", "C6", "C7"), 0)


def published_cases(published, agency):
    """Make as many cases as an office published, each with the channel and answer it counted."""
    rows, year = published["rows"], published["year"]
    channels = [channel for code, channel in CHANNELS.items() for _ in range(rows[code])]
    ground_of = {g.rows["2014"]: g.code for g in CATALOGUE if "2007" in g.basis}
    answers = [
        ground_of[code]
        for code, number in rows.items()
        if code in ground_of and code.startswith("3.3.")
        for _ in range(number)
    ]
    listed = sum(rows.get(f"3.3.4.{number}", 0) for number in range(1, 7))
    answers += ["state_secret"] * (rows.get("3.3.4", 0) - listed)
    answers += ["disclosed"] * (rows["3.2"] - len(answers))
    extended = rows.get("3.2.2", 0)
    made = []
    for index, channel in enumerate(channels):
        finished = index < rows["3.2"]
        closed_on = date(year, 4, 20) if index < extended else date(year, 3, 20)
        made.append(
            make_case(
                agency,
                index,
                date(year, 3, 1),
                closed_on if finished else None,
                channel=channel,
                ground=answers[index] if finished else None,
            )
        )
    for code, number in rows.items():
        kind, _, result = code.partition(".")
        if kind in KINDS and result:
            made[0].reliefs += [
                Relief(
                    kind=KINDS[kind],
                    result=RESULTS[result],
                    filed_on=date(year, 5, 2),
                    decided_on=date(year, 6, 29),
                )
                for _ in range(number)
            ]
    return made


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_narrative_says_what_the_office_published(session, city, path):
    published = json.loads(path.read_text(encoding="utf-8"))
    city.name = published["agency"]
    session.add_all(published_cases(published, city))
    session.flush()
    written = json.loads(run("narrative", "--year", str(published["year"]), "--json").stdout)
    assert written["form"] == "2014"
    figures = [p for one in written["sentences"] for p in one["parts"] if isinstance(p, dict)]
    counts = {f["cell"]: f["value"] for f in figures if f["unit"] == "件" and f["form"] == "2014"}
    shares = {f["cell"]: f["value"] for f in figures if f["unit"] == "%"}
    # Every number that the office published and that is not 0 is in the text, and is the same.
    for code, number in published["rows"].items():
        if number:
            assert counts[code] == number, code
    rows = published["rows"]
    right = percentages([rows[code] for code in CHANNELS])
    for code, share in zip(CHANNELS, right, strict=True):
        assert shares.get(code) == (float(share) if rows[code] else None)
    # The published shares, but for the one slip that the vectors name (8.5 for 8.6).
    slips = {"3.1.3"} if path.stem == "chenzhou_2015" else set()
    for code, share in published.get("published_percent", {}).items():
        assert (shares[code] == share) is (code not in slips)
    if path.stem == "chenzhou_2015":
        assert shares["3.1.3"] == 8.6
        assert "结转2016年度继续办理的申请18件" in written["text"]
    if "7" in rows:
        assert "未收取费用" in written["text"]


@pytest.mark.usefixtures("desk")
def test_narrative_of_gaogang_2017_reads_like_its_report(session, city):
    published = json.loads(
        next(path for path in PUBLISHED if path.stem == "gaogang_2017").read_text(encoding="utf-8")
    )
    city.name = published["agency"]
    session.add_all(published_cases(published, city))
    # 2016 had 17: the published growth of 60 % fits no whole number.
    session.add_all(make_case(city, n, date(2016, 3, 1), date(2016, 3, 20)) for n in range(17))
    session.flush()
    assert run("narrative", "--year", "2017").stdout == (
        "2017年，泰州市高港区共收到政府信息公开申请28件，同比增长64.7%。"
        "其中，当面申请1件，占3.6%；网络申请11件，占39.3%；信函申请16件，占57.1%。"
        "全年共办结政府信息公开申请28件，其中按时办结26件，占92.9%；延期办结2件，占7.1%。"
        "共答复申请28件，其中同意公开28件，占100%。"
        "申请已全部办结，没有结转下年度继续办理的申请。"
        "因政府信息公开工作引起的案件中，审结行政复议1件，其中被依法纠错1件；"
        "审结行政诉讼1件，其中维持具体行政行为或者驳回原告诉讼请求1件。"
        "依申请公开政府信息未收取费用。\n"
    )
