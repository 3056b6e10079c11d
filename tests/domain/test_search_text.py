"""Folding, cutting and marking text for search."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.search_text import (
    FoldTable,
    Piece,
    excerpt,
    find_spans,
    fold,
    fold_without_numbers,
    grams,
    mark,
    sought_grams,
)

SIMPLIFIED = dict(zip("徵補償資訊關於灣開", "征补偿资讯关于湾开", strict=True))
TABLE = FoldTable(SIMPLIFIED)

# What people type and paste: both scripts, both widths, line ends, marks, rare characters.
TYPED = st.text(
    alphabet=st.one_of(
        st.sampled_from("征收徵補償補资資〔〕（）()２０26号 　\n、，。ＡaBé①㎡𠮷ｶﾞ"),
        st.characters(exclude_categories=("Cs",)),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("青資公開〔２０２６〕139 號", "青资公开 2026 139 號"),
        ("徵收\n補償", "征收补偿"),
        ("征收　补偿", "征收补偿"),
        ("征收、补偿", "征收 补偿"),
        ("GB 18030 标准", "gb 18030 标准"),
        ("ＡＢＣ㎡", "abcm2"),
        ("Cafe\u0301", "cafe"),
        ("  （青资） ", "青资"),
        ("%_'\"*", ""),
    ],
)
def test_one_spelling(typed: str, folded: str) -> None:
    assert fold(typed, TABLE) == folded


@given(TYPED, st.data())
def test_any_stretch_of_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    term = fold(text[start:end], TABLE)
    folded = fold(text, TABLE)
    assert term in folded
    assert {gram for gram in sought_grams(term) if len(gram) == 2} <= grams(folded)


@given(TYPED, TYPED)
def test_the_grams_of_a_text_come_from_nowhere_else(one: str, two: str) -> None:
    folded = fold(one, TABLE)
    for gram in grams(folded):
        assert gram in folded
        assert 1 <= len(gram) <= 2
        assert gram.strip() == gram
    both = grams(f"{folded}\n{fold(two, TABLE)}")
    assert both == grams(folded) | grams(fold(two, TABLE))


@given(TYPED, st.lists(TYPED, max_size=3))
def test_marking_changes_no_character_and_marks_what_folds_alike(
    text: str, words: list[str]
) -> None:
    terms = [fold(word, TABLE) for word in words]
    pieces = mark(text, terms, TABLE)
    assert "".join(piece.text for piece in pieces) == text
    for piece in pieces:
        if piece.found:
            assert any(term and term in fold(piece.text, TABLE) for term in terms)
    folded = fold(text, TABLE)
    assert any(piece.found for piece in pieces) == any(term and term in folded for term in terms)


def test_a_term_is_marked_across_a_broken_line_and_in_the_other_script() -> None:
    assert mark("公開徵收\n補償方案", ["征收补偿"], TABLE) == [
        Piece("公開"),
        Piece("徵收\n補償", found=True),
        Piece("方案"),
    ]
    assert find_spans("补偿补偿", ["补偿", "偿补"], TABLE) == [(0, 4)]


def test_an_excerpt_shows_the_term_and_says_where_it_was_cut() -> None:
    text = "申请公开" + "某某材料" * 30 + "征收补偿方案" + "其他材料" * 30
    pieces = excerpt(text, ["补偿"], TABLE, width=20)
    assert pieces[0] == pieces[-1] == Piece("…")
    assert Piece("补偿", found=True) in pieces
    assert sum(len(piece.text) for piece in pieces[1:-1]) == 20
    assert excerpt(text, [], TABLE, width=4) == [Piece("申请公开"), Piece("…")]
    assert excerpt("补偿", ["补偿"], TABLE, width=4) == [Piece("补偿", found=True)]


@pytest.mark.parametrize(
    "secret",
    [
        "510000198503120018",
        "51000019850312001X",
        "510000 19850312 001x",
        "５１００００１９８５０３１２００１８",
        "13800002217",
        "138 0000 2217",
        "138-0000-2217",
        "0735-2860000",
        "gong@example.cn",
        "110105491231002",
    ],
)
def test_personal_numbers_in_running_text_are_not_indexed(secret: str) -> None:
    folded = fold_without_numbers(f"请联系{secret}，谢谢", TABLE)
    assert folded == "请联系 谢谢"


def test_the_applicants_own_sealed_values_are_not_indexed_either() -> None:
    text = "住青沅市临江区文昌路88号，申请公开2026年139号批复"
    folded = fold_without_numbers(text, TABLE, ["青沅市 临江区文昌路88号", "", "、"])
    assert folded == "住 申请公开2026年139号批复"
    assert fold_without_numbers("青沅市征收补偿", TABLE, ["青沅市"]) == "青沅市征收补偿"


def test_a_single_character_beside_pairs_says_nothing() -> None:
    assert sought_grams("2026 1号") == {"20", "02", "26", "1号"}
    assert sought_grams("a 征收") == {"征收"}
    assert sought_grams("李") == {"李"}
    assert sought_grams("") == set()
