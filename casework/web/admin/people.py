"""账号 by the 系统管理员, 角色 by the 安全管理员: two pages, two people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from wtforms import HiddenField, SelectField, SelectMultipleField

from casework.domain.permissions import ADMINISTRATORS, Permission, Role
from casework.extensions import db
from casework.queries.agencies import list_agencies, list_people
from casework.services import people
from casework.services.people import PersonData
from casework.web import surroundings
from casework.web.admin import bp
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import PageForm, options, row_id, short_text
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_BOTH = ["GET", "POST"]


class PersonForm(PageForm):
    """姓名, 机关, 科室; ``seen`` is the account as it was on the screen."""

    name = short_text("姓名", required="请填姓名", longest=60)
    agency_id = SelectField("机关", coerce=row_id, validate_choice=False)
    unit = short_text("科室", longest=60)
    seen = HiddenField()


class NewPersonForm(PersonForm):
    """A new account has a log-in name besides."""

    login = short_text("用户名", required="请填用户名", longest=32)


class ReasonForm(PageForm):
    """恢复账号 asks why."""

    reason = short_text("恢复的原因", required="请写明恢复的原因")


class RolesForm(PageForm):
    """授予角色."""

    roles = SelectMultipleField(
        "角色", choices=options([(role.value, role.label) for role in Role])
    )
    reason = short_text("授予或者收回的原因", required="请写明授予或者收回的原因")
    seen = HiddenField()


@bp.get("/admin/people")
@requires(Permission.MANAGE_ACCOUNTS)
def person_list() -> ResponseReturnValue:
    """Show the accounts at and below the administrator's agency."""
    actor = surroundings.current_actor()
    rows = list_people(db.session(), under=actor.agency_path)
    return render_template("admin/people.html", people=rows, may_edit=True)


@bp.route("/admin/people/new", methods=_BOTH)
@requires(Permission.MANAGE_ACCOUNTS)
def add_person() -> ResponseReturnValue:
    """新建账号; the one-time password stands on the answer and nowhere else."""
    person = surroundings.current_person()
    form = NewPersonForm()
    _offer_agencies(form)
    if not form.is_submitted():
        form.agency_id.data = person.agency_id
    if form.validate_on_submit():
        with rules_shown_on(form):
            account = people.add_person(
                surroundings.current_desk(),
                PersonData(
                    login=form.login.data or "",
                    name=form["name"].data or "",
                    agency_id=form.agency_id.data,
                    unit=form.unit.data or "",
                ),
            )
            return render_template("admin/password.html", account=account, is_new=True)
    return render_template("admin/person.html", form=form, card=None), status_of(form)


@bp.route("/admin/people/<int:user_id>", methods=_BOTH)
@requires(Permission.MANAGE_ACCOUNTS)
def edit_person(user_id: int) -> ResponseReturnValue:
    """更改姓名、机关、科室."""
    desk = surroundings.current_desk()
    card = people.read_person(desk, user_id, permission=Permission.MANAGE_ACCOUNTS)
    form = PersonForm()
    _offer_agencies(form)
    if not form.is_submitted():
        form["name"].data, form.unit.data = card.name, card.unit
        form.agency_id.data, form.seen.data = card.agency_id, card.mark
    if form.validate_on_submit():
        with rules_shown_on(form):
            people.edit_person(
                desk,
                user_id,
                PersonData(
                    login=card.login,
                    name=form["name"].data or "",
                    agency_id=form.agency_id.data,
                    unit=form.unit.data or "",
                ),
                seen=form.seen.data or "",
            )
            flash(f"已保存{form['name'].data}的账号")
            return redirect(url_for("admin.person_list"))
    return render_template("admin/person.html", form=form, card=card), status_of(form)


@bp.post("/admin/people/<int:user_id>/password")
@requires(Permission.MANAGE_ACCOUNTS)
def issue_password(user_id: int) -> ResponseReturnValue:
    """换发一次性口令; also opens a locked account."""
    account = people.issue_password(surroundings.current_desk(), user_id)
    return render_template("admin/password.html", account=account, is_new=False)


@bp.route("/admin/people/<int:user_id>/reactivate", methods=_BOTH)
@requires(Permission.MANAGE_ACCOUNTS)
def reactivate(user_id: int) -> ResponseReturnValue:
    """恢复停用的账号."""
    desk = surroundings.current_desk()
    card = people.read_person(desk, user_id, permission=Permission.MANAGE_ACCOUNTS, in_use=False)
    form = ReasonForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            account = people.reactivate(desk, user_id, reason=form.reason.data or "")
            return render_template("admin/password.html", account=account, is_new=False)
    return render_template("admin/reactivate.html", form=form, card=card), status_of(form)


@bp.get("/admin/roles")
@requires(Permission.MANAGE_ROLES)
def role_list() -> ResponseReturnValue:
    """Show who holds which roles."""
    actor = surroundings.current_actor()
    rows = list_people(db.session(), under=actor.agency_path)
    return render_template("admin/people.html", people=rows, may_edit=False)


@bp.route("/admin/roles/<int:user_id>", methods=_BOTH)
@requires(Permission.MANAGE_ROLES)
def grant_roles(user_id: int) -> ResponseReturnValue:
    """授予角色; the person's open log-ins end."""
    desk = surroundings.current_desk()
    card = people.read_person(desk, user_id, permission=Permission.MANAGE_ROLES)
    form = RolesForm()
    if not form.is_submitted():
        form.roles.data = [role.value for role in card.roles]
        form.seen.data = card.mark
    if form.validate_on_submit():
        with rules_shown_on(form):
            people.grant_roles(
                desk,
                user_id,
                frozenset(Role(role) for role in form.roles.data or ()),
                reason=form.reason.data or "",
                seen=form.seen.data or "",
            )
            flash(f"{card.name}的角色已改定，此人须重新登录")
            return redirect(url_for("admin.role_list"))
    page = render_template("admin/roles.html", form=form, card=card, administrators=ADMINISTRATORS)
    return page, status_of(form)


def _offer_agencies(form: PersonForm) -> None:
    actor = surroundings.current_actor()
    form.agency_id.choices = options(
        (row.id, "　" * row.depth + row.name)
        for row in list_agencies(db.session(), under=actor.agency_path)
    )
