"""How many cases each choice of each filter would leave, counted over the hits of a search.

A filter's own choice does not narrow its own counts, so that one sees what another choice gives.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING

from casework.domain.outcomes import find_ground
from casework.domain.search_criteria import Facet, choice_label, fixed_choices
from casework.queries.search_hits import MOST_RANKED, grounds_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from casework.domain.search_criteria import SearchCriteria
    from casework.queries.search_hits import Hit

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


def narrow(hits: Sequence[Hit], criteria: SearchCriteria) -> list[Hit]:
    """Return the hits that pass every filter."""
    passes = _passes(hits, criteria)
    return list(compress(hits, map(all, zip(*passes.values(), strict=True)))) if passes else [*hits]


def count_choices(hits: Sequence[Hit], criteria: SearchCriteria) -> SearchCounts:
    """Return the counts of every filter over what words and days mean."""
    columns = list(zip(*(hit.values for hit in hits), strict=True)) or [()] * len(Facet)
    passes = _passes(hits, criteria)
    return SearchCounts(
        total=sum(map(all, zip(*passes.values(), strict=True))) if passes else len(hits),
        is_capped=len(hits) > MOST_RANKED,
        facets={
            facet: _choices(
                facet,
                _counted(column, [each for other, each in passes.items() if other is not facet]),
                criteria,
            )
            for facet, column in zip(Facet, columns, strict=True)
        },
    )


def _passes(hits: Sequence[Hit], criteria: SearchCriteria) -> dict[Facet, list[bool]]:
    """Return for each filter that is set which hits pass it."""
    passes = {}
    for place, facet in enumerate(Facet):
        if value := criteria.chosen(facet):
            wanted = grounds_of(value) if facet is Facet.OUTCOME else {value}
            passes[facet] = [hit.values[place] in wanted for hit in hits]
    return passes


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
