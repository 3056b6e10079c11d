"""What the service refuses before a fact is written: each breach has its own sentence.

The reckoning is lenient, because old ledgers must be read as they are; a new fact typed today is
held to the rule. ``check_event`` looks at one event against the facts already there, and always at
the period as it stood on the day of the event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from casework.domain.clock_breaches import (
    Note,
    delay_breach,
    extension_breach,
    fee_notice_breach,
)
from casework.domain.clock_events import ClockEvent, ClockEventKind, full_date
from casework.domain.clock_replay import Replay, replay
from casework.domain.errors import RuleBroken
from casework.domain.statutes import Party, Rule

if TYPE_CHECKING:
    from datetime import date

    from casework.domain.clock_events import ClockFacts
    from casework.domain.working_days import WorkingDayCalendar


class _Words(NamedTuple):
    """How a kind of event is named in codes (``stem``) and sentences (``noun``)."""

    stem: str
    noun: str


_WORDS = {
    ClockEventKind.CORRECTION_REQUESTED: _Words("correction_request", "补正告知日期"),
    ClockEventKind.CORRECTION_RECEIVED: _Words("correction", "补正收到日期"),
    ClockEventKind.FEE_NOTICED: _Words("fee_notice", "收费通知日期"),
    ClockEventKind.FEE_PAID: _Words("payment", "缴费日期"),
    ClockEventKind.EXTENSION: _Words("extension", "延期告知日期"),
    ClockEventKind.DELAY: _Words("delay", "延迟答复告知日期"),
    ClockEventKind.CONSULTATION_STARTED: _Words("stop", "征求意见开始日期"),
    ClockEventKind.CONSULTATION_ENDED: _Words("resume", "征求意见结束日期"),
    ClockEventKind.CLOSED: _Words("closure", "办结日期"),
}


def check_event(
    facts: ClockFacts,
    event: ClockEvent,
    calendar: WorkingDayCalendar,
    *,
    today: date,
) -> None:
    """Refuse an event the law or plain sense does not allow; ``event`` is not yet in ``facts``.

    Raises RuleBroken with code, field (``on``, ``days``, ``party``) and article. What is merely
    late but effective, such as a correction notice after 7 working days, passes here and is
    warned about by the reckoning.
    """
    then = replay(facts, calendar, up_to=_read_up_to(event))
    now = replay(facts, calendar)
    breach = _wrong_day(facts, event, now, today) or _CHECKS[event.kind](event, then, now)
    if breach:
        raise RuleBroken(breach.code, breach.message, field=breach.field, basis=breach.basis)


def check_reply(facts: ClockFacts, replied_on: date, *, today: date) -> None:
    """Refuse a reply day (交邮之日 or 签收之日) before the receipt day or in the future."""
    if replied_on > today:
        raise RuleBroken(
            "reply_in_future",
            f"答复日期 {full_date(replied_on)}在今天之后，请填实际交邮或者签收的日期",
            field="replied_on",
        )
    if replied_on < facts.received_on:
        raise RuleBroken(
            "reply_before_receipt",
            f"答复日期早于收到日期 {full_date(facts.received_on)}。"
            "邮寄送达填交邮之日，直接送达填签收之日",
            field="replied_on",
            basis="国办公开办函〔2016〕235号",
        )


def _read_up_to(event: ClockEvent) -> ClockEvent:
    """Return the last event that the check of ``event`` looks at.

    A consultation may begin on the day on which another with the same party ended: the days stay
    one stretch, and the oldest is the one that ended. So that day is read to its end.
    """
    if event.kind is ClockEventKind.CONSULTATION_STARTED:
        return ClockEvent(ClockEventKind.CLOSED, event.on)
    return event


def _wrong_day(facts: ClockFacts, event: ClockEvent, now: Replay, today: date) -> Note | None:
    stem, noun = _WORDS[event.kind]
    written = f"{noun} {full_date(event.on)}"
    if event.on > today:
        return Note(f"{stem}_in_future", f"{written}在今天之后，请填实际发生的日期", "on")
    if event.on < facts.received_on:
        began = f"{facts.start.day_label} {full_date(facts.received_on)}"
        return Note(f"{stem}_before_receipt", f"{written}早于{began}，请核对", "on")
    ended_on = facts.replied_on or now.closed_on
    if ended_on is not None and event.on > ended_on:
        message = f"{written}晚于办结之日 {full_date(ended_on)}，办结之后期限不再变化"
        return Note(f"{stem}_after_end", message, "on")
    if now.restarted_by is not None and event.on < now.starts_on:
        why = now.restarted_by.label
        message = (
            f"{written}早于{why}之日 {full_date(now.starts_on)}，"
            "期限自该日重新计算，此前的事项不再起作用"
        )
        return Note(f"{stem}_before_restart", message, "on")
    return None


def _check_correction_request(_event: ClockEvent, _then: Replay, now: Replay) -> Note | None:
    if not now.statute.correction_restarts:
        return None
    basis = now.statute.article(Rule.CORRECTION)
    if now.awaiting_since is not None:
        message = f"{full_date(now.awaiting_since)}已告知补正，正在等待申请人补正，不必再次告知"
        return Note("correction_already_requested", message, "on", basis)
    if now.correction_requests:
        message = "补正应当一次性告知，本件已经告知过；仍不明确的，可以答复无法提供"
        return Note("correction_only_once", message, "on", basis)
    return None


def _check_correction(event: ClockEvent, then: Replay, now: Replay) -> Note | None:
    if not now.statute.correction_restarts or then.awaiting_since is not None:
        return None
    basis = now.statute.article(Rule.CORRECTION)
    if now.awaiting_since is not None and event.on < now.awaiting_since:
        message = f"补正收到日期早于告知补正之日 {full_date(now.awaiting_since)}，请核对"
        return Note("correction_before_request", message, "on", basis)
    message = "没有等待中的补正告知，请先登记告知补正的日期"
    return Note("correction_without_request", message, "on", basis)


def _check_fee_notice(event: ClockEvent, then: Replay, now: Replay) -> Note | None:
    if now.fee_noticed_on is not None:
        message = f"{full_date(now.fee_noticed_on)}已发收费通知，尚未缴费，不必再次通知"
        return Note("fee_already_noticed", message, "on", now.statute.article(Rule.FEE_NOTICE))
    return fee_notice_breach(then, event.on)


def _check_payment(event: ClockEvent, then: Replay, now: Replay) -> Note | None:
    if now.statute.fee_restart_from is None or then.fee_noticed_on is not None:
        return None
    basis = now.statute.article(Rule.FEE_NOTICE)
    if now.fee_noticed_on is not None and event.on < now.fee_noticed_on:
        message = f"缴费日期早于收费通知之日 {full_date(now.fee_noticed_on)}，请核对"
        return Note("payment_before_notice", message, "on", basis)
    message = "没有待缴的收费通知，请先登记收费通知的日期"
    return Note("payment_without_notice", message, "on", basis)


def _check_extension(event: ClockEvent, then: Replay, now: Replay) -> Note | None:
    if breach := extension_breach(then, event):
        return breach
    if now.extension_days:  # one that was decided on a later day
        message = f"本件已延期 {now.extension_days} 个工作日，答复期限只能延长一次"
        return Note("extension_twice", message, "days", now.statute.article(Rule.EXTENSION))
    return None


def _check_delay(event: ClockEvent, then: Replay, now: Replay) -> Note | None:
    if breach := delay_breach(then, event):
        return breach
    if now.delay_days:  # one that was decided on a later day
        message = f"本件已确定延迟 {now.delay_days} 个工作日，不能再次延迟"
        return Note("delay_twice", message, "days", now.statute.article(Rule.DELAY))
    return None


def _check_stop(event: ClockEvent, then: Replay, now: Replay) -> Note | None:
    basis = now.statute.article(Rule.CONSULTATION)
    party = event.party
    if party is None:
        words = "、".join(each.label for each in Party)
        return Note("party_missing", f"请选择征求意见的对象：{words}", "party", basis)
    if party is Party.CO_MAKER and now.statute.co_maker_days is None:
        message = "2007年条例没有征求共同制作机关意见的规定，请选“其他机关”"
        return Note("co_maker_unknown", message, "party", now.statute.order)
    running = then.open_consultation(party)
    if running is None:
        return None
    since = full_date(running.on)
    if running in now.consultations:
        message = (
            f"{since}已开始征求{party.label}意见，尚未结束，"
            "期限已经停止计算；同时征求几家的，登记一次即可"
        )
    else:
        message = (
            f"{since}开始的征求{party.label}意见到 {full_date(event.on)}还没有结束，"
            "这一天本来就不计入期限，不必再登记"
        )
    return Note("already_stopped", message, "on", basis)


def _check_resume(event: ClockEvent, then: Replay, now: Replay) -> Note | None:
    if then.open_consultation(event.party) is not None:
        return None
    whom = event.party.label if event.party else ""
    if (later := now.open_consultation(event.party)) is not None:
        message = f"征求意见结束日期早于开始日期 {full_date(later.on)}，请核对"
        return Note("resume_before_stop", message, "on")
    return Note("resume_without_stop", f"没有进行中的征求{whom}意见，期限没有停止，不能恢复", "on")


def _check_closure(_event: ClockEvent, _then: Replay, now: Replay) -> Note | None:
    if now.closed_on is not None:
        return Note("closed_twice", f"本件已于 {full_date(now.closed_on)}办结", "on")
    return None


_CHECKS = {
    ClockEventKind.CORRECTION_REQUESTED: _check_correction_request,
    ClockEventKind.CORRECTION_RECEIVED: _check_correction,
    ClockEventKind.FEE_NOTICED: _check_fee_notice,
    ClockEventKind.FEE_PAID: _check_payment,
    ClockEventKind.EXTENSION: _check_extension,
    ClockEventKind.DELAY: _check_delay,
    ClockEventKind.CONSULTATION_STARTED: _check_stop,
    ClockEventKind.CONSULTATION_ENDED: _check_resume,
    ClockEventKind.CLOSED: _check_closure,
}
