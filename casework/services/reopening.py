"""重开: a finished case is taken up again, for a reason; how it had ended stays on record.

The reply that was given, its number and its day stay what they are: the application was answered
then, in time or late (条例第三十三条). The new answer has a day of its own where a 复议 decision or
a judgment set one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.application import ReliefResult
from casework.domain.errors import RuleBroken
from casework.domain.reopening import check_reopening
from casework.domain.text import clean_text
from casework.domain.workflow import Action
from casework.models import Relief, Reopening
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
    due_on: date | None = None,
    version: int | None,
) -> CaseKey:
    """重开，重新答复: back to the drafter; the former ending is kept beside the new one.

    ``relief_id`` is the 复议 or 诉讼 that ordered a new answer, ``due_on`` by when.
    """
    reason = clean_text(reason, keep_lines=True)
    if not reason:
        raise RuleBroken("reason_missing", "请写明重开的原因", field="reason")
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        ordered = _ordering(desk, case, relief_id)
        former_closed_on, former_ground = case.closed_on, case.ground
        carry_out(
            desk,
            case,
            Action.REOPEN,
            note=reason,
            detail={
                "former_ground": former_ground,
                "former_closed_on": str(former_closed_on),
                "re_reply_due_on": due_on.isoformat() if due_on else None,
            },
        )
        check_reopening(closed_on=former_closed_on, today=desk.today, ordered=ordered is not None)
        if due_on is not None and due_on < desk.today:
            raise RuleBroken("re_reply_due", "重新答复的期限不能早于今天", field="due_on")
        desk.session.add(
            Reopening(
                case_id=case.id,
                relief_id=ordered.id if ordered else None,
                reason=reason,
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
