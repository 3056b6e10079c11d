"""办件台: the first page of the day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from casework.domain.application import Channel
from casework.domain.errors import PermissionRefused
from casework.domain.lights import Light
from casework.domain.management import Period, overall
from casework.domain.permissions import Permission
from casework.domain.states import State
from casework.extensions import db
from casework.queries.annual_cube import Scope
from casework.queries.desk import count_board, list_due_on, list_open, list_unconfirmed
from casework.queries.management import count_load, list_finished, list_oldest
from casework.queries.open_deliveries import count_open_deliveries
from casework.web import navigation, surroundings
from casework.web.coming_days import days_off_ahead
from casework.web.desk import bp
from casework.web.security import requires, signed_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


FIRST_PAGES: tuple[tuple[Permission, str, str | None], ...] = (
    (Permission.REGISTER, "desk.index", None),
    (Permission.ISSUE, "desk.overview", None),
    (Permission.DRAFT, "desk.index", "1"),
    (Permission.REVIEW, "review.queue", None),
    (Permission.LOCK_ANNUAL, "annual.show", None),
)
"""Where a day begins, the first that applies: the counter, the leader's overview, the handler's
own desk, the reviewer's queue, the statistician's year."""
SHORT = 5
_A_YEAR_OF_MONTHS = 12


@bp.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """Go to where this person's day begins; an administrator has no desk."""
    actor = surroundings.current_actor()
    for permission, endpoint, mine in FIRST_PAGES:
        if actor.may(permission):
            return redirect(url_for(endpoint, mine=mine))
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
        returned=count_open_deliveries(session, viewer.actor)
        if viewer.actor.may(Permission.DISPATCH)
        else 0,
    )


@bp.get("/overview")
@requires(Permission.ISSUE)
def overview() -> ResponseReturnValue:
    """领导概览: what waits for a signature, how the year goes, what has waited longest."""
    session, viewer = db.session(), surroundings.current_viewer()
    today = viewer.today
    period = Period(first=today.replace(month=1, day=1), last=today)
    year_back = Period(first=_months_back(today, _A_YEAR_OF_MONTHS - 1), last=today)
    scope = Scope(path=viewer.actor.agency_path)
    return render_template(
        "desk/overview.html",
        board=count_board(session, viewer),
        to_issue=list_open(session, viewer, state=State.AWAITING_ISSUE, limit=SHORT),
        year=overall(list_finished(session, period, scope, viewer.actor), viewer.calendar),
        oldest=list_oldest(session, viewer, scope)[:SHORT],
        load=count_load(session, year_back, scope, viewer.actor),
        lights=Light,
        coming=days_off_ahead(viewer.calendar, today),
    )


def _months_back(day: date, months: int) -> date:
    """Return the first day of the month so many months before."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)
