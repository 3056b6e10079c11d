"""The sheet every PDF is drawn on: one at a time, fonts embedded, the same bytes always."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from casework.documents.fonts import FontRole
from casework.documents.official_page import PAGE_HEIGHT, PAGE_WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.documents.fonts import FontSet

# ReportLab fetches nothing for us, whatever a text contains.
rl_config.trustedSchemes = []
rl_config.trustedHosts = []

_drawing = threading.Lock()  # a ReportLab face keeps a read position: one document at a time


@contextmanager
def a4_canvas(
    target: IO[bytes], *, fonts: FontSet, title: str, author: str, subject: str = ""
) -> Iterator[Canvas]:
    """Open an A4 document in Chinese and save it to ``target`` at the end.

    No clock and no chance go into it: the same drawing gives the same bytes.
    """
    with _drawing:
        canvas = Canvas(
            target,
            pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
            invariant=1,
            pageCompression=1,
            lang="zh-CN",
            # or the page would name Helvetica, which is not embedded
            initialFontName=fonts.bundled(FontRole.BODY).fontName,  # type: ignore[arg-type] # stub
        )
        canvas.setTitle(title)
        canvas.setAuthor(author)
        canvas.setSubject(subject)
        canvas.setCreator("casework")
        yield canvas
        canvas.save()
