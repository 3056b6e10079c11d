"""Percentages that add up: a whole divided by the largest remainder.

Shares rounded one by one add to 99.9 or 100.1, and a report that prints them is corrected by hand
and so gets one of them wrong. Here each is cut off, and the units missing from the whole go to
the largest remainders.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def percentages(
    counts: Sequence[int], *, total: int | None = None, places: int = 1
) -> tuple[Decimal | None, ...]:
    """Return each count's share of ``total`` in percent, to ``places`` decimals.

    ``total`` is the sum of the counts unless given; the shares then add to the share of that sum,
    100 if the counts are the whole. With a total of 0 every share is None: there is nothing to
    have a share of. ValueError for a negative count or counts above the total.
    """
    whole = sum(counts) if total is None else total
    if any(count < 0 for count in counts) or sum(counts) > whole:
        msg = "counts are whole parts of the total"
        raise ValueError(msg)
    if whole == 0:
        return (None,) * len(counts)
    units = 100 * 10**places
    floors = [count * units // whole for count in counts]
    remainders = [count * units % whole for count in counts]
    missing = (2 * sum(counts) * units + whole) // (2 * whole) - sum(floors)
    by_remainder = sorted(range(len(counts)), key=lambda i: (-remainders[i], i))
    for i in by_remainder[:missing]:
        floors[i] += 1
    return tuple(Decimal(floor).scaleb(-places) for floor in floors)
