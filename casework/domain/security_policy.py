"""安全策略: what the 安全管理员 may set, with the values that ship.

GB/T 22239-2019 8.1.5.3 gives the security administrator the policy, not the accounts. Limits that
nobody may loosen (idle and absolute time, wrong tries) are not here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken
from casework.domain.passwords import RULES, PasswordProfile, PasswordRules
from casework.domain.permissions import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)
FEWEST_SESSIONS, MOST_SESSIONS = 1, 10
FEWEST_UNUSED_DAYS, MOST_UNUSED_DAYS = 30, 365


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityPolicy:
    """The office's policy.

    ``code_roles`` have to use the second step; ``sessions`` log-ins of one account may be open
    side by side; an account without a log-in for ``unused_days`` is reported, and closed by the
    nightly command where ``closes_unused``.
    """

    profile: PasswordProfile = PasswordProfile.DENGBAO
    code_roles: frozenset[Role] = frozenset()
    sessions: int = 3
    unused_days: int = 90
    closes_unused: bool = False

    @property
    def passwords(self) -> PasswordRules:
        """What the chosen profile asks of a password."""
        return RULES[self.profile]

    def needs_code(self, roles: Iterable[Role]) -> bool:
        """Say whether any of these roles has to use the second step."""
        return not self.code_roles.isdisjoint(roles)


def check_policy(policy: SecurityPolicy) -> None:
    """Raise RuleBroken, naming the field, for a value out of bounds."""
    if not FEWEST_SESSIONS <= policy.sessions <= MOST_SESSIONS:
        raise RuleBroken(
            "sessions",
            f"同时登录的数目须在 {FEWEST_SESSIONS} 到 {MOST_SESSIONS} 之间",
            field="sessions",
        )
    if not FEWEST_UNUSED_DAYS <= policy.unused_days <= MOST_UNUSED_DAYS:
        raise RuleBroken(
            "unused_days",
            f"天数须在 {FEWEST_UNUSED_DAYS} 到 {MOST_UNUSED_DAYS} 之间",
            field="unused_days",
        )


def written_policy(policy: SecurityPolicy) -> dict[str, str]:
    """Return the policy as the settings table and the audit record spell it."""
    return {
        "profile": policy.profile.value,
        "code_roles": ",".join(sorted(role.value for role in policy.code_roles)),
        "sessions": str(policy.sessions),
        "unused_days": str(policy.unused_days),
        "closes_unused": "1" if policy.closes_unused else "0",
    }


def read_policy(settings: Mapping[str, str]) -> SecurityPolicy:
    """Return the policy behind settings; what is missing is as it ships."""
    written = written_policy(SecurityPolicy()) | dict(settings)
    return SecurityPolicy(
        profile=PasswordProfile(written["profile"]),
        code_roles=frozenset(Role(role) for role in written["code_roles"].split(",") if role),
        sessions=int(written["sessions"]),
        unused_days=int(written["unused_days"]),
        closes_unused=written["closes_unused"] == "1",
    )
