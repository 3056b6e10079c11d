"""What the script of the register page adds, and that nothing is lost where the power fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

_PASTE = """() => {
  const items = new DataTransfer();
  items.items.add(new File([new Uint8Array([137, 80])], '扫描件.png', {type: 'image/png'}));
  document.dispatchEvent(new ClipboardEvent('paste', {clipboardData: items, bubbles: true}));
}"""


def test_the_due_day_follows_while_one_types(sit_down: Callable[..., Page]) -> None:
    page = sit_down("zhoumin", scripts=True)
    page.goto("/register?channel=in_person")
    before = page.inner_text("#reg-side .cw-big")
    page.fill("#received_on", "2026-09-07")
    page.wait_for_function(
        "was => document.querySelector('#reg-side .cw-big').innerText !== was", arg=before
    )
    # Mon 2026-09-07 and 15 working days: Mon 2026-09-28, Sun 09-20 worked, 09-25 to 09-27 off.
    assert "2026年9月28日（周一）" in page.inner_text("#reg-side .cw-big")
    assert page.evaluate("document.activeElement.id") == "received_on", "the hand stays where it is"


def test_a_channel_brings_its_own_fields(sit_down: Callable[..., Page]) -> None:
    page = sit_down("zhoumin", scripts=True)
    page.goto("/register?channel=in_person")
    page.check("input[value=web_form]")
    page.wait_for_selector("#arrived_on")
    assert "双方确认之日" in page.inner_text("#reg-receipt")


def test_what_was_typed_survives_a_power_cut(sit_down: Callable[..., Page]) -> None:
    page = sit_down("zhoumin", scripts=True)
    page.goto("/register?channel=in_person")
    with page.expect_response(lambda answer: answer.url.endswith("/register")):
        page.fill("#request_text", "柳湾村断电时填到一半的申请")
    page.context.clear_cookies()  # the power fails; the clerk logs in again later
    page = sit_down("zhoumin")
    page.goto("/register")
    page.click("text=接着填")
    assert page.input_value("#request_text") == "柳湾村断电时填到一半的申请"
    page.goto("/register")
    page.click("text=丢掉")
    assert "没有登记完的申请已经丢掉" in page.inner_text("main")


def test_a_scan_is_pasted(sit_down: Callable[..., Page]) -> None:
    page = sit_down("zhoumin", scripts=True)
    page.goto("/register")
    page.evaluate(_PASTE)
    assert page.evaluate("document.getElementById('files').files[0].name") == "扫描件.png"
