"""假如, 期限计算说明, 督办单 and the mark 暂定, as people of the office see them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from sqlalchemy import event

from casework.domain.clock_events import ClockEventKind
from casework.domain.holiday_notice import HolidayNotice, NoticeDay, NoticeDayKind, NoticeKind
from casework.domain.permissions import Role
from casework.domain.states import State
from casework.domain.statutes import Party, StatuteCode
from casework.models import Applicant, Case, ClockFact
from casework.queries.calendar import current_calendar
from casework.queries.due import list_due
from casework.services.calendar import import_notice
from casework.services.case_file import reckon_dates
from tests.conftest import add_agency
from tests.services.test_calendar import LABOUR_DAY_2019, NOTICE_2027, add_case
from tests.web.conftest import text_of
from tests.web.test_road import register

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.models import Agency
    from casework.services.desk import Desk
    from tests.web.conftest import Browser

STATE_DAY = HolidayNotice(
    year=2026,
    title="州庆放假通知",
    kind=NoticeKind.LOCAL,
    days=(NoticeDay(date(2026, 10, 16), NoticeDayKind.OFF, "州庆"),),  # a Friday
)
SEPT = [date(2026, 9, day) if day else date.min for day in range(31)]


@pytest.fixture
def keeper(desk_for) -> Desk:
    return desk_for(Role.SYSTEM_ADMIN)


@pytest.fixture
def open_file(session: Session, agency: Agency, keeper: Desk) -> Callable[..., int]:
    """Put a case on file with the dates of its agency's calendar; returns its id."""

    def put(number: str, received_on: date | None, *events: ClockFact, **facts: object) -> int:
        at = facts.pop("at", agency)
        case = add_case(session, at, number, received_on, **facts)
        case.applicant = Applicant(name="林秀珍", id_number="11010519491231002X")
        case.clock_events.extend(events)
        calendar = current_calendar(session, agency_path=at.path)
        reckon_dates(replace(keeper, calendar=calendar), case)
        case_id = case.id  # asked for after the commit it would begin another transaction
        session.commit()
        return case_id

    return put


@pytest.fixture
def handler(client: Browser, log_in_as) -> Browser:
    log_in_as(client, Role.HANDLER)
    return client


def happened(kind: ClockEventKind, on: date, **words: object) -> ClockFact:
    return ClockFact(kind=kind, happened_on=on, **words)


def consulted(*days: date) -> list[ClockFact]:
    kinds = (ClockEventKind.CONSULTATION_STARTED, ClockEventKind.CONSULTATION_ENDED)
    return [
        happened(kind, on, party=Party.THIRD_PARTY) for kind, on in zip(kinds, days, strict=False)
    ]


# --- 假如 --------------------------------------------------------------------------------------


def test_the_case_page_leads_to_both(handler, open_file) -> None:
    case_id = open_file("甲1号", SEPT[1])
    page = handler.read(f"/cases/{case_id}")
    assert f'href="/cases/{case_id}/clock"' in page
    assert f'href="/cases/{case_id}/clock/annex"' in page


def test_the_last_safe_days_and_the_plan_back(handler, open_file) -> None:
    """Received Tue 09-01: office limit Mon 09-21, by law Tue 09-29. Today is Mon 09-28."""
    case_id = open_file("甲1号", SEPT[1])
    words = text_of(handler.read(f"/cases/{case_id}/clock"))
    assert "应答复 9月21日 周一 法定期限 9月29日 周二" in words
    assert "告知补正 至迟 9月10日 周四 已过" in words
    assert "发函征求意见 至迟 9月28日 周一 今天" in words
    assert "批准延期并告知 至迟 9月29日 周二" in words
    # Five, three and one working days before 09-29: 09-21 (09-25..27 are 中秋节), 09-23, 09-28.
    assert "拟稿完成，送审 9月15日 周二 已过 9月21日 周一 已过" in words
    assert "审核完成，送签 9月17日 周四 已过 9月23日 周三 已过" in words
    assert "交邮或者送达 9月20日 周日 已过 9月28日 周一 今天" in words


