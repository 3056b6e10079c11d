"""Any order of acts by anybody, against a model in plain Python: the case only takes legal steps.

The model knows the states and who may do what, nothing of tables, services or the clock. Sized for
every push; ``CASEWORK_WALKS=1000`` runs the thousand examples of fifty steps of a release.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from casework.domain.application import DeliveryMethod
from casework.domain.errors import DomainError
from casework.domain.permissions import Role
from casework.domain.review_chain import StepKind
from casework.domain.states import State
from casework.domain.statutes import Party
from casework.domain.workflow import Action
from casework.models import Case, Document, Draft, Event, Reopening, Review
from casework.services import (
    closure,
    drafting,
    issue,
    registration,
    reopening,
    review,
    review_chain,
    timekeeping,
)
from casework.services.closure import Handover, Lateness
from tests.conftest import beijing
from tests.services.test_road import DISCLOSED, REFUSED, application

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

EXAMPLES = int(os.environ.get("CASEWORK_WALKS", "60"))
SOAK = EXAMPLES > 60
STEPS = 50 if SOAK else 30

LEGAL, SECRECY = StepKind.LEGAL_REVIEW, StepKind.SECRECY
CLERK, HANDLER, LEADER = Role.CLERK, Role.HANDLER, Role.LEADER
LEGAL_REVIEWER, SECRECY_REVIEWER = Role.LEGAL_REVIEWER, Role.SECRECY_REVIEWER
ROLES = (CLERK, HANDLER, LEGAL_REVIEWER, SECRECY_REVIEWER, LEADER, Role.STATISTICIAN)
UNDECIDED = {
    State.AWAITING_ASSIGNMENT,
    State.DRAFTING,
    State.RETURNED,
    State.IN_REVIEW,
    State.AWAITING_ISSUE,
}
AT_DRAFT = {State.DRAFTING, State.RETURNED}


def mostly(*right: Role) -> st.SearchStrategy[Role]:
    """Draw the roles that may act about three times in four, so that a case gets somewhere."""
    return st.sampled_from([*right * (18 // len(right)), *ROLES])


session_under_test: list[tuple[Session, Callable[..., Desk]]] = []


class Office(RuleBasedStateMachine):
    """One case, six people, any act at any time."""

    @initialize()
    def register(self) -> None:
        self.session, desk_for = session_under_test[-1]
        self.desks = {role: desk_for(role, name=f"machine-{role.value}") for role in ROLES}
        self.admin = desk_for(Role.SYSTEM_ADMIN, name="machine-admin")
        self.today = date(2026, 9, 7)
        agency_id = self.desks[CLERK].actor.agency_id or 0
        review_chain.set_chain(self._at(self.admin), agency_id, [LEGAL])
        key = registration.register(self._at(self.desks[CLERK]), application(), agency_id=agency_id)
        self.case_id = key.id
        # The model.
        self.state = State.AWAITING_ASSIGNMENT
        self.chain = [LEGAL]
        self.binding: list[StepKind] = []
        self.passed: set[StepKind] = set()
        self.has_draft = False
        self.consulting = False
        self.issued = self.reopened = 0

    def _at(self, desk: Desk) -> Desk:
        return replace(desk, now=beijing(self.today))

    def _try(self, action: Action, *, legal: bool, act: Callable[[], object]) -> bool:
        """Do an act; it must be taken where the model says so, and change nothing if it is not."""
        before = self._event_count()
        try:
            act()
        except DomainError as refusal:
            refused: DomainError | None = refusal
            self.session.rollback()
        else:
            refused = None
        if refused is not None:
            assert not legal, f"{action} was refused in {self.state}: {refused.message}"
            assert self._event_count() == before, f"{action} was refused and left a trace"
            return False
        assert legal, f"{action} was taken in {self.state}"
        assert self._event_count() == before + 1, f"{action} is one event"
        return True

    def _event_count(self) -> int:
        query = select(func.count()).where(Event.case_id == self.case_id)
        return self.session.scalar(query) or 0

    def _hash(self) -> str:
        query = select(Draft.text_hash).where(Draft.case_id == self.case_id)
        return self.session.scalars(query.order_by(Draft.version.desc()).limit(1)).first() or ""

    def _in_turn(self) -> StepKind | None:
        return next((kind for kind in self.binding if kind not in self.passed), None)

    @rule(days=st.integers(1, 3))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(role=mostly(CLERK, LEADER))
    def assign(self, role: Role) -> None:
        legal = role in {CLERK, LEADER} and self.state in {*AT_DRAFT, State.AWAITING_ASSIGNMENT}
        desk = self._at(self.desks[role])
        if self._try(
            Action.ASSIGN,
            legal=legal,
            act=lambda: registration.assign(
                desk, self.case_id, unit="法规科", handler_id=None, version=None
            ),
        ):
            self.state = State.DRAFTING

    @rule(role=mostly(HANDLER), refuses=st.booleans())
    def save_draft(self, role: Role, refuses: bool) -> None:  # noqa: FBT001  Hypothesis' call
        legal = role is HANDLER and self.state in AT_DRAFT
        desk, content = self._at(self.desks[role]), REFUSED if refuses else DISCLOSED
        if self._try(
            Action.SAVE_DRAFT,
            legal=legal,
            act=lambda: drafting.save_draft(desk, self.case_id, content, version=None),
        ):
            self.state, self.has_draft = State.DRAFTING, True
            self.passed.clear()

    @rule(role=mostly(HANDLER))
    def submit_draft(self, role: Role) -> None:
        legal = (
            role is HANDLER and self.state in AT_DRAFT and self.has_draft and not self.consulting
        )
        desk = self._at(self.desks[role])
        if self._try(
            Action.SUBMIT_DRAFT,
            legal=legal,
            act=lambda: drafting.submit_draft(desk, self.case_id, version=None),
        ):
            self.state, self.binding = State.IN_REVIEW, list(self.chain)
            self.passed.clear()

    @rule(role=mostly(HANDLER))
    def recall_draft(self, role: Role) -> None:
        legal = role is HANDLER and self.state is State.IN_REVIEW
        desk = self._at(self.desks[role])
        if self._try(
            Action.RECALL_DRAFT,
            legal=legal,
            act=lambda: drafting.recall_draft(desk, self.case_id, version=None),
        ):
            self.state = State.DRAFTING

    @rule(role=mostly(LEGAL_REVIEWER, SECRECY_REVIEWER), passes=st.booleans())
    def speak(self, role: Role, passes: bool) -> None:  # noqa: FBT001  Hypothesis' call
        step = self._in_turn()
        legal = self.state is State.IN_REVIEW and step is not None and step.role is role
        desk, text_hash = self._at(self.desks[role]), self._hash()
        act = review.approve if passes else review.return_draft
        if not self._try(
            Action.APPROVE if passes else Action.RETURN_DRAFT,
            legal=legal,
            act=lambda: act(desk, self.case_id, text_hash=text_hash, opinion="意见", version=None),
        ):
            return
        assert step is not None
        if passes:
            self.passed.add(step)
            if self._in_turn() is None:
                self.state = State.AWAITING_ISSUE
        else:
            self.state = State.RETURNED

    @rule(with_secrecy=st.booleans(), first=st.booleans())
    def change_the_chain(self, with_secrecy: bool, first: bool) -> None:  # noqa: FBT001
        kinds = [LEGAL, SECRECY] if with_secrecy else [LEGAL]
        if first:
            kinds.reverse()
        # A step added on the day of a submission would bind it; the office changes it next day.
        self.today += timedelta(days=1)
        agency_id = self.admin.actor.agency_id or 0
        review_chain.set_chain(self._at(self.admin), agency_id, kinds)
        self.chain = kinds
        # What was submitted before is bound by what is left of its steps, in the new order.
        self.binding = [kind for kind in kinds if kind in self.binding]
        if self.state is State.IN_REVIEW and self._in_turn() is None:
            self.state = State.AWAITING_ISSUE

    @rule(role=mostly(LEADER))
    def issue(self, role: Role) -> None:
        legal = role is LEADER and self.state is State.AWAITING_ISSUE and not self.consulting
        desk = self._at(self.desks[role])
        if self._try(
            Action.ISSUE,
            legal=legal,
            act=lambda: issue.issue_reply(desk, self.case_id, version=None),
        ):
            self.state = State.AWAITING_DISPATCH
            self.issued += 1

    @rule(role=mostly(LEADER))
    def refuse_issue(self, role: Role) -> None:
        legal = role is LEADER and self.state is State.AWAITING_ISSUE
        desk = self._at(self.desks[role])
        if self._try(
            Action.REFUSE_ISSUE,
            legal=legal,
            act=lambda: issue.refuse_issue(desk, self.case_id, reason="再核", version=None),
        ):
            self.state = State.RETURNED

    @rule(role=mostly(CLERK))
    def dispatch(self, role: Role) -> None:
        legal = role is CLERK and self.state is State.AWAITING_DISPATCH
        desk = self._at(self.desks[role])
        posted = Handover(method=DeliveryMethod.MAIL, handed_over_on=self.today, mail_number="EM1")
        if self._try(
            Action.DISPATCH,
            legal=legal,
            act=lambda: closure.dispatch(desk, self.case_id, posted, version=None),
        ):
            self.state = State.DISPATCHED

    @rule(role=mostly(CLERK))
    def close(self, role: Role) -> None:
        legal = role is CLERK and self.state is State.DISPATCHED
        desk, late = self._at(self.desks[role]), Lateness(cause="人手不足", unit="法规科")
        if self._try(
            Action.CLOSE,
            legal=legal,
            act=lambda: closure.close(desk, self.case_id, lateness=late, version=None),
        ):
            self.state = State.CLOSED

    @rule(role=mostly(CLERK))
    def archive(self, role: Role) -> None:
        legal = role is CLERK and self.state is State.CLOSED
        desk = self._at(self.desks[role])
        if self._try(
            Action.ARCHIVE,
            legal=legal,
            act=lambda: closure.archive(desk, self.case_id, version=None),
        ):
            self.state = State.ARCHIVED

    @rule(role=mostly(LEADER))
    def reopen(self, role: Role) -> None:
        legal = role is LEADER and self.state in {State.CLOSED, State.ARCHIVED}
        desk = self._at(self.desks[role])
        if self._try(
            Action.REOPEN,
            legal=legal,
            act=lambda: reopening.reopen(desk, self.case_id, reason="附件有误", version=None),
        ):
            self.state = State.DRAFTING
            self.reopened += 1

    @rule(role=mostly(CLERK, HANDLER))
    def consult(self, role: Role) -> None:
        legal = role in {CLERK, HANDLER} and self.state in UNDECIDED and not self.consulting
        desk = self._at(self.desks[role])
        if self._try(
            Action.START_CONSULTATION,
            legal=legal,
            act=lambda: timekeeping.start_consultation(
                desk,
                self.case_id,
                on=self.today,
                party=Party.THIRD_PARTY,
                whom="三户村民",
                version=None,
            ),
        ):
            self.consulting = True

    @rule(role=mostly(CLERK, HANDLER))
    def hear(self, role: Role) -> None:
        legal = role in {CLERK, HANDLER} and self.state in UNDECIDED and self.consulting
        desk = self._at(self.desks[role])
        if self._try(
            Action.END_CONSULTATION,
            legal=legal,
            act=lambda: timekeeping.end_consultation(
                desk,
                self.case_id,
                on=self.today,
                party=Party.THIRD_PARTY,
                opinion="不同意",
                version=None,
            ),
        ):
            self.consulting = False

    @rule(times=st.integers(1, 12))
    def carry_on(self, times: int) -> None:
        """Go along the usual road for a while, so that every example gets somewhere."""
        for _ in range(times):
            self._next()

    def _next(self) -> None:
        step = self._in_turn()
        if self.consulting and self.state in UNDECIDED:
            self.hear(CLERK)
        elif self.state is State.AWAITING_ASSIGNMENT:
            self.assign(CLERK)
        elif self.state in AT_DRAFT and not self.consulting:
            self.save_draft(HANDLER, refuses=bool(self.issued % 2))
            self.submit_draft(HANDLER)
        elif self.state is State.IN_REVIEW and step is not None:
            self.speak(step.role, passes=True)
        elif self.state is State.AWAITING_ISSUE:
            self.issue(LEADER)
        elif self.state is State.AWAITING_DISPATCH:
            self.dispatch(CLERK)
        elif self.state is State.DISPATCHED:
            self.close(CLERK)
        elif self.state is State.CLOSED:
            self.archive(CLERK)
        elif self.state is State.ARCHIVED:
            self.reopen(LEADER)

    @invariant()
    def the_case_is_where_the_model_says(self) -> None:
        self.session.expire_all()
        case = self.session.get_one(Case, self.case_id)
        assert case.state is self.state
        step = self._in_turn() if self.state is State.IN_REVIEW else None
        assert case.review_step == (step.value if step else None)
        assert (case.closed_on is not None) is (self.state in {State.CLOSED, State.ARCHIVED})

    @invariant()
    def nothing_left_the_office_without_review_and_signature(self) -> None:
        documents = self.session.scalars(
            select(Document).where(Document.case_id == self.case_id)
        ).all()
        assert len(documents) == self.issued
        assert len({document.document_number for document in documents}) == self.issued
        for document in documents:
            legal = self.session.scalars(
                select(Review).where(
                    Review.draft_id == document.draft_id,
                    Review.step == LEGAL,
                    Review.approved,
                    ~Review.bypassed,
                )
            ).all()
            assert legal
            assert all(word.reviewer_id != document.issuer_id for word in legal)

    @invariant()
    def the_record_is_a_walk_along_the_edges(self) -> None:
        events = self.session.scalars(
            select(Event).where(Event.case_id == self.case_id).order_by(Event.id)
        ).all()
        for former, event in pairwise(events):
            assert event.from_state == former.to_state
        assert events[-1].to_state == self.state.value
        reopened = select(func.count()).where(Reopening.case_id == self.case_id)
        assert self.session.scalar(reopened) == self.reopened


def test_acceptance_39_no_order_of_acts_leads_off_the_table(
    session: Session, desk_for: Callable[..., Desk]
) -> None:
    session_under_test.append((session, desk_for))
    try:
        run_state_machine_as_test(
            Office,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=not SOAK,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        session_under_test.pop()
