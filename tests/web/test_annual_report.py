"""The report page: each number leads to exactly its cases, each file is the one of the command."""

from __future__ import annotations

import io
import itertools
import json
import re
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import event

from casework.domain.application import ApplicantType, Channel, ReliefKind, ReliefResult
from casework.domain.forms import form_for_year, get_form
from casework.domain.narrative import narrative, narrative_text
from casework.domain.outcomes import CATALOGUE
from casework.domain.permissions import Role
from casework.domain.states import State
from casework.domain.statutes import StatuteCode
from casework.models import AnnualEntry, Applicant, Case, Relief
from casework.queries.annual_cube import Scope
from casework.queries.annual_facts import read_facts
from tests.conftest import NOW, add_agency

serial = itertools.count(1)


def add_case(session, agency, received_on, closed_on=None, **facts):
    case = Case(
        **(
            {
                "agency_id": agency.id,
                "number": f"青资公开〔{received_on.year}〕{next(serial)}号",
                "state": State.CLOSED if closed_on else State.DRAFTING,
                "channel": Channel.MAIL,
                "applicant_type": ApplicantType.NATURAL_PERSON,
                "received_on": received_on,
                "closed_on": closed_on,
                "replied_on": closed_on,
                "ground": "disclosed" if closed_on else None,
                "original_due_on": received_on + timedelta(days=28),
                "due_on": received_on + timedelta(days=56),
                "request_text": "临江区旧城改造征地批文",
                "statute": StatuteCode.REGULATION_2019,
                "registered_at": NOW,
                "changed_at": NOW,
                "applicant": Applicant(name="林秀珍"),
            }
            | facts
        )
    )
    session.add(case)
    return case


def fill(session, agencies, year, cases=90):
    """Add cases of ``year`` and of the one before, of every channel, class and ground."""
    for n in range(cases):
        received_on = date(year - 1, 10, 1) + timedelta(days=n * 5)
        closed_on = received_on + timedelta(days=8 + n % 70) if n % 6 else None
        facts = {
            "applicant_type": list(ApplicantType)[n % 6],
            "channel": list(Channel)[n % 4],
            "subject": ("征地", "规划", "<b>住房</b>", "")[n % 4],
        }
        if closed_on:
            facts["ground"] = CATALOGUE[n % len(CATALOGUE)].code
            if n % 20 == 1:
                facts["fee_yuan"] = Decimal(380)
        case = add_case(session, agencies[n % len(agencies)], received_on, closed_on, **facts)
        if n % 9 == 4:
            case.reliefs.append(
                Relief(
                    kind=list(ReliefKind)[n % 3],
                    filed_on=date(year, 3, 4),
                    result=list(ReliefResult)[n % 4],
                    decided_on=None if n % 4 == 3 else date(year, 7, 8),
                )
            )
    session.commit()


@pytest.fixture
def county(session, agency):
    return add_agency(
        session, code="LJZG", name="临江区自然资源局", prefix="临资公开", parent=agency
    )


@pytest.fixture
def reader(client, log_in_as):
    log_in_as(client, Role.STATISTICIAN)
    return client


def chapter(page):
    """Return the chapter's paragraph and its links as (words, address)."""
    paragraph = re.search(r"<h2>文字</h2>.*?<p>(.*?)</p>", page, re.DOTALL)[1]
    links = re.findall(r'<a href="([^"]+)">([^<]+)</a>', paragraph)
    words = unescape(re.sub(r"<[^>]+>", "", paragraph))
    return words, [(text, unescape(href)) for href, text in links]


@pytest.mark.parametrize(("year", "form"), [(2025, ""), (2020, ""), (2016, ""), (2025, "2014")])
def test_acceptance_63_each_number_of_the_chapter_leads_to_exactly_its_cases(
    reader, session, agency, county, year, form
):
    fill(session, (agency, county), year)
    page = reader.read(f"/annual/report?year={year}&form={form}")
    words, links = chapter(page)
    facts = read_facts(
        session,
        get_form(form) if form else form_for_year(year),
        year,
        Scope(path=agency.path),
        agency=agency.name,
        today=date(2026, 9, 28),
    )
    assert words == narrative_text(narrative(facts))
    counts = 0
    for text, href in links:
        listed = reader.read(href)
        total = int(re.search(r"<small>(\d+) 件", listed)[1])
        assert len(re.findall(r'<th scope="row" class="cw-no">', listed)) == min(total, 50)
        if text.endswith("件"):
            assert total == int(text.removesuffix("件")), (text, href)
            counts += 1
        elif text.endswith("万元"):
            yuan = Decimal(text.removesuffix("万元")) * 10000
            assert f"共 {yuan:,.0f}元" in listed
        else:
            assert text.endswith("%")
    assert counts > 15


