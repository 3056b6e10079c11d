"""What a decision must say about 行政复议 and 行政诉讼: law that changed twice, kept by date.

===========  =====================================================================
to 2015-04-30  复议 60 days (行政复议法第九条), 诉讼 3 months (1989 行政诉讼法第三十九条)
from 2015-05-01  诉讼 6 months (2014 行政诉讼法第四十六条)
from 2024-01-01  申请政府信息公开，行政机关不予公开: 复议 first, then 15 days to sue, and the
                 decision itself must say so (2023 行政复议法第二十三条第一款第四项、第二款,
                 第三十四条); 复议 against a department goes to the 本级人民政府 alone
                 (第二十四条), before that also to the 上一级主管部门 (2017 第十二条)
===========  =====================================================================

"不予公开" is read as decisions under 条例第十四条 to 第十六条, the withheld part of a 部分公开
included (国办函〔2021〕132号第二条); 无法提供, 不予处理 and 其他处理 may go straight to court.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.domain.grounds import Ground

SIX_MONTHS_FROM = date(2015, 5, 1)
REVIEW_FIRST_FROM = date(2024, 1, 1)
_REGULATION_2007_FROM = date(2008, 5, 1)
_COURT = "有管辖权的人民法院"


class Standing(StrEnum):
    """What kind of agency decided; settles who reviews (2023 复议法第二十四条至第二十八条)."""

    DEPARTMENT = "department"
    GOVERNMENT = "government"
    PROVINCIAL_GOVERNMENT = "provincial_government"
    STATE_COUNCIL_DEPARTMENT = "state_council_department"
    VERTICAL = "vertical"
    JUSTICE_DEPARTMENT = "justice_department"

    @property
    def label(self) -> str:
        """The words on the agency's page."""
        return _STANDING_LABELS[self]


