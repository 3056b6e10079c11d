"""Spreadsheets in and out: every kind of file offices send, and every kind that is refused."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook as load_with_formulas

from casework.documents import spreadsheets
from casework.documents.spreadsheets import (
    disarmed,
    read_workbook,
    rearmed,
    suffix,
    write_sheet,
)
from casework.domain.errors import RuleBroken

HEADERS = ["申请人", "申请内容", "收到日期", "收费金额"]
ROW = ["林小满", "柳湾村征地批复", date(2018, 2, 9), 12.5]  # a Friday
EXCEL_97 = Path(__file__).parent / "ledger_excel97.xls"


def rows_of(content: bytes, name: str) -> list[list[object]]:
    [sheet] = read_workbook(content, name)
    return [list(row) for _, row in sheet.rows()]


def written(kind: str, rows: list[list[object]], headers: list[str] | None = None) -> bytes:
    target = io.BytesIO()
    write_sheet(target, kind, headers or HEADERS, rows)  # type: ignore[arg-type]
    return target.getvalue()


def refusal(content: bytes, name: str) -> RuleBroken:
    with pytest.raises(RuleBroken) as caught:
        for sheet in read_workbook(content, name):
            list(sheet.rows())
    assert caught.value.field == "文件"
    assert caught.value.message.endswith("。")
    return caught.value


# Text files.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_every_encoding_offices_use(encoding: str) -> None:
    content = "申请人,申请内容\r\n林小满,柳湾村征地批复\r\n".encode(encoding)
    assert rows_of(content, "台账.csv") == [["申请人", "申请内容"], ["林小满", "柳湾村征地批复"]]


def test_csv_by_tabs() -> None:
    content = "申请人\t申请内容\n林小满\t一,二\n".encode()
    assert rows_of(content, "a.csv") == [["申请人", "申请内容"], ["林小满", "一,二"]]


def test_csv_keeps_line_breaks_and_quotes_inside_a_cell() -> None:
    content = '申请人,申请内容\n林小满,"第一行\n""第二""行"\n'.encode()
    assert rows_of(content, "a.csv")[1] == ["林小满", '第一行\n"第二"行']


def test_csv_rows_bear_the_number_the_spreadsheet_shows() -> None:
    [sheet] = read_workbook("甲\n\n乙\n".encode(), "a.csv")
    assert [(number, list(row)) for number, row in sheet.rows()] == [
        (1, ["甲"]),
        (2, []),
        (3, ["乙"]),
    ]


def test_a_sheet_may_be_read_twice() -> None:
    [sheet] = read_workbook(written(".xlsx", [ROW]), "a.xlsx")
    assert list(sheet.rows()) == list(sheet.rows())


# Workbooks.


def test_xlsx_gives_dates_numbers_and_text() -> None:
    assert rows_of(written(".xlsx", [ROW]), "A.XLSX") == [HEADERS, ROW]


def test_xls_is_read_with_title_dates_and_formula_like_text() -> None:
    ledger, notes = read_workbook(EXCEL_97.read_bytes(), "2018.xls")
    rows = [list(row) for _, row in ledger.rows()]
    assert (ledger.name, notes.name) == ("登记", "填表说明")
    assert rows[0][0] == "某局2018年依申请公开台账"
    assert rows[2][:3] == ["申请方式", "收到日期", "申请人"]
    assert rows[3][1] == date(2018, 2, 9)
    assert rows[3][4] == "2016年柳湾村征地批复\n及其附图"
    assert rows[4][4] == '=HYPERLINK("http://example.invalid","公文")'


def test_rows_keep_their_number_under_empty_ones() -> None:
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target)
    workbook.add_worksheet().write_string(2, 1, "乙三")
    workbook.close()
    [sheet] = read_workbook(target.getvalue(), "a.xlsx")
    assert [number for number, row in sheet.rows() if any(row)] == [3]


def test_hidden_sheets_are_left_out() -> None:
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target)
    workbook.add_worksheet("登记").write_string(0, 0, "甲")
    workbook.add_worksheet("底稿").hide()
    workbook.close()
    assert [sheet.name for sheet in read_workbook(target.getvalue(), "a.xlsx")] == ["登记"]


def test_an_empty_sheet_has_no_rows() -> None:
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target)
    workbook.add_worksheet("空")
    workbook.close()
    assert rows_of(target.getvalue(), "a.xlsx") == []


def test_a_formula_counts_as_the_value_it_last_had() -> None:
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target)
    workbook.add_worksheet().write_formula(0, 0, '="当"&"面"', None, "当面")
    workbook.close()
    assert rows_of(target.getvalue(), "a.xlsx") == [["当面"]]


# Formula injection.

DANGEROUS = [
    "=1+1",
    '=HYPERLINK("http://example.invalid")',
    "+8613800000000",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_acceptance_82_dangerous_text_opens_as_text(text: str) -> None:
    content = written(".xlsx", [[text, text, None, None]])
    sheet = load_with_formulas(io.BytesIO(content)).active
    assert sheet is not None
    assert {cell.data_type for cell in sheet[2] if cell.value is not None} == {"s"}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert not [name for name in archive.namelist() if "_rels/sheet" in name]
    in_csv = written(".csv", [[text, None, None, None]]).decode("utf-8-sig").split("\r\n", 1)[1]
    assert in_csv.lstrip('"').startswith("'")


@pytest.mark.parametrize("kind", [".xlsx", ".csv"])
@pytest.mark.parametrize(
    "text", [*DANGEROUS, "'=1", "''=1", "'平常", '"引号", 逗号', "长" * 30_000]
)
def test_acceptance_82_text_survives_the_round_trip(text: str, kind: str) -> None:
    if kind == ".xlsx" and "\r" in text:
        pytest.skip("XML reads a bare CR as LF; the ledger keeps only LF")
    assert rows_of(written(kind, [[text]], ["备注"]), f"a{kind}")[1] == [text]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=12))
def test_disarming_is_undone_exactly(text: str) -> None:
    assert rearmed(disarmed(text)) == text
    assert not disarmed(text).startswith(tuple("=+-@\t\r\n＝＋－＠"))


TYPED = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cf", "Co", "Cn"]),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(TYPED, min_size=2, max_size=2), max_size=5),
    st.sampled_from([".xlsx", ".csv"]),
)
def test_any_typed_text_round_trips(rows: list[list[str]], kind: str) -> None:
    rows = [["甲", *row] for row in rows]  # a full first column keeps every row
    back = rows_of(written(kind, list[list[object]](rows), ["a", "b", "c"]), f"a{kind}")[1:]
    assert [[*row, "", ""][:3] for row in back] == rows


def test_too_long_a_text_is_refused_in_xlsx_not_cut() -> None:
    with pytest.raises(RuleBroken, match="32767") as caught:
        written(".xlsx", [["长" * 32_768, None, None, None]])
    assert "请您改为导出 .csv" in caught.value.message


# What is refused.


def with_member(name: str, payload: bytes, base: bytes | None = None) -> bytes:
    target = io.BytesIO(base or written(".xlsx", [ROW]))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, payload)
    return target.getvalue()


def sheet_with(cell: str) -> bytes:
    """A workbook whose only sheet holds A1 and one more cell, written by hand."""
    source = written(".xlsx", [ROW])
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(target, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == "xl/worksheets/sheet1.xml":
                data = data.replace(b"</sheetData>", cell.encode() + b"</sheetData>")
            new.writestr(item, data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a.xlsm", "file_macros"),
        ("a.xlsb", "file_macros"),
        ("a.pdf", "file_kind"),
        ("a", "file_kind"),
    ],
)
def test_other_kinds_of_file_are_refused(name: str, code: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        suffix(name)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "file_empty"),
        (b"PK\x03\x04rest", "a.csv", "content_differs"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.csv", "encoding_unknown"),
        ("林小满".encode("gb18030") + b"\xff", "a.csv", "encoding_unknown"),
        (b"%PDF-1.7", "a.xlsx", "content_differs"),
        (b"<html><table></table></html>", "a.xls", "content_differs"),
        (spreadsheets._ZIP + b"\0" * 40, "a.xlsx", "file_broken"),
        (spreadsheets._OLE + b"\0" * 600, "a.xlsx", "file_protected"),
        (spreadsheets._OLE + b"\0" * 600, "a.xls", "file_broken"),
        (EXCEL_97.read_bytes()[:3000], "a.xls", "file_broken"),
        (written(".xlsx", [ROW])[:2000], "a.xlsx", "file_broken"),
        (with_member("xl/vbaProject.bin", b"x"), "a.xlsx", "file_macros"),
        ('甲,"乙'.encode() + b"x" * 200_000, "a.csv", "csv_broken"),
        (("甲," * 250).encode(), "a.csv", "too_many_columns"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused(content: bytes, name: str, code: str) -> None:
    assert refusal(content, name).code == code


def test_a_zip_without_a_workbook_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert refusal(target.getvalue(), "a.xlsx").code == "content_differs"


def test_a_file_over_the_size_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_BYTES", 1 << 20)
    monkeypatch.setattr(spreadsheets, "MOST_TEXT_BYTES", 2 << 20)
    assert refusal(b"x" * ((1 << 20) + 1), "a.xlsx").message.startswith("文件超过1 MB")
    assert refusal(b"x" * ((2 << 20) + 1), "a.csv").message.startswith("文件超过2 MB")


def test_a_zip_bomb_is_refused_before_it_unpacks() -> None:
    bomb = with_member("xl/media/blank.bin", b"\0" * (40 << 20))
    assert len(bomb) < 100_000
    assert refusal(bomb, "a.xlsx").code == "file_bomb"


def test_a_zip_bomb_that_lies_about_its_size_is_refused() -> None:
    bomb = bytearray(with_member("xl/media/blank.bin", b"\0" * (40 << 20)))
    size = struct.pack("<I", 40 << 20)
    while (at := bomb.find(size)) >= 0:
        bomb[at : at + 4] = struct.pack("<I", 10)
    assert refusal(bytes(bomb), "a.xlsx").code in {"file_bomb", "file_broken"}


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_MEMBERS", 3)
    assert refusal(written(".xlsx", [ROW]), "a.xlsx").code == "file_bomb"


@pytest.mark.parametrize(
    "cell",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="9"><c   s="0"   r="GS9"><v>1</v></c></row>',
        "<row r='200001'><c r='A200001'><v>1</v></c></row>",
        '<row r="60000"><c r="A60000"><v>1</v></c><c r="CA60000"><v>1</v></c></row>',
    ],
)
def test_one_cell_far_out_is_refused_before_a_rectangle_is_made_of_it(cell: str) -> None:
    assert refusal(sheet_with(cell), "a.xlsx").code == "sheet_too_large"


def test_an_empty_formatted_cell_far_out_does_no_harm() -> None:
    content = sheet_with('<row r="1048576"><c r="XFD1048576" s="0"/></row>')
    assert rows_of(content, "a.xlsx") == [HEADERS, ROW]


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 3)
    assert refusal("甲\n乙\n丙\n丁\n".encode(), "a.csv").code == "too_many_rows"


def test_billion_laughs_expand_to_nothing() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    source = written(".xlsx", [ROW])
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(target, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == "xl/worksheets/sheet1.xml":
                head, body = data.split(b"?>", 1)
                data = (
                    head
                    + b"?><!DOCTYPE x ["
                    + entities.encode()
                    + b"]>"
                    + body.replace("林小满".encode(), b"&e9;")
                )
            new.writestr(item, data)
    assert len(str(outcome(target.getvalue()))) < 1000


def outcome(content: bytes) -> list[object] | str:
    """Whatever comes of a hostile file: its rows, or the code it is refused with."""
    try:
        return [list(sheet.rows()) for sheet in read_workbook(content, "a.xlsx")]
    except RuleBroken as refused:
        return refused.code


def test_random_damage_never_ends_in_anything_but_a_sentence() -> None:
    chance = random.Random(20180209)  # noqa: S311  damage that can be repeated
    whole = written(".xlsx", [ROW] * 20)
    for _ in range(200):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
        assert isinstance(outcome(bytes(damaged)), (list, str))


def test_zlib_is_what_the_bombs_above_were_packed_with() -> None:
    # 40 MiB of zeros must really pack below the ratio limit, or the tests above prove nothing.
    assert len(zlib.compress(b"\0" * (40 << 20))) * spreadsheets.MOST_RATIO < 40 << 20
