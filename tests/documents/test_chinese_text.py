from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.documents.chinese_text import NO_END, NO_START, Line, clean, set_lines

CELLS = 28
_ALPHABET = st.sampled_from("公开政府信息的，。、；：？！）》〉】〕（《〈【〔“”‘’—…· aB19.%ⅩX/-_@&")


def _width(piece: str) -> float:
    return sum(0.5 if char.isascii() else 1.0 for char in piece)


def _set(text: str, *, indent: float = 0.0, measure: float = CELLS) -> list[Line]:
    return set_lines(text, measure=measure, width_of=_width, indent=indent)


@given(st.text(_ALPHABET, max_size=400), st.sampled_from([0.0, 2.0]))
def test_no_mark_opens_or_closes_a_line_it_may_not(text: str, indent: float) -> None:
    lines = _set(text, indent=indent)
    for before, after in pairwise(lines):
        joint = before.text[-1] + after.text[0]
        if joint[0] in NO_END or joint[1] in NO_START:
            # Only a run of bound marks longer than a line may be cut.
            assert _bound_run(text) > CELLS


def _bound_run(text: str) -> float:
    longest = run = 0.0
    previous = ""
    for char in text:
        bound = previous and (char in NO_START or previous in NO_END or char.isascii())
        run = run + _width(char) if bound else _width(char)
        longest = max(longest, run)
        previous = char
    return longest


@given(st.text(_ALPHABET, max_size=400), st.sampled_from([0.0, 2.0]))
def test_nothing_is_lost_and_no_line_is_too_wide(text: str, indent: float) -> None:
    lines = _set(text, indent=indent)
    assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        set_width = line.start + _width(line.text) + line.gap * (len(line.pieces) - 1)
        assert set_width <= CELLS + 0.03
        assert line.gap >= -0.001


def test_full_lines_hold_28_characters() -> None:
    lines = _set("文" * 70, indent=2.0)
    assert [len(line.text) for line in lines] == [26, 28, 16]


def test_lines_but_the_last_are_justified_between_pieces() -> None:
    first, last = _set("文" * 27 + "书》。" + "完")
    assert first.text == "文" * 27
    assert first.gap == pytest.approx(1 / 26)
    assert last.text == "书》。完"
    assert last.gap == 0.0


def test_words_and_numbers_are_not_cut() -> None:
    lines = _set("文" * 26 + "GB/T9704-2012规定")
    assert lines[1].text.startswith("GB/T9704-2012")
    assert _set("文" * 27 + "——甲")[1].text == "——甲"


def test_long_address_breaks_at_its_joints() -> None:
    address = "https://www.example.gov.cn/zwgk/zhengce/content/2019-04/15/content_5382991.htm"
    lines = _set(f"请查阅{address}。")
    assert len(lines) > 1
    assert lines[0].text[-1] in "/.-_"
    assert "".join(line.text for line in lines) == f"请查阅{address}。"


def test_word_longer_than_a_line_is_cut_rather_than_lost() -> None:
    lines = _set("A" * 100)
    assert "".join(line.text for line in lines) == "A" * 100


def test_clean_takes_out_what_has_no_ink() -> None:
    assert clean("甲\x00乙\x0b\u202e丙\u200b\ufeff丁\ud800\ufffe") == "甲乙丙丁"
    assert clean("一\r\n二\r三\u2028四\t五") == "一\n二\n三\n四 五"
    assert clean("葛\U000e0100") == "葛"  # a variation selector has no glyph of its own
    assert clean("𬱖<b>&\\") == "𬱖<b>&\\"
