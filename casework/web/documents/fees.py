"""收费: the calculator, the notice and the payment."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from wtforms import DecimalField, IntegerField, RadioField, TextAreaField

from casework.domain.errors import RuleBroken
from casework.domain.fees import COST_KINDS, Cost, FeeBasis, check_tariff
from casework.domain.permissions import Permission
from casework.domain.statutes import StatuteCode
from casework.extensions import db
from casework.queries.case_page import get_case_head
from casework.services import fees
from casework.services.fees import FeeCount
from casework.web import surroundings
from casework.web.documents import bp
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import ActForm, DayField, long_text_limits, options, read, short_text
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from casework.domain.fees import Fee

_BOTH = ["GET", "POST"]


class FeeForm(ActForm):
    """What is counted, and how to pay."""

    basis = RadioField(
        "计收方式",
        choices=options((basis.value, basis.label) for basis in FeeBasis),
        default=FeeBasis.ITEMS.value,
        validate_choice=False,
    )
    earlier = IntegerField("本月此前已计件数", default=0)
    items = IntegerField("本件计为几件", default=1)
    pages = IntegerField("本件提供的页数", default=0)
    payment_method = TextAreaField("缴纳方式", validators=long_text_limits("缴纳方式"))


class PaymentForm(ActForm):
    """登记缴费."""

    on = DayField("缴费日期", required="请填申请人缴费的日期", default=surroundings.today)
    amount = DecimalField("缴费金额（元）", places=2)
    receipt = short_text("财政票据号码")


class CostForm(ActForm):
    """2007年条例的成本费用: a quantity and a price for each kind."""


for _at, _name in enumerate(COST_KINDS):
    setattr(CostForm, f"quantity_{_at}", IntegerField(f"{_name}数量", default=0))
    setattr(
        CostForm, f"price_{_at}", DecimalField(f"{_name}单价（元）", places=2, default=Decimal(0))
    )


@bp.route("/cases/<int:case_id>/fee", methods=_BOTH)
@requires(Permission.KEEP_TIME)
def fee(case_id: int) -> ResponseReturnValue:
    """Count, see the working, and issue 收费通知 (国办函〔2020〕109号)."""
    head = get_case_head(db.session(), surroundings.current_actor(), case_id)
    if head.statute is StatuteCode.REGULATION_2007:
        return redirect(url_for("documents.costs", case_id=case_id))
    desk = surroundings.current_desk()
    proposal = fees.propose_fee(desk, case_id)
    form = FeeForm()
    if not form.is_submitted():
        form.version.data = head.version
        form.earlier.data = proposal.earlier
    worked: Fee | None = None
    if form.validate_on_submit():
        with rules_shown_on(form):
            check_tariff(head.statute.value, surroundings.today())
            count = _count(form)
            worked = count.fee()
            if request.form.get("do") == "notice":
                key = fees.notice_fee(
                    desk,
                    case_id,
                    count,
                    payment_method=form.payment_method.data or "",
                    version=form.version.data,
                )
                flash(f"{key.number} 已出具收费通知，缴费之前期限不计")
                return redirect(url_for("cases.show", case_id=case_id, _anchor="docs"))
    page = render_template(
        "documents/fee.html", form=form, head=head, proposal=proposal, worked=worked
    )
    return page, status_of(form)


@bp.route("/cases/<int:case_id>/fee-payment", methods=_BOTH)
@requires(Permission.KEEP_TIME)
def fee_payment(case_id: int) -> ResponseReturnValue:
    """登记缴费: the reply period begins anew."""
    desk = surroundings.current_desk()
    head = get_case_head(db.session(), surroundings.current_actor(), case_id)
    waiting = fees.find_open_fee(desk, case_id)
    if waiting is None:
        raise RuleBroken("payment_without_notice", "本案没有待缴的收费通知")
    form = PaymentForm()
    if not form.is_submitted():
        form.version.data = head.version
        form.amount.data = waiting.amount
    if form.validate_on_submit():
        with rules_shown_on(form):
            key = fees.record_payment(
                desk,
                case_id,
                on=read(form.on),
                amount=form.amount.data or Decimal(0),
                receipt=form.receipt.data or "",
                version=form.version.data,
            )
            flash(f"{key.number} 已登记缴费，答复期限自缴费次日起重新计算")
            return redirect(url_for("cases.show", case_id=case_id))
    page = render_template("documents/fee_payment.html", form=form, head=head, waiting=waiting)
    return page, status_of(form)


@bp.route("/cases/<int:case_id>/costs", methods=_BOTH)
@requires(Permission.KEEP_TIME)
def costs(case_id: int) -> ResponseReturnValue:
    """收取成本费用 (2007年条例第二十七条)."""
    head = get_case_head(db.session(), surroundings.current_actor(), case_id)
    form = CostForm()
    if not form.is_submitted():
        form.version.data = head.version
    if form.validate_on_submit():
        with rules_shown_on(form):
            key = fees.recover_costs(
                surroundings.current_desk(),
                case_id,
                [
                    Cost(name, form[f"quantity_{at}"].data, form[f"price_{at}"].data or Decimal(0))
                    for at, name in enumerate(COST_KINDS)
                    if form[f"quantity_{at}"].data
                ],
                version=form.version.data,
            )
            flash(f"{key.number} 已登记成本费用")
            return redirect(url_for("cases.show", case_id=case_id))
    page = render_template("documents/costs.html", form=form, head=head, kinds=COST_KINDS)
    return page, status_of(form)


def _count(form: FeeForm) -> FeeCount:
    chosen = form.basis.data
    return FeeCount(
        basis=FeeBasis(chosen) if chosen in set(FeeBasis) else FeeBasis.ITEMS,
        items=form.items.data or 0,
        earlier=form.earlier.data or 0,
        pages=form.pages.data or 0,
    )
