"""管理视图: how a period went, by unit and by handler; what waits longest; what comes again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import render_template, request

from casework.domain.errors import NotFound, RuleBroken
from casework.domain.management import Period
from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.agencies import list_agencies
from casework.queries.annual_cube import Scope
from casework.queries.management import read_management
from casework.web import surroundings
from casework.web.fields import row_id
from casework.web.management import bp
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

ROWS_SHOWN = 30
"""Units and handlers listed at most; a province has thousands, a page none that reads them."""

_EDGES = {"from": "开始日期", "to": "结束日期"}


@bp.get("/management")
@requires(Permission.VIEW_ANNUAL)
def show() -> ResponseReturnValue:
    """Show a period's work; ``?from= &to= &agency=``, this year so far unless said otherwise."""
    person, viewer = surroundings.current_person(), surroundings.current_viewer()
    session = db.session()
    agencies = list_agencies(session, under=person.actor.agency_path)
    wanted = request.args.get("agency", person.agency_id, type=row_id)
    agency = next((row for row in agencies if row.id == wanted), None)
    if agency is None:
        raise NotFound("没有这个机关，或者它不在您的机关范围内")
    period = Period(
        first=_day("from", viewer.today.replace(month=1, day=1)), last=_day("to", viewer.today)
    )
    return render_template(
        "management/show.html",
        agency=agency,
        agencies=agencies,
        period=period,
        page=read_management(session, viewer, period, Scope(path=agency.path)),
        with_agency=any(row.parent_id == agency.id for row in agencies),
        rows_shown=ROWS_SHOWN,
    )


def _day(name: str, usual: date) -> date:
    """Return the day the address names, ``usual`` if it names none."""
    text = request.args.get(name, "").strip()
    if not text:
        return usual
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RuleBroken(
            "not_a_day",
            f"{_EDGES[name]}“{text[:20]}”看不懂，请您写成 {usual.isoformat()} 的样子",
            field=name,
        ) from error
