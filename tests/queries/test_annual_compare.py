"""Units side by side: their lines are the node's table, split."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from casework.domain.forms import FORMS
from casework.domain.permissions import Role
from casework.queries.annual_compare import (
    RATE,
    comparable_rows,
    compare_units,
    overall_rate,
    sorted_by,
    usual_rows,
)
from casework.queries.annual_cube import Scope, read_table
from casework.services.handed_returns import hand_in
from tests.conftest import add_agency
from tests.services.test_handed_returns import table, wanted
from tests.web.test_annual_pages import add_case, county, office

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.models import Agency
    from casework.services.desk import Desk

__all__ = ["county", "office"]  # fixtures


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
@pytest.mark.usefixtures("office")
def test_acceptance_68_the_lines_add_up_to_the_table_in_every_row(
    session: Session, agency: Agency, form: object
) -> None:
    for year in (2023, 2024, 2025):
        scope = Scope(path=agency.path)
        rows = comparable_rows(form)  # type: ignore[arg-type]
        lines = compare_units(session, form, year, scope, rows)  # type: ignore[arg-type]
        whole = read_table(session, form, year, scope)  # type: ignore[arg-type]
        for place, row in enumerate(rows):
            expected = sum(whole.cells.get(cell) or whole.relief.get(cell, 0) for cell in row.cells)
            assert sum(line.values[place] for line in lines) == expected, row.code
    assert set(usual_rows(form)) <= {row.code for row in rows}  # type: ignore[arg-type]


def test_a_unit_with_a_handed_in_table_and_one_that_is_no_more(
    session: Session, agency: Agency, desk_for: Callable[..., Desk]
) -> None:
    shi = add_agency(session, code="SHI", name="石桥县", prefix="石", parent=agency)
    lin = add_agency(session, code="LIN", name="林业局", prefix="林", parent=agency)
    for closed in (date(2025, 3, 3), date(2025, 3, 5), date(2025, 9, 1)):
        add_case(session, lin, date(2025, 2, 3), closed)
    lin.is_active = False
    session.commit()
    hand_in(desk_for(Role.STATISTICIAN, name="沈薇"), wanted(shi, table()))
    session.expire_all()
    form = FORMS[-1]
    rows = [row for row in comparable_rows(form) if row.code in {"R1", "R3.3", "review"}]
    lines = {
        line.name: line
        for line in compare_units(session, form, 2025, Scope(path=agency.path), rows)
    }
    assert lines["林业局"].values == (3, 0, 0)
    assert lines["林业局"].rate == Decimal("66.7")
    handed = table()
    assert lines["石桥县"].values[0] == handed.value("R1", "C7")
    assert lines["石桥县"].values[1] == sum(
        handed.value(f"R3.3.{n}", "C7") or 0 for n in range(1, 9)
    )
    assert lines["石桥县"].values[2] == handed.relief["review", "total"]
    assert (lines["石桥县"].handed, lines["石桥县"].rate) == (1, None)
    assert overall_rate(session, 2025, Scope(path=agency.path)) == Decimal("66.7")
    in_order = sorted_by(lines.values(), 0, falling=True)
    assert [line.name for line in in_order] == [agency.name, "石桥县", "林业局"]
    by_rate = sorted_by(lines.values(), RATE, falling=False)
    assert [line.name for line in by_rate] == [agency.name, "林业局", "石桥县"]
