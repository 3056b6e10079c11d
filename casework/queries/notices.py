"""What there is to tell a person: their wishes, the day's lines, and what happened meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from casework.domain.clock_events import ClockEvent, ClockEventKind
from casework.domain.lights import Light, lamp
from casework.domain.notices import (
    DigestLine,
    NoticeChannel,
    NoticeKind,
    NoticeWishes,
    silent_since,
)
from casework.domain.states import State
from casework.domain.statutes import STATUTES, Party
from casework.domain.workflow import Action
from casework.formatting import short_date
from casework.models import (
    Agency,
    Case,
    Comment,
    Event,
    Mention,
    Notice,
    NoticeSetting,
    User,
)
from casework.queries.case_facts import current_events_of
from casework.queries.case_rows import in_hand
from casework.queries.clock_rows import is_running
from casework.queries.moved_cases import CASE_MOVED
from casework.queries.visibility import visible_to

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor
    from casework.queries.case_rows import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Wisher:
    """One person who wants notices: by which ways, of what, and since when."""

    user_id: int
    login: str
    mail: str
    chat: bool
    chat_id: str
    wishes: NoticeWishes
    since: datetime

    @property
    def channels(self) -> tuple[NoticeChannel, ...]:
        """The ways that are switched on."""
        ways = ((NoticeChannel.MAIL, bool(self.mail)), (NoticeChannel.CHAT, self.chat))
        return tuple(channel for channel, is_on in ways if is_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened and is told at once; ``topic`` names it for good."""

    topic: str
    case_id: int
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingNotice:
    """One notice still to be sent."""

    id: int
    user_id: int
    name: str
    channel: NoticeChannel
    mail: str
    chat_id: str
    wishes: NoticeWishes
    subject: str
    body: str
    case_id: int | None


def find_wishes(session: Session, user_id: int) -> Wisher | None:
    """Return one person's wishes, None if nothing is sent to them."""
    row = session.execute(_wishes().where(NoticeSetting.user_id == user_id)).one_or_none()
    return _wisher(row[0], row[1]) if row else None


def list_wishers(session: Session) -> list[Wisher]:
    """Return everybody with an account in use who wants notices: one query."""
    query = _wishes().where(User.is_active).order_by(NoticeSetting.user_id)
    found = [_wisher(setting, login) for setting, login in session.execute(query)]
    return [one for one in found if one.channels]


def list_digest_lines(session: Session, viewer: Viewer) -> list[DigestLine]:
    """Return what a person's morning shows of the cases they handle or have in hand: two queries.

    Late and soon due by the office's own limit, the earliest first; then consultations whose
    answer is overdue.
    """
    own = or_(Case.handler_id == viewer.actor.user_id, in_hand(viewer.actor))
    query = (
        select(Case)
        .join(Agency, Agency.id == Case.agency_id)
        .where(is_running(), visible_to(viewer.actor), own)
        .order_by(Case.office_due_on, Case.id)
        .options(selectinload(Case.clock_events), selectinload(Case.reopenings))
    )
    lines = []
    for case in session.scalars(query):
        if case.office_due_on is not None:
            shown = lamp(case.office_due_on, viewer.calendar, today=viewer.today)
            kind = _LIGHTS.get(shown.light)
            if kind is not None:
                says = f"应 {short_date(case.office_due_on)} 答复，{shown.text}"
                lines.append(DigestLine(kind=kind, number=case.number, says=says, case_id=case.id))
        passed = silent_since(
            [
                ClockEvent(
                    ClockEventKind(fact.kind),
                    fact.happened_on,
                    party=Party(fact.party) if fact.party else None,
                )
                for fact in current_events_of(case)
            ],
            STATUTES[case.statute],
            viewer.calendar,
            today=viewer.today,
        )
        if passed is not None:
            lines.append(
                DigestLine(
                    kind=NoticeKind.CONSULTATION_SILENT,
                    number=case.number,
                    says=f"应 {short_date(passed)} 前回复，请登记后继续办理",
                    case_id=case.id,
                )
            )
    return lines


_LIGHTS = {Light.OVERDUE: NoticeKind.OVERDUE, Light.DUE_SOON: NoticeKind.DUE_SOON}


