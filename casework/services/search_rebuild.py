"""重建检索: put into the index what it lacks, after an upgrade or by command.

In steps of a few hundred cases, each its own transaction: an office goes on working, and a command
that is broken off goes on where it was when it is given again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.queries.search_sources import list_unindexed
from casework.services.search_index import index_cases, rebuild_grams
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

STEP = 500


def rebuild_index(
    session: Session, *, every: bool = False, progress: Callable[[int], None] | None = None
) -> int:
    """Index the cases that are not, or by older rules (``every``: all of them); return how many.

    ``progress`` is told the number of cases done, after each step.
    """
    done = last = 0
    while True:
        with transaction(session):
            ids = list_unindexed(session, after=last, limit=STEP, every=every)
            index_cases(session, ids)
        if not ids:
            break
        done, last = done + len(ids), ids[-1]
        if progress is not None:
            progress(done)
    if every:
        with transaction(session):
            rebuild_grams(session)
    return done
