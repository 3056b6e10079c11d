"""期限计算说明 as PDF, to be bound into a 复议答复 or 应诉 file: A4, black on white.

Texts are drawn as they are; there is no markup in them to interpret. The same paper and the same
fonts give the same bytes.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from reportlab.lib.units import mm

from casework.documents.canvas import a4_canvas
from casework.documents.fonts import FontRole
from casework.documents.official_page import (
    FOLIO,
    LEFT,
    MEASURE,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    Pen,
    Row,
    Setter,
    TextStyle,
    bound_to_next,
    centred_rows,
    deal,
    kept_together,
    line_row,
)
from casework.documents.ruled_table import CELL, CELL_HEAD, Cell, table_row
from casework.documents.tagged_canvas import Element
from casework.documents.trail_paper import KEY, TITLE
from casework.domain.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.documents.fonts import FontSet
    from casework.documents.trail_paper import TrailPaper

_TITLE = TextStyle(role=FontRole.TITLE, size=20, cell=20, bold=True)
_HEADING = TextStyle(role=FontRole.HEADING, size=12, cell=12)
_TEXT = TextStyle(role=FontRole.SONG, size=10.5, cell=10.5)
_NOTE = TextStyle(role=FontRole.SONG, size=8.5, cell=8.5)
_TOP = 25 * mm
_DEPTH = PAGE_HEIGHT - _TOP - 25 * mm
_FOLIO_AT = 15 * mm
_FACT_WIDTHS = (22 * mm, 56 * mm, 22 * mm, 56 * mm)
_REASON_WIDTHS = (54 * mm, 84 * mm, 18 * mm)
_WEEKDAYS = tuple("周" + day for day in "一二三四五六日")


def render_pdf(paper: TrailPaper, *, fonts: FontSet) -> bytes:
    """Return the paper as PDF; RuleBroken(undrawable) names the characters that no face has."""
    if missing := fonts.undrawable(_all_text(paper)):
        raise RuleBroken(
            "undrawable",
            f"现有字体没有“{missing}”，不能印出。请您把含有这些字的字体文件放入单位字体目录后重试。",
        )
    buffer = io.BytesIO()
    title = f"{TITLE} {paper.number}"
    with a4_canvas(buffer, fonts=fonts, title=title, author=paper.agency) as canvas:
        pen = Pen(Setter(fonts), canvas)
        pages = deal(list(_rows(pen.setter, paper)), depth=_DEPTH)
        for number, page in enumerate(pages, start=1):
            for row, below in page:
                row.put(pen, LEFT, PAGE_HEIGHT - _TOP - below)
            folio = f"— {number} —"
            at = (PAGE_WIDTH - pen.setter.width(folio, FOLIO)) / 2
            pen.text(folio, FOLIO, at, _FOLIO_AT)
            canvas.showPage()
    return buffer.getvalue()


def _all_text(paper: TrailPaper) -> str:
    parts = [paper.number, paper.agency, paper.annex.sentence, paper.printed, TITLE, KEY]
    parts += [text for pair in paper.facts for text in pair]
    parts += [text for reason in paper.reasons for text in reason]
    parts += [*paper.sources, *paper.remarks]
    return "".join(parts)


def _rows(setter: Setter, paper: TrailPaper) -> Iterator[Row]:
    yield from centred_rows(setter, TITLE, _TITLE, height=30, tag="H1")
    yield from centred_rows(setter, paper.number, _TEXT, height=18)
    yield Row(height=4)
    yield from _facts(setter, paper)
    yield from _heading(setter, "一、逐日计算")
    yield from _weeks(setter, paper)
    yield from _note(setter, KEY)
    yield from _heading(setter, "二、不计入的日子和调休上班的日子")
    yield from _reasons(setter, paper)
    yield from _heading(setter, "三、怎么算的")
    yield from _paragraph(setter, paper.annex.sentence)
    yield from _heading(setter, "四、依据")
    for number, source in enumerate(paper.sources, start=1):
        yield from _paragraph(setter, f"{number}. {source}")
    for remark in paper.remarks:
        yield from _paragraph(setter, remark)
    yield Row(height=6)
    yield from _note(setter, paper.printed)


def _heading(setter: Setter, text: str) -> list[Row]:
    lines = setter.lines(text, _HEADING, justify=False)
    own = Element("H2")
    rows = [line_row(line, _HEADING, height=20, element=own) for line in lines]
    return bound_to_next([Row(height=8), *rows])


def _paragraph(setter: Setter, text: str) -> list[Row]:
    lines = setter.lines(text, _TEXT, indent=2 * _TEXT.size)
    own = Element("P")
    return [line_row(line, _TEXT, height=_TEXT.size * 1.6, element=own) for line in lines]


def _note(setter: Setter, text: str) -> list[Row]:
    lines = setter.lines(text, _NOTE, justify=False)
    own = Element("P")
    return kept_together(line_row(line, _NOTE, height=13, element=own) for line in lines)


def _facts(setter: Setter, paper: TrailPaper) -> Iterator[Row]:
    table = Element("Table")
    for start in range(0, len(paper.facts), 2):
        pairs = [*paper.facts[start : start + 2], ("", "")][:2]
        texts = [text for pair in pairs for text in pair]
        styles = (CELL_HEAD, CELL) * 2
        yield table_row(
            setter,
            [
                Cell(text=text, width=width, style=style)
                for text, width, style in zip(texts, _FACT_WIDTHS, styles, strict=True)
            ],
            table,
        )


def _weeks(setter: Setter, paper: TrailPaper) -> Iterator[Row]:
    table = Element("Table")
    width = MEASURE / len(_WEEKDAYS)
    heads = [Cell(text=day, width=width, style=CELL_HEAD, centred=True) for day in _WEEKDAYS]
    yield from bound_to_next([table_row(setter, heads, table, heading=True)])
    for week in paper.weeks:
        cells = [
            Cell(
                text="" if cell is None else cell.text,
                width=width,
                style=CELL_HEAD if cell and cell.limits else CELL,
                centred=True,
            )
            for cell in week
        ]
        yield table_row(setter, cells, table)


def _reasons(setter: Setter, paper: TrailPaper) -> Iterator[Row]:
    table = Element("Table")
    names = ("日期", "原因", "是否计入")
    heads = [
        Cell(text=name, width=width, style=CELL_HEAD, centred=True)
        for name, width in zip(names, _REASON_WIDTHS, strict=True)
    ]
    yield from bound_to_next([table_row(setter, heads, table, heading=True)])
    for reason in paper.reasons:
        yield table_row(
            setter,
            [
                Cell(text=text, width=width)
                for text, width in zip(reason, _REASON_WIDTHS, strict=True)
            ],
            table,
        )
