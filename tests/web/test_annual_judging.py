"""核对年报 on the screen."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest

from casework.documents.annual_cells import AnnualReturn
from casework.documents.annual_docx import render_docx
from casework.domain.permissions import Role
from tests.conftest import csrf_token
from tests.documents.annual_tables import filled_table
from tests.web.test_annual_pages import add_case

CHENZHOU = Path(__file__).parents[1] / "vectors" / "published" / "chenzhou_2015.json"


@pytest.fixture
def reader(client, log_in_as):
    log_in_as(client, Role.HANDLER)
    return client


def judge(reader, query="year=2025", *, content=None, name="报告.docx", **data):
    address = f"/annual/judge?{query}"
    token = csrf_token(reader.get(address).get_data(as_text=True))
    given = {"csrf_token": token, "against": "file", "year": ""} | data
    if content is not None:
        given["file"] = (io.BytesIO(content), name)
    answer = reader.post(address, data=given, content_type="multipart/form-data")
    return answer.status_code, answer.get_data(as_text=True)


def test_acceptance_63_a_published_table_and_its_text(reader):
    payload = json.loads(CHENZHOU.read_text(encoding="utf-8"))
    content = CHENZHOU.read_bytes()
    status, page = judge(reader, content=content, name="a.json", text=payload["as_published"])
    assert status == 200
    assert "没有发现问题" in page
    assert "79件占921件是8.6%，文中是8.5%" in page
    twice = payload["as_published"] + "共受理政府信息公开申请920件。"
    _, page = judge(reader, content=content, name="a.json", text=twice)
    assert "有要改或者要核实的" in page
    assert "<b>不确定</b>" in page


def test_a_word_file_is_read_by_its_labels(reader):
    content = render_docx(AnnualReturn(table=filled_table("2021"), agency="青沅市"))
    status, page = judge(reader, content=content)
    assert status == 200
    assert "2025 年度，2021 年格式" in page


def test_acceptance_63_our_own_chapter_as_somebody_edited_it(reader, session, agency):
    add_case(session, agency, date(2025, 3, 3), date(2025, 3, 20))
    session.commit()
    _, page = judge(reader, against="ours", text="2025年，新收政府信息公开申请2件。")
    assert "“新收申请”文中是2，表中是1" in page
    _, page = judge(reader, against="ours", text="2025年，新收政府信息公开申请1件。")
    assert "没有发现问题" in page


def test_what_is_missing_is_asked_for(reader):
    status, page = judge(reader)
    assert status == 422
    assert "请选择文件，或者粘贴报告文字" in page
    status, page = judge(reader, text="收到申请3件")
    assert status == 422
    assert "另填年度" in page
    assert "收到申请3件" in page
    status, page = judge(reader, content=b"%PDF", name="a.pdf")
    assert status == 422
