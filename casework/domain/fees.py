"""信息处理费 by the tariff of 国办函〔2020〕109号, and the cost recovery of the 2007 regulation.

Two progressive tariffs; the agency picks one for each request, never both (第二条、第三条):

- 按件 (第四条), per applicant and calendar month: 1–10 件 free, 11–30 件 100 元 each, and from the
  31st each further band of ten 100 元 more: 31–40 at 200, 41–50 at 300 …;
- 按量 (第五条), per request: to 30 pages free, 31–100 at 10 元, 101–200 at 20, from 201 at 40.

In force since 2021-01-01; from 2019-05-15 until then there was no tariff and no fee
(2019 条例第四十二条). Under the 2007 regulation only the costs of 检索、复制、邮寄 may be asked for
(第二十七条), at the prices of the place.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken
from casework.domain.statutes import STATUTES, StatuteCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from casework.domain.working_days import WorkingDayCalendar

TARIFF = "《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）"
PAYMENT_DAYS = 20
"""Working days to pay from the day after the notice is received (第六条)."""

_FREE_ITEMS = 10
_FIRST_PAID_ITEMS = 30
_ITEM_STEP = 10
_ITEM_RATE = 100
# Last page of each band (None: no end) and what a page costs in it.
_PAGE_BANDS = ((30, 0), (100, 10), (200, 20), (None, 40))
_MOST = 100_000
_CENT = Decimal("0.01")


FEE_UNPAID = "fee_unpaid"
"""The ground of an answer to an applicant who let the period to pay pass (第六条)."""


def check_lapse(received_on: date | None, calendar: WorkingDayCalendar, *, today: date) -> None:
    """Raise RuleBroken(field="grounds") unless the period to pay has passed.

    ``received_on`` is the day the notice reached the applicant, None while nobody knows.
    """
    basis = f"{TARIFF}第六条"
    if received_on is None:
        raise RuleBroken(
            "fee_notice_not_received",
            "还没有登记申请人收到收费通知的日期，缴费期限不能起算。请先登记收费通知的送达和签收",
            field="grounds",
            basis=basis,
        )
    last = calendar.add(received_on, PAYMENT_DAYS)
    if today <= last:
        raise RuleBroken(
            "fee_not_lapsed",
            f"申请人 {received_on:%Y-%m-%d} 收到收费通知，缴费期限到 {last:%Y-%m-%d}，还没有过",
            field="grounds",
            basis=basis,
        )


class FeeBasis(StrEnum):
    """What is counted."""

    ITEMS = "items"
    PAGES = "pages"

    @property
    def label(self) -> str:
        """The word of the rules: 按件 or 按量."""
        return {FeeBasis.ITEMS: "按件计收", FeeBasis.PAGES: "按量计收"}[self]

    @property
    def unit(self) -> str:
        """What one of them is called."""
        return {FeeBasis.ITEMS: "件", FeeBasis.PAGES: "页"}[self]

    @property
    def article(self) -> str:
        """The article that sets the tariff."""
        return {FeeBasis.ITEMS: "第四条", FeeBasis.PAGES: "第五条"}[self]

    @property
    def standard(self) -> str:
        """The tariff in words, as the notice gives it (第六条: 依据、标准)."""
        return _STANDARDS[self]


_STANDARDS = {
    FeeBasis.ITEMS: (
        "按件计收：同一申请人一个自然月内累计申请10件以下（含10件）的，不收费；"
        "11—30件（含30件）的部分，100元/件；"
        "31件以上的部分，以10件为一档，每增加一档，收费标准提高100元/件"
    ),
    FeeBasis.PAGES: (
        "按量计收：30页以下（含30页）的，不收费；31—100页（含100页）的部分，10元/页；"
        "101—200页（含200页）的部分，20元/页；201页以上的部分，40元/页"
    ),
}


@dataclass(frozen=True, slots=True)
class Band:
    """What falls into one band: from the ``first`` to the ``last`` unit, ``rate`` yuan each."""

    first: int
    last: int
    rate: int

    @property
    def count(self) -> int:
        """How many units."""
        return self.last - self.first + 1

    @property
    def amount(self) -> int:
        """What they cost in yuan."""
        return self.count * self.rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """A fee with its working."""

    basis: FeeBasis
    bands: tuple[Band, ...]

    @property
    def total(self) -> int:
        """The fee in yuan."""
        return sum(band.amount for band in self.bands)

    @property
    def working(self) -> str:
        """The calculation as the applicant can follow it; the free part is named too."""
        unit = self.basis.unit
        parts = [_band_words(band, unit) for band in self.bands]
        charged = [str(band.amount) for band in self.bands if band.rate]
        total = f"合计{'+'.join(charged)}={self.total}元" if len(charged) > 1 else ""
        return "；".join(filter(None, (*parts, total or f"合计{self.total}元")))


def fee_by_items(*, earlier: int, items: int) -> Fee:
    """Return the fee of ``items`` 件 after ``earlier`` 件 of the same applicant and month.

    A month is paid for as it comes in: the fees of its requests add up to the fee of their sum.
    RuleBroken(field="items" or "earlier") for what is no count.
    """
    _check_count(items, "items", least=1)
    _check_count(earlier, "earlier", least=0)
    bands = _cut(_item_bands(), first=earlier + 1, last=earlier + items)
    return Fee(basis=FeeBasis.ITEMS, bands=tuple(bands))


def fee_by_pages(pages: int) -> Fee:
    """Return the fee of one request's ``pages``: sides of A4 or smaller; requests are not added.

    RuleBroken(field="pages") for what is no count.
    """
    _check_count(pages, "pages", least=1)
    return Fee(basis=FeeBasis.PAGES, bands=tuple(_cut(_page_bands(), first=1, last=pages)))


def check_tariff(statute: str, on: date) -> None:
    """Raise RuleBroken if no tariff was in force for a case of ``statute`` on this day."""
    since = STATUTES[StatuteCode(statute)].fee_restart_from
    if since is None:
        raise RuleBroken(
            "no_processing_fee",
            "2007年条例没有信息处理费，只能收取检索、复制、邮寄等成本费用",
            basis="2007年条例第二十七条",
        )
    if on < since:
        raise RuleBroken(
            "fee_before_tariff",
            "2021年1月1日之前没有信息处理费的收费标准，不能收费",
            basis="条例第四十二条",
        )


@dataclass(frozen=True, slots=True)
class Cost:
    """One cost of the 2007 regulation: ``quantity`` at ``price`` yuan each, e.g. 复制 12 页."""

    name: str
    quantity: int
    price: Decimal

    @property
    def amount(self) -> Decimal:
        """What it comes to, to the 分."""
        return (self.quantity * self.price).quantize(_CENT, ROUND_HALF_UP)


COST_KINDS = ("检索", "复制", "邮寄")
"""What may be recovered (2007 条例第二十七条); nothing else."""


def recovered_costs(costs: Sequence[Cost]) -> tuple[Decimal, str]:
    """Return the sum and its working; RuleBroken for what is no cost of 检索、复制 or 邮寄."""
    for cost in costs:
        if cost.name not in COST_KINDS:
            raise RuleBroken(
                "cost_not_allowed",
                f"“{cost.name}”不在可以收取的成本费用之列，只有检索、复制、邮寄费用",
                field="costs",
                basis="2007年条例第二十七条",
            )
        _check_count(cost.quantity, "costs", least=1)
        if cost.price < 0:
            raise RuleBroken("cost_negative", "单价不能小于零", field="costs")
    total = sum((cost.amount for cost in costs), Decimal(0)).quantize(_CENT)
    lines = [f"{cost.name}费{cost.quantity}×{cost.price}元={cost.amount}元" for cost in costs]
    return total, "；".join([*lines, f"合计{total}元"])


def _band_words(band: Band, unit: str) -> str:
    span = f"第{band.first}{unit}" if band.count == 1 else f"第{band.first}至{band.last}{unit}"
    if not band.rate:
        return f"{span}不收费"
    return f"{span}，{band.count}{unit}×{band.rate}元/{unit}={band.amount}元"


def _item_bands() -> Iterator[tuple[int | None, int]]:
    yield _FREE_ITEMS, 0
    yield _FIRST_PAID_ITEMS, _ITEM_RATE
    last, rate = _FIRST_PAID_ITEMS, _ITEM_RATE
    while True:
        last, rate = last + _ITEM_STEP, rate + _ITEM_RATE
        yield last, rate


def _page_bands() -> Iterator[tuple[int | None, int]]:
    yield from _PAGE_BANDS


def _cut(bands: Iterator[tuple[int | None, int]], *, first: int, last: int) -> Iterator[Band]:
    for end, rate in bands:
        if end is not None and end < first:
            continue
        upto = last if end is None else min(last, end)
        yield Band(first, upto, rate)
        if upto == last:
            return
        first = upto + 1


def _check_count(number: int, field: str, *, least: int) -> None:
    if not least <= number <= _MOST:
        raise RuleBroken("not_a_count", f"请填 {least} 到 {_MOST} 之间的整数", field=field)
