"""The management view as a leader sees it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from casework.domain.application import ApplicantType, Channel
from casework.domain.permissions import Role
from casework.domain.states import State
from casework.domain.statutes import StatuteCode
from casework.models import Applicant, Case
from tests.conftest import NOW, add_agency
from tests.web.conftest import text_of


def add_case(session, agency, number, received_on, replied_on=None, **facts):
    session.add(
        Case(
            **(
                {
                    "agency_id": agency.id,
                    "number": f"青资公开〔{received_on.year}〕{number}号",
                    "state": State.CLOSED if replied_on else State.DRAFTING,
                    "channel": Channel.MAIL,
                    "applicant_type": ApplicantType.NATURAL_PERSON,
                    "received_on": received_on,
                    "replied_on": replied_on,
                    "closed_on": replied_on,
                    "ground": "disclosed" if replied_on else None,
                    "unit": "耕地保护科",
                    "subject": "征地",
                    "original_due_on": date(2026, 3, 30),
                    "due_on": date(2026, 3, 30),
                    "office_due_on": date(2026, 3, 23),
                    "request_text": "旧城改造征地批文",
                    "statute": StatuteCode.REGULATION_2019,
                    "registered_at": NOW,
                    "changed_at": NOW,
                    "applicant": Applicant(name="林秀珍"),
                }
                | facts
            )
        )
    )
    session.commit()


@pytest.fixture
def leader(client, log_in_as):
    log_in_as(client, Role.LEADER)
    return client


def test_acceptance_67_a_period_without_cases_shows_blanks_and_no_red_mark(leader):
    page = leader.read("/management?from=2024-01-01&to=2024-12-31")
    assert "按期率 &nbsp; 没有办结的案件" in text_of(page)
    assert "%" not in text_of(page).replace("%20", "")
    main = page.split('<main id="main"', 1)[1]
    assert "cw-late" not in main
    assert "这段时间没有办结的案件" in main
    assert len(re.findall(r"<td class=\"cw-num\">0</td>", main)) == 24


def test_the_page_shows_what_was_counted(leader, session, agency):
    # Received Mon 2026-03-02, due Mon 03-30; answered on the 5th and the 21st working day.
    received_on = date(2026, 3, 2)
    add_case(session, agency, 1, received_on, date(2026, 3, 9))
    add_case(session, agency, 2, received_on, date(2026, 3, 31))
    add_case(session, agency, 3, received_on)
    text = text_of(leader.read("/management?from=2026-03-01&to=2026-03-31"))
    assert "按期率 50.0%&nbsp; 办结 2 件，逾期 1 件" in text
    assert "平均用时 13&nbsp; 工作日，2 件答复" in text
    assert "用时中位数 13&nbsp; 工作日，最短 5，最长 21" in text
    assert "2026年3月 3 2" in text
    assert "征地 3 0" in text
    assert "另有 2 件办结时没有分办到人" in text


def test_a_repeat_applicant_s_name_is_masked(leader, session, agency):
    for number in (1, 2):
        add_case(session, agency, number, date(2026, 3, 2))
    page = leader.read("/management")
    assert "林＊珍" in page
    assert "林秀珍" not in page
    assert "条例第三十五条" in page


def test_acceptance_71_the_page_lists_ten_the_longest_waiting_first(leader, session, agency):
    days = [date(2026, 4, 1) + timedelta(days=n * 7 % 80) for n in range(13)]
    for number, received_on in enumerate(days, start=1):
        add_case(session, agency, number, received_on)
    page = leader.read("/management?from=2020-01-01&to=2020-12-31")
    listed = re.findall(r'class="cw-no"><a href="/cases/\d+">青资公开〔2026〕(\d+)号', page)
    assert len(listed) == 10
    assert [days[int(number) - 1] for number in listed] == sorted(days)[:10]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=2026-02-30", "开始日期“2026-02-30”看不懂"),
        ("to=%3Cb%3E", "结束日期“&lt;b&gt;”看不懂"),
        ("from=2026-03-02&to=2026-03-01", "开始日期晚于结束日期"),
        ("from=2010-01-01&to=2026-01-01", "一次最多看 5 年"),
        ("from=0001-01-01", "开始日期请您选在 2008 年到 2099 年之间"),
        ("to=9999-12-31", "结束日期请您选在 2008 年到 2099 年之间"),
    ],
)
def test_a_period_that_cannot_be_is_told_why(leader, query, words):
    assert words in leader.read(f"/management?{query}", 422)


def test_the_first_period_of_all_and_the_last_are_read(leader):
    leader.read("/management?from=2008-01-01&to=2012-12-31")
    leader.read("/management?from=2099-12-01&to=2099-12-31")


def test_another_agency_s_work_is_not_found(client, session, agency, log_in_as):
    county = add_agency(
        session, code="LJZG", name="临江区自然资源局", prefix="临资公开", parent=agency
    )
    log_in_as(client, Role.LEADER, at=county)
    client.read(f"/management?agency={agency.id}", 404)
    page = client.read(f"/management?agency={county.id}")
    assert "青沅市自然资源和规划局" not in page


def test_the_agency_and_those_below_it(leader, session, agency):
    county = add_agency(
        session, code="LJZG", name="临江区自然资源局", prefix="临资公开", parent=agency
    )
    add_case(session, agency, 1, date(2026, 3, 2), date(2026, 3, 9))
    add_case(session, county, 1, date(2026, 3, 2), date(2026, 3, 9))
    assert "办结 2 件" in leader.read("/management")
    assert "办结 1 件" in leader.read(f"/management?agency={county.id}")
