"""收费 in the browser: the working first, then the notice, then the payment."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from casework.domain import time_source
from casework.domain.permissions import Role
from tests.conftest import PASSWORD
from tests.web.conftest import text_of
from tests.web.test_road import register


def test_a_fee_is_worked_out_noticed_and_paid(client, log_in_as) -> None:
    log_in_as(client, Role.CLERK)
    page = register(client)
    assert f'href="{page}/fee"' in client.read(page)
    counted = {"basis": "items", "earlier": "30", "items": "5", "pages": "0"}
    worked = client.submit(f"{page}/fee", do="count", **counted)
    assert "第31至35件，5件×200元/件=1000元" in text_of(worked.get_data(as_text=True))
    missing = client.submit(f"{page}/fee", do="notice", **counted)
    assert missing.status_code == 422
    assert 'href="#payment_method"' in missing.get_data(as_text=True)
    done = client.submit(f"{page}/fee", do="notice", payment_method="银行缴款码", **counted)
    assert done.status_code == 302
    after = client.read(page)
    assert "青资公开收〔2026〕1号" in after
    assert f'href="{page}/fee-payment"' in after
    assert f'href="{page}/fee"' not in after
    paid = client.submit(f"{page}/fee-payment", on="9-28", amount="1000.00", receipt="A0001")
    assert paid.status_code == 302
    assert "缴费，期限重新计算" in text_of(client.read(page))
    client.read(f"{page}/fee-payment", status=422)


def test_a_letter_where_a_number_should_be_is_named(client, log_in_as) -> None:
    log_in_as(client, Role.CLERK)
    page = register(client)
    answer = client.submit(f"{page}/fee", do="count", basis="pages", pages="三十", items="1")
    assert answer.status_code == 422
    assert 'href="#pages"' in answer.get_data(as_text=True)


def test_a_fee_that_lapsed_is_offered_its_notice(client, log_in_as, monkeypatch) -> None:
    user = log_in_as(client, Role.CLERK, Role.HANDLER)
    login = user.login
    page = register(client)
    client.submit(f"{page}/assign", unit="耕地保护科", handler_id="0")
    counted = {"basis": "items", "earlier": "30", "items": "5", "pages": "0"}
    client.submit(f"{page}/fee", do="notice", payment_method="银行缴款码", **counted)
    paper = re.search(rf'href="({page}/documents/\d+)/deliver"', client.read(page))
    assert paper
    assert "没有登记收到的日期；通知当天收到的，缴费期限到" in text_of(client.read(page))
    later = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
    monkeypatch.setattr(time_source, "now", lambda: later)
    client.submit("/login", login=login, password=PASSWORD)
    assert "没有登记申请人收到的日期，缴费期限不能起算" in text_of(client.read(page))
    assert "期限不能起算" in text_of(client.read("/inbox"))
    sent = client.submit(f"{paper[1]}/deliver", method="direct", handed_over_on="9-28")
    assert sent.status_code == 302
    shown = client.read(page)
    assert "没有缴费，视为放弃申请，不再处理" in text_of(shown)
    assert f'href="{page}/save-draft?ground=fee_unpaid"' in shown
    assert "没有缴费，可以不再处理" in text_of(client.read("/inbox"))
    draft = client.read(f"{page}/save-draft?ground=fee_unpaid")
    assert "青资公开收〔2026〕1号" in draft.split('id="fee_notice"')[1].split("</textarea>")[0]
    saved = client.submit(
        f"{page}/save-draft",
        outcome="other",
        grounds="fee_unpaid",
        fee_notice="青资公开收〔2026〕1号",
        do="save",
    )
    assert saved.status_code == 302
    assert "本机关不再处理该政府信息公开申请" in client.read(page)
