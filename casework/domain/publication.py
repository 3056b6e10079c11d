"""转主动公开 (条例第四十四条): what was often asked for or suggested, and what became of it.

第一款: where several applicants ask the same agency for the same information that may be
disclosed, the agency may put it to 主动公开. 第二款: an applicant may suggest it, and the agency,
having judged that it belongs there, must publish it in good time. So either is noted, and ends
with what was published, where and when, or with the reason why not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken
from casework.domain.text import clean_text

if TYPE_CHECKING:
    from datetime import date

BASIS = "条例第四十四条"


class TopicOrigin(StrEnum):
    """Why a topic is on the list."""

    OFTEN_ASKED = "often_asked"
    SUGGESTED = "suggested"

    @property
    def label(self) -> str:
        """多人申请 or 申请人建议."""
        return {"often_asked": "多人申请", "suggested": "申请人建议"}[self]

    @property
    def article(self) -> str:
        """The paragraph it rests on."""
        return BASIS + {"often_asked": "第一款", "suggested": "第二款"}[self]


class TopicState(StrEnum):
    """What became of a topic."""

    OPEN = "open"
    PUBLISHED = "published"
    DECLINED = "declined"

    @property
    def label(self) -> str:
        """待审核, 已主动公开 or 不纳入."""
        return {"open": "待审核", "published": "已主动公开", "declined": "不纳入"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was published (信息名称), where (网址、栏目、公报), and on which day."""

    what: str
    where: str
    on: date | None

    def checked(self, *, today: date) -> Published:
        """Return it with clean texts; RuleBroken on the first field that cannot be."""
        what, where = clean_text(self.what), clean_text(self.where)
        if not what:
            raise RuleBroken("what_missing", "请填公开了什么信息", field="what")
        if not where:
            raise RuleBroken(
                "where_missing", "请填在哪里公开：网址、网站栏目或者公报期号", field="where"
            )
        if self.on is None:
            raise RuleBroken("on_missing", "请填公开日期", field="on")
        if self.on > today:
            raise RuleBroken("on_in_future", "公开日期在今天之后，请在公开以后再记", field="on")
        return Published(what=what, where=where, on=self.on)


def check_reason(reason: str) -> str:
    """Return why a topic is not put to 主动公开; RuleBroken without a reason."""
    reason = clean_text(reason, keep_lines=True)
    if not reason:
        raise RuleBroken(
            "reason_missing",
            "请写明为什么不纳入主动公开，申请人问起时据此说明",
            field="reason",
            basis=BASIS,
        )
    return reason
