"""复议、诉讼: registered against the case they concern (行政复议法、行政诉讼法)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.application import ReliefKind, ReliefResult
from casework.domain.errors import NotFound, RuleBroken
from casework.domain.text import clean_text
from casework.domain.workflow import Action
from casework.models import Relief
from casework.services.case_file import CaseKey, carry_out, open_case
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from datetime import date

    from casework.services.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefData:
    """One 复议 or 诉讼: where, since when, how it ended.

    ``notified_on`` is the day the copy of the application reached the office: its own limit to
    answer runs from there. ``simplified``: 复议 in the simplified procedure (行政复议法第五十三条).
    """

    kind: ReliefKind
    filed_on: date
    body: str
    reference: str = ""
    notified_on: date | None = None
    simplified: bool = False
    result: ReliefResult = ReliefResult.PENDING
    decided_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefNotice:
    """What the copy of the application or the complaint told the office on the day it came."""

    notified_on: date
    simplified: bool = False
    reference: str = ""


def record_relief(desk: Desk, case_id: int, data: ReliefData, *, version: int | None) -> CaseKey:
    """登记复议、诉讼 against a replied case."""
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        _check(desk, data)
        carry_out(
            desk,
            case,
            Action.RECORD_RELIEF,
            effective_on=data.filed_on,
            detail={"kind": data.kind.value, "result": data.result.value},
        )
        desk.session.add(
            Relief(
                case_id=case.id,
                kind=data.kind,
                filed_on=data.filed_on,
                result=data.result,
                decided_on=data.decided_on,
                body=clean_text(data.body),
                reference=clean_text(data.reference),
                notified_on=data.notified_on,
                simplified=data.simplified and data.kind is ReliefKind.REVIEW,
            )
        )
        return CaseKey(case.id, case.number)


def record_relief_result(
    desk: Desk,
    case_id: int,
    relief_id: int,
    *,
    result: ReliefResult,
    decided_on: date,
    version: int | None,
) -> CaseKey:
    """Record how a pending 复议 or 诉讼 ended."""
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        relief = desk.session.get(Relief, relief_id)
        if relief is None or relief.case_id != case.id:
            raise NotFound("本案没有这项复议、诉讼")
        _check(
            desk,
            ReliefData(
                kind=relief.kind,
                filed_on=relief.filed_on or decided_on,
                body=relief.body,
                result=result,
                decided_on=decided_on,
            ),
        )
        carry_out(
            desk,
            case,
            Action.RECORD_RELIEF,
            effective_on=decided_on,
            detail={"kind": relief.kind.value, "result": result.value},
        )
        relief.result = result
        relief.decided_on = decided_on
        return CaseKey(case.id, case.number)


def record_relief_notice(
    desk: Desk, case_id: int, relief_id: int, notice: ReliefNotice, *, version: int | None
) -> CaseKey:
    """登记收到副本: from here the office's own limit to answer runs.

    复议: 自收到申请书副本之日起 (行政复议法第四十八条、第五十四条); 诉讼: 在收到起诉状副本之日起
    (行政诉讼法第六十七条).
    """
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        relief = desk.session.get(Relief, relief_id)
        if relief is None or relief.case_id != case.id:
            raise NotFound("本案没有这项复议、诉讼")
        begins = relief.filed_on or notice.notified_on
        if not begins <= notice.notified_on <= desk.today:
            raise _notified_too_early()
        if relief.answered_on is not None and relief.answered_on < notice.notified_on:
            raise RuleBroken(
                "relief_notified",
                f"本机关 {relief.answered_on:%Y-%m-%d} 已提交答复、证据，收到副本须在此之前",
                field="notified_on",
            )
        carry_out(
            desk,
            case,
            Action.RECORD_RELIEF,
            effective_on=notice.notified_on,
            detail={"kind": relief.kind.value, "notified": True},
        )
        relief.notified_on = notice.notified_on
        relief.simplified = notice.simplified and relief.kind is ReliefKind.REVIEW
        relief.reference = clean_text(notice.reference) or relief.reference
        return CaseKey(case.id, case.number)


def record_relief_answer(
    desk: Desk, case_id: int, relief_id: int, *, answered_on: date, version: int | None
) -> CaseKey:
    """登记答复、举证: the office has handed in its answer and its evidence."""
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        relief = desk.session.get(Relief, relief_id)
        if relief is None or relief.case_id != case.id:
            raise NotFound("本案没有这项复议、诉讼")
        begins = relief.notified_on or relief.filed_on
        if answered_on > desk.today or (begins is not None and answered_on < begins):
            raise RuleBroken(
                "relief_answered",
                "答复、举证日期须在收到副本之后、今天之前（含今天）",
                field="answered_on",
            )
        carry_out(
            desk,
            case,
            Action.RECORD_RELIEF,
            effective_on=answered_on,
            detail={"kind": relief.kind.value, "answered": True},
        )
        relief.answered_on = answered_on
        return CaseKey(case.id, case.number)


def _notified_too_early() -> RuleBroken:
    return RuleBroken(
        "relief_notified",
        "收到副本的日期须在受理之后、今天之前（含今天）",
        field="notified_on",
    )


def _check(desk: Desk, data: ReliefData) -> None:
    if data.filed_on > desk.today:
        raise RuleBroken("relief_in_future", "受理日期不能晚于今天", field="filed_on")
    if data.notified_on is not None and not data.filed_on <= data.notified_on <= desk.today:
        raise _notified_too_early()
    if (data.result is ReliefResult.PENDING) != (data.decided_on is None):
        raise RuleBroken(
            "relief_result", "已有结果的填结案日期，尚未审结的不填", field="decided_on"
        )
    if data.decided_on is not None and not data.filed_on <= data.decided_on <= desk.today:
        raise RuleBroken(
            "relief_decided", "结案日期须在受理之后、今天之前（含今天）", field="decided_on"
        )
