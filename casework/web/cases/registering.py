"""登记: one page, in the order of the paper form; “重新推算” computes and keeps nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from casework.domain.application import Channel, ReceiptMode
from casework.domain.clock_events import ClockFacts
from casework.domain.errors import RuleBroken
from casework.domain.permissions import Permission
from casework.domain.receipt import receipt_rule, validate_receipt
from casework.domain.statutes import STATUTES, Rule, StatuteCode, statute_for
from casework.domain.text import clean_text
from casework.extensions import db
from casework.queries.agencies import list_agencies
from casework.queries.case_page import list_earlier
from casework.services import registration
from casework.web import surroundings
from casework.web.cases import bp
from casework.web.cases.acting import get_head
from casework.web.cases.registration_form import RegistrationForm
from casework.web.errors import rules_shown_on, status_of
from casework.web.explanation import Deadline, explain
from casework.web.fields import options
from casework.web.filters import day_and_week
from casework.web.security import requires

if TYPE_CHECKING:
    from datetime import date

    from flask.typing import ResponseReturnValue

    from casework.domain.receipt import ReceiptRule
    from casework.domain.statutes import Statute


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """期限推算 for a receipt day: both limits, and by when a correction must be asked for."""

    deadline: Deadline
    correct_by: date | None
    correction_basis: str


@bp.route("/register", methods=["GET", "POST"])
@requires(Permission.REGISTER)
def register() -> ResponseReturnValue:
    """登记 an application (条例第二十九条、第三十一条)."""
    person = surroundings.current_person()
    form = RegistrationForm()
    agencies = list_agencies(db.session(), under=person.actor.agency_path)
    form.agency_id.choices = options((row.id, "　" * row.depth + row.name) for row in agencies)
    if not form.is_submitted():
        wanted = request.args.get("channel", "")
        form.open_for(Channel(wanted) if wanted in set(Channel) else None)
        form.agency_id.data = person.agency_id
    only_reckons = request.form.get("do") == "reckon"
    if not only_reckons and form.validate_on_submit():
        with rules_shown_on(form):
            key = registration.register(
                surroundings.current_desk(),
                form.application(),
                agency_id=form.agency_id.data or person.agency_id,
                nonce=form.nonce.data or None,
            )
            flash(_registered(key.id))
            if request.form.get("do") == "next":
                return redirect(url_for("cases.register", channel=form.mode.channel.value))
            return redirect(url_for("cases.show", case_id=key.id))
    if only_reckons:
        _show_unreadable_dates(form)
    statute = _statute(form)
    rule = receipt_rule(form.mode, statute.code)
    page = render_template(
        "cases/register.html",
        form=form,
        agencies=agencies,
        mode=form.mode,
        rule=rule,
        modes=[(mode, receipt_rule(mode, statute.code)) for mode in ReceiptMode],
        forecast=_forecast(form, statute),
        earlier=list_earlier(
            db.session(),
            person.actor,
            name=clean_text(form.name.data or ""),
            request_text=form.request_text.data or "",
        ),
        receipt_label=_receipt_label(rule),
    )
    return page, 200 if only_reckons else status_of(form)


def _registered(case_id: int) -> str:
    head = get_head(case_id)
    if head.office_due_on is None:
        return f"已登记 {head.number}。收到日期尚未确认，期限不起算，请尽快与申请人确认"
    return f"已登记 {head.number}，应答复日 {day_and_week(head.office_due_on)}"


def _statute(form: RegistrationForm) -> Statute:
    """Return the regulation that is picked, else that of the day the form names, else today's."""
    if form.chosen_statute is not None:
        return STATUTES[form.chosen_statute]
    named = form.received_on.data or form.arrived_on.data or form.submitted_on.data
    try:
        return statute_for(named or surroundings.today())
    except RuleBroken:
        return STATUTES[StatuteCode.REGULATION_2019]


def _forecast(form: RegistrationForm, statute: Statute) -> Forecast | None:
    received_on = form.received_on.data
    if received_on is None:
        return None
    today, calendar = surroundings.today(), surroundings.calendar()
    try:
        validate_receipt(received_on=received_on, today=today)
    except RuleBroken:
        return None  # saving says so, on the field
    limit = statute.correction_notice_days
    return Forecast(
        deadline=explain(
            ClockFacts(received_on=received_on, statute=form.chosen_statute),
            calendar,
            today=today,
            office_days=surroundings.office_days(),
        ),
        correct_by=calendar.add(received_on, limit) if limit else None,
        correction_basis=statute.article(Rule.CORRECTION),
    )


def _receipt_label(rule: ReceiptRule) -> str:
    return f"收到日期（{rule.basis.label}）"


def _show_unreadable_dates(form: RegistrationForm) -> None:
    for field in form:
        field.errors = list(field.process_errors)
