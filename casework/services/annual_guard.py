"""锁定的守卫: no act moves a case into, within or out of a year that is locked and confirmed.

It listens to every session: whatever writes a case or a hand-entered figure passes here, right
before it is written, and the audit heads are not locked yet. What is written past the session
in bulk (the ledger import) asks ``LockedYears`` itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session

from casework.domain.annual_fold import CountedCase
from casework.domain.annual_record import LockStatus, standing
from casework.domain.errors import RuleBroken
from casework.domain.reopening import Ending, counted_ending
from casework.domain.statutory_clock import Timeliness
from casework.models import Agency, AnnualEntry, AnnualLock, Case, Reopening

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

_WATCHED = (
    "agency_id",
    "received_on",
    "replied_on",
    "closed_on",
    "ground",
    "channel",
    "applicant_type",
    "original_due_on",
    "due_on",
)
"""All that decides where a case stands in a year's table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedYear:
    """One locked and confirmed table that counts an agency's cases."""

    agency_id: int
    agency_name: str
    year: int
    form: str

    def refusal(self, field: str = "") -> RuleBroken:
        """Return the one sentence that every path answers with."""
        return RuleBroken(
            "year_locked",
            f"{self.agency_name} {self.year} 年度的统计表已经锁定，这样改会动它的数；"
            f"请您把更正交统计员记入 {self.year} 年度的调整单，确须改表的先由签发人解锁",
            field=field,
        )


