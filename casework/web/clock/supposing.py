"""假如: what a consultation, an answer, an extension or a correction would do to the limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template, request

from casework.domain.clock_events import ClockEvent, ClockEventKind
from casework.domain.clock_sentence import explain
from casework.domain.errors import RuleBroken
from casework.domain.permissions import Permission
from casework.domain.statutes import STATUTES, Party, Rule
from casework.domain.statutory_clock import StopReason, reckon
from casework.domain.what_if import back_plan, consultation, last_days, suppose
from casework.extensions import db
from casework.queries.calendar import current_calendar
from casework.queries.case_page import get_case_head
from casework.web import surroundings
from casework.web.clock import bp
from casework.web.clock.forms import (
    AnswerQuestion,
    ConsultationQuestion,
    CorrectionQuestion,
    ExtensionQuestion,
)
from casework.web.errors import rules_shown_on, status_of
from casework.web.fields import read
from casework.web.filters import day
from casework.web.security import requires

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from flask.typing import ResponseReturnValue

    from casework.domain.clock_events import ClockFacts
    from casework.domain.statutory_clock import Reckoning
    from casework.domain.what_if import BackPlan
    from casework.domain.working_days import WorkingDayCalendar
    from casework.queries.case_page import CaseHead
    from casework.web.clock.forms import Question

_PARTY_WAITED_FOR = {StopReason(party.value): party for party in Party}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit before and after; ``shift`` in working days, None where either stands still."""

    label: str
    old: date | None
    new: date | None
    shift: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the supposition comes to, in dates and in a sentence."""

    question: str
    limits: list[Limit]
    sentence: str
    plan: BackPlan | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A case's clock as this page asks it."""

    facts: ClockFacts
    calendar: WorkingDayCalendar
    reckoning: Reckoning
    today: date
    office_days: int

    @property
    def is_over(self) -> bool:
        """Whether the case is answered or closed."""
        closed = any(event.kind is ClockEventKind.CLOSED for event in self.facts.events)
        return self.facts.replied_on is not None or closed

    @property
    def awaits_correction(self) -> bool:
        """Whether a correction is outstanding."""
        return self.reckoning.stopped_by is StopReason.CORRECTION


@bp.get("/cases/<int:case_id>/clock")
@requires(Permission.VIEW_CASES)
def what_if(case_id: int) -> ResponseReturnValue:
    """Answer ``?suppose=``; without one, show the last safe days and the plan back."""
    head = get_case_head(db.session(), surroundings.current_actor(), case_id)
    clock = _clock(head)
    if clock is None or clock.is_over:
        return render_template("clock/what_if.html", head=head, clock=clock, questions=[])
    asked = request.args.get("suppose", "")
    questions = [
        kind(request.args if kind.name == asked else None) for kind in _open_questions(clock)
    ]
    answer = None
    status = 200
    for form in questions:
        if form.name != asked:
            continue
        if form.validate():
            with rules_shown_on(form):
                answer = _answer(clock, form)
        status = status_of(form)
    plan = _plan(clock, clock.reckoning.office_due_on)
    page = render_template(
        "clock/what_if.html",
        head=head,
        clock=clock,
        questions=questions,
        answer=answer,
        last=last_days(clock.facts, clock.calendar),
        plan=plan,
        legal_plan=_plan(clock, clock.reckoning.due_on),
        statute=STATUTES[clock.reckoning.statute],
        rules=Rule,
    )
    return page, status


def _clock(head: CaseHead) -> Clock | None:
    """Return the clock of the case by its own agency's calendar; None while it does not run."""
    if head.clock is None:
        return None
    calendar = current_calendar(db.session(), agency_path=head.agency_path)
    today, office_days = surroundings.today(), surroundings.office_days()
    return Clock(
        facts=head.clock,
        calendar=calendar,
        reckoning=reckon(head.clock, calendar, today=today, office_days=office_days),
        today=today,
        office_days=office_days,
    )


def _open_questions(clock: Clock) -> list[type[Question]]:
    """Return what may still be asked of this case, the likeliest first."""
    stopped_by = clock.reckoning.stopped_by
    questions: list[type[Question]] = []
    if stopped_by in _PARTY_WAITED_FOR:
        questions.append(AnswerQuestion)
    if stopped_by is None:
        questions += [ConsultationQuestion, ExtensionQuestion]
    if STATUTES[clock.reckoning.statute].correction_restarts:
        questions.append(CorrectionQuestion)
    return questions


def _answer(clock: Clock, form: Question) -> Answer:
    question, events = _ASKED[form.name](clock, form)
    outlook = suppose(clock.facts, events, clock.calendar, office_days=clock.office_days)
    now = clock.reckoning
    return Answer(
        question=question,
        limits=[
            _limit(clock, "应答复", now.office_due_on, outlook.office_due_on),
            _limit(clock, "法定期限", now.due_on, outlook.due_on),
        ],
        sentence=explain(outlook.facts, clock.calendar, office_days=clock.office_days),
        plan=_plan(clock, outlook.office_due_on),
    )


def _limit(clock: Clock, label: str, old: date | None, new: date | None) -> Limit:
    shift = None if old is None or new is None else clock.calendar.count(old, new)
    return Limit(label=label, old=old, new=new, shift=shift)


def _plan(clock: Clock, due_on: date | None) -> BackPlan | None:
    return None if due_on is None else back_plan(due_on, clock.calendar)


Asked = tuple[str, list[ClockEvent]]


def _consultation(clock: Clock, form: ConsultationQuestion) -> Asked:
    sent_on, days = read(form.on), form.days.data or 0
    party = Party(form.party.data)
    events = consultation(sent_on, clock.calendar, days=days, party=party)
    words = f"{day(sent_on)}发函征求{party.label}意见，对方用 {days} 个工作日"
    return f"{words}，{day(events[1].on)}收到意见", list(events)


def _answer_comes(clock: Clock, form: AnswerQuestion) -> Asked:
    on = read(form.on)
    party = _PARTY_WAITED_FOR[clock.reckoning.stopped_by or StopReason.AGENCY]
    event = ClockEvent(ClockEventKind.CONSULTATION_ENDED, on, party)
    return f"{day(on)}收到{party.label}的意见", [event]


def _extension(_clock: Clock, form: ExtensionQuestion) -> Asked:
    on, days = read(form.on), form.days.data or 0
    event = ClockEvent(ClockEventKind.EXTENSION, on, days=days)
    return f"{day(on)}批准延期 {days} 个工作日", [event]


def _correction(clock: Clock, form: CorrectionQuestion) -> Asked:
    on = read(form.on)
    received = ClockEvent(ClockEventKind.CORRECTION_RECEIVED, on)
    if clock.awaits_correction:
        return f"{day(on)}收到补正", [received]
    if form.asked_on.data is None:
        raise RuleBroken("request_missing", "请填告知补正之日", field="asked_on")
    asked_on = read(form.asked_on)
    requested = ClockEvent(ClockEventKind.CORRECTION_REQUESTED, asked_on)
    return f"{day(asked_on)}告知补正，{day(on)}收到补正", [requested, received]


_ASKED: dict[str, Callable[..., Asked]] = {
    ConsultationQuestion.name: _consultation,
    AnswerQuestion.name: _answer_comes,
    ExtensionQuestion.name: _extension,
    CorrectionQuestion.name: _correction,
}
