"""The forms of the administrators."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import InputRequired

from casework.domain.passwords import PasswordProfile
from casework.domain.permissions import Role
from casework.web.fields import PageForm, options, row_id, short_text


class PersonForm(PageForm):
    """姓名, 机关, 科室, 证书; ``seen`` is the account as it was on the screen."""

    name = short_text("姓名", required="请填姓名", longest=60)
    agency_id = SelectField("机关", coerce=row_id, validate_choice=False)
    unit = short_text("科室", longest=60)
    certificate = short_text("证书（UKey）的主题")
    seen = HiddenField()


class NewPersonForm(PersonForm):
    """A new account has a log-in name besides."""

    login = short_text("用户名", required="请填用户名", longest=32)


class ReasonForm(PageForm):
    """An act that needs no more than a reason."""

    reason = short_text("原因", required="请写明原因")


class RolesForm(PageForm):
    """授予角色."""

    roles = SelectMultipleField(
        "角色", choices=options([(role.value, role.label) for role in Role])
    )
    reason = short_text("授予或者收回的原因", required="请写明授予或者收回的原因")
    seen = HiddenField()


class PolicyForm(PageForm):
    """安全策略."""

    profile = RadioField(
        "密码规则",
        coerce=PasswordProfile,
        choices=options((profile.value, profile.label) for profile in PasswordProfile),
    )
    code_roles = SelectMultipleField(
        "须用二次验证的角色",
        coerce=Role,
        choices=options((role.value, role.label) for role in Role),
    )
    sessions = IntegerField("一个账号最多同时登录几处", validators=[InputRequired("请填数目")])
    unused_days = IntegerField("多少天没有登录算长期未用", validators=[InputRequired("请填天数")])
    closes_unused = BooleanField("每天夜里自动停用长期未用的账号（三员除外）")
