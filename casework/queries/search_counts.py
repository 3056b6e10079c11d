"""How many cases each choice of each filter would leave: all filters in one query.

A filter's own choice does not narrow its own counts, so that one sees what another choice gives.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, case, select, type_coerce

from casework.domain.lights import Light, light_bounds
from casework.domain.outcomes import find_ground
from casework.domain.search_criteria import Facet, choice_label, fixed_choices
from casework.models import Agency, Case
from casework.queries.desk import shows
from casework.queries.search_hits import MOST_RANKED, NEWEST_FIRST, grounds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from casework.domain.search_criteria import SearchCriteria
    from casework.queries.case_rows import Viewer
    from casework.queries.search_hits import Sought

MOST_CHOICES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One choice of a filter and the number of cases it would leave."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCounts:
    """``total`` cases meet every filter; ``is_capped``: counted among the newest only."""

    total: int
    is_capped: bool
    facets: Mapping[Facet, list[Choice]]


_TOTAL = "total"
_COUNTED = "counted"


def count_choices(
    session: Session, viewer: Viewer, criteria: SearchCriteria, sought: Sought
) -> SearchCounts:
    """Return the counts of every filter: one query for what each case says to each of them."""
    rows = session.execute(_values(viewer, sought)).all()
    columns = dict(zip(Facet, zip(*rows, strict=True), strict=True)) if rows else {}
    passes = {
        facet: list(map(_wanted(facet, criteria.chosen(facet)), columns.get(facet, ())))
        for facet in Facet
        if criteria.chosen(facet)
    }
    return SearchCounts(
        total=sum(map(all, zip(*passes.values(), strict=True))) if passes else len(rows),
        is_capped=len(rows) > MOST_RANKED,
        facets={
            facet: _choices(
                facet,
                _counted(columns.get(facet, ()), [p for f, p in passes.items() if f is not facet]),
                criteria,
            )
            for facet in Facet
        },
    )


def _values(viewer: Viewer, sought: Sought) -> Select[*tuple[Any, ...]]:
    """Return the query for the cases that are counted: a column for each filter."""
    bounds = light_bounds(viewer.calendar, viewer.today)
    light = case(
        *((and_(Case.closed_on.is_(None), shows(each, bounds)), each.value) for each in Light)
    )
    values: dict[Facet, ColumnElement[Any] | InstrumentedAttribute[Any]] = {
        Facet.STATE: Case.state,
        Facet.LIGHT: light,
        Facet.UNIT: Case.unit,
        Facet.CHANNEL: Case.channel,
        Facet.SUBJECT: Case.subject,
        Facet.OUTCOME: Case.ground,
    }
    query: Select[*tuple[Any, ...]] = (
        select(*(type_coerce(values[facet], Text) for facet in Facet))
        .select_from(Case)
        .join(Agency, Agency.id == Case.agency_id)
    )
    return sought.among(query).order_by(*NEWEST_FIRST).limit(MOST_RANKED + 1)


def _wanted(facet: Facet, value: str) -> Callable[[str | None], bool]:
    """Return the test by which a case passes a filter."""
    wanted = grounds_of(value) if facet is Facet.OUTCOME else {value}
    return lambda found: found in wanted


def _counted(values: Iterable[str | None], passes: Sequence[Sequence[bool]]) -> Counter[str]:
    """Return how often each value stands among the cases that pass the other filters."""
    if passes:
        values = compress(values, map(all, zip(*passes, strict=True)))
    return Counter(value for value in values if value)


def _choices(facet: Facet, counts: Counter[str], criteria: SearchCriteria) -> list[Choice]:
    """Return the choices to show: in their own order, or the most frequent ones first."""
    if facet is Facet.OUTCOME:
        by_class: Counter[str] = Counter()
        for code, count in counts.items():
            if ground := find_ground(code):
                by_class[ground.outcome.value] += count
        counts = by_class
    picked = criteria.chosen(facet)
    order = fixed_choices(facet)
    if order:
        values = [value for value in order if counts[value] or value == picked]
    else:
        values = [value for value, _ in counts.most_common(MOST_CHOICES)]
        if picked and picked not in values:
            values.append(picked)
    return [
        Choice(
            value=value,
            label=choice_label(facet, value),
            count=counts[value],
            is_chosen=value == picked,
        )
        for value in values
    ]
