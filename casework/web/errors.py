"""The only map from what can go wrong to what the browser is told.

A broken rule belongs on its field: ``rules_shown_on`` puts it there and the page answers 422.
Everything else becomes a page of its own that keeps what the person had typed.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import current_app, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from casework.domain.errors import (
    EditConflict,
    NotFound,
    PermissionRefused,
    RuleBroken,
    TransitionRefused,
)
from casework.extensions import db
from casework.web.kept_text import kept_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask_wtf import FlaskForm
    from werkzeug.wrappers import Response

Answer = tuple[str, int]
_CLIENT_ERROR = 400
_NOT_THERE = 404
_SERVER_ERROR = 500

_HTTP_SENTENCES = {
    400: ("这次提交没有收下", "浏览器送来的内容不完整。请返回上一页，刷新后再提交一次。"),
    404: ("没有找到这一页", "地址可能写错了，或者内容不在您的机关范围内。可以用上方的查找。"),
    405: ("这个地址不能这样打开", "请从页面上的按钮进入。"),
    413: ("文件太大", "上传的文件超过 32 MB。请拆分后再上传。"),
}


class SignInNeeded(Exception):  # noqa: N818  a state of affairs, like RuleBroken
    """The page is for people who are logged in, and nobody is."""


@contextmanager
def rules_shown_on(form: FlaskForm) -> Iterator[None]:
    """Hang a broken rule on the field it names, or on the form if it names none."""
    try:
        yield
    except RuleBroken as broken:
        sentence = broken.message
        if broken.basis and broken.basis not in sentence:
            sentence = f"{sentence}（{broken.basis}）"
        field = form._fields.get(broken.field)
        if field is None or field.type in {"HiddenField", "CSRFTokenField"}:
            form.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]


def status_of(form: FlaskForm) -> int:
    """Return 422 if the form carries a complaint, else 200."""
    return 422 if form.errors else 200


def install(app: Flask) -> None:
    """Answer every error in words."""
    app.register_error_handler(PermissionRefused, _refused)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(TransitionRefused, _conflict)
    app.register_error_handler(EditConflict, _conflict)
    app.register_error_handler(RuleBroken, _broken)
    app.register_error_handler(SignInNeeded, _sign_in)
    app.register_error_handler(CSRFError, _page_too_old)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _page(status: int, title: str, sentence: str, *, icon: str = "late") -> Answer:
    # Whatever the act left half read is over; the page's own queries start afresh.
    db.session.rollback()
    template = "errors/page.html" if current_user.is_authenticated else "errors/plain.html"
    return render_template(
        template,
        title=title,
        sentence=sentence,
        icon_name=icon,
        kept=kept_text(),
        back=_case_page(),
    ), status


def _case_page() -> str | None:
    """Return the page of the case that the request was about, if it was about one."""
    case_id = (request.view_args or {}).get("case_id")
    return url_for("cases.show", case_id=case_id) if case_id is not None else None


def _refused(error: PermissionRefused) -> Answer:
    return _page(403, "这件事不归您办", error.message, icon="ban")


def _not_found(error: NotFound) -> Answer:
    return _page(404, "没有找到", error.message, icon="find")


def _conflict(error: TransitionRefused | EditConflict) -> Answer:
    return _page(409, "现在不能办这一步", error.message, icon="warn")


def _broken(error: RuleBroken) -> Answer:
    return _page(422, "有一处要改", error.message)


def _sign_in(_error: SignInNeeded) -> Answer | Response:
    if request.method == "GET":
        target = request.full_path.rstrip("?")
        return redirect(url_for("auth.log_in", next=None if target == "/" else target))
    sentence = "请重新登录后再提交；您填的内容列在下面，可以复制。"
    return _page(401, "登录已经结束", sentence, icon="warn")


def _page_too_old(_error: CSRFError) -> Answer:
    return _page(
        400,
        "页面开得太久，没有收下",
        "为防止他人冒用，页面须是您本次登录后打开的。请返回上一页刷新，再提交一次。",
        icon="warn",
    )


def _http(error: HTTPException) -> Answer | HTTPException:
    status = error.code or _SERVER_ERROR
    if status < _CLIENT_ERROR:
        return error  # a redirect raised as an exception
    title, sentence = _HTTP_SENTENCES.get(status, ("没有办成", "请返回上一页再试一次。"))
    if status >= _SERVER_ERROR:
        return _without_database(title, sentence)
    return _page(status, title, sentence, icon="find" if status == _NOT_THERE else "warn")


def _unforeseen(error: Exception) -> Answer:
    incident = secrets.token_hex(4)
    # The log names the place, never what was typed: request bodies hold personal data.
    current_app.logger.error("incident %s at %s", incident, request.endpoint, exc_info=error)
    if current_app.testing:
        raise error
    return _without_database(
        "这一步没有办成",
        f"问题已经记下，编号 {incident}。已经登记的内容没有受影响；"
        "请返回上一页再试，仍不行请把编号告诉系统管理员。",
    )


def _without_database(title: str, sentence: str) -> Answer:
    # The database may be what went wrong: this page asks it nothing.
    return render_template(
        "errors/plain.html",
        title=title,
        sentence=sentence,
        icon_name="warn",
        kept=kept_text(),
    ), _SERVER_ERROR
