"""The pages of a locked year: the panel, the locked figures, what is listed beside them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casework.domain.application import ReliefKind, ReliefResult
from casework.domain.permissions import Role
from casework.models import AnnualAdjustment, AnnualLock, Case, Relief
from tests.web.conftest import text_of
from tests.web.test_annual_pages import add_case

YEAR = "/annual?year=2025"


@pytest.fixture
def cases(session, agency):
    """Six cases of 2025, the last of them still open."""
    made = [
        add_case(
            session, agency, date(2025, month, 10), date(2025, month, 25) if month < 6 else None
        )
        for month in range(1, 7)
    ]
    session.commit()
    return made


@pytest.fixture
def statistician(client, log_in_as):
    log_in_as(client, Role.STATISTICIAN)
    return client


@pytest.fixture
def leader(second_browser, log_in_as):
    log_in_as(second_browser, Role.LEADER)
    return second_browser


def lock(statistician, leader):
    assert statistician.submit("/annual/close?year=2025", page=YEAR).status_code == 302
    assert leader.submit("/annual/confirm?year=2025", page=YEAR).status_code == 302


def the_lock(session, refresh):
    refresh()
    return session.scalars(select(AnnualLock)).one()


@pytest.mark.usefixtures("cases")
def test_a_year_is_closed_by_one_and_confirmed_by_another(session, statistician, leader, refresh):
    before = text_of(statistician.read(YEAR))
    assert "锁定 2025 年度" in before
    assert "已锁定" not in before
    assert "确认锁定" not in text_of(leader.read(YEAR))
    lock(statistician, leader)
    stored = the_lock(session, refresh)
    page = statistician.read(YEAR)
    shown = text_of(page)
    assert "已锁定" in shown
    assert stored.sha256[:16] in shown
    assert "web-leader确认" in shown.replace(" ", "")
    assert "/annual/close" not in page
    # What is printed: the note stands outside of everything that stays on the screen.
    note = page[page.index("<b>已锁定</b>") - 200 : page.index(stored.sha256[:16])]
    assert "cw-noprint" not in note


@pytest.mark.usefixtures("cases")
def test_acceptance_73_the_server_refuses_what_the_page_does_not_offer(
    session, agency, statistician, refresh
):
    add_case(session, agency, date(2025, 3, 4), date(2025, 3, 18), ground="nobody_knows")
    session.commit()
    page = statistician.read(YEAR)
    assert "现在不能锁定：" in text_of(page)
    assert "/annual/close" not in page
    answer = statistician.submit("/annual/close?year=2025", page=YEAR)
    assert answer.status_code == 422
    assert "勾稽不通过，不能锁定" in answer.get_data(as_text=True)
    refresh()
    assert session.scalars(select(AnnualLock)).all() == []


@pytest.mark.usefixtures("cases")
def test_the_running_year_cannot_be_locked(statistician):
    assert "2026 年度还没有结束" in text_of(statistician.read("/annual?year=2026"))
    assert statistician.submit("/annual/close?year=2026", page=YEAR).status_code == 422


@pytest.mark.usefixtures("cases")
def test_another_form_than_the_one_in_force_has_nothing_to_lock(statistician):
    page = statistician.read("/annual?year=2025&form=2014")
    assert "/annual/lock" not in page
    assert statistician.get("/annual/lock?year=2025&form=2014").status_code == 404


@pytest.mark.usefixtures("cases")
def test_the_locked_page_shows_the_locked_figures_and_names_what_differs(
    session, statistician, leader, refresh
):
    lock(statistician, leader)
    record = text_of(statistician.read("/annual/lock?year=2025"))
    assert "一致 表和每一格的案件逐字节相同" in record
    refresh()
    case = session.scalars(select(Case).where(Case.received_on == date(2025, 1, 10))).one()
    number = case.number
    session.add(
        Relief(
            case_id=case.id,
            kind=ReliefKind.REVIEW,
            filed_on=date(2025, 12, 29),
            result=ReliefResult.PENDING,
        )
    )
    session.commit()
    shown = text_of(statistician.read(YEAR))
    assert "有 2 格与现在的案件不同" in shown
    record = statistician.read("/annual/lock?year=2025")
    assert "尚未审结" in text_of(record)
    assert number in record
    assert "一致" not in text_of(record)


@pytest.mark.usefixtures("cases")
def test_acceptance_70_the_page_refuses_on_the_field(
    session, agency, statistician, leader, refresh, app, log_in_as
):
    lock(statistician, leader)
    clerk = app.test_client()
    log_in_as(clerk, Role.CLERK)
    add_case(session, agency, date(2026, 9, 7))
    session.commit()
    case_id = session.scalars(select(Case.id).where(Case.received_on == date(2026, 9, 7))).one()
    refresh()
    answer = clerk.submit(
        f"/cases/{case_id}/correct-receipt", received_on="2025-12-31", reason="签收回执为证"
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#received_on"' in page
    assert "2025 年度的统计表已经锁定" in page
    assert "2025 年度的调整单" in page
    refresh()
    assert session.get_one(Case, case_id).received_on == date(2026, 9, 7)


def test_a_late_correction_is_listed_and_the_table_stays(
    session, cases, statistician, leader, refresh
):
    lock(statistician, leader)
    number = cases[5].number
    refresh()
    url = "/annual/adjust?year=2025"
    answer = statistician.submit(url, case_number=number, change="", reason="回证迟到")
    assert answer.status_code == 422
    assert 'href="#change"' in answer.get_data(as_text=True)
    answer = statistician.submit(
        url, case_number=number, change="四、结转，自然人列应为 0 件", reason="回证迟到"
    )
    assert answer.status_code == 302
    record = text_of(leader.read("/annual/lock?year=2025"))
    for words in (number, "自然人列应为 0 件", "回证迟到", "web-statistician"):
        assert words in record
    assert "调整单 1 项" in text_of(statistician.read(YEAR))
    refresh()
    [stored] = session.scalars(select(AnnualAdjustment)).all()
    assert (stored.year, stored.case.number) == (2025, number)


@pytest.mark.usefixtures("cases")
def test_an_unlock_asks_for_its_reason_and_stays_on_the_page(
    session, statistician, leader, refresh
):
    lock(statistician, leader)
    hashed = the_lock(session, refresh).sha256
    url = "/annual/unlock?year=2025"
    answer = leader.submit(url, reason=" ")
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.get_data(as_text=True)
    assert leader.submit(url, reason="市政府要求重报").status_code == 302
    record = text_of(statistician.read("/annual/lock?year=2025"))
    assert "市政府要求重报" in record
    assert hashed in record
    assert "已锁定" not in text_of(statistician.read(YEAR))


@pytest.mark.usefixtures("cases")
def test_nobody_locks_the_year_of_another_agency(session, agency, client, log_in_as):
    from tests.conftest import add_agency

    county = add_agency(session, code="LJ", name="临江区局", prefix="临资公开", parent=agency)
    log_in_as(client, Role.STATISTICIAN)
    page = client.read(f"{YEAR}&agency={county.id}")
    assert "/annual/close" not in page
    answer = client.submit(f"/annual/close?year=2025&agency={county.id}", page=YEAR)
    assert answer.status_code == 403
