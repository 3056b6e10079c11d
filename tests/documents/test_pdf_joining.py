from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from casework.documents.letters import LetterStyle, render_pdf
from casework.documents.pdf_joining import NotJoinableError, Part, join, page_count
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
    contents = [letter(fonts, "甲文 12 0 R endobj "), letter(fonts, "乙文", lines=40)]
    parts = [
        Part(title="一、甲", content=contents[0], numbered=False),
        Part(title="二、乙（𬱖）", content=contents[1]),
    ]
    whole = join(parts, title="案卷", author="青沅市")
    reader = PdfReader(BytesIO(whole), strict=True)
    singles = [PdfReader(BytesIO(content)) for content in contents]
    assert len(reader.pages) == sum(len(single.pages) for single in singles)
    assert page_count(whole) == len(reader.pages)
    texts = [page.extract_text() for single in singles for page in single.pages]
    assert [page.extract_text() for page in reader.pages] == texts
    marks = [(mark.title, reader.get_destination_page_number(mark)) for mark in reader.outline]
    assert marks == [("一、甲", 0), ("二、乙（𬱖）", len(singles[0].pages))]
    numbered = [str(number + 1) for number in range(len(singles[1].pages))]
    assert reader.page_labels == ["一、甲", *numbered]
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("案卷", "青沅市")
    assert whole == join(parts, title="案卷", author="青沅市")


def test_what_each_text_is_survives_too(fonts: FontSet) -> None:
    content = letter(fonts, "文", lines=30)
    each = page_count(content)
    parts = [Part(title=f"第{n}件", content=content) for n in range(3)]
    with pikepdf.open(BytesIO(join(parts, title="案卷")), attempt_recovery=False) as pdf:
        assert pdf.check_pdf_syntax() == []
        (document,) = pdf.Root.StructTreeRoot.K
        assert [str(part.S) for part in document.K] == ["/Part"] * 3
        marks = pdf.Root.StructTreeRoot.ParentTree.Nums
        for at, page in enumerate(pdf.pages):
            assert page.obj.StructParents == marks[2 * at] == at
            assert all(mark.S in {Name.P, Name.H1} for mark in marks[2 * at + 1])
        for at, part in enumerate(document.K):
            assert part.P.objgen == document.objgen
            assert part.K[0].K[0].Pg.objgen == pdf.pages[each * at].objgen


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.4\nnothing\n%%EOF\n", b"PK\x03\x04 not a PDF"],
)
def test_what_has_no_pages_is_refused(fonts: FontSet, content: bytes) -> None:
    parts = [
        Part(title="甲", content=letter(fonts, "文")),
        Part(title="乙", content=content, ours=False),
    ]
    with pytest.raises(NotJoinableError):
        join(parts, title="案卷")
    with pytest.raises(NotJoinableError):
        page_count(content)
    with pytest.raises(ValueError, match="nothing"):
        join([], title="案卷")


def test_a_locked_file_is_refused() -> None:
    locked = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(locked, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    with pytest.raises(NotJoinableError):
        page_count(locked.getvalue())


def stranger() -> bytes:
    """A PDF of somebody else's making: a filled-in form, a script, a link, a file inside."""
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1)
    canvas.drawString(100, 700, "plain")
    canvas.acroForm.textfield(name="who", value="filled in", x=100, y=600, width=200, height=20)
    canvas.linkURL("http://example.org/", (0, 0, 50, 50))
    canvas.save()
    with pikepdf.open(BytesIO(buffer.getvalue())) as pdf:
        script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
        pdf.Root.OpenAction = script
        pdf.pages[0].obj.AA = Dictionary(O=script)
        pdf.attachments["a.txt"] = b"a"
        pdf.Root.Names.JavaScript = Dictionary(Names=Array([String("a"), script]))
        out = BytesIO()
        pdf.save(out)
    return out.getvalue()


def test_of_a_strangers_pdf_only_what_it_shows_is_kept(fonts: FontSet) -> None:
    parts = [
        Part(title="甲", content=letter(fonts, "文")),
        Part(title="附件", content=stranger(), ours=False),
    ]
    whole = join(parts, title="案卷")
    assert whole == join(parts, title="案卷")
    reader = PdfReader(BytesIO(whole), strict=True)
    shown = reader.pages[1].extract_text()
    assert "plain" in shown
    assert "filled in" in shown
    with pikepdf.open(BytesIO(whole)) as pdf:
        everything = b"".join(each.unparse(resolved=True) for each in pdf.objects)
        for trace in (b"JavaScript", b"/AA ", b"/URI", b"EmbeddedFile", b"AcroForm", b"/Annots"):
            assert trace not in everything, trace
