"""账号: the pages of the 系统管理员. A one-time password is shown once, on the page it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from casework.domain.passwords import ONE_TIME_VALID
from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.accounts import get_account, list_accounts, list_log_ins, list_unused
from casework.queries.agencies import list_agencies
from casework.queries.security_policy import current_policy
from casework.services import account_administration as administration
from casework.services import people
from casework.services.login_attempts import closed_until
from casework.services.people import NewAccount, PersonCard, PersonData
from casework.web import surroundings
from casework.web.admin import bp
from casework.web.admin.forms import NewPersonForm, PersonForm, ReasonForm
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import options
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_BOTH = ["GET", "POST"]


@bp.get("/admin/people")
@requires(Permission.MANAGE_ACCOUNTS)
def person_list() -> ResponseReturnValue:
    """Show the accounts at and below the administrator's agency; ``?unused=1`` the idle ones."""
    session, actor, now = db.session(), surroundings.current_actor(), surroundings.now()
    policy = current_policy(session)
    unused = list_unused(session, policy.unused_days, now=now, under=actor.agency_path)
    text = request.args.get("q", "").strip()
    only_unused = request.args.get("unused") == "1"
    return render_template(
        "admin/people.html",
        rows=unused if only_unused else list_accounts(session, actor, now=now, text=text),
        text=text,
        only_unused=only_unused,
        unused=len(unused),
        policy=policy,
    )


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
                surroundings.current_desk(), _data(form, login=form.login.data or "")
            )
            return _one_time(account, is_new=True)
    return render_template("admin/person.html", form=form), status_of(form)


@bp.route("/admin/people/<int:user_id>", methods=_BOTH)
@requires(Permission.MANAGE_ACCOUNTS)
def edit_person(user_id: int) -> ResponseReturnValue:
    """Show an account with what can be done about it; 更改姓名、机关、科室、证书."""
    card = _card(user_id)
    form = PersonForm()
    if not form.is_submitted():
        form = _filled(card)
    if form.validate_on_submit():
        with rules_shown_on(form):
            people.edit_person(
                surroundings.current_desk(),
                user_id,
                _data(form, login=card.login),
                seen=form.seen.data or "",
            )
            flash(f"已保存{form['name'].data}的账号")
            return redirect(url_for("admin.person_list"))
    return _page(card, form=form)


@bp.post("/admin/people/<int:user_id>/password")
@requires(Permission.MANAGE_ACCOUNTS)
def issue_password(user_id: int) -> ResponseReturnValue:
    """换发一次性口令; also opens a closed account."""
    return _one_time(people.issue_password(surroundings.current_desk(), user_id), is_new=False)


@bp.post("/admin/people/<int:user_id>/let-in")
@requires(Permission.MANAGE_ACCOUNTS)
def let_in_again(user_id: int) -> ResponseReturnValue:
    """解除登录限制."""
    administration.let_in_again(surroundings.current_desk(), user_id)
    flash("登录限制已解除，现在可以登录")
    return redirect(url_for("admin.edit_person", user_id=user_id))


@bp.post("/admin/people/<int:user_id>/end-log-ins")
@requires(Permission.MANAGE_ACCOUNTS)
def end_log_ins(user_id: int) -> ResponseReturnValue:
    """结束全部登录."""
    count = administration.end_log_ins(surroundings.current_desk(), user_id)
    flash(f"{count} 处登录已经结束" if count else "这个账号现在没有登录")
    return redirect(url_for("admin.edit_person", user_id=user_id))


@bp.post("/admin/people/<int:user_id>/close")
@requires(Permission.MANAGE_ACCOUNTS)
def close_account(user_id: int) -> ResponseReturnValue:
    """停用账号: log-ins end at once; open cases wait to be handed over."""
    card = _card(user_id)
    form = ReasonForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            administration.close_account(
                surroundings.current_desk(), user_id, reason=form.reason.data or ""
            )
            flash("账号已停用，登录已全部结束；未办结的案件列在登记员的待办页，等待移交")
            return redirect(url_for("admin.person_list"))
    return _page(card, reason=form)


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
            return _one_time(account, is_new=False)
    return render_template("admin/reactivate.html", form=form, card=card), status_of(form)


def _card(user_id: int) -> PersonCard:
    return people.read_person(
        surroundings.current_desk(), user_id, permission=Permission.MANAGE_ACCOUNTS
    )


def _filled(card: PersonCard) -> PersonForm:
    """Return the form as the account stands, whatever was posted about something else."""
    return PersonForm(
        None,
        name=card.name,
        unit=card.unit,
        agency_id=card.agency_id,
        certificate=card.certificate,
        seen=card.mark,
    )


def _page(
    card: PersonCard, *, form: PersonForm | None = None, reason: ReasonForm | None = None
) -> ResponseReturnValue:
    session, now = db.session(), surroundings.now()
    form = form or _filled(card)
    reason = reason or ReasonForm(None)
    _offer_agencies(form)
    page = render_template(
        "admin/account.html",
        card=card,
        row=get_account(session, surroundings.current_actor(), card.id, now=now),
        form=form,
        reason=reason,
        log_ins=list_log_ins(session, card.id, now=now),
        closed_until=closed_until(session, card.login, now),
        is_own=card.id == surroundings.current_user_id(),
    )
    return page, max(status_of(form), status_of(reason))


def _one_time(account: NewAccount, *, is_new: bool) -> ResponseReturnValue:
    return render_template(
        "admin/password.html", account=account, is_new=is_new, days=ONE_TIME_VALID.days
    )


def _data(form: PersonForm, *, login: str) -> PersonData:
    return PersonData(
        login=login,
        name=form["name"].data or "",
        agency_id=form.agency_id.data,
        unit=form.unit.data or "",
        certificate=form.certificate.data or "",
    )


def _offer_agencies(form: PersonForm) -> None:
    actor = surroundings.current_actor()
    form.agency_id.choices = options(
        (row.id, "　" * row.depth + row.name)
        for row in list_agencies(db.session(), under=actor.agency_path)
    )
