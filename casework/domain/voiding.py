"""作废、撤销: what may be undone of a document that was issued by mistake, by whom, and how.

Nothing is removed: the number stays used, the bytes stay as they were. A paper that has not left
the office is declared void. One that has is revoked by a letter that says so, and counts as never
issued (党政机关公文处理工作条例第三十一条: 视为自始无效). What decides something and has reached
its addressee is only undone by a new decision with remedies of its own, never struck out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.clock_events import ClockEventKind
from casework.domain.errors import RuleBroken, TransitionRefused
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Permission, require
from casework.domain.procedural_documents import ANSWERS
from casework.domain.states import FINISHED, OPEN, State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from casework.domain.permissions import Actor

BASIS = "党政机关公文处理工作条例第三十一条"
VOIDED = "void_document"
"""The event of declaring a document void."""

TAKEN_BACK = -1
"""The round of a fact of the clock that was taken back with its document: it belongs to none."""

_BEFORE_REPLY = OPEN - {State.AWAITING_CONFIRMATION, State.DISPATCHED}
_DONE = {
    ClockEventKind.CORRECTION_REQUESTED: (ClockEventKind.CORRECTION_RECEIVED, "申请人已经补正"),
    ClockEventKind.CONSULTATION_STARTED: (ClockEventKind.CONSULTATION_ENDED, "对方已经提出意见"),
    ClockEventKind.FEE_NOTICED: (ClockEventKind.FEE_PAID, "申请人已经缴费"),
}
TOLD = {
    ClockEventKind.CORRECTION_REQUESTED: "补正",
    ClockEventKind.CONSULTATION_STARTED: "征求意见",
    ClockEventKind.FEE_NOTICED: "收费",
    ClockEventKind.EXTENSION: "延期",
}
"""What a document told of, as the letter that revokes it names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What the rules read of a document; ``delivered`` if a hand-over of it is on record."""

    kind: LetterKind
    is_ours: bool = True
    voided_on: date | None = None
    delivered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidOrder:
    """What the leader decides: why, whether the paper had left, and what comes after.

    ``reissue``: the same matter will be told again in a right document, so that the facts on record
    stand; else what the document told of is taken back with it.
    """

    reason: str
    was_sent: bool = False
    reissue: bool = True


def decide_voiding(paper: Paper, actor: Actor, *, state: State, was_sent: bool) -> bool:
    """Return whether a letter has to tell the addressee; raise where the paper cannot be undone.

    PermissionRefused, RuleBroken for the paper itself, TransitionRefused for what has been decided
    and served.
    """
    require(actor, Permission.VOID_DOCUMENT)
    if not paper.is_ours:
        raise RuleBroken("not_issued_here", "台账里的答复不是在本系统签发的，不能作废")
    if paper.voided_on is not None:
        raise RuleBroken("voided_before", f"本文书已于 {paper.voided_on} 作废")
    if paper.kind is LetterKind.REVOCATION:
        raise RuleBroken("revocation_stands", "撤销告知书不能作废，请重新出具正确的文书")
    if state in FINISHED:
        raise TransitionRefused(
            f"案件现在是“{state.label}”，不能作废文书；答复确有错误的，请重开本案，重新答复",
            state=state.value,
            action=VOIDED,
        )
    left = paper.delivered or was_sent
    if paper.kind in ANSWERS and state is not State.AWAITING_DISPATCH:
        left = True
    if left and paper.kind.has_remedy:
        raise TransitionRefused(
            f"{paper.kind.short_label}已经送达，不能作废；确有错误的，请重开本案，"
            "作出新的决定，在其中写明撤销原来的决定并告知救济途径",
            state=state.value,
            action=VOIDED,
        )
    return left and not paper.kind.internal and bool(paper.kind.series)


def check_reissue(kind: LetterKind) -> None:
    """Raise RuleBroken(field="then") for 收费通知: its amount is counted, and counted anew."""
    if kind is LetterKind.FEE_NOTICE:
        raise RuleBroken(
            "fee_counted_anew",
            "收费通知作废之后，请在“收费”里重新计算、出具；这里请选“不再出具”",
            field="then",
        )


def check_taking_back(
    kind: ClockEventKind, later: Sequence[ClockEventKind], *, state: State
) -> None:
    """Raise RuleBroken(field="then") where what a document told of has had its effect.

    ``later`` are the kinds of the facts of the same round on or after its day.
    """
    done = _DONE.get(kind)
    if done and done[0] in later:
        raise RuleBroken(
            "had_its_effect", f"{done[1]}，{TOLD[kind]}不能撤回，请选“改正后重新出具”", field="then"
        )
    if state not in _BEFORE_REPLY:
        raise RuleBroken(
            "answered_meanwhile", f"本案已经答复，{TOLD[kind]}不能再撤回", field="then"
        )
