"""我的待办: one page per person; 代理 for absences, 移交 of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from wtforms import SelectField, SelectMultipleField, TextAreaField

from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Permission
from casework.domain.template_parts import AnswerPassages
from casework.extensions import db
from casework.queries import inbox as waiting
from casework.queries.desk import list_open
from casework.queries.open_deliveries import list_open_deliveries
from casework.queries.open_fees import list_unpaid_fees
from casework.queries.people import list_handlers
from casework.queries.template_versions import list_waiting
from casework.services import staffing
from casework.web import surroundings
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import DayField, PageForm, long_text_limits, options, read, row_id
from casework.web.inbox import bp
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_BOTH = ["GET", "POST"]


class StandInForm(PageForm):
    """指定代理人."""

    by_id = SelectField("代理人", coerce=row_id, validate_choice=False)
    first_on = DayField("第一天", required="请填第一天", default=surroundings.today)
    last_on = DayField("最后一天", required="请填最后一天")


class HandOverForm(PageForm):
    """移交."""

    cases = SelectMultipleField("案件", coerce=row_id, validate_choice=False)
    to_id = SelectField("移交给", coerce=row_id, validate_choice=False)
    reason = TextAreaField("移交的原因", validators=long_text_limits("移交的原因"))


@bp.get("/inbox")
@requires(Permission.VIEW_CASES)
def index() -> ResponseReturnValue:
    """Show what waits for this person, by due day, and for those they stand in for."""
    session, viewer = db.session(), surroundings.current_viewer()
    actor, today = viewer.actor, viewer.today
    stand_ins = waiting.list_stand_ins(session, actor, today=today)
    covered = [
        (row, waiting.list_cases_of(session, viewer, row.absent_id))
        for row in stand_ins
        if row.absent_id != actor.user_id and row.first_on <= today
    ]
    return render_template(
        "inbox/index.html",
        page=list_open(session, viewer, mine=True),
        mentions=waiting.list_mentions(session, actor),
        parts=waiting.list_my_parts(session, actor),
        duties=waiting.list_relief_duties(session, viewer),
        new_answers=waiting.list_new_answers(session, viewer),
        returned=list_open_deliveries(session, actor) if actor.may(Permission.DISPATCH) else [],
        unpaid=list_unpaid_fees(session, actor, viewer.calendar, today=today)
        if actor.may(Permission.KEEP_TIME)
        else [],
        proposals=list_waiting(session, actor) if actor.may(Permission.RELEASE_TEMPLATES) else [],
        names={part.value: part.short_label for part in (*LetterKind, *AnswerPassages)},
        stand_ins=stand_ins,
        covered=covered,
        left_behind=waiting.list_left_behind(session, viewer)
        if actor.may(Permission.ASSIGN)
        else [],
    )


@bp.route("/inbox/stand-in", methods=_BOTH)
@requires(Permission.VIEW_CASES)
def stand_in() -> ResponseReturnValue:
    """指定代理人 for one's own absence."""
    form = StandInForm()
    people = waiting.list_colleagues(db.session(), surroundings.current_actor())
    form.by_id.choices = options((p.id, f"{p.unit} {p.name}".strip()) for p in people)
    if form.validate_on_submit():
        with rules_shown_on(form):
            staffing.name_stand_in(
                surroundings.current_desk(),
                by_id=form.by_id.data or 0,
                first_on=read(form.first_on),
                last_on=read(form.last_on),
            )
            flash("已指定代理人")
            return redirect(url_for("inbox.index"))
    return render_template("inbox/stand_in.html", form=form), status_of(form)


@bp.post("/inbox/stand-ins/<int:stand_in_id>/end")
@requires(Permission.VIEW_CASES)
def end_stand_in(stand_in_id: int) -> ResponseReturnValue:
    """提前结束代理."""
    staffing.end_stand_in(surroundings.current_desk(), stand_in_id)
    flash("代理已经结束")
    return redirect(url_for("inbox.index"))


@bp.route("/inbox/hand-over", methods=_BOTH)
@requires(Permission.ASSIGN)
def hand_over() -> ResponseReturnValue:
    """移交 the open cases of one handler; ``?handler=`` or those nobody in office has."""
    session, viewer = db.session(), surroundings.current_viewer()
    form = HandOverForm()
    people = list_handlers(session, viewer.actor.agency_id or 0)
    form.to_id.choices = options((p.id, f"{p.unit} {p.name}".strip()) for p in people)
    handler_id = request.args.get("handler", type=row_id)
    if form.validate_on_submit():
        with rules_shown_on(form):
            count = staffing.hand_over(
                surroundings.current_desk(),
                form.cases.data or [],
                to_id=form.to_id.data or 0,
                reason=form.reason.data or "",
            )
            flash(f"已移交 {count} 件")
            return redirect(url_for("inbox.index"))
    rows = (
        waiting.list_cases_of(session, viewer, handler_id)
        if handler_id
        else waiting.list_left_behind(session, viewer)
    )
    page = render_template(
        "inbox/hand_over.html",
        form=form,
        rows=rows,
        people=people,
        loads=waiting.count_loads(session, viewer.actor),
        handler_id=handler_id,
    )
    return page, status_of(form)
