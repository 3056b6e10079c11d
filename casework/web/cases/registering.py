"""登记: one page, in the order of the paper form; “重新推算” computes and keeps nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from casework.domain.application import Channel, ReceiptMode
from casework.domain.attachments import ENDINGS, LARGEST_FILE, MEGABYTE
from casework.domain.clock_events import ClockFacts
from casework.domain.errors import DomainError, RuleBroken
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Permission
from casework.domain.receipt import receipt_rule, validate_receipt
from casework.domain.statutes import STATUTES, Rule, StatuteCode, statute_for
from casework.extensions import db
from casework.queries.agencies import list_agencies
from casework.queries.similar_requests import find_help, typed_request
from casework.services import registration
from casework.services.procedural_letters import issue_as_suggested
from casework.services.unfinished import drop_unfinished, find_unfinished, keep_unfinished
from casework.web import surroundings
from casework.web.cases import bp
from casework.web.cases.acting import get_head
from casework.web.cases.registration_form import RegistrationForm
from casework.web.cases.together import take_files
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
    unfinished = None
    if not form.is_submitted():
        unfinished = find_unfinished(db.session(), person.actor, now=surroundings.now())
        if unfinished is not None and request.args.get("draft") == "1":
            form, unfinished = RegistrationForm(MultiDict(unfinished.fields)), None
            _show_unreadable_dates(form)
        else:
            wanted = request.args.get("channel", "")
            form.open_for(Channel(wanted) if wanted in set(Channel) else None)
            form.agency_id.data = person.agency_id
    form.agency_id.choices = options((row.id, "　" * row.depth + row.name) for row in agencies)
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
            take_files(key.id, form.files.data or ())
            drop_unfinished(surroundings.current_desk())
            return redirect(_next_page(key.id, form))
    if only_reckons:
        _show_unreadable_dates(form)
    if form.is_submitted():
        keep_unfinished(surroundings.current_desk(), _typed(form))
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
        help=find_help(
            db.session(),
            person.actor,
            typed_request(
                agency_id=form.agency_id.data or person.agency_id,
                request_text=form.request_text.data or "",
                name=form.name.data or "",
                id_number=form.id_number.data or "",
                phone=form.phone.data or "",
                statute=statute.code,
                received_on=form.received_on.data or surroundings.today(),
            ),
        ),
        receipt_label=_receipt_label(rule),
        unfinished=unfinished,
        endings=ENDINGS,
        megabytes=LARGEST_FILE // MEGABYTE,
    )
    return page, 200 if only_reckons or not form.is_submitted() else status_of(form)


@bp.post("/register/drop")
@requires(Permission.REGISTER)
def drop_draft() -> ResponseReturnValue:
    """丢掉: forget a form that was not finished."""
    drop_unfinished(surroundings.current_desk())
    flash("没有登记完的申请已经丢掉")
    return redirect(url_for("cases.register"))


def _typed(form: RegistrationForm) -> dict[str, str]:
    """Return what was typed, as it was typed; no token, no file."""
    return {
        name: value
        for name, value in request.form.items()
        if name in form and name not in {"csrf_token", "files"}
    }


def _next_page(case_id: int, form: RegistrationForm) -> str:
    """Return where 登记立号, 登记并录下一件 and 登记并打印回执 lead."""
    wish = request.form.get("do")
    if wish == "next":
        return url_for("cases.register", channel=form.mode.channel.value)
    if wish == "receipt":
        try:
            document_id = issue_as_suggested(
                surroundings.current_desk(), case_id, LetterKind.REGISTRATION_RECEIPT
            )
        except DomainError as error:
            flash(f"案件已登记，回执没有出具：{error.message}")
        else:
            return url_for("documents.show", case_id=case_id, document_id=document_id)
    return url_for("cases.show", case_id=case_id)


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
