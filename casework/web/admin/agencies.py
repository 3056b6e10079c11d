"""机关: the tree, and what each agency's numbers and letters are written with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for
from wtforms import HiddenField, RadioField, SelectField

from casework.domain.permissions import Permission
from casework.domain.remedies import Standing
from casework.extensions import db
from casework.queries.agencies import list_agencies
from casework.services import agencies
from casework.services.agencies import EDITABLE, AgencyData
from casework.web import surroundings
from casework.web.admin import bp
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import PageForm, options, row_id, short_text
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_LABELS = {
    "name": "机关全称",
    "short_name": "机关简称",
    "number_prefix": "机关代字",
    "red_head": "发文机关标志",
    "superior_government": "本级人民政府",
    "superior_department": "上一级主管部门",
    "court": "管辖法院",
    "contact_office": "政府信息公开工作机构",
    "contact_phone": "联系电话",
    "contact_address": "通信地址",
    "postcode": "邮政编码",
    "one_person_reason": "一人办理的原因",
}
_REQUIRED = {"name": "请填机关全称"}
_BOTH = ["GET", "POST"]


class _AgencyFields(PageForm):
    standing = RadioField(
        "机关性质",
        choices=options((one.value, one.label) for one in Standing),
        default=Standing.DEPARTMENT.value,
    )
    seen = HiddenField()

    def data_of(self, code: str) -> AgencyData:
        """Return what was filled in."""
        words = {field: self[field].data or "" for field in EDITABLE}
        return AgencyData(code=code, standing=Standing(self.standing.data), **words)


_TEXTS: dict[str, Any] = {
    field: short_text(_LABELS[field], required=_REQUIRED.get(field, "")) for field in EDITABLE
}
AgencyForm = type("AgencyForm", (_AgencyFields,), _TEXTS)
NewAgencyForm = type(
    "NewAgencyForm",
    (_AgencyFields,),
    {
        "parent_id": SelectField("上级机关", coerce=row_id, validate_choice=False),
        "code": short_text("机关代码", required="请填机关代码", longest=64),
    }
    | {field: short_text(_LABELS[field], required=_REQUIRED.get(field, "")) for field in EDITABLE},
)


@bp.get("/admin/agencies")
@requires(Permission.MANAGE_AGENCIES)
def agency_list() -> ResponseReturnValue:
    """Show the agencies at and below the administrator's own."""
    actor = surroundings.current_actor()
    return render_template(
        "admin/agencies.html", agencies=list_agencies(db.session(), under=actor.agency_path)
    )


@bp.route("/admin/agencies/new", methods=_BOTH)
@requires(Permission.MANAGE_AGENCIES)
def add_agency() -> ResponseReturnValue:
    """新设机关."""
    actor = surroundings.current_actor()
    form = NewAgencyForm()
    form.parent_id.choices = options(
        (row.id, "　" * row.depth + row.name)
        for row in list_agencies(db.session(), under=actor.agency_path)
    )
    if form.validate_on_submit():
        with rules_shown_on(form):
            agencies.add_agency_below(
                surroundings.current_desk(),
                form.data_of(form.code.data or ""),
                parent_id=form.parent_id.data,
            )
            flash(f"已新设{form['name'].data}")
            return redirect(url_for("admin.agency_list"))
    return render_template("admin/agency.html", form=form, agency=None), status_of(form)


@bp.route("/admin/agencies/<int:agency_id>", methods=_BOTH)
@requires(Permission.MANAGE_AGENCIES)
def edit_agency(agency_id: int) -> ResponseReturnValue:
    """更改机关信息; letters already issued stay as they are."""
    desk = surroundings.current_desk()
    agency = agencies.read_agency(desk, agency_id)
    form = AgencyForm()
    if not form.is_submitted():
        for field in EDITABLE:
            form[field].data = getattr(agency.data, field)
        form.standing.data = agency.data.standing.value
        form.seen.data = agency.mark
    if form.validate_on_submit():
        with rules_shown_on(form):
            agencies.edit_agency(
                desk, agency_id, form.data_of(agency.data.code), seen=form.seen.data or ""
            )
            flash(f"已保存{form['name'].data}的信息，以后的文书照此写")
            return redirect(url_for("admin.agency_list"))
    return render_template("admin/agency.html", form=form, agency=agency.data), status_of(form)
