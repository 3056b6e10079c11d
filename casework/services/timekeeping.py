"""Acts that move the clock: 补正, 征求意见, 延期 (条例第三十条、第三十二至三十四条).

Each adds one dated fact and replays the rest; no deadline is typed by anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.clock_checks import check_event
from casework.domain.clock_events import ClockEvent, ClockEventKind, full_date
from casework.domain.correction_period import check_abandonment, correct_by
from casework.domain.errors import RuleBroken
from casework.domain.grounds import Outcome, Requirement
from casework.domain.letter_kinds import LetterKind
from casework.domain.reply import ReplyContent, check_reply
from casework.domain.text import clean_text
from casework.domain.workflow import Action
from casework.models import ClockFact
from casework.queries.case_facts import current_clock_of, current_events_of, is_answered_anew
from casework.services.case_file import CaseKey, carry_out, open_case, reckon_dates
from casework.services.draft_facts import notice_number
from casework.services.drafting import write_version
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from datetime import date

    from casework.domain.statutes import Party
    from casework.services.desk import Desk

NOT_CORRECTED = "not_corrected"


def request_correction(
    desk: Desk, case_id: int, *, on: date, reason: str, version: int | None
) -> CaseKey:
    """告知补正: tell the applicant once and for all what is unclear (第三十条, 7 working days)."""
    return _add(
        desk,
        case_id,
        Action.REQUEST_CORRECTION,
        ClockEvent(kind=ClockEventKind.CORRECTION_REQUESTED, on=on),
        reason=_required(reason, "请写明需要补正的事项", "reason"),
        version=version,
    )


def receive_correction(
    desk: Desk, case_id: int, *, on: date, content: str = "", version: int | None
) -> CaseKey:
    """登记收到补正: the period begins anew from this day (第三十条).

    ``content`` is what the applicant wrote; the answer quotes it beside the request.
    """
    return _add(
        desk,
        case_id,
        Action.RECEIVE_CORRECTION,
        ClockEvent(kind=ClockEventKind.CORRECTION_RECEIVED, on=on),
        reason=clean_text(content, keep_lines=True),
        version=version,
    )


def deem_abandoned(
    desk: Desk, case_id: int, *, on: date, reason: str, version: int | None
) -> CaseKey:
    """视为放弃: find that the applicant let the correction pass without good reason (第三十条).

    Only after the day named in the notice. The notice that the office handles the application no
    further is drafted at once and then reviewed, issued and served like any other end of a case.
    """
    reason = _required(reason, "请写明申请人未补正、没有正当理由的情况", "reason")
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        carry_out(desk, case, Action.DEEM_ABANDONED, effective_on=on, note=reason)
        notified_on = max(
            fact.happened_on
            for fact in current_events_of(case)
            if fact.kind == ClockEventKind.CORRECTION_REQUESTED
        )
        if on > desk.today:
            raise RuleBroken("abandonment_in_future", "认定日期不能晚于今天", field="on")
        check_abandonment(notified_on, on, desk.calendar)
        last = correct_by(notified_on, desk.calendar)
        number = notice_number(desk.session, case, LetterKind.CORRECTION_REQUEST)
        content = ReplyContent(
            outcome=Outcome.OTHER,
            grounds=(NOT_CORRECTED,),
            particulars={
                Requirement.CORRECTION_NOTICE: (number and f"{number}，")
                + f"{full_date(notified_on)}告知补正，补正期限至{full_date(last)}届满"
            },
        )
        counted = check_reply(content, case.statute.value, decided_on=desk.today)
        write_version(desk, case, content, counted)
        return CaseKey(case.id, case.number)


def start_consultation(
    desk: Desk,
    case_id: int,
    *,
    on: date,
    party: Party,
    whom: str,
    reason: str = "",
    version: int | None,
) -> CaseKey:
    """征求意见: ask a third party, a co-maker, another agency; the clock rests (第三十三条)."""
    return _add(
        desk,
        case_id,
        Action.START_CONSULTATION,
        ClockEvent(kind=ClockEventKind.CONSULTATION_STARTED, on=on, party=party),
        whom=_required(whom, "请写明向谁征求意见", "whom"),
        reason=clean_text(reason, keep_lines=True),
        version=version,
    )


def end_consultation(
    desk: Desk, case_id: int, *, on: date, party: Party, opinion: str, version: int | None
) -> CaseKey:
    """登记收到意见: the clock goes on from the next working day (第三十三条)."""
    return _add(
        desk,
        case_id,
        Action.END_CONSULTATION,
        ClockEvent(kind=ClockEventKind.CONSULTATION_ENDED, on=on, party=party),
        reason=_required(opinion, "请写明对方的意见；逾期未答复的写“逾期未答复”", "opinion"),
        version=version,
    )


def extend_deadline(
    desk: Desk, case_id: int, *, on: date, days: int, reason: str, version: int | None
) -> CaseKey:
    """办延期: once, with the consent of the 工作机构负责人, before the due day (第三十三条)."""
    return _add(
        desk,
        case_id,
        Action.EXTEND,
        ClockEvent(kind=ClockEventKind.EXTENSION, on=on, days=days),
        reason=_required(reason, "请写明延期的理由", "reason"),
        version=version,
    )


def delay_reply(
    desk: Desk, case_id: int, *, on: date, days: int, reason: str, version: int | None
) -> CaseKey:
    """确定延迟答复的合理期限: so much was asked for, with good reason, that the limit cannot hold.

    条例第三十五条 sets no cap; the office decides once and tells the applicant before the due day.
    """
    return _add(
        desk,
        case_id,
        Action.DELAY,
        ClockEvent(kind=ClockEventKind.DELAY, on=on, days=days),
        reason=_required(reason, "请写明申请的数量、频次和申请人的理由", "reason"),
        version=version,
    )


def _required(text: str, sentence: str, field: str) -> str:
    text = clean_text(text, keep_lines=True)
    if not text:
        raise RuleBroken(f"{field}_missing", sentence, field=field)
    return text


def _add(
    desk: Desk,
    case_id: int,
    action: Action,
    event: ClockEvent,
    *,
    whom: str = "",
    reason: str = "",
    version: int | None,
) -> CaseKey:
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        carry_out(
            desk,
            case,
            action,
            effective_on=event.on,
            # What the applicant wrote is kept with the case and not in the record of acts.
            note="" if event.kind is ClockEventKind.CORRECTION_RECEIVED else reason,
            detail={
                "party": event.party.value if event.party else None,
                "days": event.days,
            },
        )
        facts = current_clock_of(case)
        if facts is not None:
            check_event(facts, event, desk.calendar, today=desk.today)
        case.clock_events.append(
            ClockFact(
                kind=event.kind.value,
                round=len(case.reopenings),
                happened_on=event.on,
                party=event.party.value if event.party else None,
                days=event.days,
                whom=whom,
                reason=reason,
            )
        )
        if not is_answered_anew(case):
            reckon_dates(desk, case)
        return CaseKey(case.id, case.number)