def list_happenings(
    session: Session, actor: Actor, *, since: datetime, kinds: frozenset[NoticeKind]
) -> list[Happening]:
    """Return what others did since to the cases this person handles, oldest first: two queries."""
    found = []
    actions = {action: kind for action, (kind, _) in _TOLD.items() if kind in kinds}
    if actions:
        query = (
            select(Event.id, Event.action, Event.to_state, Event.actor_name, Case.id, Case.number)
            .join(Case, Case.id == Event.case_id)
            .join(Agency, Agency.id == Case.agency_id)
            .where(
                Event.recorded_at >= since,
                Event.action.in_(actions),
                or_(Event.actor_id.is_(None), Event.actor_id != actor.user_id),
                Case.handler_id == actor.user_id,
                visible_to(actor),
            )
            .order_by(Event.id)
        )
        for event_id, action, to_state, who, case_id, number in session.execute(query):
            if action == Action.APPROVE.value and to_state != State.AWAITING_ISSUE.value:
                continue  # a further step of the chain is still to come
            says = _TOLD[action][1].format(number=number, who=who)
            found.append(Happening(topic=f"event:{event_id}", case_id=case_id, says=says))
    if NoticeKind.MENTIONED in kinds:
        mentions = (
            select(Mention.id, User.name, Case.id, Case.number)
            .join(Comment, Comment.id == Mention.comment_id)
            .join(User, User.id == Comment.author_id)
            .join(Case, Case.id == Comment.case_id)
            .join(Agency, Agency.id == Case.agency_id)
            .where(
                Mention.user_id == actor.user_id,
                Mention.read_at.is_(None),
                Comment.written_at >= since,
                visible_to(actor),
            )
            .order_by(Mention.id)
        )
        found += [
            Happening(
                topic=f"mention:{mention_id}",
                case_id=case_id,
                says=f"{number}：{who}在留言里提到您",
            )
            for mention_id, who, case_id, number in session.execute(mentions)
        ]
    return found


_TOLD = {
    Action.RETURN_DRAFT.value: (NoticeKind.SENT_BACK, "{number}：{who}退回了稿件，请修改"),
    Action.REFUSE_ISSUE.value: (NoticeKind.SENT_BACK, "{number}：{who}没有签发，退回修改"),
    Action.APPROVE.value: (NoticeKind.APPROVED, "{number}：稿件审核通过，待签发"),
    Action.ASSIGN.value: (NoticeKind.ASSIGNED, "{number}：{who}把案件分给您办理"),
    Action.HAND_OVER.value: (NoticeKind.ASSIGNED, "{number}：{who}把案件移交给您"),
    CASE_MOVED: (NoticeKind.CALENDAR_CHANGED, "{number}：放假安排变动，期限改了，请查看"),
}


def list_known_topics(session: Session, user_id: int, topics: set[str]) -> set[tuple[str, str]]:
    """Return which of ``topics`` were already told to a person, with the way."""
    query = select(Notice.channel, Notice.topic).where(
        Notice.user_id == user_id, Notice.topic.in_(topics)
    )
    return {(channel.value, topic) for channel, topic in session.execute(query)}


def list_waiting(session: Session, ids: list[int]) -> list[WaitingNotice]:
    """Return notices with the address they go to, by person and way, oldest first: one query."""
    query = (
        select(Notice, NoticeSetting, User.name, User.login)
        .join(NoticeSetting, NoticeSetting.user_id == Notice.user_id)
        .join(User, User.id == Notice.user_id)
        .where(Notice.id.in_(ids), User.is_active)
        .order_by(Notice.user_id, Notice.channel, Notice.id)
    )
    return [
        WaitingNotice(
            id=notice.id,
            user_id=notice.user_id,
            name=name,
            channel=notice.channel,
            mail=setting.mail,
            chat_id=setting.chat_id,
            wishes=_wisher(setting, login).wishes,
            subject=notice.subject,
            body=notice.body,
            case_id=notice.case_id,
        )
        for notice, setting, name, login in session.execute(query)
    ]


def _wishes() -> Select[NoticeSetting, str]:
    return select(NoticeSetting, User.login).join(User, User.id == NoticeSetting.user_id)


def _wisher(setting: NoticeSetting, login: str) -> Wisher:
    return Wisher(
        user_id=setting.user_id,
        login=login,
        mail=setting.mail,
        chat=setting.chat,
        chat_id=setting.chat_id,
        wishes=NoticeWishes(
            kinds=frozenset(NoticeKind(kind) for kind in setting.kinds),
            digest_at=time.fromisoformat(setting.digest_at),
            quiet_from=time.fromisoformat(setting.quiet_from),
            quiet_until=time.fromisoformat(setting.quiet_until),
        ),
        since=setting.since,
    )
