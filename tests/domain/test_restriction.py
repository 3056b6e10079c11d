"""限制知悉: a reason, oneself on the list, and what nobody on it could do."""

from __future__ import annotations

import pytest

from casework.domain.errors import RuleBroken
from casework.domain.permissions import Role
from casework.domain.restriction import check_restriction, list_lacking


def test_a_restriction_needs_a_reason_and_leaves_its_maker_on_the_list() -> None:
    check_restriction("涉及举报人身份", [3, 7], 7)
    with pytest.raises(RuleBroken) as refusal:
        check_restriction("", [7], 7)
    assert refusal.value.field == "reason"
    with pytest.raises(RuleBroken) as refusal:
        check_restriction("涉及举报人身份", [3], 7)
    assert refusal.value.field == "readers"


def test_it_says_what_nobody_on_the_list_could_do() -> None:
    legal = {Role.LEGAL_REVIEWER}
    assert list_lacking([[Role.HANDLER]], review=legal) == (
        "分办",
        "签发",
        "登记送达",
        "办结、归档",
        "法制审核员",
    )
    everybody = [[Role.HANDLER], [Role.CLERK, Role.LEGAL_REVIEWER], [Role.LEADER]]
    assert list_lacking(everybody, review=legal) == ()
