from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from casework.domain import time_source
from casework.domain.permissions import Role
from casework.models import Event
from tests.conftest import add_agency
from tests.web.conftest import text_of
from tests.web.test_road import register


@pytest.fixture
def clerk(client, log_in_as):
    log_in_as(client, Role.CLERK)
    return client


def test_personal_data_is_masked_until_it_is_asked_for(clerk, session, refresh) -> None:
    page = register(clerk)
    shown = clerk.read(page)
    for secret in ("林秀珍", "11010519491231002X", "13812342217", "文昌路88号"):
        assert secret not in shown
    assert "林＊珍" in shown
    assert "1101**********002X" in shown
    assert "138****2217" in shown

    refused = clerk.submit(f"{page}/reveal", reason=" ")
    assert refused.status_code == 422
    assert "13812342217" not in refused.get_data(as_text=True)
    answer = clerk.submit(f"{page}/reveal", reason="联系申请人")
    full = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    for secret in ("林秀珍", "11010519491231002X", "13812342217", "文昌路88号"):
        assert secret in full
    refresh()
    look = session.scalars(select(Event).where(Event.action == "reveal_personal_data")).one()
    assert look.note == "联系申请人"
    assert "查看申请人全部信息" not in clerk.read(page)
    assert "查看申请人全部信息" in clerk.read(f"{page}?all=1")


def test_lists_show_no_full_name(clerk) -> None:
    register(clerk)
    for url in ("/desk", "/cases", "/cases?q=林秀珍"):
        page = clerk.read(url)
        assert "林＊珍" in page
        assert "林秀珍" not in page.replace('value="林秀珍"', "").replace("“林秀珍”", "").replace(
            "查找 林秀珍", ""
        )


@pytest.mark.parametrize(
    "text", ["〔2026〕1号", "2026-1", "２０２６-１", "林秀珍", "土地征收", "13812342217"]
)
def test_acceptance_80_a_case_is_found(clerk, text) -> None:
    page = register(clerk)
    assert f'href="{page}"' in clerk.read(f"/cases?q={text}")


@pytest.mark.parametrize("text", ["%", "_", "1381234221", "没有这样的词"])
def test_a_wildcard_or_half_a_number_finds_nothing(clerk, text) -> None:
    register(clerk)
    assert "没有找到案件" in clerk.get("/cases", query_string={"q": text}).get_data(as_text=True)


def test_acceptance_48_another_agencys_case_is_not_there(clerk, session, log_in_as) -> None:
    page = register(clerk)
    other = add_agency(session, code="QYSL", name="青沅市水利局", prefix="青水公开")
    stranger = clerk.application.test_client()
    log_in_as(stranger, Role.CLERK, Role.HANDLER, Role.LEGAL_REVIEWER, Role.LEADER, at=other)
    for below in (
        "",
        "/assign",
        "/reveal",
        "/save-draft",
        "/dispatch",
        "/review",
        "/issue",
        "/extend",
        "/documents/1",
        "/letters/registration_receipt",
    ):
        answer = stranger.get(page + below)
        assert answer.status_code == 404, below
        assert "林" not in answer.get_data(as_text=True)
    token = stranger.read("/keys").split('name="csrf_token" value="')[1].split('"')[0]
    answer = stranger.post(
        f"{page}/assign", data={"csrf_token": token, "version": "1", "unit": "x", "handler_id": "0"}
    )
    assert answer.status_code == 404
    assert "没有找到案件" in stranger.read("/cases")
    assert page not in stranger.read("/desk")


def test_the_page_says_what_may_be_done_and_what_not_and_why(clerk) -> None:
    page = register(clerk)
    shown = text_of(clerk.read(page))
    can, cannot = shown.split("您可以办")[-1].split("暂不能办")
    assert "分办" in can
    assert "告知补正" in can
    assert "至迟 10月13日 告知" in can  # the 7th working day: Sat 10-10 is worked
    assert "案件现在是“待分办”" in cannot
    assert "您没有“拟稿”的权限，请找承办人办理" in cannot


def test_a_co_maker_is_asked_and_heard_apart_from_other_agencies(client, log_in_as) -> None:
    log_in_as(client, Role.CLERK)
    page = register(client, submitted_on="9-1", received_on="9-1")
    both = {"on": "9-10", "reason": "会议纪要"}
    client.submit(f"{page}/start-consultation", party="co_maker", whom="青沅市水务局", **both)
    client.submit(f"{page}/start-consultation", party="agency", whom="青沅市财政局", **both)
    shown = text_of(client.read(page))
    assert "共同制作机关：青沅市水务局" in shown
    assert "停钟 · 征求共同制作机关意见" in shown
    assert "以函件为准" in shown
    form = text_of(client.read(f"{page}/end-consultation"))
    assert "共同制作机关：青沅市水务局（9月10日发出）" in form
    assert "其他机关：青沅市财政局（9月10日发出）" in form
    assert "第三方：" not in form
    assert "征求共同制作机关意见书" in shown
    client.submit(f"{page}/end-consultation", party="co_maker", on="9-22", opinion="同意公开")
    assert "停钟 · 征求其他机关意见" in text_of(client.read(page))


def test_the_2007_regulation_offers_no_co_makers(client, log_in_as) -> None:
    log_in_as(client, Role.CLERK)
    page = register(client, statute="2007", statute_reason="人民法院认定适用原条例")
    form = client.read(f"{page}/start-consultation")
    assert 'value="agency"' in form
    assert 'value="co_maker"' not in form


