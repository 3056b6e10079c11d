"""复议、诉讼的文书: which paper of a 复议 or 诉讼 a file of the case is."""

from __future__ import annotations

from enum import StrEnum

from casework.domain.application import ReliefKind


class ReliefPaper(StrEnum):
    """One kind of paper that passes between the office, the 复议机关 and the court."""

    APPLICATION = "application"
    REPLY_NOTICE = "reply_notice"
    REPLY = "reply"
    DECISION = "decision"
    COMPLAINT = "complaint"
    SUMMONS = "summons"
    DEFENCE = "defence"
    JUDGMENT = "judgment"
    EVIDENCE = "evidence"
    OTHER = "other"

    @property
    def label(self) -> str:
        """What the paper is called."""
        return _LABELS[self]


_LABELS = {
    ReliefPaper.APPLICATION: "行政复议申请书",
    ReliefPaper.REPLY_NOTICE: "行政复议答复通知书",
    ReliefPaper.REPLY: "行政复议答复书",
    ReliefPaper.DECISION: "行政复议决定书",
    ReliefPaper.COMPLAINT: "起诉状",
    ReliefPaper.SUMMONS: "应诉通知书",
    ReliefPaper.DEFENCE: "答辩状",
    ReliefPaper.JUDGMENT: "判决书、裁定书",
    ReliefPaper.EVIDENCE: "证据、依据材料",
    ReliefPaper.OTHER: "其他文书",
}
_BEFORE_A_COURT = (
    ReliefPaper.COMPLAINT,
    ReliefPaper.SUMMONS,
    ReliefPaper.DEFENCE,
    ReliefPaper.EVIDENCE,
    ReliefPaper.JUDGMENT,
    ReliefPaper.OTHER,
)
PAPERS: dict[ReliefKind, tuple[ReliefPaper, ...]] = {
    ReliefKind.REVIEW: (
        ReliefPaper.APPLICATION,
        ReliefPaper.REPLY_NOTICE,
        ReliefPaper.REPLY,
        ReliefPaper.EVIDENCE,
        ReliefPaper.DECISION,
        ReliefPaper.OTHER,
    ),
    ReliefKind.DIRECT_SUIT: _BEFORE_A_COURT,
    ReliefKind.SUIT_AFTER_REVIEW: _BEFORE_A_COURT,
}
"""The papers of each kind of proceeding, in the order in which they come."""
