"""Pages of 会商 and 更正: what happens beside the road of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from casework.domain.amendments import (
    BASIS,
    AmendmentClaim,
    AmendmentDecision,
    AmendmentOutcome,
    outcomes_under,
)
from casework.domain.errors import NotFound
from casework.domain.permissions import Permission
from casework.domain.workflow import Action, decide
from casework.extensions import db
from casework.queries.case_side import list_amendments
from casework.services import amendment, conferral
from casework.services.conferral import Talk
from casework.web import surroundings
from casework.web.cases import bp
from casework.web.cases.acting import get_head, run_act
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import ActForm, DayField, long_text_limits, options, read, short_text
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_BOTH = ["GET", "POST"]


class ConferForm(ActForm):
    """登记会商."""

    held_on = DayField("会商日期", required="请填会商的日期", default=surroundings.today)
    parties = short_text("与谁会商")
    matter = TextAreaField("会商的事项", validators=long_text_limits("会商的事项"))
    agreed = TextAreaField("会商的结果", validators=long_text_limits("会商的结果"))


class AskAmendmentForm(ActForm):
    """登记更正申请."""

    asked_on = DayField("收到日期", required="请填收到更正申请的日期", default=surroundings.today)
    record = TextAreaField("申请更正的记录", validators=long_text_limits("申请更正的记录"))
    claim = TextAreaField("申请人的主张", validators=long_text_limits("申请人的主张"))
    evidence = TextAreaField("提供的证据", validators=long_text_limits("提供的证据"))


class DecideAmendmentForm(ActForm):
    """登记更正结果."""

    outcome = RadioField("审核结果", validators=[InputRequired("请选审核结果")])
    decided_on = DayField("审核日期", required="请填审核的日期", default=surroundings.today)
    body = short_text("有权更正的机关")
    result = TextAreaField("更正内容或者理由", validators=long_text_limits("更正内容或者理由"))


@bp.route("/cases/<int:case_id>/confer", methods=_BOTH)
@requires(Permission.KEEP_TIME)
def confer(case_id: int) -> ResponseReturnValue:
    """登记会商 (第十一条)."""
    form = ConferForm()
    return run_act(
        case_id,
        Action.CONFER,
        form,
        lambda desk: conferral.confer(
            desk,
            case_id,
            Talk(
                held_on=read(form.held_on),
                parties=form.parties.data or "",
                matter=form.matter.data or "",
                agreed=form.agreed.data or "",
            ),
            version=form.version.data,
        ),
    )


@bp.route("/cases/<int:case_id>/ask-amendment", methods=_BOTH)
@requires(Permission.REGISTER)
def ask_amendment(case_id: int) -> ResponseReturnValue:
    """登记更正申请 (第四十一条)."""
    form = AskAmendmentForm()
    return run_act(
        case_id,
        Action.ASK_AMENDMENT,
        form,
        lambda desk: amendment.ask_amendment(
            desk,
            case_id,
            AmendmentClaim(
                asked_on=read(form.asked_on),
                record=form.record.data or "",
                claim=form.claim.data or "",
                evidence=form.evidence.data or "",
            ),
            version=form.version.data,
        ),
        basis=BASIS[get_head(case_id).statute],
    )


@bp.route("/cases/<int:case_id>/amendments/<int:amendment_id>", methods=_BOTH)
@requires(Permission.DRAFT)
def decide_amendment(case_id: int, amendment_id: int) -> ResponseReturnValue:
    """登记更正结果 (第四十一条)."""
    form = DecideAmendmentForm()
    head = get_head(case_id)
    form.outcome.choices = options((one.value, one.label) for one in outcomes_under(head.statute))
    asked = next(
        (one for one in list_amendments(db.session(), case_id) if one.id == amendment_id), None
    )
    if asked is None:
        raise NotFound("本案没有这项更正申请")
    if form.validate_on_submit():
        with rules_shown_on(form):
            key = amendment.decide_amendment(
                surroundings.current_desk(),
                case_id,
                amendment_id,
                AmendmentDecision(
                    outcome=AmendmentOutcome(form.outcome.data),
                    decided_on=read(form.decided_on),
                    result=form.result.data or "",
                    body=form.body.data or "",
                ),
                version=form.version.data,
            )
            flash(f"{key.number} 已登记更正结果，请由签发人出具更正告知书")
            return redirect(url_for("cases.show", case_id=case_id, _anchor="amend"))
    if request.method == "GET":
        decide(head.facts, Action.DECIDE_AMENDMENT, surroundings.current_actor())
        form.version.data = head.version
    page = render_template(
        "cases/decide_amendment.html",
        form=form,
        head=head,
        action=Action.DECIDE_AMENDMENT,
        asked=asked,
        basis=BASIS[head.statute],
    )
    return page, status_of(form)
