"""办件的行为: what the office does to a case, and the words on its button.

When each is open, to whom, and where it leads is the table in ``domain.workflow``.
"""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """One act of the office on a case that exists."""

    CONFIRM_RECEIPT = "confirm_receipt"
    ASSIGN = "assign"
    HAND_OVER = "hand_over"
    DIVIDE = "divide"
    ANSWER_DIVISION = "answer_division"
    DROP_DIVISION = "drop_division"
    SAVE_DRAFT = "save_draft"
    SUBMIT_DRAFT = "submit_draft"
    RECALL_DRAFT = "recall_draft"
    APPROVE = "approve"
    RETURN_DRAFT = "return_draft"
    BYPASS_STEP = "bypass_step"
    PASS_ON = "pass_on"  # noqa: S105  the name of an act
    ISSUE = "issue"
    REFUSE_ISSUE = "refuse_issue"
    VOID_REPLY = "void_reply"
    DISPATCH = "dispatch"
    CLOSE = "close"
    ARCHIVE = "archive"
    REQUEST_CORRECTION = "request_correction"
    TAKE_BACK_CORRECTION = "take_back_correction"
    RECEIVE_CORRECTION = "receive_correction"
    DEEM_ABANDONED = "deem_abandoned"
    START_CONSULTATION = "start_consultation"
    END_CONSULTATION = "end_consultation"
    EXTEND = "extend"
    DELAY = "delay"
    CONFER = "confer"
    HAND_ON = "hand_on"
    WITHDRAW = "withdraw"
    CORRECT_RECEIPT = "correct_receipt"
    RECORD_RELIEF = "record_relief"
    ASK_AMENDMENT = "ask_amendment"
    DECIDE_AMENDMENT = "decide_amendment"
    REOPEN = "reopen"
    LINK = "link"
    UNLINK = "unlink"
    RESTRICT = "restrict"
    NAME_READERS = "name_readers"
    LIFT_RESTRICTION = "lift_restriction"

    @property
    def label(self) -> str:
        """The button's words, verb and object."""
        return _ACTION_LABELS[self]


_ACTION_LABELS = {
    Action.CONFIRM_RECEIPT: "登记确认收到日期",
    Action.ASSIGN: "分办",
    Action.HAND_OVER: "移交承办人",
    Action.DIVIDE: "分给其他科室",
    Action.ANSWER_DIVISION: "登记科室反馈",
    Action.DROP_DIVISION: "撤回分办",
    Action.SAVE_DRAFT: "拟稿",
    Action.SUBMIT_DRAFT: "提交审核",
    Action.RECALL_DRAFT: "撤回送审稿",
    Action.APPROVE: "审核通过",
    Action.RETURN_DRAFT: "退回承办人修改",
    Action.BYPASS_STEP: "略过本环节",
    Action.PASS_ON: "转入下一环节",
    Action.ISSUE: "签发",
    Action.REFUSE_ISSUE: "不予签发，退回修改",
    Action.VOID_REPLY: "作废答复书",
    Action.DISPATCH: "登记送达",
    Action.CLOSE: "办结",
    Action.ARCHIVE: "归档",
    Action.REQUEST_CORRECTION: "告知补正",
    Action.TAKE_BACK_CORRECTION: "撤回补正告知",
    Action.RECEIVE_CORRECTION: "登记收到补正",
    Action.DEEM_ABANDONED: "视为放弃申请",
    Action.START_CONSULTATION: "征求意见",
    Action.END_CONSULTATION: "登记收到意见",
    Action.EXTEND: "办延期",
    Action.DELAY: "确定延迟答复期限",
    Action.CONFER: "登记会商",
    Action.HAND_ON: "转办其他机关",
    Action.WITHDRAW: "申请人撤回",
    Action.CORRECT_RECEIPT: "更正收到日期",
    Action.RECORD_RELIEF: "登记复议、诉讼",
    Action.ASK_AMENDMENT: "登记更正申请",
    Action.DECIDE_AMENDMENT: "登记更正结果",
    Action.REOPEN: "重开，重新答复",
    Action.LINK: "关联案件",
    Action.UNLINK: "取消关联",
    Action.RESTRICT: "限制知悉",
    Action.NAME_READERS: "调整知悉名单",
    Action.LIFT_RESTRICTION: "解除限制知悉",
}
