"""The forms of 审核 and 签发, bound to the exact text that was on the screen."""

from __future__ import annotations

from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired

from casework.web.fields import ActForm, long_text_limits


class ReviewForm(ActForm):
    """审核通过 or 退回; ``text_hash`` is of the text the reviewer has read."""

    text_hash = HiddenField(validators=[InputRequired("页面缺少稿件的校验值，请重新打开审核页")])
    opinion = TextAreaField("审核意见", validators=long_text_limits("审核意见"))


class RefuseForm(ActForm):
    """不予签发."""

    reason = TextAreaField("退回意见", validators=long_text_limits("退回意见"))


class BypassForm(ActForm):
    """略过本环节."""

    reason = TextAreaField("略过的理由", validators=long_text_limits("略过的理由"))
