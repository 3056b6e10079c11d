"""The two regulations as data: limits, what stops the count, what restarts it, and the articles.

政府信息公开条例 of 2007 (国务院令第492号, in force 2008-05-01) and of 2019 (国务院令第711号, in
force 2019-05-15). Neither has a transition rule beyond its effective date, so a case follows the
regulation in force on its legal receipt day unless a person says otherwise and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from casework.domain.errors import RuleBroken


class StatuteCode(StrEnum):
    """Which regulation (适用条例) governs a case."""

    REGULATION_2007 = "2007"
    REGULATION_2019 = "2019"


class Party(StrEnum):
    """Whom the office consults: 第三方 (第三十二条), 共同制作机关 (第三十四条), 其他机关.

    Their silence means opposite things: a third party's leaves the decision to the office, a
    co-maker's is consent, and of any other agency's the regulation says nothing.
    """

    THIRD_PARTY = "third_party"
    CO_MAKER = "co_maker"
    AGENCY = "agency"

    @property
    def label(self) -> str:
        """The word on the screen."""
        return _PARTY_LABELS[self]


_PARTY_LABELS = {
    Party.THIRD_PARTY: "第三方",
    Party.CO_MAKER: "共同制作机关",
    Party.AGENCY: "其他机关",
}


class Rule(StrEnum):
    """A rule of the clock that a screen, a letter or an error may want to quote."""

    REPLY = "reply"
    EXTENSION = "extension"
    DELAY = "delay"
    CONSULTATION = "consultation"
    CORRECTION = "correction"
    THIRD_PARTY = "third_party"
    CO_MAKER = "co_maker"
    RECEIPT = "receipt"
    FEE_NOTICE = "fee_notice"
    FEE_RESTART = "fee_restart"


class OpinionLimit(NamedTuple):
    """Within how many working days a party has to say its opinion, and by which rule."""

    days: int
    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Statute:
    """One regulation's clock; every limit is a number of working days (工作日).

    ``correction_notice_days``, ``third_party_days`` and ``co_maker_days`` are None where the
    regulation sets no limit. ``suspending`` are the consultations whose time does not count.
    ``fee_restart_from`` is the day from which a fee notice can restart the count, None if never.
    ``office_may_delay``: the office may set a reasonable period of its own where so much is asked
    for that the limit cannot be kept.
    """

    code: StatuteCode
    name: str
    order: str
    in_force_from: date
    base_days: int
    max_extension_days: int
    suspending: frozenset[Party]
    correction_restarts: bool
    fee_restart_from: date | None
    correction_notice_days: int | None
    third_party_days: int | None
    co_maker_days: int | None
    office_may_delay: bool
    articles: dict[Rule, str]

    def article(self, rule: Rule) -> str:
        """Return the citation of ``rule``, as 条例第三十条; KeyError if it has none."""
        return self.articles[rule]

    def opinion_limit(self, party: Party | None) -> OpinionLimit | None:
        """Return what the regulation gives ``party`` to answer in; None if it sets no limit."""
        days, rule = {
            Party.THIRD_PARTY: (self.third_party_days, Rule.THIRD_PARTY),
            Party.CO_MAKER: (self.co_maker_days, Rule.CO_MAKER),
        }.get(party or Party.AGENCY, (None, Rule.CONSULTATION))
        return OpinionLimit(days, rule) if days is not None else None


_FEE_RULES = "国办函〔2020〕109号"

STATUTES = {
    StatuteCode.REGULATION_2007: Statute(
        code=StatuteCode.REGULATION_2007,
        name="2007条例",
        order="国务院令第492号",
        in_force_from=date(2008, 5, 1),
        base_days=15,
        max_extension_days=15,
        suspending=frozenset({Party.THIRD_PARTY}),
        correction_restarts=False,
        fee_restart_from=None,
        correction_notice_days=None,
        third_party_days=None,
        co_maker_days=None,
        office_may_delay=False,
        articles={
            Rule.REPLY: "2007年条例第二十四条第二款",
            Rule.EXTENSION: "2007年条例第二十四条第二款",
            Rule.CONSULTATION: "2007年条例第二十四条第三款",
            Rule.CORRECTION: "2007年条例第二十一条第四项",
            Rule.THIRD_PARTY: "2007年条例第二十三条",
            Rule.RECEIPT: "国办公开办函〔2015〕207号",
            Rule.FEE_NOTICE: "2007年条例第二十七条",
        },
    ),
    StatuteCode.REGULATION_2019: Statute(
        code=StatuteCode.REGULATION_2019,
        name="2019条例",
        order="国务院令第711号",
        in_force_from=date(2019, 5, 15),
        base_days=20,
        max_extension_days=20,
        suspending=frozenset(Party),
        correction_restarts=True,
        fee_restart_from=date(2021, 1, 1),
        correction_notice_days=7,
        third_party_days=15,
        co_maker_days=15,
        office_may_delay=True,
        articles={
            Rule.REPLY: "条例第三十三条第二款",
            Rule.EXTENSION: "条例第三十三条第二款",
            Rule.DELAY: "条例第三十五条",
            Rule.CONSULTATION: "条例第三十三条第三款",
            Rule.CORRECTION: "条例第三十条",
            Rule.THIRD_PARTY: "条例第三十二条",
            Rule.CO_MAKER: "条例第三十四条",
            Rule.RECEIPT: "条例第三十一条",
            Rule.FEE_NOTICE: f"{_FEE_RULES}第六条",
            Rule.FEE_RESTART: _FEE_RULES,
        },
    ),
}


def statute_for(received_on: date) -> Statute:
    """Return the regulation in force on the receipt day.

    RuleBroken ``before_any_statute`` before 2008-05-01: there was no duty to answer.
    """
    if received_on >= STATUTES[StatuteCode.REGULATION_2019].in_force_from:
        return STATUTES[StatuteCode.REGULATION_2019]
    if received_on >= STATUTES[StatuteCode.REGULATION_2007].in_force_from:
        return STATUTES[StatuteCode.REGULATION_2007]
    raise RuleBroken(
        "before_any_statute",
        "收到日期早于 2008年5月1日，当时《政府信息公开条例》尚未施行，请核对收到日期",
        field="received_on",
        basis="国务院令第492号",
    )


def article(code: StatuteCode, rule: Rule) -> str:
    """Return the citation of ``rule`` under the regulation ``code``."""
    return STATUTES[code].article(rule)
