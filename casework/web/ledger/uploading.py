"""One uploaded ledger: its columns, how far the work on it is, and what came of it.

A page that waits asks for itself again every few seconds by the Refresh header, which no script
needs; a link stops that (WCAG 2.2.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for

from casework.domain.errors import NotFound
from casework.domain.ledger_upload import KEPT_FOR, UploadStatus
from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.ledger_uploads import UploadRow, find_upload, read_report
from casework.services.ledger_runs import begin_run
from casework.services.ledger_uploads import (
    Matching,
    choose_columns,
    discard_upload,
    matching_of,
)
from casework.web import surroundings
from casework.web.errors import rules_shown_on, status_of
from casework.web.files import handed_out
from casework.web.ledger import bp, running
from casework.web.ledger.forms import ColumnsForm
from casework.web.ledger.matching import (
    columns_of,
    fill,
    preview_of,
    read_matching,
    slot_options,
)
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from casework.services.desk import Desk

REJECTIONS_SHOWN = 500
_ASKS_AGAIN = 3


@bp.get("/ledger/uploads/<int:upload_id>")
@requires(Permission.IMPORT_LEDGER)
def upload(upload_id: int) -> ResponseReturnValue:
    """Show what is next: match the columns, wait, or read what came of it."""
    row = _found(upload_id)
    if row.is_running:
        page = make_response(render_template("ledger/running.html", upload=row))
        if "still" not in request.args:
            page.headers["Refresh"] = str(_ASKS_AGAIN)
        return page
    if row.status is UploadStatus.OPEN or "columns" in request.args:
        form = ColumnsForm()
        matching = matching_of(surroundings.current_desk(), upload_id)
        return _columns_page(row, form, matching)
    return render_template(
        "ledger/result.html",
        upload=row,
        report=read_report(db.session(), upload_id),
        shown=REJECTIONS_SHOWN,
    )


@bp.post("/ledger/uploads/<int:upload_id>")
@requires(Permission.IMPORT_LEDGER)
def match(upload_id: int) -> ResponseReturnValue:
    """Take the columns as they were put right; look again, check every row, or import."""
    row = _found(upload_id)
    desk = surroundings.current_desk()
    form = ColumnsForm()
    matching = matching_of(desk, upload_id)
    before = matching
    with rules_shown_on(form):
        if form.validate_on_submit():
            matching = read_matching(desk, matching, form)
            asked = request.form.get("do", "")
            # Another sheet or header row changes every column: it is shown before it counts.
            moved = (before.choice.sheet, before.choice.header_row) != (
                matching.choice.sheet,
                matching.choice.header_row,
            )
            final = asked in {"check", "import"} and not moved
            choose_columns(desk, upload_id, matching.choice, final=final)
            if final:
                return _begin(desk, row, keeps=asked == "import")
    return _columns_page(row, form, matching)


@bp.post("/ledger/uploads/<int:upload_id>/run")
@requires(Permission.IMPORT_LEDGER)
def run_again(upload_id: int) -> ResponseReturnValue:
    """Check or import a file whose columns are matched already."""
    keeps = request.form.get("do") == "import"
    return _begin(surroundings.current_desk(), _found(upload_id), keeps=keeps)


@bp.post("/ledger/uploads/<int:upload_id>/discard")
@requires(Permission.IMPORT_LEDGER)
def discard(upload_id: int) -> ResponseReturnValue:
    """Take a file off the table."""
    row = _found(upload_id)
    discard_upload(surroundings.current_desk(), upload_id)
    flash(f"已删除上传的文件“{row.file_name}”，已导入的案件不受影响")
    return redirect(url_for("ledger.intake"))


@bp.get("/ledger/uploads/<int:upload_id>/reasons.xlsx")
@requires(Permission.IMPORT_LEDGER)
def reasons(upload_id: int) -> ResponseReturnValue:
    """Hand out the person's own file again, the reasons beside the wrong rows."""
    row = _found(upload_id)
    everything = request.args.get("rows") == "all"
    content = running.reasons(surroundings.current_desk(), row, all_rows=everything)
    stem = row.file_name.rpartition(".")[0] or row.file_name
    ending = "（附原因）" if everything else "（不能导入的行）"
    return handed_out(content, ".xlsx", f"{stem}{ending}", plain="ledger-reasons")


def _begin(desk: Desk, row: UploadRow, *, keeps: bool) -> ResponseReturnValue:
    name = begin_run(desk, row.id, keeps=keeps)
    running.run(desk, row, name)
    return redirect(url_for("ledger.upload", upload_id=row.id))


def _columns_page(row: UploadRow, form: ColumnsForm, matching: Matching) -> ResponseReturnValue:
    fill(form, matching)
    slots, rows = preview_of(matching, surroundings.today())
    columns = columns_of(matching)
    page = render_template(
        "ledger/columns.html",
        upload=row,
        form=form,
        matching=matching,
        columns=columns,
        doubtful=sum(one.doubtful for one in columns),
        groups=slot_options(),
        slots=slots,
        rows=rows,
        kept_days=KEPT_FOR.days,
    )
    return page, status_of(form)


def _found(upload_id: int) -> UploadRow:
    row = find_upload(db.session(), surroundings.current_actor(), upload_id, surroundings.now())
    if row is None:
        raise NotFound(f"没有这份文件，或者已经过了{KEPT_FOR.days}天，请您重新上传")
    return row
