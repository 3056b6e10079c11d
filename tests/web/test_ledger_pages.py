from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from casework.domain.application import ApplicantType, Channel
from casework.domain.ledger import LedgerRow
from casework.domain.permissions import Role
from casework.models import Case, Event
from casework.web.ledger.routes import masked_row
from tests.web.conftest import hidden_fields, text_of

HEADER = "申请方式,收到日期,申请人,申请内容,联系电话"
GOOD = "当面,2018-02-09,林秀珍,柳湾村征地补偿方案,13812342217"
BAD = "飞鸽传书,2018-13-40,,,"


@pytest.fixture
def clerk(client, log_in_as):
    log_in_as(client, Role.CLERK)
    return client


def upload(client, text: str, *, do: str, name: str = "台账.csv"):
    fields = hidden_fields(client.read("/ledger"))
    file = (BytesIO(text.encode()), name)
    return client.post("/ledger", data=fields | {"do": do, "file": file})


def count_cases(session) -> int:
    return session.scalar(select(func.count()).select_from(Case))


def test_a_look_beforehand_keeps_nothing_and_names_each_fault(clerk, session, refresh) -> None:
    answer = upload(clerk, f"{HEADER}\n{GOOD}\n{BAD}\n", do="check")
    shown = text_of(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert "1 行 可以导入" in shown
    assert "1 行 不能导入" in shown
    assert "飞鸽传书" in shown
    refresh()
    assert count_cases(session) == 0


def test_an_import_takes_in_what_is_understood_once(clerk, session, refresh) -> None:
    for expected in ("1 行 已导入", "0 行 已导入"):
        answer = upload(clerk, f"{HEADER}\n{GOOD}\n", do="import")
        assert expected in text_of(answer.get_data(as_text=True))
    refresh()
    assert count_cases(session) == 1


def test_what_is_no_ledger_is_refused_in_words(clerk) -> None:
    answer = upload(clerk, "PK\x03\x04", do="check", name="宏.xlsm")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.get_data(as_text=True)
    fields = hidden_fields(clerk.read("/ledger"))
    answer = clerk.post("/ledger", data=fields | {"do": "check"})
    assert answer.status_code == 422
    assert "请选择台账文件" in answer.get_data(as_text=True)


def test_an_export_masks_personal_data_unless_asked_and_is_on_record(
    clerk, session, refresh
) -> None:
    upload(clerk, f"{HEADER}\n{GOOD}\n", do="import")
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
