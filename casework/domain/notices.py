"""提醒: what the system tells a person who is not looking at the screen.

A notice carries case numbers, days and stages, never an applicant or a request: mail and chat
leave the office's own machine (个人信息保护法第五十一条). Nobody is told who did not ask to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.clock_events import ClockEventKind
from casework.domain.statutes import Party

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from casework.domain.clock_events import ClockEvent
    from casework.domain.statutes import Statute
    from casework.domain.working_days import WorkingDayCalendar


class NoticeKind(StrEnum):
    """What a person may want to be told of."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    CONSULTATION_SILENT = "consultation_silent"
    WAITING = "waiting"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    ASSIGNED = "assigned"
    MENTIONED = "mentioned"
    CALENDAR_CHANGED = "calendar_changed"

    @property
    def label(self) -> str:
        """The words on the settings page."""
        return _KIND_LABELS[self]

    @property
    def is_daily(self) -> bool:
        """Say whether it stands in the morning's digest; the others are told when they happen."""
        return self in DAILY


_KIND_LABELS = {
    NoticeKind.OVERDUE: "超期",
    NoticeKind.DUE_SOON: "临期",
    NoticeKind.CONSULTATION_SILENT: "征求意见到期未回复",
    NoticeKind.WAITING: "待我审核、签发",
    NoticeKind.SENT_BACK: "稿件被退回",
    NoticeKind.APPROVED: "稿件审核通过",
    NoticeKind.ASSIGNED: "案件分给我、移交给我",
    NoticeKind.MENTIONED: "留言提到我",
    NoticeKind.CALENDAR_CHANGED: "放假安排变动，期限改了",
}
DAILY = (
    NoticeKind.OVERDUE,
    NoticeKind.DUE_SOON,
    NoticeKind.CONSULTATION_SILENT,
    NoticeKind.WAITING,
)


class NoticeChannel(StrEnum):
    """The way a notice takes."""

    MAIL = "mail"
    CHAT = "chat"

    @property
    def label(self) -> str:
        """The word on the settings page."""
        return {"mail": "电子邮件", "chat": "工作群机器人"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWishes:
    """What one person asked for: which kinds, the morning's hour, and when not to be disturbed.

    ``quiet_from`` may be later than ``quiet_until``: 20:00 to 07:30 is a night. Equal: no quiet.
    """

    kinds: frozenset[NoticeKind] = frozenset(NoticeKind)
    digest_at: time = time(8, 30)
    quiet_from: time = time(20, 0)
    quiet_until: time = time(7, 30)

    def is_quiet(self, at: time) -> bool:
        """Say whether ``at`` (Beijing) lies in the quiet hours; their end is no longer quiet."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until

    def wants_digest(self, at: time, *, is_workday: bool) -> bool:
        """Say whether the day's digest may be made now: on working days, from its hour on."""
        return is_workday and at >= self.digest_at and bool(self.kinds & frozenset(DAILY))


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLine:
    """One case in a digest; ``says`` is the lamp's words or the like."""

    kind: NoticeKind
    number: str
    says: str
    case_id: int


MOST_LINES = 20
"""So many cases of a kind stand in a digest by number; the others are counted."""


def digest_subject(today: date, lines: Collection[DigestLine], *, to_review: int) -> str:
    """Return 9月28日办件提醒：超期 1 件，临期 2 件."""
    counts = [(kind, sum(line.kind is kind for line in lines)) for kind in DAILY]
    words = [f"{kind.label} {count} 件" for kind, count in counts if count]
    if to_review:
        words.append(f"待审核、签发 {to_review} 件")
    return f"{today.month}月{today.day}日办件提醒：{'，'.join(words)}"


def digest_text(lines: Sequence[DigestLine], *, to_review: int, address: str = "") -> str:
    """Return the digest's body; ``address`` is where the system is opened, "" if not told."""
    parts = []
    for kind in DAILY:
        found = [line for line in lines if line.kind is kind]
        if not found:
            continue
        shown = [f"  {line.number}  {line.says}" for line in found[:MOST_LINES]]
        if len(found) > MOST_LINES:
            shown.append(f"  另有 {len(found) - MOST_LINES} 件，请在办件台查看")
        parts.append("\n".join([f"{kind.label}（{len(found)} 件）", *shown]))
    if to_review:
        parts.append(f"等您审核、签发的稿件 {to_review} 件。")
    parts.append(f"办理请打开 {address}" if address else "办理请登录办件系统。")
    return "\n\n".join(parts)


def silent_since(
    events: Iterable[ClockEvent], statute: Statute, calendar: WorkingDayCalendar, *, today: date
) -> date | None:
    """Return the last day on which somebody consulted should have answered, if it has passed.

    第三方 and 共同制作机关 have 15 working days (条例第三十二条、第三十四条); other agencies have
    no limit in law and are never reported. The earliest day if there are several.
    """
    ordered = sorted(events, key=lambda event: event.reading_order)
    limits = {Party.THIRD_PARTY: statute.third_party_days}
    passed = []
    for place, start in enumerate(ordered):
        limit = limits.get(start.party) if start.party else None
        if start.kind is not ClockEventKind.CONSULTATION_STARTED or limit is None:
            continue
        ended = any(
            later.kind is ClockEventKind.CONSULTATION_ENDED and later.party in (None, start.party)
            for later in ordered[place + 1 :]
        )
        answer_by = calendar.add(start.on, limit)
        if not ended and answer_by < today:
            passed.append(answer_by)
    return min(passed, default=None)
