"""The columns of a ledger (台账): their names, what else offices call them, how a cell is read.

The order is that of an exported file. A repeating column bears 2, 3 … behind its name from its
second turn on (行政复议日期2).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from casework.domain import ledger_values as values
from casework.domain.outcome_labels import read_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.domain.ledger_values import Cell
    from casework.domain.outcome_labels import LedgerOutcome


class Slot(NamedTuple):
    """One column of one sheet: which, and for a repeating one the how-manieth turn (from 1)."""

    key: str
    turn: int = 1

    @property
    def header(self) -> str:
        """The column's name as it stands in our sheets, e.g. 行政复议日期2."""
        return _header_of(self)


@cache
def _header_of(slot: Slot) -> str:
    name = COLUMNS[slot.key].header
    return name if slot.turn == 1 else f"{name}{slot.turn}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: ``read`` takes its name and a non-empty cell and raises RuleBroken.

    ``free_text``: a dash or 无 is something somebody wrote, not an empty cell. ``group`` names
    the columns that repeat together; empty for one that does not repeat.
    """

    key: str
    header: str
    read: Callable[[str, Cell], object]
    synonyms: tuple[str, ...] = ()
    required: bool = False
    free_text: bool = False
    group: str = ""


def _read_outcome(_column: str, cell: Cell) -> LedgerOutcome:
    return read_label(values.text_of(cell))


def _text(key: str, header: str, synonyms: str = "", *, required: bool = False) -> Column:
    return Column(
        key=key,
        header=header,
        read=values.read_text,
        synonyms=tuple(synonyms.split()),
        required=required,
        free_text=True,
    )


def _identifier(key: str, header: str, synonyms: str) -> Column:
    return Column(
        key=key,
        header=header,
        read=values.read_identifier,
        synonyms=tuple(synonyms.split()),
        free_text=True,
    )


def _column(
    key: str,
    header: str,
    read: Callable[[str, Cell], object],
    synonyms: str = "",
    *,
    required: bool = False,
    group: str = "",
) -> Column:
    return Column(
        key=key,
        header=header,
        read=read,
        synonyms=tuple(synonyms.split()),
        required=required,
        group=group,
    )


def _lines(key: str, header: str, synonyms: str, *, required: bool = False) -> Column:
    return Column(
        key=key,
        header=header,
        read=values.read_lines,
        synonyms=tuple(synonyms.split()),
        required=required,
        free_text=True,
    )


_ALL = (
    _identifier("number", "申请编号", "编号 受理编号 受理号 登记编号 登记号 申请号 案号 办件编号"),
    _text("agency", "机关", "行政机关 受理机关 受理单位 受理部门 机关名称"),
    _column(
        "channel",
        "申请方式",
        values.read_channel,
        "方式 申请渠道 申请途径 渠道 申请形式 受理方式 提交方式",
        required=True,
    ),
    _column(
        "submitted_on",
        "申请日期",
        values.read_date,
        "申请时间 提交日期 提交时间 申请提交时间 申请书日期",
    ),
    _column(
        "received_on",
        "收到日期",
        values.read_date,
        "收到时间 收件日 收件日期 收件时间 收到申请日期 收到申请时间 接收日期 接收时间 受理日期"
        " 受理时间 登记日期 登记时间 签收日期",
        required=True,
    ),
    _column(
        "applicant_type",
        "申请人类型",
        values.read_applicant_type,
        "申请人类别 申请人性质 申请主体 类型",
    ),
    _text(
        "name",
        "申请人",
        "姓名 名称 申请人姓名 申请人名称 申请人姓名或名称 申请人姓名(名称) 姓名/单位 姓名或名称",
        required=True,
    ),
    _text("id_kind", "证件类型", "证件名称 证件种类"),
    _column(
        "id_number",
        "证件号码",
        values.read_id_number,
        "证件号 身份证号 身份证号码 证照号码 统一社会信用代码 组织机构代码",
    ),
    _column("phone", "联系电话", values.read_digits, "电话 联系方式 手机 手机号 手机号码 电话号码"),
    _text("address", "通信地址", "通讯地址 地址 联系地址 住址 邮寄地址"),
    _column("postcode", "邮政编码", values.read_digits, "邮编"),
    _text("email", "电子邮箱", "邮箱 电子邮件 邮箱地址 E-mail Email"),
    _lines(
        "request_text",
        "申请内容",
        "内容 内容描述 申请事项 申请信息内容 申请公开内容 申请公开的内容 所需信息 所需政府信息"
        " 所需信息内容 所需信息内容描述 申请公开的政府信息 申请信息 申请的信息 需要的信息"
        " 想要的信息 申请获取的信息 申请公开事项",
        required=True,
    ),
    _text("subject", "内容类别", "信息类别 内容分类 主题 主题分类 事项类别"),
    _text(
        "unit", "承办单位", "承办科室 承办处室 承办部门 办理部门 办理单位 办理科室 处理部门 科室"
    ),
    _column(
        "correction_requested_on",
        "补正告知日期",
        values.read_date,
        "补正通知日期 告知补正日期 补正告知时间",
        group="correction",
    ),
    _column(
        "correction_received_on",
        "补正收到日期",
        values.read_date,
        "收到补正日期 补正日期 补正收到时间",
        group="correction",
    ),
    _column(
        "consultation_party",
        "征求意见对象",
        values.read_party,
        "征询对象 征求对象",
        group="consultation",
    ),
    _column(
        "consultation_started_on",
        "征求意见开始日期",
        values.read_date,
        "征求意见日期 征求意见发出日期 征询日期",
        group="consultation",
    ),
    _column(
        "consultation_ended_on",
        "征求意见结束日期",
        values.read_date,
        "收到意见日期 意见收到日期 征询结束日期",
        group="consultation",
    ),
    _column("extension_days", "延期工作日", values.read_working_days, "延期天数 延长工作日"),
    _column(
        "extended_on", "延期告知日期", values.read_date, "延期日期 延期答复告知日期 告知延期日期"
    ),
    _column("fee_noticed_on", "收费通知日期", values.read_date, "缴费通知日期"),
    _column("fee_paid_on", "缴费日期", values.read_date, "缴费时间"),
    _column("fee_yuan", "收费金额", values.read_yuan, "收费 费用 金额 收费金额(元)"),
    _column(
        "replied_on",
        "答复日期",
        values.read_date,
        "答复时间 回复日期 回复时间 实际答复日期 答复送达日期",
    ),
    _column("closed_on", "办结日期", values.read_date, "办结时间 结案日期 完成日期"),
    _column(
        "outcome",
        "办理结果",
        _read_outcome,
        "结果 答复类型 答复结果 处理结果 办理情况 答复情况 答复类别",
    ),
    _identifier("document_number", "答复文号", "文号 答复书文号 答复编号"),
    _column("delivery", "送达方式", values.read_delivery, "答复方式 送达形式"),
    _column(
        "mail_number",
        "邮件号",
        values.read_digits,
        "邮件号码 快递单号 邮件单号 EMS单号 挂号信号码 运单号",
    ),
    _column(
        "review_on",
        "行政复议日期",
        values.read_date,
        "复议日期 行政复议受理日期",
        group="review",
    ),
    _column(
        "review_result",
        "行政复议结果",
        values.read_relief_result,
        "复议结果",
        group="review",
    ),
    _column("suit_kind", "行政诉讼类型", values.read_suit_kind, "诉讼类型", group="suit"),
    _column("suit_on", "行政诉讼日期", values.read_date, "诉讼日期 行政诉讼受理日期", group="suit"),
    _column("suit_result", "行政诉讼结果", values.read_relief_result, "诉讼结果", group="suit"),
    _text("made_public", "转主动公开", "是否转主动公开 主动公开"),
    _lines("note", "备注", "说明 备注说明"),
)

COLUMNS: dict[str, Column] = {column.key: column for column in _ALL}
"""Every column by its key, in the order of an exported file."""

REQUIRED = tuple(column.header for column in _ALL if column.required)
"""申请方式, 收到日期, 申请人, 申请内容: without them a sheet is no ledger."""


def slots_for(turns: dict[str, int]) -> list[Slot]:
    """Return the slots of a sheet; ``turns`` says how often each group is repeated (at least 1).

    The turns of a group stand side by side: 行政复议日期 行政复议结果 行政复议日期2 …
    """
    slots: list[Slot] = []
    written: set[str] = set()
    for column in _ALL:
        if not column.group:
            slots.append(Slot(column.key))
        elif column.group not in written:
            written.add(column.group)
            members = [each.key for each in _ALL if each.group == column.group]
            count = max(1, turns.get(column.group, 1))
            slots += [Slot(key, turn) for turn in range(1, count + 1) for key in members]
    return slots
