"""A notice as people have it on disk: .json, .csv, .xlsx or .xls, read into lines.

Two shapes of JSON are known: our own, ``{"year", "number", "issued_on", "days": [{"on", "kind":
"off"|"work", "name"}]}``, and that of the public data set holiday-cn, ``{"year", "papers", "days":
[{"name", "date", "isOffDay"}]}``. A sheet has a row of headings 日期、类型、名称; above it may
stand the title, and 年份, 文号, 发布日期 each with its value in the next cell.

Nothing is believed here: whether the days make sense is for ``domain.holiday_notice`` to say.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from casework.documents.spreadsheets import read_workbook
from casework.domain.errors import RuleBroken
from casework.domain.holiday_notice import NoticeProblem, NoticeSheet, RawDay

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from casework.documents.spreadsheets import Cell

MOST_BYTES = 1024 * 1024
MOST_LINES = 1000
_FILE = "文件"
_DAYS = re.compile(r'"days"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")

_COLUMNS = {
    **dict.fromkeys(("日期", "放假日期", "date", "on"), "on"),
    **dict.fromkeys(("类型", "安排", "kind", "type"), "kind"),
    **dict.fromkeys(("名称", "节日", "节日名称", "name"), "name"),
}
_HEADINGS = {"on": "日期", "kind": "类型", "name": "名称"}
_FACTS = {
    "年份": "year",
    "年度": "year",
    "文号": "number",
    "发布日期": "issued_on",
    "标题": "title",
}


def read_notice_file(file_name: str, content: bytes) -> NoticeSheet:
    """Return what the file says, with the problems of its form.

    RuleBroken (field 文件) if it is not a file of a known kind.
    """
    if len(content) > MOST_BYTES:
        raise _refusal("file_too_large", "文件超过 1 MB，不像一份放假通知，请核对")
    if file_name.lower().endswith(".json"):
        return _from_json(content)
    if not file_name.lower().endswith((".csv", ".xlsx", ".xls")):
        raise _refusal("file_kind", "请选择 .json、.csv 或者 .xlsx 文件")
    sheets = read_workbook(content, file_name)
    if not sheets:
        raise _refusal("no_sheet", "文件里没有工作表，请核对")
    return _from_rows(sheets[0].rows())


def _refusal(code: str, sentence: str) -> RuleBroken:
    return RuleBroken(code, sentence, field=_FILE)


# JSON.


def _from_json(content: bytes) -> NoticeSheet:
    text, value = _parsed(content)
    if not isinstance(value, dict):
        raise _refusal("notice_shape", "文件应是一份通知：一个 JSON 对象，请核对")
    days = value.get("days")
    if not isinstance(days, list):
        raise _refusal("notice_shape", "文件里没有 days 列表，请核对是不是放假通知")
    if len(days) > MOST_LINES:
        raise _refusal("too_many_days", f"文件列了 {len(days)} 天，不像一份放假通知，请核对")
    lines = _lines_of_days(text, len(days))
    raw = []
    problems = []
    for line, day in zip(lines, days, strict=True):
        if isinstance(day, dict):
            raw.append(_raw_day(line, day))
        else:
            problems.append(NoticeProblem(line, "应是一天的 on、kind、name 三项，请核对写法"))
    papers = value.get("papers")
    title = value.get("title") or "、".join(map(str, papers if isinstance(papers, list) else ()))
    return NoticeSheet(
        days=tuple(raw),
        year=value.get("year"),
        number=value.get("number") or "",
        title=title,
        issued_on=value.get("issued_on"),
        number_required="number" in value or "papers" not in value,
        problems=tuple(problems),
    )


def _parsed(content: bytes) -> tuple[str, Any]:
    try:
        text = content.decode("utf-8-sig")
        return text, json.loads(text, object_pairs_hook=_without_repeats)
    except UnicodeDecodeError:
        raise _refusal("encoding_unknown", "文件不是 UTF-8 编码，请另存为 UTF-8 再试") from None
    except json.JSONDecodeError as error:
        raise _refusal(
            "json_broken", f"第{error.lineno}行第{error.colno}列不合 JSON 写法，请改正后再试"
        ) from None
    except (RecursionError, ValueError):
        raise _refusal("json_broken", "文件不是可读的 JSON：嵌套过深或者数字过长，请核对") from None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Keep a JSON object only if no name stands in it twice: the second would win in silence."""
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _refusal("json_repeats", f"“{twice}”在同一处写了两次，请只保留一个")
    return value


