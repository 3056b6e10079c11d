"""出具文书: the page on which a document is filled in, looked at and issued."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from wtforms import SelectField

from casework.documents.letter_forms import FORMS
from casework.domain.errors import NotFound
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Permission
from casework.domain.procedural_documents import DOCUMENT_RULES
from casework.extensions import db
from casework.queries.case_page import get_case_head
from casework.services import procedural_letters
from casework.web import surroundings
from casework.web.documents import bp
from casework.web.documents.forms import document_form, text_of
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import DayField, options, row_id
from casework.web.files import PDF, file_answer
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from casework.services.procedural_letters import PreparedForm
    from casework.web.fields import ActForm


@bp.route("/cases/<int:case_id>/write/<kind>", methods=["GET", "POST"])
@requires(Permission.VIEW_CASES)
def write(case_id: int, kind: str) -> ResponseReturnValue:
    """Fill in one document, look at it (text or marked PDF), issue it.

    Who may and when is asked of domain.procedural_documents by every one of the three.
    """
    if kind not in DOCUMENT_RULES:
        raise NotFound("没有这种文书")
    chosen = LetterKind(kind)
    desk = surroundings.current_desk()
    prepared = procedural_letters.prepare_document(
        desk,
        case_id,
        chosen,
        about=request.args.get("about", type=row_id),
        served=request.form.get("served") or request.args.get("served", ""),
    )
    form = _form(chosen, prepared)
    shown = None
    if form.validate_on_submit():
        do = request.form.get("do")
        with rules_shown_on(form):
            text = text_of(form, chosen)
            if do == "pdf":
                content = procedural_letters.preview_pdf(desk, case_id, text)
                return file_answer(content, f"{chosen.label}（草稿）", media_type=PDF)
            if do == "issue":
                key = procedural_letters.issue_document(
                    desk, case_id, text, version=form.version.data
                )
                flash(f"{key.number} 已出具{chosen.short_label}")
                return redirect(url_for("cases.show", case_id=case_id, _anchor="docs"))
            shown = procedural_letters.preview_text(desk, case_id, text)
    head = get_case_head(db.session(), surroundings.current_actor(), case_id)
    if not form.is_submitted():
        form.version.data = head.version
    page = render_template(
        "documents/write.html",
        form=form,
        head=head,
        kind=chosen,
        fields=FORMS[chosen],
        prepared=prepared,
        shown=shown,
    )
    return page, status_of(form)


def _form(kind: LetterKind, prepared: PreparedForm) -> ActForm:
    form = document_form(kind)()
    about = form["about"]
    if isinstance(about, SelectField):
        about.choices = options((subject.id, subject.label) for subject in prepared.subjects)
    if form.is_submitted():
        return form
    about.data = prepared.about
    form["served"].data = prepared.chosen.key if prepared.chosen else ""
    for name, value in prepared.suggested.items():
        if name not in form:
            continue
        field = form[name]
        field.data = date.fromisoformat(value) if isinstance(field, DayField) and value else value
    return form
