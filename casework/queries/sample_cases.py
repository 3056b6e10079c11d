"""Cases to try the wording of a letter on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.models import Agency, Case
from casework.queries.agencies import in_subtree
from casework.queries.visibility import visible_to

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor
    from casework.domain.statutes import StatuteCode

_SHOWN = 10
_TITLE = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCase:
    """A case to try a wording on; it names nobody."""

    number: str
    title: str


def list_sample_cases(
    session: Session, actor: Actor, *, agency_path: str, statute: StatuteCode
) -> list[SampleCase]:
    """Return the newest cases under a regulation that the actor sees at or below an agency."""
    query = (
        select(Case.number, Case.request_text)
        .join(Agency, Agency.id == Case.agency_id)
        .where(
            visible_to(actor),
            in_subtree(agency_path),
            Case.statute == statute,
            Case.received_on.is_not(None),
        )
        .order_by(Case.id.desc())
        .limit(_SHOWN)
    )
    return [
        SampleCase(number=row.number, title=row.request_text[:_TITLE])
        for row in session.execute(query)
    ]
