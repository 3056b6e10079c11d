"""经过: the record of a case as a person tells it, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.domain.amendments import AmendmentOutcome
from casework.domain.application import DeliveryMethod, ReliefKind, ReliefResult
from casework.domain.case_links import LinkKind
from casework.domain.letter_kinds import LetterKind
from casework.domain.outcomes import find_ground
from casework.domain.procedural_documents import ISSUE_DOCUMENT
from casework.domain.relief_papers import ReliefPaper
from casework.domain.review_chain import StepKind
from casework.domain.statutes import Party
from casework.domain.time_source import beijing_date
from casework.domain.voiding import VOIDED
from casework.domain.workflow import Action
from casework.queries.moved_cases import CASE_MOVED
from casework.services.handing_on import TAKEN
from casework.services.publication import MADE_PUBLIC
from casework.services.restriction import VIEWED
from casework.web.filters import day, moment

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from casework.queries.case_page import CaseFile, EventLine

LOOK = "reveal_personal_data"
_LOOKS = frozenset({LOOK, VIEWED})
_WORDS = {
    "register": "登记立号",
    LOOK: "查看申请人全部信息",
    VIEWED: "查看限制知悉的案件",
    "comment": "留言",
    MADE_PUBLIC: "信息转为主动公开",
    "attach": "上传附件",
    "import": "由台账导入",
    "import_ledger": "由台账导入",
    Action.CONFIRM_RECEIPT.value: "与申请人确认收到，期限起算",
    Action.REQUEST_CORRECTION.value: "告知补正，等待申请人",
    Action.RECEIVE_CORRECTION.value: "收到补正，期限重新计算",
    Action.START_CONSULTATION.value: "征求意见，停止计算",
    Action.END_CONSULTATION.value: "收到意见，恢复计算",
    Action.EXTEND.value: "延期",
    Action.DELAY.value: "确定延迟答复期限",
    Action.HAND_ON.value: "转给其他机关办理",
    TAKEN: "由其他机关转来",
    Action.CONFER.value: "会商，期限照常计算",
    Action.ASK_AMENDMENT.value: "收到更正申请",
    Action.DECIDE_AMENDMENT.value: "审核更正申请",
    Action.DISPATCH.value: "送达",
    Action.SAVE_DRAFT.value: "保存稿件",
    CASE_MOVED: "日历改动，期限变更",
    ISSUE_DOCUMENT: "出具文书",
    VOIDED: "作废文书",
    Action.TAKE_BACK_CORRECTION.value: "补正告知撤回，期限恢复计算",
    "take_case_file": "导出案卷",
    "deliver_again": "送达",
    "record_signature": "签收",
    "record_return": "退回，须重新送达",
    "print_envelope": "印信封",
    "print_labels": "印地址标签",
    "notice_fee": "通知收费，等待缴费",
    "pay_fee": "缴费，期限重新计算",
    "recover_costs": "收取成本费用",
}
_LIMITS = {"office_due_on": "应答复", "due_on": "法定期限"}
_STEP_WORDS = {
    Action.APPROVE.value: "{}通过",
    Action.RETURN_DRAFT.value: "{}退回",
    Action.BYPASS_STEP.value: "略过{}",
}
_STEPS = frozenset(
    {
        "register",
        CASE_MOVED,
        *(
            action.value
            for action in Action
            if action
            not in {
                Action.ASSIGN,
                Action.SAVE_DRAFT,
                Action.SUBMIT_DRAFT,
                Action.DIVIDE,
                Action.ANSWER_DIVISION,
                Action.DROP_DIVISION,
                Action.LINK,
                Action.UNLINK,
            }
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: ``when`` as it reads, ``machine`` for ``<time>``, ``is_step`` if it weighs."""

    when: str
    machine: str
    what: str
    who: str
    remarks: list[str]
    is_step: bool


def build_timeline(file: CaseFile, *, with_looks: bool) -> list[Line]:
    """Return the lines of 经过; looks at what is not open to all only ``with_looks``."""
    return [event_line(event) for event in file.events if with_looks or event.action not in _LOOKS]


