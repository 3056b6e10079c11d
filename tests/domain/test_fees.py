from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.errors import RuleBroken
from casework.domain.fees import (
    Band,
    Cost,
    check_tariff,
    fee_by_items,
    fee_by_pages,
    recovered_costs,
)


# Totals worked out in law.md section 4 (109号第四条、第五条).
@pytest.mark.parametrize(
    ("items", "total"),
    [(1, 0), (10, 0), (11, 100), (30, 2_000), (35, 3_000), (40, 4_000), (41, 4_300), (55, 9_000)],
)
def test_totals_by_item(items: int, total: int) -> None:
    assert fee_by_items(earlier=0, items=items).total == total


@pytest.mark.parametrize(
    ("pages", "total"), [(1, 0), (30, 0), (31, 10), (100, 700), (200, 2_700), (250, 4_700)]
)
def test_totals_by_page(pages: int, total: int) -> None:
    assert fee_by_pages(pages).total == total


def test_the_working_can_be_followed_by_hand() -> None:
    fee = fee_by_items(earlier=8, items=27)
    assert fee.bands == (Band(9, 10, 0), Band(11, 30, 100), Band(31, 35, 200))
    assert fee.working == (
        "第9至10件不收费；第11至30件，20件×100元/件=2000元；"
        "第31至35件，5件×200元/件=1000元；合计2000+1000=3000元"
    )
    assert fee_by_pages(31).working == "第1至30页不收费；第31页，1页×10元/页=10元；合计10元"
    assert fee_by_pages(12).working == "第1至12页不收费；合计0元"


@given(st.lists(st.integers(1, 40), min_size=1, max_size=12))
def test_a_month_costs_the_same_however_it_is_split(parts: list[int]) -> None:
    earlier = paid = 0
    for items in parts:
        paid += fee_by_items(earlier=earlier, items=items).total
        earlier += items
    assert paid == fee_by_items(earlier=0, items=sum(parts)).total


def price_of_page(n: int) -> int:
    """第五条 for one page, without bands: what page number ``n`` costs."""
    return 0 if n <= 30 else 10 if n <= 100 else 20 if n <= 200 else 40


@given(st.integers(1, 600))
def test_pages_add_up_one_by_one(pages: int) -> None:
    fee = fee_by_pages(pages)
    assert sum(band.count for band in fee.bands) == pages
    assert fee.total == sum(map(price_of_page, range(1, pages + 1)))


@given(st.integers(31, 500))
def test_from_the_31st_item_each_ten_cost_a_hundred_more(n: int) -> None:
    [band] = fee_by_items(earlier=n - 1, items=1).bands
    assert band.rate == 100 * (2 + (n - 31) // 10)


@pytest.mark.parametrize(("earlier", "items", "field"), [(0, 0, "items"), (-1, 1, "earlier")])
def test_what_is_no_count_is_named(earlier: int, items: int, field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        fee_by_items(earlier=earlier, items=items)
    assert refusal.value.field == field
    with pytest.raises(RuleBroken):
        fee_by_pages(0)


def test_no_fee_without_a_tariff() -> None:
    check_tariff("2019", date(2021, 1, 1))
    with pytest.raises(RuleBroken) as before:
        check_tariff("2019", date(2020, 12, 31))
    assert before.value.basis == "条例第四十二条"
    with pytest.raises(RuleBroken) as older:
        check_tariff("2007", date(2022, 1, 4))
    assert older.value.basis == "2007年条例第二十七条"


def test_costs_of_the_2007_regulation_are_recovered_to_the_cent() -> None:
    costs = [Cost("检索", 1, Decimal(2)), Cost("复制", 13, Decimal("0.10"))]
    total, working = recovered_costs(costs)
    assert total == Decimal("3.30")
    assert working == "检索费1×2元=2.00元；复制费13×0.10元=1.30元；合计3.30元"
    with pytest.raises(RuleBroken) as refusal:
        recovered_costs([Cost("咨询", 1, Decimal(5))])
    assert refusal.value.basis == "2007年条例第二十七条"
