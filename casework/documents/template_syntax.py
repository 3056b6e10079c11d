"""Reading the language of ``templates/letters``: placeholders and conditions, no computing.

``{{ name }}`` stands for a value; ``[[if name]] … [[else]] … [[end]]`` (or ``[[if not name]]``)
for text that depends on a value being there. There is no code, no loop, no attribute access, so a
template can do no harm, whoever edits it. Prefixes of lines belong to ``wording``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

TOKEN = re.compile(
    r"\{\{\s*(?P<name>[a-z][a-z0-9_]*)\s*\}\}"
    r"|\[\[if\s+(?P<negated>not\s+)?(?P<condition>[a-z][a-z0-9_]*)\]\]"
    r"|\[\[(?P<word>else|end)\]\]"
)
"""A placeholder, the beginning of a condition, or a word within one."""
_STRAY = re.compile(r"\{\{|\}\}|\[\[|\]\]")
_MAX_DEPTH = 8


class WordingError(ValueError):
    """A template that cannot be used; the message is a Chinese sentence that names the line.

    ``line`` counts from one, None where no single line is wrong.
    """

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Literal:
    """Text of the template itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Where a value goes."""

    name: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Text that depends on whether a value is empty."""

    name: str
    negated: bool
    then: tuple[Node, ...]
    otherwise: tuple[Node, ...]


Node = Literal | Placeholder | Condition


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of filled-in text, and whether it is a value (never read as wording)."""

    text: str
    is_value: bool


def read(text: str, *, first_line: int = 1) -> tuple[Node, ...]:
    """Return the tree of ``text``; WordingError for anything that is not the language."""
    return _Reader(text, first_line).tree()


def names_in(nodes: Iterable[Node]) -> frozenset[str]:
    """Return every name a tree uses, in placeholders and in conditions."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, Placeholder):
            found.add(node.name)
        elif isinstance(node, Condition):
            found |= {node.name} | names_in(node.then) | names_in(node.otherwise)
    return frozenset(found)


def always_said(nodes: Iterable[Node], name: str, *, given: Collection[str] = frozenset()) -> bool:
    """Say whether the value ``name`` is printed whenever it and the values ``given`` are there.

    A placeholder that stands in only one branch of a condition on something else may stay away.
    """
    return any(_says(node, name, given) for node in nodes)


def _says(node: Node, name: str, given: Collection[str]) -> bool:
    if isinstance(node, Placeholder):
        return node.name == name
    if isinstance(node, Literal):
        return False
    there, absent = node.then, node.otherwise
    if node.negated:
        there, absent = absent, there
    if node.name == name or node.name in given:
        return always_said(there, name, given=given)
    return always_said(there, name, given=given) and always_said(absent, name, given=given)


def fill(nodes: Iterable[Node], values: Mapping[str, str]) -> Iterator[Piece]:
    """Put the values in; an absent one is empty. A value is never looked at for placeholders."""
    for node in nodes:
        if isinstance(node, Literal):
            yield Piece(node.text, is_value=False)
        elif isinstance(node, Placeholder):
            yield Piece(values.get(node.name, ""), is_value=True)
        else:
            there = bool(values.get(node.name, "").strip())
            yield from fill(node.then if there is not node.negated else node.otherwise, values)


class _Reader:
    def __init__(self, text: str, first_line: int) -> None:
        self._text = text
        self._first_line = first_line
        self._tokens = list(TOKEN.finditer(text))
        self._next = 0
        self._position = 0

    def tree(self) -> tuple[Node, ...]:
        nodes = tuple(self._nodes(depth=0))
        if self._next < len(self._tokens):
            token = self._tokens[self._next]
            self._refuse(token.start(), f"{token[0]} 前面没有 [[if …]]")
        return nodes

    def _nodes(self, depth: int) -> Iterator[Node]:
        """Read until a word that belongs to the condition outside."""
        while self._next < len(self._tokens):
            token = self._tokens[self._next]
            yield from self._literal(token.start())
            if token["word"]:
                return
            self._take()
            if token["name"]:
                yield Placeholder(token["name"])
            else:
                yield self._condition(token, depth + 1)
        yield from self._literal(len(self._text))

    def _condition(self, opening: re.Match[str], depth: int) -> Condition:
        if depth > _MAX_DEPTH:
            self._refuse(opening.start(), "条件套得太深")
        then = tuple(self._nodes(depth))
        otherwise: tuple[Node, ...] = ()
        if self._word() == "else":
            self._take()
            otherwise = tuple(self._nodes(depth))
        if self._word() != "end":
            self._refuse(opening.start(), f"{opening[0]} 没有对应的 [[end]]")
        self._take()
        return Condition(opening["condition"], bool(opening["negated"]), then, otherwise)

    def _word(self) -> str | None:
        return self._tokens[self._next]["word"] if self._next < len(self._tokens) else None

    def _take(self) -> None:
        self._position = self._tokens[self._next].end()
        self._next += 1

    def _literal(self, end: int) -> Iterator[Literal]:
        text = self._text[self._position : end]
        if stray := _STRAY.search(text):
            self._refuse(self._position + stray.start(), f"看不懂的记号 {stray[0]}")
        self._position = end
        if text:
            yield Literal(text)

    def _refuse(self, position: int, why: str) -> None:
        line = self._first_line + self._text.count("\n", 0, position)
        raise WordingError(f"文书模板第{line}行：{why}，请您改正。", line=line)
