"""办件之间的联系: which case bears on which, always seen from both ends.

One link is one fact. Each end reads it in its own word, so that no end can be removed alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken

if TYPE_CHECKING:
    from datetime import date


class LinkKind(StrEnum):
    """What this case is to the other one."""

    REPEATS = "repeats"
    REPEATED_BY = "repeated_by"
    MERGED_INTO = "merged_into"
    MERGED_FROM = "merged_from"
    SPLIT_FROM = "split_from"
    SPLIT_INTO = "split_into"
    HANDED_TO = "handed_to"
    HANDED_FROM = "handed_from"
    RELATED = "related"

    @property
    def label(self) -> str:
        """The word before the other case's number, e.g. 重复申请自."""
        return _LABELS[self]

    @property
    def inverse(self) -> LinkKind:
        """What the other case is to this one: the pair table."""
        return _PAIRS[self]


_LABELS = {
    LinkKind.REPEATS: "与前件重复",
    LinkKind.REPEATED_BY: "有后件重复",
    LinkKind.MERGED_INTO: "并入",
    LinkKind.MERGED_FROM: "并有",
    LinkKind.SPLIT_FROM: "由此件分出",
    LinkKind.SPLIT_INTO: "分出",
    LinkKind.HANDED_TO: "转给",
    LinkKind.HANDED_FROM: "转自",
    LinkKind.RELATED: "相关",
}
_PAIRS = {
    LinkKind.REPEATS: LinkKind.REPEATED_BY,
    LinkKind.MERGED_INTO: LinkKind.MERGED_FROM,
    LinkKind.SPLIT_FROM: LinkKind.SPLIT_INTO,
    LinkKind.HANDED_FROM: LinkKind.HANDED_TO,
    LinkKind.RELATED: LinkKind.RELATED,
}
_PAIRS |= {inverse: kind for kind, inverse in _PAIRS.items()}

STORED = (
    LinkKind.REPEATS,
    LinkKind.MERGED_INTO,
    LinkKind.SPLIT_FROM,
    LinkKind.HANDED_FROM,
    LinkKind.RELATED,
)
"""The end of each pair that is written down; the other end is its inverse."""

BY_HANDING_ON = frozenset({LinkKind.HANDED_TO, LinkKind.HANDED_FROM})
"""Made by 转办 alone, and for good: each end says where the application came from or went."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """One end of a link: the case as far as the pair table asks."""

    id: int
    agency_id: int
    received_on: date | None
    answered: bool


def check_link(this: Linked, kind: LinkKind, other: Linked) -> None:
    """Refuse a link that cannot be.

    重复申请 is of an application the office has already answered (条例第三十六条第六项); two
    cases are merged or split within one agency.
    """
    if this.id == other.id:
        raise RuleBroken("link_to_itself", "案件不能与自己关联，请核对申请编号", field="number")
    if kind in BY_HANDING_ON:
        raise RuleBroken("link_by_handing_on", "转办的关联由“转办其他机关”登记", field="kind")
    earlier, later = (this, other) if kind is LinkKind.REPEATED_BY else (other, this)
    if kind in {LinkKind.REPEATS, LinkKind.REPEATED_BY}:
        if not earlier.answered:
            raise RuleBroken(
                "link_not_answered",
                "前件还没有答复。重复申请是指已就该申请作过答复、又申请同一信息的",
                field="number",
                basis="条例第三十六条第六项",
            )
        if (
            earlier.received_on is not None
            and later.received_on is not None
            and earlier.received_on > later.received_on
        ):
            raise RuleBroken(
                "link_order", "前件的收到日期晚于后件，请核对哪一件在先", field="number"
            )
    elif kind is not LinkKind.RELATED and this.agency_id != other.agency_id:
        raise RuleBroken(
            "link_across_agencies", "不同机关收到的申请不能合并、分开办理", field="number"
        )
