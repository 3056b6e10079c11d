"""How an agency's own columns were put right before, known again by what the header says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.ledger_header import fingerprint_of, header_at
from casework.domain.ledger_mapping import chosen_header, read_choice
from casework.models import LedgerMapping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from casework.domain.ledger_header import Header
    from casework.domain.ledger_mapping import ColumnChoice
    from casework.domain.ledger_values import Cell
    from casework.services.desk import Desk


def remember_columns(
    desk: Desk, *, agency_id: int | None, header: Header, choice: ColumnChoice
) -> None:
    """Keep what somebody chose for a header, for the agency's next file; in the caller's act.

    Nothing is kept for no agency, or of a sheet without a header: there is nothing to know it by.
    """
    if agency_id is None or not any(header.names):
        return
    fingerprint = fingerprint_of(header.names)
    kept = desk.session.scalars(
        select(LedgerMapping).where(
            LedgerMapping.agency_id == agency_id, LedgerMapping.fingerprint == fingerprint
        )
    ).one_or_none()
    if kept is None:
        kept = LedgerMapping(agency_id=agency_id, fingerprint=fingerprint)
        desk.session.add(kept)
    kept.columns = choice.columns_json()
    kept.actor_id = desk.actor.user_id
    kept.changed_at = desk.now


def find_remembered(
    session: Session, agency_id: int | None, head: Sequence[tuple[int, Sequence[Cell]]]
) -> Header | None:
    """Return the header of a sheet whose names we do not know but the agency has explained."""
    for number, _ in head:
        header = header_at(head, number)
        if header is not None:
            choice = remembered_choice(session, agency_id, header)
            if choice is not None:
                return chosen_header(header, choice)
    return None


def remembered_choice(
    session: Session, agency_id: int | None, header: Header
) -> ColumnChoice | None:
    """Return what the agency chose for a header that says the same, None if it never did."""
    if agency_id is None:
        return None
    said = session.scalar(
        select(LedgerMapping.columns).where(
            LedgerMapping.agency_id == agency_id,
            LedgerMapping.fingerprint == fingerprint_of(header.names),
        )
    )
    if said is None:
        return None
    return read_choice({**said, "sheet": "", "header_row": header.row})
