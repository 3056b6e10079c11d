"""供检查的清单: what is listed is what the table counts, sorted and added up."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy import select

from casework.domain.errors import PermissionRefused, RuleBroken
from casework.domain.forms import form_for_year
from casework.domain.permissions import Role
from casework.models import Event
from casework.queries.annual_cube import Scope, read_table
from casework.queries.annual_ledger import list_ledger_lines
from casework.services.inspection import (
    AskedLedger,
    Order,
    export_inspection_ledger,
    export_watch,
)
from tests.web.test_annual_pages import add_case, county, office

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.domain.application import ApplicantType
    from casework.models import Agency
    from casework.services.desk import Desk

__all__ = ["county", "office"]  # fixtures


def starred(name: str, _kind: ApplicantType) -> str:
    return f"{name[0]}＊"


@pytest.fixture
def clerk(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.CLERK, name="周敏")


def rows_of(content: bytes) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("order", list(Order))
def test_the_ledger_lists_what_the_table_counts_and_its_sums_are_the_tables(
    session: Session, agency: Agency, clerk: Desk, order: Order
) -> None:
    for year in (2023, 2024, 2025):
        whole = read_table(session, form_for_year(year), year, Scope(path=agency.path))
        asked = AskedLedger(year=year, order=order, name_of=starred)
        title, content = export_inspection_ledger(clerk, asked, ".xlsx")
        assert title == f"{agency.name}{year}年度依申请公开台账"
        rows = rows_of(content)
        cases = [row for row in rows if isinstance(row[0], int)]
        assert [row[0] for row in cases] == list(range(1, len(cases) + 1))
        new, carried_in = whole.value("R1", "C7"), whole.value("R2", "C7")
        assert len(cases) == new + carried_in
        sums = next(row[0] for row in rows if str(row[0]).startswith("本年新收"))
        assert f"本年新收 {new} 件，上年结转 {carried_in} 件" in sums
        assert f"办结 {whole.value('R3.7', 'C7')} 件" in sums
        assert f"逾期 {whole.late}）" in sums
        assert f"结转 {year + 1} 年度 {whole.value('R4', 'C7')} 件" in sums
        assert f"合计 {len(cases)} 件" in {row[0] for row in rows}
        parts = [str(row[0]) for row in rows if "小计" in str(row[0])]
        assert bool(parts) is (order is not Order.RECEIVED)
        if parts:
            assert sum(int(part.split("小计 ")[1].split(" ")[0]) for part in parts) == len(cases)
        assert "林＊" in {row[3] for row in cases}


def test_fees_are_added_and_a_case_that_runs_on_shows_no_ending(
    session: Session, agency: Agency, clerk: Desk
) -> None:
    add_case(session, agency, date(2025, 3, 3), date(2025, 3, 20), fee_yuan=Decimal("120.50"))
    add_case(session, agency, date(2025, 4, 3), date(2025, 4, 20), fee_yuan=Decimal(30))
    add_case(session, agency, date(2025, 12, 3), date(2026, 1, 5), fee_yuan=Decimal(7))
    session.commit()
    lines, withheld = list_ledger_lines(session, 2025, under=agency.path, reader=clerk.actor)
    assert (len(lines), withheld) == (3, 0)
    assert (lines[2].is_finished, lines[2].closed_on, lines[2].ground) == (False, None, None)
    _, content = export_inspection_ledger(clerk, AskedLedger(year=2025, name_of=starred), ".xlsx")
    [total] = [row for row in rows_of(content) if row[0] == "合计 3 件"]
    assert total[-1] == 150.5
    event = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert (event.action, event.detail["rows"], event.detail["full"]) == ("export_ledger", 3, False)


def test_full_names_are_for_those_who_may_see_them(
    agency: Agency, session: Session, clerk: Desk, desk_for: Callable[..., Desk]
) -> None:
    add_case(session, agency, date(2025, 3, 3), date(2025, 3, 20))
    session.commit()
    _, content = export_inspection_ledger(clerk, AskedLedger(year=2025), ".pdf")
    assert "林秀珍" in PdfReader(io.BytesIO(content)).pages[0].extract_text()
    with pytest.raises(PermissionRefused):
        export_inspection_ledger(
            desk_for(Role.STATISTICIAN, name="沈薇"), AskedLedger(year=2025), ".pdf"
        )
    with pytest.raises(RuleBroken):
        export_inspection_ledger(clerk, AskedLedger(year=2025), ".doc")


def test_the_watch_list_has_red_cards_first_and_counts_them(
    session: Session, agency: Agency, clerk: Desk
) -> None:
    # Mon 2026-09-28: one past the office's day, one with two working days left, one with ten.
    for day in (date(2026, 9, 21), date(2026, 9, 30), date(2026, 10, 20)):
        add_case(session, agency, date(2026, 9, 1), office_due_on=day, due_on=day)
    session.commit()
    title, content = export_watch(clerk, ".xlsx")
    assert title == "依申请公开督办单（2026年9月28日（周一））"
    rows = rows_of(content)
    assert [row[1] for row in rows if isinstance(row[0], int)] == ["红牌", "黄牌"]
    assert "红牌 1 件，黄牌 1 件" in rows[1][0]
    _, paper = export_watch(clerk, ".pdf")
    assert "红牌" in PdfReader(io.BytesIO(paper)).pages[0].extract_text()
