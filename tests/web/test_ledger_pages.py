from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select, update
from sqlalchemy.orm import undefer

from casework.domain import time_source
from casework.domain.application import ApplicantType, Channel
from casework.domain.ledger import LedgerRow
from casework.domain.ledger_header import REASON
from casework.domain.permissions import Role
from casework.models import Case, Event, LedgerMapping, LedgerUpload
from casework.web.ledger import running
from casework.web.ledger.routes import masked_row
from tests.conftest import NOW, PASSWORD
from tests.web.conftest import hidden_fields, text_of

HEADER = "申请方式,收到日期,申请人,申请内容,联系电话"
GOOD = "当面,2018-02-09,林秀珍,柳湾村征地补偿方案,13812342217"
BAD = "飞鸽传书,2018-13-40,,,"


@pytest.fixture
def clerk(client, log_in_as):
    log_in_as(client, Role.CLERK)
    return client


def upload(client, text: str | bytes, *, name: str = "台账.csv"):
    """Put a file on the table; return the answer."""
    fields = hidden_fields(client.read("/ledger"))
    content = text.encode() if isinstance(text, str) else text
    return client.post("/ledger", data=fields | {"file": (BytesIO(content), name)})


def choices(page: str) -> dict[str, str]:
    """Return what a form's selects have chosen, by name."""
    chosen = {}
    for name, body in re.findall(
        r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL
    ):
        found = re.search(r'<option value="([^"]*)" selected>', body)
        chosen[name] = found[1] if found else ""
    return chosen


def go_on(client, where: str, do: str, **changes: str):
    """Press a button of the columns page, with some selects changed."""
    page = client.read(where)
    fields = hidden_fields(page) | choices(page) | changes
    return client.post(where.partition("?")[0], data=fields | {"do": do})


def take_in(client, text: str, do: str = "import") -> str:
    """Upload a file and press on; return what the result page says."""
    where = upload(client, text).location
    answer = go_on(client, where, do)
    assert answer.status_code == 302, text_of(answer.get_data(as_text=True))
    return text_of(client.read(answer.location))


def count_cases(session) -> int:
    return session.scalar(select(func.count()).select_from(Case))


def test_a_look_beforehand_keeps_nothing_and_names_each_fault(clerk, session, refresh) -> None:
    shown = take_in(clerk, f"{HEADER}\n{GOOD}\n{BAD}\n", "check")
    assert "1 可以导入" in shown
    assert "1 行不能导入，共 4 处" in shown
    assert "飞鸽传书" in shown
    refresh()
    assert count_cases(session) == 0


def test_an_import_takes_in_what_is_understood_once(clerk, session, refresh) -> None:
    for new, known in ((1, 0), (0, 1)):
        shown = take_in(clerk, f"{HEADER}\n{GOOD}\n")
        assert f"{new} 已导入 {known} 系统里已有，不改动" in shown
    refresh()
    assert count_cases(session) == 1


def test_what_was_checked_is_imported_with_one_more_press(clerk, session, refresh) -> None:
    where = upload(clerk, f"{HEADER}\n{GOOD}\n").location
    checked = go_on(clerk, where, "check").location
    assert "导入 1 行" in clerk.read(checked)
    fields = hidden_fields(clerk.read(checked))
    answer = clerk.post(f"{where}/run", data=fields | {"do": "import"})
    assert "导入结果" in clerk.read(answer.location)
    refresh()
    assert count_cases(session) == 1


def test_what_is_no_ledger_is_refused_in_words(clerk) -> None:
    answer = upload(clerk, "PK\x03\x04", name="宏.xlsm")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.get_data(as_text=True)
    fields = hidden_fields(clerk.read("/ledger"))
    answer = clerk.post("/ledger", data=fields)
    assert answer.status_code == 422
    assert "请选择台账文件" in answer.get_data(as_text=True)


