"""Text as search sees it: folded to one spelling, cut into 二字组 (bigrams), found again in print.

Chinese has no spaces and its commonest words have two characters, so the index holds every pair of
neighbours. ``FoldTable`` makes one character of all its spellings: full and half width (NFKC),
traditional and simplified (the table it is given), upper and lower case. Punctuation becomes a
boundary that no pair crosses; white space inside Chinese, as a broken line leaves it, is nothing.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RULES = 1
"""Counts up whenever a text folds or is cut otherwise; an index made by older rules is remade."""

BOUNDARY = " "
PART = "\n"
"""Stands between the parts of one field, e.g. two remarks; no search term ever holds it."""

_WHITE = "\t"
_MARK = "\v"
_GAP = re.compile(f"[{_WHITE}{_MARK}]+")
_CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_SEGMENT = re.compile(f"[^{BOUNDARY}{PART}]+")


class FoldTable(dict[int, str]):
    """Code point -> what it folds to; filled as characters are met (``str.translate``)."""

    def __init__(self, simplified: Mapping[str, str]) -> None:
        """Take traditional character -> simplified character, one for one."""
        super().__init__()
        self._simplified = simplified

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = _WHITE if character.isspace() else self._fold(character)
        self[code] = folded
        return folded

    def _fold(self, character: str) -> str:
        plain = unicodedata.normalize("NFKC", character)
        simple = "".join(self._simplified.get(each, each) for each in plain).lower()
        return "".join(map(_kept, simple))


def _kept(character: str) -> str:
    if character.isalnum():
        return character
    # An accent over a letter says nothing here; anything else ends the word.
    return "" if unicodedata.category(character).startswith("M") else _MARK


def fold(text: str, table: FoldTable) -> str:
    """Return ``text`` in the one spelling in which texts and queries are compared.

    Letters and digits with single ``BOUNDARY`` spaces between them, none at either end.
    """
    raw = text.translate(table)
    return _GAP.sub(lambda gap: _width(raw, gap.start(), gap.end()), raw).strip(BOUNDARY)


def _width(raw: str, start: int, end: int) -> str:
    """Return what a gap leaves: nothing for white space inside Chinese, else a boundary."""
    if _MARK in raw[start:end] or not 0 < start < end < len(raw):
        return BOUNDARY
    inside = _CHINESE.match(raw[start - 1]) and _CHINESE.match(raw[end])
    return "" if inside else BOUNDARY


def grams(folded: str) -> set[str]:
    """Return every pair of neighbours in a folded text, and each character that stands alone."""
    found: set[str] = set()
    for segment in _SEGMENT.findall(folded):
        if len(segment) == 1:
            found.add(segment)
        else:
            found.update(map("".join, pairwise(segment)))
    return found


def sought_grams(term: str) -> set[str]:
    """Return the grams that a text must have to contain ``term``.

    A character alone between boundaries may be the beginning of a longer word in the text, so it
    says nothing beside pairs; a term of one character is looked for as it is.
    """
    every = grams(term)
    return {gram for gram in every if len(gram) > 1} or every


def letters(folded: str) -> set[str]:
    """Return every single character of a folded text: short fields are found by one of them."""
    return set(folded) - {BOUNDARY, PART}


_LATIN = "A-Za-z0-9Ａ-Ｚａ-ｚ０-９._+-"
_EMAIL = re.compile(f"[{_LATIN}]+[@＠][{_LATIN}]+")
_PERSONAL_NUMBERS = re.compile(
    r"(?<![0-9a-z])"
    r"(?:\d{6} ?\d{8} ?\d{3}[\dx]|\d{15}|1[3-9]\d ?\d{4} ?\d{4}|0\d{2,3} ?\d{7,8})"
    r"(?![0-9a-z])"
)

_TELLING = 6


def fold_without_numbers(text: str, table: FoldTable, secrets: Iterable[str] = ()) -> str:
    """Fold free text for the index, less the personal data that is sealed elsewhere.

    Whatever reads like an ID number, a telephone number or an e-mail address goes, and so does
    each of ``secrets``, the applicant's own sealed values: what the database keeps sealed must
    not stand in clear in its index because somebody typed it into a remark. An address that is
    no more than a town's name tells nothing of a person and stays.
    """
    folded = _PERSONAL_NUMBERS.sub(BOUNDARY, fold(_EMAIL.sub("；", text), table))
    for secret in secrets:
        value = fold(secret, table)
        if len(value) >= _TELLING:
            folded = folded.replace(value, BOUNDARY)
    return BOUNDARY.join(folded.split())


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; ``found``: it is what was looked for."""

    text: str
    found: bool = False


ELLIPSIS = "…"


def mark(text: str, terms: Iterable[str], table: FoldTable) -> list[Piece]:
    """Return ``text`` cut into pieces, so that those which fold to one of ``terms`` are marked."""
    pieces: list[Piece] = []
    done = 0
    for start, end in find_spans(text, terms, table):
        if start > done:
            pieces.append(Piece(text[done:start]))
        pieces.append(Piece(text[start:end], found=True))
        done = end
    if done < len(text):
        pieces.append(Piece(text[done:]))
    return pieces


def excerpt(text: str, terms: Iterable[str], table: FoldTable, *, width: int) -> list[Piece]:
    """Return about ``width`` characters of ``text`` around the first term, marked.

    Without a hit its beginning. Line breaks become spaces.
    """
    flat = " ".join(text.split())
    spans = find_spans(flat, terms, table)
    start = max(spans[0][0] - width // 4, 0) if spans else 0
    start = max(min(start, len(flat) - width), 0)
    end = max(start + width, spans[0][1] if spans else 0)
    pieces = mark(flat[start:end], terms, table)
    if start:
        pieces.insert(0, Piece(ELLIPSIS))
    if end < len(flat):
        pieces.append(Piece(ELLIPSIS))
    return pieces


def find_spans(text: str, terms: Iterable[str], table: FoldTable) -> list[tuple[int, int]]:
    """Return where in ``text`` something folds to one of ``terms``: half-open, merged, in order."""
    folded, places = _fold_with_places(text, table)
    spans: list[tuple[int, int]] = []
    for term in terms:
        at = folded.find(term) if term else -1
        while at >= 0:
            spans.append((places[at], places[at + len(term) - 1] + 1))
            at = folded.find(term, at + 1)
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _fold_with_places(text: str, table: FoldTable) -> tuple[str, list[int]]:
    """Return what ``fold`` returns, and the place in ``text`` each of its characters is from."""
    raw: list[str] = []
    origins: list[int] = []
    for place, character in enumerate(text):
        for each in table[ord(character)]:
            raw.append(each)
            origins.append(place)
    joined = "".join(raw)
    kept: list[str] = []
    places: list[int] = []
    at = 0
    for gap in _GAP.finditer(joined):
        kept += joined[at : gap.start()]
        places += origins[at : gap.start()]
        if width := _width(joined, gap.start(), gap.end()):
            kept.append(width)
            places.append(origins[gap.start()])
        at = gap.end()
    kept += joined[at:]
    places += origins[at:]
    text_out = "".join(kept)
    leading = len(text_out) - len(text_out.lstrip(BOUNDARY))
    stripped = text_out.strip(BOUNDARY)
    return stripped, places[leading : leading + len(stripped)]
