"""The log-in form."""

from __future__ import annotations

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from casework.web.fields import PageForm


class LogInForm(PageForm):
    """用户名 and 密码; ``next`` is where the person was going."""

    login = StringField("用户名", validators=[InputRequired("请填用户名")])
    password = PasswordField("密码", validators=[InputRequired("请填密码")])
    next = HiddenField()
