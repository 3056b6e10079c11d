"""年度统计表: the table with its checks, and the cases behind each figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from casework.domain.annual_by_hand import section_title
from casework.domain.annual_layout import column_heads, label_columns
from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.annual_page import CellAddress, list_cell_page, read_annual_page
from casework.queries.annual_returns import list_handed
from casework.web import surroundings
from casework.web.annual import bp
from casework.web.annual.choice import FORM_CODES, list_offered_years, read_choice
from casework.web.annual.figures import Sheet, cell_in_words, figure_text, relief_heads
from casework.web.annual.locking import with_lock
from casework.web.explanation import TIMELINESS_MARKS
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from casework.domain.annual_checks import Check
    from casework.domain.annual_table import HandedIn, Table
    from casework.web.annual.choice import Choice


@bp.get("/annual")
@requires(Permission.VIEW_ANNUAL)
def show() -> ResponseReturnValue:
    """Show one year's table in the official layout, every figure leading to its cases."""
    choice = read_choice()
    found = read_annual_page(
        db.session(), choice.form, choice.year, choice.scope, today=surroundings.today()
    )
    page, panel = with_lock(choice, found)
    may_enter = surroundings.current_actor().may(Permission.ENTER_ANNUAL)
    return render_template(
        "annual/show.html",
        choice=choice,
        years=list_offered_years(choice),
        form_codes=FORM_CODES,
        panel=panel,
        sheet=Sheet(choice, page, may_enter=may_enter),
        handed=page.table.handed,
        received=figure_text(_received(page.table)),
        checks=sorted(page.checks, key=_urgency),
        may_enter=may_enter and choice.takes_entries and not (panel and panel.is_locked),
        column_heads=column_heads(choice.form) if choice.form.columns else (),
        label_columns=label_columns(choice.form),
        relief=relief_heads(choice.form) if choice.form.relief else None,
        part_two=section_title(choice.form),
    )


@bp.get("/annual/cases")
@requires(Permission.VIEW_ANNUAL)
def cases() -> ResponseReturnValue:
    """List exactly the cases that one figure counts; ``?row= &column= &after=``."""
    choice = read_choice()
    cell = CellAddress(
        form=choice.form,
        year=choice.year,
        scope=choice.scope,
        row=request.args.get("row", ""),
        column=request.args.get("column", ""),
    )
    page = list_cell_page(
        db.session(), surroundings.current_viewer(), cell, after=request.args.get("after")
    )
    return render_template(
        "annual/cases.html",
        choice=choice,
        cell=cell,
        words=cell_in_words(cell.form, cell.row, cell.column),
        page=page,
        handed=_handed_in(choice, cell),
        marks=TIMELINESS_MARKS,
    )


def _handed_in(choice: Choice, cell: CellAddress) -> list[tuple[HandedIn, str]]:
    """Return the units whose tables are a part of one cell, with their figures."""
    found = []
    for one in list_handed(db.session(), choice.year, choice.scope):
        if one.table.form is choice.form:
            key = (cell.row, cell.column)
            figure = one.table.cells.get(key) or one.table.relief.get(key)
            if figure:
                found.append((one.about, figure_text(figure)))
    return found


def _received(table: Table) -> int:
    """Return how many cases came in: the first row that counts new ones, in its last column."""
    row = "R1" if table.form.columns else "3.1"
    return int(table.value(row, table.form.column_codes[-1]) or 0)


def _urgency(check: Check) -> int:
    """Order what does not hold before what reminds, and both before what holds."""
    return 2 if check.ok else 0 if check.hard else 1
