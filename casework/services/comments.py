"""留言: a remark inside a case; colleagues named with @ find it in their to-do list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from casework.domain.errors import RuleBroken
from casework.domain.permissions import Permission, require
from casework.domain.text import clean_text
from casework.models import Comment, Mention
from casework.queries.people import list_who_may_see
from casework.queries.visibility import find_knowers
from casework.services.case_file import CaseKey, open_case, record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.models import Case, User
    from casework.services.desk import Desk

_AT = re.compile(r"[@＠]")


def comment(desk: Desk, case_id: int, *, body: str) -> CaseKey:
    """Write a remark and tell those it names; allowed while the clock rests and after the end.

    Raises RuleBroken on an empty remark or one that names nobody after an @.
    """
    require(desk.actor, Permission.VIEW_CASES)
    body = clean_text(body, keep_lines=True)
    if not body:
        raise RuleBroken("comment_empty", "请写留言", field="body")
    with transaction(desk.session):
        case = open_case(desk, case_id)
        named = _named(body, _colleagues(desk, case))
        desk.session.add(
            Comment(
                case_id=case.id,
                author_id=desk.actor.user_id,
                body=body,
                written_at=desk.now,
                mentions=[Mention(user_id=user_id) for user_id in named],
            )
        )
        record_event(
            desk,
            case=case,
            action="comment",
            permission=Permission.VIEW_CASES,
            detail={"mentions": len(named)},
        )
        return CaseKey(case.id, case.number)


def mark_read(desk: Desk, case_id: int) -> None:
    """Take the remarks of a case off the to-do list of the person who has read them."""
    with transaction(desk.session):
        case = open_case(desk, case_id)
        desk.session.execute(
            update(Mention)
            .where(
                Mention.user_id == desk.actor.user_id,
                Mention.read_at.is_(None),
                Mention.comment_id.in_(select(Comment.id).where(Comment.case_id == case.id)),
            )
            .values(read_at=desk.now)
        )


def _colleagues(desk: Desk, case: Case) -> Sequence[User]:
    """Return everybody who may know of the case."""
    knowers = find_knowers(desk.session, case.id)
    return [
        person
        for person in list_who_may_see(desk.session, case.agency.path)
        if knowers is None or person.id in knowers
    ]


def _named(body: str, colleagues: Sequence[User]) -> list[int]:
    """Return whom the remark names, each once; the longest name that fits after an @ wins."""
    by_name = sorted(colleagues, key=lambda user: len(user.name), reverse=True)
    found: list[int] = []
    for mark in _AT.finditer(body):
        rest = body[mark.end() :]
        named = next((user for user in by_name if rest.startswith(user.name)), None)
        if named is None:
            raise RuleBroken(
                "mention_unknown",
                f"“@{rest[:8]}”后面不是能看到本案的同事的姓名，请写全名",
                field="body",
            )
        if named.id not in found:
            found.append(named.id)
    return found
