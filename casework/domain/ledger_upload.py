"""台账文件 on its way in: uploaded, its columns matched, every row checked, taken in.

The work on a long file runs beside the pages, in a process of its own, and says how far it is.
A process can die. What it had begun is then undone by the database, and what is left is a run
whose lease has run out: the page says so, and the file can be taken up again.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

KEPT_FOR = timedelta(days=7)
"""How long an uploaded file is kept: it holds personal data and is a means, not a record."""

READING_LEASE = timedelta(seconds=30)
"""A run that reads says where it is several times a second; half a minute of silence is its end."""

_WRITING_FACTOR = 6
_SHORTEST_WRITING = timedelta(minutes=2)


class UploadStatus(StrEnum):
    """How far an uploaded ledger is."""

    OPEN = "open"
    READING = "reading"
    WRITING = "writing"
    CHECKED = "checked"
    IMPORTED = "imported"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """The word on the screen."""
        return _LABELS[self]

    @property
    def is_running(self) -> bool:
        """Whether a process should be at work on it."""
        return self in {UploadStatus.READING, UploadStatus.WRITING}


_LABELS = {
    UploadStatus.OPEN: "待核对栏目",
    UploadStatus.READING: "正在逐行核对",
    UploadStatus.WRITING: "正在写入",
    UploadStatus.CHECKED: "已核对",
    UploadStatus.IMPORTED: "已导入",
    UploadStatus.FAILED: "没有办成",
}


def is_interrupted(status: UploadStatus, lease_until: datetime | None, now: datetime) -> bool:
    """Say whether the process at work on a file has died (or never came to life)."""
    return status.is_running and (lease_until is None or lease_until < now)


def writing_lease(reading: timedelta) -> timedelta:
    """Return how long writing may take before it counts as dead.

    On SQLite nothing can be noted while the one transaction is open, so the time that reading took
    is the measure; writing takes about half of it.
    """
    return max(_SHORTEST_WRITING, _WRITING_FACTOR * reading)
