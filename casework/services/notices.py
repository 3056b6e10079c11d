"""提醒: made in one transaction, sent after it, marked in another.

A command run by a timer makes and sends them; the web never waits for a mail server and never
opens a connection of its own. A notice is told once: its row is unique by person, way and topic.
A machine that dies between sending and marking tells it twice; the message carries the same
identifier, by which a mail server recognizes it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import delete, func, or_, select, update

from casework.domain.notices import NoticeChannel, NoticeKind, digest_subject, digest_text
from casework.domain.permissions import Permission
from casework.domain.time_source import BEIJING
from casework.models import Notice
from casework.queries.case_rows import Viewer
from casework.queries.desk import count_tallies
from casework.queries.notices import (
    WaitingNotice,
    Wisher,
    list_digest_lines,
    list_happenings,
    list_known_topics,
    list_waiting,
    list_wishers,
)
from casework.services.accounts import actor_of
from casework.services.case_file import record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from casework.services.desk import Desk

NOTICES_MADE = "make_notices"
NOTICES_SENT = "send_notices"
_LOOK_BACK = timedelta(days=3)
_CLAIM = timedelta(minutes=15)
_KEEP = timedelta(days=90)
_PROMPT_SUBJECT = "办件提醒"


class NotSentError(Exception):
    """The message did not go out; the text says why in one Chinese sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message: ``to`` is a mail address or a member's id, ``identifier`` the same each time."""

    to: str
    subject: str
    text: str
    identifier: str


