"""Scans and photographs as pages of a case file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf
import pytest
from PIL import Image

from casework.documents.picture_page import NotAPictureError, picture_page
from casework.documents.volume_pdf import render_cover, render_index, render_note
from tests.documents.pdfa import breaches
from tests.documents.test_page_pictures import VOLUME

if TYPE_CHECKING:
    from casework.documents.fonts import FontSet


def picture(mode: str, size: tuple[int, int], form: str) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, 0).save(buffer, form)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("mode", "form"),
    [("RGB", "JPEG"), ("CMYK", "JPEG"), ("RGBA", "PNG"), ("1", "PNG"), ("P", "PNG")],
)
def test_any_picture_becomes_a_page_that_keeps(fonts: FontSet, mode: str, form: str) -> None:
    content = picture(mode, (300, 200), form)
    page = picture_page(content, name="身份证<1>.png", fonts=fonts)
    assert breaches(page) == []
    assert page == picture_page(content, name="身份证<1>.png", fonts=fonts)
    with pikepdf.open(io.BytesIO(page)) as pdf:
        assert len(pdf.pages) == 1
        (figure,) = pdf.Root.StructTreeRoot.K[0].K
        assert (str(figure.S), str(figure.Alt)) == ("/Figure", "身份证<1>.png")


def test_a_large_scan_is_brought_down_to_300_dots(fonts: FontSet) -> None:
    page = picture_page(picture("L", (4000, 6000), "PNG"), name="a", fonts=fonts)
    with pikepdf.open(io.BytesIO(page)) as pdf:
        (image,) = dict(pdf.pages[0].Resources.XObject).values()
        assert (image.Width, image.Height) == (2339, 3508)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a"])
def test_what_is_no_picture_is_told(fonts: FontSet, content: bytes) -> None:
    with pytest.raises(NotAPictureError):
        picture_page(content, name="a", fonts=fonts)


def test_a_picture_far_too_large_is_not_unpacked(
    fonts: FontSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(NotAPictureError):
        picture_page(picture("L", (40, 40), "PNG"), name="a", fonts=fonts)


def test_cover_index_and_note_keep_the_clauses(fonts: FontSet) -> None:
    for render in (render_cover, render_index, render_note):
        assert breaches(render(VOLUME, fonts=fonts)) == []
        assert render(VOLUME, fonts=fonts) == render(VOLUME, fonts=fonts)
