"""征求意见: starts and ends paired up, with what each took out of the count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.clock_events import ClockEventKind
from casework.domain.statutes import STATUTES, Party, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from casework.domain.clock_events import ClockFacts
    from casework.domain.working_days import WorkingDayCalendar
    from casework.queries.case_office import ClockLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """One consultation; ``answer_by`` is the party's own limit in law, ``days`` what was left out.

    ``answer_by`` is None where the regulation sets none and the letter itself names a day.

    ``days`` counts working days after ``started_on`` through ``ended_on``; None while it runs or
    where the regulation lets it count.
    """

    party: Party | None
    whom: str
    asked: str
    started_on: date
    answer_by: date | None
    ended_on: date | None
    opinion: str
    days: int | None
    basis: str
    round: int = 0


def list_consultations(
    lines: Sequence[ClockLine], facts: ClockFacts | None, calendar: WorkingDayCalendar
) -> list[Consultation]:
    """Return the consultations in the order they began."""
    ends = [line for line in lines if line.kind == ClockEventKind.CONSULTATION_ENDED]
    found = []
    for start in lines:
        if start.kind != ClockEventKind.CONSULTATION_STARTED:
            continue
        end = next((e for e in ends if _ends(e, start)), None)
        if end is not None:
            ends.remove(end)
        found.append(_consultation(start, end, facts, calendar))
    return found


def _ends(end: ClockLine, start: ClockLine) -> bool:
    same = end.round == start.round and end.party in {None, start.party}
    return same and end.on >= start.on


def _consultation(
    start: ClockLine,
    end: ClockLine | None,
    facts: ClockFacts | None,
    calendar: WorkingDayCalendar,
) -> Consultation:
    party = Party(start.party) if start.party else None
    statute = facts.governing_statute if facts else STATUTES[next(iter(STATUTES))]
    limit = statute.opinion_limit(party)
    suspends = party in statute.suspending
    return Consultation(
        party=party,
        whom=start.whom,
        asked=start.reason,
        started_on=start.on,
        answer_by=calendar.add(start.on, limit.days) if limit else None,
        ended_on=end.on if end else None,
        opinion=end.reason if end else "",
        days=calendar.count(start.on, end.on) if end and suspends else None,
        basis=statute.article(Rule.CONSULTATION),
        round=start.round,
    )
