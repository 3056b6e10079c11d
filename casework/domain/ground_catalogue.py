"""The catalogue of grounds (理由): every way a case ends, with its articles and its form rows.

Sources: the rows of 国办发〔2014〕32号, 国办公开办函〔2019〕60号 and 〔2021〕30号; the articles of
国务院令第492号 (2007) and 第711号 (2019). Where a row had no successor or no predecessor the
choice is ours and ``docs/counting.md`` gives the reason.

Under the 2007 regulation several grounds rested not on an article of their own but on opinions of
国务院办公厅 (国办发〔2008〕36号, 国办发〔2010〕5号); those are cited as the office cited them.
"""

from __future__ import annotations

from datetime import date
from types import MappingProxyType

from casework.domain.grounds import Ground, Outcome, Requirement

REGULATION = "《中华人民共和国政府信息公开条例》"
REGULATION_2007 = f"{REGULATION}（国务院令第492号）"
OPINION_2008 = (
    "《国务院办公厅关于施行〈中华人民共和国政府信息公开条例〉若干问题的意见》（国办发〔2008〕36号）"
)
OPINION_2010 = "《国务院办公厅关于做好政府信息依申请公开工作的意见》（国办发〔2010〕5号）"
FEE_RULES = "《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）"

_FEES_SINCE = date(2021, 1, 1)
"""109号 took effect; from 2019-05-15 to the day before there was no tariff to be in arrears of."""

_WHY = (Requirement.REASON, Requirement.LEGAL_BASIS)


def _ground(  # noqa: PLR0913 - one keyword per column of the catalogue
    code: str,
    outcome: Outcome,
    label: str,
    rows: str,
    *,
    letter: str,
    in_2007: str = "",
    in_2019: str = "",
    needs: tuple[Requirement, ...] = (),
    reply_required: bool = True,
    review_first: bool = False,
    usable_from: date | None = None,
    no_row_because: str = "",
) -> Ground:
    """Make one entry; ``rows`` is "2014-row 2021-row", with "-" for none.

    The 2019 form differs from the 2021 form in one place: 其他处理 is a single row there.
    """
    row_2014, row_2021 = rows.split()
    basis = {"2007": in_2007, "2019": in_2019}
    return Ground(
        code=code,
        outcome=outcome,
        label=label,
        basis=MappingProxyType({statute: text for statute, text in basis.items() if text}),
        rows=MappingProxyType(
            {
                "2014": None if row_2014 == "-" else row_2014,
                "2019": "R3.6" if row_2021.startswith("R3.6.") else row_2021,
                "2021": row_2021,
            }
        ),
        letter=letter,
        needs=needs,
        reply_required=reply_required,
        review_first=review_first,
        usable_from=usable_from,
        no_row_because=no_row_because,
    )


_DISCLOSED = (
    _ground(
        "disclosed",
        Outcome.DISCLOSED,
        "提供所申请的信息",
        "3.3.2 R3.1",
        letter="disclosed",
        in_2007=f"{REGULATION_2007}第二十一条第（一）项",
        in_2019=f"{REGULATION}第三十六条第（二）项",
        needs=(Requirement.HOW_PROVIDED,),
    ),
    _ground(
        "already_public",
        Outcome.DISCLOSED,
        "已经主动公开",
        "3.3.1 R3.1",
        letter="already_public",
        in_2007=f"{REGULATION_2007}第二十一条第（一）项",
        in_2019=f"{REGULATION}第三十六条第（一）项",
        needs=(Requirement.WHERE_PUBLISHED,),
    ),
    _ground(
        "to_be_published",
        Outcome.DISCLOSED,
        "可以公开，告知获取的方式、途径和时间",
        "3.3.2 R3.1",
        letter="to_be_published",
        in_2007=f"{REGULATION_2007}第二十一条第（一）项",
        in_2019=f"{REGULATION}第三十六条第（二）项",
        needs=(Requirement.WHERE_PUBLISHED, Requirement.WHEN_PUBLISHED),
    ),
)

