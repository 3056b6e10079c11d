"""政府信息公开情况统计表, 2014 to 2018 (国办发〔2014〕32号).

The national sheet has no column of codes; the codes are the outline position. Earlier years had a
form for each place; their cases are shown on this one. Late replies have no row of their own and
stand with the extended ones, since 办结数 is the sum of the two (docs/counting.md).
"""

from __future__ import annotations

from casework.domain.annual_form import (
    CaseCount,
    Flow,
    Form,
    FormRow,
    Identity,
    ReliefCount,
    Source,
)
from casework.domain.application import Channel, ReliefKind, ReliefResult
from casework.domain.statutory_clock import Timeliness

_row = FormRow.at
_HAND = Source.HAND
_ANSWERED = CaseCount(flow=Flow.FINISHED, by_ground=True)
_REVIEW = frozenset({ReliefKind.REVIEW})
_SUIT = frozenset({ReliefKind.DIRECT_SUIT, ReliefKind.SUIT_AFTER_REVIEW})
_ENDED = frozenset({ReliefResult.UPHELD, ReliefResult.CORRECTED, ReliefResult.OTHER})

_ROWS = (
    _row("1", None, "一、主动公开情况"),
    _row("1.1", "条", "（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", _HAND),
    _row("1.1.1", "条", "其中：主动公开规范性文件数", _HAND),
    _row("1.1.2", "件", "制发规范性文件总数", _HAND),
    _row("1.2", None, "（二）通过不同渠道和方式公开政府信息的情况"),
    _row("1.2.1", "条", "1.政府公报公开政府信息数", _HAND),
    _row("1.2.2", "条", "2.政府网站公开政府信息数", _HAND),
    _row("1.2.3", "条", "3.政务微博公开政府信息数", _HAND),
    _row("1.2.4", "条", "4.政务微信公开政府信息数", _HAND),
    _row("1.2.5", "条", "5.其他方式公开政府信息数", _HAND),
    _row("2", None, "二、回应解读情况"),
    _row(
        "2.1", "次", "（一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计1次）", _HAND
    ),
    _row("2.2", None, "（二）通过不同渠道和方式回应解读的情况"),
    _row("2.2.1", "次", "1.参加或举办新闻发布会总次数", _HAND),
    _row("2.2.1.1", "次", "其中：主要负责同志参加新闻发布会次数", _HAND),
    _row("2.2.2", "次", "2.政府网站在线访谈次数", _HAND),
    _row("2.2.2.1", "次", "其中：主要负责同志参加政府网站在线访谈次数", _HAND),
    _row("2.2.3", "篇", "3.政策解读稿件发布数", _HAND),
    _row("2.2.4", "次", "4.微博微信回应事件数", _HAND),
    _row("2.2.5", "次", "5.其他方式回应事件数", _HAND),
    _row("3", None, "三、依申请公开情况"),
    _row(
        "3.1",
        "件",
        "（一）收到申请数",
        CaseCount(flow=Flow.NEW),
        sum_of=("3.1.1", "3.1.2", "3.1.3", "3.1.4"),
    ),
    _row(
        "3.1.1",
        "件",
        "1.当面申请数",
        CaseCount(flow=Flow.NEW, channels=frozenset({Channel.IN_PERSON})),
    ),
    _row(
        "3.1.2", "件", "2.传真申请数", CaseCount(flow=Flow.NEW, channels=frozenset({Channel.FAX}))
    ),
    _row(
        "3.1.3",
        "件",
        "3.网络申请数",
        CaseCount(flow=Flow.NEW, channels=frozenset({Channel.ONLINE})),
    ),
    _row(
        "3.1.4", "件", "4.信函申请数", CaseCount(flow=Flow.NEW, channels=frozenset({Channel.MAIL}))
    ),
    _row("3.2", "件", "（二）申请办结数", CaseCount(flow=Flow.FINISHED), sum_of=("3.2.1", "3.2.2")),
    _row(
        "3.2.1",
        "件",
        "1.按时办结数",
        CaseCount(flow=Flow.FINISHED, timeliness=frozenset({Timeliness.ON_TIME})),
    ),
    _row(
        "3.2.2",
        "件",
        "2.延期办结数",
        CaseCount(flow=Flow.FINISHED, timeliness=frozenset({Timeliness.EXTENDED, Timeliness.LATE})),
    ),
    _row(
        "3.3",
        "件",
        "（三）申请答复数",
        _ANSWERED,
        sum_of=("3.3.1", "3.3.2", "3.3.3", "3.3.4", "3.3.5", "3.3.6", "3.3.7", "3.3.8"),
    ),
    _row("3.3.1", "件", "1.属于已主动公开范围数", _ANSWERED),
    _row("3.3.2", "件", "2.同意公开答复数", _ANSWERED),
    _row("3.3.3", "件", "3.同意部分公开答复数", _ANSWERED),
    _row(
        "3.3.4",
        "件",
        "4.不同意公开答复数",
        _ANSWERED,
        sum_of=("3.3.4.1", "3.3.4.2", "3.3.4.3", "3.3.4.4", "3.3.4.5", "3.3.4.6"),
    ),
    _row("3.3.4.1", "件", "其中：1.涉及国家秘密", _ANSWERED),
    _row("3.3.4.2", "件", "2.涉及商业秘密", _ANSWERED),
    _row("3.3.4.3", "件", "3.涉及个人隐私", _ANSWERED),
    _row("3.3.4.4", "件", "4.危及国家安全、公共安全、经济安全和社会稳定", _ANSWERED),
    _row("3.3.4.5", "件", "5.不是《条例》所指政府信息", _ANSWERED),
    _row("3.3.4.6", "件", "6.法律法规规定的其他情形", _ANSWERED),
    _row("3.3.5", "件", "5.不属于本行政机关公开数", _ANSWERED),
    _row("3.3.6", "件", "6.申请信息不存在数", _ANSWERED),
    _row("3.3.7", "件", "7.告知作出更改补充数", _ANSWERED),
    _row("3.3.8", "件", "8.告知通过其他途径办理数", _ANSWERED),
    _row(
        "4",
        "件",
        "四、行政复议数量",
        ReliefCount(kinds=_REVIEW, results=_ENDED),
        sum_of=("4.1", "4.2", "4.3"),
    ),
    _row(
        "4.1",
        "件",
        "（一）维持具体行政行为数",
        ReliefCount(kinds=_REVIEW, results=frozenset({ReliefResult.UPHELD})),
    ),
    _row(
        "4.2",
        "件",
        "（二）被依法纠错数",
        ReliefCount(kinds=_REVIEW, results=frozenset({ReliefResult.CORRECTED})),
    ),
    _row(
        "4.3",
        "件",
        "（三）其他情形数",
        ReliefCount(kinds=_REVIEW, results=frozenset({ReliefResult.OTHER})),
    ),
    _row(
        "5",
        "件",
        "五、行政诉讼数量",
        ReliefCount(kinds=_SUIT, results=_ENDED),
        sum_of=("5.1", "5.2", "5.3"),
    ),
    _row(
        "5.1",
        "件",
        "（一）维持具体行政行为或者驳回原告诉讼请求数",
        ReliefCount(kinds=_SUIT, results=frozenset({ReliefResult.UPHELD})),
    ),
    _row(
        "5.2",
        "件",
        "（二）被依法纠错数",
        ReliefCount(kinds=_SUIT, results=frozenset({ReliefResult.CORRECTED})),
    ),
    _row(
        "5.3",
        "件",
        "（三）其他情形数",
        ReliefCount(kinds=_SUIT, results=frozenset({ReliefResult.OTHER})),
    ),
    _row("6", "件", "六、举报投诉数量", _HAND),
    _row("7", "万元", "七、依申请公开信息收取的费用", Source.FEES),
    _row("8", None, "八、机构建设和保障经费情况"),
    _row("8.1", "个", "（一）政府信息公开工作专门机构数", _HAND),
    _row("8.2", "个", "（二）设置政府信息公开查阅点数", _HAND),
    _row("8.3", "人", "（三）从事政府信息公开工作人员数", _HAND, sum_of=("8.3.1", "8.3.2")),
    _row("8.3.1", "人", "1.专职人员数（不包括政府公报及政府网站工作人员数）", _HAND),
    _row("8.3.2", "人", "2.兼职人员数", _HAND),
    _row(
        "8.4",
        "万元",
        "（四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）",
        _HAND,
    ),
    _row("9", None, "九、政府信息公开会议和培训情况"),
    _row("9.1", "次", "（一）召开政府信息公开工作会议或专题会议数", _HAND),
    _row("9.2", "次", "（二）举办各类培训班数", _HAND),
    _row("9.3", "人次", "（三）接受培训人员数", _HAND),
)

