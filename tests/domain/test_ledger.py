"""A ledger row: everything offices type that is understood, and every sentence for what is not."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.domain import ledger_values as values
from casework.domain.application import (
    ApplicantType,
    Channel,
    DeliveryMethod,
    ReliefKind,
    ReliefResult,
)
from casework.domain.errors import RuleBroken
from casework.domain.ground_catalogue import CATALOGUE
from casework.domain.ledger import (
    Consultation,
    Correction,
    Extension,
    LedgerRow,
    ReliefRecord,
    cells_of,
    differing_columns,
    fingerprint,
    import_key,
)
from casework.domain.ledger_checks import RowProblem
from casework.domain.ledger_columns import COLUMNS, REQUIRED, Slot, slots_for
from casework.domain.ledger_header import check_header, find_header, find_slot
from casework.domain.ledger_reading import parse_row
from casework.domain.states import State
from casework.domain.statutes import Party
from casework.domain.statutory_clock import reckon
from casework.domain.working_days import shipped_calendar

TODAY = date(2026, 9, 28)  # Monday

GOOD = {
    "申请方式": "当面",
    "收到日期": "2018-02-09",  # Friday
    "申请人": "林小满",
    "申请内容": "柳湾村征地批复",
}


def read(**cells: object) -> LedgerRow | list[RowProblem]:
    """Parse GOOD with other cells in it; None takes a cell away."""
    row = {**GOOD, **cells}
    slots = {}
    for name, cell in row.items():
        slot = find_slot(name)
        assert slot is not None, name
        if cell is not None:
            slots[slot] = cell
    return parse_row(slots, today=TODAY)  # type: ignore[arg-type]


def good(**cells: object) -> LedgerRow:
    row = read(**cells)
    assert isinstance(row, LedgerRow), row
    return row


def bad(**cells: object) -> list[RowProblem]:
    problems = read(**cells)
    assert isinstance(problems, list), problems
    return problems


def only_problem(**cells: object) -> RowProblem:
    [problem] = bad(**cells)
    return problem


# Dates.


@pytest.mark.parametrize(
    "cell",
    [
        "2018-02-09",
        "2018-2-9",
        "2018/2/9",
        "2018/02/09",
        "2018.2.9",
        "2018年2月9日",
        "2018年02月09日",
        "２０１８年２月９日",
        "2018－02－09",
        "2018–02–09",
        " 2018-02-09 ",
        "2018 - 2 - 9",
        "2018年 2月 9日",
        "20180209",
        "2018-02-09 10:30",
        "2018-02-09T10:30:59",
        "2018-02-09 00:00:00.000",
        20180209,
        20180209.0,
        43140,
        43140.0,
        43140.4375,
        "43140",
        date(2018, 2, 9),
        datetime.fromisoformat("2018-02-09T10:30"),
    ],
)
def test_a_date_is_understood_however_it_is_typed(cell: object) -> None:
    assert values.read_date("收到日期", cell) == date(2018, 2, 9)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("2018-02-30", "收到日期“2018-02-30”不是日历上有的日期，请您对照申请表核对。"),
        ("2018年13月1日", "收到日期“2018年13月1日”不是日历上有的日期，请您对照申请表核对。"),
        ("20180231", "收到日期“20180231”不是日历上有的日期，请您对照申请表核对。"),
        ("0218-02-09", "收到日期“0218-02-09”的年份是218，请您核对。"),
        ("18.2.9", "收到日期“18.2.9”不是能看懂的日期，请您写成 2018-02-09 这样的格式。"),
        ("2018年2月", "收到日期“2018年2月”不是能看懂的日期，请您写成 2018-02-09 这样的格式。"),
        ("二月九日", "收到日期“二月九日”不是能看懂的日期，请您写成 2018-02-09 这样的格式。"),
        (
            "2018-02-09至2018-02-11",
            "收到日期“2018-02-09至2018-02-11”不是能看懂的日期，请您写成 2018-02-09 这样的格式。",
        ),
        (4314, "收到日期“4314”不是能看懂的日期，请您写成 2018-02-09 这样的格式。"),
        (True, "收到日期“是”不是能看懂的日期，请您写成 2018-02-09 这样的格式。"),
    ],
)
def test_a_date_that_cannot_be_gets_a_sentence(cell: object, reason: str) -> None:
    problem = only_problem(收到日期=cell)
    assert (problem.column, problem.reason) == ("收到日期", reason)


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_every_written_form_of_a_day_reads_the_same(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    forms = (
        day,
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
        f"{day:%Y%m%d}",
        serial,
        float(serial),
    )
    assert {values.read_date("x", form) for form in forms} == {day}


# Terms and their synonyms.


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        (Channel.IN_PERSON, "当面 现场 当面申请 窗口 现场书面申请"),
        (Channel.MAIL, "信函 邮寄 信件 EMS ems ＥＭＳ 挂号信 快递"),
        (Channel.ONLINE, "网络 电子邮件 网站 网上 互联网 邮箱 E-mail"),
        (Channel.FAX, "传真"),
    ],
)
def test_channels_and_their_synonyms(channel: Channel, words: str) -> None:
    for word in words.split():
        assert good(申请方式=word).channel is channel
        assert good(申请方式=f" {word[0]}　{word[1:]}").channel is channel


def test_an_unknown_channel_names_the_four() -> None:
    problem = only_problem(申请方式="书面")
    assert problem == RowProblem(
        "申请方式", "书面", "申请方式“书面”看不懂，请您填写当面、信函、网络、传真之一。"
    )


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (ApplicantType.NATURAL_PERSON, "自然人 公民 个人"),
        (ApplicantType.COMPANY, "商业企业 企业 公司"),
        (ApplicantType.RESEARCH, "科研机构 科研院所"),
        (ApplicantType.NONPROFIT, "社会公益组织 社会团体"),
        (ApplicantType.LEGAL_SERVICES, "法律服务机构 律师事务所"),
        (ApplicantType.OTHER, "其他 其它"),
    ],
)
def test_applicant_types_and_their_synonyms(kind: ApplicantType, words: str) -> None:
    for word in words.split():
        assert good(申请人类型=word).applicant_type is kind


@pytest.mark.parametrize(
    ("name", "id_kind"),
    [
        ("林满", None),
        ("林小满", None),
        ("欧阳小满", None),
        ("阿依古丽·买买提", None),
        ("𬱖小满", None),
        ("Lin Xiaoman", "护照"),
        ("林小满等三人", "身份证"),
    ],
)
def test_an_empty_applicant_type_is_a_person_where_there_is_no_doubt(
    name: str, id_kind: str | None
) -> None:
    row = good(申请人=name, 证件类型=id_kind)
    assert row.applicant_type is ApplicantType.NATURAL_PERSON


@pytest.mark.parametrize(
    "name",
    [
        "青沅宏远建材有限公司",
        "宏远公司",
        "三中学校",
        "利民商店",
        "柳湾村第三村民小组",
        "Lin",
        "林小满、王五",
    ],
)
def test_an_empty_applicant_type_is_asked_for_where_there_is_doubt(name: str) -> None:
    problem = only_problem(申请人=name)
    assert problem.column == "申请人类型"
    assert problem.reason == (
        f"申请人类型是空的，从“{name}”又看不出是不是自然人，"
        "请您填写自然人、商业企业、科研机构、社会公益组织、法律服务机构、其他之一。"
    )


def test_an_unknown_applicant_type_is_refused() -> None:
    assert only_problem(申请人类型="法人").reason == (
        "申请人类型“法人”看不懂，请您填写自然人、商业企业、科研机构、社会公益组织、"
        "法律服务机构、其他之一。"
    )


# Numbers, money, identity cards.


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [
        (380, "380.00"),
        ("380元", "380.00"),
        ("￥1,234.50", "1234.50"),
        ("１２.５", "12.50"),
        ("0.04万元", "400.00"),
        (0.1, "0.10"),
        (0, "0.00"),
    ],
)
def test_money(cell: object, yuan: str) -> None:
    assert good(收费金额=cell).fee_yuan == Decimal(yuan)


@pytest.mark.parametrize("cell", ["三百", "-5", "1.234", "10000000000", -5, "12元5角"])
def test_money_that_is_none(cell: object) -> None:
    assert only_problem(收费金额=cell).reason == (
        f"收费金额“{cell}”不是金额，请您填写以元为单位的数字，最多两位小数。"
    )


def test_numbers_that_excel_has_cut_are_refused() -> None:
    for cell in (430101199001010017, 4.30101199001010e17, "4.30101E+17"):
        assert only_problem(证件号码=cell).reason == (
            "证件号码在表格里存成了数字，末几位已经丢失，请您把这一列设为文本格式后重新填写。"
        )
    assert good(联系电话=13800000000.0).phone == "13800000000"
    assert good(邮件号=1234567890123.0, 答复日期="2018-02-26", 办理结果="同意公开").mail_number == (
        "1234567890123"
    )


def test_identity_card_numbers_have_18_characters() -> None:
    assert good(证件类型="居民身份证", 证件号码="43010119900101001x").id_number.endswith("X")
    problem = only_problem(证件类型="居民身份证", 证件号码="51000019900101001")
    assert problem == RowProblem(
        "证件号码",
        "51000019900101001",
        "证件号码“51000019900101001”有17位，身份证号码应为18位，请您核对补全，或者清空这一格。",
    )
    assert good(证件类型="护照", 证件号码="E00000001").id_number == "E00000001"


@pytest.mark.parametrize("blank", ["", " ", "/", "-", "—", "——", "无", "N/A", None])
def test_cells_that_say_nothing(blank: object) -> None:
    row = good(答复日期=blank, 收费金额=blank, 征求意见对象=blank)
    assert (row.replied_on, row.fee_yuan, row.consultations) == (None, None, ())


def test_a_dash_in_free_text_is_what_somebody_wrote() -> None:
    assert good(备注="无").note == "无"


def test_text_keeps_its_lines_only_where_lines_belong() -> None:
    row = good(申请内容=" 一、批复\r\n二、附图 \t", 申请人=" 林\n小满 ", 备注="甲\n乙\x0b")
    assert row.request_text == "一、批复\n二、附图"
    assert row.name == "林 小满"
    assert row.note == "甲\n乙"


# What is missing, contradictory or impossible.


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("申请方式", "当面、信函、网络、传真之一"),
        ("收到日期", "收到申请的日期"),
        ("申请人", "申请人的姓名或者名称"),
        ("申请内容", "所申请信息的内容"),
    ],
)
def test_required_cells(name: str, wanted: str) -> None:
    assert name in REQUIRED
    assert only_problem(**{name: None}) == RowProblem(name, "", f"{name}是空的，请您填写{wanted}。")


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        (
            {"申请日期": "2018-02-12"},
            "收到日期",
            "收到日期2018-02-09早于申请日期2018-02-12，请您核对这两个日期。",
        ),
        (
            {"答复日期": "2018-02-08", "办理结果": "同意公开"},
            "答复日期",
            "答复日期2018-02-08早于收到日期2018-02-09，请您核对这两个日期。",
        ),
        (
            {"答复日期": "2026-09-29", "办理结果": "同意公开"},
            "答复日期",
            "答复日期2026-09-29晚于今天（2026-09-28），请您核对。",
        ),
        (
            {"答复日期": "2018-02-26", "办结日期": "2018-02-23", "办理结果": "同意公开"},
            "办结日期",
            "办结日期2018-02-23早于答复日期2018-02-26，请您核对这两个日期。",
        ),
        (
            {"收到日期": "2008-04-30"},
            "收到日期",
            "收到日期早于 2008年5月1日，当时《政府信息公开条例》尚未施行，请核对收到日期。",
        ),
        ({"答复日期": "2018-02-26"}, "办理结果", "填了答复日期的，请您同时填写办理结果。"),
        ({"办结日期": "2018-02-26"}, "办理结果", "填了办结日期的，请您同时填写办理结果。"),
        (
            {"办理结果": "同意公开"},
            "答复日期",
            "填了办理结果的，请您同时填写答复日期或者办结日期。",
        ),
        (
            {"办结日期": "2018-02-26", "办理结果": "同意公开"},
            "答复日期",
            "以“予以公开-提供所申请的信息”办结须有答复，请您填写答复日期。",
        ),
        ({"延期工作日": 15}, "延期告知日期", "填了延期工作日的，请您同时填写延期告知日期。"),
        (
            {"延期告知日期": "2018-03-01"},
            "延期工作日",
            "填了延期告知日期的，请您同时填写延期工作日。",
        ),
        (
            {"延期工作日": "两周", "延期告知日期": "2018-03-01"},
            "延期工作日",
            "延期工作日“两周”不是天数，请您填写1到250之间的整数。",
        ),
        (
            {"补正收到日期": "2018-03-01"},
            "补正告知日期",
            "填了补正收到日期的，请您同时填写补正告知日期。",
        ),
        (
            {"补正告知日期": "2018-03-02", "补正收到日期": "2018-03-01"},
            "补正收到日期",
            "补正收到日期2018-03-01早于补正告知日期2018-03-02，请您核对这两个日期。",
        ),
        (
            {"征求意见对象": "第三方", "征求意见结束日期": "2018-03-01"},
            "征求意见开始日期",
            "填了征求意见对象的，请您同时填写征求意见开始日期。",
        ),
        (
            {"征求意见开始日期": "2018-03-01"},
            "征求意见对象",
            "填了征求意见开始日期的，请您同时填写征求意见对象。",
        ),
        (
            {"征求意见对象": "张三", "征求意见开始日期": "2018-03-01"},
            "征求意见对象",
            "征求意见对象“张三”看不懂，请您填写第三方、共同制作机关、其他机关之一。",
        ),
        (
            {
                "征求意见对象": "第三方",
                "征求意见开始日期": "2018-02-26",
                "答复日期": "2018-03-05",
                "办理结果": "同意公开",
            },
            "征求意见结束日期",
            "案件已经答复，请您填写征求意见结束日期；对方没有答复的，填写期限届满之日。",
        ),
        (
            {"答复文号": "郴政公开答〔2018〕3号"},
            "答复日期",
            "填了答复文号的，请您同时填写答复日期。",
        ),
        ({"送达方式": "邮寄"}, "答复日期", "填了送达方式的，请您同时填写答复日期。"),
        ({"邮件号": "EM1"}, "答复日期", "填了邮件号的，请您同时填写答复日期。"),
        (
            {"行政复议日期": "2018-04-02"},
            "行政复议结果",
            "填了行政复议日期的，请您同时填写行政复议结果。",
        ),
        (
            {"行政复议结果2": "维持"},
            "行政复议日期2",
            "填了行政复议结果2的，请您同时填写行政复议日期2。",
        ),
        (
            {"行政诉讼日期": "2018-04-02", "行政诉讼结果": "维持"},
            "行政诉讼类型",
            "填了行政诉讼日期的，请您同时填写行政诉讼类型。",
        ),
        (
            {"行政复议日期": "2018-04-02", "行政复议结果": "不服"},
            "行政复议结果",
            "行政复议结果“不服”看不懂，请您填写维持、纠正、其他、尚未审结之一。",
        ),
        (
            {"答复日期": "2018-02-26", "办理结果": "已处理"},
            "办理结果",
            (
                "办理结果“已处理”不在两种统计表的名目之内，请您改用统计表上的名称，"
                "如“不予公开-属于国家秘密”。"
            ),
        ),
        (
            {"答复日期": "2018-02-26", "办理结果": "不予公开"},
            "办理结果",
            "办理结果“不予公开”没有写理由，请您写成“不予公开-属于国家秘密”这样的格式。",
        ),
        (
            {"缴费日期": "2018-02-12", "收费通知日期": "2018-02-13"},
            "缴费日期",
            "缴费日期2018-02-12早于收费通知日期2018-02-13，请您核对这两个日期。",
        ),
        (
            {"答复日期": "2018-02-26", "办理结果": "同意公开", "送达方式": "托人带去"},
            "送达方式",
            (
                "送达方式“托人带去”看不懂，请您填写直接送达、委托送达、邮寄送达、电子邮件、网络平台、传真、"
                "公告送达之一。"
            ),
        ),
    ],
)
def test_every_contradiction_has_its_sentence(
    cells: dict[str, object], column: str, reason: str
) -> None:
    problem = only_problem(**cells)
    assert (problem.column, problem.reason) == (column, reason)


def test_all_problems_of_a_row_are_reported_in_the_order_of_the_sheet() -> None:
    problems = bad(
        申请方式="书面", 收到日期="2018-02-30", 申请人=None, 收费金额="三百", 答复日期="2018-02-26"
    )
    assert [problem.column for problem in problems] == [
        "申请方式",
        "收到日期",
        "申请人",
        "收费金额",
        "办理结果",
    ]


def test_an_unreadable_cell_is_not_also_called_empty() -> None:
    problems = bad(答复日期="昨天", 办理结果="同意公开", 答复文号="1号")
    assert [problem.column for problem in problems] == ["答复日期"]


# What is taken as given.


def test_history_is_taken_as_it_was() -> None:
    """A late reply, an extension beyond the cap and a ground of the other regulation go in."""
    row = good(
        答复日期="2018-12-28",
        延期工作日="30个工作日",
        延期告知日期="2018-06-01",
        办理结果="不予公开-属于三类内部事务信息",
    )
    assert row.ground == "internal_affairs"
    assert row.extension == Extension(30, date(2018, 6, 1))
    assert row.closed_on == date(2018, 12, 28)


def test_asked_to_amend_is_an_answer_under_the_2007_regulation() -> None:
    row = good(答复日期="2018-02-26", 办理结果="告知作出更正补充")
    assert (row.ground, row.state) == ("asked_to_amend", State.CLOSED)


def test_a_withdrawn_case_may_end_without_a_reply() -> None:
    row = good(办结日期="2018-02-26", 办理结果="申请人撤回")
    assert (row.replied_on, row.closed_on, row.state) == (None, date(2018, 2, 26), State.CLOSED)


def test_the_withheld_part_of_a_separated_case_goes_into_the_note() -> None:
    row = good(答复日期="2018-02-26", 办理结果="部分公开-个人隐私、商业秘密", 备注="已邮寄")
    assert row.ground == "partly_disclosed"
    assert row.note == "已邮寄\n不公开部分的理由：个人隐私、商业秘密"


def test_an_item_number_means_post() -> None:
    row = good(答复日期="2018-02-26", 办理结果="同意公开", 邮件号="EM000100")
    assert row.delivery is DeliveryMethod.MAIL


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ({}, State.AWAITING_ASSIGNMENT),
        ({"承办单位": "耕保科"}, State.DRAFTING),
        ({"补正告知日期": "2018-02-12"}, State.AWAITING_ASSIGNMENT),
        ({"收到日期": "2026-09-01", "补正告知日期": "2026-09-04"}, State.AWAITING_CORRECTION),
        (
            {"收到日期": "2026-09-01", "补正告知日期": "2026-09-04", "补正收到日期": "2026-09-10"},
            State.AWAITING_ASSIGNMENT,
        ),
        ({"答复日期": "2018-02-26", "办理结果": "同意公开", "承办单位": "耕保科"}, State.CLOSED),
    ],
)
def test_the_state_of_an_imported_case(cells: dict[str, object], state: State) -> None:
    assert good(**cells).state is state


def test_the_regulation_follows_the_receipt_day() -> None:
    assert good(收到日期="2019-05-14").statute.code == "2007"
    assert good(收到日期="2019-05-15").statute.code == "2019"


def test_several_reliefs() -> None:
    row = good(
        答复日期="2018-02-26",
        办理结果="同意公开",
        行政复议日期="2018-03-20",
        行政复议结果="被依法纠错",
        行政复议日期2="2018-05-20",
        行政复议结果2="维持",
        行政诉讼类型="复议后起诉",
        行政诉讼日期="2018-06-01",
        行政诉讼结果="审理中",
    )
    assert row.reviews == (
        ReliefRecord(ReliefKind.REVIEW, date(2018, 3, 20), ReliefResult.CORRECTED),
        ReliefRecord(ReliefKind.REVIEW, date(2018, 5, 20), ReliefResult.UPHELD),
    )
    assert row.suits == (
        ReliefRecord(ReliefKind.SUIT_AFTER_REVIEW, date(2018, 6, 1), ReliefResult.PENDING),
    )


# Header.


def test_the_header_is_found_under_title_lines_in_any_order() -> None:
    rows = [
        (1, ["某局2018年台账", None, None, None, None]),
        (2, ["单位：件", "", "", "", ""]),
        (4, ["序号", "申请内容", "*申请人", "收到日期（签收）", "申请方式(当面|信函)"]),
        (5, [1, "批复", "林小满", "2018-02-09", "当面"]),
    ]
    header = check_header(find_header(rows))
    assert header.row == 4
    assert header.unknown == ("序号",)
    row = parse_row(header.cells(rows[3][1]), today=TODAY)
    assert isinstance(row, LedgerRow)
    assert row.name == "林小满"
    assert header.repeats(rows[2][1])
    assert not header.repeats(rows[3][1])


def test_a_header_of_two_merged_rows() -> None:
    rows = [
        (1, ["申请方式", "收到日期", "申请人", "申请内容", "补正", "", "征求意见", "", ""]),
        (2, ["", "", "", "", "告知日期", "收到日期", "对象", "开始日期", "结束日期"]),
        (3, ["当面", "2018-02-09", "林小满", "批复", "", "", "第三方", "2018-02-12", "2018-02-23"]),
    ]
    header = check_header(find_header(rows))
    assert header.row == 2
    assert header.unknown == ()
    row = parse_row(header.cells(rows[2][1]), today=TODAY)
    assert isinstance(row, LedgerRow)
    assert row.consultations == (
        Consultation(Party.THIRD_PARTY, date(2018, 2, 12), date(2018, 2, 23)),
    )


def test_of_two_columns_for_one_thing_ours_is_taken_and_the_other_reported() -> None:
    header = check_header(
        find_header([(1, ["登记日期", "收到日期", "申请方式", "申请人", "申请内容"])])
    )
    assert dict(header.slots)[1] == Slot("received_on")
    assert header.unknown == ("登记日期",)


def test_a_sheet_without_a_header_is_no_ledger() -> None:
    with pytest.raises(RuleBroken) as caught:
        check_header(find_header([(1, ["甲", "乙"]), (2, ["1", "2"])]))
    assert caught.value.message == (
        "在前20行里没有找到表头，请您在数据上方写上申请方式、收到日期、申请人、申请内容等栏目名称。"
    )


def test_a_header_without_a_required_column_names_what_is_missing() -> None:
    with pytest.raises(RuleBroken) as caught:
        check_header(find_header([(1, ["收到日期", "申请人", "备注"])]))
    assert caught.value.message == (
        "表头里没有申请方式、申请内容，请您补上这几列，或者指明您的哪一列是它。"
    )


def test_every_column_answers_to_its_own_name_and_to_one_name_only() -> None:
    names: dict[str, str] = {}
    for column in COLUMNS.values():
        for name in (column.header, *column.synonyms):
            slot = find_slot(name)
            assert slot == Slot(column.key), name
            assert names.setdefault(name, column.key) == column.key
    assert find_slot("行政复议日期3") == Slot("review_on", 3)
    assert find_slot("行政诉讼结果（2）") == Slot("suit_result", 2)
    assert find_slot("申请人2") is None
    assert find_slot("领导批示") is None


def test_the_columns_are_those_of_the_interface() -> None:
    assert " ".join(slot.header for slot in slots_for({})) == (
        "申请编号 机关 申请方式 申请日期 收到日期 申请人类型 申请人 证件类型 证件号码 联系电话"
        " 通信地址 邮政编码 电子邮箱 申请内容 内容类别 承办单位 补正告知日期 补正收到日期"
        " 征求意见对象 征求意见开始日期 征求意见结束日期 延期工作日 延期告知日期 收费通知日期"
        " 缴费日期 收费金额 答复日期 办结日期 办理结果 答复文号 送达方式 邮件号 行政复议日期"
        " 行政复议结果 行政诉讼类型 行政诉讼日期 行政诉讼结果 转主动公开 备注"
    )
    assert [slot.header for slot in slots_for({"review": 2}) if "复议" in slot.header] == [
        "行政复议日期",
        "行政复议结果",
        "行政复议日期2",
        "行政复议结果2",
    ]


# Writing back.

_DAYS = st.dates(date(2018, 3, 1), date(2018, 9, 30))
_TEXT = (
    st.text(
        alphabet=st.characters(
            codec="utf-8", exclude_categories=["Cc", "Cs", "Cf", "Co", "Cn", "Z"]
        ),
        min_size=1,
        max_size=12,
    )
    .map(lambda text: values.read_lines("", text))
    .filter(bool)
)
_CLOSED = st.sampled_from([ground for ground in CATALOGUE if "2007" in ground.basis])


@st.composite
def ledger_rows(draw: st.DrawFn) -> LedgerRow:
    """Any row a ledger can tell, its dates in order."""
    received_on = draw(_DAYS)
    days = sorted(received_on + timedelta(days=draw(st.integers(0, 60))) for _ in range(8))
    ground = draw(st.none() | _CLOSED)
    consultations = tuple(
        Consultation(draw(st.sampled_from(Party)), days[2], days[3])
        for _ in range(draw(st.integers(0, 2)))
    )
    replied_on = days[6] if ground and (ground.reply_required or draw(st.booleans())) else None
    filed = st.dates(received_on, TODAY)
    results = st.sampled_from(ReliefResult)
    return LedgerRow(
        received_on=received_on,
        submitted_on=draw(st.none() | st.just(received_on - timedelta(days=2))),
        channel=draw(st.sampled_from(Channel)),
        applicant_type=draw(st.sampled_from(ApplicantType)),
        name=draw(_TEXT),
        request_text=draw(_TEXT),
        number=draw(st.just("") | _TEXT),
        id_kind="护照",
        id_number=draw(st.just("") | st.from_regex(r"[A-Z][0-9]{8}", fullmatch=True)),
        phone=draw(st.just("") | st.from_regex(r"0[0-9]{3}-[0-9]{7}", fullmatch=True)),
        subject=draw(st.just("") | _TEXT),
        unit=draw(st.just("") | _TEXT),
        corrections=draw(
            st.sampled_from([(), (Correction(days[0]),), (Correction(days[0], days[1]),)])
        ),
        consultations=consultations,
        extension=draw(st.none() | st.builds(Extension, st.integers(1, 30), st.just(days[4]))),
        fee_noticed_on=draw(st.none() | st.just(days[4])),
        fee_paid_on=draw(st.none() | st.just(days[5])),
        fee_yuan=draw(st.none() | st.decimals(0, 9999, places=2)),
        replied_on=replied_on,
        closed_on=days[7] if ground else None,
        ground=ground.code if ground else None,
        document_number=draw(st.just("") | _TEXT) if replied_on else "",
        delivery=draw(st.none() | st.sampled_from(DeliveryMethod)) if replied_on else None,
        reviews=tuple(
            ReliefRecord(ReliefKind.REVIEW, draw(filed), draw(results))
            for _ in range(draw(st.integers(0, 2)))
        ),
        suits=tuple(
            ReliefRecord(
                draw(st.sampled_from([ReliefKind.DIRECT_SUIT, ReliefKind.SUIT_AFTER_REVIEW])),
                draw(filed),
                draw(results),
            )
            for _ in range(draw(st.integers(0, 2)))
        ),
        note=draw(st.just("") | _TEXT),
    )


@settings(max_examples=150, deadline=None)
@given(ledger_rows())
def test_a_row_written_to_cells_reads_back_the_same(row: LedgerRow) -> None:
    back = parse_row(cells_of(row), today=TODAY)
    assert back == row
    assert fingerprint(row) == fingerprint(back)  # type: ignore[arg-type]
    assert differing_columns(row, row) == []


@settings(max_examples=100, deadline=None)
@given(ledger_rows())
def test_the_clock_can_reckon_whatever_a_ledger_tells(row: LedgerRow) -> None:
    result = reckon(row.clock_facts(), shipped_calendar(), today=TODAY)
    if row.closed_on is not None and row.replied_on is not None:
        assert result.timeliness.value in {"on_time", "extended", "late"}


@pytest.mark.parametrize("ground", CATALOGUE, ids=lambda ground: ground.code)
@pytest.mark.parametrize("received", ["2018-02-09", "2024-03-01"])
def test_every_ground_survives_the_round_trip(ground: object, received: str) -> None:
    code = ground.code  # type: ignore[attr-defined]
    row = good(收到日期=received, 答复日期="2024-03-04", 办理结果=code)
    back = parse_row(cells_of(row), today=TODAY)
    assert isinstance(back, LedgerRow)
    assert back.ground == code


def test_a_fingerprint_covers_everything_but_the_agency() -> None:
    row = good()
    assert fingerprint(row) != fingerprint(good(备注="另件"))
    assert fingerprint(row) != fingerprint(good(申请编号="2018-001"))
    assert fingerprint(good(机关="郴州市")) == fingerprint(row)


def test_import_keys_tell_alike_rows_apart_by_their_occurrence() -> None:
    digest = fingerprint(good())
    assert import_key(digest, 1) == import_key(digest, 1)
    assert import_key(digest, 1) != import_key(digest, 2)


def test_a_number_longer_than_any_number_is_refused() -> None:
    assert only_problem(申请编号="长" * 65).reason == (
        "申请编号有65个字，最长64个字，请您核对是不是填错了列。"
    )


def test_differences_are_named_by_column() -> None:
    assert differing_columns(good(备注="甲"), good(联系电话="0735-1", 备注="乙")) == [
        "联系电话",
        "备注",
    ]


def test_cells_of_other_types_become_text() -> None:
    assert values.text_of(time(10, 30)) == "10:30:00"
    assert values.text_of(datetime.fromisoformat("2018-02-09")) == "2018-02-09"
    assert values.text_of(datetime.fromisoformat("2018-02-09T08:00")) == "2018-02-09 08:00:00"
    assert values.text_of(1.5) == "1.5"
    assert values.text_of(None) == ""
