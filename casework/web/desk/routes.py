"""办件台: the first page of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from casework.domain.application import Channel
from casework.domain.errors import PermissionRefused
from casework.domain.lights import Light
from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.desk import count_board, list_due_on, list_open, list_unconfirmed
from casework.web import navigation, surroundings
from casework.web.coming_days import days_off_ahead
from casework.web.desk import bp
from casework.web.security import requires, signed_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """Go to the first page this person's roles open: an administrator has no desk."""
    for place in navigation.places():
        return redirect(url_for(place.endpoint))
    raise PermissionRefused("您还没有任何角色，请找安全管理员授予", permission="")


@bp.get("/desk")
@requires(Permission.VIEW_CASES)
def index() -> ResponseReturnValue:
    """Show the lights, what is due today, what waits to be confirmed, and everything to do."""
    session, viewer = db.session(), surroundings.current_viewer()
    shown = request.args.get("light", "")
    light = Light(shown) if shown in set(Light) else None
    mine = request.args.get("mine") == "1"
    answered = shown == "answered"
    page = list_open(
        session,
        viewer,
        light=light,
        answered=answered,
        mine=mine and not answered,
        after=request.args.get("after"),
    )
    return render_template(
        "desk/index.html",
        board=count_board(session, viewer),
        due_today=list_due_on(session, viewer),
        unconfirmed=list_unconfirmed(session, viewer),
        page=page,
        light=light,
        lights=Light,
        mine=mine,
        answered=answered,
        channels=Channel,
        coming=days_off_ahead(viewer.calendar, viewer.today),
    )
