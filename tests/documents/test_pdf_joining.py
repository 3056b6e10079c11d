from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pytest
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from casework.documents.letters import LetterStyle, render_pdf
from casework.documents.pdf_joining import NotOurPdfError, Part, join
from casework.documents.wording import Block, BlockKind, Letter
from casework.domain.letter_style import HeadStyle

if TYPE_CHECKING:
    from casework.documents.fonts import FontSet


def letter(fonts: FontSet, words: str, *, lines: int = 1) -> bytes:
    made = Letter(
        title="答复书",
        number="青资公开答〔2026〕1号",
        agency="青沅市自然资源和规划局",
        dated="2026年9月16日",
        blocks=tuple(Block(BlockKind.PARAGRAPH, f"{words}第{n}段") for n in range(lines)),
    )
    style = LetterStyle(head=HeadStyle.RED, mark="3F2A-9C41-77E0")
    return render_pdf(made, fonts=fonts, style=style)


def test_pages_text_and_bookmarks_survive(fonts: FontSet) -> None:
    # One text spells a reference and the end of an object: in a stream it is only text.
    contents = [letter(fonts, "甲文 12 0 R endobj "), letter(fonts, "乙文", lines=40)]
    whole = join([Part("一、甲", contents[0]), Part("二、乙（𬱖）", contents[1])], title="案卷")
    reader = PdfReader(BytesIO(whole), strict=True)
    singles = [PdfReader(BytesIO(content)) for content in contents]
    assert len(reader.pages) == sum(len(single.pages) for single in singles)
    texts = [page.extract_text() for single in singles for page in single.pages]
    assert [page.extract_text() for page in reader.pages] == texts
    marks = [(mark.title, reader.get_destination_page_number(mark)) for mark in reader.outline]
    assert marks == [("一、甲", 0), ("二、乙（𬱖）", len(singles[0].pages))]
    assert reader.metadata is not None
    assert reader.metadata.title == "案卷"
    assert whole == join(
        [Part("一、甲", contents[0]), Part("二、乙（𬱖）", contents[1])], title="案卷"
    )


def test_another_reader_finds_nothing_to_repair(fonts: FontSet) -> None:
    whole = join(
        [Part(f"第{n}件", letter(fonts, "文", lines=n)) for n in range(1, 5)], title="案卷"
    )
    with pikepdf.open(BytesIO(whole), attempt_recovery=False) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert len(pdf.pages) >= 4


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda _: b"%PDF-1.4\nnothing\n%%EOF\n",
        lambda content: content[:-40],
        lambda content: content.replace(b"startxref\n", b"startxref\n9", 1),
        lambda content: content.replace(b"/Kids", b"/Kidz", 1),
        lambda content: b"PK\x03\x04" + content,
    ],
)
def test_what_we_did_not_write_is_refused(fonts: FontSet, spoil) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NotOurPdfError):
        join([Part("甲", spoil(letter(fonts, "文")))], title="案卷")
    with pytest.raises(ValueError, match="nothing"):
        join([], title="案卷")


def test_a_foreign_file_is_never_half_copied(fonts: FontSet) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        foreign = BytesIO()
        pdf.save(foreign, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    with pytest.raises(NotOurPdfError):
        join([Part("甲", letter(fonts, "文")), Part("乙", foreign.getvalue())], title="案卷")


def test_a_plain_reportlab_file_joins_too() -> None:
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1)
    canvas.drawString(100, 100, "plain")
    canvas.save()
    whole = join([Part("a", buffer.getvalue())], title="b")
    assert "plain" in PdfReader(BytesIO(whole)).pages[0].extract_text()
