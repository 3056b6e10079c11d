"""Lists as PDF and XLSX."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from pypdf import PdfReader

from casework.documents import listing_pdf
from casework.documents.listing import Align, ListColumn, Listing, ListRow
from casework.documents.listing_pdf import render_listing_pdf
from casework.documents.listing_xlsx import render_listing_xlsx
from casework.domain.errors import RuleBroken

ROWS = tuple(
    ListRow(cells=(f"青公〔2025〕{n}号", date(2025, 1, 1), n, "=1+1，关于征地批复" * (n % 5)))
    for n in range(120)
)


def listing(rows=ROWS, **more):
    facts = {
        "title": "青沅市2025年依申请公开台账",
        "lines": ("按收到日期排",),
        "columns": (
            ListColumn(head="案号", width=44),
            ListColumn(head="收到", width=24, align=Align.CENTRE),
            ListColumn(head="数", width=20, align=Align.RIGHT),
            ListColumn(head="内容", width=0),
        ),
        "rows": (*rows, ListRow(cells=("合计", None, Decimal("0.5"), None), strong=True)),
        "author": "青沅市",
        "notes": ("印制：沈薇",),
    }
    return Listing(**(facts | more))


def test_every_page_bears_the_heads_and_the_last_one_the_sum(fonts):
    made = render_listing_pdf(listing(), fonts=fonts)
    assert made == render_listing_pdf(listing(), fonts=fonts)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert "案号" in page
        assert f"第 {number} 页，共 {len(pages)} 页" in page
    assert "合计" in pages[-1]
    assert "印制：沈薇" in pages[-1]
    whole = "".join(pages)
    assert all(whole.count(f"〔2025〕{n}号") == 1 for n in range(120))
    box = PdfReader(io.BytesIO(made)).pages[0].mediabox
    assert box.width > box.height


def test_a_list_too_long_for_paper_says_so(fonts, monkeypatch):
    monkeypatch.setattr(listing_pdf, "MOST_ROWS", 5)
    with pytest.raises(RuleBroken, match="改为导出Excel"):
        render_listing_pdf(listing(), fonts=fonts)
    with pytest.raises(RuleBroken, match="现有字体没有"):
        render_listing_pdf(listing(rows=(), title="\U00030edd"), fonts=fonts)


def test_numbers_and_days_are_real_and_text_is_never_a_formula():
    made = render_listing_xlsx(listing())
    assert made == render_listing_xlsx(listing())
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    assert sheet.freeze_panes == "A4"
    rows = list(sheet.iter_rows(min_row=4, max_row=5, values_only=True))
    assert rows[1][1].date() == date(2025, 1, 1)
    assert rows[1][2] == 1
    assert sheet["D5"].data_type == "s"
    assert sheet["C124"].value == 0.5
