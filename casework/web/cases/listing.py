"""案件: everything this person may see, open and closed, to be searched and narrowed down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from casework.domain.permissions import Permission
from casework.domain.search_criteria import Facet, SearchCriteria
from casework.extensions import db
from casework.queries.case_search import search_cases
from casework.web import surroundings
from casework.web.cases import bp
from casework.web.fields import UnreadableDateError, parse_day
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_DAYS = {"received_from": "from", "received_to": "to"}


@bp.get("/cases")
@requires(Permission.VIEW_CASES)
def index() -> ResponseReturnValue:
    """List cases: ``?q=`` words, ``?from=`` ``?to=`` receipt days, a choice of each filter."""
    criteria, unread = read_criteria()
    page = search_cases(
        db.session(),
        surroundings.current_viewer(),
        criteria,
        after=request.args.get("after"),
    )
    return render_template(
        "cases/index.html",
        page=page,
        criteria=criteria,
        unread=unread,
        find_text=criteria.text,
        facets=Facet,
        asked=address_of(criteria),
    )


def read_criteria() -> tuple[SearchCriteria, dict[str, str]]:
    """Return what the address asks for, and the days in it that cannot be read, with why."""
    words = {"text": request.args.get("q", "")}
    words |= {facet.value: request.args.get(facet.value, "") for facet in Facet}
    unread: dict[str, str] = {}
    for name, parameter in _DAYS.items():
        typed = request.args.get(parameter, "").strip()
        if not typed:
            continue
        try:
            words[name] = parse_day(typed, surroundings.today()).isoformat()
        except UnreadableDateError as unreadable:
            unread[parameter] = str(unreadable)
    return SearchCriteria.read(words), unread


def address_of(criteria: SearchCriteria) -> dict[str, str]:
    """Return the criteria as the parameters of an address, as ``read_criteria`` takes them."""
    names = {"text": "q"} | _DAYS
    return {names.get(name, name): value for name, value in criteria.words().items()}
