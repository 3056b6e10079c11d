"""The year, the notices behind it, and the road of a new one: preview first, then one act."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sqlalchemy import event, func, select

from casework.cli import main
from casework.domain.permissions import Role
from casework.domain.statutes import StatuteCode
from casework.models import CalendarVersion, Case, Event
from casework.queries.calendar import current_calendar
from casework.services.calendar import import_notice
from casework.services.case_file import reckon_dates
from tests.conftest import add_agency
from tests.services.test_calendar import BEFORE, NOTICE_2027, add_case
from tests.web.conftest import hidden_fields, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.models import Agency
    from casework.services.desk import Desk
    from tests.web.conftest import Browser

TYPED_2019 = {
    "kind": "national",
    "agency_code": "",
    "title": "",
    "number": "国办发明电〔2019〕3号",
    "issued_on": "2019-03-22",
    "year": "2019",
    "days": "2019-04-28 上班 劳动节\r\n2019-05-01 放假 劳动节\r\n2019-05-02 放假 劳动节\r\n"
    "2019-05-03 放假 劳动节\r\n2019-05-04 放假 劳动节\r\n2019-05-05 上班 劳动节",
}
OCTOBER_2027 = replace(NOTICE_2027, number="国办发明电〔2026〕8号", days=NOTICE_2027.days[-7:])
FILE_2027 = {
    "year": 2027,
    "number": NOTICE_2027.number,
    "issued_on": "2026-11-04",
    "days": [
        {"on": day.on.isoformat(), "kind": day.kind.value, "name": day.name}
        for day in NOTICE_2027.days
    ],
}


@pytest.fixture
def spring_2019(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program as it shipped on 2019-03-21: the Labour Day notice is not known."""
    monkeypatch.setattr("casework.queries.calendar.shipped_calendar", lambda: BEFORE)


@pytest.fixture
def keeper(desk_for) -> Desk:
    return desk_for(Role.SYSTEM_ADMIN)


@pytest.fixture
def open_file(session: Session, agency: Agency, keeper: Desk) -> Callable[..., int]:
    """Put an open case on file with the dates of the calendar in force; returns its id."""

    def put(number: str, received_on: date, *, at: Agency = agency, **facts: object) -> int:
        case = add_case(session, at, number, received_on, **facts)
        reckon_dates(replace(keeper, calendar=current_calendar(session)), case)
        case_id = case.id  # asked for after the commit it would begin another transaction
        session.commit()
        return case_id

    return put


@pytest.fixture
def admin(client: Browser, log_in_as) -> Browser:
    log_in_as(client, Role.SYSTEM_ADMIN)
    return client


def upload(browser: Browser, name: str, content: bytes, **fields: str):
    return browser.submit(
        "/calendar/notice",
        kind="national",
        agency_code="",
        days="",
        file=(BytesIO(content), name),
        **fields,
    )


def agree(browser: Browser, preview: str):
    """Press the preview page's button: its first form, posted as it stands."""
    form = preview[preview.index('action="/calendar/notice/import"') :]
    fields = hidden_fields(form[: form.index("</form>")])
    return browser.post("/calendar/notice/import", data=fields)


def test_a_year_names_its_three_kinds_of_day_and_its_notice(client, log_in_as) -> None:
    log_in_as(client, Role.CLERK)
    page = client.read("/calendar?year=2026")
    assert '2026 年 <small class="cw-mute">248 个工作日' in page
    words = text_of(page)
    assert "国办发明电〔2025〕7号" in words
    assert "2025年11月4日发布" in words
    # Sat 2026-10-10 is worked, Thu 10-01 is off, Sun 10-11 is a plain Sunday.
    assert 'd-mkp">10<i>班</i><span class="visually-hidden">国庆节调休上班</span>' in page
    assert 'd-hol">1<i>假</i><span class="visually-hidden">国庆节放假</span>' in page
    assert 'd-wkd">11<span class="visually-hidden">周日休息</span>' in page
    assert "28<i>今</i>" in page
    assert "/calendar/notice" not in page, "only the 系统管理员 changes the calendar"


def test_acceptance_10_years_past_the_horizon_are_provisional(client, log_in_as, open_file) -> None:
    open_file("甲1号", date(2026, 12, 1))  # Tue; 20th working day Tue 2026-12-29
    open_file("甲2号", date(2026, 12, 7))  # Mon; the 20th by weekends alone: Mon 2027-01-04
    log_in_as(client, Role.CLERK)
    for year in (2026, 2027, 2028):
        words = text_of(client.read(f"/calendar?year={year}"))
        unknown = max(year, 2027)
        assert f"{unknown} 年放假通知尚未公布。 落到 {unknown} 年的期限先按周末推算" in words
        assert "标“暂定”，通知导入后自动重算。目前 1 件。" in words
    page = text_of(client.read("/calendar?year=2027"))
    assert "261 个工作日（暂定）" in page  # 365 days less 52 Saturdays and 52 Sundays
    assert "2027 年全年暂定" in page
    assert client.get("/calendar?year=2007").status_code == 404
    assert client.get("/calendar?year=2029").status_code == 404


