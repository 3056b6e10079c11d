"""您可以办 and 暂不能办: the workflow's offers in the order of the office's day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.workflow import TRANSITIONS, Action
from casework.queries.case_rows import NEXT_ACT
from casework.web import surroundings
from casework.web.filters import day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.domain.permissions import Actor
    from casework.domain.workflow import Offer
    from casework.queries.case_page import CaseHead
    from casework.web.explanation import Deadline

ONE_CLICK = frozenset({Action.SUBMIT_DRAFT, Action.RECALL_DRAFT, Action.CLOSE, Action.ARCHIVE})
"""Acts that ask for nothing more: the case page itself bears their button."""

_SHOWN_BY = {Action.RETURN_DRAFT: Action.APPROVE, Action.REFUSE_ISSUE: Action.ISSUE}
"""Acts that stand on another act's page and need no line of their own while both are open."""

_UNSEEN = frozenset(
    {
        Action.PASS_ON,
        Action.HAND_OVER,
        Action.ANSWER_DIVISION,
        Action.DROP_DIVISION,
        Action.UNLINK,
        Action.NAME_READERS,
        Action.LIFT_RESTRICTION,
        Action.DECIDE_AMENDMENT,
        Action.VOID_REPLY,
        Action.TAKE_BACK_CORRECTION,
    }
)
"""Acts that follow from another one, or stand beside what they are about on the case page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAct:
    """An act that is open; ``hint`` says what it costs, ``warns`` that it is late.

    ``asks``: here the act needs words, though it usually needs none.
    """

    action: Action
    hint: str = ""
    warns: bool = False
    asks: bool = False

    @property
    def one_click(self) -> bool:
        """Whether the button itself does it."""
        return self.action in ONE_CLICK and not self.asks


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """``main`` is the act that carries the case on; ``others`` are open too.

    ``not_yet`` are acts of this person's that belong to another stage of the case, ``refused``
    those that this stage knows and something else forbids, ``foreign`` those of other roles.
    """

    main: OpenAct | None
    others: list[OpenAct]
    not_yet: list[Offer]
    refused: list[Offer]
    foreign: list[Offer]


def sort_offers(
    offers: Sequence[Offer], head: CaseHead, deadline: Deadline | None, actor: Actor
) -> Offers:
    """Sort the workflow's offers for the right column of the case page."""
    offers = [offer for offer in offers if offer.action not in _UNSEEN]
    open_now = {offer.action for offer in offers if offer.is_open}
    shown = [
        _open_act(offer.action, head, deadline)
        for offer in offers
        if offer.is_open and _SHOWN_BY.get(offer.action) not in open_now
    ]
    carrying_on = NEXT_ACT.get(head.state)
    if Action.SUBMIT_DRAFT in open_now:
        carrying_on = Action.SUBMIT_DRAFT
    closed = [offer for offer in offers if not offer.is_open]
    own = [offer for offer in closed if actor.may(TRANSITIONS[offer.action].permission)]
    return Offers(
        main=next((act for act in shown if act.action is carrying_on), None),
        others=[act for act in shown if act.action is not carrying_on],
        not_yet=[offer for offer in own if not _belongs_here(offer, head)],
        refused=[offer for offer in own if _belongs_here(offer, head)],
        foreign=[offer for offer in closed if offer not in own],
    )


def _belongs_here(offer: Offer, head: CaseHead) -> bool:
    return head.state in TRANSITIONS[offer.action].sources


def _open_act(action: Action, head: CaseHead, deadline: Deadline | None) -> OpenAct:
    hint = _HINTS.get(action)
    return hint(head, deadline) if hint and deadline else OpenAct(action=action)


def _extension(_head: CaseHead, deadline: Deadline) -> OpenAct:
    if deadline.reckoning.due_on is None:
        return OpenAct(action=Action.EXTEND)
    due = day(deadline.reckoning.due_on)
    longest = deadline.statute.max_extension_days
    return OpenAct(action=Action.EXTEND, hint=f"至迟 {due} 告知申请人，最长 {longest} 个工作日")


def _correction(head: CaseHead, deadline: Deadline) -> OpenAct:
    action = Action.REQUEST_CORRECTION
    limit = deadline.statute.correction_notice_days
    if limit is None or head.clock is None:
        return OpenAct(action=action)
    latest = surroundings.calendar().add(head.clock.received_on, limit)
    if surroundings.today() > latest:
        hint = f"已过 {limit} 个工作日（{day(latest)}），须写明原因"
        return OpenAct(action=action, hint=hint, warns=True)
    return OpenAct(action=action, hint=f"至迟 {day(latest)} 告知")


def _closing(head: CaseHead, deadline: Deadline) -> OpenAct:
    late = deadline.reckoning.days_late
    if not late or head.first_clock is not None:  # the first answer settled it
        return OpenAct(action=Action.CLOSE)
    hint = f"逾期 {late} 个工作日，须写明原因和负责的科室"
    return OpenAct(action=Action.CLOSE, hint=hint, warns=True, asks=True)


def _abandonment(_head: CaseHead, _deadline: Deadline) -> OpenAct:
    return OpenAct(action=Action.DEEM_ABANDONED, hint="补正期限届满之后才可以认定")


_HINTS = {
    Action.EXTEND: _extension,
    Action.REQUEST_CORRECTION: _correction,
    Action.CLOSE: _closing,
    Action.DEEM_ABANDONED: _abandonment,
}
