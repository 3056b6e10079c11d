"""拟稿: outcome, grounds, and what the law wants beside them; then 送审 and 撤回."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from wtforms import RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from casework.domain.errors import EditConflict
from casework.domain.grounds import Outcome, Requirement
from casework.domain.outcomes import find_ground, grounds_for
from casework.domain.permissions import Permission
from casework.domain.reply import BY_THE_CATALOGUE, ReplyContent
from casework.domain.workflow import Action, decide
from casework.extensions import db
from casework.queries.case_papers import list_drafts, list_reviews
from casework.queries.similar_requests import filed_request, find_help
from casework.services import draft_facts, drafting
from casework.web import surroundings
from casework.web.cases import bp
from casework.web.cases.acting import CONFLICT, get_head, run_act
from casework.web.cases.conflict import clash
from casework.web.cases.forms import PlainActForm
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import ActForm, long_text_limits, options
from casework.web.security import requires

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask.typing import ResponseReturnValue
    from wtforms import Field

    from casework.domain.grounds import Ground
    from casework.queries.case_page import CaseHead
    from casework.queries.case_papers import DraftLines
    from casework.queries.similar_requests import DeskHelp

_BOTH = ["GET", "POST"]
TYPED = tuple(need for need in Requirement if need not in BY_THE_CATALOGUE)
"""What the drafter writes; the articles are the catalogue's."""

_AREAS = {
    need.value: TextAreaField(need.label, validators=long_text_limits(need.label)) for need in TYPED
}


