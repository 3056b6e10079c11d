"""How alike two requests are: what must hold for any texts, and cases a person can judge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.search_text import FoldTable, fold, grams
from casework.domain.similarity import (
    ALIKE,
    MOST_RUNS,
    RUN,
    GramWeights,
    asks_the_same,
    likeness,
    telling_runs,
    weigh,
)

TABLE = FoldTable({})
TEXT = st.text(alphabet="申请公开征收补偿方案年度决算土地规划许可20 、\n", max_size=40)
SAMPLE = st.lists(TEXT, max_size=8)


def folded(text: str) -> str:
    return fold(text, TABLE)


@given(TEXT, TEXT, SAMPLE)
def test_it_is_a_measure(one: str, other: str, sample: list[str]) -> None:
    weights = weigh(map(folded, sample))
    a, b = grams(folded(one)), grams(folded(other))
    near = likeness(a, b, weights)
    assert 0 <= near <= 1
    assert near == pytest.approx(likeness(b, a, weights))
    assert (near == 0) == (not a & b)
    assert likeness(a, a, weights) == (1 if a else 0)
    if a != b:
        assert near < 1


@given(TEXT, TEXT, SAMPLE)
def test_more_in_common_is_never_less_alike(one: str, extra: str, sample: list[str]) -> None:
    weights = weigh(map(folded, sample))
    a = grams(folded(one))
    b = grams(folded(extra))
    assert likeness(a, a | b, weights) >= likeness(a, (a | b) - a, weights)


@given(SAMPLE, TEXT)
def test_what_is_rarer_weighs_more_and_nothing_weighs_nothing(sample: list[str], text: str) -> None:
    weights = weigh(map(folded, sample))
    for gram in grams(folded(text)):
        assert weights.of(gram) > 0
        assert weights.of(gram) <= weights.of("没有")


@given(TEXT, SAMPLE)
def test_the_runs_are_of_the_text_and_do_not_overlap(text: str, sample: list[str]) -> None:
    weights = weigh(map(folded, sample))
    plain = folded(text)
    runs = telling_runs(plain, weights)
    assert len(runs) <= MOST_RUNS
    seen: set[str] = set()
    for run in runs:
        assert run in plain
        assert 2 <= len(run) <= RUN
        assert not grams(run) & seen
        seen |= grams(run)
    if any(len(gram) == 2 for gram in grams(plain)):
        assert runs


OFFICE = [
    "申请公开柳湾村集体土地征收补偿安置方案",
    "申请公开新屋村集体土地征收批复",
    "申请公开2021年部门决算及三公经费明细",
    "申请公开2022年部门决算及三公经费明细",
    "申请公开滨江大道延伸段建设项目用地预审意见",
    "申请公开柳湾村宅基地审批表",
]
WEIGHTS = weigh(map(folded, OFFICE))


def near(one: str, other: str) -> float:
    return likeness(grams(folded(one)), grams(folded(other)), WEIGHTS)


def test_what_a_person_calls_alike_is() -> None:
    asked = "请公开柳湾村土地征收补偿安置方案。"
    assert near(asked, OFFICE[0]) > 0.7
    assert near(asked, OFFICE[0]) > near(asked, OFFICE[1]) > near(asked, OFFICE[2])
    assert near(asked, OFFICE[4]) < ALIKE


def test_set_phrases_make_nothing_alike() -> None:
    assert near("申请公开柳湾村宅基地审批表", "申请公开滨江大道延伸段用地预审意见") < ALIKE / 3


def test_another_year_is_another_thing() -> None:
    one, other = folded(OFFICE[2]), folded(OFFICE[3])
    assert likeness(grams(one), grams(other), WEIGHTS) > 0.75
    assert not asks_the_same(one, other, WEIGHTS)
    assert asks_the_same(one, folded("申请公开2021年部门决算及“三公”经费明细"), WEIGHTS)
    assert asks_the_same(one, folded("申请公开 2021年 部门决算及三公经费明细。"), WEIGHTS)


def test_without_a_sample_all_pairs_weigh_alike() -> None:
    empty = weigh([])
    assert isinstance(empty, GramWeights)
    assert empty.of("征收") == empty.of("公开") > 0
    assert likeness({"征收", "补偿"}, {"征收", "方案"}, empty) == pytest.approx(0.5)