_STANDING_LABELS = {
    Standing.DEPARTMENT: "地方人民政府工作部门",
    Standing.GOVERNMENT: "地方人民政府",
    Standing.PROVINCIAL_GOVERNMENT: "省、自治区、直辖市人民政府",
    Standing.STATE_COUNCIL_DEPARTMENT: "国务院部门",
    Standing.VERTICAL: "海关、金融、外汇管理、税务、国家安全等机关",
    Standing.JUSTICE_DEPARTMENT: "地方人民政府司法行政部门",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What the letter says at its end.

    ``paragraphs`` in order; ``basis`` the provisions; ``must_review_first`` whether the court
    is closed until 复议 has been tried.
    """

    paragraphs: tuple[str, ...]
    basis: tuple[str, ...]
    must_review_first: bool

    @property
    def text(self) -> str:
        """The paragraphs, one a line."""
        return "\n".join(self.paragraphs)


def refuses_information(ground: Ground, withheld: Sequence[Ground] = ()) -> bool:
    """Tell whether a decision on ``ground`` refuses information under 条例第十四条 to 第十六条.

    For 部分公开 it is the grounds of the ``withheld`` part that count: a part cut out because it
    is not government information (第三十七条) refuses nothing in that sense.
    """
    if withheld:
        return any(each.review_first for each in withheld)
    return ground.review_first


def must_review_first(*, withholds: bool, decided_on: date) -> bool:
    """Tell whether 复议前置 applies.

    ``withholds``: the answer of ``refuses_information``.
    """
    return withholds and decided_on >= REVIEW_FIRST_FROM


def review_bodies(
    standing: Standing,
    *,
    agency: str,
    superior_government: str,
    superior_department: str,
    decided_on: date,
) -> tuple[str, ...]:
    """Return the 复议机关 for a decision of ``agency``, in the order the letter names them.

    ``superior_government`` is the 本级人民政府 of a department, the 上一级人民政府 of a government;
    ``superior_department`` the 上一级主管部门, empty where a department has none. Names are those
    to be printed. RuleBroken if the name the law always asks for is missing.
    """
    own = (agency,)
    government = (superior_government,)
    department = (superior_department,)
    both = (superior_government, *filter(None, department))
    bodies = {
        Standing.DEPARTMENT: government if decided_on >= REVIEW_FIRST_FROM else both,
        Standing.GOVERNMENT: government,
        Standing.PROVINCIAL_GOVERNMENT: own,
        Standing.STATE_COUNCIL_DEPARTMENT: own,
        Standing.VERTICAL: department,
        Standing.JUSTICE_DEPARTMENT: both,
    }[standing]
    if not all(bodies):
        raise RuleBroken(
            "review_body_unknown",
            "救济告知须写明行政复议机关，请您在机关设置中补填本级人民政府或者上一级主管部门的全称。",
            field="review_body",
            basis="行政复议法第二十四条、第二十七条、第二十八条",
        )
    return bodies


def remedy(
    *,
    withholds: bool,
    decided_on: date,
    review_bodies: Sequence[str],
    court: str = "",
    salutation: str = "您",
    document: str = "本答复",
) -> Remedy:
    """Return what a decision of ``decided_on`` must say about remedies.

    ``withholds``: the answer of ``refuses_information``. ``review_bodies``: the printed names,
    at least one. ``court``: for a direct suit, empty for "有管辖权的人民法院". ``salutation``: 您
    or 贵单位; ``document``: how the letter names itself. RuleBroken if no review body is named or
    the date lies before the first regulation.
    """
    if decided_on < _REGULATION_2007_FROM:
        raise RuleBroken(
            "before_first_regulation",
            "答复日期早于2008年5月1日，政府信息公开条例尚未施行，请您核对日期。",
            field="decided_on",
            basis="国务院令第492号第三十八条",
        )
    if not review_bodies:
        raise RuleBroken(
            "review_body_unknown",
            "救济告知须写明行政复议机关，请您在机关设置中填写。",
            field="review_body",
            basis="行政复议法第二十条第三款",
        )
    bodies = "或者".join(review_bodies)
    tribunal = court or _COURT
    if must_review_first(withholds=withholds, decided_on=decided_on):
        return Remedy(
            paragraphs=(
                _REVIEW_FIRST.format(document=document, salutation=salutation, bodies=bodies),
                _SUIT_AFTER_REVIEW.format(tribunal=tribunal),
            ),
            basis=_REVIEW_FIRST_BASIS,
            must_review_first=True,
        )
    six = decided_on >= SIX_MONTHS_FROM
    review_article = "第二十条" if decided_on >= REVIEW_FIRST_FROM else "第九条"
    return Remedy(
        paragraphs=(
            _EITHER.format(
                document=document,
                salutation=salutation,
                bodies=bodies,
                months="六个月" if six else "三个月",
                tribunal=tribunal,
            ),
        ),
        basis=(
            f"《中华人民共和国行政复议法》{review_article}",
            f"《中华人民共和国行政诉讼法》{'第四十六条' if six else '第三十九条'}",
        ),
        must_review_first=False,
    )


_EITHER = (
    "如对{document}不服，{salutation}可以自收到{document}之日起六十日内向{bodies}申请行政复议，"
    "或者自收到{document}之日起{months}内依法向{tribunal}提起行政诉讼。"
)
_REVIEW_FIRST = (
    "如对{document}中不予公开的内容不服，依照《中华人民共和国行政复议法》第二十三条第一款第（四）项"
    "的规定，{salutation}应当先申请行政复议，可以自收到{document}之日起六十日内向{bodies}"
    "申请行政复议。"
)
_SUIT_AFTER_REVIEW = (
    "对行政复议决定不服的，可以自收到行政复议决定书之日起十五日内依法向{tribunal}提起行政诉讼；"
    "行政复议机关决定不予受理、驳回申请或者受理后超过行政复议期限不作答复的，"
    "可以自收到决定书之日起或者行政复议期限届满之日起十五日内，依法向人民法院提起行政诉讼。"
)
_REVIEW_FIRST_BASIS = (
    "《中华人民共和国行政复议法》第二十条、第二十三条第一款第（四）项、第二款、第三十四条",
    "《中华人民共和国行政诉讼法》第四十四条第二款、第四十五条",
)
