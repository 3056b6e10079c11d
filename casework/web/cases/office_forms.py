"""The forms of 分给其他科室, 关联案件, 视为放弃 and 重开."""

from __future__ import annotations

from wtforms import RadioField, SelectField, TextAreaField

from casework.domain.case_links import BY_HANDING_ON, LinkKind
from casework.web import surroundings
from casework.web.fields import ActForm, DayField, long_text_limits, options, row_id, short_text


class DivideForm(ActForm):
    """分给其他科室."""

    unit = short_text("科室")
    handler_id = SelectField("经办人", coerce=row_id, validate_choice=False)
    asked = TextAreaField("请该科室办什么", validators=long_text_limits("请该科室办什么"))
    due_on = DayField("反馈期限", required="请填该科室反馈的期限")


class DivisionAnswerForm(ActForm):
    """登记科室反馈."""

    on = DayField("反馈日期", required="请填反馈日期", default=surroundings.today)
    answer = TextAreaField("反馈意见", validators=long_text_limits("反馈意见"))


class DropDivisionForm(ActForm):
    """撤回分办."""

    reason = TextAreaField("撤回的原因", validators=long_text_limits("撤回的原因"))


class LinkForm(ActForm):
    """关联案件."""

    kind = RadioField(
        "本案与那一件的关系",
        choices=options((kind.value, kind.label) for kind in LinkKind if kind not in BY_HANDING_ON),
        default=LinkKind.RELATED.value,
    )
    number = short_text("那一件的申请编号", longest=64)


class HandOnForm(ActForm):
    """转办其他机关."""

    agency_id = SelectField("转给哪个机关", coerce=row_id, validate_choice=False)
    reason = TextAreaField("转办的理由", validators=long_text_limits("转办的理由"))
    told = TextAreaField("告知申请人的情况", validators=long_text_limits("告知申请人的情况"))


class AbandonForm(ActForm):
    """视为放弃申请."""

    on = DayField("认定日期", required="请填认定的日期", default=surroundings.today)
    reason = TextAreaField("未补正的情况", validators=long_text_limits("未补正的情况"))


class ReopenForm(ActForm):
    """重开."""

    relief_id = SelectField("是否复议、诉讼责令重新答复", coerce=row_id, validate_choice=False)
    counts_from = DayField("收到决定书、判决书的日期")
    due_on = DayField("重新答复的期限")
    reason = TextAreaField("重开的原因", validators=long_text_limits("重开的原因"))
