"""案件: everything this person may see, open and closed, to be searched and narrowed down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from wtforms import BooleanField

from casework.domain.permissions import Permission
from casework.domain.search_criteria import Facet, SearchCriteria
from casework.domain.text import clean_text
from casework.extensions import db
from casework.queries.case_search import search_cases
from casework.queries.saved_views import list_views
from casework.services import saved_views
from casework.web import surroundings
from casework.web.cases import bp
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import PageForm, UnreadableDateError, parse_day, short_text
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_DAYS = {"received_from": "from", "received_to": "to"}


class SaveViewForm(PageForm):
    """常用查找: a name for what is looked for; the address says what that is."""

    name = short_text("名字")
    shared = BooleanField("本机关同事也能用")


@bp.get("/cases")
@requires(Permission.VIEW_CASES)
def index() -> ResponseReturnValue:
    """List cases: ``?q=`` words, ``?from=`` ``?to=`` receipt days, a choice of each filter."""
    return _page(SaveViewForm(formdata=None))


@bp.post("/cases/views")
@requires(Permission.VIEW_CASES)
def save_view() -> ResponseReturnValue:
    """Keep what the address asks for as a 常用查找."""
    form = SaveViewForm()
    criteria, _ = read_criteria()
    if form.validate_on_submit():
        with rules_shown_on(form):
            saved_views.save_view(
                surroundings.current_desk(),
                criteria,
                name=form.name.data or "",
                shared=bool(form.shared.data),
            )
            flash(f"已存为常用查找“{clean_text(form.name.data or '')}”")
            return redirect(url_for("cases.index", **address_of(criteria)))
    return _page(form), status_of(form)


@bp.post("/cases/views/<int:view_id>/drop")
@requires(Permission.VIEW_CASES)
def drop_view(view_id: int) -> ResponseReturnValue:
    """Take away one of one's own 常用查找."""
    saved_views.drop_view(surroundings.current_desk(), view_id)
    flash("已删去这个常用查找")
    return redirect(url_for("cases.index"))


def _page(form: SaveViewForm) -> str:
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
        views=[
            (view, address_of(view.criteria))
            for view in list_views(db.session(), surroundings.current_actor())
        ],
        form=form,
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


def address_of(criteria: SearchCriteria) -> dict[str, Any]:
    """Return the criteria as the parameters of an address, as ``read_criteria`` takes them."""
    names = {"text": "q"} | _DAYS
    return {names.get(name, name): value for name, value in criteria.words().items()}
