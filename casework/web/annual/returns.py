"""各单位报表: whose figures are where, and the tables of units outside the system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField, TextAreaField

from casework.domain.annual_by_hand import section_title
from casework.domain.annual_layout import column_heads, label_columns
from casework.domain.annual_rollup import read_table_text
from casework.domain.errors import NotFound
from casework.domain.forms import form_for_year
from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.annual_page import page_of_return
from casework.queries.annual_returns import Standing, find_return, list_units, list_versions
from casework.services.annual_export import blank_return
from casework.services.handed_returns import HandIn, hand_in, take_back
from casework.web import surroundings
from casework.web.annual import bp
from casework.web.annual.choice import list_offered_years, read_choice
from casework.web.annual.figures import Sheet, cell_in_words, figure_text, relief_heads
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import PageForm, long_text_limits, options, row_id
from casework.web.files import handed_out
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from casework.models import HandedReturn
    from casework.services.handed_returns import HandInReport
    from casework.web.annual.choice import Choice

_BOTH = ["GET", "POST"]
CHANGES_SHOWN = 40


class HandInForm(PageForm):
    """One unit's table: the file, whose it is, what it speaks for."""

    file: Any = FileField("统计表文件", validators=[FileRequired("请选择统计表文件")])
    agency_id = SelectField("填报单位", coerce=row_id, validate_choice=False)
    covers_below = BooleanField("表中已含下级单位的数")
    beside_records = BooleanField("该单位在系统里有案件，表中的数不含这些案件")
    reason = TextAreaField("换新版的原因", validators=long_text_limits("换新版的原因"))


class TakeBackForm(PageForm):
    """撤下一张表."""

    reason = TextAreaField("撤下的原因", validators=long_text_limits("撤下的原因"))


@bp.get("/annual/returns")
@requires(Permission.VIEW_ANNUAL)
def returns() -> ResponseReturnValue:
    """List the units of a year and where their figures come from, those missing first."""
    choice = _in_force()
    units = list_units(db.session(), choice.year, choice.scope)
    counts = {one: sum(unit.standing is one for unit in units) for one in Standing}
    wanted = request.args.get("standing", "")
    standing = Standing(wanted) if wanted in set(Standing) else None
    return render_template(
        "annual/returns.html",
        choice=choice,
        years=[one for one in list_offered_years(choice) if one < surroundings.today().year],
        units=[unit for unit in units if standing is None or unit.standing is standing],
        counts=counts,
        standing=standing,
        standings=tuple(Standing),
        may_enter=surroundings.current_actor().may(Permission.ENTER_ANNUAL),
        is_over=choice.year < surroundings.today().year,
    )


@bp.route("/annual/returns/new", methods=_BOTH)
@requires(Permission.ENTER_ANNUAL)
def take_in() -> ResponseReturnValue:
    """Look at a unit's table (核对), or take it in (收下)."""
    choice = _in_force()
    form = HandInForm()
    form.agency_id.choices = options(
        (row.id, "　" * (row.depth - choice.agencies[0].depth) + row.name)
        for row in choice.agencies
    )
    if not form.is_submitted():
        form.agency_id.data = choice.agency.id
    report: HandInReport | None = None
    if form.validate_on_submit():
        with rules_shown_on(form):
            report = _submit(choice, form, keeps=request.form.get("do") == "keep")
            if report.version:
                flash(f"已收下{report.agency} {choice.year} 年度的表，第 {report.version} 版")
                return redirect(url_for("annual.returns", **choice.address()))
    page = render_template(
        "annual/take_in.html",
        choice=choice,
        form=form,
        report=report,
        checks=sorted(report.checks, key=lambda check: check.ok) if report else (),
        changes_shown=CHANGES_SHOWN,
        words=cell_in_words,
        figure_text=figure_text,
    )
    return page, 422 if report is not None and not report.is_sound else status_of(form)


@bp.get("/annual/returns/<int:return_id>")
@requires(Permission.VIEW_ANNUAL)
def handed_return(return_id: int) -> ResponseReturnValue:
    """Show one version of a unit's table, and every version it ever had."""
    kept = _find(return_id)
    choice = read_choice(year=kept.year, agency_id=kept.agency_id)
    table = read_table_text(kept.table_text)
    return render_template(
        "annual/handed_return.html",
        choice=choice,
        kept=kept,
        versions=list_versions(db.session(), kept.agency_id, kept.year),
        sheet=Sheet(choice, page_of_return(table), may_enter=False, has_doors=False),
        column_heads=column_heads(choice.form) if choice.form.columns else (),
        label_columns=label_columns(choice.form),
        relief=relief_heads(choice.form) if choice.form.relief else None,
        part_two=section_title(choice.form),
        may_take_back=kept.ended_at is None
        and surroundings.current_actor().may(Permission.ENTER_ANNUAL),
    )


@bp.route("/annual/returns/<int:return_id>/take-back", methods=_BOTH)
@requires(Permission.ENTER_ANNUAL)
def take_back_return(return_id: int) -> ResponseReturnValue:
    """Take a unit's table out of the roll-up, for a reason."""
    kept = _find(return_id)
    choice = read_choice(year=kept.year, agency_id=kept.agency_id)
    form = TakeBackForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            take_back(surroundings.current_desk(), return_id, reason=form.reason.data or "")
            flash(f"已撤下{choice.agency.name} {choice.year} 年度第 {kept.version} 版")
            return redirect(url_for("annual.returns", **choice.address(agency=None)))
    page = render_template("annual/take_back.html", choice=choice, form=form, kept=kept)
    return page, status_of(form)


@bp.get("/annual/blank")
@requires(Permission.VIEW_ANNUAL)
def blank() -> ResponseReturnValue:
    """Hand out the year's form with empty cells, for a unit to fill in and hand back."""
    choice = _in_force()
    content = blank_return(choice.form, choice.year, agency=choice.agency.name)
    return handed_out(content, ".xlsx", f"{choice.year}年度{choice.form.title}（空表）")


def _submit(choice: Choice, form: HandInForm, *, keeps: bool) -> HandInReport:
    upload = form.file.data
    wanted = HandIn(
        agency_id=form.agency_id.data,
        year=choice.year,
        file_name=upload.filename or "",
        content=upload.read(),
        covers_below=bool(form.covers_below.data),
        beside_records=bool(form.beside_records.data),
        reason=form.reason.data or "",
    )
    return hand_in(surroundings.current_desk(), wanted, dry_run=not keeps)


def _find(return_id: int) -> HandedReturn:
    kept = find_return(db.session(), return_id)
    if kept is None or not surroundings.current_actor().sees(kept.agency.path):
        raise NotFound("没有这张报送的表，或者它不在您的机关范围内")
    return kept


def _in_force() -> Choice:
    """Return the choice on the form of its year: nothing is handed in on another one."""
    choice = read_choice()
    if choice.form is not form_for_year(choice.year):
        raise NotFound(f"{choice.year} 年度的表按 {choice.in_force.code} 年格式报送")
    return choice
