"""Any order of acts by anybody, against a model in plain Python: the case only takes legal steps.

The model knows the states and who may do what, nothing of tables, services or the calendar: where
the law asks for a day (延期 before the due day, 视为放弃 after the applicant's) either answer of
the service is taken, and must be whole. Sized for every push; ``CASEWORK_WALKS=1000`` runs the
thousand examples of fifty steps of a release.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from casework.domain.amendments import AmendmentClaim, AmendmentDecision, AmendmentOutcome
from casework.domain.annual_fold import CellFilter
from casework.domain.annual_form import Flow
from casework.domain.application import DeliveryMethod, ReliefKind, ReliefResult
from casework.domain.errors import DomainError
from casework.domain.permissions import Role
from casework.domain.review_chain import StepKind
from casework.domain.states import State
from casework.domain.statutes import Party
from casework.domain.statutory_clock import OFFICE_DAYS
from casework.domain.workflow import Action
from casework.models import Amendment, Case, Document, Draft, Event, Relief, Reopening, Review
from casework.queries.annual_cube import Scope, list_cell_cases
from casework.queries.stored_dates import check_stored_dates
from casework.services import (
    amendment,
    closure,
    conferral,
    drafting,
    handing_on,
    issue,
    registration,
    relief,
    reopening,
    review,
    review_chain,
    timekeeping,
)
from casework.services.closure import Handover, Lateness
from casework.services.conferral import Talk
from casework.services.handing_on import HandOn
from casework.services.relief import ReliefData
from tests.conftest import add_agency, beijing
from tests.services.test_road import DISCLOSED, REFUSED, application

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.models import Agency
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

    other_agency: int = 0

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
        # The round that runs: which parties are asked, what has been used up.
        self.asked: set[Party] = set()
        self.corrected = self.extended = self.ordered = False
        # What the answer tells of the road to it: whom it asked, when it was extended, corrected.
        self.ever_asked: set[Party] = set()
        self.extended_on: date | None = None
        self.corrected_on: date | None = None
        self.told: tuple[object, ...] = ()
        self.answered = self.gone = False
        self.first_ended_in: int | None = None
        self.served_on: date | None = None
        self.ended_on: date | None = None
        self.claims = 0
        self.issued = self.reopened = 0

    def _at(self, desk: Desk) -> Desk:
        return replace(desk, now=beijing(self.today))

    def _try(self, action: Action, *, legal: bool | None, act: Callable[[], object]) -> bool:
        """Do an act; it must be taken where the model says so, and change nothing if it is not.

        ``legal`` None: the model does not know the day the law asks for.
        """
        before = self._event_count()
        may = legal is not False
        try:
            act()
        except DomainError as refusal:
            refused: DomainError | None = refusal
            self.session.rollback()
        else:
            refused = None
        if refused is not None:
            assert legal is not True, f"{action} was refused in {self.state}: {refused.message}"
            assert self._event_count() == before, f"{action} was refused and left a trace"
            return False
        assert may, f"{action} was taken in {self.state}"
        assert self._event_count() == before + 1, f"{action} is one event"
        return True

    def _event_count(self) -> int:
        query = select(func.count()).where(Event.case_id == self.case_id)
        return self.session.scalar(query) or 0

    def _hash(self) -> str:
        query = select(Draft.text_hash).where(Draft.case_id == self.case_id)
        return self.session.scalars(query.order_by(Draft.version.desc()).limit(1)).first() or ""

    def _road(self) -> tuple[object, ...]:
        asked = frozenset(self.ever_asked)
        return (asked, self.extended_on, self.corrected_on, self.reopened)

    @property
    def consulting(self) -> bool:
        return bool(self.asked)

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
            self.told = self._road()
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
        legal = (
            role is LEADER
            and self.state is State.AWAITING_ISSUE
            and not self.consulting
            # What was read and passed must still be what the letter says.
            and self.told == self._road()
        )
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
            self.answered = True
            self.served_on = self.today

    @rule(role=mostly(CLERK))
    def close(self, role: Role) -> None:
        legal = role is CLERK and self.state is State.DISPATCHED
        desk, late = self._at(self.desks[role]), Lateness(cause="人手不足", unit="法规科")
        if self._try(
            Action.CLOSE,
            legal=legal,
            act=lambda: closure.close(desk, self.case_id, lateness=late, version=None),
        ):
            self._end(self.served_on)

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

    def _end(self, on: date | None) -> None:
        assert on is not None
        self.state = State.CLOSED
        self.ended_on = on
        self.first_ended_in = self.first_ended_in or on.year

    @rule(role=mostly(CLERK))
    def withdraw(self, role: Role) -> None:
        legal = role is CLERK and self.state in UNDECIDED | {State.AWAITING_CORRECTION}
        desk = self._at(self.desks[role])
        if self._try(
            Action.WITHDRAW,
            legal=legal,
            act=lambda: closure.withdraw(
                desk, self.case_id, on=self.today, reason="电话提出", version=None
            ),
        ):
            self._end(self.today)

    @rule(role=mostly(LEADER))
    def reopen(self, role: Role) -> None:
        legal = role is LEADER and self._may_reopen() and not self._is_public()
        desk = self._at(self.desks[role])
        if self._try(
            Action.REOPEN,
            legal=legal,
            act=lambda: reopening.reopen(desk, self.case_id, reason="附件有误", version=None),
        ):
            self._begin_round(ordered=False)

    @precondition(lambda self: self._may_reopen())
    @rule(names_a_day=st.booleans())
    def answer_anew_by_order(self, names_a_day: bool) -> None:  # noqa: FBT001  Hypothesis' call
        """复议 corrects the answer; the leader takes the case up on the day the decision comes."""
        self.record_relief(CLERK)
        relief_id = self.session.scalars(select(Relief.id).order_by(Relief.id.desc())).first()
        due_on = self.today + timedelta(days=10) if names_a_day else None
        desk = self._at(self.desks[LEADER])
        if self._try(
            Action.REOPEN,
            legal=True,
            act=lambda: reopening.reopen(
                desk,
                self.case_id,
                reason="责令重新答复",
                relief_id=relief_id,
                counts_from=self.today,
                due_on=due_on,
                version=None,
            ),
        ):
            self._begin_round(ordered=names_a_day)

    @rule(role=mostly(CLERK))
    def record_relief(self, role: Role) -> None:
        legal = role is CLERK and self.state in {State.DISPATCHED, State.CLOSED, State.ARCHIVED}
        desk = self._at(self.desks[role])
        self._try(
            Action.RECORD_RELIEF,
            legal=legal,
            act=lambda: relief.record_relief(
                desk,
                self.case_id,
                ReliefData(
                    kind=ReliefKind.REVIEW,
                    filed_on=self.today,
                    body="市政府",
                    result=ReliefResult.CORRECTED,
                    decided_on=self.today,
                ),
                version=None,
            ),
        )

    def _may_reopen(self) -> bool:
        return self.state in {State.CLOSED, State.ARCHIVED} and not self.gone

    def _is_public(self) -> bool:
        assert self.ended_on is not None
        return self.today > date(self.ended_on.year + 1, 1, 31)

    def _begin_round(self, *, ordered: bool) -> None:
        self.state = State.DRAFTING
        self.reopened += 1
        self.asked.clear()
        self.ever_asked.clear()
        self.extended_on = self.corrected_on = None
        self.corrected = self.extended = False
        self.ordered = ordered

    @rule(role=mostly(CLERK, HANDLER), party=st.sampled_from(Party))
    def consult(self, role: Role, party: Party = Party.THIRD_PARTY) -> None:
        legal = role in {CLERK, HANDLER} and self.state in UNDECIDED and party not in self.asked
        desk = self._at(self.desks[role])
        if self._try(
            Action.START_CONSULTATION,
            legal=legal,
            act=lambda: timekeeping.start_consultation(
                desk, self.case_id, on=self.today, party=party, whom="三户村民", version=None
            ),
        ):
            self.asked.add(party)
            self.ever_asked.add(party)

    @rule(role=mostly(CLERK, HANDLER), party=st.sampled_from(Party))
    def hear(self, role: Role, party: Party = Party.THIRD_PARTY) -> None:
        legal = (
            role in {CLERK, HANDLER}
            and self.state in UNDECIDED | {State.AWAITING_CORRECTION}
            and party in self.asked
        )
        desk = self._at(self.desks[role])
        if self._try(
            Action.END_CONSULTATION,
            legal=legal,
            act=lambda: timekeeping.end_consultation(
                desk, self.case_id, on=self.today, party=party, opinion="不同意", version=None
            ),
        ):
            self.asked.discard(party)

    @rule(role=mostly(CLERK, HANDLER))
    def confer(self, role: Role) -> None:
        legal = role in {CLERK, HANDLER} and self.state in UNDECIDED | {State.AWAITING_CORRECTION}
        desk = self._at(self.desks[role])
        talk = Talk(held_on=self.today, parties="财政局", matter="资金表", agreed="已经公开")
        self._try(
            Action.CONFER,
            legal=legal,
            act=lambda: conferral.confer(desk, self.case_id, talk, version=None),
        )

    @rule(role=mostly(LEADER), delays=st.booleans())
    def lengthen(self, role: Role, delays: bool) -> None:  # noqa: FBT001  Hypothesis' call
        """延期 or 延迟: before the due day, which is the calendar's to know."""
        here = role is LEADER and self.state in UNDECIDED and not self.ordered
        once = delays or not self.extended
        desk = self._at(self.desks[role])
        act = timekeeping.delay_reply if delays else timekeeping.extend_deadline
        if (
            self._try(
                Action.DELAY if delays else Action.EXTEND,
                legal=None if here and once else False,
                act=lambda: act(
                    desk, self.case_id, on=self.today, days=5, reason="检索量大", version=None
                ),
            )
            and not delays
        ):
            self.extended, self.extended_on = True, self.today

    @rule(role=mostly(CLERK, HANDLER))
    def ask_for_correction(self, role: Role) -> None:
        legal = (
            role in {CLERK, HANDLER}
            and self.state in {*AT_DRAFT, State.AWAITING_ASSIGNMENT}
            and not self.corrected
        )
        desk = self._at(self.desks[role])
        if self._try(
            Action.REQUEST_CORRECTION,
            legal=legal,
            act=lambda: timekeeping.request_correction(
                desk, self.case_id, on=self.today, reason="文件名称不明确", version=None
            ),
        ):
            self.state, self.corrected = State.AWAITING_CORRECTION, True

    @rule(role=mostly(CLERK, HANDLER))
    def receive_correction(self, role: Role) -> None:
        legal = role in {CLERK, HANDLER} and self.state is State.AWAITING_CORRECTION
        desk = self._at(self.desks[role])
        if self._try(
            Action.RECEIVE_CORRECTION,
            legal=legal,
            act=lambda: timekeeping.receive_correction(
                desk, self.case_id, on=self.today, version=None
            ),
        ):
            self.state, self.corrected_on = State.DRAFTING, self.today
            # The extension fell away with the old period, unless an order had set the day.
            self.extended = False

    @rule(role=mostly(CLERK, HANDLER))
    def deem_abandoned(self, role: Role) -> None:
        here = role in {CLERK, HANDLER} and self.state is State.AWAITING_CORRECTION
        desk = self._at(self.desks[role])
        if self._try(
            Action.DEEM_ABANDONED,
            legal=None if here else False,
            act=lambda: timekeeping.deem_abandoned(
                desk, self.case_id, on=self.today, reason="两次联系未补正", version=None
            ),
        ):
            self.state, self.has_draft = State.DRAFTING, True
            self.told = self._road()
            self.passed.clear()

    @rule(role=mostly(CLERK))
    def claim_a_record_is_wrong(self, role: Role) -> None:
        legal = role is CLERK and self.state in {State.DISPATCHED, State.CLOSED, State.ARCHIVED}
        desk = self._at(self.desks[role])
        claim = AmendmentClaim(
            asked_on=self.today, record="登记卡", claim="应为 4 人", evidence="户口簿"
        )
        if self._try(
            Action.ASK_AMENDMENT,
            legal=legal,
            act=lambda: amendment.ask_amendment(desk, self.case_id, claim, version=None),
        ):
            self.claims += 1

    @precondition(lambda self: self.claims)
    @rule(role=mostly(HANDLER))
    def put_a_record_right(self, role: Role) -> None:
        query = select(Amendment.id).where(Amendment.case_id == self.case_id)
        open_one = self.session.scalars(query.where(Amendment.outcome.is_(None))).first()
        assert open_one is not None
        desk = self._at(self.desks[role])
        found = AmendmentDecision(
            outcome=AmendmentOutcome.AMENDED, decided_on=self.today, result="更正为 4 人"
        )
        if self._try(
            Action.DECIDE_AMENDMENT,
            legal=role is HANDLER,
            act=lambda: amendment.decide_amendment(
                desk, self.case_id, open_one, found, version=None
            ),
        ):
            self.claims -= 1

    @rule(role=mostly(CLERK, LEADER), dice=st.integers(1, 6))
    def hand_on(self, role: Role, dice: int) -> None:
        """Seldom, as it ends the walk: what is late, or answered, stays."""
        if dice > 1:
            return
        here = (
            role in {CLERK, LEADER}
            and self.state in {*AT_DRAFT, State.AWAITING_ASSIGNMENT}
            and not self.answered
            and not self.consulting
        )
        desk = self._at(self.desks[role])
        how = HandOn(agency_id=self.other_agency, reason="由其负责", told="电话告知")
        if self._try(
            Action.HAND_ON,
            legal=None if here else False,
            act=lambda: handing_on.hand_on(
                desk, self.case_id, how, folder=Path("never-written"), version=None
            ),
        ):
            self.state, self.gone = State.CLOSED, True

    @rule(times=st.integers(1, 12))
    def carry_on(self, times: int) -> None:
        """Go along the usual road for a while, so that every example gets somewhere."""
        for _ in range(times):
            self._next()

    def _next(self) -> None:  # noqa: C901  one line for each state
        step = self._in_turn()
        if self.consulting and self.state in UNDECIDED:
            self.hear(CLERK, next(iter(self.asked)))
        elif self.state is State.AWAITING_CORRECTION:
            self.receive_correction(CLERK)
        elif self.state is State.AWAITING_ASSIGNMENT:
            self.assign(CLERK)
        elif self.state in AT_DRAFT and not self.consulting:
            self.save_draft(HANDLER, refuses=bool(self.issued % 2))
            self.submit_draft(HANDLER)
        elif self.state is State.IN_REVIEW and step is not None:
            self.speak(step.role, passes=True)
        elif self.state is State.AWAITING_ISSUE and self.told != self._road():
            self.refuse_issue(LEADER)
        elif self.state is State.AWAITING_ISSUE:
            self.issue(LEADER)
        elif self.state is State.AWAITING_DISPATCH:
            self.dispatch(CLERK)
        elif self.state is State.DISPATCHED:
            self.close(CLERK)
        elif self.state is State.CLOSED:
            self.archive(CLERK)
        elif self.state is State.ARCHIVED and not self.gone:
            self.answer_anew_by_order(names_a_day=bool(self.reopened % 2))

    @invariant()
    def the_case_is_where_the_model_says(self) -> None:
        self.session.expire_all()
        case = self.session.get_one(Case, self.case_id)
        assert case.state is self.state
        step = self._in_turn() if self.state is State.IN_REVIEW else None
        assert case.review_step == (step.value if step else None)
        assert (case.closed_on is not None) is (self.state in {State.CLOSED, State.ARCHIVED})
        assert (case.received_on is None) is self.gone
        assert (case.replied_on is not None) is self.answered

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

    def teardown(self) -> None:
        """The dates kept follow from the facts, and the year-end table counts the case once."""
        self.session.expire_all()
        assert check_stored_dates(self.session, office_days=OFFICE_DAYS).differences == ()
        years = (2026, 2027, 2028)
        finished = [
            year
            for year in years
            for one in list_cell_cases(self.session, CellFilter(flow=Flow.FINISHED), year, Scope())
            if one.case_id == self.case_id
        ]
        first = None if self.gone else self.first_ended_in
        assert finished == ([first] if first else [])


def test_acceptance_39_no_order_of_acts_leads_off_the_table(
    session: Session, desk_for: Callable[..., Desk], agency: Agency
) -> None:
    other = add_agency(session, code="OTHER", name="规划中心", prefix="规公开", parent=agency)
    Office.other_agency = other.id
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