_PARTLY_DISCLOSED = (
    _ground(
        "partly_disclosed",
        Outcome.PARTLY_DISCLOSED,
        "区分处理",
        "3.3.3 R3.2",
        letter="partly_disclosed",
        in_2007=f"{REGULATION_2007}第二十二条",
        in_2019=f"{REGULATION}第三十七条",
        needs=(Requirement.RELEASED_PART, Requirement.WITHHELD_PART, *_WHY),
        review_first=True,  # 国办函〔2021〕132号第二条: 不予公开 "含部分不予公开"
    ),
)


def _internal(code: str, label: str) -> Ground:
    """内部事务信息, 条例第十六条第一款; before 2019 by 国办发〔2010〕5号."""
    return _ground(
        code,
        Outcome.NOT_DISCLOSED,
        label,
        "3.3.4.5 R3.3.5",
        letter="not_disclosed",
        in_2007=f"{REGULATION_2007}第二条和{OPINION_2010}",
        in_2019=f"{REGULATION}第十六条第一款、第三十六条第（三）项",
        needs=_WHY,
        review_first=True,
    )


def _process(code: str, label: str) -> Ground:
    """过程性信息 (条例第十六条第二款); before 2019 as for internal affairs (国办发〔2010〕5号)."""
    return _ground(
        code,
        Outcome.NOT_DISCLOSED,
        label,
        "3.3.4.5 R3.3.6",
        letter="not_disclosed",
        in_2007=f"{REGULATION_2007}第二条和{OPINION_2010}",
        in_2019=f"{REGULATION}第十六条第二款、第三十六条第（三）项",
        needs=_WHY,
        review_first=True,
    )


