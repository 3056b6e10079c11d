"""Drawing numbers: gap-free per agency, series and year, inside the transaction that uses them.

The counter row is locked by its UPDATE (READ COMMITTED is enough on PostgreSQL; SQLite has one
writer), so two acts never share a number and a rolled-back act leaves no gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from casework.domain.numbers import SeriesNumber
from casework.models import NumberCounter

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def draw(
    session: Session, *, agency_id: int, series: str, year: int, prefix: str, how_many: int = 1
) -> list[SeriesNumber]:
    """Draw the next ``how_many`` numbers of a series; the caller's transaction keeps them."""
    insert = (sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert)(
        NumberCounter
    )
    session.execute(
        insert.values(
            agency_id=agency_id, series=series, year=year, last=0
        ).on_conflict_do_nothing()
    )
    last = session.execute(
        update(NumberCounter)
        .where(
            NumberCounter.agency_id == agency_id,
            NumberCounter.series == series,
            NumberCounter.year == year,
        )
        .values(last=NumberCounter.last + how_many)
        .returning(NumberCounter.last)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    return [SeriesNumber(prefix, year, n) for n in range(last - how_many + 1, last + 1)]


def note_used(session: Session, *, agency_id: int, series: str, year: int, sequence: int) -> None:
    """Move a series on past a number that came from outside (an imported ledger)."""
    insert = (sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert)(
        NumberCounter
    )
    session.execute(
        insert.values(
            agency_id=agency_id, series=series, year=year, last=0
        ).on_conflict_do_nothing()
    )
    session.execute(
        update(NumberCounter)
        .where(
            NumberCounter.agency_id == agency_id,
            NumberCounter.series == series,
            NumberCounter.year == year,
            NumberCounter.last < sequence,
        )
        .values(last=sequence)
        .execution_options(synchronize_session=False)
    )
