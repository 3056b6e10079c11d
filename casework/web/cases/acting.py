"""The one way a page does an act on a case: show it, check shape, call the service, go back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import current_app, flash, redirect, render_template, request, url_for
from wtforms import HiddenField, StringField

from casework.domain.errors import EditConflict
from casework.domain.workflow import Action, decide
from casework.extensions import db
from casework.queries.case_page import get_case_head
from casework.web import surroundings
from casework.web.cases.conflict import clash
from casework.web.errors import rules_shown_on, status_of
from casework.web.filters import day_and_week

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from casework.queries.case_page import CaseHead
    from casework.services.desk import Desk
    from casework.web.fields import ActForm

CONFLICT = 409


def run_act(
    case_id: int,
    action: Action,
    form: ActForm,
    act: Callable[[Desk], object],
    *,
    now: Callable[[CaseHead], dict[str, str]] | None = None,
    **context: Any,
) -> ResponseReturnValue:
    """Show the page of ``action`` (GET) or do it (POST) and return to the case page.

    A case on which the act is not open answers 409 with the reason; a broken rule answers 422
    with the sentence on its field. Where somebody else was first and the act is still open, the
    same page comes back (409) with both texts; ``now`` gives what the case says, by field label.
    """
    collision: EditConflict | None = None
    if form.validate_on_submit():
        try:
            with rules_shown_on(form):
                act(surroundings.current_desk())
                head = get_head(case_id)
                flash(_what_happened(action, head))
                return redirect(url_for("cases.show", case_id=case_id))
        except EditConflict as conflict:
            collision = conflict
    head = get_head(case_id)
    if collision is not None:
        decide(head.facts, action, surroundings.current_actor())
        context["clash"] = clash(form, head, now(head) if now else {}, typed_words(form))
        context["collision"] = collision.message
    if request.method == "GET":
        decide(head.facts, action, surroundings.current_actor())
        form.version.data = head.version
    page = render_template(
        f"cases/{action.value}.html", form=form, head=head, action=action, **context
    )
    return page, CONFLICT if collision else status_of(form)


def typed_words(form: ActForm) -> dict[str, str]:
    """Return what was typed into the fields of words, by their labels."""
    return {
        str(field.label.text): field.data or ""
        for field in form
        if isinstance(field, StringField) and not isinstance(field, HiddenField)
    }


def get_head(case_id: int) -> CaseHead:
    """Return the head of the case, NotFound if it is not this person's to see."""
    return get_case_head(db.session(), surroundings.current_actor(), case_id)


def _what_happened(action: Action, head: CaseHead) -> str:
    done = f"{head.number} 已办：{action.label}，现在是“{head.stage}”"
    if head.replied_on is None and head.closed_on is None and head.office_due_on is not None:
        return f"{done}，应答复日 {day_and_week(head.office_due_on)}"
    return done


def attachment_folder() -> Path:
    """Return where the files of cases lie."""
    return Path(current_app.config["CASEWORK_HOME"]) / "attachments"
