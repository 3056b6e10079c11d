"""收到和处理政府信息公开申请情况, from 2021 (国办公开办函〔2021〕30号).

The columns and the relief table are those of the form before it; 其他处理 has three rows now.
"""

from __future__ import annotations

from casework.domain.annual_form import CaseCount, Flow, Form, FormRow, HandTable, Identity
from casework.domain.forms import form_2019

_row = FormRow.at
_RESULT = CaseCount(flow=Flow.FINISHED, by_ground=True)

_LEAVES = (
    "R3.1",
    "R3.2",
    "R3.3.1",
    "R3.3.2",
    "R3.3.3",
    "R3.3.4",
    "R3.3.5",
    "R3.3.6",
    "R3.3.7",
    "R3.3.8",
    "R3.4.1",
    "R3.4.2",
    "R3.4.3",
    "R3.5.1",
    "R3.5.2",
    "R3.5.3",
    "R3.5.4",
    "R3.5.5",
    "R3.6.1",
    "R3.6.2",
    "R3.6.3",
)

_ROWS = (
    _row("R1", "件", "一、本年新收政府信息公开申请数量", CaseCount(flow=Flow.NEW)),
    _row("R2", "件", "二、上年结转政府信息公开申请数量", CaseCount(flow=Flow.CARRIED_IN)),
    _row("R3", "件", "三、本年度办理结果"),
    _row("R3.1", "件", "（一）予以公开", _RESULT, basis="条例36(一)(二)"),
    _row(
        "R3.2",
        "件",
        "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
        _RESULT,
        basis="条例37",
    ),
    _row("R3.3", "件", "（三）不予公开"),
    _row("R3.3.1", "件", "1.属于国家秘密", _RESULT, basis="条例14"),
    _row("R3.3.2", "件", "2.其他法律行政法规禁止公开", _RESULT, basis="条例14"),
    _row("R3.3.3", "件", "3.危及“三安全一稳定”", _RESULT, basis="条例14"),
    _row("R3.3.4", "件", "4.保护第三方合法权益", _RESULT, basis="条例15、32"),
    _row("R3.3.5", "件", "5.属于三类内部事务信息", _RESULT, basis="条例16(1)"),
    _row("R3.3.6", "件", "6.属于四类过程性信息", _RESULT, basis="条例16(2)"),
    _row("R3.3.7", "件", "7.属于行政执法案卷", _RESULT, basis="条例16(2)"),
    _row("R3.3.8", "件", "8.属于行政查询事项", _RESULT, basis="条例36(七)"),
    _row("R3.4", "件", "（四）无法提供"),
    _row("R3.4.1", "件", "1.本机关不掌握相关政府信息", _RESULT, basis="条例36(四)(五)"),
    _row("R3.4.2", "件", "2.没有现成信息需要另行制作", _RESULT, basis="条例38"),
    _row("R3.4.3", "件", "3.补正后申请内容仍不明确", _RESULT, basis="条例30"),
    _row("R3.5", "件", "（五）不予处理"),
    _row("R3.5.1", "件", "1.信访举报投诉类申请", _RESULT, basis="条例39(1)"),
    _row("R3.5.2", "件", "2.重复申请", _RESULT, basis="条例36(六)"),
    _row("R3.5.3", "件", "3.要求提供公开出版物", _RESULT, basis="条例39(2)"),
    _row("R3.5.4", "件", "4.无正当理由大量反复申请", _RESULT, basis="条例35"),
    _row("R3.5.5", "件", "5.要求行政机关确认或重新出具已获取信息", _RESULT),
    _row("R3.6", "件", "（六）其他处理"),
    _row(
        "R3.6.1",
        "件",
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        _RESULT,
        basis="条例30",
    ),
    _row(
        "R3.6.2",
        "件",
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
        _RESULT,
        basis="国办函〔2020〕109号第六条",
    ),
    _row("R3.6.3", "件", "3.其他", _RESULT),
    _row("R3.7", "件", "（七）总计", CaseCount(flow=Flow.FINISHED), sum_of=_LEAVES),
    _row("R4", "件", "四、结转下年度继续办理", CaseCount(flow=Flow.CARRIED_OUT)),
)

_IDENTITIES = (
    Identity(
        id="I1",
        kind="eq",
        hard=True,
        scope="each column",
        lhs=("R1", "R2"),
        rhs=("R3.7", "R4"),
        text="第一项加第二项之和，等于第三项加第四项之和",
    ),
    Identity(
        id="I2",
        kind="eq",
        hard=True,
        scope="each column",
        lhs=("R3.7",),
        rhs=_LEAVES,
        text="总计等于各项办理结果之和",
    ),
    Identity(
        id="I3",
        kind="eq",
        hard=True,
        scope="each row",
        lhs=("C7",),
        rhs=("C1", "C2", "C3", "C4", "C5", "C6"),
        text="总计列等于六类申请人之和",
    ),
    Identity(
        id="I4",
        kind="eq",
        hard=True,
        scope="across years",
        lhs=("R2",),
        rhs=("R4",),
        text="上年结转数等于上年度表的结转下年度数",
    ),
    Identity(
        id="I5", kind="nonneg_int", hard=True, scope="each cell", text="各格都是不小于0的整数"
    ),
    Identity(
        id="I6", kind="note", hard=True, scope="each case", text="每件办结的申请只进一行、一列"
    ),
)

_HAND_TABLES = (
    HandTable.at(
        1,
        "第二十条第（一）项",
        (
            "信息内容",
            "本年制发件数",
            "本年废止件数",
            "现行有效件数",
        ),
        (
            "规章",
            "行政规范性文件",
        ),
    ),
    HandTable.at(
        2,
        "第二十条第（五）项",
        (
            "信息内容",
            "本年处理决定数量",
        ),
        ("行政许可",),
    ),
    HandTable.at(
        3,
        "第二十条第（六）项",
        (
            "信息内容",
            "本年处理决定数量",
        ),
        (
            "行政处罚",
            "行政强制",
        ),
    ),
    HandTable.at(
        4,
        "第二十条第（八）项",
        (
            "信息内容",
            "本年收费金额（单位：万元）",
        ),
        ("行政事业性收费",),
    ),
)

FORM = Form(
    code="2021",
    title="收到和处理政府信息公开申请情况",
    basis="国办公开办函〔2021〕30号（2021-09-26）",
    first_year=2021,
    last_year=None,
    rows=_ROWS,
    identities=_IDENTITIES,
    columns=form_2019.FORM.columns,
    relief=form_2019.FORM.relief,
    header_note="（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）",
    column_head="申请人情况",
    sections=(
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ),
    hand_tables=_HAND_TABLES,
)
