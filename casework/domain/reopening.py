"""重开, 重新答复: when a finished case may be taken up again, its new period, what still counts.

A case is one application, answered first and perhaps answered anew. Each answer has a round of its
own: round 0 begins with the receipt, every reopening begins the next. The first reply decides
whether the application was answered in time (条例第三十三条). The annual table counts the case in
the year in which it was first finished, by the last ending of that year, so that a new answer
given later moves no figure of a year gone by (docs/adr/0010).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Sequence

_REPORT_MONTH, _REPORT_DAY = 1, 31
BASIS = "条例第五十条"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a case ended: the day, the ground's code, and the day of the reply, None without one."""

    closed_on: date
    ground: str
    replied_on: date | None


def counted_ending(former: Sequence[Ending], present: Ending | None) -> Ending | None:
    """Return the ending that the annual table counts, None while the case has never ended.

    ``former`` are the endings before each reopening, in their order, ``present`` is how the case
    stands ended now. The year of the first ending counts, with the last ending of that year.
    """
    if not former:
        return present
    year = former[0].closed_on.year
    endings = [*former, *([present] if present is not None else [])]
    return [ending for ending in endings if ending.closed_on.year == year][-1]


def judged_round(former: Sequence[date | None]) -> int:
    """Return the round in which the application was, or will be, answered first.

    ``former`` are the days of the reply as each reopening found them: a case that was withdrawn
    and taken up again had none, and its period is the new round's.
    """
    return sum(1 for replied_on in former if replied_on is None)


def figures_are_public(year: int, today: date) -> bool:
    """Say whether the annual report on ``year`` must have been published by ``today``.

    每年1月31日前公布上一年度年度报告 (条例第五十条).
    """
    return today > date(year + 1, _REPORT_MONTH, _REPORT_DAY)


def check_reopening(*, closed_on: date | None, today: date, ordered: bool) -> None:
    """Raise RuleBroken where reopening would change a published outcome without an order."""
    if ordered or closed_on is None or not figures_are_public(closed_on.year, today):
        return
    raise RuleBroken(
        "year_published",
        f"本案计入 {closed_on.year} 年，该年的年报已经公布，不能自行改变办理结果；"
        "复议决定、法院判决责令重新答复的，请选择该项复议、诉讼",
        field="relief_id",
        basis=BASIS,
    )


def check_new_period(
    *,
    counts_from: date,
    due_on: date | None,
    decided_on: date | None,
    today: date,
    ordered: bool,
) -> None:
    """Refuse a new period that cannot be; ``decided_on`` is the day of the order, if known."""
    if counts_from > today:
        raise RuleBroken("order_in_future", "收到日期不能晚于今天", field="counts_from")
    if decided_on is not None and counts_from < decided_on:
        raise RuleBroken(
            "order_before_decision",
            f"早于决定书、判决书的日期 {decided_on:%Y-%m-%d}，请核对",
            field="counts_from",
        )
    if due_on is None:
        return
    if not ordered:
        raise RuleBroken(
            "due_without_order",
            "没有复议、诉讼责令重新答复的，期限依条例推算，这里不填",
            field="due_on",
        )
    if due_on < today:
        raise RuleBroken("re_reply_due", "重新答复的期限不能早于今天", field="due_on")