class _DraftFields(ActForm):
    outcome = RadioField(
        "办理结果",
        choices=options((outcome.value, outcome.label) for outcome in Outcome),
        validators=[InputRequired("请选办理结果")],
    )
    grounds = SelectMultipleField(
        "适用情形",
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    counted = SelectField("年报计入哪一项", validate_choice=False)


DraftForm = type("DraftForm", (_DraftFields,), _AREAS)
"""The fields of 拟稿: one text area for each ``Requirement`` the drafter writes."""


@bp.route("/cases/<int:case_id>/save-draft", methods=_BOTH)
@requires(Permission.DRAFT)
def save_draft(case_id: int) -> ResponseReturnValue:
    """拟稿: choose, write, keep a new version; “列出要写的内容” keeps nothing."""
    form: ActForm = DraftForm()
    keeps = request.form.get("do") != "list"
    collision: EditConflict | None = None
    if keeps and form.validate_on_submit():
        try:
            with rules_shown_on(form):
                key = drafting.save_draft(
                    surroundings.current_desk(), case_id, _content(form), version=form.version.data
                )
                flash(f"{key.number} 稿件已保存。核对全文后提交审核")
                return redirect(url_for("cases.show", case_id=case_id, _anchor="draft"))
        except EditConflict as conflict:
            collision = conflict
    head = get_head(case_id)
    drafts = list_drafts(db.session(), case_id)
    refusals = grounds_for(head.statute.value, Outcome.NOT_DISCLOSED)
    form["counted"].choices = options(
        [("", "所勾的第一项"), *((ground.code, ground.label) for ground in refusals)]
    )
    if request.method == "GET":
        decide(head.facts, Action.SAVE_DRAFT, surroundings.current_actor())
        form.version.data = head.version
        if drafts:
            _fill(form, drafts[0])
        _choose(form, request.args.get("ground", ""), head)
    areas = _areas(form)
    proposed = _propose(
        areas, draft_facts.suggest_particulars(surroundings.current_desk(), case_id)
    )
    both: dict[str, object] = {}
    if collision is not None:
        decide(head.facts, Action.SAVE_DRAFT, surroundings.current_actor())
        now = _words(drafts[0].content) if drafts else {}
        standing = drafts[0] if drafts else None
        both["clash"] = clash(form, head, now, _words(_content(form)), draft=standing)
        both["collision"] = collision.message
    page = render_template(
        "cases/save_draft.html",
        form=form,
        head=head,
        action=Action.SAVE_DRAFT,
        help=_help(case_id),
        groups=_groups(head),
        areas=areas,
        proposed=proposed,
        reviews=list_reviews(db.session(), case_id),
        **both,
    )
    if collision is not None:
        return page, CONFLICT
    return page, status_of(form) if keeps else 200


def _help(case_id: int) -> DeskHelp:
    session, actor = db.session(), surroundings.current_actor()
    asked = filed_request(session, actor, case_id, today=surroundings.today())
    return find_help(session, actor, asked)


def _words(content: ReplyContent) -> dict[str, str]:
    """Return a reply in words, by the labels of the page's fields."""
    grounds = [find_ground(code) for code in content.grounds]
    return {
        "办理结果": content.outcome.label,
        "适用情形": "、".join(ground.label for ground in grounds if ground),
        **{need.label: text for need, text in content.particulars.items() if text.strip()},
    }


@bp.route("/cases/<int:case_id>/submit-draft", methods=_BOTH)
@requires(Permission.DRAFT)
def submit_draft(case_id: int) -> ResponseReturnValue:
    """提交审核."""
    form = PlainActForm()
    return run_act(
        case_id,
        Action.SUBMIT_DRAFT,
        form,
        lambda desk: drafting.submit_draft(desk, case_id, version=form.version.data),
    )


@bp.route("/cases/<int:case_id>/recall-draft", methods=_BOTH)
@requires(Permission.DRAFT)
def recall_draft(case_id: int) -> ResponseReturnValue:
    """撤回送审稿."""
    form = PlainActForm()
    return run_act(
        case_id,
        Action.RECALL_DRAFT,
        form,
        lambda desk: drafting.recall_draft(desk, case_id, version=form.version.data),
    )


def _content(form: ActForm) -> ReplyContent:
    return ReplyContent(
        outcome=Outcome(form["outcome"].data),
        grounds=_ordered(form),
        particulars={need: form[need.value].data or "" for need in TYPED},
    )


def _ordered(form: ActForm) -> tuple[str, ...]:
    """Return the chosen grounds, the one that counts first (国办公开办函〔2021〕30号)."""
    chosen = list(form["grounds"].data or ())
    counted = form["counted"].data
    if counted in chosen:
        chosen.remove(counted)
        chosen.insert(0, counted)
    return tuple(chosen)


def _fill(form: ActForm, draft: DraftLines) -> None:
    form["outcome"].data = draft.content.outcome.value
    form["grounds"].data = list(draft.content.grounds)
    form["counted"].data = next(iter(draft.content.grounds), "")
    for need, text in draft.content.particulars.items():
        if need.value in form:
            form[need.value].data = text


def _choose(form: ActForm, code: str, head: CaseHead) -> None:
    """Begin with a ground that the case page offered; nothing is kept until it is saved."""
    ground = find_ground(code)
    if ground is not None and head.statute.value in ground.basis:
        form["outcome"].data = ground.outcome.value
        form["grounds"].data = [ground.code]


def _groups(head: CaseHead) -> list[tuple[Outcome, tuple[Ground, ...]]]:
    """Return the grounds of the case's regulation, by the class they stand under.

    部分公开 has none of its own: it rests on those for which a part is withheld (第三十七条).
    """
    return [
        (outcome, grounds_for(head.statute.value, outcome))
        for outcome in Outcome
        if outcome is not Outcome.PARTLY_DISCLOSED
    ]


def _areas(form: ActForm) -> list[Field]:
    """Return the text areas to show: what the chosen grounds ask for, and what is filled in."""
    asked: set[Requirement] = {Requirement.REASON}
    for ground in _chosen(form):
        asked.update(ground.needs)
    return [
        form[need.value]
        for need in TYPED
        if need in asked or form[need.value].data or form[need.value].errors
    ]


def _propose(areas: Iterable[Field], known: Mapping[Requirement, str]) -> set[str]:
    """Fill what is empty with what the file says; return the names of what was filled."""
    filled = set()
    for area in areas:
        text = known.get(Requirement(area.name))
        if text and not (area.data or "").strip():
            area.data = text
            filled.add(area.name)
    return filled


def _chosen(form: ActForm) -> Iterable[Ground]:
    codes = list(form["grounds"].data or ())
    if form["outcome"].data in {Outcome.DISCLOSED.value, Outcome.PARTLY_DISCLOSED.value}:
        # These classes are counted under a ground of their own name.
        counted = form["outcome"].data
        if counted != Outcome.DISCLOSED.value or not codes:
            codes.append(counted)
    return [ground for ground in map(find_ground, codes) if ground is not None]
