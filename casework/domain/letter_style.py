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


class LabelSheet(StrEnum):
    """How the address labels on one sheet of A4 are laid out: columns by rows."""

    TWO_BY_SEVEN = "2x7"
    THREE_BY_EIGHT = "3x8"

    @property
    def label(self) -> str:
        """The words on the settings page."""
        return _SHEET_LABELS[self]

    @property
    def columns(self) -> int:
        """How many labels stand side by side."""
        return int(self.value[0])

    @property
    def rows(self) -> int:
        """How many rows of labels a sheet has."""
        return int(self.value[2])


_SHEET_LABELS = {
    LabelSheet.TWO_BY_SEVEN: "2 列 7 行（每张 99.1 × 38.1 毫米）",
    LabelSheet.THREE_BY_EIGHT: "3 列 8 行（每张 70 × 37 毫米）",
}

_HEAD_LABELS = {
    HeadStyle.PLAIN: "无版头",
    HeadStyle.RED: "文件格式（红头、红色分隔线）",
    HeadStyle.LETTER: "信函格式（红头、红色双线）",
}
