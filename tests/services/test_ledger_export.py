"""T21: what somebody typed into a ledger comes out as text, in every column, unrun, unchanged."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from sqlalchemy import select

from casework.documents.spreadsheets import disarmed
from casework.domain.application import ApplicantType, Channel
from casework.domain.ledger import LedgerRow
from casework.domain.ledger_columns import COLUMNS
from casework.domain.permissions import Role
from casework.models import LedgerImport
from casework.queries.ledger import list_ledger_cases, read_ledger
from casework.services.ledger_export import export_ledger
from casework.services.ledger_import import import_ledger, import_rows
from casework.services.ledger_source import LedgerFile
from casework.services.ledger_undo import undo_import

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.services.desk import Desk

PREFIXED = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+8613800000000",
    "-2+3",
    "@SUM(1+1)",
    "＝1+1",
    "＋1",
    "－1",
    "＠a",
    "'=1",
    "''+1",
    '=HYPERLINK("http://127.0.0.1","x")',
)  # fmt: skip
MARKUP = (
    "<b>申请", '<img src="/etc/hostname">', "<script>alert(1)</script>", "</c><c>", "]]>",
    "<![CDATA[x]]>", "&amp;lt;", "&#61;1+1", "{{ 7*7 }}", "{% raw %}", "${7*7}", "%0d%0a=1",
    "\\", '"甲",乙', "甲;乙", "00123", "1e5", "2018-02-09x", "_x000D_", "𬱖𫖯",
)  # fmt: skip
FREE = (
    "name", "id_kind", "address", "email", "request_text", "subject", "unit", "made_public", "note",
)  # fmt: skip


def rows() -> list[LedgerRow]:
    plain = LedgerRow(
        received_on=date(2018, 2, 9),
        channel=Channel.ONLINE,
        applicant_type=ApplicantType.OTHER,
        name="某单位",
        request_text="规划",
    )
    return [
        replace(plain, **{column: payload}) for column in FREE for payload in (*PREFIXED, *MARKUP)
    ]


@pytest.fixture
def desk(desk_for: Callable[..., Desk]) -> Desk:
    made: Desk = desk_for(Role.CLERK)
    made.session.commit()
    report = import_rows(made, rows(), source="T21")
    assert report.imported == len(FREE) * 32
    return made


def stored(desk: Desk) -> list[LedgerRow]:
    return [
        row
        for _, row in read_ledger(
            desk.session, list_ledger_cases(desk.session, 2018, reader=desk.actor)
        )
    ]


def test_t21_every_free_text_column_is_covered() -> None:
    free = {column.key for column in COLUMNS.values() if column.free_text}
    assert free - {"number", "agency", "document_number"} == set(FREE)


def test_t21_nothing_in_an_xlsx_is_a_formula_or_a_link(desk: Desk) -> None:
    target = io.BytesIO()
    assert export_ledger(desk, target, ".xlsx", year=2018) == len(rows())
    sheet = load_workbook(target).active
    header = [cell.value for cell in sheet[1]]
    for row, expected in zip(sheet.iter_rows(min_row=2), stored(desk), strict=True):
        cells = dict(zip(header, row, strict=True))
        for key in FREE:
            cell = cells[COLUMNS[key].header]
            assert cell.data_type in {"s", "n"}, (key, cell.value)
            assert cell.hyperlink is None
            # As every reader of the format undoes it: _x005F_ stands for an underscore.
            assert unescape(cell.value or "") == getattr(expected, key)


def test_acceptance_82_nothing_in_a_csv_begins_as_a_formula(desk: Desk) -> None:
    target = io.BytesIO()
    export_ledger(desk, target, ".csv", year=2018)
    text = target.getvalue().decode("utf-8-sig")
    [header, *lines] = csv.reader(io.StringIO(text, newline=""))
    for line, expected in zip(lines, stored(desk), strict=True):
        cells = dict(zip(header, line, strict=True))
        for key in FREE:
            value = getattr(expected, key)
            assert cells[COLUMNS[key].header] == disarmed(value)
            assert not cells[COLUMNS[key].header].startswith(tuple("=+-@\t\r＝＋－＠"))


@pytest.mark.parametrize("kind", [".xlsx", ".csv"])
def test_acceptance_82_what_was_exported_comes_back_to_the_letter(desk: Desk, kind: str) -> None:
    before = stored(desk)
    target = io.BytesIO()
    export_ledger(desk, target, kind, year=2018)
    file = LedgerFile(content=target.getvalue(), file_name=f"a{kind}")
    assert import_ledger(desk, file).unchanged == len(before)
    [import_id] = desk.session.scalars(select(LedgerImport.id))
    undo_import(desk, import_id, reason="重新导入")
    assert stored(desk) == []
    report = import_ledger(desk, file)
    assert report.rejected == []
    assert stored(desk) == before
