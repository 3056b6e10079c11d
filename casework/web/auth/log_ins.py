"""登录记录: one's own open log-ins, and the way to end them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from casework.domain.security_policy import ABSOLUTE_LIMIT, IDLE_LIMIT
from casework.extensions import db
from casework.queries.accounts import list_log_ins
from casework.queries.security_policy import current_policy
from casework.services import log_ins
from casework.web import surroundings
from casework.web.auth import bp
from casework.web.security import signed_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/account/log-ins")
@signed_in
def own_log_ins() -> ResponseReturnValue:
    """List where one is logged in: when, from which address, with which browser."""
    now = surroundings.now()
    return render_template(
        "auth/own_log_ins.html",
        rows=list_log_ins(db.session(), surroundings.current_user_id(), now=now),
        policy=current_policy(db.session()),
        idle=IDLE_LIMIT,
        absolute=ABSOLUTE_LIMIT,
    )


@bp.post("/account/log-ins/<int:log_in_id>/end")
@signed_in
def end_log_in(log_in_id: int) -> ResponseReturnValue:
    """End one of one's own log-ins."""
    log_ins.end_own(db.session(), surroundings.current_user_id(), log_in_id, surroundings.now())
    flash("这次登录已经结束")
    return redirect(url_for("auth.own_log_ins"))


@bp.post("/account/log-ins/end-others")
@signed_in
def end_other_log_ins() -> ResponseReturnValue:
    """End all one's log-ins but this one."""
    person = surroundings.current_person()
    count = log_ins.end_others(
        db.session(), surroundings.current_user_id(), person.log_in_id, surroundings.now()
    )
    flash(f"另外 {count} 处登录已经结束" if count else "没有其他登录")
    return redirect(url_for("auth.own_log_ins"))
