"""What a reply says: outcome, grounds and what the law wants beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.grounds import Ground, Outcome, Requirement
from casework.domain.outcomes import validate_choice
from casework.domain.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

BY_THE_CATALOGUE = frozenset({Requirement.LEGAL_BASIS})
"""What the letter takes from the catalogue itself, so that nobody types an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyContent:
    """What the drafter decides and writes; the letter's other words are the template's.

    ``grounds`` are catalogue codes, ``particulars`` the drafter's text for each requirement.
    """

    outcome: Outcome
    grounds: tuple[str, ...]
    particulars: Mapping[Requirement, str]

    def cleaned(self) -> ReplyContent:
        """Return the same content trimmed, without empty particulars or control characters."""
        texts = {key: clean_text(text, keep_lines=True) for key, text in self.particulars.items()}
        return ReplyContent(
            outcome=self.outcome,
            grounds=tuple(dict.fromkeys(self.grounds)),
            particulars={key: text for key, text in texts.items() if text},
        )


def check_reply(content: ReplyContent, statute: str, *, decided_on: date) -> Ground:
    """Return the ground under which the case will be counted.

    Raises RuleBroken where the grounds do not go with the outcome or the statute, or where what
    the law wants beside them is missing (条例第三十六条、第三十七条).
    """
    return validate_choice(
        content.outcome,
        content.grounds,
        statute=statute,
        decided_on=decided_on,
        supplied=frozenset(content.particulars) | BY_THE_CATALOGUE,
    )
