"""The sheet every PDF is drawn on: one at a time, fonts embedded, the same bytes always."""

from __future__ import annotations

import hashlib
import io
import threading
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from reportlab import rl_config

from casework.documents import pdf_archival
from casework.documents.chinese_text import clean
from casework.documents.fonts import FontRole
from casework.documents.official_page import PAGE_HEIGHT, PAGE_WIDTH
from casework.documents.tagged_canvas import TaggedCanvas

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from casework.documents.fonts import FontSet

# ReportLab fetches nothing for us, whatever a text contains.
rl_config.trustedSchemes = []
rl_config.trustedHosts = []
# Compressed pages as they are: in letters and figures they would be a quarter longer.
rl_config.useA85 = 0

_drawing = threading.Lock()  # a ReportLab face keeps a read position: one document at a time


@contextmanager
def a4_canvas(
    target: IO[bytes], *, fonts: FontSet, title: str, author: str, subject: str = ""
) -> Iterator[TaggedCanvas]:
    """Open an A4 document in Chinese and save it to ``target`` at the end, as PDF/A-2u.

    No clock and no chance go into it: the same drawing gives the same bytes, and another drawing
    another identifier (ISO 19005-2 6.1.3).
    """
    about = {"title": title, "author": author, "subject": subject}
    with _canvas(target, (PAGE_WIDTH, PAGE_HEIGHT), fonts=fonts, about=about) as canvas:
        yield canvas


@contextmanager
def a4_canvas_across(
    target: IO[bytes], *, fonts: FontSet, title: str, author: str
) -> Iterator[TaggedCanvas]:
    """Open a document as ``a4_canvas`` does, its pages on their long side."""
    about = {"title": title, "author": author, "subject": ""}
    with _canvas(target, (PAGE_HEIGHT, PAGE_WIDTH), fonts=fonts, about=about) as canvas:
        yield canvas


@contextmanager
def _canvas(
    target: IO[bytes], page: tuple[float, float], *, fonts: FontSet, about: Mapping[str, str]
) -> Iterator[TaggedCanvas]:
    written = {name: " ".join(clean(text).split("\n")) for name, text in about.items()}
    with _drawing:
        buffer = io.BytesIO()
        canvas = TaggedCanvas(
            buffer,
            pagesize=page,
            pdfVersion=pdf_archival.VERSION,
            invariant=1,
            pageCompression=1,
            lang="zh-CN",
            # or the page would name Helvetica, which is not embedded
            initialFontName=fonts.bundled(FontRole.BODY).fontName,
        )
        pdf_archival.describe(canvas, **written)
        yield canvas
        canvas.save()
    content = buffer.getvalue()
    target.write(pdf_archival.identified(content, hashlib.sha256(content).hexdigest()))
