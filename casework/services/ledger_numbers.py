"""Which numbers of an agency's own series a ledger row bears: its 案号, the 文号 of its reply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from casework.domain.letter_kinds import LetterKind
from casework.domain.numbers import CASE_SERIES, parse_number
from casework.services.letter_writing import number_pattern, series_word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.domain.number_pattern import NumberPattern
    from casework.models import Agency


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """How an agency writes its 案号 and the 文号 of its replies."""

    prefix: str
    reply_word: str
    replies: NumberPattern

    @classmethod
    def of(cls, agency: Agency) -> Self:
        """Return how ``agency`` numbers."""
        return cls(
            prefix=agency.number_prefix,
            reply_word=series_word(agency, LetterKind.REPLY),
            replies=number_pattern(agency),
        )

    def read(self, case_number: str, reply_number: str) -> Iterator[tuple[str, int, int]]:
        """Yield (series, year, sequence) for each that is of the agency's own series."""
        number = parse_number(case_number) if case_number else None
        if number is not None and number.prefix == self.prefix:
            yield CASE_SERIES, number.year, number.sequence
        replied = (
            self.replies.read(reply_number, prefix=self.prefix, series=self.reply_word)
            if reply_number
            else None
        )
        if replied is not None:
            yield LetterKind.REPLY.value, *replied