_IDENTITIES = (
    Identity(
        id="H1",
        kind="eq",
        hard=True,
        lhs=("3.1",),
        rhs=("3.1.1", "3.1.2", "3.1.3", "3.1.4"),
        text="收到申请数等于四种渠道之和",
    ),
    Identity(
        id="H2",
        kind="eq",
        hard=True,
        lhs=("3.2",),
        rhs=("3.2.1", "3.2.2"),
        text="申请办结数等于按时办结数与延期办结数之和",
    ),
    Identity(
        id="H3",
        kind="eq",
        hard=True,
        lhs=("3.3",),
        rhs=("3.3.1", "3.3.2", "3.3.3", "3.3.4", "3.3.5", "3.3.6", "3.3.7", "3.3.8"),
        text="申请答复数等于八项答复之和",
    ),
    Identity(
        id="H4",
        kind="eq",
        hard=True,
        lhs=("3.3.4",),
        rhs=("3.3.4.1", "3.3.4.2", "3.3.4.3", "3.3.4.4", "3.3.4.5", "3.3.4.6"),
        text="不同意公开答复数等于六项之和",
    ),
    Identity(
        id="H5",
        kind="eq",
        hard=True,
        lhs=("4",),
        rhs=("4.1", "4.2", "4.3"),
        text="行政复议数量等于三项之和",
    ),
    Identity(
        id="H6",
        kind="eq",
        hard=True,
        lhs=("5",),
        rhs=("5.1", "5.2", "5.3"),
        text="行政诉讼数量等于三项之和",
    ),
    Identity(
        id="H7",
        kind="eq",
        hard=True,
        lhs=("8.3",),
        rhs=("8.3.1", "8.3.2"),
        text="工作人员数等于专职人员数与兼职人员数之和",
    ),
    Identity(
        id="S1", kind="eq", hard=False, lhs=("3.2",), rhs=("3.3",), text="申请办结数等于申请答复数"
    ),
    Identity(
        id="S2",
        kind="le",
        hard=False,
        lhs=("1.1.1",),
        rhs=("1.1",),
        text="主动公开规范性文件数不超过主动公开政府信息数",
    ),
    Identity(
        id="S3",
        kind="le",
        hard=False,
        lhs=("2.2.1.1",),
        rhs=("2.2.1",),
        text="主要负责同志参加新闻发布会次数不超过总次数",
    ),
    Identity(
        id="S4",
        kind="le",
        hard=False,
        lhs=("2.2.2.1",),
        rhs=("2.2.2",),
        text="主要负责同志参加在线访谈次数不超过总次数",
    ),
    Identity(
        id="S5", kind="note", hard=False, text="本表没有上年结转，收到申请数与申请办结数不必相等"
    ),
)

FORM = Form(
    code="2014",
    title="政府信息公开情况统计表",
    basis="国办发〔2014〕32号《国务院办公厅关于加强和规范政府信息公开情况统计报送工作的通知》",
    first_year=2008,
    last_year=2018,
    rows=_ROWS,
    identities=_IDENTITIES,
    column_head="统计数",
    header_fields=("（  年度）", "填报单位（盖章）"),
    footer_fields=("单位负责人", "审核人", "填报人", "联系电话", "填报日期"),
)
