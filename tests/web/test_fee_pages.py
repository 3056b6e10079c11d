"""收费 in the browser: the working first, then the notice, then the payment."""

from __future__ import annotations

from casework.domain.permissions import Role
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
