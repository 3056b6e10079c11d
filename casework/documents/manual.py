"""The user manual: Markdown chapters of our own, as HTML.

Raw HTML in a chapter stays text, and a picture or link leads nowhere but to the manual's own
folder or the application's own pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from pathlib import Path

_NAME = re.compile(r"[a-z][a-z-]{0,40}")
_PICTURE = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\.png")


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter: its file's name, its title, its text as HTML without the title."""

    name: str
    title: str
    html: str


def list_chapters(folder: Path) -> list[Chapter]:
    """Return the chapters in the order of the index's list of links."""
    index = (folder / "README.md").read_text(encoding="utf-8")
    names = re.findall(r"\]\(([a-z-]+)\.md\)", index)
    return [read_chapter(folder, name) for name in names]


def find_chapter(folder: Path, name: str) -> Chapter | None:
    """Return one chapter, None if there is none of that name."""
    if not _NAME.fullmatch(name) or not (folder / f"{name}.md").is_file():
        return None
    return read_chapter(folder, name)


def find_picture(folder: Path, name: str) -> Path | None:
    """Return the file of one picture, None if there is none of that name."""
    path = folder / "images" / name
    return path if _PICTURE.fullmatch(name) and path.is_file() else None


@cache
def read_chapter(folder: Path, name: str) -> Chapter:
    """Read one chapter; a chapter begins with its title as ``# 标题``."""
    text = (folder / f"{name}.md").read_text(encoding="utf-8")
    head, _, body = text.partition("\n")
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(body)
    html = html.replace('src="images/', 'src="/help/images/')
    html = re.sub(r'href="([a-z-]+)\.md', r'href="/help/\1', html)
    # Wide tables scroll inside, and every picture says what it shows (its own words).
    html = html.replace("<table>", '<div class="cw-scroll" tabindex="0"><table class="cw-tbl">')
    html = html.replace("</table>", "</table></div>").replace("<th>", '<th scope="col">')
    return Chapter(name=name, title=head.removeprefix("#").strip(), html=html)