def test_acceptance_27_if_the_consultation_goes_out_and_takes_ten_days(handler, open_file) -> None:
    case_id = open_file("甲1号", SEPT[1])
    page = handler.read(
        f"/cases/{case_id}/clock?suppose=consultation&consultation-on=9-10"
        "&consultation-days=10&consultation-party=third_party"
    )
    words = text_of(page)
    assert "假如9月10日发函征求第三方意见，对方用 10 个工作日，9月23日收到意见" in words
    assert "法定期限 9月29日 周二 10月19日 周一 推后 10 个工作日" in words
    assert "9月11日至23日征求第三方意见，扣除 10 个工作日" in words
    assert 'value="9-10"' in page, "the question stays as it was typed"
    case = handler.read(f"/cases/{case_id}")
    assert "9月29日" in case, "nothing is recorded"


def test_if_an_extension_is_granted(handler, open_file) -> None:
    """Acceptance 33: received 09-01, twenty more days end on Mon 2026-11-02."""
    case_id = open_file("甲1号", SEPT[1])
    url = f"/cases/{case_id}/clock?suppose=extension&extension-on=2026-09-28&extension-days="
    assert "11月2日 周一 推后 20 个工作日" in text_of(handler.read(url + "20"))
    refused = text_of(handler.read(url + "21", status=422))
    assert "延长几个工作日：" in refused
    assert "条例第三十三条第二款" in refused
    assert "请填工作日数" in text_of(handler.read(url, status=422))
    too_late = f"/cases/{case_id}/clock?suppose=extension&extension-on=9-30&extension-days=5"
    assert "批准之日：" in text_of(handler.read(too_late, status=422))


def test_acceptance_25_if_the_correction_arrives(handler, open_file) -> None:
    """Received 2026-04-28, corrected on Sat 05-09, a workday: the 20 days end on 06-05."""
    asked = happened(ClockEventKind.CORRECTION_REQUESTED, date(2026, 5, 6))
    case_id = open_file("甲1号", date(2026, 4, 28), asked, state=State.AWAITING_CORRECTION)
    page = handler.read(f"/cases/{case_id}/clock?suppose=correction&correction-on=2026-05-09")
    words = text_of(page)
    assert "法定期限 停止计算 6月5日 周五 恢复计算" in words
    assert "consultation-on" not in page
    assert "correction-asked_on" not in page, "it was asked for already"


def test_if_a_correction_is_asked_for_and_arrives(handler, open_file) -> None:
    case_id = open_file("甲1号", SEPT[23])
    url = f"/cases/{case_id}/clock?suppose=correction&correction-on=10-12&correction-asked_on="
    words = text_of(handler.read(url + "9-28"))
    assert "假如9月28日告知补正，10月12日收到补正" in words
    # Twenty working days after Mon 10-12, no holiday between: Mon 11-09.
    assert "11月9日 周一" in words
    assert "请填告知补正之日" in text_of(handler.read(url, status=422))


def test_if_the_answer_comes_while_the_clock_stands_still(handler, open_file) -> None:
    case_id = open_file("甲1号", SEPT[1], *consulted(SEPT[10]))
    page = handler.read(f"/cases/{case_id}/clock?suppose=answer&answer-on=2026-09-23")
    words = text_of(page)
    assert "假如9月23日收到第三方的意见" in words
    assert "法定期限 停止计算 10月19日 周一 恢复计算" in words
    early = handler.read(f"/cases/{case_id}/clock?suppose=answer&answer-on=9-1", status=422)
    assert "收到意见之日：" in text_of(early)


@pytest.mark.parametrize("query", ["suppose=nothing", "suppose=answer", "suppose=", "suppose=%00"])
def test_a_question_that_is_not_on_the_page_is_not_answered(handler, open_file, query) -> None:
    case_id = open_file("甲1号", SEPT[1])
    assert "推算，尚未发生" not in handler.read(f"/cases/{case_id}/clock?{query}")


def test_an_answered_and_an_unconfirmed_case_have_nothing_to_suppose(handler, open_file) -> None:
    answered = open_file("甲1号", SEPT[1], replied_on=SEPT[22], state=State.DISPATCHED)
    assert "期限不再变化" in handler.read(f"/cases/{answered}/clock")
    waiting = open_file("甲2号", None)
    assert "期限不起算" in handler.read(f"/cases/{waiting}/clock")
    assert "没有可以说明的期限" in handler.read(f"/cases/{waiting}/clock/annex", status=422)


