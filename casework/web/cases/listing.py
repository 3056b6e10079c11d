"""案件: everything this person may see, open and closed, to be searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from casework.domain.permissions import Permission
from casework.domain.states import State
from casework.extensions import db
from casework.queries.case_search import search_cases
from casework.web import surroundings
from casework.web.cases import bp
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_FIRST_YEAR = 2008
_LONGEST_QUERY = 100


@bp.get("/cases")
@requires(Permission.VIEW_CASES)
def index() -> ResponseReturnValue:
    """List cases, the newest first; ``?q=`` ``?year=`` ``?state=`` ``?before=``."""
    text = request.args.get("q", "").strip()[:_LONGEST_QUERY]
    year = request.args.get("year", type=int)
    wanted = request.args.get("state", "")
    state = State(wanted) if wanted in set(State) else None
    page = search_cases(
        db.session(),
        surroundings.current_viewer(),
        text=text,
        year=year,
        state=state,
        before=request.args.get("before", type=int),
    )
    return render_template(
        "cases/index.html",
        page=page,
        find_text=text,
        year=year,
        state=state,
        states=State,
        years=range(surroundings.today().year, _FIRST_YEAR - 1, -1),
    )
