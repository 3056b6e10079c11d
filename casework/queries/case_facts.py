"""A case as the rules read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.clock_events import ClockEvent, ClockEventKind, ClockFacts
from casework.domain.facts import CaseFacts
from casework.domain.grounds import Outcome
from casework.domain.statutes import STATUTES, Party
from casework.models import Draft
from casework.queries.case_office import list_units_asked
from casework.queries.review_chain import steps_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.models import Case

_DISCLOSING = frozenset({Outcome.DISCLOSED, Outcome.PARTLY_DISCLOSED})


def latest_draft(session: Session, case_id: int) -> Draft | None:
    """Return the newest version of the reply in the making, if there is one."""
    return session.scalars(
        select(Draft).where(Draft.case_id == case_id).order_by(Draft.version.desc()).limit(1)
    ).one_or_none()


def clock_events_of(case: Case) -> tuple[ClockEvent, ...]:
    """Return the dated facts of ``case`` as the clock reads them.

    A case that ended without a reply (撤回 …) adds its end: its clock stands still from there.
    """
    events = [
        ClockEvent(
            kind=ClockEventKind(fact.kind),
            on=fact.happened_on,
            party=Party(fact.party) if fact.party else None,
            days=fact.days,
        )
        for fact in case.clock_events
    ]
    if case.closed_on is not None and case.replied_on is None:
        events.append(ClockEvent(kind=ClockEventKind.CLOSED, on=case.closed_on))
    return tuple(events)


def clock_facts_of(case: Case) -> ClockFacts | None:
    """Return what the clock needs, or None while the receipt day is not confirmed."""
    if case.received_on is None:
        return None
    return ClockFacts(
        received_on=case.received_on,
        statute=case.statute,
        events=clock_events_of(case),
        replied_on=case.replied_on,
    )


def is_consulting(case: Case) -> bool:
    """Say whether a consultation has been started and not ended."""
    started = sum(f.kind == ClockEventKind.CONSULTATION_STARTED for f in case.clock_events)
    ended = sum(f.kind == ClockEventKind.CONSULTATION_ENDED for f in case.clock_events)
    return started > ended


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
        units_asked=list_units_asked(session, case.id),
        consultation_open=is_consulting(case),
        correction_allowed=STATUTES[case.statute].correction_restarts,
        delay_allowed=STATUTES[case.statute].office_may_delay,
        one_person_office=bool(case.agency.one_person_reason),
    )