OWN = (
    "二〇一八年登记簿,,,,\n来件日,何人,想要什么,从哪来,批示\n"
    "2018.2.9,林秀珍,柳湾村征地补偿方案,EMS,请办\n2018-03-01,王大伟,某路工程的环评批复,飞鸽,阅\n"
)


def test_columns_under_names_of_their_own_are_guessed_corrected_and_remembered(
    clerk, session, refresh
) -> None:
    where = upload(clerk, OWN).location
    page = clerk.read(where)
    # No name is known, so the first guess has no header; the clerk says where it is.
    answer = go_on(clerk, where, "check", header_row="2")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200, "another header row is shown before it counts"
    assert choices(page) == {
        "c0": "received_on",
        "c1": "name",
        "c2": "request_text",
        "c3": "",
        "c4": "",
        "header_row": "2",
        "channel": "",
    }
    assert "按内容猜的，请核对" in page
    assert "2018.2.9、2018-03-01" in page
    answer = go_on(clerk, where, "check")
    assert answer.status_code == 422
    assert "表头里没有申请方式" in answer.get_data(as_text=True)
    page = go_on(clerk, where, "look", c3="channel").get_data(as_text=True)
    shown = text_of(page)
    assert "林秀珍" in shown
    assert "2018-02-09" in shown, "the preview shows the day as it would be read"
    assert "信函" in shown, "and EMS as what it means"
    assert "申请方式“飞鸽”看不懂" in shown
    result = go_on(clerk, where, "import", c3="channel").location
    assert "1 已导入" in text_of(clerk.read(result))
    # The next file of the same make needs no choice.
    where = upload(clerk, OWN.replace("2018.2.9", "2018.2.12")).location
    page = clerk.read(where)
    assert choices(page)["c3"] == "channel"
    assert "您选的" in page
    refresh()
    kept = session.scalars(select(LedgerMapping)).one()
    assert kept.columns["slots"] == ["received_on", "name", "request_text", "channel", ""]


def test_one_thing_twice_is_refused_by_the_columns_names(clerk) -> None:
    where = upload(clerk, f"{HEADER}\n{GOOD}\n").location
    answer = go_on(clerk, where, "check", c4="name")
    assert answer.status_code == 422
    assert "“申请人”和“联系电话”都对应了“申请人”" in answer.get_data(as_text=True)
    assert choices(answer.get_data(as_text=True))["c4"] == "name", "what was chosen stays"
    answer = go_on(clerk, where, "check", c4="nonsense")
    assert answer.status_code == 422


def test_a_channel_can_be_said_for_the_whole_sheet(clerk, session, refresh) -> None:
    where = upload(clerk, "收到日期,申请人,申请内容\n2018-02-09,林秀珍,补偿方案\n").location
    result = go_on(clerk, where, "import", channel="mail").location
    assert "1 已导入" in text_of(clerk.read(result))
    refresh()
    assert session.scalars(select(Case)).one().channel is Channel.MAIL


def test_the_wrong_rows_come_back_as_their_own_table_with_reasons(clerk) -> None:
    formula = "当面,2018-02-30,=1+1,补偿方案,"
    where = upload(clerk, f"台账,,,,\n{HEADER}\n{GOOD}\n{formula}\n").location
    go_on(clerk, where, "check")
    for rows, expected in (("wrong", 1), ("all", 2)):
        answer = clerk.get(f"{where}/reasons.xlsx?rows={rows}")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        sheet = load_workbook(BytesIO(answer.data)).active
        table = [[cell.value for cell in row] for row in sheet]
        assert table[0][0] == "台账"
        assert table[1] == [*HEADER.split(","), REASON]
        assert len(table) == 2 + expected
        assert table[-1][:4] == ["当面", "2018-02-30", "=1+1", "补偿方案"]
        assert "不是日历上有的日期" in table[-1][5]
        assert sheet.cell(len(table), 3).data_type == "s", "text, not a formula"
    # Put right and handed in again, with our column still in it.
    sheet.cell(4, 2).value = "2018-02-28"
    sheet.cell(4, 3).value = "王大伟"
    corrected = BytesIO()
    sheet.parent.save(corrected)
    where = upload(clerk, corrected.getvalue(), name="改好.xlsx").location
    assert f"“{REASON}”列对应" not in clerk.read(where)
    assert "2 已导入" in text_of(clerk.read(go_on(clerk, where, "import").location))


