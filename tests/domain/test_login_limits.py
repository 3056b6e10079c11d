"""Wrong tries, and how long they close an account or an address."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from casework.domain.login_limits import account_closed_until, address_closed_until
from tests.conftest import NOW

MINUTE = timedelta(minutes=1)


def minutes(*after: int) -> list[datetime]:
    return [NOW + at * MINUTE for at in after]


@pytest.mark.parametrize(
    ("wrong", "until"),
    [
        ((), None),
        ((0, 1, 2, 3), None),
        ((0, 1, 2, 3, 4), 4 + 15),
        ((0, 1, 2, 3, 4, 20, 21), 4 + 15),
        ((0, 1, 2, 3, 4, 20, 21, 22, 23, 24), 24 + 30),
        (tuple(range(15)), 14 + 60),
        (tuple(range(20)), 19 + 120),
        (tuple(range(25)), 24 + 240),
        (tuple(range(60)), 59 + 240),
        (tuple(range(5000)), 4999 + 240),
    ],
)
def test_five_close_for_15_minutes_and_each_further_five_for_twice_as_long(
    wrong: tuple[int, ...], until: int | None
) -> None:
    expected = None if until is None else NOW + until * MINUTE
    assert account_closed_until(minutes(*wrong)) == expected


def test_who_goes_on_without_pause_has_15_looks_in_the_first_hour_and_no_more_in_any() -> None:
    looked_at: list[datetime] = []
    for second in range(24 * 3600):
        at = NOW + timedelta(seconds=second)
        closed = account_closed_until(looked_at)
        if closed is None or closed <= at:
            looked_at.append(at)
    hour = timedelta(hours=1)
    most = max(sum(at <= other < at + hour for other in looked_at) for at in looked_at)
    assert most == 15


def test_twenty_from_one_address_within_five_minutes_make_it_wait() -> None:
    spread = [NOW + timedelta(seconds=10 * n) for n in range(20)]
    assert address_closed_until(spread[:19]) is None
    assert address_closed_until(spread) == NOW + timedelta(minutes=5)
    later = [*spread, NOW + timedelta(seconds=290)]
    assert address_closed_until(later) == NOW + timedelta(minutes=5, seconds=10)
