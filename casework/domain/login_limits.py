"""登录失败处理: when a try at a password or a code is not even looked at.

Five wrong ones close an account for 15 minutes, the next five for 30, then 60, up to 4 hours: no
more than 15 guesses in any hour reach the password (GB/T 22239-2019 8.1.4.1 b; OWASP ASVS 5.0
6.3.1). Only that account is closed. Twenty wrong ones from one address within 5 minutes make that
address wait, whoever they name. There is no picture to decipher (WCAG 2.2 3.3.8).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TRIES = 5
FIRST_WAIT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=4)
REMEMBERED = timedelta(hours=24)
"""How far back wrong tries count; a log-in that succeeds forgives them all."""

ADDRESS_TRIES = 20
ADDRESS_SPAN = timedelta(minutes=5)

SECOND_STEP = timedelta(minutes=5)
"""How long a right password waits for its code."""


def account_closed_until(wrong: Sequence[datetime]) -> datetime | None:
    """Return until when an account is closed, given its wrong tries in order of time.

    The answer may lie in the past: then it is open again. None if it has never been closed.
    """
    times = len(wrong) // TRIES
    if not times:
        return None
    doubled: int = 2 ** min(times - 1, 8)
    wait = min(FIRST_WAIT * doubled, LONGEST_WAIT)
    return wrong[times * TRIES - 1] + wait


def address_closed_until(wrong: Sequence[datetime]) -> datetime | None:
    """Return until when an address has to wait, given its wrong tries in order of time."""
    if len(wrong) < ADDRESS_TRIES:
        return None
    return wrong[-ADDRESS_TRIES] + ADDRESS_SPAN
