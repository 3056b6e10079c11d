"""Where a request comes from, in words an officer reads.

The address is what the server sees, or what a trusted proxy says. Of the browser only its name and
the system are kept: enough to know one's own, too little to follow anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

from casework.services.log_ins import Place

if TYPE_CHECKING:
    from flask import Request

_LONGEST_ADDRESS = 45

# The first that is found counts: Edge calls itself Chrome and Safari too, 360 may not name itself.
_BROWSERS = (
    ("Edg", "Edge"),
    ("QIHU", "360 浏览器"),
    ("360", "360 浏览器"),
    ("QAXBrowser", "奇安信可信浏览器"),
    ("UBrowser", "UC 浏览器"),
    ("UOSBrowser", "统信浏览器"),
    ("MetaSr", "搜狗浏览器"),
    ("QQBrowser", "QQ 浏览器"),
    ("Firefox", "火狐浏览器"),
    ("Chrome", "谷歌浏览器"),
    ("Trident", "IE 浏览器"),
    ("MSIE", "IE 浏览器"),
    ("Safari", "Safari 浏览器"),
)
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "安卓"),
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("Windows NT 10", "Windows 10 或 11"),
    ("Windows NT 6.1", "Windows 7"),
    ("Windows", "Windows"),
    ("Mac OS X", "苹果电脑"),
    ("Kylin", "麒麟"),
    ("UOS", "统信 UOS"),
    ("Linux", "Linux（含统信、麒麟）"),
)


def place_of(request: Request) -> Place:
    """Return where a log-in comes from."""
    header = current_app.config["CERTIFICATE_HEADER"]
    return Place(
        address=(request.remote_addr or "")[:_LONGEST_ADDRESS],
        browser=browser_words(request.user_agent.string),
        certificate=request.headers.get(header, "").strip() if header else "",
    )


def browser_words(agent: str) -> str:
    """Return 谷歌浏览器，Windows 10 或 11 for what a browser says of itself."""
    browser = _first(_BROWSERS, agent) or "其他浏览器"
    system = _first(_SYSTEMS, agent)
    return f"{browser}，{system}" if system else browser


def _first(table: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((words for mark, words in table if mark in agent), "")
