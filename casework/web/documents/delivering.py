"""送达: further attempts, signatures, returns, envelopes; and what came back and waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from wtforms import IntegerField, RadioField, SelectMultipleField
from wtforms.validators import InputRequired

from casework.domain.application import DeliveryMethod
from casework.domain.delivery import Attempt
from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.case_page import get_case_head
from casework.queries.mailings import list_mailings
from casework.queries.open_deliveries import list_open_deliveries
from casework.services import deliveries
from casework.web import surroundings
from casework.web.documents import bp
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import ActForm, DayField, PageForm, options, read, short_text
from casework.web.files import PDF, file_answer
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_BOTH = ["GET", "POST"]


class DeliverForm(ActForm):
    """One attempt."""

    method = RadioField(
        "送达方式",
        choices=options((method.value, method.label) for method in DeliveryMethod),
        validators=[InputRequired("请选送达方式")],
    )
    handed_over_on = DayField(
        "送达日期", required="请填送达日期：邮寄填交邮之日，直接、委托送达填签收之日"
    )
    mail_number = short_text("邮件号码")
    addressee = short_text("受送达人")
    address = short_text("送达地址")
    signed_on = DayField("签收日期")
    recipient = short_text("签收人")
    note = short_text("备注")


class SignatureForm(ActForm):
    """登记签收."""

    on = DayField("签收日期", required="请填签收日期", default=surroundings.today)
    recipient = short_text("签收人")


class ReturnForm(ActForm):
    """登记退回."""

    on = DayField("退回日期", required="请填退回的日期", default=surroundings.today)
    reason = short_text("退回原因")


@bp.get("/deliveries")
@requires(Permission.DISPATCH)
def open_deliveries() -> ResponseReturnValue:
    """List what came back and must be delivered again."""
    rows = list_open_deliveries(db.session(), surroundings.current_actor())
    return render_template("documents/open_deliveries.html", rows=rows)


@bp.route("/cases/<int:case_id>/documents/<int:document_id>/deliver", methods=_BOTH)
@requires(Permission.DISPATCH)
def deliver(case_id: int, document_id: int) -> ResponseReturnValue:
    """送达 one issued document, or once more one that came back (235号)."""
    form = DeliverForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            key = deliveries.deliver(
                surroundings.current_desk(),
                case_id,
                document_id,
                Attempt(
                    method=DeliveryMethod(form.method.data),
                    handed_over_on=read(form.handed_over_on),
                    mail_number=form.mail_number.data or "",
                    address=form.address.data or "",
                    addressee=form.addressee.data or "",
                    recipient=form.recipient.data or "",
                    signed_on=form.signed_on.data,
                    note=form.note.data or "",
                ),
                version=form.version.data,
            )
            flash(f"{key.number} 已登记送达，答复日期不变")
            return redirect(url_for("cases.show", case_id=case_id, _anchor="serve"))
    return _page("documents/deliver.html", form, case_id)


@bp.route("/cases/<int:case_id>/deliveries/<int:delivery_id>/signature", methods=_BOTH)
@requires(Permission.DISPATCH)
def signature(case_id: int, delivery_id: int) -> ResponseReturnValue:
    """登记签收."""
    form = SignatureForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            key = deliveries.record_signature(
                surroundings.current_desk(),
                case_id,
                delivery_id,
                on=read(form.on),
                recipient=form.recipient.data or "",
                version=form.version.data,
            )
            flash(f"{key.number} 已登记签收")
            return redirect(url_for("cases.show", case_id=case_id, _anchor="serve"))
    return _page("documents/signature.html", form, case_id)


@bp.route("/cases/<int:case_id>/deliveries/<int:delivery_id>/return", methods=_BOTH)
@requires(Permission.DISPATCH)
def returned(case_id: int, delivery_id: int) -> ResponseReturnValue:
    """登记退回: the document must be delivered again."""
    form = ReturnForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            key = deliveries.record_return(
                surroundings.current_desk(),
                case_id,
                delivery_id,
                on=read(form.on),
                reason=form.reason.data or "",
                version=form.version.data,
            )
            flash(f"{key.number} 已登记退回，须重新送达；答复日期不变")
            return redirect(url_for("cases.show", case_id=case_id, _anchor="serve"))
    return _page("documents/returned.html", form, case_id)


@bp.post("/cases/<int:case_id>/envelope")
@requires(Permission.DISPATCH)
def envelope(case_id: int) -> ResponseReturnValue:
    """Print an envelope to the applicant; the look at the address is recorded."""
    content = deliveries.print_envelope(surroundings.current_desk(), case_id)
    return file_answer(content, "信封", media_type=PDF)


class LabelsForm(PageForm):
    """Whom to print labels for, and where on the sheet to begin."""

    cases = SelectMultipleField("印给", coerce=int, validate_choice=False)
    first = IntegerField("从标签纸的第几枚开始", default=1)


@bp.route("/deliveries/labels", methods=_BOTH)
@requires(Permission.DISPATCH)
def labels() -> ResponseReturnValue:
    """Print address labels for what is about to be posted; every address shown is recorded."""
    form = LabelsForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            content = deliveries.print_labels(
                surroundings.current_desk(), form.cases.data or [], first=form.first.data or 1
            )
            return file_answer(content, "地址标签", media_type=PDF)
    if not form.is_submitted():
        form.cases.data = request.args.getlist("case", type=int)
    rows = list_mailings(db.session(), surroundings.current_actor())
    return render_template("documents/labels.html", form=form, rows=rows), status_of(form)


def _page(template: str, form: ActForm, case_id: int) -> ResponseReturnValue:
    head = get_case_head(db.session(), surroundings.current_actor(), case_id)
    if not form.is_submitted():
        form.version.data = head.version
    return render_template(template, form=form, head=head), status_of(form)
