"""Help at the desk in the browser: at the counter, beside the draft, by button and by script."""

from __future__ import annotations

import pytest

from casework.domain.permissions import Role
from tests.web.conftest import text_of
from tests.web.test_road import APPLICATION, register


@pytest.fixture
def clerk(client, log_in_as):
    log_in_as(client, Role.CLERK)
    return client


def test_the_button_shows_what_is_alike_and_keeps_what_was_typed(clerk) -> None:
    page = register(clerk)
    other = register(clerk, name="赵海明", id_number="", phone="13900001111")
    asked = APPLICATION | {"do": "reckon", "received_on": ""}
    answer = clerk.submit("/register", **asked)
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "查找相似申请" in shown
    assert f'href="{page}"' in shown
    assert f'href="{other}"' in shown
    words = text_of(shown)
    assert "此人的其他申请 1 件" in words
    assert "相似的申请 1 件" in words
    assert "相似 100%" in words
    assert "内容相同、还没有答复的有 1 件：〔2026〕1号" in words
    assert 'value="林秀珍"' in shown
    assert APPLICATION["request_text"] in shown
    assert "没有答复 1 件。此人的其他申请 1 件，相似的申请 1 件。" in words


def test_an_empty_form_says_what_to_do_for_it(clerk) -> None:
    words = text_of(clerk.read("/register"))
    assert "填好姓名、证件号码或者电话，此人的其他申请列在这里" in words
    assert "按“查找相似申请”" in words
    assert "提示 只供核对" not in words


def test_the_eleventh_of_a_month_is_told_with_the_article_and_no_verdict(clerk) -> None:
    for n in range(10):
        register(clerk, request_text=f"材料{n}", do="save")
    words = text_of(
        clerk.submit("/register", **(APPLICATION | {"do": "reckon"})).get_data(as_text=True)
    )
    assert "近 12 个月第 11 件" in words
    assert "当月第 11 件" in words
    assert "条例第三十五条" in words
    assert "条例没有规定件数，是否明显超过合理范围由承办人判断" in words
    assert "国办函〔2020〕109号" in words


def test_the_draft_page_shows_precedents_beside_it(clerk, second_browser, log_in_as) -> None:
    page = register(clerk)
    other = register(clerk, name="赵海明", id_number="", phone="13900001111")
    clerk.submit(f"{page}/assign", unit="耕地保护科", handler_id="0")
    log_in_as(second_browser, Role.HANDLER)
    shown = second_browser.read(f"{page}/save-draft")
    assert "先例：相似的申请怎么答复 1 件" in text_of(shown)
    assert f'href="{other}"' in shown
    assert "没有此人的其他申请" in shown
    assert "赵海明" not in shown
