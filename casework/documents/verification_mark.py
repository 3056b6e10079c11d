"""校验码 and its QR code at the foot of the last page: how a paper copy is led back to its file.

GB/T 9704-2012 has no such mark; it stands below the type area, opposite the page number, above
the double line of a 信函. The QR code holds what is printed beside it, number and code, and no
address: there is nothing to open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.graphics.barcode.qrencoder import QR8bitByte, QRCode, QRErrorCorrectLevel
from reportlab.lib.units import mm

from casework.documents.fonts import FontRole
from casework.documents.official_page import LEFT, MEASURE, TextStyle
from casework.documents.tagged_canvas import Element

if TYPE_CHECKING:
    from casework.documents.official_page import Pen

SIZE = 13 * mm
BOTTOM = 21.5 * mm  # from the edge of the paper
_GAP = 2 * mm
_STYLE = TextStyle(role=FontRole.SONG, size=9.0, cell=9.0)
_LINE = 13.0
_QUIET = 4  # modules of white that a reader needs round the code; the margin has them


def draw_mark(pen: Pen, number: str, code: str, *, on_the_right: bool) -> None:
    """Draw the code with its text beside it, at the inner edge of the last page."""
    lines = [number, f"校验码 {code}"] if number else [f"校验码 {code}"]
    matrix = qr_matrix(" ".join(filter(None, (number, code))))
    side = SIZE / len(matrix)
    x = LEFT + MEASURE - SIZE if on_the_right else LEFT
    for row, cells in enumerate(matrix):
        y = BOTTOM + SIZE - (row + 1) * side
        for start, end in _dark_runs(cells):
            pen.box(x + start * side, y, (end - start) * side, side)
    for index, text in enumerate(lines):
        width = pen.setter.width(text, _STYLE)
        at = x - _GAP - width if on_the_right else x + SIZE + _GAP
        with pen.within(Element("P")):
            pen.text(text, _STYLE, at, BOTTOM + (len(lines) - 1 - index) * _LINE + 1)


def qr_matrix(text: str) -> list[list[bool]]:
    """Return the QR code of ``text`` (UTF-8, level M), True for dark, row by row from the top."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(QR8bitByte(text.encode()))
    code.make()
    return [[bool(cell) for cell in row] for row in code.modules]


def _dark_runs(cells: list[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for at, dark in enumerate(cells):
        if dark and runs and runs[-1][1] == at:
            runs[-1] = (runs[-1][0], at + 1)
        elif dark:
            runs.append((at, at + 1))
    return runs
