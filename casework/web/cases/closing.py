"""Pages of 送达, 办结, 归档, 撤回, and of what may follow: 复议 and 诉讼."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from casework.domain.application import DeliveryMethod, ReliefKind, ReliefResult
from casework.domain.permissions import Permission
from casework.domain.workflow import Action
from casework.services import closure, relief
from casework.services.closure import Handover, Lateness
from casework.services.relief import ReliefData, ReliefNotice
from casework.web import surroundings
from casework.web.cases import bp
from casework.web.cases.acting import get_head, run_act
from casework.web.cases.forms import (
    CloseForm,
    DispatchForm,
    PlainActForm,
    ReliefAnswerForm,
    ReliefForm,
    ReliefNoticeForm,
    ReliefResultForm,
    WithdrawForm,
)
from casework.web.errors import rules_shown_on, status_of
from casework.web.explanation import explain
from casework.web.fields import read
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_BOTH = ["GET", "POST"]


@bp.route("/cases/<int:case_id>/dispatch", methods=_BOTH)
@requires(Permission.DISPATCH)
def dispatch(case_id: int) -> ResponseReturnValue:
    """登记送达 (国办公开办函〔2016〕235号)."""
    form = DispatchForm()
    return run_act(
        case_id,
        Action.DISPATCH,
        form,
        lambda desk: closure.dispatch(
            desk,
            case_id,
            Handover(
                method=DeliveryMethod(form.method.data),
                handed_over_on=read(form.handed_over_on),
                mail_number=form.mail_number.data or "",
                signed_on=form.signed_on.data,
                note=form.note.data or "",
            ),
            version=form.version.data,
        ),
    )


@bp.route("/cases/<int:case_id>/close", methods=_BOTH)
@requires(Permission.CLOSE)
def close(case_id: int) -> ResponseReturnValue:
    """办结; a late case asks for its cause and the unit responsible."""
    form = CloseForm()
    head = get_head(case_id)
    clock = head.first_clock or head.clock
    return run_act(
        case_id,
        Action.CLOSE,
        form,
        lambda desk: closure.close(
            desk,
            case_id,
            lateness=Lateness(cause=form.cause.data or "", unit=form.unit.data or ""),
            version=form.version.data,
        ),
        deadline=explain(
            clock,
            surroundings.calendar(),
            today=surroundings.today(),
            office_days=surroundings.office_days(),
        )
        if clock
        else None,
    )


@bp.route("/cases/<int:case_id>/archive", methods=_BOTH)
@requires(Permission.CLOSE)
def archive(case_id: int) -> ResponseReturnValue:
    """归档 (第四十五条)."""
    form = PlainActForm()
    return run_act(
        case_id,
        Action.ARCHIVE,
        form,
        lambda desk: closure.archive(desk, case_id, version=form.version.data),
    )


@bp.route("/cases/<int:case_id>/withdraw", methods=_BOTH)
@requires(Permission.CLOSE)
def withdraw(case_id: int) -> ResponseReturnValue:
    """申请人撤回."""
    form = WithdrawForm()
    return run_act(
        case_id,
        Action.WITHDRAW,
        form,
        lambda desk: closure.withdraw(
            desk,
            case_id,
            on=read(form.on),
            reason=form.reason.data or "",
            version=form.version.data,
        ),
    )


@bp.route("/cases/<int:case_id>/record-relief", methods=_BOTH)
@requires(Permission.RECORD_RELIEF)
def record_relief(case_id: int) -> ResponseReturnValue:
    """登记复议、诉讼."""
    form = ReliefForm()
    return run_act(
        case_id,
        Action.RECORD_RELIEF,
        form,
        lambda desk: relief.record_relief(
            desk,
            case_id,
            ReliefData(
                kind=ReliefKind(form.kind.data),
                filed_on=read(form.filed_on),
                body=form.body.data or "",
                reference=form.reference.data or "",
                notified_on=form.notified_on.data,
                simplified=bool(form.simplified.data),
                result=ReliefResult(form.result.data),
                decided_on=form.decided_on.data,
            ),
            version=form.version.data,
        ),
    )


@bp.route("/cases/<int:case_id>/reliefs/<int:relief_id>/notice", methods=_BOTH)
@requires(Permission.RECORD_RELIEF)
def record_relief_notice(case_id: int, relief_id: int) -> ResponseReturnValue:
    """登记收到申请书、起诉状副本: from that day the office's own limit runs."""
    form = ReliefNoticeForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            key = relief.record_relief_notice(
                surroundings.current_desk(),
                case_id,
                relief_id,
                ReliefNotice(
                    notified_on=read(form.notified_on),
                    simplified=bool(form.simplified.data),
                    reference=form.reference.data or "",
                ),
                version=form.version.data,
            )
            flash(f"{key.number} 已登记收到副本，答复、举证期限自次日起算")
            return redirect(url_for("cases.show", case_id=case_id, _anchor="relief"))
    head = get_head(case_id)
    if not form.is_submitted():
        form.version.data = head.version
    page = render_template(
        "cases/record_relief_notice.html", form=form, head=head, action=Action.RECORD_RELIEF
    )
    return page, status_of(form)


@bp.route("/cases/<int:case_id>/reliefs/<int:relief_id>/answer", methods=_BOTH)
@requires(Permission.RECORD_RELIEF)
def record_relief_answer(case_id: int, relief_id: int) -> ResponseReturnValue:
    """登记答复、举证: what the office handed in, and when."""
    form = ReliefAnswerForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            key = relief.record_relief_answer(
                surroundings.current_desk(),
                case_id,
                relief_id,
                answered_on=read(form.answered_on),
                version=form.version.data,
            )
            flash(f"{key.number} 已登记提交答复、证据")
            return redirect(url_for("cases.show", case_id=case_id, _anchor="relief"))
    head = get_head(case_id)
    if not form.is_submitted():
        form.version.data = head.version
    page = render_template(
        "cases/record_relief_answer.html", form=form, head=head, action=Action.RECORD_RELIEF
    )
    return page, status_of(form)


@bp.route("/cases/<int:case_id>/reliefs/<int:relief_id>", methods=_BOTH)
@requires(Permission.RECORD_RELIEF)
def record_relief_result(case_id: int, relief_id: int) -> ResponseReturnValue:
    """登记一项复议、诉讼的结果."""
    form = ReliefResultForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            key = relief.record_relief_result(
                surroundings.current_desk(),
                case_id,
                relief_id,
                result=ReliefResult(form.result.data),
                decided_on=read(form.decided_on),
                version=form.version.data,
            )
            flash(f"{key.number} 已登记复议、诉讼的结果")
            return redirect(url_for("cases.show", case_id=case_id))
    head = get_head(case_id)
    if not form.is_submitted():
        form.version.data = head.version
    page = render_template(
        "cases/record_relief_result.html", form=form, head=head, action=Action.RECORD_RELIEF
    )
    return page, status_of(form)
