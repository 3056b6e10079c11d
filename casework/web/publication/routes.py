"""The list of 转主动公开, the note of a topic, and its end."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from casework.domain.errors import NotFound
from casework.domain.permissions import Permission
from casework.domain.publication import Published, TopicOrigin, TopicState
from casework.extensions import db
from casework.queries.agencies import list_agencies
from casework.queries.case_search import list_cases_by_id
from casework.queries.publication import get_topic, list_often_asked, list_topics
from casework.services import publication
from casework.web import surroundings
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import row_id
from casework.web.publication import bp
from casework.web.publication.forms import DecideForm, NoteForm
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from casework.queries.agencies import AgencyRow
    from casework.queries.case_rows import CaseRow

YEARS_BACK = 2
"""What was asked for longer ago than this is hardly asked for often now."""

_BOTH = ["GET", "POST"]


@bp.get("/publication")
@requires(Permission.VIEW_CASES)
def index() -> ResponseReturnValue:
    """List what several people asked for, and the topics noted; ``?agency=``."""
    session, actor = db.session(), surroundings.current_actor()
    agencies = list_agencies(session, under=actor.agency_path)
    agency = _agency(agencies)
    today = surroundings.today()
    since = today.replace(year=today.year - YEARS_BACK, day=1)
    return render_template(
        "publication/index.html",
        agency=agency,
        agencies=agencies,
        since=since,
        often_asked=list_often_asked(session, actor, agency.id, since=since),
        topics=list_topics(session, actor, under=agency.path),
        origins=TopicOrigin,
    )


@bp.route("/publication/note", methods=_BOTH)
@requires(Permission.RECORD_PUBLICATION)
def note() -> ResponseReturnValue:
    """Note a topic; the address names its applications: ``?cases=12.15&origin=suggested``."""
    form = NoteForm()
    cases = _cases()
    if form.validate_on_submit():
        with rules_shown_on(form):
            publication.note_topic(
                surroundings.current_desk(),
                title=form.title.data or "",
                origin=TopicOrigin(form.origin.data),
                case_ids=[case.id for case in cases],
                note=form.note.data or "",
            )
            flash("已记入转主动公开，审核以后在这里记结果")
            return redirect(url_for("publication.index"))
    if not form.is_submitted():
        wanted = request.args.get("origin", "")
        if wanted in set(TopicOrigin):
            form.origin.data = wanted
        form.title.data = cases[-1].title.removeprefix("申请公开")
    return render_template("publication/note.html", form=form, cases=cases), status_of(form)


@bp.route("/publication/<int:topic_id>", methods=_BOTH)
@requires(Permission.RECORD_PUBLICATION)
def decide(topic_id: int) -> ResponseReturnValue:
    """Record what was published, where and when, or why not."""
    form = DecideForm()
    topic = get_topic(db.session(), surroundings.current_actor(), topic_id)
    if form.validate_on_submit():
        with rules_shown_on(form):
            _decide(form, topic_id)
            flash(f"已记下“{topic.title}”的审核结果")
            return redirect(url_for("publication.index"))
    if not form.is_submitted():
        form.show(topic)
    return render_template("publication/decide.html", form=form, topic=topic), status_of(form)


def _decide(form: DecideForm, topic_id: int) -> None:
    desk = surroundings.current_desk()
    if form.state.data == TopicState.DECLINED.value:
        publication.decline_topic(desk, topic_id, reason=form.reason.data or "")
        return
    published = Published(what=form.what.data or "", where=form.where.data or "", on=form.on.data)
    publication.publish_topic(desk, topic_id, published)


def _agency(agencies: list[AgencyRow]) -> AgencyRow:
    wanted = request.args.get("agency", surroundings.current_person().agency_id, type=row_id)
    agency = next((row for row in agencies if row.id == wanted), None)
    if agency is None:
        raise NotFound("没有这个机关，或者它不在您的机关范围内")
    return agency


def _cases() -> list[CaseRow]:
    """Return the applications the address names, less those the person may not see."""
    ids = []
    for word in request.args.get("cases", "").split(".")[: publication.MOST_CASES]:
        with suppress(ValueError):
            ids.append(row_id(word))
    cases = list_cases_by_id(db.session(), surroundings.current_viewer(), ids=ids)
    if not cases:
        raise NotFound("没有这些案件，或者不在您的机关范围内；请从案件页或者转主动公开的清单进入")
    return cases
