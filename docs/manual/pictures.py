"""Take the manual's pictures from the demonstration office: ``python docs/manual/pictures.py``.

Makes an installation of its own in a temporary folder, loads the demonstration, opens each page
as the person whose chapter it is, and writes ``images/*.png`` in few colours. Needs Chromium.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
IMAGES = Path(__file__).resolve().parent / "images"
COMMAND = [sys.executable, "-c", "from casework.cli import main; main()"]
COLOURS = 64
SCREEN = {"width": 1366, "height": 768}
AGENCY = "青沅市自然资源和规划局"

CLERK, HANDLER, REVIEWER = "zhoumin", "chenliqun", "hejingyi"
LEADER, STATISTICIAN = "luojianping", "shenwei"
KEEPER, GRANTER = "xitong", "anquan"

# Picture, whose screen, address; {state} is the first case that stands there.
PICTURES = (
    ("desk", CLERK, "/desk"),
    ("register", CLERK, "/register?channel=in_person"),
    ("case", CLERK, "/cases/{drafting}"),
    ("dispatch", CLERK, "/cases/{awaiting_dispatch}/dispatch"),
    ("ledger", CLERK, "/ledger"),
    ("draft", HANDLER, "/cases/{drafting}/save-draft"),
    ("review-queue", REVIEWER, "/review"),
    ("review", REVIEWER, "/cases/{in_review}/review"),
    ("overview", LEADER, "/overview"),
    ("issue", LEADER, "/cases/{awaiting_issue}/issue"),
    ("annual", STATISTICIAN, "/annual"),
    ("annual-cases", STATISTICIAN, "/annual"),
    ("annual-lock", STATISTICIAN, "/annual/lock"),
    ("annual-report", STATISTICIAN, "/annual/report"),
    ("people", KEEPER, "/admin/people"),
    ("calendar", KEEPER, "/calendar"),
    ("roles", GRANTER, "/admin/roles"),
)


@contextmanager
def office(*, demo: bool) -> Iterator[tuple[str, dict[str, str]]]:
    """Serve an installation of its own; yields its address and the demo's passwords by log-in."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        fonts = os.environ.get("CASEWORK_FONT_CACHE") or str(ROOT / "var" / "fonts")
        settings = {
            "CASEWORK_HOME": folder,
            "CASEWORK_FONT_CACHE": fonts,
            "DATABASE_URL": "",
            "CASEWORK_DEMO": "1" if demo else "",
        }
        env = os.environ | settings
        _run(env, "db", "upgrade")
        passwords = {}
        if demo:
            said = _run(env, "demo", "load")
            passwords = dict(re.findall(r"^\s+(\w+)\s+(\S+)\s+\S+（\S+）", said, re.MULTILINE))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen([*COMMAND, "serve", "--port", str(port)], cwd=ROOT, env=env)
        try:
            _wait_for(f"http://127.0.0.1:{port}/login")
            yield f"http://127.0.0.1:{port}", passwords
        finally:
            server.terminate()
            server.wait(timeout=20)
            shutil.rmtree(home / "fonts", ignore_errors=True)


def _run(env: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [*COMMAND, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    return done.stdout + done.stderr


def _wait_for(address: str) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310  our own loopback server
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    msg = "the server did not answer within 30 seconds"
    raise RuntimeError(msg)


def sit_down(browser: Browser, address: str, login: str, password: str) -> Page:
    """Log a person in and return their screen."""
    page = browser.new_context(viewport=SCREEN, base_url=address, locale="zh-CN").new_page()
    page.goto("/login")
    page.fill("#login", login)
    page.fill("#password", password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


def first_cases(page: Page) -> dict[str, str]:
    """Return the id of the first case in each state, as the desk's search lists them."""
    found = {}
    for state in ("drafting", "in_review", "awaiting_issue", "awaiting_dispatch"):
        page.goto(f"/cases?state={state}")
        link = page.locator("main a[href^='/cases/']").first.get_attribute("href") or ""
        found[state] = link.removeprefix("/cases/").partition("/")[0].partition("?")[0]
    return found


def take(page: Page, name: str) -> None:
    """Write what the screen shows, in few colours."""
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


def main() -> None:
    """Take them all."""
    IMAGES.mkdir(exist_ok=True)
    taken = []
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        with office(demo=False) as (address, _):
            page = browser.new_page(viewport=SCREEN)
            page.goto(f"{address}/setup")
            take(page, "setup")
        with office(demo=True) as (address, passwords):
            page = browser.new_page(viewport=SCREEN)
            page.goto(f"{address}/login")
            take(page, "log-in")
            screens = {}
            for name, login, path in PICTURES:
                if login not in screens:
                    screens[login] = sit_down(browser, address, login, passwords[login])
                screen = screens[login]
                cases = first_cases(screens[CLERK]) if "{" in path else {}
                screen.goto(path.format(**cases))
                if name == "annual-cases":
                    screen.locator(".cw-form td a").first.click()
                    screen.wait_for_load_state()
                take(screen, name)
                taken.append(name)
            screen = screens[CLERK]
            screen.goto("/display")
            screen.check("input[name=size][value='150']")
            screen.check("input[name=contrast][value=high]")
            screen.click("text=按这样显示")
            screen.goto("/desk")
            take(screen, "large")
        browser.close()
    print(json.dumps(taken))  # noqa: T201  a script says what it did


if __name__ == "__main__":
    main()
