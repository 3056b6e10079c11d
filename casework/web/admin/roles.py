"""角色: the pages of the 安全管理员: who may do what, and a second step that has to be reset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from casework.domain.permissions import ADMINISTRATORS, Permission, Role
from casework.extensions import db
from casework.queries.accounts import list_accounts
from casework.queries.security_policy import current_policy
from casework.services import account_administration as administration
from casework.services import people
from casework.web import surroundings
from casework.web.admin import bp
from casework.web.admin.forms import ReasonForm, RolesForm
from casework.web.errors import rules_shown_on, status_of
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from casework.services.people import PersonCard

_KEEPERS = tuple(role.value for role in Role if role in ADMINISTRATORS)


@bp.get("/admin/roles")
@requires(Permission.MANAGE_ROLES)
def role_list() -> ResponseReturnValue:
    """Show who holds which roles, and who holds none."""
    wanted = request.args.get("role", "")
    role = Role(wanted) if wanted in set(Role) else None
    text = request.args.get("q", "").strip()
    rows = list_accounts(
        db.session(), surroundings.current_actor(), now=surroundings.now(), text=text, role=role
    )
    return render_template(
        "admin/role_list.html",
        rows=rows,
        roles=Role,
        role=role,
        text=text,
        without=[row for row in rows if row.is_active and not row.roles],
        policy=current_policy(db.session()),
    )


@bp.route("/admin/roles/<int:user_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_ROLES)
def grant_roles(user_id: int) -> ResponseReturnValue:
    """授予角色; the person's open log-ins end."""
    card = _card(user_id)
    form = RolesForm()
    if not form.is_submitted():
        form = _filled(card)
    if form.validate_on_submit():
        with rules_shown_on(form):
            people.grant_roles(
                surroundings.current_desk(),
                user_id,
                frozenset(Role(role) for role in form.roles.data or ()),
                reason=form.reason.data or "",
                seen=form.seen.data or "",
            )
            flash(f"{card.name}的角色已改定，此人须重新登录")
            return redirect(url_for("admin.role_list"))
    return _page(card, form=form)


@bp.post("/admin/roles/<int:user_id>/second-step")
@requires(Permission.SET_POLICY)
def reset_second_step(user_id: int) -> ResponseReturnValue:
    """重置二次验证 of somebody who has lost telephone and recovery codes."""
    card = _card(user_id)
    form = ReasonForm(prefix="reset")
    if form.validate_on_submit():
        with rules_shown_on(form):
            administration.reset_second_step(
                surroundings.current_desk(), user_id, reason=form.reason.data or ""
            )
            flash(f"{card.name}的二次验证已重置，下次登录只用密码，然后重新绑定")
            return redirect(url_for("admin.grant_roles", user_id=user_id))
    return _page(card, reason=form)


def _card(user_id: int) -> PersonCard:
    return people.read_person(
        surroundings.current_desk(), user_id, permission=Permission.MANAGE_ROLES
    )


def _filled(card: PersonCard) -> RolesForm:
    return RolesForm(None, roles=[role.value for role in card.roles], seen=card.mark)


def _page(
    card: PersonCard, *, form: RolesForm | None = None, reason: ReasonForm | None = None
) -> ResponseReturnValue:
    form = form or _filled(card)
    reason = reason or ReasonForm(None, prefix="reset")
    page = render_template(
        "admin/roles.html",
        card=card,
        form=form,
        reason=reason,
        keepers=_KEEPERS,
        is_own=card.id == surroundings.current_user_id(),
        needs_code=current_policy(db.session()).needs_code(card.roles),
    )
    return page, max(status_of(form), status_of(reason))
