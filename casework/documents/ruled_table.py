"""A ruled table as rows of a page: cells of wrapped text in a frame, in small type.

For papers of the office's own (期限计算说明, 卷内目录), which no standard of 公文 sets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.documents.fonts import FontRole
from casework.documents.official_page import MIDDLE, Row, TextStyle
from casework.documents.tagged_canvas import Element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.documents.official_page import Pen, Setter

CELL = TextStyle(role=FontRole.SONG, size=9, cell=9)
CELL_HEAD = TextStyle(role=FontRole.HEADING, size=9, cell=9)
_LEADING = 1.4
_PADDING, _ABOVE = 3.0, 2.5
_THIN = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell; ``width`` in points, ``least`` the depth it keeps for handwriting."""

    text: str
    width: float
    style: TextStyle = CELL
    centred: bool = False
    least: float = 0.0


def table_row(
    setter: Setter, cells: Sequence[Cell], table: Element, *, heading: bool = False
) -> Row:
    """Return one row of ``table``, as deep as its deepest cell."""
    row = Element("TR", table)
    set_cells = [(cell, _lines(setter, cell)) for cell in cells]
    height = max(
        max(cell.least, max(1, len(lines)) * cell.style.size * _LEADING + 2 * _ABOVE)
        for cell, lines in set_cells
    )

    def draw(pen: Pen, left: float, top: float) -> None:
        x = left
        for cell, lines in set_cells:
            own = Element("TH", row, scope="Column") if heading else Element("TD", row)
            _frame(pen, x, top, cell.width, height)
            leading = cell.style.size * _LEADING
            middle = top - (height - leading * len(lines)) / 2 - leading / 2
            for line in lines:
                spare = cell.width - pen.setter.width(line, cell.style)
                aside = spare / 2 if cell.centred else _PADDING
                with pen.within(own):
                    pen.text(line, cell.style, x + aside, middle - MIDDLE * cell.style.size)
                middle -= leading
            x += cell.width

    return Row(height=height, draw=draw)


def _lines(setter: Setter, cell: Cell) -> list[str]:
    measure = cell.width - 2 * _PADDING
    return [
        line.text
        for paragraph in cell.text.split("\n")
        for line in setter.lines(paragraph, cell.style, measure=measure, justify=False)
    ]


def _frame(pen: Pen, x: float, top: float, width: float, height: float) -> None:
    pen.rule(x, top, x + width, top, _THIN)
    pen.rule(x, top - height, x + width, top - height, _THIN)
    pen.rule(x, top, x, top - height, _THIN)
    pen.rule(x + width, top, x + width, top - height, _THIN)
