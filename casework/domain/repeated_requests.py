"""重复申请 and 大量反复申请: what the office sees before it judges, with the articles; no judgment.

The regulation gives no figure for either. Whether an application repeats one that was answered
(条例第三十六条第六项) or goes plainly beyond a reasonable range (第三十五条) is for people to say;
what is counted here only brings it before their eyes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.fees import TARIFF
from casework.domain.statutes import StatuteCode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

REPEAT_ARTICLE = "条例第三十六条第六项"
REPEAT_WORDS = (
    "行政机关已就申请人提出的政府信息公开申请作出答复、申请人重复申请公开相同政府信息的，"
    "告知申请人不予重复处理"
)
FREQUENT_ARTICLE = "条例第三十五条"
FREQUENT_WORDS = (
    "申请人申请公开政府信息的数量、频次明显超过合理范围，行政机关可以要求申请人说明理由"
)

A_YEAR = timedelta(days=365)
MANY_IN_A_YEAR = 10
"""From so many within a year on the page says so. The office's own attention, no rule of law."""

FREE_IN_A_MONTH = 10
"""国办函〔2020〕109号第四条: the 11th application of a calendar month may bear a fee."""


class SamePerson(StrEnum):
    """By what another applicant is taken for the same one, the surest first."""

    ID_NUMBER = "id_number"
    PHONE = "phone"
    NAME = "name"

    @property
    def label(self) -> str:
        """How the page says it."""
        return _PERSON_LABELS[self]


_PERSON_LABELS = {
    SamePerson.ID_NUMBER: "证件号码相同",
    SamePerson.PHONE: "电话相同",
    SamePerson.NAME: "只是同名",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherRequest:
    """Another application of the applicant, to the same agency or not."""

    number: str
    received_on: date | None
    answered: bool
    same_agency: bool
    same_person: SamePerson
    asks_the_same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatHint:
    """Answered applications that ask nearly the same, and those still in hand."""

    answered: tuple[OtherRequest, ...]
    in_hand: tuple[OtherRequest, ...]

    article = REPEAT_ARTICLE
    words = REPEAT_WORDS

    @property
    def by_name_only(self) -> bool:
        """Whether nothing but the name says that it is the same person."""
        return all(each.same_person is SamePerson.NAME for each in (*self.answered, *self.in_hand))


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyHint:
    """How often the applicant applied: ``this_month`` and ``in_a_year`` count the new one too.

    ``same`` of them, without the new one, ask the same.
    """

    this_month: int
    in_a_year: int
    same: int
    by_name_only: bool

    article = FREQUENT_ARTICLE
    words = FREQUENT_WORDS
    free = FREE_IN_A_MONTH
    tariff = TARIFF

    @property
    def may_bear_a_fee(self) -> bool:
        """Whether it is beyond the month's ten that are free by the piece (第四十二条)."""
        return self.this_month > FREE_IN_A_MONTH


def repeat_hint(others: Sequence[OtherRequest], statute: StatuteCode) -> RepeatHint | None:
    """Return what may be a 重复申请 of, None for nothing.

    第三十六条第六项 speaks of the agency's own answers, and stands in the 2019 regulation only.
    """
    if statute is not StatuteCode.REGULATION_2019:
        return None
    same = [each for each in others if each.same_agency and each.asks_the_same]
    if not same:
        return None
    return RepeatHint(
        answered=tuple(each for each in same if each.answered),
        in_hand=tuple(each for each in same if not each.answered),
    )


def frequency_hint(
    others: Sequence[OtherRequest], statute: StatuteCode, *, on: date
) -> FrequencyHint | None:
    """Return how often, where it is often: with this one ten within a year, or ten in the month.

    ``on`` is the receipt day of the new application; those received after it do not count.
    """
    if statute is not StatuteCode.REGULATION_2019:
        return None
    own = [each for each in others if each.same_agency]
    sure = [each for each in own if each.same_person is not SamePerson.NAME]
    by_name_only = not sure
    counted = [
        each
        for each in sure or own
        if each.received_on is not None and on - A_YEAR < each.received_on <= on
    ]
    months = [
        each for each in counted if (each.received_on or on).replace(day=1) == on.replace(day=1)
    ]
    hint = FrequencyHint(
        this_month=len(months) + 1,
        in_a_year=len(counted) + 1,
        same=sum(each.asks_the_same for each in counted),
        by_name_only=by_name_only,
    )
    if hint.in_a_year < MANY_IN_A_YEAR and not hint.may_bear_a_fee:
        return None
    return hint
