"""The office's security policy, as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.security_policy import SecurityPolicy, read_policy
from casework.models import SecuritySetting

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def current_policy(session: Session) -> SecurityPolicy:
    """Return the policy in force: what ships, and over it what the office has set."""
    rows = session.execute(select(SecuritySetting.name, SecuritySetting.value))
    return read_policy({row.name: row.value for row in rows})
