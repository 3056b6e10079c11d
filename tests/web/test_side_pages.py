"""会商, 更正 and the papers of a 复议 by HTTP: what a person fills in and then sees on the case."""

from __future__ import annotations

from io import BytesIO

import pytest

from casework.domain.permissions import Role
from tests.conftest import add_agency
from tests.domain.test_attachments import PDF
from tests.web.conftest import hidden_fields, text_of
from tests.web.test_road import register


@pytest.fixture(autouse=True)
def own_folder(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "CASEWORK_HOME", tmp_path)


def answered(client, log_in_as) -> str:
    """One person in every role of a one-person day takes a case to its reply."""
    people = {}
    for role in (Role.CLERK, Role.HANDLER, Role.LEGAL_REVIEWER, Role.LEADER):
        people[role] = client.application.test_client()
        log_in_as(people[role], role)
    page = register(people[Role.CLERK])
    people[Role.CLERK].submit(f"{page}/assign", unit="法规科", handler_id="0")
    draft = {"outcome": "disclosed", "how_provided": "邮寄", "do": "save"}
    people[Role.HANDLER].submit(f"{page}/save-draft", **draft)
    people[Role.HANDLER].submit(f"{page}/submit-draft")
    people[Role.LEGAL_REVIEWER].submit(f"{page}/approve", page=f"{page}/review", opinion="")
    people[Role.LEADER].submit(f"{page}/issue")
    posted = {"method": "mail", "handed_over_on": "9-28", "mail_number": "EM1"}
    people[Role.CLERK].submit(f"{page}/dispatch", **posted)
    client.people = people
    return page


def test_a_talk_shows_on_the_case_and_in_its_history(client, log_in_as) -> None:
    log_in_as(client, Role.CLERK)
    page = register(client)
    assert "期限照常计算" in client.read(f"{page}/confer")
    refused = client.submit(
        f"{page}/confer", held_on="9-28", parties="财政局", matter="", agreed=""
    )
    assert refused.status_code == 422
    assert 'href="#matter"' in refused.get_data(as_text=True)
    talk = {"held_on": "9-28", "parties": "青沅市财政局", "matter": "资金表", "agreed": "已经公开"}
    assert client.submit(f"{page}/confer", **talk).status_code == 302
    shown = text_of(client.read(page))
    assert "会商 1 次" in shown
    assert "会商，期限照常计算 web-clerk（登记员） 已经公开 青沅市财政局" in shown


def test_a_record_is_put_right_on_the_case_that_gave_it_out(client, log_in_as) -> None:
    page = answered(client, log_in_as)
    clerk, handler = client.people[Role.CLERK], client.people[Role.HANDLER]
    claim = {
        "asked_on": "9-28",
        "record": "土地登记卡第 3 页",
        "claim": "应为 4 人",
        "evidence": "户口簿",
    }
    assert "条例第四十一条" in clerk.read(f"{page}/ask-amendment")
    assert clerk.submit(f"{page}/ask-amendment", **claim).status_code == 302
    shown = handler.read(page)
    assert "等待审核" in shown
    link = shown.split("/amendments/")[1].split('"')[0]
    url = f"{page}/amendments/{link}"
    found = {"outcome": "transferred", "decided_on": "9-28", "body": "", "result": "登记中心掌管"}
    refused = handler.submit(url, **found)
    assert refused.status_code == 422
    assert 'href="#body"' in refused.get_data(as_text=True)
    assert handler.submit(url, **(found | {"body": "青沅市登记中心"})).status_code == 302
    shown = text_of(client.people[Role.LEADER].read(page))
    assert "不属于本机关职能，转送有权更正的机关 （青沅市登记中心）" in shown
    assert "更正告知书" in shown
    assert handler.get(f"{page}/amendments/999").status_code == 404


def test_a_reconsideration_has_its_papers_and_its_own_limit(client, log_in_as) -> None:
    page = answered(client, log_in_as)
    clerk = client.people[Role.CLERK]
    opened = {"kind": "review", "filed_on": "9-28", "body": "市政府", "result": "pending"}
    clerk.submit(f"{page}/record-relief", **opened)
    shown = clerk.read(page)
    assert "收到副本后起算" in shown
    number = shown.split("/reliefs/")[1].split("/")[0]
    notice = f"{page}/reliefs/{number}/notice"
    assert "第五十四条" in clerk.read(notice)
    assert (
        clerk.submit(notice, notified_on="9-28", reference="青府复〔2026〕3号").status_code == 302
    )
    shown = text_of(clerk.read(page))
    assert "10月16日 周五 前提出书面答复" in shown  # ten working days: 1 to 7 October off, 10 on
    assert "青府复〔2026〕3号" in shown
    form = clerk.read(f"{page}/attach?relief={number}")
    assert "行政复议决定书" in form
    assert "判决书" not in form
    sent = hidden_fields(form) | {"paper": "decision", "note": ""}
    answer = clerk.post(
        f"{page}/attach?relief={number}",
        data=sent | {"file": (BytesIO(PDF), "决定书.pdf")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 302
    assert "文书： 行政复议决定书" in text_of(clerk.read(page))
    assert clerk.get(f"{page}/attach?relief=999").status_code == 404


def test_an_application_is_handed_to_the_agency_it_was_meant_for(
    client, second_browser, log_in_as, session, agency
) -> None:
    below = add_agency(
        session, code="QYGH", name="青沅市规划编制中心", prefix="规公开", parent=agency
    )
    log_in_as(client, Role.CLERK)
    page = register(client)
    form = client.read(f"{page}/hand-on")
    assert "青沅市规划编制中心" in form
    assert f'value="{agency.id}"' not in form
    sent = {"agency_id": str(below.id), "reason": "由其编制", "told": "电话告知"}
    refused = client.submit(f"{page}/hand-on", **(sent | {"told": ""}))
    assert refused.status_code == 422
    assert 'href="#told"' in refused.get_data(as_text=True)
    assert client.submit(f"{page}/hand-on", **sent).status_code == 302
    shown = text_of(client.read(page))
    assert "本案已转 青沅市规划编制中心 办理，对方案号 规公开〔2026〕1号 。由对方计入年报" in shown
    assert "没有收到日期，不计入年报。" in shown
    log_in_as(second_browser, Role.CLERK, at=below)
    assert "待确认收到日期" in text_of(second_browser.read("/inbox"))
    theirs = client.read(page).split('<a class="cw-no" href="')[1].split('"')[0]
    confirm = text_of(second_browser.read(f"{theirs}/confirm-receipt"))
    assert "由青沅市自然资源和规划局转来（青资公开〔2026〕1号）" in confirm
    assert second_browser.submit(f"{theirs}/confirm-receipt", received_on="9-28").status_code == 302
    shown = text_of(second_browser.read(theirs))
    assert "本案由 青沅市自然资源和规划局 转来，对方案号 青资公开〔2026〕1号" in shown
    assert "由其他机关转来" in shown
