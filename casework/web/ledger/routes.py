"""导入: look first, then take in; whole or not at all. 导出: the same columns back."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Response, flash, render_template, request

from casework.domain.errors import RuleBroken
from casework.domain.permissions import Permission, require
from casework.extensions import db
from casework.queries.agencies import list_agencies
from casework.services.inspection import Order
from casework.services.ledger_export import export_ledger
from casework.services.ledger_import import import_ledger
from casework.services.ledger_source import LedgerFile
from casework.web import masking, surroundings
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import options
from casework.web.ledger import bp
from casework.web.ledger.forms import LedgerForm
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from casework.domain.ledger import LedgerRow

REJECTIONS_SHOWN = 500
_FIRST_YEAR = 2008
_MEDIA_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
}


@bp.route("/ledger", methods=["GET", "POST"])
@requires(Permission.IMPORT_LEDGER)
def intake() -> ResponseReturnValue:
    """Show what an import would do (预检), or do it."""
    person = surroundings.current_person()
    form = LedgerForm()
    agencies = list_agencies(db.session(), under=person.actor.agency_path)
    form.agency_id.choices = options((row.id, "　" * row.depth + row.name) for row in agencies)
    if not form.is_submitted():
        form.agency_id.data = person.agency_id
    keeps = request.form.get("do") == "import"
    report = None
    if form.validate_on_submit():
        with rules_shown_on(form):
            upload = form.file.data
            report = import_ledger(
                surroundings.current_desk(),
                LedgerFile(
                    content=upload.read(),
                    file_name=upload.filename or "",
                    agency_id=form.agency_id.data,
                ),
                dry_run=not keeps,
            )
            if keeps:
                flash(f"已导入 {report.imported} 行，{report.unchanged} 行以前导入过，没有改动")
    page = render_template(
        "ledger/intake.html",
        form=form,
        agencies=agencies,
        report=report,
        kept=keeps,
        shown=REJECTIONS_SHOWN,
        years=range(surroundings.today().year, _FIRST_YEAR - 1, -1),
        orders=tuple(Order),
    )
    return page, status_of(form)


@bp.post("/ledger/export")
@requires(Permission.EXPORT_LEDGER)
def export() -> ResponseReturnValue:
    """Hand out a year's ledger; personal data masked unless asked for in full, on record."""
    desk = surroundings.current_desk()
    kind = request.form.get("kind", ".xlsx")
    year = request.form.get("year", surroundings.today().year, type=int)
    if kind not in _MEDIA_TYPES:
        raise RuleBroken("no_such_kind", "台账可以导出为 .xlsx 或者 .csv，请您选一种", field="kind")
    in_full = request.form.get("full") == "1"
    if in_full:
        require(desk.actor, Permission.REVEAL_PERSONAL_DATA)
    target = BytesIO()
    export_ledger(desk, target, kind, year=year, mask=None if in_full else masked_row)
    name = quote(f"依申请公开台账{year}年{kind}")
    response = Response(target.getvalue(), content_type=_MEDIA_TYPES[kind])
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"ledger-{year}{kind}\"; filename*=UTF-8''{name}"
    )
    return response


def masked_row(row: LedgerRow) -> LedgerRow:
    """Return a ledger's row with the applicant's personal data masked."""
    return replace(
        row,
        name=masking.masked_name(row.name, row.applicant_type),
        id_number=masking.masked_number(row.id_number),
        phone=masking.masked_phone(row.phone),
        address=masking.masked_address(row.address),
        postcode="",
        email=masking.masked_email(row.email),
    )
