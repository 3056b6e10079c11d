"""核对别人的年度报告: a published table and its text, judged as our own are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.documents.published_files import KINDS, read_published
from casework.domain.annual_by_hand import check_by_hand
from casework.domain.annual_checks import Check, check_sheet
from casework.domain.annual_reading import read_table
from casework.domain.annual_sheet import Sheet, read_sheet
from casework.domain.errors import RuleBroken
from casework.domain.forms import form_for_year
from casework.domain.report_text import check_text

if TYPE_CHECKING:
    from decimal import Decimal

    from casework.domain.annual_table import Table

_TEXT_KEYS = ("text", "narrative")
"""Under which a JSON file may bring the report's text along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedFile:
    """What was read, "" or None where nothing was, and what was found.

    ``sheet`` is None for a text alone; ``agency`` is the name that stands on the table.
    """

    checks: tuple[Check, ...]
    sheet: Sheet | None
    agency: str = ""

    @property
    def about(self) -> dict[str, object]:
        """What was judged, as JSON answers it."""
        if self.sheet is None:
            return {"form": None, "year": None}
        return {"form": self.sheet.form.code, "year": self.sheet.year}


def judge_file(
    content: bytes,
    file_name: str,
    *,
    text: str = "",
    year: int | None = None,
    form: str | None = None,
) -> JudgedFile:
    """Judge a published table or report; ``text`` is a narrative that stands elsewhere.

    A file of no known kind is read as the interface's JSON. A file of words alone is judged
    against itself, for which ``year`` must be known. RuleBroken if it is no table at all.
    """
    if not file_name.lower().endswith(KINDS):
        return _judge_json(content, text)
    published = read_published(content, file_name)
    words = "\n".join(part for part in (published.text, text) if part.strip())
    if not published.tables:
        return judge_words(words, year)
    found = read_table(published.tables, year=year, form=form, text=published.text)
    checks = (*check_sheet(found.sheet), *check_by_hand(found.sheet))
    if found.remark:
        checks = (*checks, Check(id="rows", ok=False, hard=False, message=found.remark))
    return JudgedFile(
        checks=(*checks, *judge_text(words, found.sheet)), sheet=found.sheet, agency=found.agency
    )


def judge_text(
    text: str, table: Sheet | Table, *, fees_yuan: Decimal | None = None
) -> tuple[Check, ...]:
    """Judge a report's words against a table; nothing for no words."""
    if not text.strip():
        return ()
    sheet = Sheet(form=table.form, year=table.year, cells=table.cells, relief=table.relief)
    return check_text(text, sheet, form=sheet.form, year=sheet.year, fees_yuan=fees_yuan)


def text_of(content: bytes, file_name: str) -> str:
    """Return the words of a .docx, .html or .txt; RuleBroken(field="file") for a file without."""
    text = read_published(content, file_name).text
    if not text.strip():
        raise RuleBroken(
            "no_text", f"“{file_name}”里没有可以核对的文字，请您核对文件。", field="file"
        )
    return text


def judge_words(words: str, year: int | None) -> JudgedFile:
    """Judge a text without a table against itself; RuleBroken(field="year") without a year."""
    if year is None:
        raise RuleBroken(
            "year_missing", "文件里只有文字，没有统计表，请您另填年度后再核对。", field="year"
        )
    checks = check_text(words, None, form=form_for_year(year), year=year)
    return JudgedFile(checks=checks, sheet=None)


def _judge_json(content: bytes, text: str) -> JudgedFile:
    payload = parse_json(content)
    sheet = read_sheet(payload)
    own = payload if isinstance(payload, Mapping) else {}
    words = [text, *(str(own[key]) for key in _TEXT_KEYS if isinstance(own.get(key), str))]
    agency = own.get("agency")
    name = agency.get("name") if isinstance(agency, Mapping) else agency
    return JudgedFile(
        checks=(
            *check_sheet(sheet),
            *check_by_hand(sheet),
            *judge_text("\n".join(words), sheet),
        ),
        sheet=sheet,
        agency=name if isinstance(name, str) else "",
    )


def parse_json(content: bytes) -> object:
    """Return the parsed file; RuleBroken(field="file") that names the line."""
    try:
        parsed: object = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise RuleBroken(
            "not_utf8", "文件不是 UTF-8 编码的文本，请您另存为 UTF-8 后再核对。", field="file"
        ) from error
    except (ValueError, RecursionError) as error:
        line = f"第{error.lineno}行" if isinstance(error, json.JSONDecodeError) else ""
        raise RuleBroken(
            "not_json", f"文件{line}不是完整的 JSON，请您检查。", field="file"
        ) from error
    return parsed