def test_the_2007_regulation_knows_no_correction(handler, open_file) -> None:
    case_id = open_file("甲1号", SEPT[1], statute=StatuteCode.REGULATION_2007)
    page = handler.read(f"/cases/{case_id}/clock")
    assert "correction-on" not in page
    assert "extension-on" in page


# --- 期限计算说明 ------------------------------------------------------------------------------


def test_the_annex_shows_every_day_its_reason_and_its_sources(handler, open_file) -> None:
    case_id = open_file("甲1号", SEPT[1], *consulted(SEPT[10], SEPT[23]))
    page = handler.read(f"/cases/{case_id}/clock/annex")
    words = text_of(page)
    assert "9.11 停 9.12 休" in words
    assert "10.10 第14日班 10.11 休" in words
    assert "10.19 第20日 （法限）" in words
    assert (
        "2026年9月11日至9月23日（10 个工作日） 征求第三方意见，不计入（条例第三十三条第三款） 不计"
        in words
    )
    assert "2026年10月1日至10月7日（7 天） 国庆节放假（国办发明电〔2025〕7号） 不计" in words
    assert "《中华人民共和国政府信息公开条例》（国务院令第711号）" in words
    assert "工作日历 2026-1 版" in words
    assert "国务院办公厅2026年部分节假日安排（国办发明电〔2025〕7号）" in words
    assert len(re.findall(r"第\d+日", words)) == 20
    assert "林" not in page.replace("临江", "")
    assert "柳湾村" not in page


def test_the_pdf_says_the_same_without_a_name(handler, open_file, tmp_path) -> None:
    case_id = open_file("甲1号", SEPT[1], *consulted(SEPT[10], SEPT[23]))
    answer = handler.get(f"/cases/{case_id}/clock/annex.pdf")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert "filename*=UTF-8''%E6%9C%9F" in answer.headers["Content-Disposition"]
    (tmp_path / "x.pdf").write_bytes(answer.data)
    reader = PdfReader(tmp_path / "x.pdf")
    text = "".join(page.extract_text() for page in reader.pages)
    plain = "".join(text.split())
    for words in ("期限计算说明", "甲1号", "9.11停", "10.10第14日班", "2026年10月19日", "不计入"):
        assert words in plain, words
    assert plain.count("第20日") == 1
    assert "林秀珍" not in plain
    assert len(reader.pages) == 1
    again = handler.get(f"/cases/{case_id}/clock/annex.pdf")
    assert again.data == answer.data


def test_a_stopped_clock_is_explained_as_far_as_it_ran(handler, open_file) -> None:
    case_id = open_file("甲1号", SEPT[1], *consulted(SEPT[10]))
    words = text_of(handler.read(f"/cases/{case_id}/clock/annex"))
    assert "法定期限 停止计算，恢复后推算" in words
    assert "9.28 停" in words
    assert handler.get(f"/cases/{case_id}/clock/annex.pdf").status_code == 200


def test_acceptance_13_a_closed_case_is_explained_by_the_calendar_it_was_judged_by(
    handler, open_file, keeper
) -> None:
    """Received Mon 2026-12-14; by weekends alone the 20th day was Mon 2027-01-11."""
    closed = open_file(
        "甲1号", date(2026, 12, 14), replied_on=date(2026, 12, 30), state=State.DISPATCHED
    )
    running = open_file("甲2号", date(2026, 12, 14))
    import_notice(keeper, NOTICE_2027)  # Fri 2027-01-01 is off: one day later
    words = text_of(handler.read(f"/cases/{closed}/clock/annex"))
    assert "日历版本 2026-1 版" in words
    assert "2027年1月11日（周一）" in words
    assert "按时答复" in words
    words = text_of(handler.read(f"/cases/{running}/clock/annex"))
    assert "日历版本 2026-1+2027-1 版" in words
    assert "2027年1月12日（周二）" in words
    assert NOTICE_2027.number in words


