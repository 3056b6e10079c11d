"""安全策略: what the 安全管理员 sets; what nobody may loosen is told beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from casework.domain import login_limits
from casework.domain.permissions import Permission, Role
from casework.domain.security_policy import ABSOLUTE_LIMIT, IDLE_LIMIT, SecurityPolicy
from casework.extensions import db
from casework.queries.security_policy import current_policy
from casework.services import account_administration as administration
from casework.web import surroundings
from casework.web.admin import bp
from casework.web.admin.forms import PolicyForm
from casework.web.errors import rules_shown_on, status_of
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.route("/admin/policy", methods=["GET", "POST"])
@requires(Permission.SET_POLICY)
def policy() -> ResponseReturnValue:
    """Show and set the policy."""
    current = current_policy(db.session())
    form = PolicyForm(
        profile=current.profile,
        code_roles=sorted(current.code_roles),
        sessions=current.sessions,
        unused_days=current.unused_days,
        closes_unused=current.closes_unused,
    )
    if form.validate_on_submit():
        with rules_shown_on(form):
            administration.set_policy(
                surroundings.current_desk(),
                SecurityPolicy(
                    profile=form.profile.data,
                    code_roles=frozenset(form.code_roles.data or ()),
                    sessions=form.sessions.data or 0,
                    unused_days=form.unused_days.data or 0,
                    closes_unused=bool(form.closes_unused.data),
                ),
            )
            flash("安全策略已更改，从现在起执行")
            return redirect(url_for("admin.policy"))
    page = render_template(
        "admin/policy.html",
        form=form,
        roles=Role,
        limits=login_limits,
        idle=IDLE_LIMIT,
        absolute=ABSOLUTE_LIMIT,
    )
    return page, status_of(form)