def test_figures_that_no_case_stands_behind_lead_nowhere(reader, session, agency):
    session.add(
        AnnualEntry(agency_id=agency.id, year=2016, form="2014", row="7", value=3, entered_at=NOW)
    )
    session.commit()
    words, links = chapter(reader.read("/annual/report?year=2016"))
    assert "收取费用3万元" in words
    assert not any(text == "3万元" for text, _ in links)


def test_the_five_charts_have_words_and_figures_and_escape_what_people_typed(
    reader, session, agency
):
    fill(session, (agency,), 2025)
    page = reader.read("/annual/report?year=2025")
    assert page.count('<svg xmlns="http://www.w3.org/2000/svg" class="cw-chart"') == 5
    assert page.count("<figcaption") == page.count("图中的数</summary>") == 5
    assert "&lt;b&gt;住房&lt;/b&gt;" in page
    assert "<b>住房</b>" not in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for part in re.findall(r'aria-labelledby="(chart-[^"]+)"', page):
        assert set(part.split()) <= set(ids)


def test_a_year_that_runs_says_so_and_an_empty_one_has_a_chapter(reader):
    assert "文字只写到 2026年9月28日" in reader.read("/annual/report?year=2026")
    words, links = chapter(reader.read("/annual/report?year=2024"))
    assert words.startswith("2024年，青沅市自然资源和规划局没有收到政府信息公开申请。")
    assert links == []


@contextmanager
def counted_queries(session):
    statements = []

    def note(_connection, _cursor, statement, *_):
        if not statement.startswith(("SAVEPOINT", "RELEASE")):
            statements.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_the_report_takes_the_same_queries_for_three_cases_and_for_two_hundred(
    reader, session, agency, county
):
    def ask():
        session.expire_all()
        with counted_queries(session) as statements:
            reader.read("/annual/report?year=2025")
        return len(statements)

    fill(session, (agency,), 2025, cases=3)
    few = ask()
    fill(session, (agency, county), 2025, cases=200)
    assert ask() == few
    assert few <= 20


# --- files -------------------------------------------------------------------------------------


def test_the_files_hold_the_table_of_the_page(reader, session, agency, county):
    fill(session, (agency, county), 2025)
    received = read_facts(
        session,
        get_form("2021"),
        2025,
        Scope(path=agency.path),
        agency="",
        today=date(2026, 9, 28),
    ).table.value("R1", "C7")
    assert received > 0
    written = json.loads(reader.read("/annual/export?year=2025&kind=.json"))
    assert written["agency"] == {"code": "QYZG", "name": agency.name, "own": False}
    assert written["rows"]["R1"]["C7"] == received
    answer = reader.get("/annual/export?year=2025&kind=.xlsx")
    values = {
        value
        for line in load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True)
        for value in line
    }
    assert received in values
    pdf = reader.get("/annual/export?year=2025&kind=.pdf")
    assert str(received) in PdfReader(io.BytesIO(pdf.data)).pages[0].extract_text()
    assert pdf.mimetype == "application/pdf"
    assert reader.get("/annual/export?year=2025&kind=.docx").data.startswith(b"PK")


def test_a_file_is_saved_under_its_agency_year_and_form(reader, agency):
    answer = reader.get("/annual/export?year=2025")
    named = answer.headers["Content-Disposition"]
    assert named.startswith('attachment; filename="annual-2025.xlsx"')
    assert f"{agency.name}2025年度" in unquote(named.split("filename*=UTF-8''")[1])


def test_a_kind_there_is_not_is_told_why(reader):
    page = reader.read("/annual/export?year=2025&kind=.exe", 422)
    assert "统计表可以导出为 .xlsx、.docx、.pdf、.json" in page


def test_the_county_has_its_own_report_and_not_the_city_s(client, agency, county, log_in_as):
    log_in_as(client, Role.STATISTICIAN, at=county)
    for path in ("/annual/report", "/annual/export"):
        client.read(f"{path}?year=2025&agency={agency.id}", 404)
    assert "临江区自然资源局" in client.read("/annual/report?year=2025")


def test_charts_are_handed_out_in_three_kinds(reader):
    page = reader.get("/annual/report?year=2025").get_data(as_text=True)
    assert page.count("kind=.png") == 5
    begins = {".svg": b"<?xml", ".png": b"\x89PNG", ".pdf": b"%PDF"}
    for kind, head in begins.items():
        answer = reader.get(f"/annual/chart?year=2025&name=months&kind={kind}")
        assert answer.status_code == 200
        assert answer.get_data().startswith(head)
        assert "attachment" in answer.headers["Content-Disposition"]
    assert reader.get("/annual/chart?year=2025").get_data().startswith(b"%PDF")
    for wrong in ("name=none&kind=.png", "kind=.png", "name=months&kind=.gif"):
        assert reader.get(f"/annual/chart?year=2025&{wrong}").status_code == 422
