"""The clock, scenario by scenario; weekdays stand beside the dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from casework.domain.clock_checks import check_event, check_reply
from casework.domain.clock_events import ClockEvent, ClockEventKind, ClockFacts
from casework.domain.clock_json import answer
from casework.domain.clock_sentence import explain
from casework.domain.clock_trail import TrailMark, trail
from casework.domain.errors import RuleBroken
from casework.domain.statutes import Party, StatuteCode
from casework.domain.statutory_clock import Reckoning, StopReason, Timeliness, due_dates, reckon
from casework.domain.what_if import back_plan, last_days, opinion_due_on, what_if_consultation
from casework.domain.working_days import calendar_as_of, shipped_calendar

CALENDAR = shipped_calendar()
OLD, NEW = StatuteCode.REGULATION_2007, StatuteCode.REGULATION_2019
THIRD, CO_MAKER, AGENCY = Party.THIRD_PARTY, Party.CO_MAKER, Party.AGENCY


def sept(day: int) -> date:
    """A day of September 2026; the 1st is a Tuesday, 25-27 are off, Sunday 20 is worked."""
    return date(2026, 9, day)


def octo(day: int) -> date:
    """A day of October 2026; 1-7 are off, Saturday 10 is worked."""
    return date(2026, 10, day)


def asked(on: date) -> ClockEvent:
    return ClockEvent(ClockEventKind.CORRECTION_REQUESTED, on)


def corrected(on: date) -> ClockEvent:
    return ClockEvent(ClockEventKind.CORRECTION_RECEIVED, on)


def extended(on: date, days: int | None) -> ClockEvent:
    return ClockEvent(ClockEventKind.EXTENSION, on, days=days)


def noticed(on: date) -> ClockEvent:
    return ClockEvent(ClockEventKind.FEE_NOTICED, on)


def paid(on: date) -> ClockEvent:
    return ClockEvent(ClockEventKind.FEE_PAID, on)


def closed(on: date) -> ClockEvent:
    return ClockEvent(ClockEventKind.CLOSED, on)


def started(on: date, party: Party | None = THIRD) -> ClockEvent:
    return ClockEvent(ClockEventKind.CONSULTATION_STARTED, on, party)


def ended(on: date, party: Party | None = THIRD) -> ClockEvent:
    return ClockEvent(ClockEventKind.CONSULTATION_ENDED, on, party)


def facts(
    received: date,
    *events: ClockEvent,
    replied: date | None = None,
    statute: StatuteCode | None = None,
) -> ClockFacts:
    return ClockFacts(received_on=received, statute=statute, events=events, replied_on=replied)


def run(case: ClockFacts, today: date = date(2026, 9, 2)) -> Reckoning:
    return reckon(case, CALENDAR, today=today)


def codes(reckoning: Reckoning) -> list[str]:
    return [note.code for note in reckoning.warnings]


def refusal(case: ClockFacts, event: ClockEvent, today: date = date(2026, 10, 30)) -> RuleBroken:
    with pytest.raises(RuleBroken) as caught:
        check_event(case, event, CALENDAR, today=today)
    return caught.value


# The plain period


def test_a_plain_case_under_each_regulation() -> None:
    new = run(facts(sept(1)))
    assert (new.statute, new.starts_on) == (NEW, sept(1))
    assert new.due_on == new.original_due_on == sept(29)  # Tue, 20th
    assert new.office_due_on == sept(21)  # Mon, 15th, Sunday 20 being worked
    assert (new.timeliness, new.days_late, new.working_days_used) == (Timeliness.OPEN, 0, 1)
    assert new.warnings == ()
    old = run(facts(date(2018, 2, 9)), today=date(2018, 2, 12))  # Fri
    assert old.statute is OLD
    assert old.due_on == old.office_due_on == date(2018, 3, 7)  # Wed; 11 and 24 February are worked


def test_the_regulation_can_be_chosen_against_the_receipt_day() -> None:
    assert run(facts(date(2019, 5, 14))).statute is OLD
    assert run(facts(date(2019, 5, 15))).statute is NEW
    assert run(facts(date(2019, 4, 2), statute=NEW)).due_on == date(2019, 4, 30)  # Tue


def test_acceptance_08_the_last_day_may_be_a_saturday() -> None:
    case = facts(date(2025, 9, 15))
    assert run(case).office_due_on == date(2025, 10, 11)  # Sat, worked
    in_time = replace(case, statute=OLD, replied_on=date(2025, 10, 11))
    assert run(in_time).timeliness is Timeliness.ON_TIME


def test_acceptance_10_beyond_the_notices_is_provisional_with_a_warning() -> None:
    case = facts(date(2026, 12, 1), extended(date(2026, 12, 28), 20))
    result = run(case, today=date(2026, 12, 28))
    assert result.due_on == date(2027, 1, 26)  # Tue
    assert result.provisional
    assert codes(result) == ["provisional"]
    assert result.original_due_on == date(2026, 12, 29)
    assert not run(facts(date(2026, 12, 1))).provisional


def test_acceptance_11_12_13_a_due_date_names_its_calendar() -> None:
    before, after = calendar_as_of(date(2019, 3, 21)), calendar_as_of(date(2019, 3, 22))
    cases = [facts(date(2019, 4, day), statute=NEW) for day in (2, 3)]
    old = [reckon(case, before, today=date(2019, 4, 4)) for case in cases]
    new = [reckon(case, after, today=date(2019, 4, 4)) for case in cases]
    assert [r.due_on for r in old] == [date(2019, 5, 2), date(2019, 5, 3)]
    assert [r.due_on for r in new] == [date(2019, 4, 30), date(2019, 5, 5)]
    assert {r.calendar_version for r in old} == {"2019-1"}
    assert {r.calendar_version for r in new} == {"2019-2"}
    assert [d.due_on for d in due_dates(cases, after)] == [r.due_on for r in new]


# Correction


def test_acceptance_24_a_correction_notice_is_late_after_seven_working_days() -> None:
    case = facts(date(2026, 4, 28))  # Tue
    assert last_days(case, CALENDAR).correction_notice_by == date(2026, 5, 11)  # Mon
    in_time = run(replace(case, events=(asked(date(2026, 5, 11)),)))
    late = run(replace(case, events=(asked(date(2026, 5, 12)),)))
    assert codes(in_time) == []
    assert codes(late) == ["correction_notice_late"]
    assert late.warnings[0].basis == "条例第三十条"
    assert in_time.timeliness is late.timeliness is Timeliness.AWAITING_CORRECTION
    assert in_time.due_on is in_time.office_due_on is in_time.original_due_on is None
    assert in_time.stopped_by is StopReason.CORRECTION


def test_acceptance_25_a_correction_on_a_worked_saturday_restarts_the_count() -> None:
    case = facts(date(2026, 4, 28), asked(date(2026, 5, 6)), corrected(date(2026, 5, 9)))
    result = run(case, today=date(2026, 5, 12))
    assert result.starts_on == date(2026, 5, 9)  # Sat
    assert result.due_on == date(2026, 6, 5)  # Fri
    assert result.working_days_used == 2
    days = {day.on: day for day in trail(case, CALENDAR, today=date(2026, 5, 12))}
    assert not days[date(2026, 4, 29)].counts  # Wed, elapsed before the correction
    assert "不再计入" in days[date(2026, 4, 29)].why
    assert "不再计入" in days[date(2026, 5, 6)].why  # Wed, the day of the request itself
    assert "等待申请人补正" in days[date(2026, 5, 7)].why  # Thu
    assert days[date(2026, 5, 9)].mark is TrailMark.RECEIVED


def test_a_late_correction_notice_restarts_all_the_same() -> None:
    case = facts(sept(1), asked(sept(24)), corrected(octo(8)))  # Thu, Thu
    result = run(case, today=octo(8))
    assert result.due_on == CALENDAR.add(octo(8), 20)
    assert codes(result) == ["correction_notice_late"]


def test_a_correction_without_its_request_restarts_with_a_warning() -> None:
    result = run(facts(date(2026, 4, 28), corrected(date(2026, 5, 9))))
    assert result.due_on == date(2026, 6, 5)
    assert codes(result) == ["correction_without_request"]


def test_under_the_2007_regulation_a_correction_changes_nothing() -> None:
    plain = facts(date(2018, 3, 1))
    case = facts(date(2018, 3, 1), asked(date(2018, 3, 5)), corrected(date(2018, 3, 8)))
    result = run(case, today=date(2018, 3, 9))
    assert result.due_on == run(plain).due_on == date(2018, 3, 22)  # Thu
    assert codes(result) == ["correction_is_an_answer", "correction_restarts_nothing"]


def test_a_reply_while_a_correction_is_outstanding_has_no_limit_to_miss() -> None:
    result = run(facts(sept(1), asked(sept(4)), replied=octo(30)), today=octo(31))
    assert (result.timeliness, result.due_on) == (Timeliness.ON_TIME, None)


# Consultation


def test_acceptance_27_third_party_consultation() -> None:
    case = facts(sept(1), started(sept(10)), ended(sept(23)))  # Tue, Thu, Wed
    result = run(case, today=sept(28))
    assert run(facts(sept(1))).due_on == sept(29)
    assert result.due_on == result.original_due_on == octo(19)  # Mon, not 12
    assert result.office_due_on == octo(12)  # Mon
    stopped = [d for d in trail(case, CALENDAR, today=sept(28)) if d.mark is TrailMark.STOPPED]
    assert len(stopped) == 10
    assert (stopped[0].on, stopped[-1].on) == (sept(11), sept(23))


def test_acceptance_28_a_silent_third_party() -> None:
    assert opinion_due_on(sept(10), CALENDAR) == octo(8)  # Thu
    case = facts(sept(1), started(sept(10)))
    assert codes(run(case, today=octo(8))) == []
    waiting = run(case, today=octo(9))
    assert codes(waiting) == ["third_party_slow"]
    assert waiting.timeliness is Timeliness.SUSPENDED
    resumed = run(facts(sept(1), started(sept(10)), ended(octo(8))), today=octo(9))  # Fri
    assert resumed.timeliness is Timeliness.OPEN
    assert codes(resumed) == []
    assert resumed.due_on == CALENDAR.add(sept(1), 35)


def test_the_real_end_counts_past_the_third_partys_own_days() -> None:
    result = run(facts(sept(1), started(sept(10)), ended(octo(12))), today=octo(12))
    assert codes(result) == ["third_party_slow"]
    assert result.due_on == CALENDAR.add(sept(1), 20 + CALENDAR.count(sept(10), octo(12)))


@pytest.mark.parametrize(
    ("spans", "covered"),
    [
        ([(10, 23), (14, 17)], (10, 23)),  # one inside the other
        ([(10, 16), (14, 23)], (10, 23)),  # overlapping
        ([(10, 16), (16, 23)], (10, 23)),  # adjacent
        ([(10, 23), (10, 23)], (10, 23)),  # the same twice
    ],
)
def test_acceptance_29_the_union_is_suspended_once(
    spans: list[tuple[int, int]], covered: tuple[int, int]
) -> None:
    for first, second in ((THIRD, THIRD), (THIRD, AGENCY), (AGENCY, THIRD)):
        events = [
            event
            for (start, end), party in zip(spans, (first, second), strict=True)
            for event in (started(sept(start), party), ended(sept(end), party))
        ]
        one = facts(sept(1), started(sept(covered[0])), ended(sept(covered[1])))
        assert run(facts(sept(1), *events)).due_on == run(one).due_on


def test_an_end_may_leave_out_the_party() -> None:
    case = facts(
        sept(1), started(sept(10)), started(sept(14), AGENCY), ended(sept(17), None),
        ended(sept(23), None),
    )  # fmt: skip
    assert run(case).due_on == octo(19)


def test_other_agencies_suspend_since_2019_only() -> None:
    new = facts(sept(1), started(sept(10), AGENCY), ended(sept(23), AGENCY))
    assert run(new).due_on == octo(19)
    old = replace(new, statute=OLD)
    assert run(old).due_on == run(facts(sept(1), statute=OLD)).due_on == sept(21)
    assert codes(run(old)) == ["consultation_counts"]
    third = facts(sept(1), started(sept(10)), ended(sept(23)), statute=OLD)
    assert run(third).due_on == octo(12)  # Mon


def test_a_consultation_from_the_due_day_on_changes_nothing() -> None:
    before = facts(sept(1), started(sept(28)), ended(octo(8)))
    on_it = facts(sept(1), started(sept(29)), ended(octo(8)))
    after = facts(sept(1), started(sept(30)))
    assert run(before).due_on == octo(9)  # Fri: 29, 30 September and 8 October taken out
    for case in (on_it, after):
        assert run(case).due_on == sept(29)
        assert codes(run(case)) == ["consultation_after_due"]
        assert run(case, today=octo(8)).timeliness is Timeliness.OVERDUE


def test_while_a_consultation_is_open_there_is_no_due_day() -> None:
    result = run(facts(sept(1), started(sept(10), AGENCY)), today=sept(18))
    assert (result.due_on, result.office_due_on, result.original_due_on) == (None, None, None)
    assert result.timeliness is Timeliness.SUSPENDED
    assert result.stopped_by is StopReason.AGENCY
    assert result.working_days_used == 7  # 2-4 and 7-10 September
    assert result.days_late == 0
    both = run(facts(sept(1), started(sept(10), AGENCY), started(sept(11))), today=sept(18))
    assert both.stopped_by is StopReason.THIRD_PARTY


def test_a_co_maker_stops_the_clock_and_has_a_limit_of_its_own() -> None:
    open_case = facts(sept(1), started(sept(10), CO_MAKER))
    stopped = run(open_case, today=sept(18))
    assert stopped.stopped_by is StopReason.CO_MAKER
    # 15 working days from Thu 10 September end on Thu 8 October, over the long holiday.
    assert codes(run(open_case, today=octo(8))) == []
    [slow] = run(open_case, today=octo(9)).warnings
    assert (slow.code, slow.basis) == ("co_maker_slow", "条例第三十四条")
    assert "视为同意公开" in slow.message
    back = facts(sept(1), started(sept(10), CO_MAKER), ended(sept(23), CO_MAKER))
    assert run(back).due_on == run(facts(sept(1), started(sept(10)), ended(sept(23)))).due_on
    # No article gives any other agency a period: nothing to be slow against.
    assert codes(run(facts(sept(1), started(sept(10), AGENCY)), today=octo(30))) == []


def test_a_second_consultation_may_begin_on_the_day_the_first_ended() -> None:
    first = (started(sept(10)), ended(sept(16)))
    check_event(facts(sept(1), *first), started(sept(16)), CALENDAR, today=sept(16))
    whole = run(facts(sept(1), started(sept(10)), ended(sept(23)))).due_on
    both = facts(sept(1), *first, started(sept(16)))
    assert run(both, today=sept(18)).stopped_by is StopReason.THIRD_PARTY
    check_event(both, ended(sept(23)), CALENDAR, today=sept(23))
    assert run(facts(sept(1), *first, started(sept(16)), ended(sept(23)))).due_on == whole
    # A third one on that day is one too many, and one inside the first says what the day was.
    assert "尚未结束" in refusal(both, started(sept(16))).message
    inside = refusal(facts(sept(1), *first), started(sept(14)))
    assert (inside.code, inside.field) == ("already_stopped", "on")
    assert "9月14日还没有结束" in inside.message


def test_the_2007_regulation_knows_no_co_makers() -> None:
    old = facts(date(2018, 9, 3))
    broken = refusal(old, started(date(2018, 9, 4), CO_MAKER))
    assert (broken.code, broken.field) == ("co_maker_unknown", "party")


def test_a_reply_ends_an_open_consultation() -> None:
    result = run(facts(sept(1), started(sept(10)), replied=octo(30)), today=octo(30))
    assert result.timeliness is Timeliness.ON_TIME
    assert result.due_on == CALENDAR.add(octo(30), 13)
    assert codes(result) == ["consultation_open_at_end"]
    assert result.working_days_used == 7


def test_a_consultation_that_ends_on_the_day_of_the_reply_is_in_order() -> None:
    result = run(facts(sept(1), started(sept(10)), ended(sept(23)), replied=sept(23)))
    assert (result.due_on, codes(result)) == (octo(19), [])


def test_days_used_stand_still_during_a_consultation() -> None:
    case = facts(sept(1), started(sept(10)), ended(sept(23)))
    used = [run(case, today=sept(day)).working_days_used for day in (9, 10, 11, 16, 23, 24)]
    assert used == [6, 7, 7, 7, 7, 8]
    assert run(case, today=date(2026, 8, 1)).working_days_used == 0


def test_consultations_before_a_restart_fall_away_and_running_ones_go_on() -> None:
    gone = facts(sept(1), started(sept(3)), ended(sept(4)), asked(sept(7)), corrected(sept(9)))
    assert run(gone).due_on == run(facts(sept(9))).due_on
    running = facts(sept(1), started(sept(3)), asked(sept(7)), corrected(sept(9)), ended(sept(14)))
    assert run(running).due_on == CALENDAR.add(sept(9), 20 + 3)  # 10, 11, 14


# Extension


def test_acceptance_33_an_extension_counts_from_the_same_start() -> None:
    case = facts(sept(1), extended(sept(29), 20))
    result = run(case)
    assert result.due_on == date(2026, 11, 2)  # Mon
    assert result.original_due_on == sept(29)
    assert result.office_due_on == CALENDAR.add(sept(1), 35)
    second = run(replace(case, events=(*case.events, extended(octo(9), 5))))
    assert second.due_on == date(2026, 11, 2)
    assert codes(second) == ["extension_twice"]
    assert refusal(case, extended(octo(9), 5)).code == "extension_twice"
    over = refusal(facts(sept(1)), extended(sept(29), 21), today=sept(29))
    assert (over.code, over.field, over.basis) == (
        "extension_over_cap",
        "days",
        "条例第三十三条第二款",
    )
    assert run(facts(sept(1), extended(sept(29), 21))).due_on == sept(29)
    assert refusal(facts(sept(1)), extended(sept(29), None)).code == "extension_days_missing"


def test_acceptance_34_an_extension_after_the_due_day() -> None:
    late = extended(sept(30), 10)
    refused = refusal(facts(sept(1)), late)
    assert (refused.code, refused.field) == ("extension_after_due", "on")
    result = run(facts(sept(1), late), today=octo(8))
    assert result.due_on == sept(29)
    assert codes(result) == ["extension_after_due"]
    assert result.timeliness is Timeliness.OVERDUE
    assert result.days_late == 2  # 30 September, 8 October


def test_an_extension_is_timely_against_the_due_day_as_it_then_stood() -> None:
    moved = facts(sept(1), started(sept(10)), ended(sept(23)), extended(octo(19), 5))
    assert run(moved).due_on == CALENDAR.add(octo(19), 5)
    while_open = facts(sept(1), started(sept(10)), extended(octo(15), 5), ended(octo(16)))
    assert codes(run(while_open)) == ["third_party_slow"]
    assert run(while_open).due_on == CALENDAR.add(sept(1), 25 + CALENDAR.count(sept(10), octo(16)))


def test_acceptance_35_removing_an_extension_gives_the_date_from_the_facts() -> None:
    events = (started(sept(10)), ended(sept(23)), extended(sept(25), 10))
    assert run(facts(sept(1), *events)).due_on == date(2026, 11, 2)
    assert run(facts(sept(1), *events[:2])).due_on == octo(19)


def test_acceptance_36_another_receipt_day_replays_everything() -> None:
    events = (started(sept(10)), ended(sept(23)), extended(sept(25), 10))
    later = run(facts(sept(2), *events))
    assert later.due_on == date(2026, 11, 3)  # Tue, one working day after
    assert later.original_due_on == octo(20)


def test_a_restart_ends_an_extension_and_allows_a_new_one() -> None:
    case = facts(sept(1), extended(sept(3), 10), asked(sept(4)), corrected(sept(9)))
    result = run(case)
    assert result.due_on == run(facts(sept(9))).due_on
    assert codes(result) == ["extension_fell_away"]
    again = extended(sept(14), 20)
    check_event(case, again, CALENDAR, today=sept(14))
    assert run(replace(case, events=(*case.events, again))).due_on == CALENDAR.add(sept(9), 40)
    waiting = facts(sept(1), asked(sept(4)))
    assert refusal(waiting, extended(sept(7), 5)).code == "extension_while_awaiting"


def test_the_caps_of_the_2007_regulation() -> None:
    case = facts(date(2018, 3, 1), extended(date(2018, 3, 22), 15))
    assert run(case).due_on == run(case).office_due_on == CALENDAR.add(date(2018, 3, 1), 30)
    assert codes(run(facts(date(2018, 3, 1), extended(date(2018, 3, 22), 16)))) == [
        "extension_over_cap"
    ]


# Fees


def test_a_paid_fee_restarts_the_count_on_the_next_day() -> None:
    case = facts(sept(1), noticed(sept(8)), paid(sept(14)))
    assert run(case).starts_on == sept(14)  # Mon
    assert run(case).due_on == CALENDAR.add(sept(14), 20)
    assert codes(run(case)) == []
    unpaid = run(facts(sept(1), noticed(sept(8))))
    assert codes(unpaid) == ["fee_unpaid"]
    assert unpaid.due_on == sept(29)
    assert codes(run(facts(sept(1), paid(sept(14))))) == ["fee_paid_without_notice"]


def test_no_restart_where_there_was_no_tariff() -> None:
    early = facts(date(2020, 9, 1), noticed(date(2020, 9, 8)), paid(date(2020, 9, 14)))
    assert codes(run(early, today=date(2020, 9, 14))) == [
        "fee_before_tariff",
        "fee_restarts_nothing",
        "fee_unpaid",
    ]
    assert run(early).due_on == run(facts(date(2020, 9, 1))).due_on
    old = facts(date(2018, 3, 1), noticed(date(2018, 3, 5)), paid(date(2018, 3, 8)))
    assert codes(run(old)) == ["fee_restarts_nothing"]
    assert run(old).due_on == date(2018, 3, 22)


# Timeliness


def test_acceptance_37_lateness_is_in_working_days() -> None:
    case = facts(sept(1))

    def judged(day: date) -> tuple[str, int]:
        result = run(replace(case, replied_on=day), today=octo(30))
        return result.timeliness.value, result.days_late

    assert judged(sept(29)) == ("on_time", 0)  # Tue, the last day, at whatever hour
    assert judged(sept(30)) == ("late", 1)  # Wed
    assert judged(octo(3)) == ("late", 1)  # Sat in the holiday
    assert judged(octo(8)) == ("late", 2)  # Thu


def test_a_reply_on_the_weekend_after_the_last_day_is_late_by_no_working_day() -> None:
    case = facts(date(2026, 11, 6), replied=date(2026, 12, 5))  # Fri; due Fri 4 December; Sat
    result = run(case, today=date(2026, 12, 7))
    assert result.due_on == date(2026, 12, 4)
    assert (result.timeliness, result.days_late) == (Timeliness.LATE, 0)


def test_acceptance_38_an_answered_case_is_judged_by_its_reply_not_by_today() -> None:
    result = run(facts(sept(1), replied=sept(29)), today=date(2026, 12, 31))
    assert result.timeliness is Timeliness.ON_TIME
    assert result.working_days_used == 20


def test_extended_open_overdue_and_closed() -> None:
    case = facts(sept(1), extended(sept(29), 10))
    assert run(replace(case, replied_on=sept(29))).timeliness is Timeliness.ON_TIME
    assert run(replace(case, replied_on=sept(30))).timeliness is Timeliness.EXTENDED
    assert run(replace(case, replied_on=octo(19))).timeliness is Timeliness.EXTENDED  # Mon, due
    late = run(replace(case, replied_on=octo(20)))
    assert (late.timeliness, late.days_late) == (Timeliness.LATE, 1)
    assert run(facts(sept(1)), today=sept(29)).timeliness is Timeliness.OPEN
    overdue = run(facts(sept(1)), today=octo(9))
    assert (overdue.timeliness, overdue.days_late) == (Timeliness.OVERDUE, 3)
    gone = run(facts(sept(1), closed(sept(15))), today=octo(30))
    assert (gone.timeliness, gone.days_late, gone.working_days_used) == (Timeliness.CLOSED, 0, 10)
    assert gone.stopped_by is None
    withdrawn = run(facts(sept(1), asked(sept(4)), closed(sept(15))), today=octo(30))
    assert (withdrawn.timeliness, withdrawn.due_on) == (Timeliness.CLOSED, None)


def test_facts_out_of_order_are_noted_and_ignored() -> None:
    early = run(facts(sept(1), started(date(2026, 8, 31)), ended(sept(3))))
    assert codes(early) == ["event_before_receipt", "end_without_start"]
    assert early.due_on == sept(29)
    after = run(facts(sept(1), extended(sept(22), 5), replied=sept(21)), today=sept(23))
    assert codes(after) == ["event_after_end"]
    assert after.due_on == sept(29)
    filed = run(facts(sept(1), closed(sept(30)), replied=sept(21)), today=sept(30))
    assert codes(filed) == []
    twice = run(facts(sept(1), asked(sept(2)), asked(sept(3)), corrected(sept(4))))
    assert codes(twice) == ["correction_requested_twice"]


# What the service refuses


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (started(date(2026, 8, 31)), "stop_before_receipt"),
        (started(octo(12)), "stop_in_future"),
        (started(sept(3)), "stop_before_restart"),
        (started(sept(17)), "already_stopped"),
        (started(sept(17), None), "party_missing"),
    ],
)
def test_acceptance_30_a_stop_is_refused_each_with_its_own_message(
    event: ClockEvent, code: str
) -> None:
    case = facts(sept(1), asked(sept(4)), corrected(sept(9)), started(sept(16)))
    broken = refusal(case, event, today=octo(9))
    assert broken.code == code
    assert broken.message
    check_event(case, started(sept(17), AGENCY), CALENDAR, today=octo(9))


def test_acceptance_30_the_messages_differ() -> None:
    case = facts(sept(1), asked(sept(4)), corrected(sept(9)), started(sept(16)))
    days = (date(2026, 8, 31), octo(12), sept(3), sept(17))
    assert len({refusal(case, started(day), today=octo(9)).message for day in days}) == 4


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (ended(sept(9)), "resume_before_stop"),
        (ended(octo(12)), "resume_in_future"),
        (ended(sept(17), AGENCY), "resume_without_stop"),
        (ended(date(2026, 8, 31)), "resume_before_receipt"),
    ],
)
def test_acceptance_31_a_resumption_is_refused(event: ClockEvent, code: str) -> None:
    case = facts(sept(1), started(sept(10)))
    before = run(case, today=octo(9))
    assert refusal(case, event, today=octo(9)).code == code
    assert run(case, today=octo(9)) == before
    check_event(case, ended(sept(10)), CALENDAR, today=octo(9))


@pytest.mark.parametrize(
    ("case", "event", "code"),
    [
        (facts(sept(1), asked(sept(3))), asked(sept(4)), "correction_already_requested"),
        (
            facts(sept(1), asked(sept(3)), corrected(sept(4))),
            asked(sept(7)),
            "correction_only_once",
        ),
        (facts(sept(1)), corrected(sept(4)), "correction_without_request"),
        (facts(sept(1), asked(sept(3))), corrected(sept(2)), "correction_before_request"),
        (facts(sept(1), noticed(sept(3))), noticed(sept(4)), "fee_already_noticed"),
        (facts(sept(1)), noticed(sept(30)), "fee_notice_after_due"),
        (facts(date(2020, 9, 1)), noticed(date(2020, 9, 3)), "fee_before_tariff"),
        (facts(sept(1)), paid(sept(4)), "payment_without_notice"),
        (facts(sept(1), noticed(sept(8))), paid(sept(4)), "payment_before_notice"),
        (facts(sept(1), closed(sept(8))), closed(sept(8)), "closed_twice"),
        (facts(sept(1), started(sept(8))), started(sept(8)), "already_stopped"),
        (facts(sept(1), replied=sept(8)), extended(sept(9), 5), "extension_after_end"),
        (facts(sept(1), extended(sept(9), 5)), extended(sept(8), 5), "extension_twice"),
    ],
)
def test_other_facts_are_refused(case: ClockFacts, event: ClockEvent, code: str) -> None:
    assert refusal(case, event).code == code


@pytest.mark.parametrize(
    ("case", "event"),
    [
        (facts(sept(1)), asked(sept(14))),  # late, effective, warned about
        (facts(sept(1), asked(sept(3))), corrected(sept(3))),
        (facts(sept(1)), noticed(sept(29))),
        (facts(sept(1), noticed(sept(8))), paid(sept(8))),
        (facts(sept(1)), extended(sept(29), 20)),
        (facts(sept(1)), closed(sept(1))),
        (facts(sept(1)), started(sept(1))),
        (facts(sept(1), asked(sept(4)), corrected(sept(9))), started(sept(9))),
        (facts(date(2018, 3, 1)), asked(date(2018, 3, 5))),
        (facts(date(2018, 3, 1)), corrected(date(2018, 3, 5))),
        (facts(date(2018, 3, 1)), noticed(date(2018, 3, 5))),
        (facts(date(2018, 3, 1)), paid(date(2018, 3, 5))),
    ],
)
def test_lawful_facts_pass(case: ClockFacts, event: ClockEvent) -> None:
    check_event(case, event, CALENDAR, today=octo(30))


def test_a_reply_day_is_checked() -> None:
    case = facts(sept(8))
    check_reply(case, sept(8), today=sept(8))
    for day, code in ((sept(7), "reply_before_receipt"), (sept(30), "reply_in_future")):
        with pytest.raises(RuleBroken) as caught:
            check_reply(case, day, today=sept(29))
        assert (caught.value.code, caught.value.field) == (code, "replied_on")


# Looking ahead, and saying it


def test_what_a_consultation_sent_today_would_do() -> None:
    outlook = what_if_consultation(facts(sept(1)), CALENDAR, today=sept(10))
    assert outlook.opinion_due_on == octo(8)
    assert outlook.due_on == CALENDAR.add(sept(1), 35)
    assert outlook.office_due_on == CALENDAR.add(sept(1), 30)
    assert not outlook.provisional
    with pytest.raises(RuleBroken, match="尚未结束"):
        what_if_consultation(facts(sept(1), started(sept(8))), CALENDAR, today=sept(10))


def test_the_last_days_for_each_act() -> None:
    days = last_days(facts(sept(1)), CALENDAR)
    assert days == (sept(10), sept(28), sept(29))  # Thu, Mon, Tue
    assert last_days(facts(sept(1), extended(sept(8), 1)), CALENDAR).extend_by is None
    assert last_days(facts(sept(1), started(sept(8))), CALENDAR) == (sept(10), None, None)
    assert last_days(facts(sept(1), replied=sept(8)), CALENDAR) == (None, None, None)


def test_the_plan_back_from_the_due_day() -> None:
    plan = back_plan(octo(13), CALENDAR)  # Tue; before it 12, Sat 10, 9, 8 October, 30 September
    assert plan == (sept(30), octo(9), octo(12))


def test_the_sentence_for_the_applicant() -> None:
    case = facts(sept(7), started(sept(15)), ended(sept(23)))
    assert explain(case, CALENDAR) == (
        "9月7日收到，次日起算；9月16日至23日征求第三方意见，扣除 7 个工作日；"
        "中秋节、国庆节放假不计，10月10日（周六）调休上班计入。"
        "第 15 个工作日为 10月13日，第 20 个工作日为 10月20日（条例第三十三条第二款）。"
    )


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (
            facts(sept(1), asked(sept(4))),
            "9月4日告知补正，自收到补正之日起重新计算期限（条例第三十条）",
        ),
        (facts(sept(1), asked(sept(4)), corrected(sept(9))), "9月9日收到补正，期限自次日重新计算"),
        (facts(sept(1), noticed(sept(4)), paid(sept(9))), "9月9日缴费，期限自次日重新计算"),
        (facts(sept(1), started(sept(4))), "9月4日起征求意见，停止计算"),
        (facts(sept(1), extended(sept(4), 5)), "延长 5 个工作日"),
        (facts(sept(1), started(sept(4)), ended(sept(5))), "9月5日征求第三方意见，扣除 0 个工作日"),
        (facts(date(2018, 3, 1)), "第 15 个工作日为 3月22日（2007年条例第二十四条第二款）"),
        (
            facts(date(2026, 12, 20)),
            "2027年1月15日（条例第三十三条第二款），放假安排尚未公布，暂定。",
        ),
        (facts(sept(1), started(sept(24)), ended(octo(9))), "9月25日至10月9日征求第三方意见"),
    ],
)
def test_the_sentence_names_what_happened(case: ClockFacts, words: str) -> None:
    assert words in explain(case, CALENDAR)


# The trail


def test_the_trail_of_the_case_page() -> None:
    """The strip drawn on the case page: received Mon 7 September, due Tue 20 October 2026."""
    case = facts(sept(7), started(sept(15)), ended(sept(23)))
    days = trail(case, CALENDAR, today=sept(28))
    assert "".join(day.mark for day in days) == (
        "收计计计计休休计计停停停休停停停停计假假假计计计假假假假假假假计计班休计计计计计休休计计"
    )
    assert [d.number for d in days if d.counts] == list(range(1, 21))
    assert days[-1].why == "第 20 个工作日，期限届满"
    assert [d.on for d in days if d.number == 15] == [octo(13)]


def test_the_trail_while_stopped_ends_today_and_not_for_ever() -> None:
    case = facts(sept(1), started(sept(10)))
    assert trail(case, CALENDAR, today=sept(18))[-1].on == sept(18)
    assert trail(case, CALENDAR, today=date(2036, 1, 1))[-1].on == date(2027, 9, 11)
    assert trail(case, CALENDAR, today=sept(2))[-1].on == sept(10)
    waiting = facts(sept(1), asked(sept(4)))
    last = trail(waiting, CALENDAR, today=sept(8))[-1]
    assert (last.on, last.why) == (sept(8), "等待申请人补正，不计入（条例第三十条）")


def test_the_trail_keeps_what_a_restart_undid() -> None:
    case = facts(sept(1), started(sept(2)), ended(sept(4)), noticed(sept(8)), paid(sept(9)))
    days = {day.on: day for day in trail(case, CALENDAR, today=sept(9))}
    assert "征求第三方意见" in days[sept(3)].why
    assert days[sept(8)].why == "缴费之前的工作日，期限重新计算后不再计入"
    assert days[sept(9)].why == "缴费（国办函〔2020〕109号），次日起重新计算"
    assert days[sept(10)].number == 1
    assert days[sept(25)].mark is TrailMark.HOLIDAY
    assert days[sept(20)].mark is TrailMark.MAKE_UP


def test_the_trail_marks_what_is_provisional() -> None:
    days = trail(facts(date(2026, 12, 20)), CALENDAR, today=date(2026, 12, 21))
    assert "暂定" in days[-1].why
    assert "暂定" not in days[1].why


# JSON


def test_acceptance_19_a_posted_deadline_is_ignored_and_said_so() -> None:
    posted = {"received": "2026-09-01", "due_on": "2030-01-01", "today": "2026-09-02"}
    result = answer(posted, CALENDAR, today=sept(2))
    assert result["due_on"] == "2026-09-29"
    assert result["warnings"] == ["due_on 不是算例的项目，未使用；期限只按事实推算"]


def test_an_answer_has_exactly_the_fields_of_the_interface() -> None:
    result = answer({"received": "2026-09-01"}, CALENDAR, today=sept(2))
    assert list(result) == [
        "statute", "starts_on", "original_due_on", "due_on", "office_due_on", "timeliness",
        "days_late", "working_days_used", "provisional", "calendar_version", "warnings", "trail",
    ]  # fmt: skip
    assert result["trail"][0] == {"on": "2026-09-01", "counts": False, "why": "收到申请，次日起算"}
    assert sum(day["counts"] for day in result["trail"]) == 20


@pytest.mark.parametrize(
    ("scenario", "code", "field"),
    [
        ([], "scenario_not_object", ""),
        ({}, "received_missing", "received"),
        ({"received": None}, "received_missing", "received"),
        ({"received": 20260901}, "not_a_date", "received"),
        ({"received": "2026/9/1"}, "not_a_date", "received"),
        ({"received": "20260901"}, "not_a_date", "received"),
        ({"received": "２０２６-09-01"}, "not_a_date", "received"),
        ({"received": "2026-02-29"}, "not_a_date", "received"),
        ({"received": "2008-04-30"}, "before_any_statute", "received"),
        ({"received": "9999-12-31"}, "beyond_calendar", ""),
        ({"received": "2026-09-01", "statute": "2008"}, "not_a_choice", "statute"),
        ({"received": "2026-09-01", "statute": 2019}, "not_a_choice", "statute"),
        ({"received": "2026-09-01", "statute": []}, "not_a_choice", "statute"),
        ({"received": "2026-09-01", "replied": "2026-08-31"}, "reply_before_receipt", "replied"),
        ({"received": "2026-09-01", "today": "soon"}, "not_a_date", "today"),
        ({"received": "2026-09-01", "events": {}}, "events_not_list", "events"),
        ({"received": "2026-09-01", "events": [7]}, "event_not_object", "events[0]"),
        ({"received": "2026-09-01", "events": [{}]}, "choice_missing", "events[0].kind"),
        (
            {"received": "2026-09-01", "events": [{"kind": "pause"}]},
            "not_a_choice",
            "events[0].kind",
        ),
        (
            {"received": "2026-09-01", "events": [{"kind": "closed"}]},
            "date_missing",
            "events[0].on",
        ),
        (
            {
                "received": "2026-09-01",
                "events": [{"kind": "consultation_started", "on": "2026-09-02"}],
            },
            "choice_missing",
            "events[0].with",
        ),
        *(
            (
                {
                    "received": "2026-09-01",
                    "events": [
                        {"kind": "closed", "on": "2026-09-02"},
                        {"kind": "extension", "on": "2026-09-02", "days": days},
                    ],
                },
                "days_invalid",
                "events[1].days",
            )
            for days in (None, 0, -1, True, "5", 2.5)
        ),
    ],
)
def test_a_bad_scenario_answers_with_its_field(scenario: object, code: str, field: str) -> None:
    result = answer(scenario, CALENDAR, today=sept(2))
    assert set(result) == {"error"}
    assert (result["error"]["code"], result["error"]["field"]) == (code, field)
    assert result["error"]["message"]
    assert set(result["error"]) == {"code", "field", "message", "basis"}


def test_unknown_keys_of_events_are_named() -> None:
    event = {"kind": "closed", "on": "2026-09-02", "days": 5}
    result = answer({"received": "2026-09-01", "events": [event]}, CALENDAR, today=sept(2))
    assert result["warnings"] == ["events[0].days 不是算例的项目，未使用；期限只按事实推算"]


def test_every_kind_of_event_can_be_told_in_json() -> None:
    events: list[dict[str, object]] = [
        {"kind": "correction_requested", "on": "2026-09-02"},
        {"kind": "correction_received", "on": "2026-09-03"},
        {"kind": "fee_noticed", "on": "2026-09-04"},
        {"kind": "fee_paid", "on": "2026-09-07"},
        {"kind": "consultation_started", "on": "2026-09-08", "with": "agency"},
        {"kind": "consultation_ended", "on": "2026-09-10"},
        {"kind": "extension", "on": "2026-09-11", "days": 5},
    ]
    result = answer({"received": "2026-09-01", "events": events}, CALENDAR, today=sept(14))
    assert result["starts_on"] == "2026-09-07"
    assert result["original_due_on"] == CALENDAR.add(sept(7), 22).isoformat()
    assert result["due_on"] == CALENDAR.add(sept(7), 27).isoformat()
    assert result["working_days_used"] == 3  # 8, 11 and 14 September
    assert result["warnings"] == []
    done = {"received": "2026-09-01", "events": [{"kind": "closed", "on": "2026-09-02"}]}
    assert answer(done, CALENDAR, today=sept(14))["timeliness"] == "closed"


def delayed(on: date, days: int) -> ClockEvent:
    return ClockEvent(ClockEventKind.DELAY, on, days=days)


def test_the_office_may_set_a_reasonable_period_of_its_own() -> None:
    """条例第三十五条: no cap, told before the limit, once; it counts from the same start."""
    calendar = shipped_calendar()
    # Mon 2026-09-07: 20 working days end on Sat 10-10; 40 more count on from the same start.
    facts = ClockFacts(received_on=date(2026, 9, 7), events=(delayed(date(2026, 9, 21), 40),))
    found = reckon(facts, calendar, today=date(2026, 9, 22))
    assert found.original_due_on == date(2026, 10, 10)
    assert found.due_on == calendar.add(date(2026, 9, 7), 60)
    assert found.office_due_on == calendar.add(date(2026, 9, 7), 55)
    assert found.added_days == 40
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("facts", "event", "code", "basis"),
    [
        (
            ClockFacts(received_on=date(2018, 2, 9)),
            delayed(date(2018, 2, 12), 5),
            "delay_unknown",
            "492号",
        ),
        (
            ClockFacts(received_on=date(2026, 9, 7)),
            delayed(date(2026, 10, 12), 5),
            "delay_after_due",
            "三十五",
        ),
        (
            ClockFacts(received_on=date(2026, 9, 7)),
            delayed(date(2026, 9, 8), 0),
            "delay_days_missing",
            "三十五",
        ),
        (
            ClockFacts(received_on=date(2026, 9, 7), events=(delayed(date(2026, 9, 8), 5),)),
            delayed(date(2026, 9, 9), 5),
            "delay_twice",
            "三十五",
        ),
        (
            ClockFacts(received_on=date(2026, 9, 7), events=(delayed(date(2026, 9, 9), 5),)),
            delayed(date(2026, 9, 8), 5),
            "delay_twice",
            "三十五",
        ),
        (
            ClockFacts(
                received_on=date(2026, 9, 7),
                events=(ClockEvent(ClockEventKind.CORRECTION_REQUESTED, date(2026, 9, 8)),),
            ),
            delayed(date(2026, 9, 9), 5),
            "delay_while_awaiting",
            "三十五",
        ),
    ],
    ids=["2007", "after the limit", "no days", "twice", "before another", "awaiting correction"],
)
def test_a_delay_that_is_refused_and_ignored(
    facts: ClockFacts, event: ClockEvent, code: str, basis: str
) -> None:
    calendar = shipped_calendar()
    with pytest.raises(RuleBroken) as refusal:
        check_event(facts, event, calendar, today=date(2026, 10, 30))
    assert refusal.value.code == code
    assert basis in refusal.value.basis
    with_it = replace(facts, events=(*facts.events, event))
    before = reckon(facts, calendar, today=date(2026, 10, 30))
    if event.on > max((e.on for e in facts.events), default=date.min):
        after = reckon(with_it, calendar, today=date(2026, 10, 30))
        assert after.due_on == before.due_on
        assert code in {note.code for note in after.warnings}
