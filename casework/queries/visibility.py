"""Which cases a person may know of: the one condition behind every list, count, search and page.

A case is the reader's to see if it lies in the subtree of their agency and is not kept from them
by 限制知悉 (GB/T 22239-2019 8.1.4.2 g: 对重要主体和客体设置安全标记). What is kept from somebody
is not there for them: lists and counts leave it out, and asking for it answers as for a case that
never was. The published table alone counts it all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, true
from sqlalchemy.orm import aliased

from casework.domain.errors import NotFound
from casework.models import Agency, Assignment, Case, Restriction, RestrictionReader
from casework.queries.agencies import in_subtree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor


NO_SUCH_CASE = "没有这件案件，或者不在您的机关范围内"
"""Said of a case that is not there and of one that is not for the reader, word for word alike."""


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a case (joined with its ``Agency``) is the actor's to see."""
    return in_subtree(actor.agency_path) & not_kept_from(actor)


def not_kept_from(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that no 限制知悉 keeps a case from the actor.

    For queries that choose their agencies themselves. As a NOT IN over the few restricted cases it
    is asked once, and the indexes of the many others go on covering what they cover.
    """
    return Case.id.not_in(kept_from(actor))


def kept_from(actor: Actor) -> Select[int]:
    """Return the query of the restricted cases the actor may not know of.

    Whoever handles the case, owes a part of it or is on its list may; an actor without an account
    (the command line's operator) is on no list.
    """
    handled = aliased(Case)
    # Each restricted case asks who handles it. As a join SQLite, which has no statistics of a table
    # that is nearly empty, walks every case there is: 200 ms for a million, in every list.
    handler_id = (
        select(handled.handler_id)
        .where(handled.id == Restriction.case_id)
        .correlate(Restriction)
        .scalar_subquery()
    )
    asked = select(Assignment.case_id).where(
        Assignment.handler_id == actor.user_id,
        Assignment.answered_on.is_(None),
        Assignment.dropped_on.is_(None),
    )
    named = select(RestrictionReader.case_id).where(RestrictionReader.user_id == actor.user_id)
    return select(Restriction.case_id).where(
        true() if actor.user_id is None else handler_id.is_distinct_from(actor.user_id),
        Restriction.case_id.not_in(asked),
        Restriction.case_id.not_in(named),
    )


def find_mark(session: Session, actor: Actor, case_id: int) -> bool:
    """Return whether a case is under 限制知悉; NotFound if it is not the actor's to see."""
    marked = session.scalar(
        select(is_restricted())
        .select_from(Case)
        .join(Agency, Agency.id == Case.agency_id)
        .where(Case.id == case_id, visible_to(actor))
    )
    if marked is None:
        raise NotFound(NO_SUCH_CASE)
    return bool(marked)


def is_restricted() -> ColumnElement[bool]:
    """Return the condition that a case is under 限制知悉."""
    return Case.id.in_(select(Restriction.case_id))


def find_knowers(session: Session, case_id: int) -> frozenset[int] | None:
    """Return the accounts that may know of a restricted case, None for one that is not."""
    if session.scalar(select(Restriction.case_id).where(Restriction.case_id == case_id)) is None:
        return None
    handler = select(Case.handler_id).where(Case.id == case_id, Case.handler_id.is_not(None))
    asked = select(Assignment.handler_id).where(
        Assignment.case_id == case_id,
        Assignment.handler_id.is_not(None),
        Assignment.answered_on.is_(None),
        Assignment.dropped_on.is_(None),
    )
    named = select(RestrictionReader.user_id).where(RestrictionReader.case_id == case_id)
    found = session.scalars(handler.union(asked, named))
    return frozenset(user_id for user_id in found if user_id is not None)


def kept_ids(session: Session, actor: Actor) -> frozenset[int]:
    """Return the restricted cases the actor may not know of."""
    return frozenset(session.scalars(kept_from(actor)))


def kept_numbers(session: Session, actor: Actor | None, numbers: Iterable[str]) -> frozenset[str]:
    """Return those of ``numbers`` that are restricted cases' and not for this reader's eyes.

    Records of the past (a link's event, a locked table) name cases by number. Without ``actor``
    every restricted case is meant: the words are for whoever reads them.
    """
    wanted = frozenset(numbers)
    if not wanted:
        return wanted
    kept = kept_from(actor) if actor is not None else select(Restriction.case_id)
    return wanted & frozenset(session.scalars(select(Case.number).where(Case.id.in_(kept))))