_NOT_DISCLOSED = (
    _ground(
        "state_secret",
        Outcome.NOT_DISCLOSED,
        "国家秘密",
        "3.3.4.1 R3.3.1",
        letter="not_disclosed",
        in_2007=f"{REGULATION_2007}第十四条、第二十一条第（二）项",
        in_2019=f"{REGULATION}第十四条、第三十六条第（三）项",
        needs=_WHY,
        review_first=True,
    ),
    _ground(
        "forbidden_by_law",
        Outcome.NOT_DISCLOSED,
        "法律、行政法规禁止公开",
        "3.3.4.6 R3.3.2",
        letter="not_disclosed",
        in_2007=f"{REGULATION_2007}第二十一条第（二）项",
        in_2019=f"{REGULATION}第十四条、第三十六条第（三）项",
        needs=_WHY,
        review_first=True,
    ),
    _ground(
        "safety_and_stability",
        Outcome.NOT_DISCLOSED,
        "可能危及国家安全、公共安全、经济安全、社会稳定",
        "3.3.4.4 R3.3.3",
        letter="not_disclosed",
        in_2007=f"{REGULATION_2007}第八条、第二十一条第（二）项",
        in_2019=f"{REGULATION}第十四条、第三十六条第（三）项",
        needs=_WHY,
        review_first=True,
    ),
    _ground(
        "trade_secret",
        Outcome.NOT_DISCLOSED,
        "商业秘密",
        "3.3.4.2 R3.3.4",
        letter="not_disclosed",
        in_2007=f"{REGULATION_2007}第十四条、第二十一条第（二）项、第二十三条",
        in_2019=f"{REGULATION}第十五条、第三十六条第（三）项",
        needs=_WHY,
        review_first=True,
    ),
    _ground(
        "personal_privacy",
        Outcome.NOT_DISCLOSED,
        "个人隐私",
        "3.3.4.3 R3.3.4",
        letter="not_disclosed",
        in_2007=f"{REGULATION_2007}第十四条、第二十一条第（二）项、第二十三条",
        in_2019=f"{REGULATION}第十五条、第三十六条第（三）项",
        needs=_WHY,
        review_first=True,
    ),
    # Under 2007 第二十三条 third parties were asked about 商业秘密 and 个人隐私 alone, so those two
    # are the grounds there; wider interests of third parties came with 2019 第十五条 ("等").
    _ground(
        "third_party_interest",
        Outcome.NOT_DISCLOSED,
        "会损害第三方其他合法权益",
        "3.3.4.6 R3.3.4",
        letter="not_disclosed",
        in_2019=f"{REGULATION}第十五条、第三十六条第（三）项",
        needs=_WHY,
        review_first=True,
    ),
    _ground(
        "third_party_refused",
        Outcome.NOT_DISCLOSED,
        "第三方不同意公开且有合理理由",
        "3.3.4.6 R3.3.4",
        letter="not_disclosed",
        in_2019=f"{REGULATION}第十五条、第三十二条、第三十六条第（三）项",
        needs=(Requirement.THIRD_PARTY_OPINION, *_WHY),
        review_first=True,
    ),
    _internal("internal_personnel", "人事管理信息"),
    _internal("internal_logistics", "后勤管理信息"),
    _internal("internal_workflow", "内部工作流程信息"),
    _internal("internal_affairs", "其他内部事务信息"),
    _process("process_discussion", "讨论记录"),
    _process("process_draft", "过程稿"),
    _process("process_consultation", "磋商信函"),
    _process("process_report", "请示报告"),
    _process("process_information", "其他过程性信息"),
    _ground(
        "enforcement_file",
        Outcome.NOT_DISCLOSED,
        "行政执法案卷",
        "3.3.4.6 R3.3.7",
        letter="not_disclosed",
        in_2007=f"{REGULATION_2007}第二十一条第（二）项",
        in_2019=f"{REGULATION}第十六条第二款、第三十六条第（三）项",
        needs=_WHY,
        review_first=True,
    ),
    _ground(
        "query_matter",
        Outcome.NOT_DISCLOSED,
        "工商、不动产登记资料等查询事项",
        "3.3.8 R3.3.8",
        letter="query_matter",
        in_2007=f"{REGULATION_2007}第十七条",
        in_2019=f"{REGULATION}第三十六条第（七）项",
        needs=(Requirement.LEGAL_BASIS, Requirement.RIGHT_CHANNEL),
    ),
    _ground(
        "not_government_information",
        Outcome.NOT_DISCLOSED,
        "不是《条例》所指政府信息",
        "3.3.4.5 R3.6.3",
        letter="not_disclosed",
        in_2007=f"{REGULATION_2007}第二条、第二十一条第（二）项",
        needs=_WHY,
    ),
    _ground(
        "no_special_need",
        Outcome.NOT_DISCLOSED,
        "与自身生产、生活、科研等特殊需要无关",
        "3.3.4.6 R3.6.3",
        letter="not_disclosed",
        in_2007=f"{REGULATION_2007}第十三条和{OPINION_2008}",
        needs=_WHY,
    ),
    _ground(
        "other_statutory_ground",
        Outcome.NOT_DISCLOSED,
        "法律法规规定的其他情形",
        "3.3.4.6 R3.3.2",
        letter="not_disclosed",
        in_2007=f"{REGULATION_2007}第二十一条第（二）项",
        needs=_WHY,
    ),
)


def _not_existing(code: str, label: str) -> Ground:
    """经检索没有所申请公开信息 (条例第三十六条第四项), with the cause where the office knows it."""
    return _ground(
        code,
        Outcome.UNAVAILABLE,
        label,
        "3.3.6 R3.4.1",
        letter="not_existing",
        in_2007=f"{REGULATION_2007}第二十一条第（三）项",
        in_2019=f"{REGULATION}第三十六条第（四）项",
        needs=(Requirement.REASON, Requirement.SEARCH_RECORD),
    )


