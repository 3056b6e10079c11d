"""改写: the text, the list of placeholders, the check, the preview, the proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, flash, redirect, render_template, request, url_for

from casework.documents.template_chinese import in_chinese
from casework.domain.errors import EditConflict
from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.sample_cases import list_sample_cases
from casework.queries.template_versions import (
    get_version,
    list_versions,
)
from casework.services.template_versions import check_wording, propose_version, text_in_use
from casework.web import surroundings
from casework.web.difference import compare
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import row_id
from casework.web.security import requires
from casework.web.wording import bp
from casework.web.wording.forms import TemplateForm, ground_choices, placeholders
from casework.web.wording.reading import text_key
from casework.web.wording.trying import try_wording

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from casework.documents.template_flaws import Flaw
    from casework.queries.template_versions import VersionLine

_CONFLICT = 409


@bp.route("/templates/<int:agency_id>/<statute>/<part>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_TEMPLATES)
def edit(agency_id: int, statute: str, part: str) -> ResponseReturnValue:
    """Edit one text: 检查, 看全文 and 看样稿 keep nothing, 送批准 keeps a new version."""
    code, found = text_key(statute, part)
    actor = surroundings.current_actor()
    lines = list_versions(db.session(), actor, agency_id, code, found)
    used = text_in_use(surroundings.current_desk(), agency_id, code, found)
    form = TemplateForm()
    form.ground.choices = ground_choices(code, found)
    samples = list_sample_cases(db.session(), actor, agency_path=used.agency_path, statute=code)
    if not form.is_submitted():
        form.text.data = in_chinese(_beginning(lines, used.text))
        form.newest.data = lines[0].number if lines else 0
        form.case_number.data = samples[0].number if samples else ""
    typed = form.text.data or ""
    flaws: tuple[Flaw, ...] = ()
    collision = None
    if request.form.get("do") == "save" and form.validate_on_submit():
        try:
            with rules_shown_on(form):
                version_id = propose_version(
                    surroundings.current_desk(),
                    agency_id,
                    code,
                    found,
                    text=typed,
                    reason=form.reason.data or "",
                    newest=form.newest.data or 0,
                )
                flash("已送批准，批准之前各份文书仍照原来的文字")
                return redirect(url_for("wording.version", version_id=version_id))
        except EditConflict as conflict:
            collision = conflict
            form.newest.data = lines[0].number if lines else 0
            form.newest.raw_data = [str(form.newest.data)]
    tried = try_wording(form, code, found, typed)
    if tried.answer is not None:
        return tried.answer
    if form.is_submitted():
        flaws = check_wording(current_app.extensions["casework_stationery"], code, found, typed)
        _hang(form, flaws)
    theirs = get_version(db.session(), actor, lines[0].id) if collision and lines else None
    page = render_template(
        "wording/edit.html",
        form=form,
        agency_id=agency_id,
        agency_name=used.agency_name,
        used=used,
        statute=code,
        part=found,
        flaws=flaws,
        typed_lines=typed.replace("\r\n", "\n").rstrip().split("\n"),
        placeholders=placeholders(found, typed, used.default),
        samples=samples,
        preview=tried.preview,
        collision=collision,
        latest=lines[0] if lines else None,
        difference=compare(in_chinese(theirs.text), typed) if theirs else None,
        checked=form.is_submitted() and not flaws,
    )
    return page, _CONFLICT if collision else status_of(form)


def _beginning(lines: list[VersionLine], in_force: str) -> str:
    """Return the text to start from: an older version, if one was asked for, else what is used."""
    wanted = request.args.get("from", type=row_id)
    if wanted in {line.id for line in lines}:
        return get_version(db.session(), surroundings.current_actor(), wanted).text
    return in_force


def _hang(form: TemplateForm, flaws: tuple[Flaw, ...]) -> None:
    """Put the check's sentences on the text in place of the one the act stopped at."""
    must = [flaw.sentence for flaw in flaws if flaw.must]
    if must:
        form.text.errors = must