def test_acceptance_27_third_party_consultation_on_the_strip(
    client, log_in_as, monkeypatch
) -> None:
    def at(month: int, day: int) -> None:
        monkeypatch.setattr(time_source, "now", lambda: datetime(2026, month, day, 2, tzinfo=UTC))

    at(9, 1)  # a Tuesday
    log_in_as(client, Role.CLERK)
    page = register(client, submitted_on="9-1", received_on="9-1")
    at(9, 10)
    log_in_as_again(client)
    client.submit(
        f"{page}/start-consultation", party="third_party", whom="柳湾村 3 户", on="9-10", reason=""
    )
    assert "停钟 · 征求第三方意见" in text_of(client.read(page))
    at(9, 23)
    log_in_as_again(client)
    answer = client.submit(
        f"{page}/end-consultation", party="third_party", on="9-23", opinion="不同意"
    )
    assert answer.status_code == 302, text_of(answer.get_data(as_text=True))
    shown = text_of(client.read(page))
    assert "法定期限（20 个工作日） 10月19日 周一" in shown
    assert "9月11日至23日征求第三方意见，扣除 10 个工作日" in shown


def log_in_as_again(client) -> None:
    """Open a new session: the former one has been idle for days."""
    from tests.conftest import PASSWORD

    client.delete_cookie("session")
    client.submit("/login", login="web-clerk", password=PASSWORD)


def test_an_act_that_is_not_open_answers_409_with_the_reason(clerk) -> None:
    page = register(clerk)
    answer = clerk.get(f"{page}/dispatch")
    assert answer.status_code == 409
    assert "案件现在是“待分办”，不能登记送达" in answer.get_data(as_text=True)


def test_a_broken_rule_hangs_on_its_field(client, log_in_as) -> None:
    log_in_as(client, Role.CLERK, Role.LEADER)
    page = register(client)
    answer = client.submit(f"{page}/extend", days="21", on="9-28", reason="材料多")
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#days"' in shown
    assert "材料多" in shown
    answer = client.submit(f"{page}/extend", days="二十", on="9-28", reason="材料多")
    assert answer.status_code == 422
    assert "请填 1 到 20 之间的整数" in answer.get_data(as_text=True)


def test_the_leader_sets_a_period_under_article_35(client, log_in_as) -> None:
    log_in_as(client, Role.CLERK, Role.LEADER)
    page = register(client)
    assert "可以确定延迟答复的合理期限并告知申请人" in client.read(f"{page}/delay")
    answer = client.submit(f"{page}/delay", days="0", on="9-28", reason="一次申请三百余件")
    assert answer.status_code == 422
    assert "延迟的工作日数须是 1 以上的整数" in answer.get_data(as_text=True)
    answer = client.submit(f"{page}/delay", days="30", on="9-28", reason="一次申请三百余件")
    assert answer.status_code == 302
    shown = client.read(page)
    assert "确定延迟答复期限" in shown
    assert "第 50 个工作日" in shown


def test_the_draft_page_lists_what_the_chosen_grounds_ask_for(client, log_in_as) -> None:
    log_in_as(client, Role.CLERK, Role.HANDLER)
    page = register(client)
    client.submit(f"{page}/assign", unit="法规科", handler_id="0")
    answer = client.submit(
        f"{page}/save-draft", outcome="unavailable", grounds="not_existing", do="list"
    )
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'id="search_record"' in shown
    answer = client.submit(
        f"{page}/save-draft", outcome="unavailable", grounds="not_existing", do="save"
    )
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "须写明" in shown


def test_a_letter_comes_as_a_file_that_cannot_run(clerk) -> None:
    page = register(clerk)
    answer = clerk.get(f"{page}/letters/registration_receipt")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["Content-Disposition"].startswith('inline; filename="document.pdf"')
    assert "filename*=UTF-8''%E6" in answer.headers["Content-Disposition"]
    word = clerk.get(f"{page}/letters/registration_receipt?word=1")
    assert word.data.startswith(b"PK")
    assert word.headers["Content-Disposition"].startswith("attachment")
    assert clerk.get(f"{page}/letters/nonsense").status_code == 404
    assert clerk.get(f"{page}/letters/extension_notice").status_code == 422


def test_an_unforeseen_error_gives_a_number_and_no_trace(app, clerk, monkeypatch) -> None:
    from casework.web.desk import routes

    def break_down(*_args, **_kwargs):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(routes, "count_board", break_down)
    monkeypatch.setattr(app, "testing", False)
    answer = clerk.get("/desk")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "编号" in page
    assert "secret detail" not in page
    assert "Traceback" not in page


def test_an_expired_session_loses_no_typed_text(clerk) -> None:
    from tests.web.conftest import hidden_fields

    page = register(clerk)
    form = hidden_fields(clerk.read(f"{page}/withdraw")) | {
        "on": "9-28",
        "reason": "写了很长的经过",
    }
    with clerk.session_transaction() as cookie:
        cookie["token"] = "over"
    answer = clerk.post(f"{page}/withdraw", data=form)
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert "写了很长的经过" in shown
    assert "您刚才填的内容" in shown


def test_a_statistician_counts_rows_and_opens_no_paper(clerk, second_browser, log_in_as) -> None:
    page = register(clerk)
    clerk.submit(f"{page}/write/registration_receipt", do="issue")
    paper = re.search(rf'href="({page}/documents/\d+)"', clerk.read(page))
    assert paper
    assert clerk.get(paper[1]).data.startswith(b"%PDF")

    log_in_as(second_browser, Role.STATISTICIAN)
    shown = second_browser.read(page)
    assert "政府信息公开申请登记回执" in shown
    assert paper[1] not in shown
    assert "林秀珍" not in shown
    refused = second_browser.get(paper[1])
    assert refused.status_code == 403
    assert "阅看文书和附件" in refused.get_data(as_text=True)
    assert second_browser.get(f"{page}/letters/registration_receipt").status_code == 403
    assert second_browser.get(f"{page}/attachments/1").status_code == 403
