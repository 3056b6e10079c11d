"""The pair table of links, and what may not be linked."""

from __future__ import annotations

from datetime import date

import pytest

from casework.domain.case_links import STORED, Linked, LinkKind, check_link
from casework.domain.errors import RuleBroken


def end(number: int, *, agency_id: int = 1, month: int = 9, answered: bool = True) -> Linked:
    return Linked(
        id=number, agency_id=agency_id, received_on=date(2026, month, 7), answered=answered
    )


def test_acceptance_57_the_pair_table() -> None:
    pairs = {(kind.value, kind.inverse.value) for kind in LinkKind}
    assert pairs == {
        ("repeats", "repeated_by"),
        ("repeated_by", "repeats"),
        ("merged_into", "merged_from"),
        ("merged_from", "merged_into"),
        ("split_from", "split_into"),
        ("split_into", "split_from"),
        ("handed_from", "handed_to"),
        ("handed_to", "handed_from"),
        ("related", "related"),
    }
    assert {kind for stored in STORED for kind in (stored, stored.inverse)} == set(LinkKind)


@pytest.mark.parametrize("kind", list(LinkKind))
def test_acceptance_57_nothing_is_linked_to_itself(kind: LinkKind) -> None:
    with pytest.raises(RuleBroken) as refusal:
        check_link(end(1), kind, end(1))
    assert refusal.value.code == "link_to_itself"


@pytest.mark.parametrize(
    ("this", "kind", "other", "code"),
    [
        (end(2), LinkKind.REPEATS, end(1, month=8), None),
        (end(2), LinkKind.REPEATS, end(1, month=8, answered=False), "link_not_answered"),
        (end(2), LinkKind.REPEATS, end(1, month=10), "link_order"),
        (end(1, month=8), LinkKind.REPEATED_BY, end(2, answered=False), None),
        (end(1, month=8, answered=False), LinkKind.REPEATED_BY, end(2), "link_not_answered"),
        (end(1), LinkKind.MERGED_INTO, end(2, agency_id=2), "link_across_agencies"),
        (end(1), LinkKind.SPLIT_INTO, end(2, agency_id=2), "link_across_agencies"),
        (end(1), LinkKind.RELATED, end(2, agency_id=2), None),
        (end(1), LinkKind.HANDED_TO, end(2, agency_id=2), "link_by_handing_on"),
        (end(1, answered=False), LinkKind.MERGED_FROM, end(2, answered=False), None),
    ],
)
def test_what_may_be_linked(this: Linked, kind: LinkKind, other: Linked, code: str | None) -> None:
    if code is None:
        check_link(this, kind, other)
        return
    with pytest.raises(RuleBroken) as refusal:
        check_link(this, kind, other)
    assert refusal.value.code == code
