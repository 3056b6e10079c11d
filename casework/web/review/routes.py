"""审核 and 签发: another person's word on one exact text, step by step (条例第十七条)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from casework.documents.letter_templates import answer_kind
from casework.domain.permissions import Permission
from casework.domain.review_chain import StepKind
from casework.domain.states import State
from casework.domain.workflow import Action, decide
from casework.extensions import db
from casework.queries.case_page import get_case_head
from casework.queries.case_papers import list_drafts, list_reviews
from casework.queries.desk import list_open
from casework.services import issue as issuing
from casework.services import review as reviewing
from casework.services.document_record import list_newer_texts
from casework.web import surroundings
from casework.web.difference import compare
from casework.web.errors import rules_shown_on, status_of
from casework.web.review import bp
from casework.web.review.forms import RefuseForm, ReviewForm
from casework.web.security import requires

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from casework.domain.facts import CaseFacts
    from casework.queries.case_rows import CaseRow
    from casework.services.case_file import CaseKey
    from casework.services.desk import Desk

POINTS = {
    StepKind.UNIT_HEAD: ("检索的范围和方法写明了", "所答与所问一致", "材料齐全、页码相符"),
    StepKind.LEGAL_REVIEW: (
        "结果与依据相符",
        "不予公开的每一部分都写了理由",
        "第三方意见写明是否采纳",
        "救济告知的机关、期限正确",
        "附件已遮去不公开的内容",
    ),
    StepKind.SECRECY: (
        "没有国家秘密、工作秘密",
        "没有应遮去而未遮去的个人信息、商业秘密",
        "汇总之后不涉及国家安全、公共安全、经济安全、社会稳定",
    ),
    StepKind.DEPUTY_LEADER: ("结果妥当", "与以往同类答复一致"),
}
"""What each step looks at, on its page."""


@bp.get("/review")
@requires(Permission.REVIEW)
def queue() -> ResponseReturnValue:
    """List what waits for this person's review, the earliest limit first."""
    return render_template("review/queue.html", rows=_waiting(State.IN_REVIEW))


@bp.get("/issue")
@requires(Permission.ISSUE)
def issue_queue() -> ResponseReturnValue:
    """List what waits to be issued, the earliest limit first."""
    return render_template("review/issue_queue.html", rows=_waiting(State.AWAITING_ISSUE))


@bp.get("/cases/<int:case_id>/review")
@requires(Permission.REVIEW)
def review(case_id: int) -> ResponseReturnValue:
    """Show the text against the version this reviewer saw last."""
    return _review_page(case_id, ReviewForm())


@bp.post("/cases/<int:case_id>/approve")
@requires(Permission.REVIEW)
def approve(case_id: int) -> ResponseReturnValue:
    """审核通过."""
    form = ReviewForm()
    return _speak(
        case_id,
        form,
        lambda desk: reviewing.approve(
            desk,
            case_id,
            text_hash=form.text_hash.data or "",
            opinion=form.opinion.data or "",
            version=form.version.data,
        ),
        "审核通过",
    )


@bp.post("/cases/<int:case_id>/return-draft")
@requires(Permission.REVIEW)
def return_draft(case_id: int) -> ResponseReturnValue:
    """退回承办人修改."""
    form = ReviewForm()
    return _speak(
        case_id,
        form,
        lambda desk: reviewing.return_draft(
            desk,
            case_id,
            text_hash=form.text_hash.data or "",
            opinion=form.opinion.data or "",
            version=form.version.data,
        ),
        "已退回承办人修改",
    )


@bp.route("/cases/<int:case_id>/issue", methods=["GET", "POST"])
@requires(Permission.ISSUE)
def issue(case_id: int) -> ResponseReturnValue:
    """签发: the approved text becomes a document with its number."""
    form = RefuseForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            key = issuing.issue_reply(
                surroundings.current_desk(), case_id, version=form.version.data
            )
            flash(f"{key.number} 已签发，文书在第六部分，请登记送达")
            return redirect(url_for("cases.show", case_id=key.id, _anchor="docs"))
    return _issue_page(case_id, form)


@bp.post("/cases/<int:case_id>/refuse-issue")
@requires(Permission.ISSUE)
def refuse_issue(case_id: int) -> ResponseReturnValue:
    """不予签发，退回修改."""
    form = RefuseForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            key = issuing.refuse_issue(
                surroundings.current_desk(),
                case_id,
                reason=form.reason.data or "",
                version=form.version.data,
            )
            flash(f"{key.number} 不予签发，已退回承办人修改")
            return redirect(url_for("review.issue_queue"))
    return _issue_page(case_id, form)


def _speak(
    case_id: int, form: ReviewForm, act: Callable[[Desk], CaseKey], done: str
) -> ResponseReturnValue:
    if form.validate_on_submit():
        with rules_shown_on(form):
            key = act(surroundings.current_desk())
            head = get_case_head(db.session(), surroundings.current_actor(), key.id)
            flash(f"{key.number} {done}，现在是“{head.stage}”")
            return redirect(url_for("review.queue"))
    return _review_page(case_id, form)


def _review_page(case_id: int, form: ReviewForm) -> ResponseReturnValue:
    session, actor = db.session(), surroundings.current_actor()
    head = get_case_head(session, actor, case_id)
    if request.method == "GET":
        decide(head.facts, Action.RETURN_DRAFT, actor)
    drafts = list_drafts(session, case_id)
    reviews = list_reviews(session, case_id)
    draft = drafts[0]
    seen = next((r for r in reviews if r.reviewer_id == actor.user_id and not r.bypassed), None)
    step = head.facts.step_in_turn
    former = next((d for d in drafts if seen and d.id == seen.draft_id and d.id != draft.id), None)
    if request.method == "GET":
        form.version.data = head.version
        form.text_hash.data = draft.text_hash
    page = render_template(
        "review/review.html",
        form=form,
        head=head,
        draft=draft,
        former=former,
        seen=seen,
        difference=compare(former.body, draft.body) if former else None,
        reviews=reviews,
        letter_kind=answer_kind(draft.counted),
        step=step,
        next_step=_after(head.facts),
        points=POINTS[step.kind] if step else (),
        newer=list_newer_texts(surroundings.current_desk(), case_id),
        waiting=_waiting(State.IN_REVIEW),
    )
    return page, status_of(form)


def _issue_page(case_id: int, form: RefuseForm) -> ResponseReturnValue:
    session, actor = db.session(), surroundings.current_actor()
    head = get_case_head(session, actor, case_id)
    if request.method == "GET":
        decide(head.facts, Action.ISSUE, actor)
        form.version.data = head.version
    draft = list_drafts(session, case_id)[0]
    page = render_template(
        "review/issue.html",
        form=form,
        head=head,
        draft=draft,
        letter_kind=answer_kind(draft.counted),
        reviews=list_reviews(session, case_id),
        newer=list_newer_texts(surroundings.current_desk(), case_id),
        waiting=_waiting(State.AWAITING_ISSUE),
    )
    return page, status_of(form)


def _waiting(state: State) -> list[CaseRow]:
    mine = state is State.IN_REVIEW
    return list_open(db.session(), surroundings.current_viewer(), state=state, mine=mine).rows


def _after(facts: CaseFacts) -> str:
    """Return where the draft goes once the step in turn is passed."""
    to_come = [step for step in facts.steps if not step.passed]
    return to_come[1].kind.label if len(to_come) > 1 else "签发"
