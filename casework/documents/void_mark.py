"""作废 across every page of a copy of a void document; the document itself stays as it is."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import Name

from casework.documents.canvas import a4_canvas
from casework.documents.fonts import FontRole
from casework.documents.official_page import (
    MIDDLE,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    RED,
    Pen,
    Setter,
    TextStyle,
)
from casework.formatting import chinese_date

if TYPE_CHECKING:
    from datetime import date

    from casework.documents.fonts import FontSet

_WORD = "作废"
_LARGE = TextStyle(role=FontRole.HEADING, size=96.0, cell=132.0, color=RED)
_SMALL = TextStyle(role=FontRole.HEADING, size=12.0, cell=12.0, color=RED)
_LINE_BELOW_TOP = 48.0
_FRAME = 3.0
_TILT = 30
_NAME = Name("/Void")


def marked_void(content: bytes, *, voided_on: date, fonts: FontSet) -> bytes:
    """Return the PDF with 作废 and the day on every page; the same input gives the same bytes.

    A signature does not cover the mark: the copy is no longer the file that was signed.
    """
    stamp = _stamp(voided_on, fonts)
    with pikepdf.open(io.BytesIO(content)) as pdf, pikepdf.open(io.BytesIO(stamp)) as mark:
        drawn = pdf.copy_foreign(mark.pages[0].as_form_xobject())
        for page in pdf.pages:
            # pikepdf's own overlay would give it a name by chance.
            name = page.add_resource(drawn, Name.XObject, name=_NAME)
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(f"\nQ\n/Artifact BMC\nq {name} Do Q\nEMC\n".encode())
        buffer = io.BytesIO()
        pdf.save(buffer, deterministic_id=True)
        return buffer.getvalue()


def _stamp(voided_on: date, fonts: FontSet) -> bytes:
    buffer = io.BytesIO()
    with a4_canvas(buffer, fonts=fonts, title=_WORD, author="") as canvas:
        pen = Pen(Setter(fonts), canvas)
        said = f"本文书已于{chinese_date(voided_on)}作废"
        width = pen.setter.width(said, _SMALL)
        pen.text(said, _SMALL, (PAGE_WIDTH - width) / 2, PAGE_HEIGHT - _LINE_BELOW_TOP)
        canvas.translate(PAGE_WIDTH / 2, PAGE_HEIGHT / 2)
        canvas.rotate(_TILT)
        across = pen.setter.width(_WORD, _LARGE) - (_LARGE.cell - _LARGE.size)
        pen.text(_WORD, _LARGE, -across / 2, -_LARGE.size * MIDDLE)
        half, high = across / 2 + 24, _LARGE.size * 0.75
        for x1, y1, x2, y2 in (
            (-half, high, half, high),
            (-half, -high, half, -high),
            (-half, -high, -half, high),
            (half, -high, half, high),
        ):
            pen.rule(x1, y1, x2, y2, _FRAME, RED)
        canvas.showPage()
    return buffer.getvalue()
