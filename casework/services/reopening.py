"""重开: a finished case is taken up again, for a reason; how it had ended stays on record.

The reply that was given, its number and its day stay what they are: the application was answered
then, in time or late (条例第三十三条). The new answer has a period of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.application import ReliefResult
from casework.domain.errors import RuleBroken
from casework.domain.reopening import check_new_period, check_reopening
from casework.domain.text import clean_text
from casework.domain.workflow import Action
from casework.models import Relief, Reopening
from casework.queries.case_facts import is_answered_anew
from casework.services.annual_guard import refuse_in_locked_year
from casework.services.case_file import CaseKey, carry_out, open_case, reckon_dates
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from datetime import date

    from casework.models import Case
    from casework.services.desk import Desk


def reopen(
    desk: Desk,
    case_id: int,
    *,
    reason: str,
    relief_id: int | None = None,
    counts_from: date | None = None,
    due_on: date | None = None,
    version: int | None,
) -> CaseKey:
    """重开，重新答复: back to the drafter; the former ending is kept beside the new one.

    ``relief_id`` is the 复议 or 诉讼 that ordered a new answer, ``counts_from`` the day its
    decision reached the office, from which the new period runs (today where the office acts by
    itself), ``due_on`` the last day it names; without one the regulation's limit holds.
    """
    reason = clean_text(reason, keep_lines=True)
    if not reason:
        raise RuleBroken("reason_missing", "请写明重开的原因", field="reason")
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        ordered = _ordering(desk, case, relief_id)
        if ordered is None:
            counts_from = desk.today
        elif counts_from is None:
            raise RuleBroken(
                "order_day_missing",
                "请填收到决定书、判决书的日期，重新答复的期限自次日起算",
                field="counts_from",
            )
        former_closed_on, former_ground = case.closed_on, case.ground
        carry_out(
            desk,
            case,
            Action.REOPEN,
            note=reason,
            detail={
                "former_ground": former_ground,
                "former_closed_on": str(former_closed_on),
                "counts_from": counts_from.isoformat(),
                "re_reply_due_on": due_on.isoformat() if due_on else None,
            },
        )
        check_reopening(closed_on=former_closed_on, today=desk.today, ordered=ordered is not None)
        check_new_period(
            counts_from=counts_from,
            due_on=due_on,
            decided_on=ordered.decided_on if ordered else None,
            today=desk.today,
            ordered=ordered is not None,
        )
        if ordered is None and former_closed_on is not None:
            refuse_in_locked_year(desk.session, case.agency.path, former_closed_on.year)
        case.reopenings.append(
            Reopening(
                relief_id=ordered.id if ordered else None,
                reason=reason,
                counts_from=counts_from,
                due_on=due_on,
                former_ground=former_ground or "",
                former_replied_on=case.replied_on,
                former_closed_on=former_closed_on,
                former_archived_on=case.archived_on,
                reopened_by_id=desk.actor.user_id,
                reopened_at=desk.now,
            )
        )
        case.ground = None
        case.closed_on = None
        case.archived_on = None
        if not is_answered_anew(case):
            reckon_dates(desk, case)
        return CaseKey(case.id, case.number)


def _ordering(desk: Desk, case: Case, relief_id: int | None) -> Relief | None:
    if relief_id is None:
        return None
    relief = desk.session.get(Relief, relief_id)
    if relief is None or relief.case_id != case.id:
        raise RuleBroken("relief_unknown", "本案没有这项复议、诉讼", field="relief_id")
    if relief.result is not ReliefResult.CORRECTED:
        raise RuleBroken(
            "relief_not_corrected",
            "这项复议、诉讼的结果不是“纠正”，没有责令重新答复；请先登记结果",
            field="relief_id",
        )
    return relief
