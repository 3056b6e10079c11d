"""The one way a page does an act on a case: show it, check shape, call the service, go back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from casework.domain.workflow import Action, decide
from casework.extensions import db
from casework.queries.case_page import get_case_head
from casework.web import surroundings
from casework.web.errors import rules_shown_on, status_of
from casework.web.filters import day_and_week

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from casework.queries.case_page import CaseHead
    from casework.services.desk import Desk
    from casework.web.fields import ActForm


def run_act(
    case_id: int,
    action: Action,
    form: ActForm,
    act: Callable[[Desk], object],
    **context: Any,
) -> ResponseReturnValue:
    """Show the page of ``action`` (GET) or do it (POST) and return to the case page.

    A case on which the act is not open answers 409 with the reason; a broken rule answers 422
    with the sentence on its field.
    """
    if form.validate_on_submit():
        with rules_shown_on(form):
            act(surroundings.current_desk())
            head = get_head(case_id)
            flash(_what_happened(action, head))
            return redirect(url_for("cases.show", case_id=case_id))
    head = get_head(case_id)
    if request.method == "GET":
        decide(head.facts, action, surroundings.current_actor())
        form.version.data = head.version
    page = render_template(
        f"cases/{action.value}.html", form=form, head=head, action=action, **context
    )
    return page, status_of(form)


def get_head(case_id: int) -> CaseHead:
    """Return the head of the case, NotFound if it is not this person's to see."""
    return get_case_head(db.session(), surroundings.current_actor(), case_id)


def _what_happened(action: Action, head: CaseHead) -> str:
    done = f"{head.number} 已办：{action.label}，现在是“{head.stage}”"
    if head.replied_on is None and head.closed_on is None and head.office_due_on is not None:
        return f"{done}，应答复日 {day_and_week(head.office_due_on)}"
    return done
