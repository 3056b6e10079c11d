"""What the wording of letters is made of: a template for each kind, and the passages of answers.

An agency adapts each of these texts by itself; the ones it leaves alone stay the national default.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.letter_kinds import LetterKind
from casework.domain.procedural_documents import ANSWERS

if TYPE_CHECKING:
    from casework.domain.statutes import StatuteCode


class AnswerPassages(StrEnum):
    """Texts that are put into an answer by its ground, each file one passage for each ground."""

    FINDINGS = "findings"
    NATURES = "natures"

    @property
    def label(self) -> str:
        """What the office calls it."""
        return _LABELS[self]

    @property
    def short_label(self) -> str:
        """The same; a kind of letter has a shorter word as well."""
        return _LABELS[self]


_LABELS = {
    AnswerPassages.FINDINGS: "答复书中的认定和决定",
    AnswerPassages.NATURES: "答复书中信息的性质",
}

TemplatePart = LetterKind | AnswerPassages


def parts_of(statute: StatuteCode) -> tuple[TemplatePart, ...]:
    """Return every text the letters of a regulation are made of, in the order of the list."""
    kinds = [kind for kind in LetterKind if statute.value in kind.statutes]
    return (*kinds, *AnswerPassages)


def parts_used_by(kind: LetterKind) -> tuple[TemplatePart, ...]:
    """Return the texts one letter is made of: an answer takes its finding from the passages."""
    return (kind, *AnswerPassages) if kind in ANSWERS else (kind,)


def find_part(name: str, statute: StatuteCode) -> TemplatePart | None:
    """Return the text with this name, None if the regulation has none."""
    return next((part for part in parts_of(statute) if part.value == name), None)