def event_line(event: EventLine) -> Line:
    """Return one event as a line of 经过."""
    recorded_on = beijing_date(event.recorded_at)
    backdated = event.effective_on != recorded_on
    remarks = [event.note] if event.note else []
    remarks += _moves(event.detail) if event.action == CASE_MOVED else _details(event.detail)
    if backdated:
        remarks.append(f"{moment(event.recorded_at)} 补录")
    role = f"（{event.role.label}）" if event.role else ""
    return Line(
        when=day(event.effective_on) if backdated else moment(event.recorded_at),
        machine=event.effective_on.isoformat() if backdated else _machine(event.recorded_at),
        what=_words(event),
        who=f"{event.actor_name}{role}",
        remarks=remarks,
        is_step=event.action in _STEPS,
    )


def _machine(at: datetime) -> str:
    return at.isoformat(timespec="minutes")


def _words(event: EventLine) -> str:
    action, step = event.action, event.detail.get("step", StepKind.LEGAL_REVIEW.value)
    if action in _STEP_WORDS:
        return _STEP_WORDS[action].format(StepKind(step).label)
    if action in _WORDS:
        return _WORDS[action]
    return Action(action).label if action in set(Action) else action


def _details(detail: dict[str, Any]) -> list[str]:
    return [words for key, say in _SAY.items() if detail.get(key) and (words := say(detail[key]))]


def _moves(detail: dict[str, Any]) -> list[str]:
    """Return what a change of the calendar moved, old and new, and the version that did."""
    words = [
        f"{limit} {_written(detail[name]['old'])} → {_written(detail[name]['new'])}"
        for name, limit in _LIMITS.items()
        if detail[name]["old"] != detail[name]["new"]
    ]
    return [*words, f"日历 {detail['version']} 版"]


def _written(on: str | None) -> str:
    return day(date.fromisoformat(on)) if on else "停止计算"


def _kind(kind: str) -> str:
    """Return the word for a kind of document, of link or of 复议, 诉讼; "" for what has none."""
    if kind in set(LetterKind):
        return LetterKind(kind).short_label
    if kind in set(ReliefKind):
        return ReliefKind(kind).label
    return LinkKind(kind).label if kind in set(LinkKind) else ""


def _ground(code: object) -> str:
    ground = find_ground(str(code))
    return ground.full_label if ground else ""


_SAY: dict[str, Callable[[Any], str]] = {
    "kind": _kind,
    "result": lambda result: ReliefResult(result).label,
    "notified": lambda _yes: "收到副本",
    "answered": lambda _yes: "已提交答复、证据",
    "number": str,
    "revoked_by": lambda number: f"撤销告知书 {number}",
    "yuan": lambda yuan: f"{yuan} 元",
    "draft": lambda version: f"第 {version} 稿",
    "ground": _ground,
    "agency": str,
    "former_received_on": lambda on: f"原收到日期 {day(date.fromisoformat(on))}",
    "parties": str,
    "amendment": lambda outcome: AmendmentOutcome(outcome).label,
    "body": str,
    "paper": lambda paper: ReliefPaper(paper).label,
    "party": lambda party: Party(party).label if party in set(Party) else "",
    "days": lambda days: f"{days} 个工作日",
    "method": lambda method: DeliveryMethod(method).label,
    "mail_number": lambda number: f"邮件号 {number}",
    "unit": str,
    "due_on": lambda on: f"反馈期限 {day(date.fromisoformat(on))}",
    "other": lambda number: f"案号 {number}",
    "late_cause": lambda cause: f"逾期原因：{cause}",
    "late_unit": lambda unit: f"负责：{unit}",
    "former_ground": lambda code: f"原以“{_ground(code)}”办结",
    "re_reply_due_on": lambda on: f"重新答复期限 {day(date.fromisoformat(on))}",
    "before": lambda before: f"原为 {before}",
    "one_person_office": lambda reason: f"单人机关例外：{reason}",
}
