"""What is wrong with the text of a template before anybody asks what it says.

Length, characters that cannot be seen, markup, marks nobody understands: every line of it named
at once, so that a page comes back once and not seven times.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from casework.documents.letter_values import LABELS
from casework.documents.template_chinese import SPOKEN, from_chinese, in_chinese, marks_in_chinese
from casework.documents.template_syntax import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 20_000
"""Characters of a template; the longest of the defaults has four thousand."""

_MARK = re.compile(r"\{\{[^{}\n]*\}\}|\[\[[^][\n]*\]\]")
_STRAY_OUTSIDE = re.compile(rf"({_MARK.pattern})|\{{\{{|\}}\}}|\[\[|\]\]")
_STRAY = re.compile(r"\{\{|\}\}|\[\[|\]\]")
_MARKUP = re.compile(r"</?[a-zA-Z!][^<>\n]{0,200}>|&(?:[a-zA-Z]{2,8}|#\d{1,6});")
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_SPACES = str.maketrans({"\t": " ", "\u00a0": " ", "\ufeff": None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing to put right: a whole Chinese sentence, and the line it is about.

    ``line`` counts from one in the person's own text, None where something is missing from the
    whole. What ``must`` be put right keeps the text from being saved; the rest is advice. ``name``
    is the value that is missing, or that a mark nobody understands probably stands for.
    """

    sentence: str
    line: int | None = None
    must: bool = True
    name: str = ""


def tidy_template(text: str) -> str:
    """Return what a person typed as it is checked and stored: stored names, no stray white space.

    Tabs and non-breaking spaces, which word processors leave behind, become spaces.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(_SPACES).split("\n")
    stored = from_chinese("\n".join(line.rstrip() for line in lines).strip("\n"))
    # An empty 标题： becomes "title: ", which ends in white space again.
    return "\n".join(line.rstrip() for line in stored.split("\n")) + "\n"


def name_lines(text: str) -> Iterator[tuple[str, int]]:
    """Yield every name that placeholders and conditions use, with its line."""
    for found in TOKEN.finditer(text):
        if name := found["name"] or found["condition"]:
            yield name, line_of(text, found.start())


def line_of(text: str, position: int) -> int:
    """Return the line, from one, that a position stands in."""
    return text.count("\n", 0, position) + 1


def flaws_of_text(text: str) -> list[Flaw]:
    """Return what is wrong with a template as a text, in order of its lines."""
    if len(text) > LONGEST:
        return [Flaw(sentence=f"全文 {len(text):,} 字，最多 {LONGEST:,} 字，请删减")]
    found = [*_unseen(text), *_markup(text), *_unknown_marks(text)]
    return sorted(found, key=lambda flaw: flaw.line or 0)


def _unseen(text: str) -> Iterator[Flaw]:
    for number, line in enumerate(text.split("\n"), start=1):
        codes = dict.fromkeys(c for c in line if unicodedata.category(c) in _UNSEEN)
        if codes:
            named = "、".join(f"U+{ord(char):04X}" for char in codes)
            yield Flaw(
                line=number, sentence=f"第 {number} 行有看不见的字符（{named}），请删去后重打"
            )


def _markup(text: str) -> Iterator[Flaw]:
    for found in _MARKUP.finditer(text):
        number = line_of(text, found.start())
        yield Flaw(
            line=number,
            sentence=f"第 {number} 行的“{found[0]}”不起作用，会照原样印在文书上，请删去",
        )


def _unknown_marks(text: str) -> Iterator[Flaw]:
    for found in _MARK.finditer(text):
        token = TOKEN.fullmatch(found[0])
        name = (token["name"] or token["condition"]) if token else ""
        if token and (name is None or name in LABELS):
            continue
        number = line_of(text, found.start())
        shown = in_chinese(found[0])
        meant = _meant(found[0])
        advice = f"，您要写的可能是 {meant.mark}" if meant else "，请照右边的列表写"
        yield Flaw(
            line=number,
            sentence=f"第 {number} 行的 {shown} 没有这样的占位符{advice}",
            name=meant.name if meant else "",
        )
    for stray in _STRAY.finditer(_MARK.sub(lambda mark: " " * len(mark[0]), text)):
        number = line_of(text, stray.start())
        yield Flaw(line=number, sentence=f"第 {number} 行的 {stray[0]} 没有成对，请补上或者删去")


@dataclass(frozen=True, slots=True)
class _Meant:
    mark: str
    name: str = ""


def _meant(mark: str) -> _Meant | None:
    """Return the mark a person probably meant, in Chinese, None if none comes near."""
    words = {"否则": "[[否则]]", "完": "[[完]]", "else": "[[否则]]", "end": "[[完]]"}
    inner = re.sub(r"^(if\s+not|if|如有|如无)\s*", "", mark.strip("{}[] "))
    if inner in words:
        return _Meant(words[inner])
    spoken = {label: name for name, label in SPOKEN.items()}
    known = [*spoken, *SPOKEN]
    if not (close := get_close_matches(inner, known, n=1, cutoff=0.5)):
        return None
    name = spoken.get(close[0], close[0])
    stored = f"{{{{ {name} }}}}"
    if mark.startswith("[["):
        negated = "not " if re.match(r"\[\[\s*(如无|if\s+not)", mark) else ""
        stored = f"[[if {negated}{name}]]"
    return _Meant(marks_in_chinese(stored), name)


def without_unknown_marks(text: str) -> str:
    """Return the text with what is no mark of the language blanked out, as long as before.

    So that the rest can be read, and everything wrong with it be named at once.
    """

    def keep(found: re.Match[str]) -> str:
        token = TOKEN.fullmatch(found[0])
        name = (token["name"] or token["condition"]) if token else ""
        return found[0] if token and (name is None or name in LABELS) else " " * len(found[0])

    return _STRAY_OUTSIDE.sub(lambda found: found[1] or "  ", _MARK.sub(keep, text))
