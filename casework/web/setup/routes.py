"""首次设置: one page, open while nobody has an account, with the code from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, current_app, render_template
from wtforms import BooleanField, RadioField

from casework.domain.number_pattern import LONGEST, STANDARD
from casework.domain.permissions import ADMINISTRATORS, Actor, Role
from casework.domain.remedies import Standing
from casework.domain.review_chain import StepKind
from casework.extensions import db
from casework.services.agencies import AgencyData
from casework.services.desk import Desk
from casework.services.first_run import (
    NEEDED,
    FirstOffice,
    FirstPerson,
    is_setup_code,
    is_untouched,
    set_up,
)
from casework.web import surroundings
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import PageForm, options, short_text
from casework.web.security import public
from casework.web.setup import bp

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_EXTRA_STEPS = (StepKind.UNIT_HEAD, StepKind.SECRECY, StepKind.DEPUTY_LEADER)
_STEP_ROLES = tuple(kind.role for kind in _EXTRA_STEPS)
ASKED = (*(role for role in NEEDED if role not in ADMINISTRATORS), *_STEP_ROLES)
KEEPERS = tuple(role for role in NEEDED if role in ADMINISTRATORS)
_NAMED = (
    ("name", "机关全称"),
    ("code", "机关代码"),
    ("short_name", "机关简称"),
    ("number_prefix", "机关代字"),
    ("red_head", "发文机关标志"),
    ("superior_government", "本级人民政府"),
    ("superior_department", "上一级主管部门"),
    ("court", "管辖法院"),
    ("contact_office", "政府信息公开工作机构"),
    ("contact_phone", "联系电话"),
    ("contact_address", "通信地址"),
    ("postcode", "邮政编码"),
    ("one_person_reason", "一人办理的原因"),
)
_REQUIRED = {"name": "请填机关全称", "code": "请填机关代码，如统一社会信用代码或者拼音缩写"}


class _SetupFields(PageForm):
    setup_code = short_text("首次设置码", required="请填命令行里显示的首次设置码")
    standing = RadioField(
        "机关性质",
        choices=options((one.value, one.label) for one in Standing),
        default=Standing.DEPARTMENT.value,
    )
    number_pattern = short_text("文号样式", longest=LONGEST)

    def office(self) -> FirstOffice:
        """Return what was filled in."""
        words = {name: self[name].data or "" for name, _ in _NAMED}
        extra = [kind for kind in _EXTRA_STEPS if self[f"step_{kind.value}"].data]
        steps = [kind for kind in StepKind if kind in extra or kind is StepKind.LEGAL_REVIEW]
        return FirstOffice(
            agency=AgencyData(standing=Standing(self.standing.data), **words),
            people=tuple(
                FirstPerson(
                    login=self[f"login_{role.value}"].data or "",
                    name=self[f"name_{role.value}"].data or "",
                    role=role,
                )
                for role in (*ASKED, *KEEPERS)
            ),
            steps=tuple(steps),
            number_pattern=self.number_pattern.data or STANDARD,
        )


def _fields() -> dict[str, Any]:
    fields: dict[str, Any] = {
        name: short_text(label, required=_REQUIRED.get(name, "")) for name, label in _NAMED
    }
    for role in (*ASKED, *KEEPERS):
        fields[f"login_{role.value}"] = short_text(f"{role.label}的用户名", longest=32)
        fields[f"name_{role.value}"] = short_text(f"{role.label}的姓名", longest=60)
    for kind in _EXTRA_STEPS:
        fields[f"step_{kind.value}"] = BooleanField(kind.label)
    return fields


SetupForm = type("SetupForm", (_SetupFields,), _fields())


@bp.route("/setup", methods=["GET", "POST"])
@public
def first_run() -> ResponseReturnValue:
    """Set the office up; NotFound for ever once anybody has an account."""
    session = db.session()
    if not is_untouched(session):
        abort(404)
    form = SetupForm()
    if not form.is_submitted():
        form.number_pattern.data = STANDARD
    if form.validate_on_submit():
        if not is_setup_code(form.setup_code.data, current_app.config["AUDIT_KEY"]):
            form.setup_code.errors = [
                "首次设置码不对，请照命令行里显示的填；看不到的，执行 casework users setup-code"
            ]
        else:
            with rules_shown_on(form):
                accounts = set_up(_desk(), form.office())
                return render_template("setup/done.html", accounts=accounts)
    page = render_template(
        "setup/first_run.html",
        form=form,
        asked=ASKED,
        keepers=KEEPERS,
        steps=_EXTRA_STEPS,
        step_roles=_STEP_ROLES,
        calendar=surroundings.calendar(),
    )
    return page, status_of(form)


def _desk() -> Desk:
    nobody = Actor(user_id=None, name="", agency_id=None, agency_path="/", roles=frozenset[Role]())
    return Desk(
        session=db.session(),
        actor=nobody,
        now=surroundings.now(),
        calendar=surroundings.calendar(),
        stationery=current_app.extensions["casework_stationery"],
        office_days=surroundings.office_days(),
    )


@bp.app_template_global("awaits_first_run")
def awaits_first_run() -> bool:
    """Say whether the log-in page should lead here: one query."""
    return is_untouched(db.session())
