"""Published reports and handed-in tables, read back."""

from __future__ import annotations

import io
import zipfile

import pytest

from casework.documents.annual_cells import AnnualReturn
from casework.documents.annual_docx import render_docx
from casework.documents.annual_xlsx import render_xlsx
from casework.documents.published_files import read_published
from casework.domain.annual_reading import read_table
from casework.domain.errors import RuleBroken
from tests.documents.annual_tables import YEARS, filled_table

FORMS = ("2014", "2019", "2021")
WRITERS = {".xlsx": render_xlsx, ".docx": render_docx}


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("code", FORMS)
def test_acceptance_73_an_exported_table_read_back_has_identical_cells(code, kind):
    table = filled_table(code)
    filed = AnnualReturn(table=table, agency="青沅市自然资源局")
    published = read_published(WRITERS[kind](filed), f"上报{kind}")
    found = read_table(published.tables, text=published.text)
    assert (found.sheet.form.code, found.sheet.year) == (code, YEARS[code])
    assert found.sheet.cells == table.cells
    if table.form.relief:
        assert found.sheet.relief == table.relief
    assert found.strangers == ()
    assert kind == ".docx" or found.agency == "青沅市自然资源局"


PAGE = """<html><head><style>td {color: red}</style></head><body>
<table><tr><td><div>一、总体情况</div><p>2022年，全市收到申请 3 件。</p>
<table><tr><th rowspan="2">甲</th><th colspan="2">乙</th></tr><tr><td>1</td><td>/</td></tr></table>
</td></tr></table><script>var hidden = 1;</script><p>五、存在的主要问题</p></body></html>"""


def test_a_page_gives_its_innermost_tables_and_its_prose():
    page = read_published(PAGE.encode(), "报告.html")
    assert page.tables == ([["甲", "乙", "乙"], ["甲", "1", "/"]],)
    assert page.text.split("\n") == [
        "一、总体情况",
        "2022年，全市收到申请 3 件。",
        "五、存在的主要问题",
    ]


def test_text_is_read_in_the_encodings_people_have():
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert read_published("收到申请3件".encode(encoding), "a.txt").text == "收到申请3件"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("表.pdf", b"%PDF", "只读"),
        ("表.docx", b"", "空的"),
        ("表.docx", b"no zip", "损坏"),
        ("表.txt", b"\xff\xff\xff", "编码"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(name, content, words):
    with pytest.raises(RuleBroken, match=words) as refused:
        read_published(content, name)
    assert refused.value.field == "file"


def test_a_word_file_that_unpacks_too_far_is_refused_before_it_is_parsed(monkeypatch):
    monkeypatch.setattr("casework.documents.published_files.MOST_UNPACKED", 1000)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 5000)
    with pytest.raises(RuleBroken, match="超出限度"):
        read_published(target.getvalue(), "表.docx")
    with pytest.raises(RuleBroken, match="内容却不是"):
        read_published(render_xlsx(AnnualReturn(table=filled_table("2021"), agency="a")), "表.docx")