def test_a_file_is_its_bringers_alone_and_can_be_thrown_away(
    clerk, second_browser, log_in_as
) -> None:
    where = upload(clerk, f"{HEADER}\n{GOOD}\n").location
    log_in_as(second_browser, Role.CLERK, Role.STATISTICIAN)
    for page in (where, f"{where}/reasons.xlsx"):
        assert second_browser.get(page).status_code == 404
    assert "台账.csv" not in second_browser.read("/ledger")
    assert "台账.csv" in clerk.read("/ledger")
    answer = clerk.post(f"{where}/discard", data=hidden_fields(clerk.read(where)))
    assert answer.status_code == 302
    assert "已删除上传的文件" in clerk.read("/ledger")
    assert clerk.get(where).status_code == 404


def test_a_file_is_gone_after_a_week(clerk, session, refresh, monkeypatch) -> None:
    where = upload(clerk, f"{HEADER}\n{GOOD}\n").location
    monkeypatch.setattr(time_source, "now", lambda: NOW + timedelta(days=8))
    clerk.submit("/login", login="web-clerk", password=PASSWORD)
    upload(clerk, f"{HEADER}\n{GOOD}\n")
    assert clerk.get(where).status_code == 404
    refresh()
    held = session.scalars(select(LedgerUpload.id).where(LedgerUpload.content.is_not(None))).all()
    assert len(held) == 1


def test_nothing_of_a_file_lies_open_in_the_database(clerk, session, refresh) -> None:
    where = upload(clerk, f"{HEADER}\n{GOOD}\n{BAD}\n").location
    go_on(clerk, where, "check")
    refresh()
    query = select(LedgerUpload).options(undefer("*"))
    [row] = session.scalars(query).all()
    for column in (row.content, row.head, row.report):
        assert column
        assert "林秀珍".encode() not in column
        assert b"13812342217" not in column


def begin(client, text: str):
    """Press 导入 while the process that should do it never comes to life."""
    where = upload(client, text).location
    return where, go_on(client, where, "import").location


def test_a_page_that_waits_tells_how_far_it_is_and_asks_again(
    clerk, session, refresh, monkeypatch
) -> None:
    monkeypatch.setattr(running, "run", lambda *_args, **_options: None)
    where, page = begin(clerk, f"{HEADER}\n{GOOD}\n")
    refresh()
    session.execute(update(LedgerUpload).values(rows_done=1200, rows_total=3000))
    session.commit()
    answer = clerk.get(page)
    text = answer.get_data(as_text=True)
    assert answer.headers["Refresh"] == "3"
    assert "已核对 1,200 行，共约 3,000 行" in text_of(text)
    assert '<progress class="w-100" id="bar" max="3000" value="1200">' in text
    assert "Refresh" not in clerk.get(f"{page}?still=1").headers, "one can stop it"
    answer = clerk.post(f"{where}/run", data=hidden_fields(text) | {"do": "import"})
    assert answer.status_code == 422
    assert "请等它办完" in answer.get_data(as_text=True)


