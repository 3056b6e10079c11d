"""锁定: closing a year, confirming and unlocking it, and the late corrections beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from wtforms import TextAreaField

from casework.domain.annual_checks import has_fault
from casework.domain.annual_record import LockStatus, changed_cells, read_record
from casework.domain.errors import NotFound
from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.annual_locks import find_lock, list_adjustments, list_locks
from casework.queries.annual_record import check_lock, list_unfinished
from casework.queries.visibility import kept_numbers
from casework.services import annual_lock
from casework.services.annual_lock import YearKey, why_not_yet
from casework.web import surroundings
from casework.web.annual import bp
from casework.web.annual.choice import read_choice
from casework.web.annual.figures import cell_in_words, figure_text
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import PageForm, long_text_limits, short_text
from casework.web.security import requires

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from casework.models import AnnualLock
    from casework.queries.annual_locks import Adjustment
    from casework.queries.annual_page import AnnualPage
    from casework.web.annual.choice import Choice

_BOTH = ["GET", "POST"]
_SHORT = 16
"""So many digits of a hash tell two tables apart on paper."""


class UnlockForm(PageForm):
    """解除锁定."""

    reason = TextAreaField("解除锁定的原因", validators=long_text_limits("解除锁定的原因"))


class AdjustForm(PageForm):
    """记入调整单."""

    case_number = short_text("案号")
    change = TextAreaField("应当怎样更正", validators=long_text_limits("应当怎样更正"))
    reason = TextAreaField("原因", validators=long_text_limits("原因"))


@dataclass(frozen=True, slots=True, kw_only=True)
class LockPanel:
    """What the panel 锁定 says: the lock in force, what stands in its way, who may do what.

    ``changed`` counts the cells whose figure is no longer the locked one.
    """

    lock: AnnualLock | None
    last: AnnualLock | None
    obstacle: str
    changed: int
    adjustments: Sequence[Adjustment]
    may_close: bool
    may_confirm: bool

    @property
    def is_locked(self) -> bool:
        """Whether the leader has confirmed the lock."""
        return self.lock is not None and self.lock.status is LockStatus.CONFIRMED

    @property
    def short_hash(self) -> str:
        """The beginning of the hash, as it is printed."""
        return self.lock.sha256[:_SHORT] if self.lock is not None else ""


def with_lock(choice: Choice, page: AnnualPage) -> tuple[AnnualPage, LockPanel | None]:
    """Return the page with its locked figures if it is locked, and the panel that says so.

    There is nothing to lock on a form that was not in force in the year.
    """
    if choice.warning:
        return page, None
    session, actor = db.session(), surroundings.current_actor()
    lock = find_lock(session, choice.agency.id, choice.year, own=choice.own)
    changed = 0
    shown = page
    if lock is not None and lock.status is LockStatus.CONFIRMED:
        locked = read_record(lock.table_text, lock.cases_text).table
        changed = len(changed_cells(locked, page.table))
        shown = replace(page, table=locked)
    at_home = actor.agency_id == choice.agency.id
    return shown, LockPanel(
        lock=lock,
        last=find_lock(session, choice.agency.id, choice.year - 1, own=choice.own),
        obstacle=_obstacle(choice, page),
        changed=changed,
        adjustments=list_adjustments(session, actor, choice.agency.id, choice.year),
        may_close=at_home and actor.may(Permission.LOCK_ANNUAL),
        may_confirm=at_home and actor.may(Permission.CONFIRM_ANNUAL),
    )


@bp.post("/annual/close")
@requires(Permission.LOCK_ANNUAL)
def close_year() -> ResponseReturnValue:
    """锁定: the statistician closes the year."""
    choice = _lockable()
    annual_lock.close_year(surroundings.current_desk(), _key(choice))
    flash(f"{choice.whose} {choice.year} 年度已锁定，等签发人确认")
    return redirect(url_for("annual.show", **choice.address()))


@bp.post("/annual/confirm")
@requires(Permission.CONFIRM_ANNUAL)
def confirm_year() -> ResponseReturnValue:
    """确认: the leader confirms what the statistician closed."""
    choice = _lockable()
    digest = annual_lock.confirm_year(surroundings.current_desk(), _key(choice))
    flash(f"{choice.whose} {choice.year} 年度已确认锁定，校验值 {digest[:_SHORT]}")
    return redirect(url_for("annual.show", **choice.address()))


@bp.route("/annual/unlock", methods=_BOTH)
@requires(Permission.CONFIRM_ANNUAL)
def unlock_year() -> ResponseReturnValue:
    """解除锁定, for a reason."""
    choice = _lockable()
    form = UnlockForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            annual_lock.unlock_year(
                surroundings.current_desk(), _key(choice), reason=form.reason.data or ""
            )
            flash(f"{choice.whose} {choice.year} 年度的锁定已解除，原因已记下")
            return redirect(url_for("annual.lock_record", **choice.address()))
    return render_template("annual/unlock.html", choice=choice, form=form), status_of(form)


@bp.route("/annual/adjust", methods=_BOTH)
@requires(Permission.LOCK_ANNUAL)
def adjust() -> ResponseReturnValue:
    """记入调整单: a late correction of a locked year."""
    choice = _lockable()
    form = AdjustForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            annual_lock.adjust(
                surroundings.current_desk(),
                _key(choice),
                case_number=form.case_number.data or "",
                change=form.change.data or "",
                reason=form.reason.data or "",
            )
            flash(f"已记入 {choice.year} 年度调整单")
            return redirect(url_for("annual.lock_record", **choice.address()))
    return render_template("annual/adjust.html", choice=choice, form=form), status_of(form)


@bp.get("/annual/lock")
@requires(Permission.VIEW_ANNUAL)
def lock_record() -> ResponseReturnValue:
    """锁定与调整: every lock of the table, the year run again, the late corrections."""
    choice = _lockable()
    session, actor = db.session(), surroundings.current_actor()
    locks = list_locks(session, choice.agency.id, choice.year, own=choice.own)
    lock = next((one for one in locks if one.unlocked_at is None), None)
    at_home = actor.agency_id == choice.agency.id
    check = check_lock(session, lock) if lock is not None else None
    named = {
        number for one in (check.differences if check else ()) for number in (*one.left, *one.came)
    }
    return render_template(
        "annual/lock.html",
        choice=choice,
        locks=locks,
        lock=lock,
        check=check,
        kept=kept_numbers(session, actor, named),
        adjustments=list_adjustments(session, actor, choice.agency.id, choice.year),
        may_adjust=at_home and actor.may(Permission.LOCK_ANNUAL),
        may_unlock=at_home and actor.may(Permission.CONFIRM_ANNUAL),
        words=cell_in_words,
        figure_text=figure_text,
    )


def _lockable() -> Choice:
    choice = read_choice()
    if choice.warning:
        raise NotFound(
            f"{choice.year} 年度施行的是 {choice.in_force.code} 年格式，只有这一格式的表可以锁定"
        )
    return choice


def _key(choice: Choice) -> YearKey:
    return YearKey(choice.agency.id, choice.year, choice.own)


def _obstacle(choice: Choice, page: AnnualPage) -> str:
    """Say why the year cannot be locked now, "" if it can; the server asks again."""
    if reason := why_not_yet(choice.year, surroundings.today().year):
        return reason
    if has_fault(page.checks):
        failed = sum(check.hard and not check.ok for check in page.checks)
        return f"有 {failed} 项勾稽不通过"
    if waiting := list_unfinished(db.session(), choice.year, choice.scope):
        return f"有 {len(waiting)} 件年底以前已经送达，还没有办结"
    return ""
