"""核对年报: anybody's published report, its table and its words, or our own chapter as edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template, request
from flask_wtf.file import FileField
from wtforms import IntegerField, RadioField, TextAreaField
from wtforms.validators import Optional

from casework.domain.annual_checks import passes
from casework.domain.errors import RuleBroken
from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.annual_cube import read_table, sum_fees
from casework.queries.annual_locks import find_locked_table
from casework.services.published_reports import (
    JudgedFile,
    judge_file,
    judge_text,
    judge_words,
    text_of,
)
from casework.web.annual import bp
from casework.web.annual.choice import list_offered_years, read_choice
from casework.web.annual.figures import cell_in_words
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import PageForm, long_text_limits, options
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from casework.web.annual.choice import Choice

LONGEST_REPORT = 200_000
_FILE, _OURS = "file", "ours"


class JudgeForm(PageForm):
    """A report as a file, as pasted words, or both."""

    file: Any = FileField("报告或者统计表文件")
    text = TextAreaField(
        "报告文字", validators=long_text_limits("报告文字", longest=LONGEST_REPORT)
    )
    year = IntegerField("年度", validators=[Optional()])
    against = RadioField(
        "与哪张表核对",
        choices=options([(_FILE, "文件里的表"), (_OURS, "本系统这一年度的表")]),
        default=_FILE,
    )


@bp.route("/annual/judge", methods=["GET", "POST"])
@requires(Permission.VIEW_ANNUAL)
def judge() -> ResponseReturnValue:
    """Judge a report; nothing of it is kept."""
    choice = read_choice()
    form = JudgeForm()
    if not form.is_submitted():
        form.against.data = _OURS if request.args.get("ours") == "1" else _FILE
    judged: JudgedFile | None = None
    if form.validate_on_submit():
        with rules_shown_on(form):
            judged = _judged(choice, form)
    page = render_template(
        "annual/judge.html",
        choice=choice,
        years=list_offered_years(choice),
        form=form,
        judged=judged,
        passed=judged is not None and passes(judged.checks),
        checks=sorted(judged.checks, key=lambda check: check.ok) if judged else (),
        words=cell_in_words,
    )
    return page, status_of(form)


def _judged(choice: Choice, form: JudgeForm) -> JudgedFile:
    upload, text = form.file.data, (form.text.data or "").strip()
    content = upload.read() if upload else b""
    if not content and not text:
        raise RuleBroken("nothing_given", "请选择文件，或者粘贴报告文字", field="text")
    if form.against.data == _OURS:
        return _against_ours(choice, content, upload.filename if upload else "", text)
    if content:
        return judge_file(content, upload.filename or "", text=text, year=form.year.data)
    return judge_words(text, form.year.data)


def _against_ours(choice: Choice, content: bytes, file_name: str, text: str) -> JudgedFile:
    """Hold the words against the table of the year as it stands, or as it was locked."""
    session = db.session()
    table = find_locked_table(session, choice.form, choice.year, choice.scope) or read_table(
        session, choice.form, choice.year, choice.scope
    )
    told = text_of(content, file_name) if content else ""
    words = "\n".join(part for part in (told, text) if part)
    fees = sum_fees(session, choice.year, choice.scope)
    return JudgedFile(checks=judge_text(words, table, fees_yuan=fees), sheet=None)
