"""The first rows of somebody's spreadsheet, read in a process of its own.

A parser builds the whole sheet before it hands out the first row: a few hundred megabytes for a
long one, and a crash for a hostile one that slipped past ``spreadsheets``. Neither is to happen to
the process that serves pages, so a page looks at a file through this module only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.documents.spreadsheets import read_workbook, suffix
from casework.domain.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.documents.spreadsheets import Cell

HEAD_ROWS = 60
"""Rows that are shown and guessed from: the header is within the first twenty."""

_PATIENCE = 60
_MOST_MEMORY = 2 * 1024**3
_REFUSED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetHead:
    """One sheet: its name ("" in a .csv), how many rows it has, the first of them, numbered."""

    name: str
    height: int
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON, for ``read_head``."""
        return {
            "name": self.name,
            "height": self.height,
            "rows": [[number, [_written(cell) for cell in row]] for number, row in self.rows],
        }


def read_head(said: dict[str, Any]) -> SheetHead:
    """Return what ``SheetHead.as_json`` wrote."""
    return SheetHead(
        name=said["name"],
        height=said["height"],
        rows=tuple((number, tuple(_read(cell) for cell in row)) for number, row in said["rows"]),
    )


def read_heads(content: bytes, file_name: str) -> list[SheetHead]:
    """Return the first rows of every visible sheet of a .xlsx, .xls or .csv file.

    RuleBroken(field="文件") with one sentence for a file that ``read_workbook`` refuses, and for
    one that brings its reader down.
    """
    kind = suffix(file_name)
    root = str(Path(__file__).resolve().parents[2])
    try:
        done = subprocess.run(  # noqa: S603  our own module, and a kind out of three
            [sys.executable, "-m", "casework.documents.sheet_heads", kind],
            input=content,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
            env=os.environ | {"PYTHONPATH": root, "PYTHONIOENCODING": "utf-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise _brought_down() from error
    if done.returncode not in {0, _REFUSED}:
        raise _brought_down()
    said = json.loads(done.stdout)
    if done.returncode == _REFUSED:
        raise RuleBroken(said["code"], said["message"], field=said["field"])
    return [read_head(sheet) for sheet in said]


def heads_of(content: bytes, kind: str) -> list[SheetHead]:
    """Return the same, read in this process."""
    heads = []
    for sheet in read_workbook(content, f"file{kind}"):
        height = 0
        rows = []
        for number, row in sheet.rows():
            height = number
            if number <= HEAD_ROWS:
                rows.append((number, _without_end(row)))
        heads.append(SheetHead(name=sheet.name, height=height, rows=tuple(rows)))
    return heads


def _without_end(row: Sequence[Cell]) -> tuple[Cell, ...]:
    width = len(row)
    while width and row[width - 1] in (None, ""):
        width -= 1
    return tuple(row[:width])


def _written(cell: Cell) -> object:
    if isinstance(cell, (datetime, date)):
        return {"moment" if isinstance(cell, datetime) else "day": cell.isoformat()}
    return cell if cell is None or isinstance(cell, (str, int, float)) else str(cell)


def _read(said: Any) -> Cell:
    if isinstance(said, dict):
        if "moment" in said:
            return datetime.fromisoformat(said["moment"])
        return date.fromisoformat(said["day"])
    cell: Cell = said
    return cell


def _brought_down() -> RuleBroken:
    return RuleBroken(
        "file_broken",
        "文件读不下来，请您用 Excel 或者 WPS 打开后另存一份 .xlsx 再试。",
        field="文件",
    )


def _answer(kind: str) -> int:
    """Read a file from standard input and write its heads, or why not, as JSON."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415  Windows has none

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    try:
        said: object = [head.as_json() for head in heads_of(sys.stdin.buffer.read(), kind)]
        status = 0
    except RuleBroken as broken:
        said = {"code": broken.code, "message": broken.message, "field": broken.field}
        status = _REFUSED
    json.dump(said, sys.stdout)
    return status


if __name__ == "__main__":
    sys.exit(_answer(sys.argv[1]))
