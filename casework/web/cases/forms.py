"""The forms of the acts on a case; their fields bear the names the services complain about."""

from __future__ import annotations

from wtforms import BooleanField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired

from casework.domain.application import DeliveryMethod, ReliefKind, ReliefResult
from casework.domain.statutes import Party
from casework.web import surroundings
from casework.web.fields import (
    ActForm,
    DayField,
    PageForm,
    long_text_limits,
    options,
    row_id,
    short_text,
)

_METHODS = options((method.value, method.label) for method in DeliveryMethod)


class PlainActForm(ActForm):
    """An act that asks for nothing but the wish to do it."""


class CloseForm(ActForm):
    """办结; a late case says why and through whom."""

    cause = TextAreaField("逾期的原因", validators=long_text_limits("逾期的原因"))
    unit = short_text("负责的科室")


class ConfirmReceiptForm(ActForm):
    """确认收到日期."""

    received_on = DayField(
        "双方确认之日", required="请填与申请人确认收到的日期", default=surroundings.today
    )


class CorrectReceiptForm(ActForm):
    """更正收到日期."""

    received_on = DayField("正确的收到日期", required="请填正确的收到日期")
    reason = TextAreaField("更正原因", validators=long_text_limits("更正原因"))


class AssignForm(ActForm):
    """分办."""

    unit = short_text("承办单位")
    handler_id = SelectField("承办人", coerce=row_id, validate_choice=False)


class RequestCorrectionForm(ActForm):
    """告知补正."""

    on = DayField("告知日期", required="请填告知申请人的日期", default=surroundings.today)
    reason = TextAreaField("需要补正的事项", validators=long_text_limits("需要补正的事项"))


class ReceiveCorrectionForm(ActForm):
    """收到补正."""

    on = DayField("收到补正的日期", required="请填收到补正的日期", default=surroundings.today)
    content = TextAreaField("补正的内容", validators=long_text_limits("补正的内容"))


class StartConsultationForm(ActForm):
    """征求意见."""

    party = RadioField(
        "征求谁的意见",
        default=Party.THIRD_PARTY.value,
        validators=[InputRequired("请选征求谁的意见")],
    )
    whom = short_text("对象")
    on = DayField("发出日期", required="请填征求意见书发出的日期", default=surroundings.today)
    reason = TextAreaField("征求的内容", validators=long_text_limits("征求的内容"))


class EndConsultationForm(ActForm):
    """收到意见."""

    party = RadioField("谁的意见", validators=[InputRequired("请选是谁的意见")])
    on = DayField("收到意见的日期", required="请填收到意见的日期", default=surroundings.today)
    opinion = TextAreaField("意见", validators=long_text_limits("意见"))


class ExtendForm(ActForm):
    """延期."""

    days = IntegerField("延长的工作日数")
    on = DayField("告知申请人的日期", required="请填告知申请人的日期", default=surroundings.today)
    reason = TextAreaField("延期理由", validators=long_text_limits("延期理由"))

    def validate_days(self, field: IntegerField) -> None:
        """Ask for a number where none could be read."""
        if field.data is None:
            field.errors = ["请填 1 到 20 之间的整数，单位是工作日"]


class DelayForm(ActForm):
    """确定延迟答复的合理期限."""

    days = IntegerField("延迟的工作日数")
    on = DayField("告知申请人的日期", required="请填告知申请人的日期", default=surroundings.today)
    reason = TextAreaField("理由", validators=long_text_limits("理由"))

    def validate_days(self, field: IntegerField) -> None:
        """Ask for a number where none could be read."""
        if field.data is None:
            field.errors = ["请填 1 以上的整数，单位是工作日"]


class WithdrawForm(ActForm):
    """申请人撤回."""

    on = DayField("撤回日期", required="请填申请人撤回的日期", default=surroundings.today)
    reason = TextAreaField("撤回的方式和经过", validators=long_text_limits("撤回的方式和经过"))


class DispatchForm(ActForm):
    """登记送达."""

    method = RadioField("送达方式", choices=_METHODS, validators=[InputRequired("请选送达方式")])
    handed_over_on = DayField(
        "答复日期", required="请填答复日期：邮寄填交邮之日，直接送达填签收之日"
    )
    mail_number = short_text("邮件号码")
    signed_on = DayField("申请人签收日期")
    note = short_text("备注")


class ReliefForm(ActForm):
    """登记复议、诉讼."""

    kind = RadioField(
        "类别",
        choices=options((kind.value, kind.label) for kind in ReliefKind),
        validators=[InputRequired("请选行政复议还是行政诉讼")],
    )
    body = short_text("复议机关或者法院")
    reference = short_text("复议、诉讼案号", longest=64)
    filed_on = DayField("受理日期", required="请填受理日期")
    notified_on = DayField("收到副本日期")
    simplified = BooleanField("适用简易程序")
    result = SelectField(
        "结果",
        choices=options((result.value, result.label) for result in ReliefResult),
        default=ReliefResult.PENDING.value,
    )
    decided_on = DayField("结案日期")


class ReliefNoticeForm(ActForm):
    """登记收到副本."""

    notified_on = DayField("收到副本日期", required="请填收到副本的日期")
    reference = short_text("复议、诉讼案号", longest=64)
    simplified = BooleanField("适用简易程序")


class ReliefAnswerForm(ActForm):
    """登记答复、举证."""

    answered_on = DayField(
        "提交答复、证据的日期", required="请填提交的日期", default=surroundings.today
    )


class ReliefResultForm(ActForm):
    """登记复议、诉讼的结果."""

    result = SelectField(
        "结果",
        choices=options(
            (result.value, result.label)
            for result in ReliefResult
            if result is not ReliefResult.PENDING
        ),
    )
    decided_on = DayField("结案日期", required="请填结案日期")


class RevealForm(PageForm):
    """显示申请人全部信息."""

    reason = short_text("查看的原因")
