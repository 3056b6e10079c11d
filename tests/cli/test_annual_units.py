"""``casework annual import-return``, ``returns`` and ``verify-lock``."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from casework.cli import annual as annual_cli
from casework.cli import annual_units, main
from casework.documents.annual_cells import AnnualReturn
from casework.documents.annual_xlsx import render_xlsx
from casework.domain.permissions import Role
from casework.services.annual_lock import YearKey, close_year, confirm_year
from tests.conftest import add_agency
from tests.documents.annual_tables import filled_table
from tests.web.test_annual_pages import add_case


@pytest.fixture
def county(session, agency, desk_for, monkeypatch):
    """A county that hands its table in; the city's own statistician is at the machine."""
    desk = desk_for(Role.STATISTICIAN, name="沈薇")

    @contextmanager
    def office():
        yield desk

    for module in (annual_cli, annual_units):
        monkeypatch.setattr(module, "office", office)
    return add_agency(session, code="XIAN", name="石桥县", prefix="石政", parent=agency)


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "石桥县2025.xlsx"
    path.write_bytes(render_xlsx(AnnualReturn(table=filled_table("2021"), agency="石桥县")))
    return path


def run(*args):
    return CliRunner().invoke(main, ["annual", *(str(arg) for arg in args)])


@pytest.mark.usefixtures("county")
def test_a_workbook_names_its_unit_and_year_and_is_taken_in(workbook, agency):
    looked = run("import-return", workbook, "--dry-run", "--json")
    assert looked.exit_code == 0, looked.output
    assert json.loads(looked.stdout)["kept"] is False
    taken = json.loads(run("import-return", workbook, "--json").stdout)
    assert (taken["agency"]["code"], taken["year"], taken["version"]) == ("XIAN", 2025, 1)
    units = json.loads(run("returns", "--year", 2025, "--json").stdout)
    assert {unit["agency"]: unit["standing"] for unit in units} == {
        agency.code: "records",
        "XIAN": "handed_in",
    }
    shown = json.loads(run("show", "--year", 2025, "--json").stdout)
    assert shown["rows"] == filled_table("2021").as_json()["rows"]
    assert shown["handed_in"]["returns"][0]["agency_name"] == "石桥县"
    assert shown["handed_in"]["rows"] == shown["rows"]
    again = run("import-return", workbook)
    assert again.exit_code == 2
    assert "写明为什么换新版" in again.stderr


@pytest.mark.usefixtures("county")
def test_a_table_with_a_fault_is_answered_with_no(tmp_path):
    table = filled_table("2021").as_json()
    table["rows"]["R1"]["C7"] += 1
    path = tmp_path / "a.json"
    path.write_text(json.dumps(table), encoding="utf-8")
    result = run("import-return", path, "--agency", "XIAN")
    assert result.exit_code == 1
    assert "不通过\t" in result.stdout
    assert "没有收下" in result.stderr
    missing = json.loads(run("returns", "--year", 2025, "--missing", "--json").stdout)
    assert [unit["name"] for unit in missing] == ["石桥县"]
    nobody = run("import-return", path)
    assert nobody.exit_code == 2
    assert "--agency" in nobody.stderr


@pytest.mark.usefixtures("county")
def test_verify_lock_runs_the_year_again(session, agency, desk_for):
    none = run("verify-lock", "--json")
    assert none.exit_code == 2
    add_case(session, agency, date(2025, 3, 3), date(2025, 3, 20))
    session.commit()
    key = YearKey(agency.id, 2025)
    close_year(desk_for(Role.STATISTICIAN, name="沈薇"), key)
    confirm_year(desk_for(Role.LEADER, name="罗建平"), key)
    session.expire_all()
    result = run("verify-lock", "--year", 2025, "--json")
    assert result.exit_code == 0, result.output
    [lock] = json.loads(result.stdout)
    assert (lock["same"], lock["intact"], lock["differences"]) == (True, True, [])
    # Past the guard, as only somebody with the database in hand can do it.
    session.execute(text("UPDATE cases SET ground = 'repeat' WHERE received_year = 2025"))
    session.commit()
    result = run("verify-lock")
    assert result.exit_code == 1
    assert "R3.1,C1" in result.stdout
