"""年度统计表: the official table, its checks, the cases behind each figure, the typed figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from casework.domain.annual_fold import cell_predicate
from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.annual_cube import (
    Scope,
    check_records,
    list_cell_cases,
    list_entries,
    read_table,
)
from casework.queries.case_search import list_cases_by_id
from casework.services.annual_entries import enter_figures
from casework.web import surroundings
from casework.web.annual import bp, layout
from casework.web.annual.choice import Choice, read_choice
from casework.web.annual.forms import entry_form, hand_entered_rows
from casework.web.errors import rules_shown_on, status_of
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

FIRST_YEAR = 2008
CASES_A_PAGE = 100


@bp.get("/annual")
@requires(Permission.VIEW_ANNUAL)
def show() -> ResponseReturnValue:
    """Show one year's table; ``?year= &form= &agency= &own=1``."""
    choice = read_choice()
    session = db.session()
    table, checks = check_records(session, choice.form, choice.year, choice.scope)
    last_year = None
    if not choice.form.columns and choice.year > FIRST_YEAR:
        last_year = read_table(session, choice.form, choice.year - 1, choice.scope)
    bad = {cell for check in checks if check.hard and not check.ok for cell in check.cells}
    return render_template(
        "annual/show.html",
        choice=choice,
        table=table,
        last_year=last_year,
        checks=checks,
        bad=bad,
        layout=layout,
        years=range(surroundings.today().year, FIRST_YEAR - 1, -1),
    )


@bp.get("/annual/cases")
@requires(Permission.VIEW_ANNUAL)
def cases() -> ResponseReturnValue:
    """List exactly the cases one figure counts; ``?row= &column=``."""
    choice = read_choice()
    row, column = request.args.get("row", ""), request.args.get("column", "")
    wanted = cell_predicate(choice.form, row, column)
    counted = list_cell_cases(db.session(), wanted, choice.year, choice.scope)
    first = max(request.args.get("from", 0, type=int), 0)
    shown = counted[first : first + CASES_A_PAGE]
    lines = {
        line.id: line
        for line in list_cases_by_id(
            db.session(), surroundings.current_viewer(), ids=[one.case_id for one in shown]
        )
    }
    return render_template(
        "annual/cases.html",
        choice=choice,
        row=row,
        column=column,
        cell=_cell_in_words(choice, row, column),
        total=len(counted),
        first=first,
        rows=[lines[one.case_id] for one in shown if one.case_id in lines],
        following=first + CASES_A_PAGE if first + CASES_A_PAGE < len(counted) else None,
    )


@bp.route("/annual/entries", methods=["GET", "POST"])
@requires(Permission.ENTER_ANNUAL)
def entries() -> ResponseReturnValue:
    """Take the figures of one agency and year that no case record holds."""
    choice = read_choice()
    scope = Scope(path=choice.agency.path, own=True)
    form = entry_form(choice.form, list_entries(db.session(), choice.form, choice.year, scope))
    rows = hand_entered_rows(choice.form)
    if form.validate_on_submit():
        with rules_shown_on(form):
            changed = enter_figures(
                surroundings.current_desk(),
                agency_id=choice.agency.id,
                year=choice.year,
                form=choice.form.code,
                figures={row.code: form[row.code].data for row in rows},
            )
            flash(f"{choice.agency.name} {choice.year} 年度手填项已保存，改动 {changed} 项")
            return redirect(url_for("annual.show", **choice.address))
    page = render_template(
        "annual/entries.html", choice=choice, form=form, parts=layout.sections(choice.form)
    )
    return page, status_of(form)


def _cell_in_words(choice: Choice, row: str, column: str) -> str:
    form = choice.form
    if form.relief is not None:
        for group in form.relief.groups:
            if group.kind.value == row:
                labels = dict(layout.relief_columns(form.relief))
                return f"{group.label}，{labels.get(column, '')}"
    found = form.find_row(row)
    words = [found.label] if found else []
    if (head := form.find_column(column)) is not None:
        words.append(head.label)
    return "，".join(words)
