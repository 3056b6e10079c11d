"""文书设置 and 字体: how an agency's documents are numbered and look, and in which faces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, flash, redirect, render_template, request, url_for
from wtforms import BooleanField, RadioField, SelectField

from casework.domain.letter_kinds import LetterKind
from casework.domain.letter_style import HeadStyle, LabelSheet
from casework.domain.number_pattern import LONGEST, read_pattern
from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.agencies import list_agencies
from casework.services.letter_settings import (
    NUMBERED,
    LetterSettings,
    change_letter_settings,
    get_letter_settings,
)
from casework.web import surroundings
from casework.web.documents import bp
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import PageForm, options, short_text
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from casework.services.stationery import Stationery

_WORD = 8
# Letters that show what the faces do: ordinary, rare, and one that most machines lack.
_SPECIMEN = "国务院政府信息公开条例〔2026〕一二三，。、“”——；𬱖㛃龘"


class SettingsForm(PageForm):
    """What an agency sets for its documents; the series words are added below."""

    number_pattern = short_text("文号样式", longest=LONGEST)
    head_style = RadioField(
        "版头",
        choices=options((style.value, style.label) for style in HeadStyle),
        validate_choice=False,
    )
    prints_code = BooleanField("签发的文书末页印校验码和二维码")
    label_sheet = RadioField(
        "地址标签纸（A4）",
        choices=options((sheet.value, sheet.label) for sheet in LabelSheet),
        validate_choice=False,
    )


_HEAD = "head_"
for _kind in NUMBERED:
    setattr(SettingsForm, _kind.value, short_text(f"{_kind.short_label}的类别字", longest=_WORD))
    setattr(
        SettingsForm,
        _HEAD + _kind.value,
        SelectField(
            f"{_kind.short_label}的版头",
            choices=options([("", "照机关的版头"), *((s.value, s.label) for s in HeadStyle)]),
            validate_choice=False,
        ),
    )


@bp.get("/settings/letters")
@requires(Permission.MANAGE_AGENCIES)
def settings() -> ResponseReturnValue:
    """List the agencies whose documents this person may set up, and the faces in use."""
    actor = surroundings.current_actor()
    stationery: Stationery = current_app.extensions["casework_stationery"]
    fonts = stationery.fonts()
    return render_template(
        "documents/settings.html",
        agencies=list_agencies(db.session(), under=actor.agency_path),
        faces=fonts.describe_faces(),
        unreadable=fonts.unreadable,
        specimen=_SPECIMEN,
        undrawable=fonts.undrawable(_SPECIMEN),
    )


@bp.route("/settings/letters/<int:agency_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_AGENCIES)
def agency_settings(agency_id: int) -> ResponseReturnValue:
    """Set how one agency's documents are numbered and look; 试写 shows it without saving."""
    agency = get_letter_settings(db.session(), surroundings.current_actor(), agency_id)
    form = SettingsForm()
    if not form.is_submitted():
        form.number_pattern.data = agency.settings.number_pattern
        form.head_style.data = agency.settings.head_style.value
        form.prints_code.data = agency.settings.prints_code
        form.label_sheet.data = agency.settings.label_sheet.value
        for name, style in agency.settings.head_styles.items():
            form[_HEAD + name].data = style.value
        for name, word in agency.settings.series_words.items():
            form[name].data = word
    departures: tuple[str, ...] = ()
    sample = ""
    if form.validate_on_submit() or not form.is_submitted():
        with rules_shown_on(form):
            pattern = read_pattern(form.number_pattern.data or "")
            departures = pattern.departures()
            sample = pattern.write(
                prefix=agency.number_prefix,
                series=form[LetterKind.REPLY.value].data or "",
                year=surroundings.today().year,
                sequence=12,
            )
            if form.is_submitted() and request.form.get("do") == "save":
                change_letter_settings(surroundings.current_desk(), agency_id, _read(form))
                flash(f"已保存{agency.name}的文书设置，以后签发的文书照此编号、印制")
                return redirect(url_for("documents.settings"))
    page = render_template(
        "documents/agency_settings.html",
        form=form,
        agency=agency,
        kinds=NUMBERED,
        head=_HEAD,
        departures=departures,
        sample=sample,
    )
    return page, status_of(form)


def _read(form: SettingsForm) -> LetterSettings:
    chosen, sheet = form.head_style.data, form.label_sheet.data
    return LetterSettings(
        number_pattern=form.number_pattern.data or "",
        series_words={kind.value: form[kind.value].data or "" for kind in NUMBERED},
        head_style=HeadStyle(chosen) if chosen in set(HeadStyle) else HeadStyle.RED,
        prints_code=bool(form.prints_code.data),
        head_styles={
            kind.value: HeadStyle(form[_HEAD + kind.value].data)
            for kind in NUMBERED
            if form[_HEAD + kind.value].data in set(HeadStyle)
        },
        label_sheet=LabelSheet(sheet) if sheet in set(LabelSheet) else LabelSheet.TWO_BY_SEVEN,
    )