def test_a_run_that_died_is_said_to_have_written_nothing(
    clerk, session, refresh, monkeypatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(running, "run", lambda *_args, **_options: None)
        where, page = begin(clerk, f"{HEADER}\n{GOOD}\n")
    refresh()
    session.execute(update(LedgerUpload).values(lease_until=NOW - timedelta(seconds=1)))
    session.commit()
    shown = text_of(clerk.read(page))
    assert "中断了" in shown
    assert "什么也没有写入" in shown
    assert "中断了，没有写入" in text_of(clerk.read("/ledger"))
    answer = clerk.post(f"{where}/run", data=hidden_fields(clerk.read(page)) | {"do": "import"})
    assert "1 已导入" in text_of(clerk.read(answer.location))


def test_the_history_names_each_import_and_takes_one_back(clerk, session, refresh) -> None:
    take_in(clerk, f"{HEADER}\n{GOOD}\n{BAD}\n")
    history = clerk.read("/ledger/imports")
    assert "台账.csv" in history
    [where] = re.findall(r'href="(/ledger/imports/\d+)"', history)
    answer = clerk.submit(where, reason="")
    assert answer.status_code == 422
    answer = clerk.submit(where, reason="导错了年份")
    assert answer.status_code == 302
    assert "已撤销" in clerk.read("/ledger/imports")
    assert "导错了年份" in clerk.read(where)
    refresh()
    assert count_cases(session) == 0


def test_a_case_from_a_ledger_is_marked_with_its_row(clerk, session, refresh) -> None:
    take_in(clerk, f"{HEADER}\n{BAD}\n{GOOD}\n")
    refresh()
    case = session.scalars(select(Case)).one()
    shown = text_of(clerk.read(f"/cases/{case.id}"))
    assert "由台账导入 （“台账.csv”第 3 行" in shown
    assert "照台账所载，计入年度统计" in shown


def test_an_import_that_was_worked_on_names_the_cases_instead(clerk, session, refresh) -> None:
    take_in(clerk, f"{HEADER}\n{GOOD}\n")
    refresh()
    case = session.scalars(select(Case)).one()
    where = f"/cases/{case.id}"
    clerk.submit(f"{where}/comment", page=where, body="请核对")
    [page] = re.findall(r'href="(/ledger/imports/\d+)"', clerk.read("/ledger/imports"))
    text = clerk.read(page)
    assert "导入以后办理过 1 件" in text
    assert case.number in text
    assert "撤销导入，去掉" not in text


def test_an_export_masks_personal_data_unless_asked_and_is_on_record(
    clerk, session, refresh
) -> None:
    take_in(clerk, f"{HEADER}\n{GOOD}\n")
    answer = clerk.submit("/ledger/export", page="/ledger", year="2018", kind=".xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    cells = {str(cell.value) for row in load_workbook(BytesIO(answer.data)).active for cell in row}
    assert "林＊珍" in cells
    assert "13812342217" not in cells
    answer = clerk.submit("/ledger/export", page="/ledger", year="2018", kind=".csv", full="1")
    assert "13812342217" in answer.data.decode("utf-8-sig")
    refresh()
    events = session.scalars(select(Event).where(Event.action == "export_ledger")).all()
    assert [event.detail["full"] for event in events] == [False, True]


def test_who_may_not_see_all_cannot_export_all(client, log_in_as) -> None:
    log_in_as(client, Role.STATISTICIAN)
    assert 'name="full"' not in client.read("/ledger")
    answer = client.submit("/ledger/export", page="/ledger", year="2018", kind=".csv", full="1")
    assert answer.status_code == 403
    answer = client.submit("/ledger/export", page="/ledger", year="2018", kind=".exe")
    assert answer.status_code == 422


def test_a_masked_row_keeps_everything_that_is_not_personal() -> None:
    row = LedgerRow(
        received_on=date(2018, 2, 9),
        channel=Channel.MAIL,
        applicant_type=ApplicantType.NATURAL_PERSON,
        name="林秀珍",
        request_text="补偿方案",
        id_number="11010519491231002X",
        phone="13812342217",
        address="青沅市临江区文昌路88号",
        postcode="610000",
        email="lin@example.cn",
    )
    masked = masked_row(row)
    assert masked.request_text == row.request_text
    assert masked.received_on == row.received_on
    shown = repr(masked)
    for secret in ("林秀珍", "11010519491231002X", "13812342217", "文昌路", "610000", "lin@"):
        assert secret not in shown
