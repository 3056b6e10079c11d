"""How alike two requests are: the weighted cosine of their 二字组, offline, nothing learnt.

Every application begins 申请公开 and names the town; such pairs say nothing. A pair weighs as much
as it is rare among the office's own latest requests, so 征收 weighs little where everybody asks
about it and 日照 a great deal. The same text is 1, texts without a pair in common are 0.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.search_text import BOUNDARY, PART, grams

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

ALIKE = 0.35
"""From here on two requests are worth a look side by side."""

NEARLY_THE_SAME = 0.9
"""From here on two requests read the same but for a few words."""

RUN = 4
"""Characters of a stretch that candidates are looked for by: two words of the commonest length."""

MOST_RUNS = 8

_UNSEEN = 50
_FIGURE = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class GramWeights:
    """How much each pair says: ``counts`` of ``total`` requests have it."""

    counts: Mapping[str, int]
    total: int

    def of(self, gram: str) -> float:
        """Return the weight, above 0: ln((n + 50) / (those with it + 1)).

        As if fifty more requests had none of it: in an office with three, chance must not decide.
        """
        return math.log((self.total + _UNSEEN) / (self.counts.get(gram, 0) + 1))

    def square(self, each: Iterable[str]) -> float:
        """Return the sum of the squared weights."""
        return sum(self.of(gram) ** 2 for gram in each)


def weigh(requests: Iterable[str]) -> GramWeights:
    """Return the weights of pairs by a sample of folded requests; an empty one weighs all alike."""
    counts: Counter[str] = Counter()
    total = 0
    for request in requests:
        counts.update(grams(request))
        total += 1
    return GramWeights(counts, total)


def likeness(one: AbstractSet[str], other: AbstractSet[str], weights: GramWeights) -> float:
    """Return from 0 to 1 how alike two texts are, given by their grams (``search_text.grams``)."""
    if one == other:
        return 1.0 if one else 0.0
    whole = weights.square(one) * weights.square(other)
    return min(weights.square(one & other) / math.sqrt(whole), 1.0) if whole else 0.0


def asks_the_same(one: str, other: str, weights: GramWeights) -> bool:
    """Say whether two folded requests read nearly the same and name the same figures.

    The accounts of 2021 are other information than those of 2020, however alike the words are.
    """
    if sorted(_FIGURE.findall(one)) != sorted(_FIGURE.findall(other)):
        return False
    return likeness(grams(one), grams(other), weights) >= NEARLY_THE_SAME


def telling_runs(folded: str, weights: GramWeights, *, most: int = MOST_RUNS) -> list[str]:
    """Return the stretches of a folded text that say the most about it, the weightiest first.

    A text that shares none of them is hardly alike: they are what an index is asked for. They do
    not overlap, so that each of them is another part of what is asked. A text that is shorter
    than a stretch is one.
    """
    runs: dict[str, float] = {}
    for segment in folded.replace(PART, BOUNDARY).split(BOUNDARY):
        for start in range(max(len(segment) - RUN + 1, 1)):
            run = segment[start : start + RUN]
            if len(run) > 1:
                runs[run] = sum(weights.of(gram) for gram in grams(run))
    chosen: list[str] = []
    taken: set[str] = set()
    for run in sorted(runs, key=lambda run: (-runs[run], run)):
        if not grams(run) & taken:
            chosen.append(run)
            taken |= grams(run)
        if len(chosen) == most:
            break
    return chosen
