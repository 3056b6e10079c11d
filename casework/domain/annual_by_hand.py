"""二、主动公开政府信息情况: the tables of a report that no case fills, in somebody's sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.annual_checks import Check
from casework.domain.annual_sheet import figure_in

if TYPE_CHECKING:
    from casework.domain.annual_form import Form, HandCell
    from casework.domain.annual_sheet import Sheet

_SHOWN = 12
TITLE = "主动公开政府信息情况"


def check_by_hand(sheet: Sheet) -> tuple[Check, ...]:
    """Name the cells that hold words or impossible numbers; () if all is well or nothing there.

    A blank is no fault here: the tables go along with a return, they are not what is added up for
    依申请公开. A text may stand in none of them.
    """
    faults = []
    for cell in sheet.form.hand_cells:
        value = sheet.by_hand.get(cell.code)
        if value is not None and not fits(value, cell):
            faults.append((cell, value))
    if not faults:
        return ()
    named = "；".join(f"“{cell.label}”填的是“{value}”" for cell, value in faults[:_SHOWN])
    more = f"；另有{len(faults) - _SHOWN}格" if len(faults) > _SHOWN else ""
    return (
        Check(
            id="by_hand",
            ok=False,
            hard=True,
            message=f"{TITLE}有{len(faults)}格不是可以合计的数：{named}{more}，没有的请填0。",
            cells=tuple((cell.code, "") for cell, _ in faults),
        ),
    )


def fits(value: object, cell: HandCell) -> bool:
    """Whether a figure may stand in a cell: whole unless money, not negative unless 增/减."""
    number = figure_in(value)
    if number is None or (number < 0 and not cell.is_signed):
        return False
    return cell.takes_fractions or number == int(number)


def section_title(form: Form) -> str:
    """Return the heading of the report's part two: 二、主动公开政府信息情况."""
    return next((one for one in form.sections if one.endswith(TITLE)), TITLE)
