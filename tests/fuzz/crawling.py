"""Finding every form a person is shown, and filling it with what nobody expects."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from flask import Flask
    from werkzeug.test import Client

PAGES_PER_ENDPOINT = 3
NASTY = (
    "",
    " ",
    "0",
    "-1",
    "1e309",
    "99999999999999999999999999",
    "٣",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "昨天",
    "' OR 1=1 --",
    '"><svg onload=alert(1)>',
    "{{ 7*7 }}",
    "../../etc/passwd",
    "=1+1",
    "\x00",
    "\ud800",
    "\u202e\u200b",
    "𬱖㛃",
    "😀",
    "a\r\nSet-Cookie: x=1",
    "<" * 500,
    "长" * 5000,
    "NaN",
    "null",
    "[]",
    "%s%n%d",
)
_KEPT = {"csrf_token", "version", "nonce", "seen", "text_hash"}


@dataclass
class FoundForm:
    """One form: where it goes, how, and what it asks for (name, kind, offered values)."""

    action: str
    method: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)
    offered: dict[str, list[str]] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[str, ...]:
        """What makes two forms the same for a fuzzer: the address without its numbers."""
        return (re.sub(r"\d+", "#", urlsplit(self.action).path), self.method, *self.offered)


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms, self.links = page, [], []
        self._open: FoundForm | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and values.get("href", "").startswith("/"):
            self.links.append(unescape(values["href"]))
        elif tag == "form":
            method = values.get("method", "get").lower()
            self._open = FoundForm(values.get("action") or self.page, method)
            self.forms.append(self._open)
        elif self._open is not None:
            self._field(tag, values)

    def _field(self, tag: str, values: dict[str, str]) -> None:
        assert self._open is not None
        name = values.get("name", "")
        if tag == "option" and self._select:
            self._open.offered[self._select].append(values.get("value", ""))
        elif tag in {"input", "textarea", "select", "button"} and name:
            kind = values.get("type", tag)
            self._select = name if tag == "select" else ""
            self._open.fields.append((name, kind, values.get("value", "")))
            offered = self._open.offered.setdefault(name, [])
            if kind in {"radio", "checkbox", "submit", "hidden"} or tag == "button":
                offered.append(values.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def read_page(path: str, text: str) -> tuple[list[FoundForm], list[str]]:
    """Return the forms and the inner links of a page."""
    reader = _Reader(path)
    reader.feed(text)
    return reader.forms, reader.links


def query_form(link: str) -> FoundForm | None:
    """Return a link's query as if it were a form, so that its values are tried too."""
    parts = urlsplit(link)
    if not parts.query:
        return None
    names = parse_qsl(parts.query, keep_blank_values=True)
    offered = {name: [value] for name, value in names}
    return FoundForm(parts.path, "get", [(name, "text", value) for name, value in names], offered)


def crawl(app: Flask, client: Client, start: str = "/") -> Iterator[tuple[str, int, str]]:
    """Open page after page as a person could by clicking; yields address, status, text.

    At most three pages of one endpoint: the hundredth case page has no other form than the third.
    """
    waiting, known = [start], {start}
    seen: dict[str, int] = {}
    router = app.url_map.bind("localhost")
    while waiting:
        path = waiting.pop(0)
        try:
            endpoint = str(router.match(urlsplit(path).path, method="GET")[0])
        except Exception:  # noqa: BLE001  an address of another method or of nothing
            endpoint = path
        if seen.get(endpoint, 0) >= PAGES_PER_ENDPOINT:
            continue
        seen[endpoint] = seen.get(endpoint, 0) + 1
        with client.get(path, follow_redirects=True) as answer:
            text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
            yield path, answer.status_code, text
        for link in read_page(path, text)[1]:
            if link not in known and "#" not in link:
                known.add(link)
                waiting.append(link)


def fill(form: FoundForm, chance: random.Random) -> dict[str, Any]:
    """Return values for every field: often one that was offered, often one that nobody expects."""
    data: dict[str, Any] = {}
    for name, kind, value in form.fields:
        if name in _KEPT and chance.random() < 0.95:
            data[name] = value
            continue
        if kind == "file":
            data[name] = (BytesIO(chance.randbytes(chance.randrange(2000))), _file_name(chance))
            continue
        offered = form.offered.get(name, [])
        if offered and chance.random() < 0.7:
            data[name] = chance.choice(offered)
        elif chance.random() < 0.3:
            continue
        else:
            data[name] = _text(chance)
    return data


def _text(chance: random.Random) -> str:
    if chance.random() < 0.6:
        return chance.choice(NASTY).encode("utf-8", "replace").decode()
    letters = string.printable + "中文申请公开，。〔〕"
    return "".join(chance.choice(letters) for _ in range(chance.randrange(80)))


def _file_name(chance: random.Random) -> str:
    return chance.choice(
        ("a.pdf", "台账.xlsx", "x.csv", "..", "a" * 300 + ".png", "a;b.docx", "CON", "无后缀")
    )
