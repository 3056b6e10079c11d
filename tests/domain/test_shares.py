"""Percentages that add up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.shares import percentages


def test_channels_of_a_published_year():
    # 郴州 2015: 575, 118, 79, 149 of 921. Published by hand as 62.4, 12.8, 8.5, 16.2 = 99.9.
    shares = percentages([575, 118, 79, 149])
    assert [str(share) for share in shares] == ["62.4", "12.8", "8.6", "16.2"]


def test_answers_of_a_published_year():
    # 郴州 2015: the eight answers among 903 replies, as published.
    shares = percentages([313, 395, 112, 16, 21, 31, 15, 0])
    assert [str(s) for s in shares] == ["34.7", "43.7", "12.4", "1.8", "2.3", "3.4", "1.7", "0.0"]


def test_acceptance_67_a_share_of_nothing_is_blank():
    assert percentages([0, 0]) == (None, None)
    assert percentages([]) == ()


def test_equal_remainders_go_to_the_first():
    assert [str(share) for share in percentages([1, 1, 1])] == ["33.4", "33.3", "33.3"]


def test_parts_of_a_larger_whole():
    assert percentages([1, 1], total=8, places=0) == (Decimal(13), Decimal(12))


@pytest.mark.parametrize(("counts", "total"), [([-1], None), ([3], 2)])
def test_counts_are_parts_of_the_total(counts, total):
    with pytest.raises(ValueError, match="whole parts"):
        percentages(counts, total=total)


@given(
    counts=st.lists(st.integers(0, 10_000), min_size=1, max_size=21).filter(any),
    places=st.integers(0, 3),
)
def test_shares_of_the_whole_add_to_100_and_are_each_within_one_unit(counts, places):
    shares = percentages(counts, places=places)
    assert sum(shares) == 100
    for count, share in zip(counts, shares, strict=True):
        exact = Decimal(count) * 100 / sum(counts)
        assert abs(share - exact) < Decimal(1).scaleb(-places)
