"""A real server process with a home of its own, and a real Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright
from werkzeug.security import generate_password_hash

import config
from casework.app import create_app
from casework.domain import time_source
from casework.domain.permissions import Role
from casework.extensions import db
from casework.models import User, UserRole
from tests.conftest import FONT_CACHE, PASSWORD, add_agency, settings_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

PEOPLE = {
    "zhoumin": ("周敏", Role.CLERK),
    "chenliqun": ("陈立群", Role.HANDLER),
    "hejingyi": ("何静怡", Role.LEGAL_REVIEWER),
    "luojianping": ("罗建平", Role.LEADER),
    "shenwei": ("沈蔚", Role.STATISTICIAN),
    "fangce": ("方策", Role.SECURITY_ADMIN),
}


def prepare_home(home: Path) -> None:
    """Set an installation up in-process: tables, the example agency, one person per role."""
    from flask_migrate import upgrade

    url = f"sqlite:///{home / 'casework.db'}"
    app = create_app(settings_for(home, url), template_folder=config.ROOT / "templates")
    with app.app_context():
        upgrade()
        session = db.session()
        agency = add_agency(session, code="QYZG", name="青沅市自然资源和规划局", prefix="青资公开")
        for login, (name, role) in PEOPLE.items():
            session.add(
                User(
                    login=login,
                    name=name,
                    agency_id=agency.id,
                    unit="耕地保护科",
                    password_hash=generate_password_hash(PASSWORD),
                    created_at=time_source.now(),
                    grants=[UserRole(role=role)],
                )
            )
        session.commit()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of ``casework serve`` on a free port of the loopback."""
    home = tmp_path_factory.mktemp("office")
    prepare_home(home)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = shutil.which("casework", path=os.path.dirname(sys.executable))  # noqa: PTH120
    assert command, "the console script casework is not installed"
    process = subprocess.Popen(
        [command, "serve", "--port", str(port)],
        env=os.environ
        | {
            "CASEWORK_HOME": str(home),
            "CASEWORK_FONT_CACHE": str(FONT_CACHE),
            "DATABASE_URL": "",
        },
        cwd=home,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        assert process.poll() is None, "the server ended by itself"
        try:
            urllib.request.urlopen(f"{address}/login", timeout=2).close()  # noqa: S310  our own loopback server
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    pytest.fail("the server did not answer within 30 seconds")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "install Debian's package chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def sit_down(browser: Browser, server: str) -> Iterator[Callable[..., Page]]:
    """Log a person in, in a browser of their own, with scripts off: the pages need none."""
    contexts = []

    def log_in(login: str, *, width: int = 1366, height: int = 768, scripts: bool = False) -> Page:
        context = browser.new_context(
            base_url=server,
            java_script_enabled=scripts,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": height},
        )
        contexts.append(context)
        page = context.new_page()
        page.goto("/login")
        page.get_by_label("用户名").fill(login)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    yield log_in
    for context in contexts:
        context.close()