class Sender(Protocol):
    """One way out of the house."""

    def send(self, message: Message) -> None:
        """Send it; NotSentError if it did not go out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """What a run did: messages sent, notices still waiting, and why."""

    sent: int
    waiting: int
    troubles: tuple[str, ...]


def make_notices(desk: Desk, *, address: str = "") -> int:
    """Write what is to be told now and return how many; ``address`` is where the system is opened.

    The digest of a working day is made once, from the person's hour on; what happens in between
    is told at the next run. One transaction.
    """
    local = desk.now.astimezone(BEIJING)
    with transaction(desk.session):
        desk.session.execute(delete(Notice).where(Notice.made_at < desk.now - _KEEP))
        made = 0
        for wisher in list_wishers(desk.session):
            made += _make_for(desk, wisher, local, address)
        if made:
            record_event(desk, case=None, action=NOTICES_MADE, detail={"count": made})
    return made


def send_notices(desk: Desk, senders: Mapping[NoticeChannel, Sender]) -> Dispatch:
    """Send what waits, outside each person's quiet hours: one message a person and way.

    A way without a sender waits. What could not be sent is tried again by later runs for three
    days, then given up.
    """
    local = desk.now.astimezone(BEIJING).time()
    sent, troubles = 0, []
    claimed = _claim(desk)
    try:
        for (_, channel), group in groupby(claimed, key=lambda one: (one.user_id, one.channel)):
            notices = list(group)
            if channel not in senders or notices[0].wishes.is_quiet(local):
                continue
            try:
                senders[channel].send(_message(notices))
            except NotSentError as error:
                troubles.append(str(error))
                _mark(desk, notices, trouble=str(error))
            else:
                sent += 1
                _mark(desk, notices)
    finally:
        _release(desk, [one.id for one in claimed])
    waiting = desk.session.scalar(select(func.count()).select_from(Notice).where(_is_waiting()))
    return Dispatch(sent=sent, waiting=waiting or 0, troubles=tuple(dict.fromkeys(troubles)))


def _make_for(desk: Desk, wisher: Wisher, local: datetime, address: str) -> int:
    actor = actor_of(desk.session, wisher.login)
    if not actor.may(Permission.VIEW_CASES):
        return 0
    found: list[tuple[str, str, str, int | None]] = [
        (one.topic, _PROMPT_SUBJECT, one.says, one.case_id)
        for one in list_happenings(
            desk.session,
            actor,
            since=max(wisher.since, desk.now - _LOOK_BACK),
            kinds=wisher.wishes.kinds,
        )
    ]
    is_workday = desk.calendar.is_working_day(local.date())
    topic = f"digest:{local.date()}"
    if wisher.wishes.wants_digest(local.time(), is_workday=is_workday) and not list_known_topics(
        desk.session, wisher.user_id, {topic}
    ):
        viewer = Viewer(
            actor=actor, calendar=desk.calendar, today=desk.today, office_days=desk.office_days
        )
        lines = [
            line
            for line in list_digest_lines(desk.session, viewer)
            if line.kind in wisher.wishes.kinds
        ]
        tallies = count_tallies(desk.session, actor)
        wants_queue = NoticeKind.WAITING in wisher.wishes.kinds
        queue = (
            tallies.to_review * actor.may(Permission.REVIEW)
            + tallies.to_issue * actor.may(Permission.ISSUE)
        ) * wants_queue
        if lines or queue:
            subject = digest_subject(desk.today, lines, to_review=queue)
            text = digest_text(lines, to_review=queue, address=address)
            found.append((topic, subject, text, None))
    known = list_known_topics(desk.session, wisher.user_id, {topic for topic, *_ in found})
    rows = [
        Notice(
            user_id=wisher.user_id,
            channel=channel,
            topic=topic,
            subject=subject,
            body=body,
            case_id=case_id,
            made_at=desk.now,
        )
        for topic, subject, body, case_id in found
        for channel in wisher.channels
        if (channel.value, topic) not in known
    ]
    desk.session.add_all(rows)
    return len(rows)


def _claim(desk: Desk) -> list[WaitingNotice]:
    """Take what waits, so that a second run at the same time does not send it too."""
    with transaction(desk.session):
        desk.session.execute(
            update(Notice)
            .where(_is_waiting(), Notice.made_at < desk.now - _LOOK_BACK)
            .values(given_up_at=desk.now)
        )
        ids = list(
            desk.session.scalars(
                update(Notice)
                .where(
                    _is_waiting(),
                    or_(Notice.claimed_at.is_(None), Notice.claimed_at < desk.now - _CLAIM),
                )
                .values(claimed_at=desk.now)
                .returning(Notice.id)
            )
        )
    return list_waiting(desk.session, ids)


def _mark(desk: Desk, notices: list[WaitingNotice], *, trouble: str = "") -> None:
    with transaction(desk.session):
        ids = [one.id for one in notices]
        desk.session.execute(
            update(Notice)
            .where(Notice.id.in_(ids))
            .values(
                sent_at=None if trouble else desk.now,
                tries=Notice.tries + 1,
                trouble=trouble[:200],
            )
        )
        if not trouble:
            first = notices[0]
            record_event(
                desk,
                case=None,
                action=NOTICES_SENT,
                detail={"user": first.user_id, "channel": first.channel.value, "count": len(ids)},
            )


def _release(desk: Desk, ids: list[int]) -> None:
    """Give back what was claimed and not sent."""
    with transaction(desk.session):
        desk.session.execute(
            update(Notice).where(Notice.id.in_(ids), _is_waiting()).values(claimed_at=None)
        )


def _is_waiting() -> ColumnElement[bool]:
    return Notice.sent_at.is_(None) & Notice.given_up_at.is_(None)


def _message(notices: list[WaitingNotice]) -> Message:
    """Return one message of several notices: a digest stands first and gives the subject."""
    ordered = sorted(notices, key=lambda one: (one.subject == _PROMPT_SUBJECT, one.id))
    first = ordered[0]
    subject = first.subject
    if subject == _PROMPT_SUBJECT:
        subject = f"办件提醒 {len(ordered)} 条" if len(ordered) > 1 else ordered[0].body
    key = ",".join(str(one.id) for one in notices)
    return Message(
        to=first.mail if first.channel is NoticeChannel.MAIL else first.chat_id,
        subject=subject,
        text="\n\n".join(one.body for one in ordered),
        identifier=hashlib.sha256(key.encode()).hexdigest()[:32],
    )
