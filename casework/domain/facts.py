"""What the rules read of a case: plain, frozen, free of tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from casework.domain.review_chain import Step
    from casework.domain.states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """One case as the workflow's rules see it.

    ``drafter_id`` is who wrote the draft in hand, ``draft_hash`` the SHA-256 of its text.
    ``steps`` are those its review has to pass, in order, each passed for that very text or not.
    ``answered``: a reply has been handed over. ``limit_ordered``: a 复议 decision or a judgment
    named the day of the new answer.
    ``discloses`` says whether the draft gives any information away. ``units_asked`` are the
    other handling units that have not answered yet. ``known_to`` are the accounts that may know of
    a case under 限制知悉, None for any other case.
    """

    number: str
    state: State
    agency_path: str
    unit: str = ""
    received_on: date | None = None
    handler_id: int | None = None
    drafter_id: int | None = None
    draft_hash: str | None = None
    discloses: bool = False
    steps: tuple[Step, ...] = ()
    answered: bool = False
    limit_ordered: bool = False
    units_asked: tuple[str, ...] = ()
    consultation_open: bool = False
    correction_allowed: bool = True
    delay_allowed: bool = True
    amendment_open: bool = False
    one_person_office: bool = False
    known_to: frozenset[int] | None = None

    @property
    def step_in_turn(self) -> Step | None:
        """The step whose turn it is, None once all are passed."""
        return next((step for step in self.steps if not step.passed), None)

    @property
    def is_restricted(self) -> bool:
        """Whether the case is under 限制知悉."""
        return self.known_to is not None

    @property
    def reviewer_ids(self) -> frozenset[int]:
        """Who has passed a step of the draft in hand."""
        return frozenset(step.passed_by for step in self.steps if step.passed_by is not None)
