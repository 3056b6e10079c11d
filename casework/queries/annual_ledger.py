"""The year's ledger (台账) as an inspector reads it: what its table counts, case by case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from casework.domain.annual_fold import in_year
from casework.domain.outcomes import find_ground
from casework.domain.statutory_clock import Timeliness, judge
from casework.models import Agency, Applicant, Case
from casework.queries.agencies import in_subtree
from casework.queries.annual_returns import year_legs
from casework.queries.recounted import read_recounting
from casework.queries.visibility import not_kept_from

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from sqlalchemy.orm import Session

    from casework.domain.application import ApplicantType, Channel
    from casework.domain.grounds import Ground
    from casework.domain.permissions import Actor

BEGINNING = 44
"""So many signs of what was asked for tell one case from another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One case of the year, as the year's table counts it.

    ``is_finished``: in this year; only then are ``ground``, ``replied_on``, ``closed_on`` and
    ``timeliness`` set. A case taken up again later stands here with its ending of the year.
    """

    number: str
    agency: str
    unit: str
    applicant: str
    applicant_type: ApplicantType
    channel: Channel
    beginning: str
    received_on: date
    due_on: date | None
    replied_on: date | None
    closed_on: date | None
    ground: Ground | None
    timeliness: Timeliness | None
    fee_yuan: Decimal | None
    is_new: bool
    is_finished: bool


def list_ledger_lines(
    session: Session, year: int, *, under: str, reader: Actor
) -> tuple[list[LedgerLine], int]:
    """Return the cases of a year by receipt day, and how many 限制知悉 keeps from the reader."""
    agencies = select(Agency.id).where(in_subtree(under))
    here = Case.agency_id.in_(agencies)
    recounted = read_recounting(session, agencies).cases
    counted = or_(*year_legs(year), Case.id.in_(list(recounted)))
    query = (
        select(
            Case.id,
            Case.number,
            Agency.short_name,
            Case.unit,
            Applicant.name.label("applicant"),
            Case.applicant_type,
            Case.channel,
            func.substr(Case.request_text, 1, BEGINNING + 1).label("beginning"),
            Case.received_on,
            Case.original_due_on,
            Case.due_on,
            Case.replied_on,
            Case.closed_on,
            Case.closed_year,
            Case.ground,
            Case.fee_yuan,
        )
        .join(Agency, Agency.id == Case.agency_id)
        .join(Applicant, Applicant.case_id == Case.id)
        .where(counted, here, not_kept_from(reader))
        .order_by(Case.received_on, Case.id)
    )
    lines = []
    for row in session.execute(query):
        closed_on, ground, replied_on = row.closed_on, row.ground, row.replied_on
        day = replied_on or closed_on
        when = judge(day, row.original_due_on, row.due_on) if closed_on else None
        if (one := recounted.get(row.id)) is not None:
            if in_year(one.counted, year) is None:
                continue
            closed_on, ground = one.counted.closed_on, one.counted.ground_code
            when, replied_on = one.counted.timeliness, None
        finished = closed_on is not None and closed_on.year == year
        lines.append(
            LedgerLine(
                number=row.number,
                agency=row.short_name,
                unit=row.unit,
                applicant=row.applicant,
                applicant_type=row.applicant_type,
                channel=row.channel,
                beginning=_cut(row.beginning),
                received_on=row.received_on,
                due_on=row.due_on,
                replied_on=replied_on if finished else None,
                closed_on=closed_on if finished else None,
                ground=find_ground(ground) if finished and ground else None,
                timeliness=when if finished else None,
                fee_yuan=row.fee_yuan if finished else None,
                is_new=row.received_on.year == year,
                is_finished=finished,
            )
        )
    withheld = session.scalar(
        select(func.count()).select_from(Case).where(counted, here, ~not_kept_from(reader))
    )
    return lines, withheld or 0


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= BEGINNING else f"{plain[:BEGINNING]}…"
