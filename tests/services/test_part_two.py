"""二、主动公开政府信息情况: entered by hand, added over the tree, printed, locked and handed in."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pytest

from casework.documents.annual_cells import AnnualReturn
from casework.documents.annual_docx import render_docx
from casework.documents.annual_xlsx import render_xlsx
from casework.documents.published_files import read_published
from casework.domain.annual_by_hand import check_by_hand
from casework.domain.annual_reading import read_table
from casework.domain.annual_sheet import read_sheet
from casework.domain.errors import RuleBroken
from casework.domain.forms import form_for_year
from casework.domain.permissions import Role
from casework.queries.annual_cube import Scope
from casework.queries.annual_cube import read_table as read_year_table
from casework.queries.annual_locks import find_lock
from casework.queries.annual_record import check_lock
from casework.services.annual_entries import enter_figures
from casework.services.annual_lock import YearKey, close_year, confirm_year
from casework.services.handed_returns import HandIn, hand_in
from tests.conftest import add_agency
from tests.documents.annual_tables import filled_table
from tests.web.test_annual_pages import add_case

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.orm import Session

    from casework.models import Agency
    from casework.services.desk import Desk

FORM = form_for_year(2025)
RULES, MADE, FEES = "H1.1.1", "H1.2.1", "H4.1.1"


def enter(desk: Desk, agency: Agency, figures: Mapping[str, str], year: int = 2025) -> None:
    enter_figures(
        desk,
        agency_id=agency.id,
        year=year,
        form=form_for_year(year).code,
        figures={code: Decimal(value) for code, value in figures.items()},
    )


@pytest.fixture
def statistician(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.STATISTICIAN, name="沈薇")


def test_figures_add_up_over_the_tree_and_go_with_the_files(
    session: Session, agency: Agency, statistician: Desk
) -> None:
    county = add_agency(session, code="XIAN", name="石桥县", prefix="石", parent=agency)
    enter(statistician, agency, {RULES: "2", FEES: "1.25"})
    enter(statistician, county, {RULES: "3", MADE: "0"})
    table = read_year_table(session, FORM, 2025, Scope(path=agency.path))
    assert table.by_hand == {RULES: 5, MADE: 0, FEES: Decimal("1.25")}
    filed = AnnualReturn(table=table, agency="青沅市")
    for kind, render in ((".xlsx", render_xlsx), (".docx", render_docx)):
        found = read_table(read_published(render(filed), f"a{kind}").tables, year=2025)
        assert found.sheet.by_hand == table.by_hand
        assert found.sheet.cells == table.cells
    assert read_sheet(json.loads(json.dumps(table.as_json()))).by_hand[RULES] == 5
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(filed)))
    assert book.sheetnames == ["主动公开情况", "申请情况", "复议诉讼情况"]
    own = read_year_table(session, FORM, 2025, Scope(path=agency.path, own=True))
    assert own.by_hand[RULES] == 2


def test_a_decrease_may_be_less_than_nothing_and_nothing_else_may(
    agency: Agency, statistician: Desk, session: Session
) -> None:
    form = form_for_year(2020)
    less = next(cell.code for cell in form.hand_cells if cell.is_signed)
    enter(statistician, agency, {less: "-4"}, year=2020)
    table = read_year_table(session, form, 2020, Scope(path=agency.path))
    assert table.by_hand == {less: -4}
    with pytest.raises(RuleBroken, match="不能是负数"):
        enter(statistician, agency, {RULES: "-1"})


def test_a_locked_year_keeps_them(
    session: Session, agency: Agency, desk_for: Callable[..., Desk], statistician: Desk
) -> None:
    add_case(session, agency, date(2025, 3, 3), date(2025, 3, 20))
    session.commit()
    enter(statistician, agency, {RULES: "2"})
    key = YearKey(agency.id, 2025)
    close_year(statistician, key)
    confirm_year(desk_for(Role.LEADER, name="罗建平"), key)
    session.expire_all()
    lock = find_lock(session, *key[:2], own=False)
    assert lock is not None
    assert '"by_hand":{"H1.1.1":2}' in lock.table_text
    assert check_lock(session, lock).same
    with pytest.raises(RuleBroken, match="已经锁定"):
        enter(statistician, agency, {RULES: "3"})


def test_a_handed_in_table_brings_its_own(
    session: Session, agency: Agency, statistician: Desk
) -> None:
    county = add_agency(session, code="XIAN", name="石桥县", prefix="石", parent=agency)
    enter(statistician, agency, {RULES: "2"})
    payload = filled_table("2021").as_json() | {"by_hand": {RULES: 4, MADE: "/"}}
    wanted = HandIn(
        agency_id=county.id, year=2025, file_name="a.json", content=json.dumps(payload).encode()
    )
    refused = hand_in(statistician, wanted)
    assert (refused.version, [c.id for c in refused.checks if not c.ok]) == (0, ["by_hand"])
    payload["by_hand"][MADE] = 1
    wanted = HandIn(
        agency_id=county.id, year=2025, file_name="a.json", content=json.dumps(payload).encode()
    )
    assert hand_in(statistician, wanted).version == 1
    session.expire_all()
    table = read_year_table(session, FORM, 2025, Scope(path=agency.path))
    assert table.by_hand == {RULES: 6, MADE: 1}
    assert check_by_hand(read_sheet(table.as_json())) == ()
