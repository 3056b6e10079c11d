"""审核流程 of an office, 略过 of one step, and the monthly list of what was passed over."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from wtforms import IntegerField, SelectField
from wtforms.validators import Optional

from casework.domain.permissions import Permission
from casework.domain.review_chain import StepKind
from casework.domain.workflow import Action, decide
from casework.extensions import db
from casework.queries.agencies import list_agencies
from casework.queries.case_page import get_case_head
from casework.queries.review_chain import list_bypasses, list_chain
from casework.services import review as reviewing
from casework.services import review_chain
from casework.web import surroundings
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import PageForm, options, row_id
from casework.web.review import bp
from casework.web.review.forms import BypassForm
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_MONTHS_BACK = 12


class _ChainFields(PageForm):
    agency_id = SelectField("机关", coerce=row_id, validate_choice=False)

    def kinds(self) -> list[StepKind]:
        """Return the steps that were given a place, in its order."""
        placed = [(self[kind.value].data, kind) for kind in StepKind if self[kind.value].data]
        return [kind for _, kind in sorted(placed, key=lambda pair: pair[0])]


ChainForm = type(
    "ChainForm",
    (_ChainFields,),
    {kind.value: IntegerField(kind.label, validators=[Optional()]) for kind in StepKind},
)
"""One place per step; an empty one leaves the step out."""


@bp.route("/admin/review-chain", methods=["GET", "POST"])
@requires(Permission.MANAGE_AGENCIES)
def chain() -> ResponseReturnValue:
    """Show and change which steps the drafts of an agency pass, in which order."""
    person = surroundings.current_person()
    form = ChainForm()
    agencies = list_agencies(db.session(), under=person.actor.agency_path)
    form.agency_id.choices = options((row.id, "　" * row.depth + row.name) for row in agencies)
    agency_id = form.agency_id.data if form.is_submitted() else None
    agency_id = agency_id or request.args.get("agency", person.agency_id, type=row_id)
    if form.validate_on_submit():
        with rules_shown_on(form):
            moved = review_chain.set_chain(surroundings.current_desk(), agency_id, form.kinds())
            on = f"，{moved} 件在审案件转入待签发" if moved else ""
            flash(f"审核流程已经改定{on}")
            return redirect(url_for("review.chain", agency=agency_id))
    else:
        form.agency_id.data = agency_id
        if not form.is_submitted():
            for place, kind in enumerate(list_chain(db.session(), agency_id), start=1):
                form[kind.value].data = place
    page = render_template(
        "review/chain.html",
        form=form,
        agencies=agencies,
        kinds=StepKind,
        chain=list_chain(db.session(), agency_id),
        agency_id=agency_id,
    )
    return page, status_of(form)


@bp.route("/cases/<int:case_id>/bypass-step", methods=["GET", "POST"])
@requires(Permission.BYPASS_REVIEW)
def bypass_step(case_id: int) -> ResponseReturnValue:
    """略过本环节, for a written reason that the monthly list shows."""
    form = BypassForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            key = reviewing.bypass_step(
                surroundings.current_desk(),
                case_id,
                reason=form.reason.data or "",
                version=form.version.data,
            )
            flash(f"{key.number} 已略过一个审核环节，列入本月清单")
            return redirect(url_for("cases.show", case_id=case_id, _anchor="draft"))
    head = get_case_head(db.session(), surroundings.current_actor(), case_id)
    if request.method == "GET":
        decide(head.facts, Action.BYPASS_STEP, surroundings.current_actor())
        form.version.data = head.version
    page = render_template(
        "review/bypass_step.html", form=form, head=head, action=Action.BYPASS_STEP
    )
    return page, status_of(form)


@bp.get("/review/bypasses")
@requires(Permission.VIEW_CASES)
def bypasses() -> ResponseReturnValue:
    """List the review steps passed over in one month; ``?month=2026-09``."""
    first = _month(request.args.get("month", ""))
    last = first.replace(day=monthrange(first.year, first.month)[1])
    rows = list_bypasses(db.session(), surroundings.current_actor(), first=first, last=last)
    return render_template(
        "review/bypasses.html", rows=rows, month=first, months=_months(surroundings.today())
    )


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return surroundings.today().replace(day=1)


def _months(today: date) -> list[date]:
    months = [today.replace(day=1)]
    while len(months) < _MONTHS_BACK:
        year, month = months[-1].year, months[-1].month
        months.append(date(year - (month == 1), month - 1 or 12, 1))
    return months
