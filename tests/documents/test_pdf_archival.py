"""PDF/A-2u as far as tests can tell; and that the tests would tell."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pikepdf
import pytest
from pikepdf import Dictionary, Name
from reportlab.pdfgen.canvas import Canvas

from casework.documents import annual_pdf
from casework.documents.annual_cells import AnnualReturn
from casework.documents.letters import LetterStyle, render_pdf
from casework.documents.pdf_archival import srgb_profile, xmp_packet
from casework.documents.pdf_joining import Part, join
from casework.documents.wording import Block, BlockKind, Letter
from casework.domain.letter_style import HeadStyle
from casework.domain.procedural_documents import DOCUMENT_RULES
from tests.documents.annual_tables import filled_table
from tests.documents.pdfa import breaches
from tests.documents.test_page_pictures import VALUES, envelope

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.documents.fonts import FontSet
    from casework.documents.letter_templates import LetterTemplates
    from casework.domain.letter_kinds import LetterKind

LETTER = Letter(
    title="政府信息公开申请答复书",
    number="青资公开答〔2026〕1号",
    addressee="欧阳𬱖",
    agency="青沅市自然资源和规划局",
    dated="2026年9月16日",
    blocks=(
        Block(BlockKind.HEADING, "一、查明"),
        Block(BlockKind.PARAGRAPH, "您申请的信息 “A<b>&” 属于 2024 年度（可以公开）。"),
        Block(BlockKind.ROW, cells=("申请人", "欧阳𬱖")),
    ),
)


@pytest.mark.parametrize(
    ("kind", "statute"), [(kind, statute) for kind in DOCUMENT_RULES for statute in kind.statutes]
)
def test_every_document_keeps_the_clauses(
    templates: LetterTemplates, fonts: FontSet, kind: LetterKind, statute: str
) -> None:
    letter = templates.compose(kind, statute=statute, values=VALUES)
    assert breaches(render_pdf(letter, fonts=fonts)) == []


@pytest.mark.parametrize("head", HeadStyle)
@pytest.mark.parametrize("draft", [False, True])
def test_every_head_keeps_the_clauses(fonts: FontSet, head: HeadStyle, *, draft: bool) -> None:
    style = LetterStyle(head=head, mark="3F2A-9C41-77E0")
    long = replace(LETTER, blocks=LETTER.blocks * 20)
    assert breaches(render_pdf(long, fonts=fonts, style=style, draft=draft)) == []


@pytest.mark.parametrize("form", ["2014", "2019", "2021"])
def test_the_annual_table_keeps_the_clauses(fonts: FontSet, form: str) -> None:
    filed = AnnualReturn(table=filled_table(form), agency="青沅市")
    assert breaches(annual_pdf.render_pdf(filed, fonts=fonts)) == []


def test_an_envelope_keeps_the_clauses(templates: LetterTemplates, fonts: FontSet) -> None:
    assert breaches(envelope(templates, fonts)) == []


def test_a_joined_file_of_our_own_keeps_them_and_one_with_a_strangers_pages_claims_nothing(
    fonts: FontSet,
) -> None:
    letter = render_pdf(LETTER, fonts=fonts)
    parts = [Part(title="一", content=letter), Part(title="二", content=letter)]
    assert breaches(join(parts, title="案卷 <&>", author="局")) == []
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    canvas.drawString(100, 100, "plain")
    canvas.save()
    mixed = join([*parts, Part(title="三", content=buffer.getvalue(), ours=False)], title="案卷")
    with pikepdf.open(io.BytesIO(mixed)) as pdf:
        assert b"pdfaid:part" not in pdf.Root.Metadata.read_bytes()
    assert "6.6.4 version and conformance" in breaches(mixed)


def test_the_colour_profile_is_the_same_at_any_time() -> None:
    assert len(srgb_profile()) < 1000
    srgb_profile.cache_clear()
    first = srgb_profile()
    srgb_profile.cache_clear()
    assert first == srgb_profile()
    assert first[24:36] == bytes.fromhex("07cf00010001000000000000")


def test_another_text_has_another_identifier(fonts: FontSet) -> None:
    other = replace(LETTER, blocks=(Block(BlockKind.PARAGRAPH, "另一个正文。"),))
    identifiers = set()
    for letter in (LETTER, other):
        with pikepdf.open(io.BytesIO(render_pdf(letter, fonts=fonts))) as pdf:
            assert bytes(pdf.trailer.ID[0]) == bytes(pdf.trailer.ID[1])
            identifiers.add(bytes(pdf.trailer.ID[0]))
    assert len(identifiers) == 2


def test_markup_in_a_title_does_not_break_the_metadata(fonts: FontSet) -> None:
    hostile = replace(LETTER, title="]]><x>&amp;<!-- \x07\ufffe标题", agency="局<&'\">")
    content = render_pdf(hostile, fonts=fonts)
    assert breaches(content) == []
    with pikepdf.open(io.BytesIO(content)) as pdf, pdf.open_metadata() as said:
        assert said["dc:title"] == "]]><x>&amp;<!-- 标题"
        assert said["dc:creator"] == ["局<&'\">"]
        assert said["dc:language"] == {"zh-CN"}
    assert b"<!--claim-->" not in xmp_packet(title="", author="", subject="")


def test_a_reader_is_told_what_each_text_is(fonts: FontSet) -> None:
    with pikepdf.open(io.BytesIO(render_pdf(LETTER, fonts=fonts))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        (document,) = pdf.Root.StructTreeRoot.K
        tags = [str(kid.S)[1:] for kid in document.K]
        assert tags == ["H1", "P", "P", "H2", "P", "Table", "P", "P"]
        (row,) = document.K[5].K
        assert [str(cell.S)[1:] for cell in row.K] == ["TH", "TD"]
        assert str(row.K[0].A.Scope) == "/Row"
        # Every mark on the page leads back to its element.
        marks = pdf.Root.StructTreeRoot.ParentTree.Nums[1]
        assert pdf.pages[0].obj.StructParents == 0
        numbers = [
            int(operands[1].MCID)
            for operands, operator in pikepdf.parse_content_stream(pdf.pages[0])
            if str(operator) == "BDC"
        ]
        assert numbers == list(range(len(marks)))


def _spoil_fonts(pdf: pikepdf.Pdf) -> None:
    del next(iter(pdf.pages[0].Resources.Font.values())).FontDescriptor["/FontFile2"]


def _spoil_reading(pdf: pikepdf.Pdf) -> None:
    del next(iter(pdf.pages[0].Resources.Font.values()))["/ToUnicode"]


def _spoil_widths(pdf: pikepdf.Pdf) -> None:
    next(iter(pdf.pages[0].Resources.Font.values())).Widths[1] = 3


def _spoil_colours(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    page.Contents = pdf.make_stream(b"0 0 0 1 k 0 0 9 9 re f")


def _spoil_intent(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/OutputIntents"]


def _spoil_claim(pdf: pikepdf.Pdf) -> None:
    packet = xmp_packet(title="标题", author="", subject="", archival=False)
    pdf.Root.Metadata = pdf.make_stream(packet)


def _run_a_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="1")


def _embed_a_file(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.txt"] = b"a"


def _see_through(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Group = Dictionary(S=Name.Transparency)


@pytest.mark.parametrize(
    ("spoil", "clause"),
    [
        (_spoil_fonts, "6.2.11.4.1"),
        (_spoil_reading, "6.2.11.7.2"),
        (_spoil_widths, "6.2.11.5"),
        (_spoil_colours, "6.2.4.3"),
        (_spoil_intent, "6.2.3"),
        (_spoil_claim, "6.6.4"),
        (_run_a_script, "6.5.2"),
        (_embed_a_file, "6.8"),
        (_see_through, "6.2.10"),
    ],
)
def test_the_checker_sees_a_breach(
    fonts: FontSet, spoil: Callable[[pikepdf.Pdf], None], clause: str
) -> None:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(render_pdf(LETTER, fonts=fonts))) as pdf:
        spoil(pdf)
        pdf.save(buffer)
    assert clause in {finding.split()[0] for finding in breaches(buffer.getvalue())}
