"""Logging in and out. The cookie holds a token; what it opens is kept on the server."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, session, url_for
from flask_login import current_user

from casework.extensions import db
from casework.services import accounts
from casework.web import surroundings
from casework.web.auth import bp
from casework.web.auth.forms import LogInForm, PasswordForm
from casework.web.errors import rules_shown_on, status_of
from casework.web.security import TOKEN, public, safe_next, signed_in
from casework.web.strips import week_strip

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_TWO_WEEKS_ON = timedelta(days=13)


@bp.route("/login", methods=["GET", "POST"])
@public
def log_in() -> ResponseReturnValue:
    """Open a session with a fresh token and go where the person was going."""
    form = LogInForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        with rules_shown_on(form):
            opened = accounts.log_in(
                db.session(),
                login=form.login.data or "",
                password=form.password.data or "",
                now=surroundings.now(),
            )
            session.clear()  # nothing of the time before the log-in lives on in the cookie
            session[TOKEN] = opened.token
            return redirect(safe_next(form.next.data))
    elif current_user.is_authenticated and request.method == "GET":
        return redirect(url_for("desk.home"))
    today = surroundings.today()
    strip = week_strip(
        surroundings.calendar(),
        first=today - timedelta(days=7 + today.weekday()),
        last=today - timedelta(days=today.weekday()) + _TWO_WEEKS_ON,
        today=today,
    )
    return render_template("auth/log_in.html", form=form, strip=strip), status_of(form)


@bp.post("/logout")
@public
def log_out() -> ResponseReturnValue:
    """End the session on the server; the cookie's token opens nothing any more."""
    token = session.pop(TOKEN, None)
    if isinstance(token, str):
        accounts.log_out(db.session(), token, surroundings.now())
    response = redirect(url_for("auth.log_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.route("/password", methods=["GET", "POST"])
@signed_in
def change_password() -> ResponseReturnValue:
    """更换密码; every other log-in of the account ends (ASVS 5.0 7.4.3)."""
    person = surroundings.current_person()
    form = PasswordForm()
    if form.validate_on_submit() and person.actor.user_id is not None:
        with rules_shown_on(form):
            accounts.change_password(
                db.session(),
                person.actor.user_id,
                old=form.old.data or "",
                new=form.password.data or "",
                keep_token=session[TOKEN],
                now=surroundings.now(),
            )
            flash("密码已更换，其他地方的登录已经结束")
            return redirect(url_for("desk.home"))
    page = render_template(
        "auth/change_password.html", form=form, forced=person.must_change_password
    )
    return page, status_of(form)


@bp.get("/keys")
@signed_in
def keys() -> ResponseReturnValue:
    """键盘说明."""
    return render_template("auth/keys.html")
