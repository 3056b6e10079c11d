"""导入: a file is put on the table. 导出: the same columns back."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from casework.domain.errors import RuleBroken
from casework.domain.ledger_upload import KEPT_FOR
from casework.domain.permissions import Permission, require
from casework.extensions import db
from casework.queries.agencies import list_agencies
from casework.queries.ledger_uploads import list_uploads
from casework.services.inspection import Order
from casework.services.ledger_export import export_ledger
from casework.services.ledger_uploads import take_upload
from casework.web import masking, surroundings
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import options, row_id
from casework.web.files import handed_out
from casework.web.ledger import bp
from casework.web.ledger.forms import LedgerForm
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from casework.domain.ledger import LedgerRow

_FIRST_YEAR = 2008
_KINDS = (".xlsx", ".csv")


@bp.route("/ledger", methods=["GET", "POST"])
@requires(Permission.IMPORT_LEDGER)
def intake() -> ResponseReturnValue:
    """Take a file, and lead to its columns; nothing is imported here."""
    person = surroundings.current_person()
    form = LedgerForm()
    agencies = list_agencies(db.session(), under=person.actor.agency_path)
    form.agency_id.choices = options((row.id, "　" * row.depth + row.name) for row in agencies)
    if not form.is_submitted():
        form.agency_id.data = person.agency_id
    if form.validate_on_submit():
        with rules_shown_on(form):
            file = form.file.data
            upload_id = take_upload(
                surroundings.current_desk(),
                content=file.read(),
                file_name=file.filename or "",
                agency_id=form.agency_id.data,
            )
            return redirect(url_for("ledger.upload", upload_id=upload_id))
    page = render_template(
        "ledger/intake.html",
        form=form,
        agencies=agencies,
        uploads=list_uploads(db.session(), person.actor, surroundings.now()),
        kept_days=KEPT_FOR.days,
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
    year = request.form.get("year", surroundings.today().year, type=row_id)
    if kind not in _KINDS:
        raise RuleBroken("no_such_kind", "台账可以导出为 .xlsx 或者 .csv，请您选一种", field="kind")
    in_full = request.form.get("full") == "1"
    if in_full:
        require(desk.actor, Permission.REVEAL_PERSONAL_DATA)
    target = BytesIO()
    export_ledger(desk, target, kind, year=year, mask=None if in_full else masked_row)
    return handed_out(target.getvalue(), kind, f"依申请公开台账{year}年", plain=f"ledger-{year}")


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