_UNAVAILABLE = (
    _ground(
        "not_held",
        Outcome.UNAVAILABLE,
        "本机关不掌握",
        "3.3.6 R3.4.1",
        letter="not_existing",
        in_2007=f"{REGULATION_2007}第二十一条第（三）项",
        in_2019=f"{REGULATION}第三十六条第（四）项",
        needs=(Requirement.REASON, Requirement.SEARCH_RECORD),
    ),
    _not_existing("not_existing", "经检索信息不存在"),
    _not_existing("not_created", "本机关未制作"),
    _not_existing("not_obtained", "本机关未获取"),
    _not_existing("not_kept", "未保存或者已遗失"),
    _not_existing("destroyed", "已依法销毁"),
    _ground(
        "not_ours",
        Outcome.UNAVAILABLE,
        "不属于本机关负责公开",
        "3.3.5 R3.4.1",
        letter="not_ours",
        in_2007=f"{REGULATION_2007}第二十一条第（三）项",
        in_2019=f"{REGULATION}第三十六条第（五）项",
        needs=(Requirement.REASON, Requirement.RIGHT_AGENCY),
    ),
    _ground(
        "moved_to_archive",
        Outcome.UNAVAILABLE,
        "已移交国家档案馆",
        "3.3.5 R3.4.1",
        letter="not_ours",
        in_2007=f"{REGULATION_2007}第二十一条第（三）项",
        in_2019=f"{REGULATION}第三十六条第（五）项",
        needs=(Requirement.REASON, Requirement.RIGHT_AGENCY),
    ),
    _ground(
        "needs_compiling",
        Outcome.UNAVAILABLE,
        "没有现成信息，需要加工、分析",
        "3.3.6 R3.4.2",
        letter="needs_compiling",
        in_2007=f"{REGULATION_2007}第二十一条第（三）项和{OPINION_2010}",
        in_2019=f"{REGULATION}第三十八条",
        needs=(Requirement.REASON,),
    ),
    _ground(
        "still_unclear",
        Outcome.UNAVAILABLE,
        "补正后仍不明确",
        "3.3.7 R3.4.3",
        letter="still_unclear",
        in_2019=f"{REGULATION}第三十条",
        needs=(Requirement.REASON, Requirement.CORRECTION_NOTICE),
    ),
    # 告知更改补充 was itself one of the four answers of 2007 第二十一条 and ended the case.
    _ground(
        "asked_to_amend",
        Outcome.UNAVAILABLE,
        "告知作出更改、补充",
        "3.3.7 R3.4.3",
        letter="asked_to_amend",
        in_2007=f"{REGULATION_2007}第二十一条第（四）项",
        needs=(Requirement.REASON,),
    ),
)

_NOT_PROCESSED = (
    _ground(
        "petition",
        Outcome.NOT_PROCESSED,
        "信访、投诉、举报等活动",
        "3.3.8 R3.5.1",
        letter="petition",
        in_2007=f"{REGULATION_2007}第二条",
        in_2019=f"{REGULATION}第三十九条第一款",
        needs=(Requirement.RIGHT_CHANNEL,),
    ),
    _ground(
        "repeat",
        Outcome.NOT_PROCESSED,
        "重复申请相同信息",
        "3.3.4.6 R3.5.2",
        letter="repeat",
        in_2007=OPINION_2008,
        in_2019=f"{REGULATION}第三十六条第（六）项",
        needs=(Requirement.EARLIER_REPLY_NUMBER,),
    ),
    _ground(
        "publication",
        Outcome.NOT_PROCESSED,
        "要求提供公报、报刊、书籍等公开出版物",
        "3.3.8 R3.5.3",
        letter="publication",
        in_2007=f"{REGULATION_2007}第二十一条第（一）项",
        in_2019=f"{REGULATION}第三十九条第二款",
        needs=(Requirement.RIGHT_CHANNEL,),
    ),
    _ground(
        "excessive",
        Outcome.NOT_PROCESSED,
        "数量、频次明显超过合理范围且理由不合理",
        "3.3.4.6 R3.5.4",
        letter="excessive",
        in_2019=f"{REGULATION}第三十五条",
        needs=(Requirement.REASON, Requirement.REASONS_NOTICE),
    ),
    # No article names this class; 第二十七条 gives a right to obtain (获取) what one has not got,
    # and the form (30号) gives it a row. The officer must write the grounds out.
    _ground(
        "reconfirm",
        Outcome.NOT_PROCESSED,
        "要求确认或者重新出具已经获取的信息",
        "3.3.4.5 R3.5.5",
        letter="reconfirm",
        in_2019=f"{REGULATION}第二条、第二十七条",
        needs=_WHY,
    ),
)

