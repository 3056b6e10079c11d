from __future__ import annotations

import pytest

from casework.domain.check_code import check_code, read_mark
from casework.domain.errors import RuleBroken
from casework.domain.letter_kinds import LetterKind
from casework.domain.number_pattern import (
    STANDARD,
    check_series_words,
    read_pattern,
)
from casework.domain.numbers import SeriesNumber

# As published: ××公复〔××××〕××号, 沪水务部答（年）第n号, 京兴亦政公开（2019）第5号—答.
REAL = [
    (STANDARD, "青资公开", "答", 12, "青资公开答〔2026〕12号"),
    ("{代字}{类}（{年}）第{序号}号", "沪水务部", "答", 12, "沪水务部答（2026）第12号"),
    ("{代字}〔{年}〕{序号:3}号—{类}", "京兴亦政公开", "答", 5, "京兴亦政公开〔2026〕005号—答"),
    ("{代字}{类}[{年}]第{序号:4}号", "×政", "征", 12345, "×政征[2026]第12345号"),
]


@pytest.mark.parametrize(("pattern", "prefix", "word", "sequence", "written"), REAL)
def test_real_numbers_are_written_and_read_back(
    pattern: str, prefix: str, word: str, sequence: int, written: str
) -> None:
    read = read_pattern(pattern)
    assert read.write(prefix=prefix, series=word, year=2026, sequence=sequence) == written
    assert read.read(written, prefix=prefix, series=word) == (2026, sequence)
    assert read.read(written, prefix=prefix, series="补") is None
    assert read.read(written + "1", prefix=prefix, series=word) is None


def test_the_standard_pattern_is_the_standard_number() -> None:
    for kind in LetterKind:
        written = read_pattern(STANDARD).write(
            prefix="青资公开", series=kind.series, year=2026, sequence=7
        )
        assert written == str(SeriesNumber(f"青资公开{kind.series}", 2026, 7))


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("{代字}〔{年}〕{序号}号", "{类}"),
        ("{代字}{类}{序号}号", "{年}"),
        ("{代字}{类}〔{年}〕号", "{序号}"),
        ("{类}{类}{年}{序号}", "只能写一次"),
        ("{类}{月}{年}{序号}", "没有 {月}"),
        ("{类}{年}{序号:0}", "位数"),
        ("{类}{年}{序号:7}", "位数"),
        ("{类:2}{年}{序号}", "位数"),
        ("{类}{年}{序号}}", "花括号"),
        ("{类}{年}{序号", "花括号"),
        ("{类}{年}{序号}" + "号" * 60, "最多"),
        ("", "{类}"),
        ("{类.__class__}{年}{序号}", "没有"),
    ],
)
def test_a_pattern_that_could_give_two_letters_one_number_is_refused(
    pattern: str, said: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        read_pattern(pattern)
    assert refusal.value.field == "number_pattern"
    assert said in refusal.value.message


def test_departures_from_the_standard_are_said_and_allowed() -> None:
    assert read_pattern(STANDARD).departures() == ()
    said = read_pattern("{代字}{类}（{年}）第{序号:3}号").departures()
    assert said == ("年份不在六角括号〔〕里", "序号前加了“第”", "序号编了虚位")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"reply": "答", "termination": " 答 "}, "termination"),
        ({"reply": " "}, "reply"),
        ({"reply": "答2"}, "reply"),
        ({"reply": "{类}"}, "reply"),
    ],
)
def test_series_words_are_distinct_and_hold_no_digit(words: dict[str, str], field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        check_series_words(words)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("typed", "number", "code"),
    [
        ("青资公开答〔2026〕1号 3F2A-9C41-77E0", "青资公开答〔2026〕1号", "3F2A-9C41-77E0"),
        ("青资公开答（2026）1号 校验码 3f2a9c4177e0", "青资公开答（2026）1号", "3F2A-9C41-77E0"),
        ("×答（2026）第1号　校验码：3F2A-9C41-77E0", "×答（2026）第1号", "3F2A-9C41-77E0"),
        ("３Ｆ２Ａ－９Ｃ４１－７７Ｅ０", "", "3F2A-9C41-77E0"),
        (" 青资公开答〔2026〕1号 ", "青资公开答〔2026〕1号", ""),
        ("", "", ""),
    ],
)  # fmt: skip
def test_what_is_scanned_or_typed_is_read(typed: str, number: str, code: str) -> None:
    assert read_mark(typed) == (number, code)


def test_a_code_is_the_beginning_of_the_hash() -> None:
    assert check_code("3f2a9c4177e0" + "0" * 52) == "3F2A-9C41-77E0"
