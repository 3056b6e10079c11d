"""What is asked for, and by whom again and again: subjects and repeat applicants of a period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import case, func, or_, select

from casework.domain.management import Topic
from casework.models import Agency, Applicant, Case
from casework.queries.management_period import in_scope, received_in

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from casework.domain.application import ApplicantType
    from casework.domain.management import Period
    from casework.domain.permissions import Actor
    from casework.queries.annual_cube import Scope

APPLICANTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatApplicant:
    """Somebody who applied more than once in the period; the page masks the name."""

    name: str
    applicant_type: ApplicantType
    cases: int
    last_on: date


def count_topics(
    session: Session, period: Period, scope: Scope, reader: Actor
) -> tuple[Topic, ...]:
    """Return the subjects applied for in the period or the one before, the hottest first.

    Applications nobody gave a subject are left out.
    """
    now = func.sum(case((received_in(period.first, period.last), 1), else_=0))
    query = (
        select(Case.subject, now.label("now"), func.count().label("cases"))
        .join(Agency, Agency.id == Case.agency_id)
        .where(
            in_scope(scope, reader),
            Case.subject != "",
            or_(received_in(period.first, period.last), received_in(*period.before)),
        )
        .group_by(Case.subject)
        .order_by(now.desc(), Case.subject)
    )
    return tuple(
        Topic(subject=row.subject, now=row.now, before=row.cases - row.now)
        for row in session.execute(query)
    )


def list_repeat_applicants(
    session: Session, period: Period, scope: Scope, reader: Actor, *, limit: int = APPLICANTS
) -> tuple[RepeatApplicant, ...]:
    """Return who applied more than once in the period, the most often first.

    One person is one document number, else one phone number, else one name: 条例第三十五条 lets an
    agency ask for reasons where number and frequency plainly exceed a reasonable range, and that
    is judged of a person.
    """
    who = case(
        (Applicant.id_number_index != "", "id " + Applicant.id_number_index),
        (Applicant.phone_index != "", "phone " + Applicant.phone_index),
        else_="name " + Applicant.name,
    )
    cases = func.count()
    query = (
        select(
            func.max(Applicant.name).label("name"),
            Case.applicant_type,
            cases.label("cases"),
            func.max(Case.received_on).label("last_on"),
        )
        .select_from(Case)
        .join(Agency, Agency.id == Case.agency_id)
        .join(Applicant, Applicant.case_id == Case.id)
        .where(in_scope(scope, reader), received_in(period.first, period.last))
        .group_by(who, Case.applicant_type)
        .having(cases > 1)
        .order_by(cases.desc(), func.max(Case.received_on).desc(), func.max(Applicant.name))
        .limit(limit)
    )
    return tuple(
        RepeatApplicant(
            name=row.name,
            applicant_type=row.applicant_type,
            cases=row.cases,
            last_on=row.last_on,
        )
        for row in session.execute(query)
    )
