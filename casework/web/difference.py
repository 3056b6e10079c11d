"""比对: two versions of a letter side by side, paragraph by paragraph.

Each row is marked 改, 增, 删 or 同 in words; within a changed paragraph the changed runs are
struck through or underlined. Colour only repeats what these say.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ALIKE = 0.35
"""Paragraphs less alike than this are a deletion and an addition, not a change."""

_SHORTEST_RUN = 2
"""A single character that happens to agree between two changed runs is not shown as kept."""


class Mark(StrEnum):
    """What became of a paragraph."""

    SAME = "同"
    CHANGED = "改"
    ADDED = "增"
    REMOVED = "删"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text; ``changed`` if the other version does not have it."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One paragraph in both versions; an absent one has no runs."""

    mark: Mark
    before: tuple[Run, ...]
    after: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The rows, and how many bear which mark."""

    rows: tuple[Row, ...]

    def count(self, mark: Mark) -> int:
        """Return how many paragraphs bear ``mark``."""
        return sum(row.mark is mark for row in self.rows)

    @property
    def in_words(self) -> str:
        """Return 改 3 段，增 1 段，同 2 段."""
        parts = [f"{mark} {self.count(mark)} 段" for mark in _ORDER if self.count(mark)]
        return "，".join(parts)


_ORDER = (Mark.CHANGED, Mark.ADDED, Mark.REMOVED, Mark.SAME)


def compare(before: str, after: str) -> Difference:
    """Return how ``after`` differs from ``before``; empty lines are no paragraphs."""
    old, new = _paragraphs(before), _paragraphs(after)
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    rows: list[Row] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            rows += [_same(text) for text in old[i1:i2]]
        else:
            rows += _replaced(old[i1:i2], new[j1:j2])
    return Difference(rows=tuple(rows))


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _same(text: str) -> Row:
    run = (Run(text, changed=False),)
    return Row(mark=Mark.SAME, before=run, after=run)


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    """Yield rows for a block that changed, pairing paragraphs that are alike, in order."""
    j = 0
    for text in old:
        partner = next((k for k in range(j, len(new)) if _likeness(text, new[k]) >= _ALIKE), None)
        if partner is None:
            yield Row(mark=Mark.REMOVED, before=(Run(text, changed=True),), after=())
            continue
        yield from (_added(extra) for extra in new[j:partner])
        yield _changed(text, new[partner])
        j = partner + 1
    yield from (_added(extra) for extra in new[j:])


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(a=one, b=other, autojunk=False).ratio()


def _added(text: str) -> Row:
    return Row(mark=Mark.ADDED, before=(), after=(Run(text, changed=True),))


def _changed(before: str, after: str) -> Row:
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    old: list[Run] = []
    new: list[Run] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        kept = tag == "equal" and i2 - i1 >= _SHORTEST_RUN
        _append(old, before[i1:i2], changed=not kept)
        _append(new, after[j1:j2], changed=not kept)
    return Row(mark=Mark.CHANGED, before=tuple(old), after=tuple(new))


def _append(runs: list[Run], text: str, *, changed: bool) -> None:
    if not text:
        return
    if runs and runs[-1].changed is changed:
        runs[-1] = Run(runs[-1].text + text, changed=changed)
    else:
        runs.append(Run(text, changed=changed))
