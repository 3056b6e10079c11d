"""A picture (a scanned page, a photograph of one) as a page of A4, to be bound into a case file."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from PIL import Image, ImageOps
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader

from casework.documents.canvas import a4_canvas
from casework.documents.official_page import PAGE_HEIGHT, PAGE_WIDTH
from casework.documents.tagged_canvas import Element

if TYPE_CHECKING:
    from casework.documents.fonts import FontSet

_MARGIN = 10 * mm
_MOST_DOTS = (2480, 3508)  # A4 at 300 dots an inch
_QUALITY = 85
_UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


class NotAPictureError(ValueError):
    """The bytes are no picture that can be read, or one far too large."""


def picture_page(content: bytes, *, name: str, fonts: FontSet) -> bytes:
    """Return a PDF of one page that shows the picture, turned as it was taken.

    A large one is scaled down to 300 dots an inch; what could be seen through becomes white. The
    same picture gives the same bytes.
    """
    picture = _opened(content)
    width, height = PAGE_WIDTH - 2 * _MARGIN, PAGE_HEIGHT - 2 * _MARGIN
    scale = min(width / picture.width, height / picture.height)
    across, high = picture.width * scale, picture.height * scale
    buffer = io.BytesIO()
    compressed = io.BytesIO()
    picture.save(compressed, "JPEG", quality=_QUALITY)
    with a4_canvas(buffer, fonts=fonts, title=name, author="") as canvas:
        with canvas.within(Element("Figure", alt=name)), canvas.marked():
            canvas.drawImage(
                ImageReader(compressed),
                (PAGE_WIDTH - across) / 2,
                (PAGE_HEIGHT - high) / 2,
                across,
                high,
            )
        canvas.showPage()
    return buffer.getvalue()


def _opened(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
                turned = ImageOps.exif_transpose(picture).convert("RGBA")
        turned.thumbnail(_MOST_DOTS)
    except _UNREADABLE as error:
        raise NotAPictureError from error
    paper = Image.new("RGB", turned.size, "white")
    paper.paste(turned, mask=turned)
    return paper
