"""Pages of 分给其他科室, 关联案件, 视为放弃 and 重开."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from casework.domain.application import ReliefResult
from casework.domain.case_links import LinkKind
from casework.domain.clock_events import ClockEventKind
from casework.domain.correction_period import correct_by
from casework.domain.permissions import Permission
from casework.domain.reopening import figures_are_public
from casework.domain.workflow import Action, decide
from casework.extensions import db
from casework.queries.agencies import list_agencies
from casework.queries.case_office import list_parts
from casework.queries.case_page import get_case_file
from casework.queries.people import list_handlers
from casework.services import assignment, handing_on, linking, reopening, timekeeping
from casework.services.assignment import Division
from casework.services.handing_on import HandOn
from casework.web import surroundings
from casework.web.cases import bp
from casework.web.cases.acting import attachment_folder, get_head, run_act
from casework.web.cases.office_forms import (
    AbandonForm,
    DivideForm,
    DivisionAnswerForm,
    DropDivisionForm,
    HandOnForm,
    LinkForm,
    ReopenForm,
)
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import options, read, row_id
from casework.web.security import requires

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from casework.services.desk import Desk
    from casework.web.fields import ActForm

_BOTH = ["GET", "POST"]


@bp.route("/cases/<int:case_id>/divide", methods=_BOTH)
@requires(Permission.ASSIGN)
def divide(case_id: int) -> ResponseReturnValue:
    """分给其他科室."""
    form = DivideForm()
    handlers = list_handlers(db.session(), get_head(case_id).agency_id)
    form.handler_id.choices = options(
        [(0, "暂不指定"), *((p.id, f"{p.unit} {p.name}".strip()) for p in handlers)]
    )
    return run_act(
        case_id,
        Action.DIVIDE,
        form,
        lambda desk: assignment.divide(
            desk,
            case_id,
            Division(
                unit=form.unit.data or "",
                asked=form.asked.data or "",
                due_on=read(form.due_on),
                handler_id=form.handler_id.data or None,
            ),
            version=form.version.data,
        ),
        units=list(dict.fromkeys(p.unit for p in handlers if p.unit)),
    )


@bp.route("/cases/<int:case_id>/divisions/<int:assignment_id>/answer", methods=_BOTH)
@requires(Permission.DRAFT)
def answer_division(case_id: int, assignment_id: int) -> ResponseReturnValue:
    """登记科室反馈."""
    form = DivisionAnswerForm()
    return _on_part(
        case_id,
        assignment_id,
        Action.ANSWER_DIVISION,
        form,
        lambda desk: assignment.answer_division(
            desk,
            case_id,
            assignment_id,
            on=read(form.on),
            answer=form.answer.data or "",
            version=form.version.data,
        ),
    )


@bp.route("/cases/<int:case_id>/divisions/<int:assignment_id>/drop", methods=_BOTH)
@requires(Permission.ASSIGN)
def drop_division(case_id: int, assignment_id: int) -> ResponseReturnValue:
    """撤回分办."""
    form = DropDivisionForm()
    return _on_part(
        case_id,
        assignment_id,
        Action.DROP_DIVISION,
        form,
        lambda desk: assignment.drop_division(
            desk,
            case_id,
            assignment_id,
            reason=form.reason.data or "",
            version=form.version.data,
        ),
    )


@bp.route("/cases/<int:case_id>/link", methods=_BOTH)
@requires(Permission.LINK)
def link(case_id: int) -> ResponseReturnValue:
    """关联案件."""
    form = LinkForm()
    if not form.is_submitted():
        form.number.data = request.args.get("number", "")
        wanted = request.args.get("kind", "")
        form.kind.data = wanted if wanted in set(LinkKind) else LinkKind.RELATED.value
    return run_act(
        case_id,
        Action.LINK,
        form,
        lambda desk: linking.link(
            desk,
            case_id,
            number=form.number.data or "",
            kind=LinkKind(form.kind.data),
            version=form.version.data,
        ),
    )


@bp.post("/cases/<int:case_id>/links/<int:link_id>/remove")
@requires(Permission.LINK)
def unlink(case_id: int, link_id: int) -> ResponseReturnValue:
    """取消关联, at both ends."""
    version = request.form.get("version", type=row_id)
    linking.unlink(surroundings.current_desk(), case_id, link_id, version=version)
    flash("已取消关联，两件的页面上都不再显示")
    return redirect(url_for("cases.show", case_id=case_id, _anchor="team"))


@bp.route("/cases/<int:case_id>/hand-on", methods=_BOTH)
@requires(Permission.ASSIGN)
def hand_on(case_id: int) -> ResponseReturnValue:
    """转办其他机关 (第三十六条第五项)."""
    form = HandOnForm()
    head = get_head(case_id)
    root = f"/{head.agency_path.split('/')[1]}/"
    form.agency_id.choices = options(
        [
            (0, "请选择"),
            *(
                (one.id, f"{'　' * one.depth}{one.name}")
                for one in list_agencies(db.session(), under=root)
                if one.id != head.agency_id and one.is_active
            ),
        ]
    )
    return run_act(
        case_id,
        Action.HAND_ON,
        form,
        lambda desk: handing_on.hand_on(
            desk,
            case_id,
            HandOn(
                agency_id=form.agency_id.data or 0,
                reason=form.reason.data or "",
                told=form.told.data or "",
            ),
            folder=attachment_folder(),
            version=form.version.data,
        ),
    )


@bp.route("/cases/<int:case_id>/deem-abandoned", methods=_BOTH)
@requires(Permission.KEEP_TIME)
def deem_abandoned(case_id: int) -> ResponseReturnValue:
    """视为放弃申请 (第三十条)."""
    form = AbandonForm()
    clock = get_head(case_id).clock
    events = clock.events if clock else ()
    asked = [e.on for e in events if e.kind is ClockEventKind.CORRECTION_REQUESTED]
    return run_act(
        case_id,
        Action.DEEM_ABANDONED,
        form,
        lambda desk: timekeeping.deem_abandoned(
            desk,
            case_id,
            on=read(form.on),
            reason=form.reason.data or "",
            version=form.version.data,
        ),
        notified_on=max(asked, default=None),
        correct_by=correct_by(max(asked), surroundings.calendar()) if asked else None,
    )


@bp.route("/cases/<int:case_id>/reopen", methods=_BOTH)
@requires(Permission.REOPEN)
def reopen(case_id: int) -> ResponseReturnValue:
    """重开，重新答复."""
    form = ReopenForm()
    file = get_case_file(db.session(), surroundings.current_actor(), case_id)
    ordering = [one for one in file.reliefs if one.result is ReliefResult.CORRECTED]
    form.relief_id.choices = options(
        [
            (0, "不是，本机关自行纠正"),
            *((one.id, f"{one.kind.label} {one.body}") for one in ordering),
        ]
    )
    closed_on = file.head.closed_on
    return run_act(
        case_id,
        Action.REOPEN,
        form,
        lambda desk: reopening.reopen(
            desk,
            case_id,
            reason=form.reason.data or "",
            relief_id=form.relief_id.data or None,
            counts_from=form.counts_from.data,
            due_on=form.due_on.data,
            version=form.version.data,
        ),
        file=file,
        is_public=closed_on is not None
        and figures_are_public(closed_on.year, surroundings.today()),
    )


def _on_part(
    case_id: int,
    assignment_id: int,
    action: Action,
    form: ActForm,
    act: Callable[[Desk], object],
) -> ResponseReturnValue:
    if form.validate_on_submit():
        with rules_shown_on(form):
            act(surroundings.current_desk())
            flash(f"已办：{action.label}")
            return redirect(url_for("cases.show", case_id=case_id, _anchor="team"))
    head = get_head(case_id)
    parts = list_parts(db.session(), case_id)
    if request.method == "GET":
        decide(head.facts, action, surroundings.current_actor())
        form.version.data = head.version
    page = render_template(
        f"cases/{action.value}.html",
        form=form,
        head=head,
        action=action,
        part=next((part for part in parts if part.id == assignment_id), None),
    )
    return page, status_of(form)
