"""重新答复: a reopened case has a period of its own, and the first answer stays what it was."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from casework.domain.application import DeliveryMethod, ReliefKind, ReliefResult
from casework.domain.clock_events import ClockStart
from casework.domain.errors import RuleBroken, TransitionRefused
from casework.domain.letter_kinds import LetterKind
from casework.domain.states import State
from casework.domain.statutes import Party
from casework.domain.statutory_clock import StopReason, Timeliness, reckon
from casework.models import Relief
from casework.queries.case_facts import clock_facts_of, current_clock_of
from casework.queries.case_rows import Viewer
from casework.queries.desk import list_open
from casework.queries.inbox import list_new_answers
from casework.queries.stored_dates import check_stored_dates
from casework.services import closure, drafting, issue, relief, reopening, review, timekeeping
from casework.services.closure import Handover
from casework.services.procedural_letters import DocumentText, issue_document
from casework.services.relief import ReliefData
from tests.services.test_office_acts import assigned, at, finished
from tests.services.test_road import (
    DISCLOSED,
    REFUSED,
    case_of,
    clerk,
    handler,
    leader,
    newest_draft,
    reviewer,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.statutory_clock import Reckoning
    from casework.services.desk import Desk

__all__ = ["clerk", "handler", "leader", "reviewer"]

REACHED = date(2026, 10, 20)  # Tuesday


@pytest.fixture
def case_id(clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk) -> int:
    """Received Mon 7 September, answered Wed 16, closed; a 复议 ended in 纠正 on 19 October."""
    case_id = finished(clerk, handler, reviewer, leader)
    relief.record_relief(
        at(clerk, REACHED),
        case_id,
        ReliefData(
            kind=ReliefKind.REVIEW,
            filed_on=date(2026, 9, 21),
            body="青沅市人民政府",
            result=ReliefResult.CORRECTED,
            decided_on=date(2026, 10, 19),
        ),
        version=None,
    )
    return case_id


def reopen(leader: Desk, case_id: int, due_on: date | None = None, **changes: object) -> None:
    order = leader.session.scalars(select(Relief).where(Relief.case_id == case_id)).one()
    values = {"relief_id": order.id, "counts_from": REACHED, "due_on": due_on} | changes
    reopening.reopen(
        at(leader, REACHED),
        case_id,
        reason="复议决定撤销原答复，责令重新答复",
        version=None,
        **values,  # type: ignore[arg-type]
    )


def clock(desk: Desk, case_id: int, on: date = REACHED) -> Reckoning:
    facts = current_clock_of(case_of(desk.session, case_id))
    assert facts is not None
    return reckon(facts, desk.calendar, today=on)


def consult(desk: Desk, case_id: int, started: date, ended: date | None = None) -> None:
    timekeeping.start_consultation(
        at(desk, started),
        case_id,
        on=started,
        party=Party.THIRD_PARTY,
        whom="三户村民",
        version=None,
    )
    if ended is not None:
        timekeeping.end_consultation(
            at(desk, ended),
            case_id,
            on=ended,
            party=Party.THIRD_PARTY,
            opinion="不同意",
            version=None,
        )


def test_without_an_ordered_day_the_regulation_s_limit_runs_from_the_decision_s_arrival(
    session: Session, clerk: Desk, leader: Desk, case_id: int
) -> None:
    judged = case_of(session, case_id)
    stored = (judged.due_on, judged.office_due_on, judged.calendar_version)
    reopen(leader, case_id)
    facts = current_clock_of(case_of(session, case_id))
    assert facts is not None
    assert (facts.start, facts.received_on) == (ClockStart.ORDER, REACHED)
    assert clock(clerk, case_id).due_on == date(2026, 11, 17)  # 20th working day, a Tuesday
    consult(clerk, case_id, date(2026, 10, 22))
    assert clock(clerk, case_id).stopped_by is StopReason.THIRD_PARTY
    timekeeping.end_consultation(
        at(clerk, date(2026, 10, 30)),
        case_id,
        on=date(2026, 10, 30),
        party=Party.THIRD_PARTY,
        opinion="不同意",
        version=None,
    )
    assert clock(clerk, case_id).due_on == date(2026, 11, 25)  # six working days taken out
    timekeeping.extend_deadline(
        at(leader, date(2026, 11, 10)),
        case_id,
        on=date(2026, 11, 10),
        days=5,
        reason="须再行检索",
        version=None,
    )
    assert clock(clerk, case_id).due_on == date(2026, 12, 2)
    issue_document(
        at(clerk, date(2026, 11, 10)),
        case_id,
        DocumentText(kind=LetterKind.EXTENSION_NOTICE),
        version=None,
    )
    # The first answer was judged once: neither its days nor its calendar move.
    case = case_of(session, case_id)
    assert (case.due_on, case.office_due_on, case.calendar_version) == stored
    first = clock_facts_of(case)
    assert first is not None
    assert reckon(first, clerk.calendar, today=REACHED).timeliness is Timeliness.ON_TIME
    assert check_stored_dates(session, office_days=15).differences == ()


def test_the_applicant_may_be_asked_to_correct_in_the_new_round_too(
    session: Session, clerk: Desk, leader: Desk, case_id: int
) -> None:
    reopen(leader, case_id)
    asked, came = at(clerk, date(2026, 10, 22)), at(clerk, date(2026, 10, 28))
    timekeeping.request_correction(
        asked, case_id, on=asked.today, reason="范围不明确", version=None
    )
    assert case_of(session, case_id).state is State.AWAITING_CORRECTION
    assert clock(clerk, case_id).timeliness is Timeliness.AWAITING_CORRECTION
    timekeeping.receive_correction(came, case_id, on=came.today, version=None)
    assert clock(clerk, case_id).due_on == date(2026, 11, 25)
    with pytest.raises(RuleBroken, match="一次性告知"):
        timekeeping.request_correction(
            came, case_id, on=came.today, reason="仍不明确", version=None
        )


def test_an_ordered_day_is_moved_by_nothing(
    session: Session, clerk: Desk, leader: Desk, case_id: int
) -> None:
    ordered = date(2026, 11, 10)
    reopen(leader, case_id, ordered)
    consult(clerk, case_id, date(2026, 10, 22))
    running = clock(clerk, case_id, date(2026, 10, 26))
    assert (running.due_on, running.stopped_by) == (ordered, None)
    assert running.timeliness is Timeliness.OPEN
    with pytest.raises(TransitionRefused, match="复议决定、判决确定的"):
        timekeeping.extend_deadline(
            at(leader, REACHED), case_id, on=REACHED, days=5, reason="检索", version=None
        )
    asked = at(clerk, date(2026, 10, 26))
    timekeeping.request_correction(
        asked, case_id, on=asked.today, reason="范围不明确", version=None
    )
    assert clock(clerk, case_id).due_on == ordered
    assert clock(clerk, case_id, date(2026, 11, 11)).timeliness is Timeliness.OVERDUE
    assert case_of(session, case_id).state is State.AWAITING_CORRECTION


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"counts_from": date(2026, 10, 18)}, "counts_from"),  # before the decision
        ({"counts_from": date(2026, 10, 21)}, "counts_from"),  # tomorrow
        ({"counts_from": None}, "counts_from"),
        ({"due_on": date(2026, 10, 19)}, "due_on"),
        ({"due_on": date(2026, 11, 10), "relief_id": None}, "due_on"),
    ],
)
def test_a_new_period_that_cannot_be(
    session: Session, leader: Desk, case_id: int, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        reopen(leader, case_id, **changes)
    assert refusal.value.field == field
    assert case_of(session, case_id).state is State.CLOSED


def answer_anew(
    clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk, case_id: int, on: date
) -> None:
    drafting.save_draft(at(handler, on), case_id, REFUSED, version=None)
    drafting.submit_draft(at(handler, on), case_id, version=None)
    text_hash = newest_draft(clerk.session, case_id).text_hash
    review.approve(at(reviewer, on), case_id, text_hash=text_hash, version=None)
    issue.issue_reply(at(leader, on), case_id, version=None)
    posted = Handover(method=DeliveryMethod.MAIL, handed_over_on=on, mail_number="EM2")
    closure.dispatch(at(clerk, on), case_id, posted, version=None)


def test_the_new_answer_has_its_own_day_and_a_third_its_own_again(
    session: Session, clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk, case_id: int
) -> None:
    reopen(leader, case_id)
    consult(clerk, case_id, date(2026, 10, 22))
    drafting.save_draft(at(handler, REACHED), case_id, REFUSED, version=None)
    with pytest.raises(TransitionRefused, match="征求意见尚未结束"):
        drafting.submit_draft(at(handler, REACHED), case_id, version=None)
    timekeeping.end_consultation(
        at(clerk, date(2026, 10, 30)),
        case_id,
        on=date(2026, 10, 30),
        party=Party.THIRD_PARTY,
        opinion="不同意",
        version=None,
    )
    late = date(2026, 11, 26)
    answer_anew(clerk, handler, reviewer, leader, case_id, late)
    # The letter says who ordered it, and whom this round has consulted.
    body = newest_draft(session, case_id).body
    assert "青沅市人民政府于2026年10月19日作出行政复议决定，责令本机关重新答复。" in body
    assert "征求了第三方的意见" in body
    case = case_of(session, case_id)
    assert (case.replied_on, case.reopenings[0].replied_on) == (date(2026, 9, 16), late)
    anew = clock(clerk, case_id, late)
    assert (anew.timeliness, anew.days_late) == (Timeliness.LATE, 1)
    # A late new answer makes the application no late one: nobody is asked for a cause.
    closure.close(at(clerk, late), case_id, version=None)
    assert case_of(session, case_id).closed_on == late

    reopening.reopen(at(leader, late), case_id, reason="附件有误", version=None)
    case = case_of(session, case_id)
    assert [one.former_ground for one in case.reopenings] == ["disclosed", "personal_privacy"]
    drafting.save_draft(at(handler, late), case_id, DISCLOSED, version=None)
    body = newest_draft(session, case_id).body
    assert "本机关自行纠正此前作出的答复（青资公开答〔2026〕2号），现重新答复如下。" in body
    assert "征求了" not in body
    case = case_of(session, case_id)
    facts = current_clock_of(case)
    assert facts is not None
    assert (facts.start, facts.received_on, facts.events) == (ClockStart.REOPENING, late, ())
    first = clock_facts_of(case)
    assert first is not None
    assert first.replied_on == date(2026, 9, 16)
    assert first.events == ()


def test_an_application_withdrawn_and_taken_up_again_is_answered_in_its_new_period(
    session: Session, clerk: Desk, handler: Desk, leader: Desk
) -> None:
    case_id = assigned(clerk, handler)
    gone = date(2026, 9, 14)
    closure.withdraw(at(clerk, gone), case_id, on=gone, reason="电话提出", version=None)
    reopening.reopen(at(leader, REACHED), case_id, reason="撤回不是本人意思", version=None)
    case = case_of(session, case_id)
    assert (case.replied_on, case.due_on) == (None, date(2026, 11, 17))
    assert clock_facts_of(case) == current_clock_of(case)
    assert check_stored_dates(session, office_days=15).differences == ()
    consult(clerk, case_id, date(2026, 10, 22))
    assert case_of(session, case_id).is_suspended
    assert check_stored_dates(session, office_days=15).differences == ()


def test_the_new_answer_waits_in_lists_by_its_own_day(
    clerk: Desk, handler: Desk, leader: Desk, case_id: int
) -> None:
    reopen(leader, case_id)
    viewer = Viewer(
        actor=at(handler, REACHED).actor,
        calendar=handler.calendar,
        today=date(2026, 11, 16),
        office_days=15,
    )
    [waiting] = list_new_answers(handler.session, viewer)
    assert waiting.due_on == date(2026, 11, 10)
    [row] = list_open(handler.session, viewer, mine=True).rows
    assert (row.office_due_on, row.due_on) == (date(2026, 11, 10), date(2026, 11, 17))
    assert row.lamp is not None
    assert "超期" in row.lamp.text
    consult(clerk, case_id, date(2026, 10, 22))
    [waiting] = list_new_answers(handler.session, viewer)
    assert (waiting.due_on, waiting.by) == (None, "停钟 · 征求第三方意见")
