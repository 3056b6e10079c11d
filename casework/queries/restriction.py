"""限制知悉 of one case, read: why, who may know of it, and what none of them could do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework.domain.restriction import list_lacking
from casework.models import Draft, Event, Restriction, Review, User
from casework.queries.people import list_who_may_see
from casework.queries.review_chain import list_chain
from casework.queries.visibility import find_knowers

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.models import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One person who may know of a case; ``named``: on its list, not only handling it."""

    id: int
    name: str
    unit: str
    roles: tuple[str, ...]
    named: bool
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionLines:
    """Why a case is restricted and who may know of it.

    ``lacking`` names what none of them may do while the case is open: 签发, 法制审核员 …
    """

    reason: str
    set_by: str
    set_at: datetime
    readers: tuple[Reader, ...]
    lacking: tuple[str, ...]


def find_restriction(session: Session, case: Case) -> RestrictionLines | None:
    """Return the restriction of a case, None without one."""
    row = session.scalars(
        select(Restriction)
        .where(Restriction.case_id == case.id)
        .options(joinedload(Restriction.set_by))
    ).one_or_none()
    if row is None:
        return None
    named = {reader.user_id for reader in row.readers}
    knowers = find_knowers(session, case.id) or frozenset()
    people = session.scalars(
        select(User).where(User.id.in_(knowers)).order_by(User.unit, User.name)
    ).all()
    lacking: tuple[str, ...] = ()
    if case.closed_on is None:
        lacking = list_lacking(
            [person.roles for person in people if person.is_active],
            review={step.role for step in list_chain(session, case.agency_id)},
        )
    return RestrictionLines(
        reason=row.reason,
        set_by=row.set_by.name,
        set_at=row.set_at,
        readers=tuple(_reader(person, named=person.id in named) for person in people),
        lacking=lacking,
    )


def list_candidates(session: Session, case_id: int, agency_path: str) -> tuple[Reader, ...]:
    """Return who could be named for a case; ``named`` marks who has worked on it or is named."""
    known = find_knowers(session, case_id)
    if known is None:
        known = _who_worked_on(session, case_id)
    return tuple(
        _reader(person, named=person.id in known)
        for person in list_who_may_see(session, agency_path)
    )


def _who_worked_on(session: Session, case_id: int) -> frozenset[int]:
    acted = select(Event.actor_id).where(Event.case_id == case_id, Event.to_state.is_not(None))
    drafted = select(Draft.author_id).where(Draft.case_id == case_id)
    reviewed = select(Review.reviewer_id).where(Review.case_id == case_id)
    found = session.scalars(acted.union(drafted, reviewed))
    return frozenset(user_id for user_id in found if user_id is not None)


def _reader(person: User, *, named: bool) -> Reader:
    return Reader(
        id=person.id,
        name=person.name,
        unit=person.unit,
        roles=tuple(role.label for role in sorted(person.roles)),
        named=named,
        active=person.is_active,
    )
