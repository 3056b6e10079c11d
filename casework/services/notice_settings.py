"""提醒设置: a person says what they want to be told of, by which way, and when not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken
from casework.domain.permissions import Permission, require
from casework.domain.text import clean_text
from casework.models import NoticeSetting
from casework.services.case_file import record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from casework.domain.notices import NoticeWishes
    from casework.services.desk import Desk

_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_CHAT_ID = re.compile(r"[\w@.+-]{1,64}")
NOTICES_SET = "set_notices"
_TIME = "%H:%M"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRequest:
    """What the settings page asks for; ``mail`` "" and not ``chat``: nothing is sent any more."""

    mail: str
    chat: bool
    chat_id: str
    wishes: NoticeWishes


def set_notices(desk: Desk, asked: NoticeRequest) -> None:
    """Keep one's own wishes; nothing that happened before is told.

    Raises RuleBroken for an address or id that cannot be one. The audit event says which ways are
    on, not the address.
    """
    require(desk.actor, Permission.VIEW_CASES)
    if desk.actor.user_id is None:
        raise RuleBroken("account_needed", "提醒属于个人账号，请登录后再办")
    mail, chat_id = clean_text(asked.mail), clean_text(asked.chat_id)
    if mail and not _MAIL.fullmatch(mail):
        raise RuleBroken(
            "mail_shape", "电子邮件地址不像是地址，请写成 name@example.gov.cn 的样子", field="mail"
        )
    if chat_id and not _CHAT_ID.fullmatch(chat_id):
        raise RuleBroken(
            "chat_id_shape",
            "群成员账号只能有字母、数字和 . _ - @ +，请核对",
            field="chat_id",
        )
    if (mail or asked.chat) and not asked.wishes.kinds:
        raise RuleBroken("no_kind", "请至少勾选一种提醒，或者把两种方式都停用", field="kinds")
    with transaction(desk.session):
        row = desk.session.get(NoticeSetting, desk.actor.user_id)
        if row is None:
            row = NoticeSetting(user_id=desk.actor.user_id)
            desk.session.add(row)
        row.mail, row.chat, row.chat_id = mail, asked.chat, chat_id
        row.kinds = sorted(kind.value for kind in asked.wishes.kinds)
        row.digest_at = asked.wishes.digest_at.strftime(_TIME)
        row.quiet_from = asked.wishes.quiet_from.strftime(_TIME)
        row.quiet_until = asked.wishes.quiet_until.strftime(_TIME)
        row.since = desk.now
        record_event(
            desk,
            case=None,
            action=NOTICES_SET,
            permission=Permission.VIEW_CASES,
            detail={"mail": bool(mail), "chat": asked.chat, "kinds": row.kinds},
        )
