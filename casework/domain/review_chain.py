"""审核流程: the steps a draft passes between its drafter and the issuer, as data.

条例第十七条 asks for a review mechanism, with 保密审查 of what is to be disclosed. Every office
has 法制审核; what else stands before or after it is the office's own table (services.review_chain).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken
from casework.domain.permissions import Role

if TYPE_CHECKING:
    from collections.abc import Sequence


class StepKind(StrEnum):
    """One kind of step, in the usual order of an office."""

    UNIT_HEAD = "unit_head"
    LEGAL_REVIEW = "legal_review"
    SECRECY = "secrecy"
    DEPUTY_LEADER = "deputy_leader"

    @property
    def label(self) -> str:
        """The word on the screen, e.g. 保密审查."""
        return _LABELS[self]

    @property
    def role(self) -> Role:
        """Who acts in this step."""
        return _ROLES[self]


_LABELS = {
    StepKind.UNIT_HEAD: "承办科室负责人审核",
    StepKind.LEGAL_REVIEW: "法制审核",
    StepKind.SECRECY: "保密审查",
    StepKind.DEPUTY_LEADER: "分管领导审核",
}
_ROLES = {
    StepKind.UNIT_HEAD: Role.UNIT_HEAD,
    StepKind.LEGAL_REVIEW: Role.LEGAL_REVIEWER,
    StepKind.SECRECY: Role.SECRECY_REVIEWER,
    StepKind.DEPUTY_LEADER: Role.DEPUTY_LEADER,
}

DEFAULT_CHAIN = (StepKind.LEGAL_REVIEW,)
"""The chain of an office that has set none up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of one draft: passed by whom, or still to come.

    ``passed`` is of the exact text in hand. A bypassed step is passed by nobody: ``passed_by`` is
    then None and the reason stands in the record.
    """

    kind: StepKind
    passed: bool = False
    passed_by: int | None = None


def check_chain(kinds: Sequence[StepKind]) -> None:
    """Raise RuleBroken unless the chain has 法制审核 and each step once."""
    if StepKind.LEGAL_REVIEW not in kinds:
        raise RuleBroken(
            "legal_review_missing",
            "法制审核不能去掉，请给它排上次序",
            field=StepKind.LEGAL_REVIEW.value,
            basis="条例第十七条",
        )
    if len(set(kinds)) != len(kinds):
        raise RuleBroken("step_twice", "同一环节只能设一次，请核对次序")


def check_bypass(kind: StepKind, *, discloses: bool) -> str | None:
    """Return why this step may not be passed over, or None.

    Information may not be disclosed without its secrecy review (条例第十七条第二款), so that one
    can be passed over only where nothing is disclosed.
    """
    if kind is StepKind.LEGAL_REVIEW:
        return "法制审核不能略过"
    if kind is StepKind.SECRECY and discloses:
        return "拟公开的信息须经保密审查，不能略过（条例第十七条）"
    return None
