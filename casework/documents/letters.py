"""A letter as PDF: values in, bytes out, the same bytes every time.

Order and places follow GB/T 9704-2012 chapter 7 (heads: 7.2 and 10.1; title, addressee, text,
attachments, signature and date: 7.3; page numbers: 7.5). The place of the seal stays free.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportlab.lib.units import mm

from casework.documents.canvas import a4_canvas
from casework.documents.fonts import FontRole
from casework.documents.letter_rows import letter_rows
from casework.documents.official_page import (
    BODY,
    BODY_SIZE,
    DEPTH,
    FOLIO,
    LEFT,
    MEASURE,
    MIDDLE,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    PITCH,
    RED,
    TOP,
    Pen,
    Row,
    Setter,
    TextStyle,
    centred_rows,
    deal,
    line_row,
)
from casework.documents.tagged_canvas import Element
from casework.documents.verification_mark import draw_mark
from casework.documents.wording import cleaned, letter_text
from casework.domain.errors import RuleBroken
from casework.domain.letter_style import HeadStyle

if TYPE_CHECKING:
    from casework.documents.fonts import FontSet
    from casework.documents.tagged_canvas import TaggedCanvas
    from casework.documents.wording import Letter

_FOLIO_DROP = 7 * mm  # 7.5: below the type area
_NAME_BELOW_TOP = 35 * mm  # 7.2.4: upper edge of the red name, from the head of the type area
_RULE_BELOW_NUMBER = 4 * mm  # 7.2.7
_LARGEST_NAME = 42.0
_LETTER_NAME_TOP = 30 * mm  # 10.1: from the edge of the paper
_LETTER_RULE_GAP = 4 * mm
_LETTER_FOOT = 20 * mm
_LETTER_RULE = 170 * mm
_LETTER_NAME_SIZE = 30.0
_WATERMARK = "草稿"
_WATERMARK_STYLE = TextStyle(
    role=FontRole.HEADING, size=150.0, cell=180.0, color=(0.91, 0.91, 0.91)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterStyle:
    """How the office's letters look.

    ``issuer`` is the 发文机关标志 in the red head, the agency of the letter if empty. ``mark`` is
    the 校验码 printed with the number on the last page, "" for none.
    """

    head: HeadStyle = HeadStyle.PLAIN
    issuer: str = ""
    page_numbers: bool = True
    mark: str = ""


PLAIN = LetterStyle()


def render_pdf(
    letter: Letter, *, fonts: FontSet, style: LetterStyle = PLAIN, draft: bool = False
) -> bytes:
    """Return the letter as PDF; the same letter, fonts and style give the same bytes.

    A draft bears 草稿 behind its text and prints 〓 for what no face can draw. A letter that is
    not a draft is refused then: RuleBroken(undrawable) names the characters.
    """
    letter = cleaned(letter)
    if not draft:
        refuse_undrawable(letter, fonts)
    issuer = style.issuer or letter.agency
    # Forms that nobody signs for the agency (审批单, 送达回证) bear no head of a 公文.
    head_style = style.head if letter.agency else HeadStyle.PLAIN
    setter = Setter(fonts)
    buffer = io.BytesIO()
    about = {"title": letter.title, "subject": letter.number or letter.title}
    with a4_canvas(buffer, fonts=fonts, author=letter.agency, **about) as canvas:
        pen = Pen(setter, canvas)
        rows = letter_rows(setter, letter, number_below_title=head_style is HeadStyle.PLAIN)
        head = _HEADS[head_style](setter, issuer, letter.number)
        pages = deal([*head, *rows])
        for number, page in enumerate(pages, start=1):
            if draft:
                _watermark(canvas, pen)
            if head_style is HeadStyle.LETTER and number == 1:
                _draw_letter_head(pen, issuer)
            elif style.page_numbers:
                _draw_folio(pen, number)
            for row, top in page:
                row.put(pen, LEFT, PAGE_HEIGHT - TOP - top)
            if style.mark and number == len(pages):
                draw_mark(pen, letter.number, style.mark, on_the_right=number % 2 == 0)
            canvas.showPage()
    return buffer.getvalue()


def refuse_undrawable(letter: Letter, fonts: FontSet) -> None:
    """Raise RuleBroken if a character of the letter is in no face, naming each."""
    if missing := fonts.undrawable(letter_text(letter)):
        named = "、".join(f"“{char}”（U+{ord(char):04X}）" for char in missing)
        raise RuleBroken(
            "undrawable",
            f"现有字体没有{named}，文书不能签发。请您把含有这些字的字体文件放入单位字体目录后重试。",
            field="body",
        )


# --- heads -------------------------------------------------------------------------------------


def _plain_head(_setter: Setter, _issuer: str, _number: str) -> list[Row]:
    return []


def _red_head(setter: Setter, issuer: str, number: str) -> list[Row]:
    """文件格式: red name, 发文字号 two lines below it, red rule, title two lines below that."""
    size = min(_LARGEST_NAME, MEASURE / max(1, len(issuer)))
    name_style = TextStyle(role=FontRole.TITLE, size=size, cell=size, color=RED, bold=True)
    rows = [Row(height=_NAME_BELOW_TOP)]
    rows += centred_rows(setter, issuer, name_style, height=size)
    rows += [Row(), Row(), *(centred_rows(setter, number, BODY) or [Row()])]

    def draw(pen: Pen, left: float, top: float) -> None:
        rule_at = top - _RULE_BELOW_NUMBER
        pen.rule(left, rule_at, left + MEASURE, rule_at, 1.4, RED)

    rows.append(Row(height=_RULE_BELOW_NUMBER, draw=draw))
    used = sum(row.height for row in rows)
    return [*rows, Row(height=2 * PITCH + -used % PITCH)]


def _letter_head(setter: Setter, _issuer: str, number: str) -> list[Row]:
    """信函格式: the number right under the double line, the title two lines below."""
    rows = [Row(height=2 * PITCH - BODY_SIZE * 7 / 8)]
    for line in setter.lines(number, justify=False):
        at = MEASURE - setter.line_width(line, BODY)
        rows.append(line_row(line, BODY, x=at))
    used = sum(row.height for row in rows)
    return [*rows, Row(height=2 * PITCH + -used % PITCH)]


_HEADS = {
    HeadStyle.PLAIN: _plain_head,
    HeadStyle.RED: _red_head,
    HeadStyle.LETTER: _letter_head,
}


def _draw_letter_head(pen: Pen, issuer: str) -> None:
    size = min(_LETTER_NAME_SIZE, MEASURE / max(1, len(issuer)))
    name_style = TextStyle(role=FontRole.TITLE, size=size, cell=size, color=RED, bold=True)
    width = pen.setter.width(issuer, name_style)
    baseline = PAGE_HEIGHT - _LETTER_NAME_TOP - 0.88 * size
    with pen.within(Element("P")):
        pen.text(issuer, name_style, (PAGE_WIDTH - width) / 2, baseline)
    left, right = (PAGE_WIDTH - _LETTER_RULE) / 2, (PAGE_WIDTH + _LETTER_RULE) / 2
    upper = PAGE_HEIGHT - _LETTER_NAME_TOP - size - _LETTER_RULE_GAP
    for y, thick in ((upper, 2.0), (upper - 3, 0.7)):  # thick above thin
        pen.rule(left, y, right, y, thick, RED)
    for y, thick in ((_LETTER_FOOT + 3, 0.7), (_LETTER_FOOT, 2.0)):  # thin above thick
        pen.rule(left, y, right, y, thick, RED)


def _draw_folio(pen: Pen, number: int) -> None:
    """页码: one character from the outer edge, odd pages right, even pages left."""
    text = f"— {number} —"
    width = pen.setter.width(text, FOLIO)
    x = LEFT + MEASURE - FOLIO.cell - width if number % 2 else LEFT + FOLIO.cell
    baseline = PAGE_HEIGHT - TOP - DEPTH - _FOLIO_DROP - FOLIO.size * 0.88
    pen.text(text, FOLIO, x, baseline)


def _watermark(canvas: TaggedCanvas, pen: Pen) -> None:
    canvas.saveState()
    canvas.translate(PAGE_WIDTH / 2, PAGE_HEIGHT / 2)
    canvas.rotate(50)
    width = pen.setter.width(_WATERMARK, _WATERMARK_STYLE)
    pen.text(_WATERMARK, _WATERMARK_STYLE, -width / 2, -_WATERMARK_STYLE.size * MIDDLE)
    canvas.restoreState()
