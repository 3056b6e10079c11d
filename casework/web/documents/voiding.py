"""作废文书: the page on which the leader undoes a document that was issued by mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from wtforms import RadioField, TextAreaField

from casework.domain.permissions import Permission
from casework.domain.voiding import VoidOrder
from casework.extensions import db
from casework.queries.case_page import get_case_head
from casework.services import voiding
from casework.web import surroundings
from casework.web.documents import bp
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import ActForm, long_text_limits, options
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_SENT, _REISSUE = "sent", "reissue"


class VoidForm(ActForm):
    """Why, whether it had left, and what comes after."""

    reason = TextAreaField("作废的原因", validators=long_text_limits("作废的原因"))
    sent = RadioField(
        "这份文书送出没有",
        choices=options((("kept", "没有送出"), (_SENT, "已经送出，同时出具撤销告知书"))),
        default="kept",
    )
    then = RadioField(
        "之后怎么办",
        choices=options(((_REISSUE, "改正后重新出具"), ("drop", "不再出具，所告知的事项一并撤回"))),
        default=_REISSUE,
    )


@bp.route("/cases/<int:case_id>/documents/<int:document_id>/void", methods=["GET", "POST"])
@requires(Permission.VOID_DOCUMENT)
def void(case_id: int, document_id: int) -> ResponseReturnValue:
    """作废 one issued document; its number stays used and its bytes stay."""
    desk = surroundings.current_desk()
    document = voiding.prepare_voiding(desk, case_id, document_id)
    form = VoidForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            key = voiding.void_document(
                desk,
                case_id,
                document_id,
                VoidOrder(
                    reason=form.reason.data or "",
                    was_sent=document.delivered or form.sent.data == _SENT,
                    reissue=form.then.data == _REISSUE,
                ),
                version=form.version.data,
            )
            flash(f"{key.number} 的{document.title}已作废，文号不再使用")
            return redirect(url_for("cases.show", case_id=case_id, _anchor="docs"))
    head = get_case_head(db.session(), surroundings.current_actor(), case_id)
    if not form.is_submitted():
        form.version.data = head.version
    page = render_template("documents/void.html", form=form, head=head, document=document)
    return page, status_of(form)
