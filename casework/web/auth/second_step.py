"""二次验证: binding an authenticator, its recovery codes, and letting go of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from casework.documents.verification_mark import qr_matrix
from casework.extensions import db
from casework.services import second_factor
from casework.web import surroundings
from casework.web.auth import bp
from casework.web.auth.forms import CodeForm, EndSecondStepForm
from casework.web.errors import rules_shown_on, status_of
from casework.web.security import signed_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_GROUP = 4
_ISSUER = "公开办件"
"""The system's name on the telephone; a longer one makes the code too fine for some cameras."""


@bp.get("/account/second-step")
@signed_in
def second_step() -> ResponseReturnValue:
    """Say whether the second step is on; offer to bind a telephone, or to let go of it."""
    return _status()


@bp.post("/account/second-step/begin")
@signed_in
def begin_second_step() -> ResponseReturnValue:
    """Make a fresh secret and show it."""
    second_factor.begin_enrolment(db.session(), surroundings.current_user_id(), system_name=_ISSUER)
    return redirect(url_for("auth.bind_second_step"))


@bp.route("/account/second-step/bind", methods=["GET", "POST"])
@signed_in
def bind_second_step() -> ResponseReturnValue:
    """Show the QR code, take the first code, hand out the recovery codes once."""
    user_id = surroundings.current_user_id()
    form = CodeForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            codes = second_factor.confirm_enrolment(
                db.session(),
                user_id,
                code=form.code.data or "",
                keep_id=surroundings.current_person().log_in_id,
                now=surroundings.now(),
            )
            return render_template("auth/recovery_codes.html", codes=codes)
    enrolment = second_factor.pending_enrolment(db.session(), user_id, system_name=_ISSUER)
    if enrolment is None:
        return redirect(url_for("auth.second_step"))
    secret = enrolment.secret
    page = render_template(
        "auth/bind_second_step.html",
        form=form,
        matrix=qr_matrix(enrolment.uri),
        groups=[secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP)],
    )
    return page, status_of(form)


@bp.post("/account/second-step/recovery-codes")
@signed_in
def renew_recovery_codes() -> ResponseReturnValue:
    """Hand out ten new recovery codes for a code of the authenticator."""
    form = CodeForm(prefix="renew")
    if form.validate_on_submit():
        with rules_shown_on(form):
            codes = second_factor.renew_recovery_codes(
                db.session(),
                surroundings.current_user_id(),
                code=form.code.data or "",
                now=surroundings.now(),
            )
            return render_template("auth/recovery_codes.html", codes=codes)
    return _status(renewing=form)


@bp.post("/account/second-step/end")
@signed_in
def end_second_step() -> ResponseReturnValue:
    """停用二次验证."""
    form = EndSecondStepForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            second_factor.end_second_step(
                db.session(),
                surroundings.current_user_id(),
                password=form.password.data or "",
                code=form.code.data or "",
                keep_id=surroundings.current_person().log_in_id,
                now=surroundings.now(),
            )
            flash("二次验证已停用，其他地方的登录已经结束")
            return redirect(url_for("auth.second_step"))
    return _status(ending=form)


def _status(
    *, renewing: CodeForm | None = None, ending: EndSecondStepForm | None = None
) -> ResponseReturnValue:
    renewing = renewing or CodeForm(prefix="renew")
    ending = ending or EndSecondStepForm()
    page = render_template(
        "auth/second_step.html",
        standing=second_factor.second_step_of(db.session(), surroundings.current_user_id()),
        renewing=renewing,
        ending=ending,
    )
    return page, max(status_of(renewing), status_of(ending))
