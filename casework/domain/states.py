"""环节: where a case can stand."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """环节: where a case stands."""

    AWAITING_CONFIRMATION = "awaiting_confirmation"
    AWAITING_ASSIGNMENT = "awaiting_assignment"
    DRAFTING = "drafting"
    AWAITING_CORRECTION = "awaiting_correction"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    AWAITING_ISSUE = "awaiting_issue"
    AWAITING_DISPATCH = "awaiting_dispatch"
    DISPATCHED = "dispatched"
    CLOSED = "closed"
    ARCHIVED = "archived"

    @property
    def label(self) -> str:
        """The word on the screen, e.g. 待签发."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    State.AWAITING_CONFIRMATION: "待确认收到日期",
    State.AWAITING_ASSIGNMENT: "待分办",
    State.DRAFTING: "拟办中",
    State.AWAITING_CORRECTION: "待补正",
    State.IN_REVIEW: "待审核",
    State.RETURNED: "审核退回",
    State.AWAITING_ISSUE: "待签发",
    State.AWAITING_DISPATCH: "待送达",
    State.DISPATCHED: "已送达",
    State.CLOSED: "已办结",
    State.ARCHIVED: "已归档",
}

FINISHED = frozenset({State.CLOSED, State.ARCHIVED})
WORKING = frozenset({State.AWAITING_ASSIGNMENT, State.DRAFTING, State.RETURNED})
UNDECIDED = WORKING | {State.IN_REVIEW, State.AWAITING_ISSUE}
OPEN = frozenset(State) - FINISHED