class LockedYears:
    """The locked years over some agencies, given by their paths: one query for all of them.

    On PostgreSQL the agencies on the paths are held until the act ends, so that no table is
    locked between the look and the commit; SQLite has one writer at a time.
    """

    def __init__(self, session: Session, paths: Iterable[str]) -> None:
        ids = sorted({key for path in paths for key in _ids(path)})
        if session.connection().dialect.name == "postgresql":
            session.execute(
                select(Agency.id)
                .where(Agency.id.in_(ids))
                .order_by(Agency.id)
                .with_for_update(read=True)
            )
        query = (
            select(
                AnnualLock.agency_id, AnnualLock.own, AnnualLock.year, AnnualLock.form, Agency.name
            )
            .join(AnnualLock.agency)
            .where(
                AnnualLock.agency_id.in_(ids),
                AnnualLock.status == LockStatus.CONFIRMED,
                AnnualLock.unlocked_at.is_(None),
            )
            .order_by(AnnualLock.year)
        )
        self._locks = [
            (own, LockedYear(agency_id=agency_id, agency_name=name, year=year, form=form))
            for agency_id, own, year, form, name in session.execute(query)
        ]

    def over(self, path: str) -> list[LockedYear]:
        """Return the locked years of the agency at ``path``: its own and those above it."""
        ids = _ids(path)
        return [
            lock
            for own, lock in self._locks
            if lock.agency_id in ids and (not own or lock.agency_id == ids[-1])
        ]

    def find_moved(self, before: Place | None, after: Place | None) -> LockedYear | None:
        """Return the first locked year in whose table the two differ, None if no one does."""
        sides = [place for place in (before, after) if place is not None]
        for lock in dict.fromkeys(lock for place in sides for lock in self.over(place.path)):
            if self._standing(before, lock) != self._standing(after, lock):
                return lock
        return None

    def _standing(self, place: Place | None, lock: LockedYear) -> object:
        if place is None or lock not in self.over(place.path):
            return standing(None, None, lock.year)
        return standing(place.case, place.replied_on, lock.year)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a case stands: the path of its agency and the facts that count."""

    path: str
    case: CountedCase | None
    replied_on: date | None

    @classmethod
    def of(cls, path: str, facts: Mapping[str, Any], former: Sequence[Ending] = ()) -> Self:
        """Take the facts by the names of the case's columns; no receipt day, no case in a table.

        ``former`` are the endings before each reopening: a case may count by one of them.
        """
        facts = _as_counted(facts, former)
        received_on = facts["received_on"]
        case = (
            CountedCase(
                received_on=received_on,
                closed_on=facts["closed_on"],
                channel=facts["channel"],
                applicant_type=facts["applicant_type"],
                ground_code=facts["ground"],
                timeliness=_timeliness(facts) if facts["closed_on"] else None,
            )
            if received_on is not None
            else None
        )
        return cls(path=path, case=case, replied_on=facts["replied_on"])

    @property
    def received_on(self) -> date | None:
        """The receipt day, None while it is not confirmed."""
        return self.case.received_on if self.case is not None else None


def refuse_in_locked_year(session: Session, path: str, year: int) -> None:
    """Refuse what would put another outcome in the place of one that a locked year counts."""
    with session.no_autoflush:  # the act has begun: what it holds is not whole yet
        locks = LockedYears(session, [path]).over(path)
    for lock in locks:
        if lock.year == year:
            raise lock.refusal()


@event.listens_for(Session, "before_flush")
def _refuse_moves(session: Session, _context: object, _instances: object) -> None:
    """Refuse to write what would move a locked year."""
    moves = list(_moves(session))
    entries = [
        row
        for row in (*session.new, *session.dirty, *session.deleted)
        if isinstance(row, AnnualEntry)
    ]
    if not moves and not entries:
        return
    entered_at = [(row, _path(session, row.agency_id)) for row in entries]
    paths = {place.path for move in moves for place in move if place is not None}
    locks = LockedYears(session, paths | {path for _, path in entered_at})
    for before, after in moves:
        if lock := locks.find_moved(before, after):
            was = before.received_on if before is not None else None
            is_now = after.received_on if after is not None else None
            raise lock.refusal("received_on" if was != is_now else "")
    for row, path in entered_at:
        for lock in locks.over(path):
            if (lock.year, lock.form) == (row.year, row.form):
                raise lock.refusal()


def _moves(session: Session) -> Iterator[tuple[Place | None, Place | None]]:
    """Yield each changed case as it was and as it will be."""
    for case in session.new:
        if isinstance(case, Case):
            yield None, _place_of(session, case, ())
    for case in session.deleted:
        if isinstance(case, Case):
            yield _stored_place(session, case, _former(session, case)), None
    for case in session.dirty:
        if isinstance(case, Case) and case not in session.deleted:
            history = {name: inspect(case).attrs[name].history for name in _WATCHED}
            if any(one.has_changes() for one in history.values()):
                former = _former(session, case)
                coming = [_ending(one) for one in case.reopenings if inspect(one).pending]
                yield (
                    _stored_place(session, case, former),
                    _place_of(session, case, [*former, *coming]),
                )


def _former(session: Session, case: Case) -> list[Ending]:
    """Return how the case had ended before each reopening that is on record."""
    query = select(Reopening).where(Reopening.case_id == case.id).order_by(Reopening.id)
    return [_ending(one) for one in session.scalars(query)]


def _ending(one: Reopening) -> Ending:
    return Ending(
        closed_on=one.former_closed_on, ground=one.former_ground, replied_on=one.former_replied_on
    )


def _as_counted(facts: Mapping[str, Any], former: Sequence[Ending]) -> Mapping[str, Any]:
    """Return the facts with the ending that the annual table counts in place of the present one."""
    if not former:
        return facts
    present = (
        Ending(closed_on=facts["closed_on"], ground=facts["ground"], replied_on=facts["replied_on"])
        if facts["closed_on"]
        else None
    )
    counted = counted_ending(former, present)
    if counted is None or counted is present:
        return facts
    return {
        **facts,
        "closed_on": counted.closed_on,
        "ground": counted.ground,
        "answered_on": counted.replied_on,
    }


def _place_of(session: Session, case: Case, former: Sequence[Ending]) -> Place:
    agency: Agency | None = inspect(case).dict.get("agency")
    path = agency.path if agency is not None else _path(session, case.agency_id)
    return Place.of(path, {name: getattr(case, name) for name in _WATCHED}, former)


def _stored_place(session: Session, case: Case, former: Sequence[Ending]) -> Place:
    """Return where the case stands on record, from what the session knows if it knows it all."""
    facts: dict[str, Any] = {}
    for name in _WATCHED:
        history = inspect(case).attrs[name].history
        known: Sequence[Any] = history.deleted or history.unchanged or ()
        if not known:
            break
        facts[name] = known[0]
    else:
        return Place.of(_path(session, facts["agency_id"]), facts, former)
    query = select(*(getattr(Case, name) for name in _WATCHED)).where(Case.id == case.id)
    stored = session.execute(query).one()._asdict()
    return Place.of(_path(session, stored["agency_id"]), stored, former)


def _path(session: Session, agency_id: int) -> str:
    return session.get_one(Agency, agency_id).path


def _ids(path: str) -> list[int]:
    """Return the ids a path is made of; an agency that is just being made has none yet."""
    return [int(part) for part in path.strip("/").split("/") if part.isdigit()]


def _timeliness(facts: Mapping[str, Any]) -> Timeliness:
    """Return what queries.annual_cube.finished_timeliness gives for the same case."""
    day = facts.get("answered_on", facts["replied_on"]) or facts["closed_on"]
    if facts["original_due_on"] is None or day <= facts["original_due_on"]:
        return Timeliness.ON_TIME
    if facts["due_on"] is not None and day <= facts["due_on"]:
        return Timeliness.EXTENDED
    return Timeliness.LATE
