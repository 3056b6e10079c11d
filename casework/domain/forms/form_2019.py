"""收到和处理政府信息公开申请情况, 2019 and 2020 (国办公开办函〔2019〕60号).

It differs from the 2021 form in one place: （六）其他处理 is one row.
"""

from __future__ import annotations

from casework.domain.annual_form import (
    CaseCount,
    Flow,
    Form,
    FormColumn,
    FormRow,
    HandTable,
    Identity,
    ReliefGroup,
    ReliefTable,
)
from casework.domain.application import ApplicantType, ReliefKind, ReliefResult

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
    "R3.6",
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
    _row("R3.6", "件", "（六）其他处理", _RESULT),
    _row("R3.7", "件", "（七）总计", CaseCount(flow=Flow.FINISHED), sum_of=_LEAVES),
    _row("R4", "件", "四、结转下年度继续办理", CaseCount(flow=Flow.CARRIED_OUT)),
)

_COLUMNS = (
    FormColumn(code="C1", label="自然人", parent=None, applicant_type=ApplicantType.NATURAL_PERSON),
    FormColumn(
        code="C2", label="商业企业", parent="法人或其他组织", applicant_type=ApplicantType.COMPANY
    ),
    FormColumn(
        code="C3", label="科研机构", parent="法人或其他组织", applicant_type=ApplicantType.RESEARCH
    ),
    FormColumn(
        code="C4",
        label="社会公益组织",
        parent="法人或其他组织",
        applicant_type=ApplicantType.NONPROFIT,
    ),
    FormColumn(
        code="C5",
        label="法律服务机构",
        parent="法人或其他组织",
        applicant_type=ApplicantType.LEGAL_SERVICES,
    ),
    FormColumn(
        code="C6", label="其他", parent="法人或其他组织", applicant_type=ApplicantType.OTHER
    ),
    FormColumn(
        code="C7",
        label="总计",
        parent=None,
        applicant_type=None,
        sum_of=("C1", "C2", "C3", "C4", "C5", "C6"),
    ),
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

_RELIEF = ReliefTable(
    title="四、政府信息公开行政复议、行政诉讼情况",
    groups=(
        ReliefGroup(code="G1", kind=ReliefKind.REVIEW, label="行政复议", parent=None),
        ReliefGroup(
            code="G2", kind=ReliefKind.DIRECT_SUIT, label="未经复议直接起诉", parent="行政诉讼"
        ),
        ReliefGroup(
            code="G3", kind=ReliefKind.SUIT_AFTER_REVIEW, label="复议后起诉", parent="行政诉讼"
        ),
    ),
    results=(
        (ReliefResult.UPHELD, "结果维持"),
        (ReliefResult.CORRECTED, "结果纠正"),
        (ReliefResult.OTHER, "其他结果"),
        (ReliefResult.PENDING, "尚未审结"),
    ),
    total_label="总计",
    identity=Identity(
        id="T4",
        kind="eq",
        hard=True,
        scope="each group",
        lhs=("total",),
        rhs=("upheld", "corrected", "other", "pending"),
        text="总计等于四种结果之和",
    ),
)

_HAND_TABLES = (
    HandTable.at(
        1,
        "第二十条第（一）项",
        (
            "信息内容",
            "本年新制作数量",
            "本年新公开数量",
            "对外公开总数量",
        ),
        (
            "规章",
            "规范性文件",
        ),
    ),
    HandTable.at(
        2,
        "第二十条第（五）项",
        (
            "信息内容",
            "上一年项目数量",
            "本年增/减",
            "处理决定数量",
        ),
        (
            "行政许可",
            "其他对外管理服务事项",
        ),
    ),
    HandTable.at(
        3,
        "第二十条第（六）项",
        (
            "信息内容",
            "上一年项目数量",
            "本年增/减",
            "处理决定数量",
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
            "上一年项目数量",
            "本年增/减",
        ),
        ("行政事业性收费",),
    ),
    HandTable.at(
        5,
        "第二十条第（九）项",
        (
            "信息内容",
            "采购项目数量",
            "采购总金额",
        ),
        ("政府集中采购",),
    ),
)

FORM = Form(
    code="2019",
    title="收到和处理政府信息公开申请情况",
    basis="国办公开办函〔2019〕60号（年度报告格式（试行））",
    first_year=2019,
    last_year=2020,
    rows=_ROWS,
    identities=_IDENTITIES,
    columns=_COLUMNS,
    relief=_RELIEF,
    header_note="（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）",
    column_head="申请人情况",
    sections=(
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、政府信息公开工作存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ),
    hand_tables=_HAND_TABLES,
)