def test_an_old_case_is_explained_by_the_calendar_of_its_release(
    handler, open_file, session
) -> None:
    case_id = open_file(
        "甲1号", date(2019, 4, 2), replied_on=date(2019, 4, 28), state=State.DISPATCHED
    )
    session.get(Case, case_id).calendar_version = "2019-1"
    session.commit()
    words = text_of(handler.read(f"/cases/{case_id}/clock/annex"))
    assert "日历版本 2019-1 版" in words
    assert LABOUR_DAY_2019.number not in words
    session.get(Case, case_id).calendar_version = "1999-7"
    session.commit()
    words = text_of(handler.read(f"/cases/{case_id}/clock/annex"))
    assert "本件按日历 1999-7 版判定，该版本不在本系统内" in words


def test_local_days_off_of_the_cases_own_agency_are_in_its_annex(
    client, session, agency, keeper, open_file, log_in_as
) -> None:
    bureau = add_agency(session, code="QYSL", name="青沅市水利局", prefix="青水公开", parent=agency)
    case_id = open_file("乙1号", SEPT[28], at=bureau)
    local = replace(STATE_DAY, agency_code="QYSL")
    assert len(import_notice(keeper, local).moved) == 1
    log_in_as(client, Role.LEADER)  # of the agency above
    words = text_of(client.read(f"/cases/{case_id}/clock/annex"))
    assert "10.16 假" in words
    assert "日历版本 2026-1+L2026-1 版" in words
    assert "法定期限 11月2日 周一" in text_of(client.read(f"/cases/{case_id}/clock"))


def test_pages_reckon_by_the_readers_own_local_days_off(
    client, session, agency, keeper, log_in_as
) -> None:
    bureau = add_agency(session, code="QYSL", name="青沅市水利局", prefix="青水公开", parent=agency)
    import_notice(keeper, replace(STATE_DAY, agency_code="QYSL"))
    log_in_as(client, Role.CLERK, at=bureau)
    page = register(client)  # Mon 09-28; Fri 10-16 is off here: one day later than elsewhere
    words = text_of(client.read(page))
    assert "应答复（15 个工作日） 10月26日" in words
    assert "法定期限（20 个工作日） 11月2日" in words
    assert "日历 2026-1+L2026-1 版" in words
    assert "16<i>假</i>" in client.read("/calendar?year=2026")


def test_acceptance_48_another_agencys_clock_is_not_there(
    client, session, open_file, log_in_as
) -> None:
    case_id = open_file("甲1号", SEPT[1])
    other = add_agency(session, code="QYSL", name="青沅市水利局", prefix="青水公开")
    log_in_as(client, Role.HANDLER, at=other)
    for below in ("clock", "clock/annex", "clock/annex.pdf"):
        assert client.get(f"/cases/{case_id}/{below}").status_code == 404
    assert "甲1号" not in client.read("/watch")


def test_an_administrator_sees_neither_clock_nor_list(client, open_file, log_in_as) -> None:
    case_id = open_file("甲1号", SEPT[1])
    log_in_as(client, Role.SYSTEM_ADMIN)
    for url in ("/watch", f"/cases/{case_id}/clock", f"/cases/{case_id}/clock/annex"):
        assert client.get(url).status_code == 403


# --- 督办单 ------------------------------------------------------------------------------------


def numbers(page: str) -> list[str]:
    return re.findall(r'<th scope="row" class="cw-no"><a [^>]*>([^<]+)</a>', page)


@pytest.fixture
def some_cases(open_file) -> None:
    for day in (1, 3, 7, 8, 10, 14, 18, 22, 28):
        unit = "耕地保护科" if day % 2 else "规划科"
        open_file(f"甲{day}号", SEPT[day], unit=unit)
    open_file("甲90号", SEPT[1], *consulted(SEPT[10]))
    open_file("甲91号", SEPT[1], replied_on=SEPT[22], state=State.DISPATCHED)


