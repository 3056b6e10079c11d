"""转主动公开 in the browser: from the case or the list, to what was published and where."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from casework.domain.permissions import Role
from casework.models import Case
from tests.web.conftest import text_of
from tests.web.test_road import register


@pytest.fixture
def clerk(client, log_in_as):
    log_in_as(client, Role.CLERK)
    return client


def test_from_what_is_often_asked_to_what_was_published(clerk, session) -> None:
    first = register(clerk)
    register(clerk, name="赵海明", id_number="", phone="13900001111")
    session.execute(update(Case).values(ground="disclosed"))
    session.commit()
    page = clerk.read("/publication")
    assert "申请公开柳湾村集体土地征收补偿安置方案。" in page
    [note] = re.findall(r'href="(/publication/note[^"]+)"', page)
    note = note.replace("&amp;", "&")
    form = clerk.read(note)
    assert 'value="柳湾村集体土地征收补偿安置方案。"' in form
    assert f'href="{first}"' in form
    answer = clerk.submit(note, title="征收补偿安置方案", origin="often_asked")
    assert answer.status_code == 302
    listed = clerk.read("/publication")
    assert "还没有记入的" not in text_of(listed).partition("二、")[2]
    assert "待审核" in listed
    [topic] = re.findall(r'href="(/publication/\d+)"', listed)
    refused = clerk.submit(topic, state="published", what="方案", where="", on="9-28")
    assert refused.status_code == 422
    assert "请填在哪里公开" in refused.get_data(as_text=True)
    answer = clerk.submit(
        topic, state="published", what="补偿安置方案", where="门户网站征地专栏", on="9-28"
    )
    assert answer.status_code == 302
    assert 'value="门户网站征地专栏"' in clerk.read(topic)
    words = text_of(clerk.read("/publication"))
    assert "2026年9月28日公开“补偿安置方案”，见门户网站征地专栏" in words
    assert "信息转为主动公开" in clerk.read(first)


def test_a_suggestion_is_noted_from_its_case_and_declined_with_a_reason(clerk) -> None:
    page = register(clerk)
    [note] = re.findall(r'href="(/publication/note[^"]+)"', clerk.read(page))
    note = note.replace("&amp;", "&")
    assert 'value="suggested" checked' in clerk.read(note)
    clerk.submit(note, title="补偿方案", origin="suggested")
    [topic] = re.findall(r'href="(/publication/\d+)"', clerk.read("/publication"))
    refused = clerk.submit(topic, state="declined", reason="")
    assert refused.status_code == 422
    assert clerk.submit(topic, state="declined", reason="仅涉及本户").status_code == 302
    words = text_of(clerk.read("/publication"))
    assert "不纳入：仅涉及本户" in words
    assert "申请人建议（条例第四十四条第二款）" in words


@pytest.mark.parametrize("cases", ["", "x", "999999", "9" * 40, "1.2.3"])
def test_no_case_no_note(clerk, cases) -> None:
    assert clerk.get("/publication/note", query_string={"cases": cases}).status_code == 404


def test_those_who_only_read_see_no_buttons(clerk, second_browser, log_in_as) -> None:
    register(clerk)
    log_in_as(second_browser, Role.STATISTICIAN)
    page = second_browser.read("/publication")
    assert "转主动公开" in page
    assert "/publication/note" not in page
    assert second_browser.get("/publication/note?cases=1").status_code == 403
    assert second_browser.get("/publication?agency=999").status_code == 404
