"""Looking ahead: a consultation sent today, the last safe days, a plan back from the due day.

Advice to the officer; nothing here is a fact of the case.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from casework.domain.clock_checks import check_event
from casework.domain.clock_events import ClockEvent, ClockEventKind, ClockFacts
from casework.domain.clock_replay import replay
from casework.domain.statutes import Party
from casework.domain.statutory_clock import OFFICE_DAYS, due_dates

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from casework.domain.working_days import WorkingDayCalendar

_USUAL_OPINION_DAYS = 15
"""What the 2019 regulation gives a third party; taken for 2007 cases too, which had no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationOutlook:
    """If the letter goes out on ``sent_on`` and the answer takes all its days.

    ``opinion_due_on`` is the last day for the opinion; the limits follow from it.
    """

    sent_on: date
    opinion_due_on: date
    due_on: date | None
    office_due_on: date | None
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The limits if some events happened as well; both None where the clock would stand still.

    ``facts`` are those of the case with the supposed events among them.
    """

    facts: ClockFacts
    due_on: date | None
    office_due_on: date | None
    provisional: bool


class LastDays(NamedTuple):
    """The last day on which each act still has its effect; None: not open to this case now.

    A correction notice within 7 working days (条例第三十条); a consultation before the due day, for
    one that starts on it stops nothing; an extension on the due day at the latest.
    """

    correction_notice_by: date | None
    consult_by: date | None
    extend_by: date | None


class BackPlan(NamedTuple):
    """When each step must be done for the reply to be posted a day early."""

    draft_by: date
    review_by: date
    post_by: date


def opinion_due_on(sent_on: date, calendar: WorkingDayCalendar) -> date:
    """Return the last of the 15 working days a third party or co-maker has (第三十二、三十四条)."""
    return calendar.add(sent_on, _USUAL_OPINION_DAYS)


def what_if_consultation(
    facts: ClockFacts,
    calendar: WorkingDayCalendar,
    *,
    today: date,
    party: Party = Party.THIRD_PARTY,
    office_days: int = OFFICE_DAYS,
) -> ConsultationOutlook:
    """Return the limits if a consultation starts today and takes all 15 working days.

    RuleBroken as ``check_event`` if it could not be started today.
    """
    start, end = consultation(today, calendar, party=party)
    check_event(facts, start, calendar, today=today)
    outlook = suppose(facts, (start, end), calendar, office_days=office_days)
    return ConsultationOutlook(
        sent_on=today,
        opinion_due_on=end.on,
        due_on=outlook.due_on,
        office_due_on=outlook.office_due_on,
        provisional=outlook.provisional,
    )


def consultation(
    sent_on: date,
    calendar: WorkingDayCalendar,
    *,
    days: int = _USUAL_OPINION_DAYS,
    party: Party = Party.THIRD_PARTY,
) -> tuple[ClockEvent, ClockEvent]:
    """Return the start and the end of a consultation that takes ``days`` working days."""
    return (
        ClockEvent(ClockEventKind.CONSULTATION_STARTED, sent_on, party),
        ClockEvent(ClockEventKind.CONSULTATION_ENDED, calendar.add(sent_on, days), party),
    )


def suppose(
    facts: ClockFacts,
    events: Iterable[ClockEvent],
    calendar: WorkingDayCalendar,
    *,
    office_days: int = OFFICE_DAYS,
) -> Outlook:
    """Return the limits if ``events`` happened one after the other, in days to come as well.

    RuleBroken as ``check_event`` for the first that could not be recorded on its day.
    """
    for event in events:
        check_event(facts, event, calendar, today=event.on)
        facts = replace(facts, events=(*facts.events, event))
    [dates] = due_dates([facts], calendar, office_days=office_days)
    return Outlook(
        facts=facts,
        due_on=dates.due_on,
        office_due_on=dates.office_due_on,
        provisional=dates.due_on is not None and calendar.is_provisional(dates.due_on),
    )


def last_days(facts: ClockFacts, calendar: WorkingDayCalendar) -> LastDays:
    """Return the last safe day for each act, all None once the case is answered or closed."""
    state = replay(facts, calendar)
    if facts.replied_on or state.closed_on or state.awaiting_since:
        return LastDays(None, None, None)
    notice_days = state.statute.correction_notice_days
    asked = state.correction_requests or state.restarted_by is not None
    correction = calendar.add(facts.received_on, notice_days) if notice_days and not asked else None
    if state.is_suspended():
        return LastDays(correction, None, None)
    due = state.due()
    return LastDays(correction, calendar.back(due, 1), None if state.extension_days else due)


def back_plan(
    due_on: date,
    calendar: WorkingDayCalendar,
    *,
    draft_days: int = 5,
    review_days: int = 3,
    post_days: int = 1,
) -> BackPlan:
    """Return the working days before ``due_on`` by which to draft, to review and to post.

    The day of posting is the day of the reply (国办公开办函〔2016〕235号), so nothing is added for
    the mail; one day is kept in hand.
    """
    return BackPlan(
        draft_by=calendar.back(due_on, draft_days),
        review_by=calendar.back(due_on, review_days),
        post_by=calendar.back(due_on, post_days),
    )
