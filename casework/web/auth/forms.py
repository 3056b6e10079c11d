"""The forms of the door: log-in, second step, password."""

from __future__ import annotations

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired

from casework.web.fields import PageForm


class LogInForm(PageForm):
    """用户名 and 密码; ``next`` is where the person was going."""

    login = StringField("用户名", validators=[InputRequired("请填用户名")])
    password = PasswordField("密码", validators=[InputRequired("请填密码")])
    next = HiddenField()


class CodeForm(PageForm):
    """验证码 of the authenticator, or a recovery code."""

    code = StringField("验证码", validators=[InputRequired("请填验证码")])
    next = HiddenField()


class EndSecondStepForm(PageForm):
    """停用二次验证, with both proofs."""

    password = PasswordField("现在的密码", validators=[InputRequired("请填现在的密码")])
    code = StringField("验证码或者恢复码", validators=[InputRequired("请填验证码或者恢复码")])


class PasswordForm(PageForm):
    """更换密码; the new one is typed twice."""

    old = PasswordField("现在的密码", validators=[InputRequired("请填现在的密码")])
    password = PasswordField("新密码", validators=[InputRequired("请填新密码")])
    again = PasswordField(
        "再填一次新密码", validators=[EqualTo("password", "两次填的新密码不一样，请重新填写")]
    )
