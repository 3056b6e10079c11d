"""送达: which day a document reached its addressee, by every way of delivery."""

from __future__ import annotations

from datetime import date

import pytest

from casework.domain.application import DeliveryMethod
from casework.domain.delivery import Handing, check_signature, deemed_served_on, reached_on
from casework.domain.errors import RuleBroken
from casework.domain.fees import check_lapse
from casework.domain.working_days import shipped_calendar

CALENDAR = shipped_calendar()
SENT, TODAY = date(2026, 6, 1), date(2026, 9, 28)
NOTICE = DeliveryMethod.PUBLIC_NOTICE


@pytest.mark.parametrize(
    ("published", "deemed"),
    [
        # 民事诉讼法 of 2021: 30 days, the day of the notice not counted.
        (date(2026, 6, 1), date(2026, 7, 1)),  # Wed
        (date(2026, 9, 4), date(2026, 10, 8)),  # Sun 4 October is a holiday; Thu 8 works
        (date(2022, 1, 1), date(2022, 2, 7)),  # Mon 31 January opens the Spring Festival
        # Before: 60 days.
        (date(2021, 12, 31), date(2022, 3, 1)),  # Tue
        (date(2018, 3, 1), date(2018, 5, 2)),  # 30 April and 1 May are off; Wed 2 May
    ],
)
def test_a_public_notice_is_service_when_its_period_ends(published: date, deemed: date) -> None:
    assert deemed_served_on(NOTICE, published, CALENDAR) == deemed


@pytest.mark.parametrize("method", [m for m in DeliveryMethod if m is not NOTICE])
def test_nothing_else_is_deemed(method: DeliveryMethod) -> None:
    assert deemed_served_on(method, SENT, CALENDAR) is None


@pytest.mark.parametrize(
    ("method", "signed_on", "reached"),
    [
        (DeliveryMethod.DIRECT, SENT, SENT),
        (DeliveryMethod.DIRECT, None, SENT),
        (DeliveryMethod.DELEGATED, None, SENT),
        (DeliveryMethod.MAIL, date(2026, 6, 4), date(2026, 6, 4)),
        (DeliveryMethod.MAIL, None, None),
        (DeliveryMethod.EMAIL, None, SENT),
        (DeliveryMethod.ONLINE, None, SENT),
        (DeliveryMethod.FAX, None, SENT),
        (NOTICE, None, date(2026, 7, 1)),
    ],
)
def test_when_a_document_reached_its_addressee(
    method: DeliveryMethod, signed_on: date | None, reached: date | None
) -> None:
    handing = Handing(method=method, handed_over_on=SENT, signed_on=signed_on)
    assert reached_on([handing], CALENDAR, today=TODAY) == reached


def test_what_came_back_reached_nobody_and_the_first_arrival_counts() -> None:
    back = Handing(method=DeliveryMethod.MAIL, handed_over_on=SENT, returned_on=date(2026, 6, 9))
    assert reached_on([back], CALENDAR, today=TODAY) is None
    by_hand = Handing(method=DeliveryMethod.DIRECT, handed_over_on=date(2026, 6, 12))
    notice = Handing(method=NOTICE, handed_over_on=date(2026, 6, 10))
    assert reached_on([back, by_hand, notice], CALENDAR, today=TODAY) == date(2026, 6, 12)
    # A notice whose period still runs has not reached anybody yet.
    assert reached_on([notice], CALENDAR, today=date(2026, 6, 11)) is None


def test_nobody_signs_for_a_public_notice() -> None:
    with pytest.raises(RuleBroken) as refusal:
        check_signature(NOTICE, SENT, SENT, today=TODAY)
    assert refusal.value.code == "notice_is_not_signed"
    assert "民事诉讼法第九十五条" in refusal.value.basis


def test_the_period_to_pay_runs_from_the_receipt_of_the_notice() -> None:
    # Thu 10 September 2026 + 20 working days = Wed 14 October.
    received = date(2026, 9, 10)
    check_lapse(received, CALENDAR, today=date(2026, 10, 15))
    for known, today, code in (
        (received, date(2026, 10, 14), "fee_not_lapsed"),
        (None, date(2026, 12, 1), "fee_notice_not_received"),
    ):
        with pytest.raises(RuleBroken) as refusal:
            check_lapse(known, CALENDAR, today=today)
        assert refusal.value.code == code
        assert "109号" in refusal.value.basis