_ENDED_UNANSWERED = "the case ended without an answer, and the 2014 form counts answers only"

_OTHER = (
    _ground(
        "not_corrected",
        Outcome.OTHER,
        "无正当理由逾期不补正，视为放弃申请",
        "3.3.7 R3.6.1",
        letter="discontinued",
        in_2019=f"{REGULATION}第三十条",
        needs=(Requirement.CORRECTION_NOTICE,),
        reply_required=False,
    ),
    _ground(
        "fee_unpaid",
        Outcome.OTHER,
        "逾期未按收费通知缴费，视为放弃申请",
        "- R3.6.2",
        letter="discontinued",
        in_2019=f"{FEE_RULES}第六条",
        needs=(Requirement.FEE_NOTICE,),
        reply_required=False,
        usable_from=_FEES_SINCE,
        no_row_because=_ENDED_UNANSWERED,
    ),
    _ground(
        "withdrawn",
        Outcome.OTHER,
        "申请人撤回申请",
        "- R3.6.3",
        letter="discontinued",
        in_2007=REGULATION_2007,
        in_2019=REGULATION,
        needs=(Requirement.WITHDRAWAL,),
        reply_required=False,
        no_row_because=_ENDED_UNANSWERED,
    ),
    _ground(
        "applicant_gone",
        Outcome.OTHER,
        "申请人死亡或者终止",
        "- R3.6.3",
        letter="discontinued",
        in_2007=REGULATION_2007,
        in_2019=REGULATION,
        needs=(Requirement.REASON,),
        reply_required=False,
        no_row_because=_ENDED_UNANSWERED,
    ),
    _ground(
        "merged",
        Outcome.OTHER,
        "并入同一申请人的另一件申请办理",
        "- R3.6.3",
        letter="discontinued",
        in_2007=REGULATION_2007,
        in_2019=REGULATION,
        needs=(Requirement.OTHER_CASE_NUMBER,),
        reply_required=False,
        no_row_because="the answer is counted with the case it was merged into",
    ),
    # No decision rests on it: the application goes on at another agency, and counts there.
    _ground(
        "handed_on",
        Outcome.OTHER,
        "转由其他机关办理，由该机关计数",
        "- R3.6.3",
        letter="discontinued",
        reply_required=False,
        no_row_because="the case has no receipt day left here and is in no table",
    ),
    _ground(
        "transferred",
        Outcome.OTHER,
        "转送有权处理的机关并告知申请人",
        "3.3.8 R3.6.3",
        letter="transferred",
        in_2007=f"{REGULATION_2007}第二十五条第二款",
        in_2019=f"{REGULATION}第四十一条",
        needs=(Requirement.RIGHT_AGENCY,),
    ),
    _ground(
        "outside_regulation",
        Outcome.OTHER,
        "所申请内容不属于政府信息",
        "3.3.4.5 R3.6.3",
        letter="outside_regulation",
        in_2019=f"{REGULATION}第二条",
        needs=(Requirement.REASON,),
    ),
    _ground(
        "other_channel",
        Outcome.OTHER,
        "告知通过其他途径办理",
        "3.3.8 R3.6.3",
        letter="other_channel",
        in_2007=f"{REGULATION_2007}第二条",
        needs=(Requirement.RIGHT_CHANNEL,),
    ),
    _ground(
        "other",
        Outcome.OTHER,
        "其他情形",
        "- R3.6.3",
        letter="other",
        in_2007=REGULATION_2007,
        in_2019=REGULATION,
        needs=(Requirement.REASON,),
        reply_required=False,
        no_row_because="the ground does not say that an answer was given",
    ),
)

CATALOGUE: tuple[Ground, ...] = (
    *_DISCLOSED,
    *_PARTLY_DISCLOSED,
    *_NOT_DISCLOSED,
    *_UNAVAILABLE,
    *_NOT_PROCESSED,
    *_OTHER,
)
"""All grounds, in the order of the 2021 form."""
