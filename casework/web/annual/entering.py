"""人工填报: what no case record fills, for one agency and year: rows of 2014, 主动公开 since."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from casework.domain.errors import NotFound
from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.annual_cube import Scope, sum_fees
from casework.queries.annual_page import list_own_entries
from casework.services.annual_entries import enter_figures
from casework.web import surroundings
from casework.web.annual import bp
from casework.web.annual.choice import list_offered_years, read_choice
from casework.web.annual.figures import figure_text
from casework.web.annual.forms import FigureField, entry_form, rows_by_hand
from casework.web.errors import rules_shown_on, status_of
from casework.web.security import requires

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from casework.queries.annual_page import Entry
    from casework.web.annual.choice import Choice
    from casework.web.annual.forms import EntryForm

_CHANGED_MEANWHILE = (
    "您打开这一页之后，有人改过这张表的数。您填的没有丢：请对照“已存的数”一栏核对，再保存一次"
)


@bp.route("/annual/entries", methods=["GET", "POST"])
@requires(Permission.ENTER_ANNUAL)
def entries() -> ResponseReturnValue:
    """Show and take the figures of one agency and year, last year's beside them."""
    choice = read_choice()
    if not choice.takes_entries:
        raise NotFound(
            f"{choice.year} 年度施行的是 {choice.in_force.code} 年格式，没有须人工填报的行"
        )
    session = db.session()
    saved = list_own_entries(session, choice.form, choice.year, choice.agency.id)
    fees = sum_fees(session, choice.year, Scope(path=choice.agency.path, own=True))
    rows = rows_by_hand(choice.form, with_fees=fees is None)
    form = entry_form(rows, {row: entry.value for row, entry in saved.items()})
    if form.validate_on_submit():
        if form.seen.data == _fingerprint(saved):
            with rules_shown_on(form):
                return _save(choice, form)
        form.form_errors.append(_CHANGED_MEANWHILE)
    form.seen.data = _fingerprint(saved)
    page = render_template(
        "annual/entries.html",
        choice=choice,
        years=[year for year in list_offered_years(choice) if choice.form.in_force(year)],
        form=form,
        saved=saved,
        last=list_own_entries(session, choice.form, choice.year - 1, choice.agency.id),
        fees=fees,
        figure_text=figure_text,
    )
    return page, status_of(form)


def _save(choice: Choice, form: EntryForm) -> ResponseReturnValue:
    changed = enter_figures(
        surroundings.current_desk(),
        agency_id=choice.agency.id,
        year=choice.year,
        form=choice.form.code,
        figures={field.row.code: field.data for field in form if isinstance(field, FigureField)},
    )
    what = f"改动 {changed} 项" if changed else "没有改动"
    flash(f"{choice.agency.name} {choice.year} 年度人工填报的数已保存，{what}")
    return redirect(url_for("annual.show", year=choice.year, agency=choice.agency.id))


def _fingerprint(saved: Mapping[str, Entry]) -> str:
    """Return a short text that differs if any figure does."""
    written = ";".join(f"{row}={figure_text(entry.value)}" for row, entry in sorted(saved.items()))
    return hashlib.sha256(written.encode()).hexdigest()[:16]
