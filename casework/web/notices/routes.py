"""提醒设置: one page on which a person says what to be told of, how and when."""

from __future__ import annotations

import re
import unicodedata
from datetime import time
from typing import TYPE_CHECKING

from flask import current_app, flash, redirect, render_template, url_for
from wtforms import BooleanField, SelectMultipleField, StringField
from wtforms.validators import Length, ValidationError

from casework.domain.notices import DAILY, NoticeKind, NoticeWishes
from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.notices import find_wishes
from casework.services.notice_settings import NoticeRequest, set_notices
from casework.web import surroundings
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import PageForm, options, short_text
from casework.web.notices import bp
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from wtforms import Field

    from casework.queries.notices import Wisher

_CLOCK = re.compile(r"(\d{1,2}):?(\d{2})")
_LAST_HOUR, _LAST_MINUTE = 23, 59
_LONGEST_MAIL = 254


class UnreadableTimeError(ValueError):
    """The text names no time of day; the message is one Chinese sentence."""


def parse_time(text: str) -> time:
    """Return the time that ``text`` names: 8:30, 08:30, 0830, full-width digits too."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    found = _CLOCK.fullmatch(plain)
    if not found or int(found[1]) > _LAST_HOUR or int(found[2]) > _LAST_MINUTE:
        msg = f"“{text.strip()}”不是时间，请写成 8:30 或 0830"
        raise UnreadableTimeError(msg)
    return time(int(found[1]), int(found[2]))


class NoticeForm(PageForm):
    """The settings; two empty ways mean that nothing is sent."""

    mail = StringField(
        "单位电子邮件",
        validators=[Length(max=_LONGEST_MAIL, message="电子邮件地址最多 254 个字，请核对")],
    )
    chat = BooleanField("在工作群里提醒我")
    chat_id = short_text("我在群里的账号", longest=64)
    kinds = SelectMultipleField(
        "提醒哪些事",
        choices=options([(kind.value, kind.label) for kind in NoticeKind]),
        default=[kind.value for kind in NoticeKind],
    )
    digest_at = StringField("每日摘要的时间", default="8:30")
    quiet_from = StringField("免打扰，从", default="20:00")
    quiet_until = StringField("免打扰，到", default="7:30")

    def validate_digest_at(self, field: Field) -> None:
        """Take a time of day."""
        _check_time(field)

    def validate_quiet_from(self, field: Field) -> None:
        """Take a time of day."""
        _check_time(field)

    def validate_quiet_until(self, field: Field) -> None:
        """Take a time of day."""
        _check_time(field)

    def asked(self) -> NoticeRequest:
        """Return what the form asks for, once it has been validated."""
        return NoticeRequest(
            mail=self.mail.data or "",
            chat=bool(self.chat.data),
            chat_id=self.chat_id.data or "",
            wishes=NoticeWishes(
                kinds=frozenset(NoticeKind(kind) for kind in self.kinds.data or ()),
                digest_at=parse_time(self.digest_at.data or ""),
                quiet_from=parse_time(self.quiet_from.data or ""),
                quiet_until=parse_time(self.quiet_until.data or ""),
            ),
        )


def _check_time(field: Field) -> None:
    try:
        parse_time(field.data or "")
    except UnreadableTimeError as error:
        raise ValidationError(str(error)) from error


@bp.route("/notices", methods=["GET", "POST"])
@requires(Permission.VIEW_CASES)
def settings() -> ResponseReturnValue:
    """Show one's own wishes and keep new ones."""
    person = surroundings.current_actor()
    kept = find_wishes(db.session(), person.user_id) if person.user_id is not None else None
    form = NoticeForm(data=_filled(kept) if kept else None)
    if form.validate_on_submit():
        with rules_shown_on(form):
            asked = form.asked()
            set_notices(surroundings.current_desk(), asked)
            flash("提醒已设好" if asked.mail or asked.chat else "提醒已停用，不再发送")
            return redirect(url_for("notices.settings"))
    page = render_template(
        "notices/settings.html",
        form=form,
        daily=[kind.label for kind in DAILY],
        ways={
            "mail": bool(current_app.config["SMTP_URL"]),
            "chat": bool(current_app.config["ROBOT_URL"]),
        },
    )
    return page, status_of(form)


def _filled(kept: Wisher) -> dict[str, object]:
    wishes = kept.wishes
    return {
        "mail": kept.mail,
        "chat": kept.chat,
        "chat_id": kept.chat_id,
        "kinds": [kind.value for kind in wishes.kinds],
        "digest_at": _written(wishes.digest_at),
        "quiet_from": _written(wishes.quiet_from),
        "quiet_until": _written(wishes.quiet_until),
    }


def _written(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"
