"""What a person looks for: words, days, and a choice in each of the filters.

A saved view (常用查找) keeps these and nothing of what they found: whoever opens it sees only what
is theirs to see, today.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from casework.domain.application import Channel
from casework.domain.grounds import Outcome
from casework.domain.lights import Light
from casework.domain.search_text import BOUNDARY, FoldTable, fold
from casework.domain.states import State
from casework.domain.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_QUERY = 100
MOST_TERMS = 6

_YEAR_AND_NUMBER = re.compile(r"^(\d{4})\D{1,3}(\d{1,6})号?$")
_PERSONAL_NUMBER = re.compile(r"^[0-9][0-9X\- ]{5,19}$")


def search_terms(text: str, table: FoldTable) -> tuple[str, ...]:
    """Return the folded words that a case must all contain; white space stands between words.

    ``2026-139`` and ``2026年139号`` mean the case number 〔2026〕139号.
    """
    typed = clean_text(text)[:LONGEST_QUERY]
    if found := _YEAR_AND_NUMBER.match(unicodedata.normalize("NFKC", typed)):
        return (f"{found[1]}{BOUNDARY}{found[2]}号",)
    words = (fold(word, table) for word in typed.split())
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_TERMS]


def personal_number(text: str) -> str:
    """Return what was typed if it may be a telephone or document number in full, else ""."""
    typed = unicodedata.normalize("NFKC", clean_text(text)).upper()
    return typed if _PERSONAL_NUMBER.match(typed) else ""


class Facet(StrEnum):
    """A filter whose choices are counted."""

    STATE = "state"
    LIGHT = "light"
    UNIT = "unit"
    CHANNEL = "channel"
    SUBJECT = "subject"
    OUTCOME = "outcome"

    @property
    def label(self) -> str:
        """The word over its choices."""
        return _FACET_LABELS[self]


_FACET_LABELS = {
    Facet.STATE: "环节",
    Facet.LIGHT: "时钟",
    Facet.UNIT: "承办单位",
    Facet.CHANNEL: "申请渠道",
    Facet.SUBJECT: "内容类别",
    Facet.OUTCOME: "办理结果",
}

_CHOICES: Mapping[Facet, type[State | Light | Channel | Outcome]] = {
    Facet.STATE: State,
    Facet.LIGHT: Light,
    Facet.CHANNEL: Channel,
    Facet.OUTCOME: Outcome,
}
"""Filters with a fixed list; the others take any words."""


def fixed_choices(facet: Facet) -> tuple[str, ...]:
    """Return the choices of a filter that has a fixed list, in the order of the office's day."""
    return tuple(each.value for each in _CHOICES.get(facet, ()))


def choice_label(facet: Facet, value: str) -> str:
    """Return a choice in words, e.g. 待签发."""
    kind = _CHOICES.get(facet)
    return kind(value).label if kind is not None else value


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCriteria:
    """What to look for; "" and None leave a filter open. Days are receipt days, both included."""

    text: str = ""
    state: str = ""
    light: str = ""
    unit: str = ""
    channel: str = ""
    subject: str = ""
    outcome: str = ""
    received_from: date | None = None
    received_to: date | None = None

    @classmethod
    def read(cls, words: Mapping[str, str]) -> Self:
        """Return the criteria in ``words`` (an address, a saved view); what is no choice is left.

        Days are ISO dates.
        """
        chosen = {facet.value: _known(facet, words.get(facet.value, "")) for facet in Facet}
        return cls(
            text=clean_text(words.get("text", ""))[:LONGEST_QUERY],
            received_from=_day(words.get("received_from", "")),
            received_to=_day(words.get("received_to", "")),
            **chosen,
        )

    def words(self) -> dict[str, str]:
        """Return what is set, as ``read`` takes it."""
        values = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: str(value) for name, value in values if value not in {"", None}}

    def chosen(self, facet: Facet) -> str:
        """Return the choice in one filter, "" for none."""
        value: str = getattr(self, facet.value)
        return value

    @property
    def is_open(self) -> bool:
        """Whether nothing is asked: every case there is."""
        return not self.words()


def _known(facet: Facet, word: str) -> str:
    word = clean_text(word)[:LONGEST_QUERY]
    kind = _CHOICES.get(facet)
    return word if kind is None or word in set(kind) else ""


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None
