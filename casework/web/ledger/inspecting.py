"""供检查的台账: a year's cases sorted and totalled, as PDF or XLSX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from casework.domain.errors import RuleBroken
from casework.domain.permissions import Permission, require
from casework.services.inspection import AskedLedger, Order, export_inspection_ledger
from casework.web import masking, surroundings
from casework.web.fields import row_id
from casework.web.files import handed_out
from casework.web.ledger import bp
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.post("/ledger/inspection")
@requires(Permission.EXPORT_LEDGER)
def inspection() -> ResponseReturnValue:
    """Hand out a year's ledger for inspectors; names masked unless asked for, on record."""
    desk = surroundings.current_desk()
    year = request.form.get("year", surroundings.today().year, type=row_id)
    wanted = request.form.get("order", Order.RECEIVED.value)
    if wanted not in set(Order):
        raise RuleBroken(
            "no_such_order",
            f"台账可以按{'、'.join(one.label for one in Order)}排，请您选一种",
            field="order",
        )
    in_full = request.form.get("full") == "1"
    if in_full:
        require(desk.actor, Permission.REVEAL_PERSONAL_DATA)
    kind = request.form.get("kind", ".pdf")
    asked = AskedLedger(
        year=year, order=Order(wanted), name_of=None if in_full else masking.masked_name
    )
    title, content = export_inspection_ledger(desk, asked, kind)
    return handed_out(content, kind, title, plain=f"ledger-{year}")
