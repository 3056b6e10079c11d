"""Lists on paper and as workbooks: units side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.documents.listing import Align, ListColumn, Listing, ListRow
from casework.domain.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from casework.domain.annual_form import Form
    from casework.queries.annual_compare import ComparedRow, ComparedUnit
    from casework.services.desk import Desk

KINDS = (".xlsx", ".pdf")
_UNIT_WIDTH, _NUMBER_WIDTH = 52.0, 14.0
_RATE = "按期率（%）"


def written_listing(listing: Listing, kind: str, desk: Desk) -> bytes:
    """Return a list as a file of ``kind``; RuleBroken(field="kind") for a kind there is not."""
    if kind == ".xlsx":
        from casework.documents.listing_xlsx import render_listing_xlsx  # noqa: PLC0415 - a library

        return render_listing_xlsx(listing)
    if kind == ".pdf":
        from casework.documents.listing_pdf import render_listing_pdf  # noqa: PLC0415 - a library

        return render_listing_pdf(listing, fonts=desk.stationery.fonts())
    raise RuleBroken("no_such_kind", f"可以导出为 {'、'.join(KINDS)}，请您选一种", field="kind")


def compared_listing(
    agency: str,
    year: int,
    form: Form,
    rows: Sequence[ComparedRow],
    lines: Sequence[ComparedUnit],
    totals: Sequence[int],
    rate: Decimal | None,
) -> Listing:
    """Return the comparison of units as a list; the sum is the node's own table."""
    columns = [ListColumn(head="单位", width=_UNIT_WIDTH)]
    columns += [ListColumn(head=row.label, width=0, align=Align.RIGHT) for row in rows]
    columns.append(ListColumn(head=_RATE, width=_NUMBER_WIDTH, align=Align.RIGHT))
    columns.append(ListColumn(head="数从哪里来", width=34.0))
    shown = [
        ListRow(cells=(unit_name(line), *line.values, line.rate, sources(line))) for line in lines
    ]
    shown.append(ListRow(cells=("合计", *totals, rate, None), strong=True))
    return Listing(
        title=f"{agency}{year}年度依申请公开各单位情况",
        lines=(f"按{form.code}年格式；单位：件。",),
        columns=tuple(columns),
        rows=tuple(shown),
        author=agency,
        notes=(
            "按期率＝系统内办结的案件中没有超过法定期限的比例，含依法延期；报送的表没有逐件期限，不计入。",
        ),
        sheet="各单位情况",
    )


def unit_name(line: ComparedUnit) -> str:
    """Return a unit's name, and whether those below it are in its line."""
    if line.is_own:
        return f"{line.name}（本级）"
    return f"{line.name}（含下级）" if line.units > 1 else line.name


def sources(line: ComparedUnit) -> str:
    """Return where a line's figures come from, beside our own records."""
    parts = []
    if line.handed:
        parts.append("报送的表" if line.units == 1 else f"{line.handed}个单位报送的表")
    if line.missing:
        parts.append("未报" if line.units == 1 else f"{line.missing}个单位未报")
    return "，".join(parts)
