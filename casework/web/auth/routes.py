"""Logging in and out. The cookie holds a token; what it opens is kept on the server."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user

from casework.domain.errors import RuleBroken
from casework.extensions import db
from casework.queries.security_policy import current_policy
from casework.services import accounts, log_ins, sign_in
from casework.web import surroundings
from casework.web.auth import bp
from casework.web.auth.forms import CodeForm, LogInForm, PasswordForm
from casework.web.callers import place_of
from casework.web.errors import rules_shown_on, status_of
from casework.web.filters import moment
from casework.web.security import TOKEN, WAITING, public, safe_next, signed_in
from casework.web.strips import week_strip

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from casework.services.sign_in import OpenSession

_TWO_WEEKS_ON = timedelta(days=13)


@bp.route("/login", methods=["GET", "POST"])
@public
def log_in() -> ResponseReturnValue:
    """Open a session with a fresh token and go where the person was going."""
    form = LogInForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        with rules_shown_on(form):
            opened = sign_in.log_in(
                db.session(),
                login=form.login.data or "",
                password=form.password.data or "",
                now=surroundings.now(),
                place=place_of(request),
                demo=bool(current_app.config["DEMO"]),
            )
            if opened.awaits_code:
                session.clear()
                session[WAITING] = opened.token
                return redirect(url_for("auth.enter_code", next=form.next.data or None))
            return _come_in(opened, form.next.data)
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


@bp.route("/login/code", methods=["GET", "POST"])
@public
def enter_code() -> ResponseReturnValue:
    """Take the second step: a code of the authenticator, or a recovery code."""
    waiting = session.get(WAITING)
    if not isinstance(waiting, str):
        return redirect(url_for("auth.log_in"))
    form = CodeForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        with rules_shown_on(form):
            try:
                opened = sign_in.enter_code(
                    db.session(),
                    waiting,
                    code=form.code.data or "",
                    now=surroundings.now(),
                    place=place_of(request),
                )
            except RuleBroken as broken:
                if broken.code == "second_step_over":
                    session.pop(WAITING, None)
                raise
            return _come_in(opened, form.next.data)
    return render_template("auth/enter_code.html", form=form), status_of(form)


def _come_in(opened: OpenSession, wanted: str | None) -> ResponseReturnValue:
    session.clear()  # nothing of the time before the log-in lives on in the cookie
    session[TOKEN] = opened.token
    for other in opened.elsewhere:
        flash(
            f"您的账号还在另一处登录：{other.address}，{other.browser}，{moment(other.opened_at)}起。"
            "不是您本人的，请点右上角“我的账号”结束它，并更换密码",
            "warn",
        )
    return redirect(safe_next(wanted))


@bp.post("/logout")
@public
def log_out() -> ResponseReturnValue:
    """End the session on the server; the cookie's token opens nothing any more."""
    token = session.pop(TOKEN, None)
    if isinstance(token, str):
        log_ins.log_out(db.session(), token, surroundings.now())
    session.clear()
    response = redirect(url_for("auth.log_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.route("/password", methods=["GET", "POST"])
@signed_in
def change_password() -> ResponseReturnValue:
    """更换密码; every other log-in of the account ends (ASVS 5.0 7.4.3)."""
    person = surroundings.current_person()
    form = PasswordForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            accounts.change_password(
                db.session(),
                surroundings.current_user_id(),
                old=form.old.data or "",
                new=form.password.data or "",
                keep_id=person.log_in_id,
                now=surroundings.now(),
            )
            flash("密码已更换，其他地方的登录已经结束")
            return redirect(url_for("desk.home"))
    page = render_template(
        "auth/change_password.html",
        form=form,
        due=person.password_due,
        rules=current_policy(db.session()).passwords,
    )
    return page, status_of(form)


@bp.get("/keys")
@signed_in
def keys() -> ResponseReturnValue:
    """键盘说明."""
    return render_template("auth/keys.html")
