import io

import pytest
from docx import Document
from docx.document import Document as DocxDocument

from casework.documents.letters_docx import render_docx
from casework.documents.wording import Block, BlockKind, Letter

HOSTILE = "欧阳𬱖<b>&amp;{{ x }}\\n=1+1\"'"
LETTER = Letter(
    title="政府信息公开申请答复书",
    number="青资公开答〔2026〕12号",
    addressee="欧阳𬱖",
    blocks=(
        Block(BlockKind.PARAGRAPH, HOSTILE),
        Block(BlockKind.ROW, cells=("申请编号", "2026-0042", "申请方式", "网络")),
        Block(BlockKind.ROW, cells=("申请内容", HOSTILE), least_lines=4),
        Block(BlockKind.PAGE_BREAK),
        Block(BlockKind.TITLE, "回执"),
    ),
    agency="青山市自然资源和规划局",
    dated="2026年9月28日",
    attachments=("甲", "乙"),
    contact="联系电话：0735-1234567",
)


def _open(pdf: bytes) -> DocxDocument:
    return Document(io.BytesIO(pdf))


def test_letter_reads_as_it_was_written() -> None:
    document = _open(render_docx(LETTER))
    lines = [paragraph.text for paragraph in document.paragraphs if paragraph.text.strip()]
    assert lines == [
        "政府信息公开申请答复书",
        "青资公开答〔2026〕12号",
        "欧阳𬱖：",
        HOSTILE,
        "附件：1.甲",
        "　　　2.乙",
        "青山市自然资源和规划局",
        "2026年9月28日",
        "（联系电话：0735-1234567）",
        "回执",
    ]
    (table,) = document.tables
    assert [cell.text for cell in table.rows[0].cells] == [
        "申请编号",
        "2026-0042",
        "申请方式",
        "网络",
    ]
    assert {cell.text for cell in table.rows[1].cells} == {"申请内容", HOSTILE}


def test_same_letter_gives_the_same_file() -> None:
    assert render_docx(LETTER) == render_docx(LETTER)


def test_sheet_is_that_of_an_official_document() -> None:
    document = _open(render_docx(LETTER))
    (section,) = document.sections
    measures = (section.page_width, section.left_margin, section.top_margin)
    assert [round(each.mm) for each in measures if each is not None] == [210, 28, 37]
    assert document.core_properties.title == LETTER.title
    assert document.core_properties.author == LETTER.agency
    assert document.core_properties.language == "zh-CN"
    assert 'w:linePitch="580"' in document.element.xml


@pytest.mark.parametrize(("draft", "marked"), [(True, True), (False, False)])
def test_draft_says_so(draft: bool, marked: bool) -> None:  # noqa: FBT001 - a table of cases
    header = _open(render_docx(LETTER, draft=draft)).sections[0].header
    assert ("草稿" in "".join(p.text for p in header.paragraphs)) is marked


def test_control_characters_do_not_break_the_file() -> None:
    letter = Letter(title="答\x00复\x0b书", blocks=(Block(BlockKind.PARAGRAPH, "甲\x07乙\ufffe"),))
    texts = [paragraph.text for paragraph in _open(render_docx(letter)).paragraphs]
    assert texts[0] == "答复书"
    assert texts[-1] == "甲乙"
