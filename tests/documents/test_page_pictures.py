"""Pages as pictures: what the eye would notice is noticed here.

Kept pictures lie in tests/vectors/pages, 30 dpi in grey. After a wanted change look at the new
pages and keep them: CASEWORK_KEEP_PAGES=1 pytest tests/documents/test_page_pictures.py.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from casework.documents.envelope import Envelope, render_envelope
from casework.documents.letter_values import LABELS
from casework.documents.letters import LetterStyle, render_pdf
from casework.documents.void_mark import marked_void
from casework.documents.volume_pdf import (
    CaseVolume,
    VolumeLine,
    render_cover,
    render_index,
    render_note,
)
from casework.domain.letter_kinds import LetterKind
from casework.domain.letter_style import HeadStyle
from casework.domain.outcomes import get_ground
from casework.domain.remedies import remedy

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.documents.fonts import FontSet
    from casework.documents.letter_templates import LetterTemplates

KEPT = Path(__file__).resolve().parents[1] / "vectors" / "pages"
DPI = 30
# Of 255, after blurring by a pixel. A page that moved by one pixel (0.85 mm) differs by 38 and more
# in one place; below that there is room for another version of poppler.
WHOLE, PLACE = 2.0, 36
VALUES = {name: f"（{label}）" for name, label in LABELS.items()} | {
    "salutation": "您",
    "attachments": "",
    "contact": "",
    "applicant_name": "林秀珍",
    "served_name": "林秀珍",
    "posted_on": "",
    "new_answer_reason": "",
    "agency_name": "青沅市自然资源和规划局",
    "dated": "2026年9月16日",
    "document_number": "青资公开答〔2026〕1号",
    "request_text": "2024年度柳湾村集体土地征收补偿安置方案",
}


def answer(templates: LetterTemplates, fonts: FontSet, head: HeadStyle) -> bytes:
    paragraphs = remedy(
        withholds=True, decided_on=date(2026, 9, 16), review_bodies=("青沅市人民政府",)
    ).text
    letter = templates.compose_answer(
        get_ground("personal_privacy"), statute="2019", values=VALUES | {"remedy": paragraphs}
    )
    style = LetterStyle(head=head, issuer="青沅市自然资源和规划局", mark="3F2A-9C41-77E0")
    return render_pdf(letter, fonts=fonts, style=style)


def document(templates: LetterTemplates, fonts: FontSet, kind: LetterKind) -> bytes:
    letter = templates.compose(kind, statute="2019", values=VALUES)
    return render_pdf(letter, fonts=fonts, style=LetterStyle(head=HeadStyle.RED))


def marked(templates: LetterTemplates, fonts: FontSet) -> bytes:
    letter = templates.compose(LetterKind.EXTENSION_NOTICE, statute="2019", values=VALUES)
    return render_pdf(letter, fonts=fonts, draft=True)


def envelope(_templates: LetterTemplates, fonts: FontSet) -> bytes:
    made = Envelope(
        postcode="510000",
        address="青沅市临江区文昌路88号",
        name="林秀珍",
        phone="13800002217",
        sender_address="青沅市临江区政务路1号",
        sender="青沅市自然资源和规划局",
        sender_postcode="510001",
        reference="青资公开答〔2026〕1号",
    )
    return render_envelope(made, fonts=fonts)


def answers(templates: LetterTemplates, fonts: FontSet, kind: LetterKind, head: HeadStyle) -> bytes:
    """A notice in one head, with its code."""
    letter = templates.compose(kind, statute="2019", values=VALUES)
    style = LetterStyle(head=head, issuer="青沅市自然资源和规划局", mark="3F2A-9C41-77E0")
    return render_pdf(letter, fonts=fonts, style=style)


def void(templates: LetterTemplates, fonts: FontSet) -> bytes:
    content = document(templates, fonts, LetterKind.EXTENSION_NOTICE)
    return marked_void(content, voided_on=date(2026, 9, 18), fonts=fonts)


VOLUME = CaseVolume(
    agency="青沅市自然资源和规划局",
    case_number="青资公开〔2026〕147号",
    request="2024年度柳湾村集体土地征收补偿安置方案",
    facts=(("申请人", "林秀珍"), ("收到日期", "2026-09-07"), ("答复日期", "2026-09-16")),
    lines=tuple(
        VolumeLine(
            number=n,
            document_number=f"青资公开告〔2026〕{n}号",
            author="青沅市自然资源和规划局",
            title="政府信息公开申请征求意见告知书",
            day="2026-09-16",
            page=str(2 * n - 1),
            remark="2026-09-18 作废" if n == 3 else "",
        )
        for n in range(1, 31)
    ),
    pages=60,
    situation=("本卷共 30 件 60 页，页码从卷内目录之后编起。", "第 3 件已于9月18日作废。"),
)


PAGES: dict[str, tuple[Callable[[LetterTemplates, FontSet], bytes], int]] = {
    "answer-red-1": (lambda t, f: answer(t, f, HeadStyle.RED), 1),
    "answer-red-2": (lambda t, f: answer(t, f, HeadStyle.RED), 2),
    "answer-red-3": (lambda t, f: answer(t, f, HeadStyle.RED), 3),
    "answer-letter-1": (lambda t, f: answer(t, f, HeadStyle.LETTER), 1),
    "answer-plain-1": (lambda t, f: answer(t, f, HeadStyle.PLAIN), 1),
    "slip": (lambda t, f: document(t, f, LetterKind.THIRD_PARTY_CONSULTATION), 3),
    "fee-2": (lambda t, f: document(t, f, LetterKind.FEE_NOTICE), 2),
    "approval": (lambda t, f: document(t, f, LetterKind.APPROVAL_SHEET), 1),
    "delivery": (lambda t, f: document(t, f, LetterKind.DELIVERY_RECORD), 1),
    "draft": (marked, 1),
    "answer-letter-2": (lambda t, f: answer(t, f, HeadStyle.LETTER), 2),
    "correction-1": (
        lambda t, f: answers(t, f, LetterKind.CORRECTION_REQUEST, HeadStyle.RED), 1,
    ),
    "correction-3": (
        lambda t, f: answers(t, f, LetterKind.CORRECTION_REQUEST, HeadStyle.RED), 3,
    ),
    "extension-letter-1": (
        lambda t, f: answers(t, f, LetterKind.EXTENSION_NOTICE, HeadStyle.LETTER), 1,
    ),
    "third-party-1": (lambda t, f: document(t, f, LetterKind.THIRD_PARTY_CONSULTATION), 1),
    "third-party-2": (lambda t, f: document(t, f, LetterKind.THIRD_PARTY_CONSULTATION), 2),
    "receipt-plain-1": (
        lambda t, f: answers(t, f, LetterKind.REGISTRATION_RECEIPT, HeadStyle.PLAIN), 1,
    ),
    "revocation-1": (lambda t, f: document(t, f, LetterKind.REVOCATION), 1),
    "void-1": (void, 1),
    "cover": (lambda _, f: render_cover(VOLUME, fonts=f), 1),
    "index-2": (lambda _, f: render_index(VOLUME, fonts=f), 2),
    "file-note": (lambda _, f: render_note(VOLUME, fonts=f), 1),
    "envelope": (envelope, 1),
}  # fmt: skip


def picture(content: bytes, page: int, folder: Path) -> Image.Image:
    """One page of a PDF at 30 dpi, in grey."""
    source = folder / "page.pdf"
    source.write_bytes(content)
    number = str(page)
    subprocess.run(
        ["pdftoppm", "-r", str(DPI), "-gray", "-png", "-singlefile", "-f", number, "-l", number,
         str(source), str(folder / "page")],
        check=True,
    )  # fmt: skip
    return Image.open(folder / "page.png").convert("L")


def differences(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """The mean difference of two pictures, and the greatest after blurring by a pixel."""
    apart = ImageChops.difference(
        one.filter(ImageFilter.GaussianBlur(1)), other.filter(ImageFilter.GaussianBlur(1))
    )
    return ImageStat.Stat(apart).mean[0], max(apart.tobytes())


@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_it_did(
    templates: LetterTemplates, fonts: FontSet, tmp_path: Path, name: str
) -> None:
    assert shutil.which("pdftoppm"), "install Debian's package poppler-utils"
    make, page = PAGES[name]
    now = picture(make(templates, fonts), page, tmp_path)
    kept = KEPT / f"{name}.png"
    if os.environ.get("CASEWORK_KEEP_PAGES") == "1":
        KEPT.mkdir(exist_ok=True)
        now.save(kept, optimize=True)
    before = Image.open(kept).convert("L")
    assert now.size == before.size
    whole, place = differences(now, before)
    assert (whole < WHOLE, place < PLACE) == (True, True), (whole, place)


@pytest.mark.parametrize("name", PAGES)
def test_the_comparison_sees_a_page_that_moved_by_a_pixel(name: str) -> None:
    page = Image.open(KEPT / f"{name}.png").convert("L")
    whole, place = differences(page, ImageChops.offset(page, 0, 1))
    assert place >= PLACE or whole >= WHOLE
