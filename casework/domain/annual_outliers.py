"""Figures that are far from last year's: a reminder to look, never a fault.

Nothing official says how far is far. Here a figure is named if it at least doubled or halved and
differs by at least ten: what a statistician is asked about on the telephone, and few enough lines
to be read (docs/counting.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.annual_checks import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.domain.annual_table import Cell, Number, Table

LEAST = 10
TIMES = 2
_SHOWN = 8


def check_outliers(this: Table, last: Table) -> tuple[Check, ...]:
    """Compare each row's total with last year's on the same form; () where last year is empty.

    A row of a form with columns is compared by its column 总计 alone.
    """
    if not any(last.cells.values()):
        return ()
    found = list(_far_off(this, last))
    if not found:
        return (
            Check(
                id="outliers",
                ok=True,
                hard=False,
                message=f"各行与{last.year}年度相比，没有成倍增减的。",
            ),
        )
    named = "；".join(f"“{label}”{before}→{now}" for _, label, before, now in found[:_SHOWN])
    more = f"；另有{len(found) - _SHOWN}行" if len(found) > _SHOWN else ""
    return (
        Check(
            id="outliers",
            ok=False,
            hard=False,
            message=f"与{last.year}年度相比成倍增减，请您核实原因：{named}{more}。",
            cells=tuple(cell for cell, *_ in found),
        ),
    )


def _far_off(this: Table, last: Table) -> Iterator[tuple[Cell, str, Number, Number]]:
    total = next((c.code for c in this.form.columns if c.applicant_type is None), "")
    for row in this.form.rows:
        cell = (row.code, total)
        now, before = this.cells.get(cell), last.cells.get(cell)
        if now is None or before is None:
            continue
        smaller, larger = sorted((now, before))
        if larger - smaller >= LEAST and larger >= TIMES * smaller:
            yield cell, row.label, before, now
