"""案件页: one case, whole, on one page; and the recorded look at the applicant's full data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Permission
from casework.domain.procedural_documents import DOCUMENT_RULES
from casework.domain.workflow import list_offers
from casework.extensions import db
from casework.queries.case_page import get_case_file
from casework.queries.open_fees import find_open_fee
from casework.services import disclosure
from casework.web import surroundings
from casework.web.cases import bp
from casework.web.cases.acting import get_head
from casework.web.cases.annual_note import annual_note
from casework.web.cases.consultations import list_consultations
from casework.web.cases.forms import PlainActForm, RevealForm
from casework.web.cases.offers import sort_offers
from casework.web.cases.papers import (
    deemed_days,
    list_document_acts,
    list_fee_acts,
    list_papers,
    list_voidable,
)
from casework.web.cases.relief_limits import relief_limits
from casework.web.cases.timeline import build_timeline
from casework.web.errors import rules_shown_on, status_of
from casework.web.explanation import TIMELINESS_MARKS, explain
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from casework.domain.clock_events import ClockFacts
    from casework.web.explanation import Deadline


@bp.get("/cases/<int:case_id>")
@requires(Permission.VIEW_CASES)
def show(case_id: int) -> ResponseReturnValue:
    """Show one case: the clock, what happened, what may be done now and what may not, and why."""
    actor = surroundings.current_actor()
    file = get_case_file(db.session(), actor, case_id)
    head = file.head
    deadline = _deadline(head.clock) if head.clock else None
    first = _deadline(head.first_clock) if head.first_clock else None
    offers = sort_offers(list_offers(head.facts, actor), head, deadline, actor)
    form = PlainActForm()
    form.version.data = head.version
    return render_template(
        "cases/show.html",
        file=file,
        head=head,
        deadline=deadline,
        first=first,
        offers=offers,
        timeline=build_timeline(file, with_looks=request.args.get("all") == "1"),
        consultations=list_consultations(file.clock_lines, head.clock, surroundings.calendar()),
        annual=annual_note(file),
        limits=relief_limits(file.reliefs, surroundings.calendar()),
        papers=list_papers(file),
        may_void=list_voidable(file, actor),
        document_acts=list_document_acts(file, actor),
        fee_acts=list_fee_acts(file, actor),
        fee=find_open_fee(
            db.session(), case_id, surroundings.calendar(), today=surroundings.today()
        )
        if head.state in DOCUMENT_RULES[LetterKind.FEE_NOTICE].states
        else None,
        deemed=deemed_days(file.deliveries, surroundings.calendar()),
        timeliness_marks=TIMELINESS_MARKS,
        form=form,
    )


@bp.route("/cases/<int:case_id>/reveal", methods=["GET", "POST"])
@requires(Permission.REVEAL_PERSONAL_DATA)
def reveal(case_id: int) -> ResponseReturnValue:
    """显示申请人全部信息, once, for a written reason, on the record (个人信息保护法第五十一条)."""
    form = RevealForm()
    shown = None
    if form.validate_on_submit():
        with rules_shown_on(form):
            shown = disclosure.reveal(
                surroundings.current_desk(), case_id, reason=form.reason.data or ""
            )
    page = render_template("cases/reveal.html", form=form, head=get_head(case_id), shown=shown)
    return page, status_of(form)


def _deadline(facts: ClockFacts) -> Deadline:
    return explain(
        facts,
        surroundings.calendar(),
        today=surroundings.today(),
        office_days=surroundings.office_days(),
    )
