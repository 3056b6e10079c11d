"""Whose column is what: guessed, put right, remembered by what the header says."""

from __future__ import annotations

from datetime import date

import pytest

from casework.domain.application import Channel
from casework.domain.errors import RuleBroken
from casework.domain.ledger_columns import Slot
from casework.domain.ledger_guess import Certainty, guess_columns
from casework.domain.ledger_header import (
    REASON,
    check_header,
    find_header,
    fingerprint_of,
    header_at,
)
from casework.domain.ledger_mapping import (
    ColumnChoice,
    check_names,
    choice_of,
    chosen_header,
    read_choice,
    read_names,
    read_slot,
    slot_code,
)

THEIRS = ["序", "来件日", "谁申请的", "想要什么", "怎么来的", "结果如何", "身份证", "批示"]
ROWS = [
    [
        1,
        "2018-02-09",
        "林小满",
        "柳湾村征地补偿安置方案",
        "EMS",
        "予以公开",
        "11010519491231002X",
        "",
    ],
    [2, "2018.3.1", "陈国强", "某路拓宽工程的环评批复文件", "现场", "信息不存在", "", "请办"],
    [3, date(2018, 4, 2), "宏远公司", "土地出让合同及其全部附件", "网站", "部分公开", "", ""],
]


def header_of(*names: str):
    return header_at([(1, list(names))], 1)


def guesses(names, rows) -> dict[str, tuple[str | None, Certainty]]:
    found = guess_columns(header_of(*names), rows)
    return {each.name: (each.slot.key if each.slot else None, each.certainty) for each in found}


def test_columns_are_guessed_by_name_then_by_part_of_it_then_by_content() -> None:
    names = ["申请方式", "申请人姓名及单位", "来件日", "想要什么", "结果如何", "批示"]
    rows = [[row[4], row[2], row[1], row[3], row[5], "阅"] for row in ROWS]
    assert guesses(names, rows) == {
        "申请方式": ("channel", Certainty.NAME),
        "申请人姓名及单位": ("name", Certainty.PART),
        "来件日": ("received_on", Certainty.CONTENT),
        "想要什么": ("request_text", Certainty.CONTENT),
        "结果如何": ("outcome", Certainty.PART),
        "批示": (None, Certainty.NONE),
    }


def test_content_alone_finds_what_every_ledger_must_have() -> None:
    found = guesses(THEIRS, ROWS)
    assert found["来件日"][0] == "received_on"
    assert found["谁申请的"][0] == "name"
    assert found["想要什么"][0] == "request_text"
    assert found["怎么来的"][0] == "channel"
    assert found["身份证"] == ("id_number", Certainty.CONTENT)
    assert found["序"] == (None, Certainty.NONE)


def test_a_part_of_a_name_is_not_believed_against_what_stands_there() -> None:
    found = guesses(["收到日期备忘"], [["3日前后"], ["要问邮局"]])
    assert found == {"收到日期备忘": (None, Certainty.NONE)}


def test_no_column_is_guessed_twice_and_samples_are_short_and_different() -> None:
    [first, second, third] = guess_columns(
        header_of("收到日期", "日子", "内容"),
        [["2018-02-09", "2018-02-10", "长" * 40], ["2018-02-09", "2018-02-11", "长" * 40]],
    )
    assert first.slot == Slot("received_on")
    assert second.slot is None
    assert first.samples == ("2018-02-09",)
    assert third.samples == ("长" * 24 + "…",)


def test_columns_without_a_name_are_shown_if_anything_stands_in_them() -> None:
    header = header_at([(1, ["收到日期"])], 1)
    found = guess_columns(header, [["2018-02-09", "", "a@b.cn"], ["2018-02-10", "", "c@d.cn"]])
    assert [(each.place, each.slot) for each in found] == [
        (0, Slot("received_on")),
        (2, Slot("email")),
    ]


def test_a_sheet_without_a_header_can_be_chosen_all_the_same() -> None:
    header = header_at([(1, ["当面", "2018-02-09", "林小满", "批复"])], 0)
    assert header is not None
    choice = ColumnChoice(
        sheet="",
        header_row=0,
        slots=tuple(Slot(key) for key in ("channel", "received_on", "name", "request_text")),
    )
    chosen = check_header(chosen_header(header, choice))
    assert chosen.row == 0
    assert chosen.cells(["信函", "2018-02-09", "林小满", "批复"])[Slot("channel")] == "信函"
    assert not chosen.repeats(["", "", ""])


def test_what_the_sheet_never_says_can_be_said_for_all_rows() -> None:
    header = header_of("收到日期", "申请人", "申请内容")
    choice = ColumnChoice(
        sheet="",
        header_row=1,
        slots=(Slot("received_on"), Slot("name"), Slot("request_text")),
        channel=Channel.MAIL,
    )
    chosen = check_header(chosen_header(header, choice))
    assert chosen.cells(["2018-02-09", "林小满", "批复"])[Slot("channel")] == "信函"
    assert chosen.cells(["", "", ""]) == {}


def test_two_columns_for_one_thing_are_refused_by_their_names() -> None:
    choice = ColumnChoice(sheet="", header_row=1, slots=(Slot("name"), Slot("name")))
    with pytest.raises(RuleBroken, match="“甲”和第2列都对应了“申请人”") as caught:
        chosen_header(header_of("甲", ""), choice)
    assert caught.value.field == "columns"


def test_a_choice_survives_being_written_down() -> None:
    header = header_of("收到日期", "复议时间", "甲")
    choice = ColumnChoice(
        sheet="登记",
        header_row=1,
        slots=(Slot("received_on"), Slot("review_on", 2), None),
        channel=Channel.FAX,
    )
    assert read_choice(choice.as_json()) == choice
    assert choice_of(header, sheet="登记").slots == (Slot("received_on"), None, None)
    for slot in (None, Slot("name"), Slot("suit_on", 5)):
        assert read_slot(slot_code(slot)) == slot


@pytest.mark.parametrize("code", ["nothing", "name:2", "review_on:6", "review_on:0", "name:x"])
def test_a_column_we_do_not_have_is_refused(code: str) -> None:
    with pytest.raises(RuleBroken):
        read_slot(code)


def test_a_header_is_known_again_by_its_names() -> None:
    known = fingerprint_of(["收到 日期", "申请人：", "", ""])
    assert known == fingerprint_of(["收到日期", "申请人"])
    assert known == fingerprint_of(["收到日期", "申请人", REASON])
    assert known != fingerprint_of(["申请人", "收到日期"])


def test_names_given_to_a_command_help_to_find_the_header() -> None:
    rows = [(1, ["二〇一八年登记簿"]), (2, ["来件日", "谁", "要什么", "怎么来的", "收到日期"])]
    assert find_header(rows) is None
    called = read_names(
        ["来件日=收件日", "谁=姓名", "要什么=申请内容", "怎么来的=申请方式", "收到日期=不导入"]
    )
    header = check_header(find_header(rows, called=called))
    assert header.row == 2
    assert dict(header.slots) == {
        0: Slot("received_on"),
        1: Slot("name"),
        2: Slot("request_text"),
        3: Slot("channel"),
    }
    assert header.unknown == ("收到日期",)
    check_names(called, header)


@pytest.mark.parametrize("pair", ["来件日", "=收到日期", "来件日=不存在的栏目"])
def test_a_pair_that_says_nothing_is_refused(pair: str) -> None:
    with pytest.raises(RuleBroken, match="看不懂"):
        read_names([pair])


def test_a_pair_for_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(RuleBroken, match="没有“来件日”这一列"):
        check_names(read_names(["来件日=收到日期"]), header_of("收件日"))