@pytest.mark.usefixtures("spring_2019")
def test_acceptance_11_typed_preview_and_import_move_a_case_earlier(
    admin, session: Session, open_file, refresh
) -> None:
    """Tue 2019-04-02 → 2019-05-02 becomes 04-30; Wed 04-03 moves later (acceptance 12)."""
    open_file("甲1号", date(2019, 4, 2), statute=StatuteCode.REGULATION_2019)
    open_file("甲2号", date(2019, 4, 3), statute=StatuteCode.REGULATION_2019)
    before = {
        case.number: (case.office_due_on, case.due_on) for case in session.scalars(select(Case))
    }

    answer = admin.submit("/calendar/notice", **TYPED_2019)
    page = answer.get_data(as_text=True)
    words = text_of(page)
    assert answer.status_code == 200, words
    assert words.index("甲1号") < words.index("甲2号")
    assert "2 件 在办案件的期限会变，其中 1 件提前" in words
    assert "2019年5月2日 → 2019年4月30日 周二" in words
    assert "2019年5月3日 → 2019年5月5日 周日" in words
    assert '<span class="cw-late"><svg' in page
    assert "<b>提前</b>" in page
    assert "2019年4月28日（周日） 周日休息 班 劳动节调休上班" in words
    assert "林秀珍" not in page
    assert "柳湾村" not in page
    assert "/cases/" not in page, "an administrator opens no case"

    refresh()
    assert session.scalar(select(func.count()).select_from(CalendarVersion)) == 0
    assert session.scalar(select(func.count()).select_from(Event).where(Event.case_id > 0)) == 0
    for case in session.scalars(select(Case)):
        assert (case.office_due_on, case.due_on) == before[case.number]

    answer = agree(admin, page)
    assert answer.status_code == 302, text_of(answer.get_data(as_text=True))
    assert answer.location == "/calendar/versions/2019-2"
    refresh()
    dates = {case.number: case.due_on for case in session.scalars(select(Case))}
    assert dates == {"甲1号": date(2019, 4, 30), "甲2号": date(2019, 5, 5)}

    result = admin.read(answer.location)
    words = text_of(result)
    assert "其中 1 件提前" in words
    assert words.index("甲1号") < words.index("甲2号")
    assert "2019年5月2日 → 2019年4月30日 周二" in words
    assert "web-system_admin" in words
    assert "/cases/" not in result
    assert "/calendar/versions/2019-2" in admin.read("/calendar?year=2019")

    again = admin.submit("/calendar/notice", **TYPED_2019)
    words = text_of(again.get_data(as_text=True))
    assert "已包含这份通知" in words
    assert "启用 " not in words.replace("启用前", "")


