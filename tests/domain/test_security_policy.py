"""The policy: what ships, what may be set, and that it reads as it was written."""

from __future__ import annotations

import pytest

from casework.domain.errors import RuleBroken
from casework.domain.passwords import PasswordProfile
from casework.domain.permissions import Role
from casework.domain.security_policy import (
    SecurityPolicy,
    check_policy,
    read_policy,
    written_policy,
)


def test_what_ships_is_what_dengbao_asks() -> None:
    policy = read_policy({})
    assert policy == SecurityPolicy()
    assert policy.profile is PasswordProfile.DENGBAO
    assert policy.unused_days == 90
    assert not policy.needs_code(frozenset(Role))


def test_a_policy_reads_as_it_was_written() -> None:
    policy = SecurityPolicy(
        profile=PasswordProfile.ASVS,
        code_roles=frozenset({Role.LEADER, Role.AUDITOR}),
        sessions=1,
        unused_days=180,
        closes_unused=True,
    )
    assert read_policy(written_policy(policy)) == policy
    assert policy.needs_code(frozenset({Role.CLERK, Role.LEADER}))
    assert not policy.needs_code(frozenset({Role.CLERK}))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sessions": 0}, "sessions"),
        ({"sessions": 11}, "sessions"),
        ({"unused_days": 29}, "unused_days"),
        ({"unused_days": 366}, "unused_days"),
    ],
)
def test_values_out_of_bounds_are_refused(changes: dict[str, int], field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        check_policy(SecurityPolicy(**changes))  # type: ignore[arg-type]
    assert refusal.value.field == field
