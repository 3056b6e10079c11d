"""The two regulations as data."""

from __future__ import annotations

from datetime import date

import pytest

from casework.domain.errors import RuleBroken
from casework.domain.statutes import (
    STATUTES,
    Party,
    Rule,
    StatuteCode,
    article,
    statute_for,
)


@pytest.mark.parametrize(
    ("received_on", "code"),
    [
        (date(2008, 5, 1), "2007"),
        (date(2019, 5, 14), "2007"),
        (date(2019, 5, 15), "2019"),
        (date(2026, 9, 1), "2019"),
    ],
)
def test_the_receipt_day_decides(received_on: date, code: str) -> None:
    assert statute_for(received_on).code == code


def test_before_the_first_regulation_there_is_none() -> None:
    with pytest.raises(RuleBroken) as caught:
        statute_for(date(2008, 4, 30))
    assert (caught.value.code, caught.value.field) == ("before_any_statute", "received_on")


def test_limits() -> None:
    old, new = STATUTES[StatuteCode.REGULATION_2007], STATUTES[StatuteCode.REGULATION_2019]
    assert (old.base_days, old.max_extension_days) == (15, 15)
    assert (new.base_days, new.max_extension_days) == (20, 20)
    assert old.suspending == {Party.THIRD_PARTY}
    assert new.suspending == {Party.THIRD_PARTY, Party.CO_MAKER, Party.AGENCY}
    assert (old.correction_restarts, new.correction_restarts) == (False, True)
    assert (new.correction_notice_days, new.third_party_days, new.co_maker_days) == (7, 15, 15)
    assert (old.correction_notice_days, old.third_party_days) == (None, None)


def test_every_rule_a_regulation_has_is_quoted() -> None:
    assert article(StatuteCode.REGULATION_2019, Rule.REPLY) == "条例第三十三条第二款"
    assert article(StatuteCode.REGULATION_2007, Rule.EXTENSION) == "2007年条例第二十四条第二款"
    assert set(STATUTES[StatuteCode.REGULATION_2019].articles) == set(Rule)
    missing = set(Rule) - set(STATUTES[StatuteCode.REGULATION_2007].articles)
    assert missing == {Rule.CO_MAKER, Rule.DELAY, Rule.FEE_RESTART}
    with pytest.raises(KeyError):
        article(StatuteCode.REGULATION_2007, Rule.CO_MAKER)
