"""Five people take one application from the counter to the year-end table, in a real browser."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from casework.domain import time_source
from casework.domain.working_days import shipped_calendar
from casework.formatting import chinese_date, short_date

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FOOT = r"^— \d+ —.*\n"
"""The line of the folio, with the check code beside it on the last page."""

REQUEST = "申请公开临江区文昌路延伸段（K0+000 至 K1+350）建设用地规划许可证及附图、附件。"


def case_link(page: Page) -> str:
    """Return the address of the case page that is open."""
    found = re.search(r"/cases/\d+", page.url)
    assert found, page.url
    return found[0]


def test_the_road_from_the_counter_to_the_table(sit_down: Callable[..., Page]) -> None:
    today = time_source.today()
    clerk, handler = sit_down("zhoumin"), sit_down("chenliqun")
    reviewer, leader = sit_down("hejingyi"), sit_down("luojianping")

    link = register_a_letter(clerk, today)
    number = clerk.get_by_role("heading", level=1).inner_text().split()[0]
    assert re.fullmatch(rf"青资公开〔{today.year}〕\d+号", number)
    both_clocks_are_shown_and_no_name(clerk, today)
    clerk.goto(f"{link}/assign")
    clerk.get_by_label("承办单位").fill("规划编制科")
    clerk.get_by_label("承办人").select_option(label=option_of(clerk, "陈立群"))
    clerk.get_by_role("button", name="分办").click()

    draft_a_reply(handler, link, "复印件随本答复书一并邮寄")
    answer = handler.goto(f"{link}/review")  # the drafter cannot pass his own draft
    assert answer is not None
    assert answer.status == 403
    send_it_back(reviewer, link, "请写明邮寄的份数")
    handler.goto(link)
    expect(handler.locator("main")).to_contain_text("请写明邮寄的份数")
    draft_a_reply(handler, link, "复印件一份随本答复书一并邮寄")
    reviewer.goto(f"{link}/review")
    expect(reviewer.locator("main")).to_contain_text("复印件一份随本答复书一并邮寄")
    reviewer.get_by_role("button", name="审核通过").click()

    leader.goto(f"{link}/issue")
    leader.get_by_role("button", name="签发").first.click()
    leader.goto(link)
    letter = pdf_text(leader, f"青资公开答〔{today.year}〕1号")
    for words in (
        "高文博",
        "信函",
        chinese_date(today),
        "复印件一份随本答复书一并邮寄",
        "行政复议",
    ):
        assert words in letter
    assert "草稿" not in letter

    serve_close_and_archive(clerk, link, today)
    the_table_leads_back(sit_down("shenwei"), link, number, today)


def register_a_letter(clerk: Page, today: date) -> str:
    """登记 a registered letter signed for today, after one wrong digit; return the case's link."""
    clerk.get_by_role("link", name="信函登记").click()
    clerk.get_by_label("收到日期").fill(today.isoformat())
    clerk.get_by_role("radio", name="自然人").check()
    clerk.get_by_label("姓名").fill("高文博")
    clerk.get_by_label("证件名称").select_option("居民身份证")
    right = with_check_digit("51000019850312001")
    wrong = right[:-1] + ("1" if right[-1] != "1" else "2")
    clerk.get_by_label("证件号码").fill(wrong)
    clerk.get_by_label("申请内容").fill(REQUEST)
    clerk.get_by_role("button", name="登记立号").click()
    expect(clerk.get_by_role("alert")).to_contain_text("校验不符")
    expect(clerk.get_by_label("申请内容")).to_have_value(REQUEST)
    clerk.get_by_label("证件号码").fill(right)
    clerk.get_by_role("button", name="登记立号").click()
    return case_link(clerk)


def both_clocks_are_shown_and_no_name(clerk: Page, today: date) -> None:
    """15 working days of the office, 20 of the regulation; the applicant is masked."""
    calendar = shipped_calendar()
    text = clerk.locator("main").inner_text()
    assert short_date(calendar.add(today, 15)) in text
    assert short_date(calendar.add(today, 20)) in text
    assert "高文博" not in text


def draft_a_reply(handler: Page, link: str, how: str) -> None:
    """拟稿 and 提交审核."""
    handler.goto(f"{link}/save-draft")
    handler.get_by_role("radio", name="予以公开").check()
    handler.get_by_role("checkbox", name="提供所申请的信息").check()
    handler.get_by_role("button", name="列出要写的内容").click()
    handler.get_by_label("提供信息的方式").fill(how)
    handler.get_by_role("button", name="保存稿件").click()
    expect(handler.locator("#draft")).to_contain_text(how)
    handler.goto(f"{link}/submit-draft")
    handler.get_by_role("button", name="提交审核").click()


def send_it_back(reviewer: Page, link: str, opinion: str) -> None:
    """退回承办人修改."""
    reviewer.goto(f"{link}/review")
    reviewer.get_by_label("意见").last.fill(opinion)
    reviewer.get_by_role("button", name="退回承办人修改").click()


def serve_close_and_archive(clerk: Page, link: str, today: date) -> None:
    """登记送达、办结、归档."""
    clerk.goto(f"{link}/dispatch")
    clerk.get_by_role("radio", name="邮寄送达").check()
    clerk.get_by_label("邮件号").fill("EM000200001CS")
    clerk.get_by_label("答复日期").fill(today.isoformat())
    clerk.get_by_role("button", name="登记送达").click()
    for act, button in (("close", "办结"), ("archive", "归档")):
        clerk.goto(f"{link}/{act}")
        clerk.get_by_role("button", name=button).click()
    expect(clerk.get_by_role("heading", level=1)).to_contain_text("已归档")


def the_table_leads_back(statistician: Page, link: str, number: str, today: date) -> None:
    """The year's table counts the case, and its number leads back to it."""
    statistician.goto(f"/annual?year={today.year}&form=2021")
    cell = statistician.locator('a[href*="row=R3.1&column=C1"], a[href*="column=C1&row=R3.1"]')
    expect(cell.first).to_have_text(re.compile(r"^[1-9]\d* ?件"))
    cell.first.click()
    expect(statistician.locator("main")).to_contain_text(number)
    statistician.get_by_role("link", name=re.compile(re.escape(number[-4:]))).first.click()
    assert case_link(statistician) == link


def option_of(page: Page, name: str) -> str:
    """Return the full label of the option that contains ``name``."""
    options = page.get_by_label("承办人").locator("option").all_inner_texts()
    return next(option for option in options if name in option)


def pdf_text(page: Page, number: str) -> str:
    """Open the document with this number from the case page and return its text."""
    links = page.get_by_role("row", name=number).get_by_role("link").all()
    addresses = [link.get_attribute("href") or "" for link in links]
    [address] = [one for one in addresses if re.fullmatch(r"/cases/\d+/documents/\d+", one)]
    answer = page.request.get(address)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    pages = [page.extract_text() for page in PdfReader(BytesIO(answer.body())).pages]
    pages[1:] = [page.replace(f"{number}\n", "", 1) for page in pages[1:]]
    # What stands at the foot of a page (folio, check code, number) comes between its lines.
    text = "".join(re.sub(FOOT, "", page, flags=re.MULTILINE) for page in pages)
    return "".join(text.split())


def with_check_digit(first_17: str) -> str:
    """Return a resident ID number with its right last character (GB 11643-1999)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(first_17, weights, strict=True))
    return first_17 + "10X98765432"[total % 11]
