"""验证文书: the page that says whether a copy is the document that was issued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template
from flask_wtf.file import FileField

from casework.domain.permissions import Permission
from casework.services.verification import verify_file, verify_mark
from casework.web import surroundings
from casework.web.documents import bp
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import PageForm, short_text
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


class VerifyForm(PageForm):
    """A file, or what stands at the foot of a paper."""

    mark = short_text("文号、校验码")
    copy = FileField("PDF 文件")


@bp.route("/verify", methods=["GET", "POST"])
@requires(Permission.VIEW_CASES)
def verify() -> ResponseReturnValue:
    """Compare a file byte for byte, or a paper's number and code, with what is on file.

    The file is hashed, its signatures are read, and it is forgotten: nothing of it is stored.
    """
    form = VerifyForm()
    found = None
    if form.validate_on_submit():
        with rules_shown_on(form):
            desk = surroundings.current_desk()
            if form.copy.data:
                found = verify_file(desk, form.copy.data.read())
            else:
                found = verify_mark(desk, form.mark.data or "")
    return render_template("documents/verify.html", form=form, found=found), status_of(form)