@pytest.mark.usefixtures("spring_2019")
def test_acceptance_19_page_and_command_preview_the_same(
    app, admin, open_file, refresh, tmp_path, monkeypatch
) -> None:
    for number in range(1, 13):
        open_file(f"甲{number}号", date(2019, 4, number), statute=StatuteCode.REGULATION_2019)
    file = tmp_path / "notice.csv"
    lines = [line.replace(" ", ",") for line in TYPED_2019["days"].splitlines()]
    facts = [f"文号,{TYPED_2019['number']}", "年份,2019", "发布日期,2019-03-22", "日期,类型,名称"]
    file.write_text("\n".join([*facts, *lines]), encoding="utf-8")
    monkeypatch.setattr("casework.cli.context.make_app", lambda: app)
    refresh()
    result = CliRunner().invoke(main, ["calendar", "import", str(file), "--preview", "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)

    page = admin.submit("/calendar/notice", **TYPED_2019).get_data(as_text=True)
    table = page[page.index("<caption") : page.index("</table>")]
    rows = [text_of(row) for row in table.split("<tr>")[2:]]
    assert len(rows) == len(told["moved"]) > 3
    words = {"earlier": "提前", "later": "推后"}
    for row, case in zip(rows, told["moved"], strict=True):
        assert row.split()[:2] == [words[case["direction"]], case["number"]]
        for move in (case["office_due_on"], case["due_on"]):
            new = date.fromisoformat(move["new"])
            assert f"{new.year}年{new.month}月{new.day}日" in row
    earlier = sum(case["direction"] == "earlier" for case in told["moved"])
    assert f"{len(rows)} 件 在办案件的期限会变，其中 {earlier} 件提前" in text_of(page)


def test_a_file_and_a_typed_notice_come_to_the_same(admin, session, refresh) -> None:
    content = json.dumps(FILE_2027).encode()
    page = upload(admin, "2027.json", content).get_data(as_text=True)
    assert "启用 2027-1 版日历" in page, text_of(page)
    assert agree(admin, page).status_code == 302
    refresh()
    version = session.scalars(select(CalendarVersion)).one()
    assert version.sha256 == NOTICE_2027.sha256
    assert version.author == "web-system_admin"
    assert version.issued_on == date(2026, 11, 4)
    typed = "\n".join(f"{d.on:%Y年%m月%d日} {d.kind.label}　{d.name}" for d in NOTICE_2027.days)
    again = admin.submit(
        "/calendar/notice", kind="national", number=NOTICE_2027.number, days=typed, agency_code=""
    )
    assert "已包含这份通知" in text_of(again.get_data(as_text=True))
    assert "全年暂定" not in admin.read("/calendar?year=2027")
    assert "2028 年放假通知尚未公布" in admin.read("/calendar?year=2027")


def test_a_csv_lacking_its_number_takes_the_one_typed_beside_it(admin) -> None:
    content = "日期,类型,名称\n2027-01-01,放假,元旦\n".encode()
    refused = upload(admin, "2027.csv", content)
    assert refused.status_code == 422
    assert "缺少文号" in refused.get_data(as_text=True)
    answer = upload(admin, "2027.csv", content, number="国办发明电(2026)9号")
    assert "国办发明电〔2026〕9号" in answer.get_data(as_text=True)


def test_acceptance_14_errors_come_by_line_and_keep_what_was_typed(admin, session, refresh) -> None:
    typed = (
        "2027-01-01 放假 元旦\n"
        "2027-01-01 上班 元旦\n"
        "\n"
        "2028-03-09 放假 春节\n"
        "放假 2027-02-08 春节\n"
        "2027-02-30 放假 春节\n"
        "2027-02-09 放假\n"
    )
    answer = admin.submit(
        "/calendar/notice", kind="national", number="", year="2027", days=typed, agency_code=""
    )
    page = answer.get_data(as_text=True)
    words = text_of(page)
    assert answer.status_code == 422
    assert "第2行：2027-01-01 在第1行写的是放假，这里写的是上班" in words
    assert "第4行：2028-03-09 不在 2027 年" in words
    assert "第5行：" in words
    assert "第6行：日期“2027-02-30”不是日历上有的日期" in words
    assert "第7行：缺少名称" in words
    assert '<a href="#number">文号：缺少文号' in page
    assert typed.strip() in html.unescape(page).replace("\r", "")
    refresh()
    assert session.scalar(select(func.count()).select_from(CalendarVersion)) == 0


def test_a_file_with_errors_names_its_own_lines(admin) -> None:
    content = "文号,国办发明电〔2026〕9号\n日期,类型,名称\n01/02/2027,放假,元旦\n".encode()
    answer = upload(admin, "2027.csv", content)
    words = text_of(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "通知文件：第3行：日期“01/02/2027”的次序看不准" in words


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("2027.pdf", b"%PDF", "请选择 .json、.csv 或者 .xlsx 文件"),
        ("2027.json", b"{", "不合 JSON 写法"),
        ("2027.csv", "一,二\n".encode(), "找不到表头"),
    ],
)
def test_a_file_of_no_use_is_said_so_on_its_field(admin, name, content, sentence) -> None:
    answer = upload(admin, name, content)
    assert answer.status_code == 422
    assert sentence in text_of(answer.get_data(as_text=True))


def test_a_file_and_typed_lines_together_are_refused(admin) -> None:
    answer = admin.submit(
        "/calendar/notice",
        **(TYPED_2019 | {"file": (BytesIO(json.dumps(FILE_2027).encode()), "2027.json")}),
    )
    assert answer.status_code == 422
    assert "只用一种" in answer.get_data(as_text=True)


def test_back_from_the_preview_everything_stands_as_typed(admin) -> None:
    page = upload(admin, "2027.json", json.dumps(FILE_2027).encode()).get_data(as_text=True)
    back = page[page.rindex('action="/calendar/notice"') :]
    fields = hidden_fields(back[: back.index("</form>")]) | {"do": "edit"}
    form = admin.post("/calendar/notice", data=fields).get_data(as_text=True)
    assert "2027-02-14 上班 春节" in form
    assert f'value="{NOTICE_2027.number}"' in form


def test_an_agreement_to_an_outdated_preview_shows_the_preview_anew(
    admin, session, keeper, refresh
) -> None:
    page = upload(admin, "2027.json", json.dumps(FILE_2027).encode()).get_data(as_text=True)
    import_notice(keeper, OCTOBER_2027)
    answer = agree(admin, page)
    assert answer.status_code == 200
    words = text_of(answer.get_data(as_text=True))
    assert "您看过预演之后，日历有了改动" in words
    refresh()
    assert session.scalar(select(func.count()).select_from(CalendarVersion)) == 1
    assert agree(admin, answer.get_data(as_text=True)).status_code == 302


def test_tampered_content_is_shown_and_not_imported(admin, session, refresh) -> None:
    page = upload(admin, "2027.json", json.dumps(FILE_2027).encode()).get_data(as_text=True)
    answer = agree(admin, page.replace("2027-01-01 放假 元旦", "2027-01-04 放假 元旦"))
    assert answer.status_code == 200
    assert "请再看一遍" in answer.get_data(as_text=True)
    refresh()
    assert session.scalar(select(func.count()).select_from(CalendarVersion)) == 0


def test_local_days_off_hold_for_the_chosen_agency(
    admin, session, agency, open_file, refresh
) -> None:
    bureau = add_agency(session, code="QYSL", name="青沅市水利局", prefix="青水公开", parent=agency)
    mine = open_file("甲1号", date(2026, 9, 28))  # Mon; 20th working day Fri 2026-10-30
    theirs = open_file("乙1号", date(2026, 9, 28), at=bureau)
    answer = admin.submit(
        "/calendar/notice",
        kind="local",
        agency_code="QYSL",
        title="州庆放假通知",
        days="2026-10-16 放假 州庆",
    )
    page = answer.get_data(as_text=True)
    words = text_of(page)
    assert "1 件 在办案件的期限会变，其中 没有提前的" in words
    assert "乙1号" in words
    assert "甲1号" not in words
    assert "2026年10月16日（周五） 工作日 休 州庆放假" in words
    assert agree(admin, page).location == "/calendar/versions/L2026-1"
    refresh()
    assert session.get(Case, mine).due_on == date(2026, 10, 30)
    assert session.get(Case, theirs).due_on == date(2026, 11, 2)
    assert "青沅市水利局及下级" in text_of(admin.read("/calendar"))


@pytest.mark.parametrize("role", [Role.CLERK, Role.LEADER, Role.STATISTICIAN])
def test_only_the_system_administrator_changes_the_calendar(client, log_in_as, role) -> None:
    log_in_as(client, role)
    assert client.get("/calendar/notice").status_code == 403
    token = hidden_fields(client.read("/keys"))["csrf_token"]
    for url in ("/calendar/notice", "/calendar/notice/import"):
        assert client.post(url, data=TYPED_2019 | {"csrf_token": token}).status_code == 403


def test_an_administrator_below_the_top_changes_nothing_for_all(
    client, session, agency, log_in_as
) -> None:
    bureau = add_agency(session, code="QYSL", name="青沅市水利局", prefix="青水公开", parent=agency)
    log_in_as(client, Role.SYSTEM_ADMIN, at=bureau)
    answer = client.submit("/calendar/notice", **TYPED_2019)
    assert answer.status_code == 403
    assert "请由最上级机关的系统管理员更改" in answer.get_data(as_text=True)


def test_a_version_shows_only_the_readers_own_cases(
    client, session, agency, keeper, log_in_as, open_file
) -> None:
    bureau = add_agency(session, code="QYSL", name="青沅市水利局", prefix="青水公开", parent=agency)
    open_file("甲1号", date(2026, 12, 14))
    open_file("乙1号", date(2026, 12, 14), at=bureau)
    assert len(import_notice(keeper, NOTICE_2027).moved) == 2
    log_in_as(client, Role.CLERK, at=bureau)
    page = client.read("/calendar/versions/2027-1")
    assert "乙1号" in page
    assert "甲1号" not in page
    assert "/cases/" in page
    assert client.get("/calendar/versions/2031-1").status_code == 404


def test_the_pages_ask_a_fixed_number_of_queries(admin, session: Session, open_file) -> None:
    asked: list[str] = []
    connection = session.connection()

    def count(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    def cost(read) -> int:
        asked.clear()
        read()
        return len([one for one in asked if one.lstrip().upper().startswith("SELECT")])

    event.listen(connection.engine, "before_cursor_execute", count)
    try:
        open_file("甲0号", date(2026, 12, 14))
        costs = []
        for number in range(1, 4):
            for extra in range(5):
                open_file(f"甲{number}{extra}号", date(2026, 12, 14))
            year = cost(lambda: admin.read("/calendar?year=2027"))
            page = admin.read("/calendar/notice")
            fields = hidden_fields(page) | {
                "kind": "national",
                "agency_code": "",
                "number": NOTICE_2027.number,
                "days": "2027-01-01 放假 元旦",
            }
            preview = cost(lambda fields=fields: admin.post("/calendar/notice", data=fields))
            costs.append((year, preview))
    finally:
        event.remove(connection.engine, "before_cursor_execute", count)
    assert len(set(costs)) == 1, costs
    assert costs[0][0] <= 8
    assert costs[0][1] <= 16
