"""An envelope: C5 (229 × 162 mm, GB/T 1416-2003), postcode above left, address in the middle.

The sender stands below right with its own postcode; the reference (文号 or 申请编号) below left,
so that a letter which comes back finds its case.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportlab.lib.units import mm

from casework.documents.canvas import a4_canvas
from casework.documents.chinese_text import clean
from casework.documents.fonts import FontRole
from casework.documents.official_page import BODY, Pen, Setter, TextStyle
from casework.documents.tagged_canvas import Element

if TYPE_CHECKING:
    from casework.documents.fonts import FontSet

WIDTH, HEIGHT = 229 * mm, 162 * mm
_LEFT = 60 * mm
_MEASURE = 140 * mm
_TOP = 100 * mm  # of the address block, from the lower edge
_LINE = 26.0
_SMALL = TextStyle(role=FontRole.SONG, size=10.5, cell=10.5)
_POSTCODE = TextStyle(role=FontRole.SONG, size=18.0, cell=27.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What stands on it; all text is printed as it is."""

    postcode: str
    address: str
    name: str
    phone: str
    sender_address: str
    sender: str
    sender_postcode: str
    reference: str


def render_envelope(envelope: Envelope, *, fonts: FontSet) -> bytes:
    """Return one envelope as PDF; the same envelope and fonts give the same bytes."""
    setter = Setter(fonts)
    buffer = io.BytesIO()
    with a4_canvas(buffer, fonts=fonts, title="信封", author=envelope.sender) as canvas:
        canvas.setPageSize((WIDTH, HEIGHT))
        pen = Pen(setter, canvas)
        with canvas.within(Element("P")):
            pen.text(" ".join(clean(envelope.postcode)), _POSTCODE, 20 * mm, HEIGHT - 22 * mm)
            y = _TOP
            named = f"{clean(envelope.name)}　收" if envelope.name else ""
            phone = f"电话：{clean(envelope.phone)}" if envelope.phone else ""
            for text in filter(None, (clean(envelope.address), named, phone)):
                for line in setter.lines(text, BODY, measure=_MEASURE, justify=False):
                    pen.line(line, BODY, _LEFT, y)
                    y -= _LINE
                y -= _LINE / 3
            pen.text(clean(envelope.reference), _SMALL, 20 * mm, 18 * mm)
            sender = (envelope.sender_address, envelope.sender, envelope.sender_postcode)
            for at, text in enumerate(filter(None, map(clean, reversed(sender)))):
                width = setter.width(text, _SMALL)
                pen.text(text, _SMALL, WIDTH - 20 * mm - width, (18 + 6 * at) * mm)
        canvas.showPage()
    return buffer.getvalue()
