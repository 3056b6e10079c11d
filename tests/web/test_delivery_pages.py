"""送达 in the browser: what came back, labels, 公告, and the 送达回证 of each attempt."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from casework.domain.permissions import Role
from casework.models import Applicant, Event
from tests.web.conftest import hidden_fields, text_of
from tests.web.test_road import register


@pytest.fixture
def clerk(client, log_in_as):
    log_in_as(client, Role.CLERK)
    return client


@pytest.fixture
def case(clerk) -> str:
    """The page of a case whose receipt was issued."""
    page = register(clerk)
    clerk.submit(f"{page}/write/registration_receipt", do="issue")
    return page


def paper(clerk, case: str) -> str:
    found = re.search(rf'href="({case}/documents/\d+)/deliver"', clerk.read(case))
    assert found
    return found[1]


def test_what_came_back_waits_on_the_desk_and_in_the_inbox(clerk, case) -> None:
    posted = clerk.submit(
        f"{paper(clerk, case)}/deliver",
        method="mail",
        handed_over_on="9-28",
        mail_number="EM000400001CS",
    )
    assert posted.status_code == 302
    assert "待重新送达 1 件" not in clerk.read("/desk")
    back = re.search(r'href="([^"]+/deliveries/\d+/return)"', clerk.read(case))
    assert back
    clerk.submit(back[1], on="9-28", reason="迁移新址")
    assert "待重新送达 1 件" in clerk.read("/desk")
    inbox = text_of(clerk.read("/inbox"))
    assert "9月28日 退回" in inbox
    assert "迁移新址" in inbox
    labels = clerk.read("/deliveries/labels")
    assert "退回，待重新送达" in labels
    assert "文昌路88号" not in labels
    clerk.submit(f"{paper(clerk, case)}/deliver", method="direct", handed_over_on="9-28")
    assert "待重新送达" not in text_of(clerk.read("/inbox"))


def test_labels_are_printed_for_those_chosen_and_every_look_is_recorded(
    clerk, case, session, refresh
) -> None:
    clerk.submit(
        f"{paper(clerk, case)}/deliver", method="mail", handed_over_on="9-28", mail_number="EM1"
    )
    back = re.search(r'href="([^"]+/deliveries/\d+/return)"', clerk.read(case))
    clerk.submit(back[1], on="9-28", reason="查无此人")
    url = f"/deliveries/labels?case={case.rsplit('/', 1)[1]}"
    page = clerk.read(url)
    assert " checked>" in page
    fields = hidden_fields(page)
    number = case.rsplit("/", 1)[1]
    printed = clerk.post("/deliveries/labels", data=fields | {"cases": number, "first": "3"})
    assert printed.data.startswith(b"%PDF-")
    nobody = clerk.post("/deliveries/labels", data=fields | {"first": "1"})
    assert nobody.status_code == 422
    assert "请勾选要印标签的案件" in nobody.get_data(as_text=True)
    beyond = clerk.post("/deliveries/labels", data=fields | {"cases": number, "first": "15"})
    assert "请填 1 至 14" in beyond.get_data(as_text=True)
    refresh()
    assert session.scalars(select(Event.action)).all().count("print_labels") == 1
    session.scalars(select(Applicant)).one().address = ""
    session.commit()
    homeless = clerk.post("/deliveries/labels", data=fields | {"cases": number, "first": "1"})
    assert "没有登记通信地址" in homeless.get_data(as_text=True)


def test_a_public_notice_counts_when_its_period_ends(clerk, case) -> None:
    clerk.submit(f"{paper(clerk, case)}/deliver", method="public_notice", handed_over_on="9-28")
    shown = text_of(clerk.read(case))
    assert "公告期满 2026年10月28日（周三）视为送达" in shown
    assert "参照民事诉讼法第九十五条，条例没有规定" in shown
    assert "/signature" not in clerk.read(case)


def test_each_attempt_has_its_own_record(clerk, case) -> None:
    clerk.submit(f"{paper(clerk, case)}/deliver", method="direct", handed_over_on="9-28")
    link = re.search(r'href="([^"]+/write/delivery_record\?served=[\d-]+)"', clerk.read(case))
    assert link
    page = clerk.read(link[1])
    assert "送达的是：" in page
    assert "林＊珍，直接送达，9月28日" in page
    assert "林秀珍" not in page
    shown = clerk.submit(
        link[1], delivered_document="登记回执", delivery_method="直接送达", do="text"
    )
    assert "受送达人" in shown.get_data(as_text=True)
    wrong = clerk.get(link[1].split("?")[0] + "?served=99")
    assert wrong.status_code == 422
