"""Whose cases, of which days: the conditions every query of the management view shares.

The view is no published table: what 限制知悉 keeps from its reader is not in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.models import Agency, Case
from casework.queries.agencies import in_subtree
from casework.queries.visibility import not_kept_from

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement

    from casework.domain.management import Period
    from casework.domain.permissions import Actor
    from casework.queries.annual_cube import Scope


def in_scope(scope: Scope, reader: Actor) -> ColumnElement[bool]:
    """Return the condition on ``Case`` and ``Agency``, which every query here joins."""
    whose = Agency.path == scope.path if scope.own else in_subtree(scope.path)
    return whose & not_kept_from(reader)


def received_in(first: date, last: date) -> ColumnElement[bool]:
    """Return the condition that a case was received from ``first`` to ``last``, both included.

    The year repeats the date so that the index on it can be used.
    """
    return Case.received_year.between(first.year, last.year) & Case.received_on.between(first, last)


def closed_in(period: Period) -> ColumnElement[bool]:
    """Return the condition that a case was finished (办结) in ``period``."""
    return Case.closed_year.between(period.first.year, period.last.year) & Case.closed_on.between(
        period.first, period.last
    )
