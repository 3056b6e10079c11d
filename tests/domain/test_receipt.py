"""Which day is the receipt day (条例第三十一条, 国办公开办函〔2015〕207号)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.application import ReceiptMode
from casework.domain.errors import RuleBroken
from casework.domain.receipt import (
    ReceiptBasis,
    arrival_day,
    confirm_by,
    needs_confirmation,
    receipt_day,
    receipt_rule,
    validate_receipt,
)
from casework.domain.statutes import StatuteCode
from casework.domain.time_source import BEIJING
from casework.domain.working_days import shipped_calendar

CALENDAR = shipped_calendar()
OLD, NEW = StatuteCode.REGULATION_2007, StatuteCode.REGULATION_2019
FRIDAY, MONDAY = date(2026, 9, 4), date(2026, 9, 7)

BY_CHANNEL = [
    (NEW, ReceiptMode.COUNTER, ReceiptBasis.SUBMITTED, "条例第三十一条第一项"),
    (NEW, ReceiptMode.SIGNED_MAIL, ReceiptBasis.SIGNED, "条例第三十一条第二项"),
    (NEW, ReceiptMode.ORDINARY_MAIL, ReceiptBasis.CONFIRMED, "条例第三十一条第二项"),
    (NEW, ReceiptMode.WEB_FORM, ReceiptBasis.CONFIRMED, "条例第三十一条第三项"),
    (NEW, ReceiptMode.EMAIL, ReceiptBasis.CONFIRMED, "条例第三十一条第三项"),
    (NEW, ReceiptMode.FAX, ReceiptBasis.CONFIRMED, "条例第三十一条第三项"),
    (OLD, ReceiptMode.COUNTER, ReceiptBasis.SUBMITTED, "国办公开办函〔2015〕207号"),
    (OLD, ReceiptMode.SIGNED_MAIL, ReceiptBasis.SIGNED, "国办公开办函〔2015〕207号"),
    (OLD, ReceiptMode.ORDINARY_MAIL, ReceiptBasis.CONFIRMED, "国办公开办函〔2015〕207号"),
    (OLD, ReceiptMode.WEB_FORM, ReceiptBasis.CONFIRMED, "国办公开办函〔2015〕207号"),
    (OLD, ReceiptMode.EMAIL, ReceiptBasis.ARRIVED, "国办公开办函〔2015〕207号"),
    (OLD, ReceiptMode.FAX, ReceiptBasis.CONFIRMED, "国办公开办函〔2015〕207号"),
]


@pytest.mark.parametrize(("statute", "mode", "basis", "article"), BY_CHANNEL)
def test_acceptance_21_each_channel_has_its_day(
    statute: StatuteCode, mode: ReceiptMode, basis: ReceiptBasis, article: str
) -> None:
    rule = receipt_rule(mode, statute)
    assert (rule.basis, rule.article) == (basis, article)
    assert rule.quote
    assert rule.basis.label
    confirmed = basis is ReceiptBasis.CONFIRMED
    assert needs_confirmation(mode, statute) is confirmed
    waiting = receipt_day(mode, arrived_on=FRIDAY, statute=statute)
    assert waiting == (None if confirmed else FRIDAY)
    done = receipt_day(mode, arrived_on=FRIDAY, confirmed_on=MONDAY, statute=statute)
    assert done == (MONDAY if confirmed else FRIDAY)


def test_every_way_of_arrival_is_ruled_under_both_regulations() -> None:
    assert {(s, m) for s, m, _, _ in BY_CHANNEL} == {
        (s, m) for s in StatuteCode for m in ReceiptMode
    }


def test_only_the_regulation_itself_is_quoted_word_for_word() -> None:
    assert receipt_rule(ReceiptMode.FAX, NEW).verbatim
    assert not receipt_rule(ReceiptMode.FAX, OLD).verbatim
    assert receipt_rule(ReceiptMode.COUNTER, NEW).quote == (
        "申请人当面提交政府信息公开申请的，以提交之日为收到申请之日"
    )


def test_the_day_of_arrival_decides_the_rule_for_e_mail() -> None:
    last_old, first_new = date(2019, 5, 14), date(2019, 5, 15)
    assert receipt_day(ReceiptMode.EMAIL, arrived_on=last_old) == last_old
    assert receipt_day(ReceiptMode.EMAIL, arrived_on=first_new) is None


def test_a_confirmation_cannot_precede_the_arrival() -> None:
    with pytest.raises(RuleBroken) as caught:
        receipt_day(ReceiptMode.FAX, arrived_on=MONDAY, confirmed_on=FRIDAY)
    assert (caught.value.code, caught.value.field) == ("confirmed_before_arrival", "confirmed_on")
    assert caught.value.basis == "条例第三十一条第三项"


def test_when_to_have_confirmed() -> None:
    assert confirm_by(ReceiptMode.COUNTER, arrived_on=FRIDAY, calendar=CALENDAR) is None
    assert confirm_by(ReceiptMode.ORDINARY_MAIL, arrived_on=FRIDAY, calendar=CALENDAR) == FRIDAY
    assert confirm_by(ReceiptMode.WEB_FORM, arrived_on=FRIDAY, calendar=CALENDAR) == MONDAY


@given(
    mode=st.sampled_from(ReceiptMode),
    arrived=st.dates(date(2019, 5, 15), date(2026, 12, 1)),
    a=st.integers(0, 30),
    b=st.integers(0, 30),
)
def test_a_later_confirmation_never_makes_an_earlier_receipt(
    mode: ReceiptMode, arrived: date, a: int, b: int
) -> None:
    first, second = (
        receipt_day(
            mode, arrived_on=arrived, confirmed_on=date.fromordinal(arrived.toordinal() + n)
        )
        for n in sorted((a, b))
    )
    assert first is not None
    assert second is not None
    assert arrived <= first <= second


@pytest.mark.parametrize(
    ("received", "submitted", "code"),
    [
        (date(2026, 9, 8), None, "receipt_in_future"),
        (date(2026, 9, 3), FRIDAY, "receipt_before_application"),
        (date(2025, 9, 6), None, "receipt_too_old"),
        (date(2008, 4, 30), None, "before_any_statute"),
    ],
)
def test_acceptance_22_an_impossible_receipt_day_is_refused(
    received: date, submitted: date | None, code: str
) -> None:
    with pytest.raises(RuleBroken) as caught:
        validate_receipt(received_on=received, submitted_on=submitted, today=MONDAY)
    assert (caught.value.code, caught.value.field) == (code, "received_on")
    assert caught.value.message


def test_acceptance_22_the_edges_are_allowed() -> None:
    validate_receipt(received_on=MONDAY, submitted_on=MONDAY, today=MONDAY)
    validate_receipt(received_on=date(2025, 9, 7), today=MONDAY)
    validate_receipt(received_on=date(2027, 2, 28), today=date(2028, 2, 29))
    validate_receipt(received_on=date(2015, 9, 7), today=MONDAY, backfill=True)


def test_acceptance_23_after_hours_follows_the_published_rule_and_says_so() -> None:
    evening = datetime(2026, 9, 4, 12, 15, tzinfo=UTC)  # Fri 20:15 in Beijing
    plain = arrival_day(evening, CALENDAR)
    assert plain == (FRIDAY, "2026年9月4日 20:15 到达（北京时间），以当日为到达之日")
    ruled = arrival_day(evening, CALENDAR, day_ends_at=time(17, 30))
    assert ruled.on == MONDAY
    assert "17:30" in ruled.why
    assert "2026年9月7日" in ruled.why
    in_hours = datetime(2026, 9, 4, 17, 29, tzinfo=BEIJING)
    assert arrival_day(in_hours, CALENDAR, day_ends_at=time(17, 30)).on == FRIDAY
    at_the_bell = datetime(2026, 9, 4, 17, 30, tzinfo=BEIJING)
    assert arrival_day(at_the_bell, CALENDAR, day_ends_at=time(17, 30)).on == MONDAY
    saturday = datetime(2026, 9, 5, 9, 0, tzinfo=BEIJING)
    assert arrival_day(saturday, CALENDAR, day_ends_at=time(17, 30)).on == MONDAY
    with pytest.raises(ValueError, match="zone"):
        arrival_day(datetime(2026, 9, 4, 9, 0), CALENDAR)  # noqa: DTZ001 - the point of the test
