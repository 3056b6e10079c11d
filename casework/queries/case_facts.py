"""A case as the rules read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.clock_events import ClockEvent, ClockEventKind, ClockFacts, ClockStart
from casework.domain.facts import CaseFacts
from casework.domain.grounds import Outcome
from casework.domain.reopening import judged_round
from casework.domain.statutes import STATUTES, Party
from casework.domain.voiding import TAKEN_BACK
from casework.models import Draft
from casework.queries.case_office import list_units_asked
from casework.queries.case_side import has_open_amendment
from casework.queries.review_chain import steps_of
from casework.queries.visibility import find_knowers

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from casework.models import Case, ClockFact

_DISCLOSING = frozenset({Outcome.DISCLOSED, Outcome.PARTLY_DISCLOSED})


def latest_draft(session: Session, case_id: int) -> Draft | None:
    """Return the newest version of the reply in the making, if there is one."""
    return session.scalars(
        select(Draft).where(Draft.case_id == case_id).order_by(Draft.version.desc()).limit(1)
    ).one_or_none()


def clock_facts_of(case: Case) -> ClockFacts | None:
    """Return what decides whether the application was answered in time: its first answer's period.

    That is the round in which it was, or will be, answered first (domain.reopening); None while
    the receipt day is not confirmed.
    """
    return round_facts_of(case, judged_round_of(case))


def current_clock_of(case: Case) -> ClockFacts | None:
    """Return the period that runs now: the new answer's, once a case has been reopened."""
    return round_facts_of(case, len(case.reopenings))


def round_facts_of(case: Case, number: int) -> ClockFacts | None:
    """Return the period of one round: 0 begins with the receipt, n with the n-th reopening.

    A round that ended without a reply (撤回 …) adds its end: its clock stands still from there.
    """
    if case.received_on is None:
        return None
    replied_on, closed_on = _end_of(case, number)
    events = [
        ClockEvent(
            kind=ClockEventKind(fact.kind),
            on=fact.happened_on,
            party=Party(fact.party) if fact.party else None,
            days=fact.days,
        )
        for fact in case.clock_events
        if fact.round == number
    ]
    if closed_on is not None and replied_on is None:
        events.append(ClockEvent(kind=ClockEventKind.CLOSED, on=closed_on))
    if number == 0:
        return ClockFacts(
            received_on=case.received_on,
            statute=case.statute,
            events=tuple(events),
            replied_on=replied_on,
        )
    opening = case.reopenings[number - 1]
    return ClockFacts(
        received_on=opening.counts_from,
        statute=case.statute,
        events=tuple(events),
        replied_on=replied_on,
        start=ClockStart.REOPENING if opening.relief_id is None else ClockStart.ORDER,
        ordered_due_on=opening.due_on,
    )


def judged_round_of(case: Case) -> int:
    """Return the round whose dates the case keeps (domain.reopening.judged_round)."""
    return judged_round([opening.former_replied_on for opening in case.reopenings])


def is_answered_anew(case: Case) -> bool:
    """Say whether the case is past its first answer: the dates it keeps are judged and stand."""
    return judged_round_of(case) < len(case.reopenings)


def standing_events_of(case: Case) -> list[ClockFact]:
    """Return the dated facts of every round that were not taken back with their document."""
    return [fact for fact in case.clock_events if fact.round != TAKEN_BACK]


def current_events_of(case: Case) -> list[ClockFact]:
    """Return the dated facts of the round that runs now."""
    return [fact for fact in case.clock_events if fact.round == len(case.reopenings)]


def _end_of(case: Case, number: int) -> tuple[date | None, date | None]:
    """Return the days of a round's reply and of its end, each None while there is none."""
    if number < len(case.reopenings):
        following = case.reopenings[number]
        replied_on = (
            following.former_replied_on if number == 0 else case.reopenings[number - 1].replied_on
        )
        return replied_on, following.former_closed_on
    if number == 0:
        return case.replied_on, case.closed_on
    return case.reopenings[number - 1].replied_on, case.closed_on


def is_consulting(case: Case) -> bool:
    """Say whether a consultation of the round that runs has been started and not ended."""
    kinds = [fact.kind for fact in current_events_of(case)]
    started = kinds.count(ClockEventKind.CONSULTATION_STARTED)
    return started > kinds.count(ClockEventKind.CONSULTATION_ENDED)


def facts_of(session: Session, case: Case) -> CaseFacts:
    """Return what the workflow's rules read of ``case``."""
    draft = latest_draft(session, case.id)
    return CaseFacts(
        number=case.number,
        state=case.state,
        agency_path=case.agency.path,
        unit=case.unit,
        received_on=case.received_on,
        handler_id=case.handler_id,
        drafter_id=draft.author_id if draft else None,
        draft_hash=draft.text_hash if draft else None,
        discloses=draft is not None and draft.outcome in _DISCLOSING,
        steps=steps_of(session, case.agency_id, draft),
        answered=case.replied_on is not None,
        limit_ordered=bool(case.reopenings) and case.reopenings[-1].due_on is not None,
        units_asked=list_units_asked(session, case.id),
        consultation_open=is_consulting(case),
        correction_allowed=STATUTES[case.statute].correction_restarts,
        delay_allowed=STATUTES[case.statute].office_may_delay,
        amendment_open=has_open_amendment(session, case.id),
        one_person_office=bool(case.agency.one_person_reason),
        known_to=find_knowers(session, case.id),
    )
