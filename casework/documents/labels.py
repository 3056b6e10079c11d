"""Address labels on a sheet of A4, as they come from the paper trade: 2 × 7 or 3 × 8.

A label bears postcode, address, name and telephone, and the reference (文号 or 申请编号) by which a
letter that comes back finds its case. An address that is too long is set smaller, never cut.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from reportlab.lib.units import mm

from casework.documents.canvas import a4_canvas
from casework.documents.chinese_text import clean
from casework.documents.fonts import FontRole
from casework.documents.official_page import PAGE_HEIGHT, Pen, Setter, TextStyle
from casework.documents.tagged_canvas import Element
from casework.domain.letter_style import LabelSheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from casework.documents.fonts import FontSet

_SIZES = (12.0, 10.5, 9.0, 7.5, 6.0, 5.0)
_LEADING = 1.3
_SMALL = 7.5
_PADDING = 4 * mm


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What stands on one; all text is printed as it is."""

    postcode: str
    address: str
    name: str
    phone: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    width: float
    height: float
    left: float
    top: float
    across: float  # from one label's left edge to the next one's


_LAYOUTS: Mapping[LabelSheet, _Layout] = MappingProxyType(
    {
        LabelSheet.TWO_BY_SEVEN: _Layout(
            width=99.1 * mm, height=38.1 * mm, left=4.65 * mm, top=15.15 * mm, across=101.6 * mm
        ),
        LabelSheet.THREE_BY_EIGHT: _Layout(
            width=70 * mm, height=37 * mm, left=0.0, top=0.5 * mm, across=70 * mm
        ),
    }
)


def render_labels(
    labels: Sequence[Label], *, sheet: LabelSheet, fonts: FontSet, first: int = 1, author: str = ""
) -> bytes:
    """Return the labels as PDF, the first one on the place ``first`` of a sheet begun before.

    Places count from one, along the rows. The same labels, sheet and fonts give the same bytes.
    """
    setter = Setter(fonts)
    layout = _LAYOUTS[sheet]
    on_a_sheet = sheet.columns * sheet.rows
    buffer = io.BytesIO()
    with a4_canvas(buffer, fonts=fonts, title="地址标签", author=author) as canvas:
        pen = Pen(setter, canvas)
        for at, label in enumerate(labels, start=first - 1):
            place = at % on_a_sheet
            if place == 0 and at > first - 1:
                canvas.showPage()
            row, column = divmod(place, sheet.columns)
            left = layout.left + column * layout.across
            top = PAGE_HEIGHT - layout.top - row * layout.height
            with canvas.within(Element("P")):
                _draw(pen, label, left, top, layout)
        canvas.showPage()
    return buffer.getvalue()


def _draw(pen: Pen, label: Label, left: float, top: float, layout: _Layout) -> None:
    x, measure = left + _PADDING, layout.width - 2 * _PADDING
    foot = top - layout.height + _PADDING
    small = TextStyle(role=FontRole.SONG, size=_SMALL, cell=_SMALL)
    reference = clean(label.reference)
    pen.text(reference, small, x + measure - pen.setter.width(reference, small), foot)
    named = f"{clean(label.name)}　收　　{clean(label.phone)}".rstrip()
    paragraphs = [text for text in (clean(label.postcode), clean(label.address), named) if text]
    room = top - _PADDING - (foot + _SMALL * _LEADING)
    for size in _SIZES:
        style = TextStyle(role=FontRole.BODY, size=size, cell=size)
        lines = [
            line
            for text in paragraphs
            for line in pen.setter.lines(text, style, measure=measure, justify=False)
        ]
        if len(lines) * size * _LEADING <= room or size == _SIZES[-1]:
            break
    y = top - _PADDING - size
    for line in lines:
        pen.line(line, style, x, y)
        y -= size * _LEADING
