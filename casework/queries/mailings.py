"""What is about to be posted to an applicant: answers to dispatch, letters that came back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.states import State
from casework.models import Agency, Applicant, Case
from casework.queries.open_deliveries import list_open_deliveries
from casework.queries.visibility import visible_to

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.application import ApplicantType
    from casework.domain.permissions import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """One letter to an applicant that needs an address label; ``why`` it is in the list."""

    case_id: int
    number: str
    applicant_name: str
    applicant_type: ApplicantType
    address: str
    why: str


def list_mailings(session: Session, actor: Actor) -> list[Mailing]:
    """Return whom something is to be posted to, by number: two queries."""
    back = {row.case_id for row in list_open_deliveries(session, actor) if not row.addressee}
    query = (
        select(
            Case.id,
            Case.number,
            Case.state,
            Case.applicant_type,
            Applicant.name,
            Applicant.address,
        )
        .join(Agency, Agency.id == Case.agency_id)
        .join(Applicant, Applicant.case_id == Case.id)
        .where(
            visible_to(actor), (Case.state == State.AWAITING_DISPATCH) | Case.id.in_(sorted(back))
        )
        .order_by(Case.number, Case.id)
    )
    return [
        Mailing(
            case_id=row.id,
            number=row.number,
            applicant_name=row.name,
            applicant_type=row.applicant_type,
            address=row.address,
            why="退回，待重新送达" if row.id in back else row.state.label,
        )
        for row in session.execute(query)
    ]
