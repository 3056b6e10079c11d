"""重开: when a finished case may be taken up again.

A case whose year has been reported is reopened only where a 复议 or a court ordered a new answer:
anything else would change figures that are already public (条例第五十条).
"""

from __future__ import annotations

from datetime import date

from casework.domain.errors import RuleBroken

_REPORT_MONTH, _REPORT_DAY = 1, 31
BASIS = "条例第五十条"


def figures_are_public(year: int, today: date) -> bool:
    """Say whether the annual report on ``year`` must have been published by ``today``.

    每年1月31日前公布上一年度年度报告 (条例第五十条).
    """
    return today > date(year + 1, _REPORT_MONTH, _REPORT_DAY)


def check_reopening(*, closed_on: date | None, today: date, ordered: bool) -> None:
    """Raise RuleBroken where reopening would change a published year without an order."""
    if ordered or closed_on is None or not figures_are_public(closed_on.year, today):
        return
    raise RuleBroken(
        "year_published",
        f"本案计入 {closed_on.year} 年，该年的年报已经公布，不能自行改变办理结果；"
        "复议决定、法院判决责令重新答复的，请选择该项复议、诉讼",
        field="relief_id",
        basis=BASIS,
    )
