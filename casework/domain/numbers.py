"""案号 and 文号: how a number reads.

A series runs per agency, kind and Beijing year and has no gaps; the next number is drawn in the
transaction that uses it (services.numbering), never shown as a field to fill in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CASE_SERIES = "case"

_NUMBER = re.compile(r"^(?P<prefix>.*)〔(?P<year>\d{4})〕(?:第)?(?P<sequence>\d+)号$")


@dataclass(frozen=True, slots=True)
class SeriesNumber:
    """One drawn number: ``青资公开答``, 2026, 12."""

    prefix: str
    year: int
    sequence: int

    def __str__(self) -> str:
        """Return the number with the brackets of GB/T 9704-2012 7.2.5: 青资公开答〔2026〕12号."""
        return f"{self.prefix}〔{self.year}〕{self.sequence}号"


def parse_number(text: str) -> SeriesNumber | None:
    """Return the number ``text`` spells in our form, or None if it is some other numbering."""
    found = _NUMBER.match(text.strip())
    if found is None:
        return None
    return SeriesNumber(found["prefix"], int(found["year"]), int(found["sequence"]))
