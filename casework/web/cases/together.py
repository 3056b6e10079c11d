"""留言 and 附件 of a case: written on the case page, files handed out so that none of them runs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Response, flash, redirect, render_template, request, url_for
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, TextAreaField

from casework.domain.attachments import ENDINGS, LARGEST_FILE, MEGABYTE
from casework.domain.errors import DomainError, NotFound
from casework.domain.permissions import Permission
from casework.domain.relief_papers import PAPERS, ReliefPaper
from casework.extensions import db
from casework.queries.case_page import get_case_file
from casework.services import attachments, comments
from casework.services.attachments import PaperOf
from casework.web import surroundings
from casework.web.cases import bp
from casework.web.cases.acting import attachment_folder, get_head
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import PageForm, long_text_limits, options, row_id, short_text
from casework.web.security import requires

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import FileStorage

    from casework.queries.case_office import ReliefLine

_NO_SCRIPT = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_BOTH = ["GET", "POST"]


class CommentForm(PageForm):
    """留言."""

    body = TextAreaField("留言", validators=long_text_limits("留言", longest=2000))


class AttachmentForm(PageForm):
    """上传附件."""

    file = FileField("文件", validators=[FileRequired("请选择要上传的文件")])
    paper = SelectField("文书种类", validate_choice=False)
    note = short_text("说明")


@bp.route("/cases/<int:case_id>/comment", methods=_BOTH)
@requires(Permission.VIEW_CASES)
def comment(case_id: int) -> ResponseReturnValue:
    """留言; to read them is to take them off one's to-do list."""
    form = CommentForm()
    if form.validate_on_submit():
        with rules_shown_on(form):
            comments.comment(surroundings.current_desk(), case_id, body=form.body.data or "")
            flash("留言已写入，提到的同事会在待办里看到")
            return redirect(url_for("cases.show", case_id=case_id, _anchor="team"))
    page = render_template("cases/comment.html", form=form, head=get_head(case_id))
    return page, status_of(form)


@bp.post("/cases/<int:case_id>/comments/read")
@requires(Permission.VIEW_CASES)
def mark_comments_read(case_id: int) -> ResponseReturnValue:
    """知道了: the remarks that name this person leave their to-do list."""
    comments.mark_read(surroundings.current_desk(), case_id)
    return redirect(url_for("inbox.index"))


@bp.route("/cases/<int:case_id>/attach", methods=_BOTH)
@requires(Permission.ATTACH)
def attach(case_id: int) -> ResponseReturnValue:
    """上传附件; with ``?relief=`` it is a paper of that 复议 or 诉讼."""
    form = AttachmentForm()
    relief = _relief_asked_for(case_id)
    form.paper.choices = options(
        [("", "不是复议、诉讼的文书")]
        if relief is None
        else [(paper.value, paper.label) for paper in PAPERS[relief.kind]]
    )
    if form.validate_on_submit():
        with rules_shown_on(form):
            upload = form.file.data
            attachments.attach(
                surroundings.current_desk(),
                case_id,
                folder=attachment_folder(),
                name=upload.filename or "",
                content=upload.stream.read(LARGEST_FILE + 1),
                note=form.note.data or "",
                paper_of=PaperOf(relief_id=relief.id, paper=ReliefPaper(form.paper.data))
                if relief is not None and form.paper.data in set(ReliefPaper)
                else None,
            )
            flash("附件已存入案卷")
            place = "team" if relief is None else "relief"
            return redirect(url_for("cases.show", case_id=case_id, _anchor=place))
    page = render_template(
        "cases/attach.html",
        form=form,
        relief=relief,
        head=get_head(case_id),
        endings=ENDINGS,
        megabytes=LARGEST_FILE // MEGABYTE,
    )
    return page, status_of(form)


def take_files(case_id: int, files: Sequence[FileStorage]) -> None:
    """Put what came with a registration into the file; say of each that could not why not.

    The case is there already: a picture that is too large does not undo a registration.
    """
    for upload in files:
        if not upload.filename:
            continue
        try:
            attachments.attach(
                surroundings.current_desk(),
                case_id,
                folder=attachment_folder(),
                name=upload.filename,
                content=upload.stream.read(LARGEST_FILE + 1),
                note="登记时收到的申请材料",
            )
        except DomainError as error:
            flash(f"“{upload.filename}”没有存入：{error.message}。请在案件页重新上传")


@bp.get("/cases/<int:case_id>/attachments/<int:attachment_id>")
@requires(Permission.READ_PAPERS)
def attachment(case_id: int, attachment_id: int) -> ResponseReturnValue:
    """Hand out one attachment; pictures and PDF may be looked at, everything else is saved."""
    stored = attachments.read_attachment(
        surroundings.current_desk(), case_id, attachment_id, folder=attachment_folder()
    )
    shows = stored.kind.preview and request.args.get("download") != "1"
    response = Response(stored.content, mimetype=stored.kind.media_type)
    how = "inline" if shows else "attachment"
    response.headers["Content-Disposition"] = (
        f'{how}; filename="attachment.{stored.kind.ending}"; '
        f"filename*=UTF-8''{quote(stored.name)}"
    )
    response.headers["Content-Security-Policy"] = _NO_SCRIPT
    return response


def _relief_asked_for(case_id: int) -> ReliefLine | None:
    """Return the 复议 or 诉讼 of this case that the page was opened for."""
    wanted = request.args.get("relief", type=row_id)
    if wanted is None:
        return None
    file = get_case_file(db.session(), surroundings.current_actor(), case_id)
    relief = next((one for one in file.reliefs if one.id == wanted), None)
    if relief is None:
        raise NotFound("本案没有这项复议、诉讼")
    return relief
