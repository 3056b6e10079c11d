"""Three people and one signature take a case through everything that may come between.

Registered at the counter by 周敏, drafted by 陈立群, read by 何静怡, signed by 罗建平: sent back
once, a co-maker consulted, the limit extended, answered, then corrected by 复议 and answered anew.
With ``CASEWORK_SHOTS`` set to a folder every page on the way is photographed into it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from casework.domain import time_source
from casework.domain.working_days import shipped_calendar
from casework.formatting import short_date
from tests.browser.test_road import (
    case_link,
    draft_a_reply,
    option_of,
    send_it_back,
    serve_close_and_archive,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

REQUEST = "申请公开青沅河三期整治工程征地补偿资金使用情况的会议纪要。"
SHOTS = os.environ.get("CASEWORK_SHOTS", "")


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def text_of(page: Page) -> str:
    return page.locator("main").inner_text()


def test_a_case_is_sent_back_extended_contested_and_answered_anew(
    sit_down: Callable[..., Page],
) -> None:
    today = time_source.today()
    clerk, handler = sit_down("zhoumin"), sit_down("chenliqun")
    reviewer, leader = sit_down("hejingyi"), sit_down("luojianping")

    link = register_at_the_counter(clerk, handler, today)
    ask_a_co_maker(handler, link)
    talk_it_over(handler, link)
    hear_the_co_maker(handler, link, today)
    extend(leader, link, today)

    draft_a_reply(handler, link, "会议纪要复印件随本答复书一并提供")
    reviewer.goto("/inbox")
    shoot(reviewer, "reviewer-inbox")
    send_it_back(reviewer, link, "请写明纪要的份数")
    handler.goto("/inbox")
    expect(handler.locator("main")).to_contain_text("审核退回")
    shoot(handler, "handler-inbox")
    draft_a_reply(handler, link, "会议纪要复印件一份随本答复书一并提供")
    approve_and_issue(reviewer, leader, link)
    serve_close_and_archive(clerk, link, today)

    reconsidered(clerk, link, today)
    taken_up_again(leader, link, today)
    handler.goto("/inbox")
    expect(handler.get_by_role("heading", name="重新答复")).to_be_visible()
    shoot(handler, "handler-inbox-new-answer")
    ask_a_co_maker(handler, link)
    expect(handler.locator("main")).to_contain_text("停钟 · 征求共同制作机关意见")
    hear_the_co_maker(handler, link, today)
    draft_a_reply(handler, link, "会议纪要复印件一份及资金表随本答复书一并提供")
    approve_and_issue(reviewer, leader, link)
    serve_close_and_archive(clerk, link, today)
    both_answers_stand(clerk, link, today)


def register_at_the_counter(clerk: Page, handler: Page, today: date) -> str:
    clerk.goto("/register?channel=in_person")
    clerk.get_by_label("收到日期").fill(today.isoformat())
    clerk.get_by_role("radio", name="自然人").check()
    clerk.get_by_label("姓名").fill("邵明远")
    clerk.get_by_label("联系电话").fill("13600005521")
    clerk.get_by_label("申请内容").fill(REQUEST)
    clerk.get_by_role("button", name="登记立号").click()
    link = case_link(clerk)
    clerk.goto(f"{link}/assign")
    clerk.get_by_label("承办单位").fill("规划编制科")
    clerk.get_by_label("承办人").select_option(label=option_of(clerk, "陈立群"))
    shoot(clerk, "assign")
    clerk.get_by_role("button", name="分办").click()
    handler.goto("/inbox")
    expect(handler.locator("main")).to_contain_text("青沅河三期")
    return link


def ask_a_co_maker(handler: Page, link: str) -> None:
    """征求共同制作机关意见: from the next day on the clock rests (第三十三条第三款)."""
    handler.goto(f"{link}/start-consultation")
    handler.get_by_role("radio", name="共同制作机关").check()
    handler.get_by_label("对象").fill("青沅市水务局")
    handler.get_by_label("征求的内容").fill("会议纪要第二项")
    shoot(handler, "start-consultation")
    handler.get_by_role("button", name="登记发函，停止计算").click()
    handler.goto(link)
    assert "停钟 · 征求共同制作机关意见" in text_of(handler)
    shoot(handler, "consulting")


def talk_it_over(handler: Page, link: str) -> None:
    handler.goto(f"{link}/confer")
    handler.get_by_label("与谁会商").fill("青沅市财政局预算科")
    handler.get_by_label("会商的事项").fill("资金表是否已经主动公开")
    handler.get_by_label("会商的结果").fill("财政局已经公开，由本机关告知获取途径")
    shoot(handler, "confer")
    handler.get_by_role("button", name="登记会商").click()
    expect(handler.locator("#consult")).to_contain_text("会商 1 次")


def hear_the_co_maker(handler: Page, link: str, today: date) -> None:
    handler.goto(f"{link}/end-consultation")
    expect(handler.get_by_role("radio", name="共同制作机关：青沅市水务局")).to_be_checked()
    handler.get_by_label("意见", exact=True).fill("同意公开")
    shoot(handler, "end-consultation")
    handler.get_by_role("button", name="登记收到意见，恢复计算").click()
    handler.goto(link)
    assert "停钟" not in handler.locator(".cw-head").inner_text()
    assert today


def extend(leader: Page, link: str, today: date) -> None:
    leader.goto(f"{link}/extend")
    leader.get_by_label("延长的工作日数").fill("10")
    leader.get_by_label("延期理由").fill("涉及多年档案，须逐卷检索")
    shoot(leader, "extend")
    leader.get_by_role("button", name=re.compile("延期|延长")).click()
    leader.goto(link)
    due = shipped_calendar().add(today, 30)
    assert short_date(due) in text_of(leader)


def approve_and_issue(reviewer: Page, leader: Page, link: str) -> None:
    reviewer.goto(f"{link}/review")
    shoot(reviewer, "review")
    reviewer.get_by_role("button", name="审核通过").click()
    leader.goto(f"{link}/issue")
    shoot(leader, "issue")
    leader.get_by_role("button", name="签发").first.click()


def reconsidered(clerk: Page, link: str, today: date) -> None:
    """复议: told first, the copy later, the paper stored, the result 纠正."""
    clerk.goto(f"{link}/record-relief")
    clerk.get_by_role("radio", name="行政复议").check()
    clerk.get_by_label("复议机关或者法院").fill("青沅市人民政府")
    clerk.get_by_label("受理日期").fill(today.isoformat())
    shoot(clerk, "record-relief")
    clerk.get_by_role("button", name="登记复议、诉讼").click()
    clerk.goto(link)
    expect(clerk.locator("#relief")).to_contain_text("收到副本后起算")
    clerk.get_by_role("link", name="登记收到副本").click()
    clerk.get_by_label("收到副本日期").fill(today.isoformat())
    shoot(clerk, "relief-notice")
    clerk.get_by_role("button", name="登记收到副本").click()
    limit = shipped_calendar().add(today, 10)
    expect(clerk.locator("#relief")).to_contain_text(short_date(limit))
    clerk.goto("/inbox")
    shoot(clerk, "clerk-inbox")
    clerk.goto(link)
    clerk.get_by_role("link", name="存入文书").click()
    clerk.get_by_label("文书种类").select_option(label="行政复议决定书")
    clerk.get_by_label("文件").set_input_files(
        {"name": "复议决定书.pdf", "mimeType": "application/pdf", "buffer": PAPER}
    )
    shoot(clerk, "attach")
    clerk.get_by_role("button", name="存入案卷").click()
    expect(clerk.locator("#relief")).to_contain_text("行政复议决定书")
    clerk.get_by_role("link", name="登记结果").click()
    clerk.get_by_label("结果", exact=True).select_option(label="纠正")
    clerk.get_by_label("结案日期").fill(today.isoformat())
    shoot(clerk, "relief-result")
    clerk.get_by_role("button", name="登记结果").click()


PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def taken_up_again(leader: Page, link: str, today: date) -> None:
    leader.goto(f"{link}/reopen")
    choice = leader.get_by_label("是否复议、诉讼责令重新答复")
    choice.select_option(label="行政复议 青沅市人民政府")
    leader.get_by_label("收到决定书、判决书的日期").fill(today.isoformat())
    leader.get_by_label("重开的原因").fill("复议决定责令重新答复")
    shoot(leader, "reopen")
    leader.get_by_role("button", name="重开，回到拟稿").click()
    leader.goto(link)
    expect(leader.locator(".cw-head")).to_contain_text("首次答复")
    expect(leader.locator("#clock")).to_contain_text("收到责令重新答复的决定、判决")
    shoot(leader, "reopened")


def both_answers_stand(clerk: Page, link: str, today: date) -> None:
    """Two replies, two numbers; the table counts the case once, as it ended last in this year."""
    clerk.goto(link)
    documents = clerk.locator("#docs").inner_text()
    assert len(set(re.findall(rf"青资公开答〔{today.year}〕\d+号", documents))) == 2
    assert "首次答复" in text_of(clerk)
    assert "重新答复" in text_of(clerk)
    shoot(clerk, "answered-twice")
    clerk.goto(f"{link}/attach")
    shoot(clerk, "attach-plain")
    clerk.goto("/inbox/hand-over")
    shoot(clerk, "hand-over")
    clerk.goto("/inbox/stand-in")
    shoot(clerk, "stand-in")
