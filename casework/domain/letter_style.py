"""How an agency's documents look and are numbered, where the law leaves it to the agency.

GB/T 9704-2012: the head of a 公文 in 7.2, the 信函格式 in 10.1; a form that is not a 公文 has none.
"""

from __future__ import annotations

from enum import StrEnum


class HeadStyle(StrEnum):
    """版头: what stands above the title."""

    PLAIN = "plain"
    RED = "red"
    LETTER = "letter"

    @property
    def label(self) -> str:
        """The words on the settings page."""
        return _HEAD_LABELS[self]


_HEAD_LABELS = {
    HeadStyle.PLAIN: "无版头",
    HeadStyle.RED: "文件格式（红头、红色分隔线）",
    HeadStyle.LETTER: "信函格式（红头、红色双线）",
}
