"""使用手册: every chapter and picture is there, and nothing beside them is handed out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

import config
from casework.documents.manual import list_chapters, read_chapter
from casework.domain.permissions import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.conftest import Browser

FOLDER = config.ROOT / "docs" / "manual"
CHAPTERS = [chapter.name for chapter in list_chapters(FOLDER)]


def test_the_index_lists_every_chapter() -> None:
    files = {path.stem for path in FOLDER.glob("*.md")} - {"README"}
    assert set(CHAPTERS) == files
    assert len(CHAPTERS) == len(files)


def test_every_picture_is_shown_somewhere_and_every_one_shown_is_there() -> None:
    shown = {
        name
        for path in FOLDER.glob("*.md")
        for name in re.findall(r"!\[[^\]]+\]\(images/([^)]+)\)", path.read_text(encoding="utf-8"))
    }
    assert shown == {path.name for path in (FOLDER / "images").iterdir()}


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_reads_inside(
    client: Browser, log_in_as: Callable[..., object], name: str
) -> None:
    log_in_as(client, Role.HANDLER)
    page = client.read(f"/help/{name}")
    chapter = read_chapter(FOLDER, name)
    assert f"<h1>{chapter.title}</h1>" in page
    assert "&lt;" not in chapter.html, "raw HTML has no place in a chapter"
    for image, words in re.findall(r'<img src="([^"]+)" alt="([^"]*)"', page):
        assert words
        with client.get(image) as answer:
            assert answer.mimetype == "image/png"
    for link in re.findall(r'<a href="(/help/[a-z-]+)"', page):
        assert client.get(link).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "nosuch",
        "README",
        "..",
        "../adr/README",
        "images/nosuch.png",
        "images/../clerk.md",
        "a" * 99,
    ],
)
def test_nothing_else_is_handed_out(
    client: Browser, log_in_as: Callable[..., object], path: str
) -> None:
    log_in_as(client, Role.HANDLER)
    assert client.get(f"/help/{path}").status_code == 404


def test_the_first_page_of_the_manual_lists_the_chapters(
    client: Browser, log_in_as: Callable[..., object]
) -> None:
    log_in_as(client, Role.AUDITOR)
    page = client.read("/help")
    assert [name for name in CHAPTERS if f'href="/help/{name}"' in page] == CHAPTERS
