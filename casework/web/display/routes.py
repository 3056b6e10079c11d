"""显示设置: open to everybody, the log-in page must be readable too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, redirect, render_template, request
from flask_login import current_user
from wtforms import HiddenField, RadioField

from casework.web.display import bp
from casework.web.display.choice import Contrast, Display, TextSize, chosen, keep
from casework.web.errors import status_of
from casework.web.fields import PageForm, options
from casework.web.security import public, safe_next

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


class DisplayForm(PageForm):
    """字号 and 对比度; ``next`` is the page the person came from."""

    size = RadioField("字号", choices=options([(one.value, one.label) for one in TextSize]))
    contrast = RadioField("对比度", choices=options([(one.value, one.label) for one in Contrast]))
    next = HiddenField()


@bp.route("/display", methods=["GET", "POST"])
@public
def settings() -> ResponseReturnValue:
    """Show the choice of this browser and keep a new one."""
    now = chosen()
    form = DisplayForm(
        size=now.size.value, contrast=now.contrast.value, next=request.args.get("next", "")
    )
    if form.validate_on_submit():
        response = make_response(redirect(safe_next(form.next.data)))
        keep(response, Display(TextSize(form.size.data), Contrast(form.contrast.data)))
        return response
    page = render_template(
        "display/settings.html", form=form, signed_in=current_user.is_authenticated
    )
    return page, status_of(form)
