"""The list of texts, one text with its versions, one version whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, render_template, request

from casework.documents.template_chinese import in_chinese
from casework.domain.errors import NotFound
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Permission
from casework.domain.statutes import StatuteCode
from casework.domain.template_parts import AnswerPassages, find_part
from casework.domain.template_versions import VersionState, open_acts
from casework.extensions import db
from casework.queries.agencies import list_agencies
from casework.queries.sample_cases import list_sample_cases
from casework.queries.template_versions import (
    get_version,
    list_texts,
    list_versions,
    list_waiting,
)
from casework.services.template_versions import check_wording, text_in_use
from casework.web import surroundings
from casework.web.difference import compare
from casework.web.errors import status_of
from casework.web.fields import row_id
from casework.web.security import requires
from casework.web.wording import bp
from casework.web.wording.forms import OpinionForm, ReleaseForm, TrialFields, ground_choices
from casework.web.wording.trying import try_wording

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from casework.domain.template_parts import TemplatePart


@bp.get("/templates")
@requires(Permission.VIEW_TEMPLATES)
def index() -> ResponseReturnValue:
    """List every text by kind and regulation: the default, the agency's own, a superior's."""
    session, actor = db.session(), surroundings.current_actor()
    agency_id = request.args.get("agency", type=row_id) or surroundings.current_person().agency_id
    return render_template(
        "wording/index.html",
        texts=list_texts(session, actor, agency_id),
        agencies=list_agencies(session, under=actor.agency_path),
        waiting=list_waiting(session, actor),
        names={part.value: part.short_label for part in (*LetterKind, *AnswerPassages)},
        statutes=list(reversed(StatuteCode)),
    )


@bp.get("/templates/<int:agency_id>/<statute>/<part>")
@requires(Permission.VIEW_TEMPLATES)
def versions(agency_id: int, statute: str, part: str) -> ResponseReturnValue:
    """Show the wording in force of one text and the agency's versions of it."""
    code, found = text_key(statute, part)
    lines = list_versions(db.session(), surroundings.current_actor(), agency_id, code, found)
    used = text_in_use(surroundings.current_desk(), agency_id, code, found)
    return render_template(
        "wording/versions.html",
        agency_id=agency_id,
        agency_name=used.agency_name,
        used=used,
        statute=code,
        part=found,
        lines=lines,
        text=in_chinese(used.text),
    )


@bp.route("/templates/versions/<int:version_id>", methods=["GET", "POST"])
@requires(Permission.VIEW_TEMPLATES)
def version(version_id: int) -> ResponseReturnValue:
    """Show one version against what is in force, and try it on a case."""
    return version_page(version_id, OpinionForm())


def version_page(version_id: int, opinion: OpinionForm) -> ResponseReturnValue:
    """Return the page of one version; ``opinion`` may carry a complaint."""
    actor = surroundings.current_actor()
    page = get_version(db.session(), actor, version_id)
    line, spoken = page.line, in_chinese(page.text)
    form = TrialFields()
    form.ground.choices = ground_choices(line.statute, page.part)
    if not form.case_number.data and actor.sees(line.facts.agency_path):
        samples = list_sample_cases(
            db.session(), actor, agency_path=line.facts.agency_path, statute=line.statute
        )
        form.case_number.data = samples[0].number if samples else ""
    tried = try_wording(form, line.statute, page.part, page.text)
    if tried.answer is not None:
        return tried.answer
    waits = line.state is VersionState.PROPOSED
    used = text_in_use(surroundings.current_desk(), line.agency_id, line.statute, page.part)
    against = used.text if waits else used.default
    shown = render_template(
        "wording/version.html",
        line=line,
        part=page.part,
        text=spoken,
        acts=[act.name for act in open_acts(line.facts, actor)],
        difference=compare(in_chinese(against), spoken),
        against=used.name if waits else "默认文本",
        flaws=check_wording(
            current_app.extensions["casework_stationery"], line.statute, page.part, page.text
        ),
        form=form,
        release=ReleaseForm(),
        opinion=opinion,
        preview=tried.preview,
    )
    return shown, status_of(opinion) if opinion.errors else tried.status


def text_key(statute: str, part: str) -> tuple[StatuteCode, TemplatePart]:
    """Return which text an address names; NotFound if there is none."""
    code = next((each for each in StatuteCode if each.value == statute), None)
    found = find_part(part, code) if code is not None else None
    if code is None or found is None:
        raise NotFound("没有这份文书模板")
    return code, found
