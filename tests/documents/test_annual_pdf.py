"""The year-end table as PDF, read back by another library."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from casework.documents.annual_cells import AnnualReturn
from casework.documents.annual_pdf import render_pdf
from casework.domain.errors import RuleBroken
from tests.documents.annual_tables import filled_table


def words_of(page):
    return "".join(page.extract_text().split())


def pages_of(filed, fonts):
    return PdfReader(io.BytesIO(render_pdf(filed, fonts=fonts))).pages


def test_both_tables_of_the_2021_form_share_one_page(fonts):
    table = filled_table("2021")
    (page,) = pages_of(AnnualReturn(table=table, agency="青沅市自然资源和规划局"), fonts)
    words = words_of(page)
    for expected in (
        "三、收到和处理政府信息公开申请情况",
        "（2025年度）",
        "填报单位：青沅市自然资源和规划局",
        "3.危及“三安全一稳定”",
        "四、政府信息公开行政复议、行政诉讼情况",
        "—1—",
    ):
        assert expected in words
    for code in ("R1", "R3.7", "R4"):
        label = table.form.find_row(code).label
        figures = "".join(str(table.cells[code, column]) for column in table.form.column_codes)
        assert f"{label}{figures}" in words
    box = page.mediabox
    assert (round(box.width), round(box.height)) == (595, 842)


def test_the_2014_form_goes_on_under_its_heads(fonts):
    table = filled_table("2014")
    pages = pages_of(AnnualReturn(table=table, agency="青沅市"), fonts)
    assert len(pages) == 2
    for number, page in enumerate(pages, start=1):
        assert "统计指标单位统计数" in words_of(page)
        assert f"—{number}—" in words_of(page)
    whole = "".join(map(words_of, pages))
    for row in table.form.rows:
        assert row.label in whole
    assert "七、依申请公开信息收取的费用万元0.038" in whole
    assert "六、举报投诉数量件七、" in whole  # not entered: nothing is printed
    for name in table.form.footer_fields:
        assert f"{name}：" in words_of(pages[1])


def test_a_merged_head_longer_than_a_page_goes_on_on_the_next(fonts):
    table = filled_table("2021")
    # A form to come: every row of the results five times as long a label.
    rows = tuple(
        replace(row, label=row.label * 5) if row.level == 3 else row for row in table.form.rows
    )
    longer = replace(table, form=replace(table.form, rows=rows))
    pages = pages_of(AnnualReturn(table=longer, agency="青沅市"), fonts)
    assert len(pages) == 2
    for page in pages:
        assert "法人或其他组织" in words_of(page)
        assert "".join("三、本年度办理结果") in words_of(page)


def test_markup_in_a_name_is_only_text(fonts):
    name = '<img src="/etc/hostname"/>&amp;'
    (page,) = pages_of(AnnualReturn(table=filled_table("2021"), agency=name), fonts)
    assert "".join(f"填报单位：{name}".split()) in words_of(page)
    assert not page.images


def test_every_face_is_embedded(fonts):
    (page,) = pages_of(AnnualReturn(table=filled_table("2019"), agency="青沅市"), fonts)
    for font in page["/Resources"]["/Font"].values():
        assert "/FontFile2" in font.get_object()["/FontDescriptor"]


def test_equal_tables_give_equal_bytes(fonts):
    filed = AnnualReturn(table=filled_table("2021"), agency="青沅市")
    assert render_pdf(filed, fonts=fonts) == render_pdf(filed, fonts=fonts)


def test_a_name_that_no_face_can_draw_is_refused(fonts):
    with pytest.raises(RuleBroken) as refusal:
        render_pdf(AnnualReturn(table=filled_table("2021"), agency="青\U0003134a市"), fonts=fonts)
    assert refusal.value.field == "agency"
    assert "\U0003134a" in refusal.value.message
