"""各单位报表 and 各单位比较 on the screen."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import select

from casework.documents.annual_cells import AnnualReturn
from casework.documents.annual_xlsx import render_xlsx
from casework.domain.annual_reading import read_table
from casework.domain.permissions import Role
from casework.models import HandedReturn
from tests.conftest import add_agency, csrf_token
from tests.documents.annual_tables import filled_table
from tests.services.test_handed_returns import table
from tests.web.test_annual_pages import add_case

TABLE = filled_table("2021")


@pytest.fixture
def county(session, agency):
    return add_agency(session, code="XIAN", name="石桥县", prefix="石", parent=agency)


@pytest.fixture
def reader(client, log_in_as):
    log_in_as(client, Role.STATISTICIAN)
    return client


def hand_in(reader, unit, filled=TABLE, *, do="keep", **more):
    address = f"/annual/returns/new?year=2025&agency={unit.id}"
    page = reader.get(address).get_data(as_text=True)
    content = filled if isinstance(filled, bytes) else workbook(filled)
    data = {
        "csrf_token": csrf_token(page),
        "agency_id": unit.id,
        "file": (io.BytesIO(content), "石桥县.xlsx"),
        "do": do,
    }
    return reader.post(address, data=data | more, content_type="multipart/form-data")


def workbook(filled):
    return render_xlsx(AnnualReturn(table=filled, agency="石桥县"))


def read(response):
    return response.get_data(as_text=True)


def test_a_table_is_looked_at_then_taken_in_and_shown_in_the_sum(reader, county, session, agency):
    looked = hand_in(reader, county, do="check")
    assert looked.status_code == 200
    assert "核对通过，还没有收下" in read(looked)
    assert session.scalars(select(HandedReturn)).all() == []
    assert hand_in(reader, county).status_code == 302
    listed = read(reader.get("/annual/returns?year=2025"))
    assert "报送的表，第 1 版" in listed
    assert "系统内办件 1 个，报送的表 1 个" in listed
    shown = read(reader.get("/annual?year=2025"))
    assert "含 1 个单位报送的表" in shown
    cell = read(reader.get("/annual/cases?year=2025&row=R1&column=C7"))
    assert "这一格没有系统里的案件" in cell
    assert f'<td class="cw-num">{TABLE.value("R1", "C7")}</td>' in cell
    own = read(reader.get(f"/annual?year=2025&agency={agency.id}&own=1"))
    assert "报送的表" not in own.split("各单位报表")[0]


def test_a_fault_is_named_and_nothing_is_kept(reader, county, session):
    book = openpyxl.load_workbook(io.BytesIO(workbook(TABLE)))
    book.worksheets[0].cell(9, 6).value = "/"
    target = io.BytesIO()
    book.save(target)
    answer = hand_in(reader, county, target.getvalue())
    assert answer.status_code == 422
    assert "核对不通过，没有收下" in read(answer)
    assert "填的是“/”" in read(answer)
    assert session.scalars(select(HandedReturn)).all() == []


def test_a_new_version_is_asked_for_its_reason_and_both_are_shown(reader, county, session):
    hand_in(reader, county)
    newer = table(cases=61)
    asked = hand_in(reader, county, newer)
    assert asked.status_code == 422
    assert "写明为什么换新版" in read(asked)
    looked = read(hand_in(reader, county, newer, do="check"))
    assert "与第 1 版不同的格" in looked
    assert hand_in(reader, county, newer, reason="县里更正").status_code == 302
    session.expire_all()
    first, second = session.scalars(select(HandedReturn).order_by(HandedReturn.version)).all()
    old = read(reader.get(f"/annual/returns/{first.id}"))
    assert "已换下" in old
    assert "县里更正" in old
    assert f'href="/annual/returns/{second.id}"' in old
    page = read(reader.get(f"/annual/returns/{second.id}/take-back"))
    token = {"csrf_token": csrf_token(page)}
    without = reader.post(f"/annual/returns/{second.id}/take-back", data=token)
    assert without.status_code == 422
    done = reader.post(
        f"/annual/returns/{second.id}/take-back", data=token | {"reason": "改用本系统"}
    )
    assert done.status_code == 302
    assert "未报" in read(reader.get("/annual/returns?year=2025&standing=missing"))


def test_another_city_sees_nothing_of_it(client, log_in_as, county, session, agency):
    log_in_as(client, Role.STATISTICIAN)
    hand_in(client, county)
    [kept] = session.scalars(select(HandedReturn)).all()
    client.post("/logout", data={"csrf_token": csrf_token(read(client.get("/keys")))})
    other = add_agency(session, code="OTHER", name="别市", prefix="别")
    log_in_as(client, Role.STATISTICIAN, at=other)
    assert client.get(f"/annual/returns/{kept.id}").status_code == 404
    assert client.get(f"/annual/returns/{kept.id}/take-back").status_code == 404
    assert client.get(f"/annual/returns?year=2025&agency={agency.id}").status_code == 404


def test_the_blank_form_is_the_years_own_and_all_open(reader):
    blank = reader.get("/annual/blank?year=2025").get_data()
    book = openpyxl.load_workbook(io.BytesIO(blank))
    rows = [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]
    found = read_table(rows)
    assert (found.sheet.form.code, found.sheet.year) == ("2021", 2025)
    assert set(found.sheet.cells.values()) == {None}
    assert len(found.sheet.cells) == 175


def test_units_are_compared_sorted_and_exported(reader, session, agency, county):
    add_case(session, agency, date(2025, 3, 3), date(2025, 3, 20))
    session.commit()
    hand_in(reader, county)
    page = read(reader.get("/annual/compare?year=2025&sort=R1&falling=1"))
    assert page.index("石桥县</a>") > page.index(f"{agency.name}</a><span")  # its own line first
    assert 'aria-sort="descending"' in page
    assert "报送的表" in page
    chosen = read(reader.get("/annual/compare?year=2025&row=R1&row=R4"))
    assert chosen.count('scope="col"') == 5
    book = openpyxl.load_workbook(
        io.BytesIO(reader.get("/annual/compare?year=2025&row=R1&kind=.xlsx").get_data())
    )
    lines = list(book.active.iter_rows(values_only=True))
    assert lines[2][:3] == ("单位", "本年新收", "按期率（%）")
    assert lines[3][:3] == (f"{agency.name}（本级）", 1, 100)
    assert lines[4][:2] == ("石桥县", TABLE.value("R1", "C7"))
    assert lines[5][:2] == ("合计", 1 + TABLE.value("R1", "C7"))
    pdf = reader.get("/annual/compare?year=2025&kind=.pdf")
    assert pdf.get_data().startswith(b"%PDF")
    assert reader.get("/annual/compare?year=2025&kind=.doc").status_code == 422
