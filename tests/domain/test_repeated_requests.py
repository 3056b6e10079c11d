"""重复申请 and 大量反复: when the page speaks, what it counts, and that it never decides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework.domain.repeated_requests import (
    FREE_IN_A_MONTH,
    MANY_IN_A_YEAR,
    OtherRequest,
    SamePerson,
    frequency_hint,
    repeat_hint,
)
from casework.domain.statutes import StatuteCode

NEW, OLD = StatuteCode.REGULATION_2019, StatuteCode.REGULATION_2007
TODAY = date(2026, 9, 28)


def other(number: str = "1", **changes: object) -> OtherRequest:
    values: dict[str, object] = {
        "number": number,
        "received_on": date(2026, 3, 2),
        "answered": True,
        "same_agency": True,
        "same_person": SamePerson.ID_NUMBER,
        "asks_the_same": True,
    }
    return OtherRequest(**(values | changes))


def test_an_answer_to_the_same_is_named_and_one_in_hand_apart() -> None:
    hint = repeat_hint(
        [other("1"), other("2", answered=False), other("3", asks_the_same=False)], NEW
    )
    assert hint is not None
    assert [each.number for each in hint.answered] == ["1"]
    assert [each.number for each in hint.in_hand] == ["2"]
    assert hint.article == "条例第三十六条第六项"
    assert not hint.by_name_only


@pytest.mark.parametrize(
    "changes",
    [{"asks_the_same": False}, {"same_agency": False}],
    ids=["asks for something else", "another agency answered"],
)
def test_what_is_no_repetition(changes: dict[str, object]) -> None:
    assert repeat_hint([other(**changes)], NEW) is None


def test_the_2007_regulation_knows_neither() -> None:
    many = [other(str(n)) for n in range(40)]
    assert repeat_hint(many, OLD) is None
    assert frequency_hint(many, OLD, on=TODAY) is None
    assert repeat_hint([], NEW) is None


def test_a_name_alone_is_said_to_be_no_more() -> None:
    hint = repeat_hint([other(same_person=SamePerson.NAME)], NEW)
    assert hint is not None
    assert hint.by_name_only
    mixed = repeat_hint([other(same_person=SamePerson.NAME), other("2")], NEW)
    assert mixed is not None
    assert not mixed.by_name_only


def test_the_tenth_within_a_year_is_spoken_of() -> None:
    day = TODAY - timedelta(days=200)
    nine = [other(str(n), received_on=day, asks_the_same=n < 3) for n in range(MANY_IN_A_YEAR - 1)]
    assert frequency_hint(nine[1:], NEW, on=TODAY) is None
    hint = frequency_hint(nine, NEW, on=TODAY)
    assert hint is not None
    assert (hint.in_a_year, hint.this_month, hint.same) == (10, 1, 3)
    assert not hint.may_bear_a_fee
    assert hint.article == "条例第三十五条"


@pytest.mark.parametrize(
    "changes",
    [
        {"received_on": TODAY - timedelta(days=366)},
        {"received_on": TODAY + timedelta(days=1)},
        {"received_on": None},
        {"same_agency": False},
    ],
    ids=["before the year", "after this one", "not received", "to another agency"],
)
def test_what_does_not_count(changes: dict[str, object]) -> None:
    assert frequency_hint([other(str(n), **changes) for n in range(30)], NEW, on=TODAY) is None


def test_the_eleventh_of_a_calendar_month_may_bear_a_fee() -> None:
    ten = [other(str(n), received_on=date(2026, 9, 1 + n)) for n in range(FREE_IN_A_MONTH)]
    hint = frequency_hint(ten, NEW, on=TODAY)
    assert hint is not None
    assert hint.this_month == 11
    assert hint.may_bear_a_fee
    assert "国办函〔2020〕109号" in hint.tariff
    august = [other(str(n), received_on=date(2026, 8, 1 + n)) for n in range(FREE_IN_A_MONTH)]
    hint = frequency_hint(august, NEW, on=TODAY)
    assert hint is not None
    assert (hint.this_month, hint.may_bear_a_fee) == (1, False)


def test_namesakes_count_only_where_nothing_surer_is_known() -> None:
    day = TODAY - timedelta(days=9)
    namesakes = [
        other(str(n), received_on=day, same_person=SamePerson.NAME) for n in range(MANY_IN_A_YEAR)
    ]
    hint = frequency_hint(namesakes, NEW, on=TODAY)
    assert hint is not None
    assert hint.by_name_only
    assert frequency_hint([*namesakes, other("x", received_on=day)], NEW, on=TODAY) is None
