"""Notice files: both shapes of JSON, sheets with Chinese headings, and what is not a notice."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest

from casework.documents.notice_files import read_notice_file
from casework.documents.spreadsheets import write_sheet
from casework.domain.errors import RuleBroken
from casework.domain.holiday_notice import HolidayNotice, NoticeSheet, read_notice
from casework.domain.working_days import shipped_calendar

OURS = """{
  "year": 2027,
  "number": "国办发明电〔2026〕9号",
  "issued_on": "2026-11-04",
  "days": [
    {"on": "2027-01-01", "kind": "off", "name": "元旦"},
    {"on": "2027-01-02", "kind": "off", "name": "元旦"},

    {"on": "2027-01-09", "kind": "work", "name": "元旦"}
  ]
}"""

HOLIDAY_CN = """{
  "$schema": "https://raw.githubusercontent.com/NateScarlet/holiday-cn/master/schema.json",
  "year": 2027,
  "papers": ["https://www.gov.cn/zhengce/content/202611/content_1.htm"],
  "days": [
    {
      "name": "元旦",
      "date": "2027-01-01",
      "isOffDay": true
    },
    {
      "name": "元旦",
      "date": "2027-01-09",
      "isOffDay": false
    }
  ]
}"""

SHEET = [
    ["国务院办公厅关于2027年部分节假日安排的通知"],
    ["文号", "国办发明电〔2026〕9号"],
    ["年份：", 2027, None],
    ["发布日期", date(2026, 11, 4)],
    [],
    ["名称", "日期", "类型"],
    ["元旦", date(2027, 1, 1), "放假"],
    [" ", "", None],
    ["元旦", "2027-01-09", "上班"],
]


def believed(sheet: NoticeSheet) -> HolidayNotice:
    notice = read_notice(sheet, calendar=shipped_calendar())
    assert isinstance(notice, HolidayNotice), notice
    return notice


def in_short(notice: HolidayNotice) -> list[tuple[str, str]]:
    return [(str(day.on), day.kind.value) for day in notice.days]


def csv_of(rows: list[list[object]]) -> bytes:
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
    return "\n".join(lines).encode()


def xlsx_of(rows: list[list[object]]) -> bytes:
    target = io.BytesIO()
    first, *rest = rows
    write_sheet(target, ".xlsx", [str(cell) for cell in first], rest)  # type: ignore[arg-type]
    return target.getvalue()


def test_our_own_json_knows_the_line_of_every_day() -> None:
    sheet = read_notice_file("2027.json", OURS.encode())
    assert [day.line for day in sheet.days] == [6, 7, 9]
    notice = believed(sheet)
    assert notice.number == "国办发明电〔2026〕9号"
    assert notice.issued_on == date(2026, 11, 4)
    assert in_short(notice)[-1] == ("2027-01-09", "work")


def test_the_shape_of_holiday_cn_has_no_number_and_keeps_its_source() -> None:
    sheet = read_notice_file("2027.JSON", b"\xef\xbb\xbf" + HOLIDAY_CN.encode())
    assert [day.line for day in sheet.days] == [6, 11]
    notice = believed(sheet)
    assert notice.number == ""
    assert notice.source == "https://www.gov.cn/zhengce/content/202611/content_1.htm"
    assert in_short(notice) == [("2027-01-01", "off"), ("2027-01-09", "work")]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_sheet_may_have_a_title_and_its_columns_in_any_order(kind: str) -> None:
    content = csv_of(SHEET) if kind == "csv" else xlsx_of(SHEET)
    sheet = read_notice_file(f"放假.{kind}", content)
    assert [day.line for day in sheet.days] == [7, 9]
    notice = believed(sheet)
    assert (notice.year, notice.number) == (2027, "国办发明电〔2026〕9号")
    assert notice.title == "国务院办公厅关于2027年部分节假日安排的通知"
    assert notice.issued_on == date(2026, 11, 4)
    assert in_short(notice) == [("2027-01-01", "off"), ("2027-01-09", "work")]


def test_a_sheet_in_gb18030_without_any_facts() -> None:
    content = "日期,类型,名称\n2027/1/1,放假,元旦\n".encode("gb18030")
    assert in_short(believed(read_notice_file("x.csv", content))) == [("2027-01-01", "off")]


def test_a_missing_heading_is_named_and_nothing_else_is_said() -> None:
    sheet = read_notice_file("x.csv", "日期,名称\n2027-01-01,元旦\n".encode())
    problems = read_notice(sheet, calendar=shipped_calendar())
    assert not isinstance(problems, HolidayNotice)
    assert [str(problem) for problem in problems] == ["第1行：表头缺少“类型”一栏，请补上"]


def test_our_json_without_a_number_is_refused_but_other_shapes_lack_one() -> None:
    sheet = read_notice_file("x.json", OURS.replace('"number"', '"no"').encode())
    problems = read_notice(sheet, calendar=shipped_calendar())
    assert not isinstance(problems, HolidayNotice)
    assert "缺少文号" in problems[0].message


def test_an_entry_that_is_no_day_is_a_problem_of_its_line() -> None:
    text = OURS.replace('{"on": "2027-01-02", "kind": "off", "name": "元旦"}', '"2027-01-02"')
    sheet = read_notice_file("x.json", text.encode())
    problems = read_notice(sheet, calendar=shipped_calendar())
    assert [str(problem) for problem in problems if isinstance(problem, tuple)] == [
        "第7行：应是一天的 on、kind、name 三项，请核对写法"
    ]


def test_lines_are_found_behind_a_misleading_word() -> None:
    text = '{"title": "\\"days\\": [1, 2]",\n"number": "甲〔2026〕1号", "days": [\n{"on": 1}]}'
    sheet = read_notice_file("x.json", text.encode())
    assert [day.line for day in sheet.days] == [3]
    escaped = '{"number": "甲", "\\u0064ays": [\n{"on": 1}, {"on": 2}]}'
    assert [day.line for day in read_notice_file("x.json", escaped.encode()).days] == [1, 2]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.json", b"{", "第1行第2列不合 JSON 写法"),
        ("x.json", "{}".encode("utf-16"), "不是 UTF-8"),
        ("x.json", b"[]", "一个 JSON 对象"),
        ("x.json", b"{}", "没有 days 列表"),
        ("x.json", b'{"days": {}}', "没有 days 列表"),
        ("x.json", b'{"year": 2027, "year": 2028, "days": []}', "“year”在同一处写了两次"),
        ("x.json", b'{"days": [' + b"[" * 100_000, "JSON"),
        ("x.json", b'{"days": [], "year": ' + b"9" * 5000 + b"}", "JSON"),
        ("x.json", json.dumps({"days": [1] * 1001}).encode(), "1001 天"),
        ("x.json", b" " * (1024 * 1024 + 1), "超过 1 MB"),
        ("x.pdf", b"%PDF", "请选择 .json、.csv 或者 .xlsx 文件"),
        ("x.csv", "节假日\n".encode(), "找不到表头"),
        ("x.csv", b"", "文件是空的"),
        ("x.xlsx", b"not a zip", "内容却不是"),
        (
            "x.csv",
            ("日期,类型,名称\n" + "2027-01-01,放假,元旦\n" * 1001).encode(),
            "超过 1000 行",
        ),
    ],
)
def test_what_is_not_a_notice_is_refused_in_one_sentence(
    name: str, content: bytes, sentence: str
) -> None:
    with pytest.raises(RuleBroken, match=sentence) as refused:
        read_notice_file(name, content)
    assert refused.value.field == "文件"
