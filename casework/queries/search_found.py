"""Why a case was found: its texts around the words, marked; for one page of cases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from casework.domain.permissions import Permission
from casework.domain.search_text import Piece, excerpt, find_spans, fold
from casework.queries.search_sources import list_texts
from casework.queries.search_words import FOLDING, initials

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor
    from casework.queries.search_sources import CaseTexts

TITLE = 80
LINE = 60
MOST_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLine:
    """A place outside the request where the words stand, e.g. 答复."""

    label: str
    pieces: list[Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """``title`` is the request around the first word; ``by_name``: the words are the applicant."""

    title: list[Piece]
    lines: list[FoundLine]
    by_name: bool


def find_words(
    session: Session, actor: Actor, ids: Sequence[int], terms: Sequence[str]
) -> dict[int, Found]:
    """Return for each case where the ``terms`` stand, as far as ``actor`` reads: 4 queries."""
    reads_papers = actor.may(Permission.READ_PAPERS)
    return {
        texts.case_id: _found(texts if reads_papers else replace(texts, reply=()), terms)
        for texts in list_texts(session, ids)
    }


def _found(texts: CaseTexts, terms: Sequence[str]) -> Found:
    # The case's own number is on the row already.
    places: Iterable[tuple[str, str]] = (
        *(("编号", number) for number in texts.numbers[1:]),
        ("内容类别", texts.subject),
        *(("答复", words) for words in texts.reply),
        *(("备注、留言", words) for words in texts.remarks),
    )
    lines = [
        FoundLine(label=label, pieces=excerpt(words, terms, FOLDING, width=LINE))
        for label, words in places
        if find_spans(words, terms, FOLDING)
    ]
    return Found(
        title=excerpt(texts.request_text, terms, FOLDING, width=TITLE),
        lines=lines[:MOST_LINES],
        by_name=any(_names(name, term) for name in texts.names for term in terms),
    )


def _names(name: str, term: str) -> bool:
    return term in fold(name, FOLDING) or any(each.startswith(term) for each in initials(name))