@pytest.mark.usefixtures("some_cases")
@pytest.mark.parametrize("days", [None, 0, 3, 5, 20])
def test_the_watch_page_is_the_watch_list(handler, session, keeper, days) -> None:
    rows = list_due(
        session, actor=keeper.actor, calendar=keeper.calendar, today=keeper.today, days=days
    )
    page = handler.read("/watch" if days is None else f"/watch?days={days}")
    assert numbers(page) == [row.number for row in rows]
    assert "林秀珍" not in page
    if days is None:
        assert len(rows) == 9
        assert rows[0].number == "甲1号"
        assert "超期 4 个工作日" in text_of(page)


@pytest.mark.usefixtures("some_cases")
def test_the_watch_page_filters_by_unit_and_light(handler) -> None:
    everything = numbers(handler.read("/watch"))
    assert numbers(handler.read("/watch?unit=规划科")) == [
        one for one in everything if int(one[1:-1]) % 2 == 0
    ]
    by_light = [numbers(handler.read(f"/watch?light={one}")) for one in ("overdue", "due_soon")]
    by_light.append(numbers(handler.read("/watch?light=normal")))
    assert all(by_light)
    assert [one for rows in by_light for one in rows] == everything
    assert numbers(handler.read("/watch?light=stopped")) == everything
    assert "没有到期的案件" in handler.read("/watch?unit=没有的科")
    assert numbers(handler.read("/watch?days=-3")) == numbers(handler.read("/watch?days=0"))


# --- 暂定 --------------------------------------------------------------------------------------

MARK = '暂定</b><span class="visually-hidden">（放假安排尚未公布，公布后重新推算）'


def test_acceptance_10_provisional_limits_are_marked_wherever_they_stand(
    client, open_file, log_in_as
) -> None:
    """Received Mon 2026-12-14: 15th day Mon 2027-01-04, 20th Mon 01-11, both past the horizon."""
    late = open_file("甲1号", date(2026, 12, 14))
    early = open_file("甲2号", date(2026, 11, 2))
    log_in_as(client, Role.CLERK, Role.HANDLER, Role.LEGAL_REVIEWER, Role.LEADER)
    for url in ("/desk", "/cases", "/watch"):
        page = client.read(url)
        assert page.count(MARK) == 2, url
    for below in ("", "/clock", "/save-draft", "/extend"):
        page = client.read(f"/cases/{late}{below}")
        assert MARK in page, below
        assert MARK not in client.read(f"/cases/{early}{below}"), below
    annex = text_of(client.read(f"/cases/{late}/clock/annex"))
    assert "2027年的放假安排尚未公布，届满之日为暂定" in annex


def test_a_notice_makes_them_firm(client, open_file, keeper, log_in_as) -> None:
    open_file("甲1号", date(2026, 12, 14))
    import_notice(keeper, NOTICE_2027)
    log_in_as(client, Role.HANDLER)
    for url in ("/desk", "/cases", "/watch"):
        page = client.read(url)
        assert "2027年1月12日" in page, url
        assert MARK not in page, url


def test_the_case_page_tells_which_notice_moved_it_and_how_far(handler, open_file, keeper) -> None:
    case_id = open_file("甲1号", date(2026, 12, 14))
    import_notice(keeper, NOTICE_2027)
    words = text_of(handler.read(f"/cases/{case_id}"))
    assert "日历改动，期限变更" in words
    assert "应答复 2027年1月4日 → 2027年1月5日" in words
    assert "法定期限 2027年1月11日 → 2027年1月12日" in words
    assert "日历 2026-1+2027-1 版" in words


def test_the_lists_ask_a_fixed_number_of_queries(handler, session, open_file) -> None:
    asked: list[str] = []
    engine = session.connection().engine

    def count(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    case_id = open_file("甲0号", date(2026, 12, 14))
    costs = []
    event.listen(engine, "before_cursor_execute", count)
    try:
        for number in range(1, 4):
            for extra in range(5):
                open_file(f"甲{number}{extra}号", date(2026, 12, 14))
            cost = []
            for url in (
                "/watch",
                "/desk",
                f"/cases/{case_id}/clock",
                f"/cases/{case_id}/clock/annex",
            ):
                asked.clear()
                handler.read(url)
                cost.append(len([one for one in asked if one.lstrip().startswith("SELECT")]))
            costs.append(tuple(cost))
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert len(set(costs)) == 1, costs
    assert costs[0][0] <= 8, costs