def _raw_day(line: int, day: dict[str, Any]) -> RawDay:
    kind = day.get("kind", day.get("isOffDay"))
    return RawDay(line, day.get("on", day.get("date")), kind, day.get("name"))


def _lines_of_days(text: str, count: int) -> list[int]:
    """Return the line on which each element of the list ``days`` begins."""
    decoder = json.JSONDecoder()
    for found in _DAYS.finditer(text):
        lines: list[int] = []
        place = found.end()
        while len(lines) <= count:
            gap = _BETWEEN.match(text, place)
            place = gap.end() if gap else place
            try:
                _, end = decoder.raw_decode(text, place)
            except json.JSONDecodeError:
                break
            lines.append(text.count("\n", 0, place) + 1)
            place = end
        if len(lines) == count:
            return lines
    return list(range(1, count + 1))  # "days" is spelled with escapes: count the entries


# Sheets.


def _from_rows(rows: Iterable[tuple[int, Sequence[Cell]]]) -> NoticeSheet:
    facts: dict[str, object] = {}
    columns: dict[str, int] | None = None
    days: list[RawDay] = []
    problems: list[NoticeProblem] = []
    for line, row in rows:
        cells = [_blank_to_none(cell) for cell in row]
        if not any(cell is not None for cell in cells):
            continue
        if columns is None:
            columns = _header(cells)
            if columns is None:
                _read_fact(facts, cells)
            else:
                problems += _missing_columns(line, columns)
            continue
        if len(days) == MOST_LINES:
            raise _refusal("too_many_days", f"文件超过 {MOST_LINES} 行，不像一份放假通知，请核对")
        days.append(
            RawDay(line, *(_cell(cells, columns.get(name)) for name in ("on", "kind", "name")))
        )
    if columns is None:
        raise _refusal("no_header", "找不到表头，请在第一行写“日期、类型、名称”三栏")
    if problems:
        days = []  # without its columns nothing can be said of a line
    return NoticeSheet(
        days=tuple(days),
        year=facts.get("year"),
        number=facts.get("number", ""),
        title=facts.get("title", ""),
        issued_on=facts.get("issued_on"),
        problems=tuple(problems),
    )


def _blank_to_none(cell: Cell) -> Cell:
    return None if isinstance(cell, str) and not cell.strip() else cell


def _cell(cells: Sequence[Cell], place: int | None) -> Cell:
    return cells[place] if place is not None and place < len(cells) else None


def _header(cells: Sequence[Cell]) -> dict[str, int] | None:
    """Return which column is where, if this row is the headings; the date at least is named."""
    columns: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = _COLUMNS.get(str(cell).strip().lower())
        if name is not None:
            columns.setdefault(name, place)
    return columns if "on" in columns or len(columns) > 1 else None


def _missing_columns(line: int, columns: dict[str, int]) -> list[NoticeProblem]:
    return [
        NoticeProblem(line, f"表头缺少“{heading}”一栏，请补上")
        for name, heading in _HEADINGS.items()
        if name not in columns
    ]


def _read_fact(facts: dict[str, object], cells: Sequence[Cell]) -> None:
    filled = [cell for cell in cells if cell is not None]
    name = _FACTS.get(str(filled[0]).strip().rstrip("：:"))
    if name is not None and len(filled) > 1:
        facts[name] = filled[1]
    elif len(filled) == 1:
        facts.setdefault("title", filled[0])
