"""The road of one application by HTTP, from the counter to the archive, page by page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.permissions import Role
from casework.domain.states import State
from casework.models import Applicant, Case, Document, Event
from tests.web.conftest import text_of

if TYPE_CHECKING:
    from tests.web.conftest import Browser

APPLICATION = {
    "receipt_mode": "counter",
    "submitted_on": "9月28日",
    "received_on": "9月28日",
    "applicant_type": "natural_person",
    "name": "林秀珍",
    "id_kind": "居民身份证",
    "id_number": "11010519491231002X",
    "phone": "13812342217",
    "address": "青沅市临江区文昌路88号2栋301",
    "request_text": "申请公开柳湾村集体土地征收补偿安置方案。",
    "provide_form": "纸面",
    "obtain_by": "邮寄",
    "do": "save",
}


def register(client: Browser, **changes: str) -> str:
    """Register an application and return the address of its page."""
    answer = client.submit("/register", **(APPLICATION | changes))
    assert answer.status_code == 302, text_of(answer.get_data(as_text=True))
    return answer.location


def test_acceptance_41_the_road_from_register_to_archive(
    client, session, log_in_as, refresh
) -> None:
    people = {}
    for role in (Role.CLERK, Role.HANDLER, Role.LEGAL_REVIEWER, Role.LEADER):
        browser = client.application.test_client()
        log_in_as(browser, role)
        people[role] = browser
    clerk, handler = people[Role.CLERK], people[Role.HANDLER]
    reviewer, leader = people[Role.LEGAL_REVIEWER], people[Role.LEADER]

    page = register(clerk)
    shown = text_of(clerk.read(page))
    assert "已登记 青资公开〔2026〕1号，应答复日 10月23日 周五" in shown
    assert "10月30日" in shown  # the statute's 20th working day

    answer = clerk.submit(f"{page}/assign", unit="耕地保护科", handler_id="0")
    assert answer.status_code == 302

    content = {
        "outcome": "disclosed",
        "how_provided": "纸面，邮寄，共 12 页",
        "do": "save",
    }
    answer = handler.submit(f"{page}/save-draft", **content)
    assert answer.status_code == 302, text_of(answer.get_data(as_text=True))
    assert handler.submit(f"{page}/submit-draft").status_code == 302

    answer = reviewer.submit(f"{page}/return-draft", page=f"{page}/review", opinion="请写明份数")
    assert answer.location == "/review"
    assert "请写明份数" in handler.read(page)
    answer = handler.submit(f"{page}/save-draft", **content, reason="")
    assert handler.submit(f"{page}/submit-draft").status_code == 302
    review = reviewer.read(f"{page}/review")
    assert "答复书比对" in review
    answer = reviewer.submit(f"{page}/approve", page=f"{page}/review", opinion="")
    assert answer.status_code == 302

    answer = leader.submit(f"{page}/issue")
    assert answer.status_code == 302, text_of(answer.get_data(as_text=True))
    shown = leader.read(page)
    link = re.search(r'href="(/cases/\d+/documents/\d+)"', shown)
    assert link
    letter = leader.get(link[1])
    assert letter.data.startswith(b"%PDF")

    answer = clerk.submit(
        f"{page}/dispatch", method="mail", handed_over_on="2026-09-28", mail_number="EM1"
    )
    assert answer.status_code == 302
    assert clerk.submit(f"{page}/close").status_code == 302
    assert clerk.submit(f"{page}/archive").status_code == 302
    answer = clerk.submit(
        f"{page}/record-relief", kind="review", filed_on="9-28", body="市政府", result="pending"
    )
    assert answer.status_code == 302
    assert "尚未审结" in clerk.read(page)

    refresh()
    case = session.scalars(select(Case)).one()
    assert case.state is State.ARCHIVED
    assert case.replied_on == case.closed_on
    document = session.scalars(select(Document)).one()
    assert document.content == letter.data
    acts = list(session.scalars(select(Event.action).where(Event.case_id == case.id)))
    assert acts.count("register") == acts.count("issue") == acts.count("archive") == 1


def test_acceptance_46_a_form_sent_twice_is_one_case(client, session, log_in_as, refresh) -> None:
    from tests.web.conftest import hidden_fields

    log_in_as(client, Role.CLERK)
    form = hidden_fields(client.read("/register")) | APPLICATION
    first, second = client.post("/register", data=form), client.post("/register", data=form)
    assert first.location == second.location
    refresh()
    assert len(session.scalars(select(Case)).all()) == 1


def test_acceptance_45_two_people_on_one_case_get_a_conflict_that_loses_nothing(
    client, second_browser, log_in_as
) -> None:
    from tests.web.conftest import hidden_fields

    log_in_as(client, Role.CLERK)
    log_in_as(second_browser, Role.LEADER)
    page = register(client)
    mine = hidden_fields(client.read(f"{page}/assign"))
    second_browser.submit(f"{page}/assign", unit="法规科", handler_id="0")
    answer = client.post(f"{page}/assign", data=mine | {"unit": "耕地保护科", "handler_id": "0"})
    shown = text_of(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert "没有丢" in shown
    assert 'value="耕地保护科"' in answer.get_data(as_text=True)
    # Both texts stand side by side, and the page can be sent again as it is.
    assert "<del>法规科</del>" in answer.get_data(as_text=True)
    assert "<ins>耕地保护科</ins>" in answer.get_data(as_text=True)
    again = hidden_fields(answer.get_data(as_text=True))
    answer = client.post(f"{page}/assign", data=again | {"unit": "耕地保护科", "handler_id": "0"})
    assert answer.status_code == 302


def test_acceptance_45_two_drafters_see_both_drafts(client, second_browser, log_in_as) -> None:
    from tests.web.conftest import hidden_fields

    log_in_as(client, Role.CLERK, Role.HANDLER)
    log_in_as(second_browser, Role.HANDLER)
    page = register(client)
    client.submit(f"{page}/assign", unit="法规科", handler_id="0")
    mine = hidden_fields(client.read(f"{page}/save-draft"))
    theirs = {"outcome": "disclosed", "how_provided": "纸面，邮寄，共 12 页", "do": "save"}
    assert second_browser.submit(f"{page}/save-draft", **theirs).status_code == 302
    typed = theirs | {"how_provided": "纸面，自行领取，共 12 页"}
    answer = client.post(f"{page}/save-draft", data=mine | typed)
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "两边的内容" in shown
    assert "<del>邮寄</del>" in shown
    assert "<ins>自行领取</ins>" in shown
    assert "第 1 稿" in text_of(shown)
    # The last step may be another one: the page still says whose draft stands there, since when.
    second_browser.submit(f"{page}/comment", body="请看第 1 稿")
    answer = client.post(f"{page}/save-draft", data=mine | typed)
    shown = answer.get_data(as_text=True)
    assert "现在的稿件：第 1 稿，web-handler 9月28日 10:00 保存。" in text_of(shown)
    assert "留言" in text_of(shown)
    answer = client.post(f"{page}/save-draft", data=hidden_fields(shown) | typed)
    assert answer.status_code == 302
    whole = client.read(page)
    assert "第 2 稿" in whole
    assert "自行领取" in whole


def test_acceptance_45_an_act_that_is_over_says_so_and_keeps_the_text(
    client, second_browser, log_in_as
) -> None:
    from tests.web.conftest import hidden_fields

    log_in_as(client, Role.CLERK)
    log_in_as(second_browser, Role.CLERK, Role.LEADER)
    page = register(client)
    mine = hidden_fields(client.read(f"{page}/assign"))
    second_browser.submit(f"{page}/withdraw", on="9-28", reason="书面撤回")
    answer = client.post(f"{page}/assign", data=mine | {"unit": "耕地保护科", "handler_id": "0"})
    assert answer.status_code == 409
    shown = text_of(answer.get_data(as_text=True))
    assert "案件现在是“已办结”" in shown
    assert "承办单位 耕地保护科" in shown


def test_acceptance_44_a_replaced_text_cannot_be_approved(client, log_in_as) -> None:
    from tests.web.conftest import hidden_fields

    log_in_as(client, Role.CLERK, Role.HANDLER)
    reviewer = client.application.test_client()
    log_in_as(reviewer, Role.LEGAL_REVIEWER)
    page = register(client)
    client.submit(f"{page}/assign", unit="法规科", handler_id="0")
    draft = {"outcome": "disclosed", "how_provided": "邮寄", "do": "save"}
    client.submit(f"{page}/save-draft", **draft)
    client.submit(f"{page}/submit-draft")
    opened = hidden_fields(reviewer.read(f"{page}/review"))
    client.submit(f"{page}/recall-draft")
    client.submit(f"{page}/save-draft", **(draft | {"how_provided": "改为自行领取"}))
    client.submit(f"{page}/submit-draft")
    answer = reviewer.post(f"{page}/approve", data=opened | {"opinion": "同意这一稿"})
    assert answer.status_code == 409
    assert "同意这一稿" in answer.get_data(as_text=True)
    fresh = hidden_fields(reviewer.read(f"{page}/review"))
    forged = fresh | {"text_hash": opened["text_hash"], "opinion": ""}
    assert reviewer.post(f"{page}/approve", data=forged).status_code == 409
    assert reviewer.post(f"{page}/approve", data=fresh | {"opinion": ""}).status_code == 302


def test_mass_assignment_changes_nothing(client, session, log_in_as, refresh) -> None:
    log_in_as(client, Role.CLERK)
    page = register(
        client,
        state="closed",
        number="X",
        due_on="2030-01-01",
        office_due_on="2030-01-01",
        id="77",
        closed_on="2026-09-28",
        version="9",
    )
    refresh()
    case = session.scalars(select(Case)).one()
    assert page == f"/cases/{case.id}"
    assert case.state is State.AWAITING_ASSIGNMENT
    assert case.number == "青资公开〔2026〕1号"
    assert case.office_due_on.isoformat() == "2026-10-23"
    assert case.due_on.isoformat() == "2026-10-30"
    assert case.statute.value == "2019"


def test_markup_in_every_field_is_shown_as_typed(client, session, log_in_as, refresh) -> None:
    canary = '"><svg/onload=alert(1)>'
    log_in_as(client, Role.CLERK)
    page = register(
        client,
        name=canary,
        id_kind="其他",
        request_text=canary,
        subject=canary,
        note=canary,
        contact_name=canary,
        address=canary,
        phone=canary,
    )
    refresh()
    assert session.scalars(select(Applicant.name)).one() == canary
    for url in (page, "/desk", "/cases", f"{page}/assign", "/cases?q=%3Csvg"):
        assert "<svg/onload" not in client.read(url)
