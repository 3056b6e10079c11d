"""What the rules read of a case: plain, frozen, free of tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from casework.domain.workflow import State


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """One case as the workflow's rules see it.

    The person ids are those of the draft in hand: who drafted it, who passed its legal review.
    ``draft_hash`` is the SHA-256 of the text in hand, ``approved_hash`` of the text that was
    approved; only equal ones may be issued.
    """

    number: str
    state: State
    agency_path: str
    received_on: date | None = None
    handler_id: int | None = None
    drafter_id: int | None = None
    reviewer_id: int | None = None
    draft_hash: str | None = None
    approved_hash: str | None = None
    consultation_open: bool = False
    correction_allowed: bool = True
    one_person_office: bool = False
