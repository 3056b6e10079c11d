"""封面, 卷内目录 and 卷内备考表 of a case file, after GB/T 9705-2008 (文书档案案卷格式).

What the record does not know (档号, 保管期限, who checked the file) is left open for the pen. The
same volume and the same fonts give the same bytes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reportlab.lib.units import mm

from casework.documents.canvas import a4_canvas
from casework.documents.chinese_text import clean
from casework.documents.fonts import FontRole
from casework.documents.official_page import (
    LEFT,
    MEASURE,
    PAGE_HEIGHT,
    Pen,
    Row,
    Setter,
    TextStyle,
    centred_rows,
    deal,
)
from casework.documents.ruled_table import Cell, table_row
from casework.documents.tagged_canvas import Element

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from casework.documents.fonts import FontSet

COVER, INDEX, NOTE = "封面", "卷内目录", "卷内备考表"
_NAME = TextStyle(role=FontRole.TITLE, size=26, cell=30, bold=True)
_WORD = TextStyle(role=FontRole.TITLE, size=22, cell=28, bold=True)
_TITLE = TextStyle(role=FontRole.TITLE, size=20, cell=24, bold=True)
_COVER_CELL = TextStyle(role=FontRole.SONG, size=12, cell=12)
_COVER_HEAD = TextStyle(role=FontRole.HEADING, size=12, cell=12)
_TOP = 30 * mm
_DEPTH = PAGE_HEIGHT - _TOP - 25 * mm
_TITLE_ROOM = 44.0
_ABOVE_NAME = 70.0
_COVER_WIDTHS = (28 * mm, 50 * mm, 28 * mm, 50 * mm)
_COVER_LINE = 30.0
_SITUATION_ROOM = 320.0
_LONGEST = 300  # signs of an application on the cover
_NAMES = ("顺序号", "文号", "责任者", "题名", "日期", "页号", "备注")
_WIDTHS = tuple(width * mm for width in (12, 34, 26, 36, 20, 12, 16))
_CENTRED = frozenset({"顺序号", "日期", "页号"})


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeLine:
    """One paper of the file; ``page`` is where it begins, "" if it is not bound in."""

    number: int
    document_number: str
    author: str
    title: str
    day: str
    page: str
    remark: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The texts in the order of the columns."""
        return (
            str(self.number),
            self.document_number,
            self.author,
            self.title,
            self.day,
            self.page,
            self.remark,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseVolume:
    """A case file as it is bound: what its cover says, its papers, and what is to be known.

    ``facts`` are pairs of label and value; ``situation`` are sentences.
    """

    agency: str
    case_number: str
    request: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[VolumeLine, ...]
    pages: int
    situation: tuple[str, ...]


def render_cover(volume: CaseVolume, *, fonts: FontSet) -> bytes:
    """Return the cover; a character that no face has is printed as 〓."""
    setter = Setter(fonts)
    table = Element("Table")
    request = clean(volume.request)
    shown = request if len(request) <= _LONGEST else f"{request[:_LONGEST]}……"
    counted = f"共 {len(volume.lines)} 件 {volume.pages} 页"
    facts = [*volume.facts, ("件数、页数", counted), ("保管期限", ""), ("档号", "")]
    rows = [
        Row(height=_ABOVE_NAME),
        *centred_rows(setter, volume.agency, _NAME, height=46),
        Row(height=14),
        *centred_rows(setter, "政府信息公开申请办理案卷", _WORD, height=40, tag="H1"),
        Row(height=40),
        _pair(setter, table, ("申请编号", volume.case_number)),
        _pair(setter, table, ("申请内容", shown)),
    ]
    for at in range(0, len(facts), 2):
        pairs = [*facts[at : at + 2], ("", "")][:2]
        rows.append(_pair(setter, table, *pairs))
    return _drawn(volume, COVER, [rows], fonts)


def render_index(volume: CaseVolume, *, fonts: FontSet) -> bytes:
    """Return 卷内目录; its heads stand on every page."""
    setter = Setter(fonts)
    table = Element("Table")
    head = _index_row(setter, table, _NAMES, heading=True)
    rows = [_index_row(setter, table, line.cells) for line in volume.lines]
    pages = deal(rows, depth=_DEPTH - _TITLE_ROOM - head.height)
    title = centred_rows(setter, INDEX, _TITLE, height=_TITLE_ROOM, tag="H1")
    # On the pages after the first the title is only a running head.
    again = [replace(row, element=None) for row in title]
    return _drawn(
        volume,
        INDEX,
        [
            [*(again if number else title), head, *(row for row, _ in page)]
            for number, page in enumerate(pages)
        ],
        fonts,
    )


def render_note(volume: CaseVolume, *, fonts: FontSet) -> bytes:
    """Return 卷内备考表: what is to be known of the file, and room for who arranged it."""
    setter = Setter(fonts)
    table = Element("Table")
    width = MEASURE - _COVER_WIDTHS[0]
    said = "\n".join(volume.situation)
    rows = [
        *centred_rows(setter, NOTE, _TITLE, height=_TITLE_ROOM, tag="H1"),
        table_row(
            setter,
            [
                Cell(text="本卷情况说明", width=_COVER_WIDTHS[0], style=_COVER_HEAD),
                Cell(text=said, width=width, style=_COVER_CELL, least=_SITUATION_ROOM),
            ],
            table,
        ),
    ]
    rows += [_pair(setter, table, (label, "")) for label in ("立卷人", "检查人", "立卷时间")]
    return _drawn(volume, NOTE, [rows], fonts)


def _pair(setter: Setter, table: Element, *pairs: tuple[str, str]) -> Row:
    label, value = _COVER_WIDTHS[0], MEASURE / len(pairs) - _COVER_WIDTHS[0]
    cells = [
        cell
        for name, text in pairs
        for cell in (
            Cell(text=name, width=label, style=_COVER_HEAD, centred=True),
            Cell(text=text, width=value, style=_COVER_CELL, least=_COVER_LINE),
        )
    ]
    return table_row(setter, cells, table)


def _index_row(
    setter: Setter, table: Element, texts: Sequence[str], *, heading: bool = False
) -> Row:
    cells = [
        Cell(text=clean(text), width=width, centred=heading or name in _CENTRED)
        for name, text, width in zip(_NAMES, texts, _WIDTHS, strict=True)
    ]
    if heading:
        head = TextStyle(role=FontRole.HEADING, size=9, cell=9)
        cells = [replace(cell, style=head) for cell in cells]
    return table_row(setter, cells, table, heading=heading)


def _drawn(volume: CaseVolume, title: str, pages: Iterable[Sequence[Row]], fonts: FontSet) -> bytes:
    buffer = io.BytesIO()
    about = {"title": f"{volume.case_number} {title}", "author": volume.agency}
    with a4_canvas(buffer, fonts=fonts, **about) as canvas:
        pen = Pen(Setter(fonts), canvas)
        for page in pages:
            below = 0.0
            for row in page:
                row.put(pen, LEFT, PAGE_HEIGHT - _TOP - below)
                below += row.height
            canvas.showPage()
    return buffer.getvalue()
