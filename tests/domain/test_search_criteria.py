"""What is looked for: words, numbers, filters, and their way through an address."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.search_criteria import (
    LONGEST_QUERY,
    MOST_TERMS,
    Facet,
    SearchCriteria,
    choice_label,
    fixed_choices,
    personal_number,
    search_terms,
)
from casework.domain.search_text import FoldTable

TABLE = FoldTable({"補": "补", "償": "偿"})


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("征收 補償", ("征收", "补偿")),
        ("征收　征收", ("征收",)),
        ("2026-139", ("2026 139号",)),
        ("２０２６－139", ("2026 139号",)),
        ("2026年139号", ("2026 139号",)),
        ("〔2026〕139号", ("2026 139号",)),
        ("青资公开〔2026〕139号", ("青资公开 2026 139号",)),
        ("139", ("139",)),
        ("% _", ()),
        ("", ()),
    ],
)
def test_words_and_numbers(typed: str, terms: tuple[str, ...]) -> None:
    assert search_terms(typed, TABLE) == terms


def test_a_pasted_page_is_no_longer_than_a_query_may_be() -> None:
    terms = search_terms(" ".join(f"词{n}" for n in range(1000)), TABLE)
    assert len(terms) == MOST_TERMS
    assert sum(map(len, search_terms("征" * 1000, TABLE))) == LONGEST_QUERY


@pytest.mark.parametrize("typed", ["13812342217", "１３８１２３４２２１７", "11010519491231002x"])
def test_a_personal_number_is_known_for_one(typed: str) -> None:
    assert personal_number(typed)


@pytest.mark.parametrize("typed", ["征收", "139", "a13812342217", ""])
def test_words_are_no_personal_number(typed: str) -> None:
    assert personal_number(typed) == ""


CHOICES = {
    facet.value: st.sampled_from(["", *fixed_choices(facet)])
    if fixed_choices(facet)
    else st.sampled_from(["", "耕地保护科", "土地征收"])
    for facet in Facet
}


@given(
    st.builds(
        SearchCriteria,
        text=st.sampled_from(["", "征收 补偿", "2026-139"]),
        received_from=st.none() | st.dates(),
        received_to=st.none() | st.dates(),
        **CHOICES,
    )
)
def test_criteria_survive_their_way_through_words(criteria: SearchCriteria) -> None:
    assert SearchCriteria.read(criteria.words()) == criteria
    assert criteria.is_open == (criteria == SearchCriteria())


@given(st.dictionaries(st.sampled_from([*CHOICES, "text", "received_from", "other"]), st.text()))
def test_what_is_no_choice_is_left_out(words: dict[str, str]) -> None:
    criteria = SearchCriteria.read(words)
    for facet in Facet:
        if fixed_choices(facet):
            assert criteria.chosen(facet) in {"", *fixed_choices(facet)}
    assert SearchCriteria.read(criteria.words()) == criteria


def test_choices_are_written_in_the_offices_words() -> None:
    assert choice_label(Facet.STATE, "awaiting_issue") == "待签发"
    assert choice_label(Facet.LIGHT, "overdue") == "超期"
    assert choice_label(Facet.CHANNEL, "mail") == "信函"
    assert choice_label(Facet.OUTCOME, "not_disclosed") == "不予公开"
    assert choice_label(Facet.UNIT, "耕地保护科") == "耕地保护科"
    assert SearchCriteria(received_from=date(2026, 9, 1)).words() == {"received_from": "2026-09-01"}
