"""Every main page under axe-core, at 320 px, and walked by keyboard alone.

Scripts are on so that axe can look; what few the pages bring are our own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PAGES = {
    "zhoumin": [
        "/",
        "/register?channel=in_person",
        "/register?channel=mail",
        "/register?channel=online",
        "/register?channel=fax",
        "/cases",
        "/annual?year=2026&form=2021",
        "/annual?year=2018&form=2014",
        "/calendar?year=2026",
        "/keys",
        "/deliveries",
        "/deliveries/labels",
        "/cases/999999",
    ],
    "chenliqun": ["/", "/cases"],
    "hejingyi": [
        "/",
        "/review",
        "/templates",
        "/templates/1/2019/reply",
        "/templates/1/2019/findings/edit",
    ],
    "luojianping": ["/", "/issue", "/management", "/templates"],
    "shenwei": ["/", "/annual/entries?year=2018&form=2014", "/annual/report?year=2026"],
    "fangce": ["/admin/permissions"],
}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
CASES = [(login, path) for login, paths in PAGES.items() for path in paths]


@pytest.mark.parametrize("login", PAGES)
def test_acceptance_90_axe_finds_nothing(sit_down: Callable[..., Page], login: str) -> None:
    page = sit_down(login, scripts=True)
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    for path in PAGES[login]:
        complaints.clear()
        answer = page.goto(path)
        assert answer is not None
        assert answer.status in {200, 404}, (path, answer.status)
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, (path, found.generate_report())
        assert not [text for text in complaints if "Content Security Policy" in text], path
        what_axe_misses(page, path)


def what_axe_misses(page: Page, path: str) -> None:
    """One h1, a title of its own, Chinese, a visible label for every input, no click handlers."""
    assert page.locator("h1").count() == 1, path
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.title().endswith("依申请公开办件系统"), path
    assert page.locator("[onclick], script:not([src^='/static/'])").count() == 0, path
    fields = page.locator("main input:not([type=hidden]), main select, main textarea")
    for field in fields.all():
        name = field.get_attribute("id")
        assert name, (path, field.get_attribute("name"))
        assert page.locator(f'label[for="{name}"]').count() == 1, (path, name)


@pytest.mark.parametrize("login", PAGES)
def test_acceptance_89_no_page_asks_for_anything_outside(
    sit_down: Callable[..., Page], server: str, login: str
) -> None:
    page = sit_down(login, scripts=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES[login]:
        page.goto(path)
    assert len(asked) > len(PAGES[login])
    assert [url for url in asked if not url.startswith((server, "data:"))] == []


@pytest.mark.parametrize("login", PAGES)
def test_nothing_scrolls_sideways_at_320_pixels(sit_down: Callable[..., Page], login: str) -> None:
    page = sit_down(login, width=320, height=800, scripts=True)
    for path in PAGES[login]:
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, (path, wide)


def test_axe_finds_nothing_where_a_template_is_refused_and_where_it_waits(
    sit_down: Callable[..., Page],
) -> None:
    page = sit_down("hejingyi", scripts=True)
    page.goto("/templates/1/2019/extension_notice/edit")
    text = page.get_by_label("模板文字")
    whole = text.input_value()
    text.fill(whole.replace("{{收到日期}}", "近日"))
    page.get_by_role("button", name="检查").click()
    assert "没有写明收到日期" in page.locator("#errors").inner_text()
    assert Axe().run(page, options=RULES).violations_count == 0
    page.get_by_label("模板文字").fill(whole.replace("特此告知", "现此告知"))
    page.get_by_label("为什么改").fill("改用本局用语")
    page.get_by_role("button", name="送批准").click()
    page.wait_for_url("**/templates/versions/*")
    assert Axe().run(page, options=RULES).violations_count == 0
    what_axe_misses(page, page.url)


def test_a_clerk_registers_with_the_keyboard_alone(sit_down: Callable[..., Page]) -> None:
    page = sit_down("zhoumin")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "跳到正文"
    page.goto("/register?channel=in_person")
    texts = {
        "received_on": None,
        "name": "高文博",
        "phone": "13600005520",
        "request_text": "文昌路延伸段建设用地规划许可证",
    }
    from casework.domain import time_source

    texts["received_on"] = time_source.today().isoformat()
    for _ in range(80):
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        name = focus.get_attribute("name") or ""
        if name == "applicant_type":
            page.keyboard.press("Space")
        if text := texts.pop(name, None):
            page.keyboard.press("Control+a")
            page.keyboard.type(text)
        if focus.inner_text().strip() == "登记立号":
            page.keyboard.press("Enter")
            break
    assert not texts, texts
    page.wait_for_url("**/cases/*")
    assert "青资公开〔" in page.locator("h1").inner_text()
