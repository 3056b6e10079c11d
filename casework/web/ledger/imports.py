"""导入记录: what was taken in, by whom and when; and taking one import back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from casework.domain.errors import NotFound
from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.ledger_imports import ImportRow, find_import, list_imports
from casework.queries.ledger_worked_on import count_worked_on, list_worked_on
from casework.services.ledger_undo import undo_import
from casework.web import surroundings
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import row_id
from casework.web.ledger import bp
from casework.web.ledger.forms import UndoForm
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_NAMED = 20


@bp.get("/ledger/imports")
@requires(Permission.IMPORT_LEDGER)
def imports() -> ResponseReturnValue:
    """List the imports of the person's agencies, the latest first."""
    before = request.args.get("before", type=row_id)
    page = list_imports(db.session(), surroundings.current_actor(), before=before)
    return render_template("ledger/imports.html", page=page)


@bp.route("/ledger/imports/<int:import_id>", methods=["GET", "POST"])
@requires(Permission.IMPORT_LEDGER)
def undo(import_id: int) -> ResponseReturnValue:
    """Show one import and what keeps it, or take it back."""
    form = UndoForm()
    row = _found(import_id)
    if form.validate_on_submit():
        with rules_shown_on(form):
            count = undo_import(
                surroundings.current_desk(), import_id, reason=form.reason.data or ""
            )
            flash(f"已撤销“{row.file_name}”的导入，去掉 {count} 件")
            return redirect(url_for("ledger.imports"))
    session, actor = db.session(), surroundings.current_actor()
    worked_on = 0 if row.undone_at else count_worked_on(session, import_id)
    page = render_template(
        "ledger/undo.html",
        row=row,
        form=form,
        worked_on=worked_on,
        named=list_worked_on(session, actor, import_id, limit=_NAMED) if worked_on else [],
    )
    return page, status_of(form)


def _found(import_id: int) -> ImportRow:
    row = find_import(db.session(), surroundings.current_actor(), import_id)
    if row is None:
        raise NotFound("没有这次导入，或者不在您的机关范围内")
    return row
