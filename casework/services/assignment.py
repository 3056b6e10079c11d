"""多单位分办: other units answer for their part of a case by a day of the office's own.

The main unit answers to the applicant; a draft goes to review once every other unit has answered
or its part was taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.errors import NotFound, RuleBroken
from casework.domain.text import clean_text
from casework.domain.workflow import Action
from casework.models import Assignment
from casework.services.case_file import CaseKey, carry_out, open_case
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from datetime import date

    from casework.models import Case
    from casework.services.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """One unit's part: what it is asked and by when."""

    unit: str
    asked: str
    due_on: date
    handler_id: int | None = None


def divide(desk: Desk, case_id: int, part: Division, *, version: int | None) -> CaseKey:
    """分给其他科室: ask one more unit for its part of the case."""
    unit = _required(part.unit, "请填科室", "unit")
    asked = _required(part.asked, "请写明请该科室办什么", "asked")
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        carry_out(
            desk,
            case,
            Action.DIVIDE,
            note=asked,
            detail={"unit": unit, "due_on": part.due_on.isoformat(), "handler_id": part.handler_id},
        )
        _check_due(desk, case, part.due_on)
        desk.session.add(
            Assignment(
                case_id=case.id,
                unit=unit,
                handler_id=part.handler_id,
                asked=asked,
                assigned_on=desk.today,
                due_on=part.due_on,
            )
        )
        return CaseKey(case.id, case.number)


def answer_division(
    desk: Desk, case_id: int, assignment_id: int, *, on: date, answer: str, version: int | None
) -> CaseKey:
    """登记科室反馈: write down what the unit answered, and when."""
    answer = _required(answer, "请写明该科室的意见；没有相关信息的写明检索的情况", "answer")
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        part = _open_part(desk, case, assignment_id)
        if not part.assigned_on <= on <= desk.today:
            raise RuleBroken("answer_day", "反馈日期须在分办之后、今天之前（含今天）", field="on")
        carry_out(
            desk,
            case,
            Action.ANSWER_DIVISION,
            effective_on=on,
            note=answer,
            detail={"unit": part.unit},
        )
        part.answered_on = on
        part.answer = answer
        return CaseKey(case.id, case.number)


def drop_division(
    desk: Desk, case_id: int, assignment_id: int, *, reason: str, version: int | None
) -> CaseKey:
    """撤回分办: the unit need not answer after all."""
    reason = _required(reason, "请写明撤回分办的原因", "reason")
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        part = _open_part(desk, case, assignment_id)
        carry_out(desk, case, Action.DROP_DIVISION, note=reason, detail={"unit": part.unit})
        part.dropped_on = desk.today
        return CaseKey(case.id, case.number)


def _open_part(desk: Desk, case: Case, assignment_id: int) -> Assignment:
    part = desk.session.get(Assignment, assignment_id)
    if part is None or part.case_id != case.id:
        raise NotFound("本案没有这项分办")
    if part.answered_on is not None or part.dropped_on is not None:
        raise RuleBroken("division_over", "这项分办已经反馈或者撤回")
    return part


def _check_due(desk: Desk, case: Case, due_on: date) -> None:
    if due_on < desk.today:
        raise RuleBroken("division_due", "反馈期限不能早于今天", field="due_on")
    if case.due_on is not None and due_on > case.due_on:
        raise RuleBroken(
            "division_after_limit",
            f"反馈期限晚于本案的法定期限 {case.due_on:%Y-%m-%d}，请提前",
            field="due_on",
            basis="条例第三十三条第二款",
        )


def _required(text: str, sentence: str, field: str) -> str:
    text = clean_text(text, keep_lines=True)
    if not text:
        raise RuleBroken(f"{field}_missing", sentence, field=field)
    return text
