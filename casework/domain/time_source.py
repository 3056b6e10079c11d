"""The only reader of the time.

Every rule takes "today" or "now" as an argument; the web, the command line and the services ask
here, once per act. The law's day is the day in Beijing (Asia/Shanghai), whatever zone the
machine keeps.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return this instant, aware, in UTC."""
    return datetime.now(UTC)


def beijing_date(instant: datetime) -> date:
    """Return the Beijing day of an aware ``instant``; ValueError if it has no zone."""
    if instant.tzinfo is None:
        msg = "an instant needs a zone"
        raise ValueError(msg)
    return instant.astimezone(BEIJING).date()


def today() -> date:
    """Return today's date in Beijing."""
    return beijing_date(now())
