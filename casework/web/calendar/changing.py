"""导入放假通知: upload or type it, see every case that moves, and only then agree.

Nothing is kept between the two steps: the preview page holds the notice in its own form and posts
it once more.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from casework.domain.calendar_layers import Layer
from casework.domain.errors import RuleBroken
from casework.domain.holiday_notice import NoticeKind
from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.agencies import list_agencies
from casework.queries.calendar import read_calendars
from casework.services.calendar import (
    NoticeRefused,
    checked_notice,
    import_notice,
    notice_from_file,
    preview_notice,
)
from casework.web import surroundings
from casework.web.calendar import bp
from casework.web.calendar.forms import NoticeForm
from casework.web.calendar.year import day_words
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import options
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from casework.domain.holiday_notice import HolidayNotice, NoticeSheet
    from casework.domain.working_days import DayDifference

EVERYBODY = ""


@bp.route("/calendar/notice", methods=["GET", "POST"])
@requires(Permission.CHANGE_CALENDAR)
def notice() -> ResponseReturnValue:
    """Take a notice and show what it would do; ``do=edit`` opens what was typed once more."""
    form = _form()
    if request.method == "POST" and request.form.get("do") != "edit":
        found = _read(form) if form.validate() else None
        if found is not None:
            return _preview(form, found)
    return render_template("calendar/notice.html", form=form), status_of(form)


@bp.post("/calendar/notice/import")
@requires(Permission.CHANGE_CALENDAR)
def enact() -> ResponseReturnValue:
    """Import what the preview showed, or show it anew if the calendar has changed since."""
    form = _form()
    found = _read(form, again=True) if form.validate() else None
    if found is None:
        return render_template("calendar/notice.html", form=form), status_of(form)
    if form.seen.data != _seen(found):
        return _preview(form, found, has_changed=True)
    change = import_notice(surroundings.current_desk(), found)
    if not change.changed:
        flash(f"日历 {change.version} 已包含这份通知，没有改动")
        return redirect(url_for("calendar.show", year=found.year))
    flash(
        f"已启用日历 {change.version} 版：{len(change.moved) + change.withheld} 件案件的期限变动，"
        f"其中 {len(change.earlier)} 件提前；{change.made_firm} 件由暂定转为确定"
    )
    return redirect(url_for("calendar.version", label=change.label))


def _form() -> NoticeForm:
    form = NoticeForm()
    agencies = list_agencies(db.session(), under=surroundings.current_actor().agency_path)
    form.agency_code.choices = options(
        [(EVERYBODY, "全部机关"), *((row.code, "　" * row.depth + row.name) for row in agencies)]
    )
    return form


def _read(form: NoticeForm, *, again: bool = False) -> HolidayNotice | None:
    """Return the notice in the form; None after hanging every complaint on its field.

    ``again``: it has passed once and carries what the file said; a file may lack the number.
    """
    upload = form.file.data
    has_file = bool(upload and upload.filename)
    found = None
    with rules_shown_on(form):
        try:
            found = _checked(form, _sheet(form, has_file=has_file, again=again))
        except NoticeRefused as refused:
            form.complain(refused.problems, of_file=has_file)
    return found


def _sheet(form: NoticeForm, *, has_file: bool, again: bool) -> NoticeSheet:
    if not has_file:
        national = form.notice_kind is NoticeKind.NATIONAL
        needs_number = (national and not again) or not (form.title.data or "").strip()
        return form.typed_sheet(number_required=needs_number)
    if (form.days.data or "").strip():
        raise RuleBroken("file_and_text", "文件和逐日填写只用一种，请去掉其中一种", field="days")
    upload = form.file.data
    try:
        sheet = notice_from_file(surroundings.current_desk(), upload.filename, upload.read())
    except RuleBroken as broken:
        raise RuleBroken(broken.code, broken.message, field="file") from broken
    title = form.title.data or sheet.title
    return replace(
        sheet,
        title=title,
        number=form.number.data or sheet.number,
        issued_on=form.issued_on.data or sheet.issued_on,
        year=form.year.data or sheet.year,
        # A change of the calendar has to name where it comes from, one way or the other.
        number_required=sheet.number_required or not title,
    )


def _checked(form: NoticeForm, sheet: NoticeSheet) -> HolidayNotice:
    return checked_notice(
        surroundings.current_desk(), sheet, kind=form.notice_kind, agency_code=form.local_agency
    )


def _preview(
    form: NoticeForm, found: HolidayNotice, *, has_changed: bool = False
) -> ResponseReturnValue:
    change = preview_notice(surroundings.current_desk(), found)
    form.fill_from(found)
    form.seen.data = _seen(found)
    return render_template(
        "calendar/preview.html",
        form=form,
        notice=found,
        change=change,
        differences=_differences(found),
        day_words=day_words,
        has_changed=has_changed,
    )


def _differences(found: HolidayNotice) -> tuple[DayDifference, ...]:
    """Return the days that will count otherwise, where the notice holds."""
    before = read_calendars(db.session())
    path = next(
        (
            row.path
            for row in list_agencies(db.session(), under=surroundings.current_actor().agency_path)
            if row.code == found.agency_code
        ),
        "",
    )
    after = before.with_layer(Layer(before.next_label(found), found, path or None))
    return before.of(path).differences(after.of(path))


def _seen(found: HolidayNotice) -> str:
    """Return what ties an agreement to its preview: the notice, and the calendars it met."""
    labels = [layer.label for layer in read_calendars(db.session()).layers]
    return hashlib.sha256("\n".join([found.sha256, *labels]).encode()).hexdigest()
