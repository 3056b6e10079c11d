"""Why something that would add days to a count, or ask for a fee, is out of order.

The replay ignores such a fact with a note, the service refuses it (``clock_checks``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from casework.domain.clock_events import full_date
from casework.domain.statutes import Rule

if TYPE_CHECKING:
    from datetime import date

    from casework.domain.clock_events import ClockEvent
    from casework.domain.clock_replay import Replay


class Note(NamedTuple):
    """What is wrong or worth knowing about a fact: a warning to read, or a reason to refuse.

    The fields are those of ``RuleBroken``.
    """

    code: str
    message: str
    field: str = ""
    basis: str = ""

    def __str__(self) -> str:
        return f"{self.message}（{self.basis}）" if self.basis else self.message


def extension_breach(state: Replay, event: ClockEvent) -> Note | None:
    """Return why an extension decided now would be unlawful, or None if it is lawful."""
    basis = state.statute.article(Rule.EXTENSION)
    cap = state.statute.max_extension_days
    days = event.days or 0
    if breach := _cannot_lengthen(state, "extension", "延期", basis):
        return breach
    if days < 1:
        message = "延期的工作日数须是 1 以上的整数，请重新填写"
        return Note("extension_days_missing", message, "days", basis)
    if days > cap:
        message = f"延期 {days} 个工作日超过上限，最长 {cap} 个工作日，请改短"
        return Note("extension_over_cap", message, "days", basis)
    if state.extension_days:
        message = f"本件已延期 {state.extension_days} 个工作日，答复期限只能延长一次"
        return Note("extension_twice", message, "days", basis)
    if not state.is_suspended() and event.on > (due := state.due()):
        message = (
            f"延期日期 {full_date(event.on)}晚于答复期限 {full_date(due)}，"
            "延期须在期限届满前决定并告知申请人"
        )
        return Note("extension_after_due", message, "on", basis)
    return None


def delay_breach(state: Replay, event: ClockEvent) -> Note | None:
    """Return why a delay set now would be unlawful, or None if it is lawful (第三十五条)."""
    if not state.statute.office_may_delay:
        message = "2007年条例没有由本机关确定延迟答复期限的规定，请改办延期"
        return Note("delay_unknown", message, "on", state.statute.order)
    basis = state.statute.article(Rule.DELAY)
    if breach := _cannot_lengthen(state, "delay", "延迟", basis):
        return breach
    if (event.days or 0) < 1:
        message = "延迟的工作日数须是 1 以上的整数，请重新填写"
        return Note("delay_days_missing", message, "days", basis)
    if state.delay_days:
        message = f"本件已确定延迟 {state.delay_days} 个工作日，不能再次延迟"
        return Note("delay_twice", message, "days", basis)
    if not state.is_suspended() and event.on > (due := state.due()):
        message = (
            f"延迟日期 {full_date(event.on)}晚于答复期限 {full_date(due)}，"
            "延迟答复须在期限届满前确定并告知申请人"
        )
        return Note("delay_after_due", message, "on", basis)
    return None


def fee_notice_breach(state: Replay, on: date) -> Note | None:
    """Return why a fee notice sent now would be out of order, or None."""
    basis = state.statute.article(Rule.FEE_NOTICE)
    from_day = state.statute.fee_restart_from
    if from_day is not None and on < from_day:
        message = f"信息处理费自 {full_date(from_day)}起收取，此前没有收费依据"
        return Note("fee_before_tariff", message, "on", basis)
    stopped = state.awaiting_since is not None or state.is_suspended()
    if from_day is not None and not stopped and on > (due := state.due()):
        message = f"收费通知晚于答复期限 {full_date(due)}，收费通知须在答复期限内发出"
        return Note("fee_notice_after_due", message, "on", basis)
    return None


def _cannot_lengthen(state: Replay, stem: str, word: str, basis: str) -> Note | None:
    """Return why no days can be added at all: the limit was ordered, or no period is running.

    第三十三条 and 第三十五条 lengthen the regulation's own limit and no other's.
    """
    if state.ordered_due_on is not None:
        message = (
            f"重新答复的期限 {full_date(state.ordered_due_on)}是复议决定、判决确定的，不能{word}；"
            "确有困难的，请向复议机关、法院说明"
        )
        return Note("limit_was_ordered", message, "on")
    if state.awaiting_since is not None:
        message = f"正在等待申请人补正，答复期限尚未起算，不能{word}。请在收到补正后办理"
        return Note(f"{stem}_while_awaiting", message, "on", basis)
    return None
