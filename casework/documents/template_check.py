"""Whether a text may stand in for a default template: all that its article wants is still said.

Who, what was asked, when it came, the article, the reason, the remedy, the agency and the date,
as far as the kind needs them (``letter_values``). Each part that is missing is named in a sentence
with the line of the default that says it; whoever edits may put it where they like.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from casework.documents.letter_forms import FORMS
from casework.documents.letter_values import ARTICLES, LABELS, MANDATORY, OF_EVERY_CASE, UNSAYABLE
from casework.documents.passage_check import flaws_of_passages
from casework.documents.template_chinese import HEADS, in_chinese, marks_in_chinese
from casework.documents.template_flaws import (
    LONGEST,
    Flaw,
    flaws_of_text,
    line_of,
    name_lines,
    without_unknown_marks,
)
from casework.documents.template_syntax import TOKEN, WordingError, always_said, names_in
from casework.documents.wording import parse
from casework.domain.letter_kinds import LetterKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from casework.documents.fonts import FontSet
    from casework.documents.wording import Template
    from casework.domain.template_parts import TemplatePart

_NOTE = re.compile(r"^((?:\s|\[\[[^][\n]*\]\])*)// .*$", re.MULTILINE)
_CONDITION = re.compile(r"\[\[[^][\n]*\]\]")
_REMEDY_WORDS = re.compile(r"行政复议|行政诉讼|提起诉讼")
_SNIPPET = 40
_NO_REMEDY = "国办函〔2021〕132号第三条"
_OPTIONAL_HEADS = frozenset({"attachments", "contact"})


def check_template(
    statute: str, part: TemplatePart, text: str, *, default: str
) -> tuple[Flaw, ...]:
    """Return what is wrong with ``text`` as the wording of ``part``, in order of its lines.

    Both texts as they are stored (``template_flaws.tidy_template``); ``default`` is the text that
    comes with the program.
    """
    if not text.strip():
        return (Flaw(sentence="没有文字，请照默认文本写上"),)
    flaws = flaws_of_text(text)
    if len(text) > LONGEST:
        return tuple(flaws)
    misspelt = {flaw.name for flaw in flaws if flaw.name}
    readable = without_unknown_marks(text) if flaws else text
    try:
        if isinstance(part, LetterKind):
            found = list(_Letter(statute, part, readable, default).flaws())
        else:
            found = list(flaws_of_passages(statute, part, readable, default=default))
    except WordingError as error:
        found = [Flaw(line=error.line, sentence=_spoken(error))]
    # A part that is only misspelt is not missing as well.
    found = [flaw for flaw in found if not flaw.name or flaw.name not in misspelt]
    return _sorted([*flaws, *found])


def flaws_of_faces(text: str, fonts: FontSet) -> tuple[Flaw, ...]:
    """Return the characters of a template that no face of this installation can draw."""
    return tuple(
        Flaw(
            line=line_of(text, text.index(char)),
            sentence=f"第 {line_of(text, text.index(char))} 行的“{char}”（U+{ord(char):04X}）"
            "现有字体都印不出，请换一个字，或者请系统管理员放入有这个字的字体",
        )
        for char in fonts.undrawable(text)
    )


def _sorted(flaws: Iterable[Flaw]) -> tuple[Flaw, ...]:
    return tuple(sorted(flaws, key=lambda flaw: (not flaw.must, flaw.line or 0)))


def _spoken(error: WordingError) -> str:
    sentence = marks_in_chinese(str(error)).removeprefix("文书模板").rstrip("。")
    for key, label in HEADS.items():
        sentence = sentence.replace(key, label)
    return re.sub(r"^第(\d+)行", r"第 \1 行", sentence)


class _Letter:
    """The check of one kind's template."""

    def __init__(self, statute: str, kind: LetterKind, text: str, default: str) -> None:
        self._statute = statute
        self._kind = kind
        self._text = text
        self._default = in_chinese(default)
        printed = _NOTE.sub(lambda note: "".join(_CONDITION.findall(note[0])), text)
        self._printed = printed
        self._template = parse(printed)
        self._model = parse(default)

    def flaws(self) -> Iterator[Flaw]:
        yield from self._head()
        yield from self._parts()
        yield from self._article()
        yield from self._remedy()
        yield from self._unsayable()
        yield from self._unfilled()

    def _head(self) -> Iterator[Flaw]:
        if not self._template.head["title"]:
            yield Flaw(line=1, sentence="第 1 行的标题是空的，请写上")
        for key in self._model.head:
            if key not in self._template.head and key not in _OPTIONAL_HEADS:
                shown = _line_with(self._default, f"{HEADS[key]}：")[1]
                yield Flaw(sentence=f"开头缺少“{HEADS[key]}”一行，请照默认文本补上：{shown}")

    def _parts(self) -> Iterator[Flaw]:
        wanted = set(MANDATORY[self._kind])
        if self._kind.has_remedy:
            wanted.add("remedy")
        if self._kind.series:
            wanted.add("document_number")
        for name in LABELS:
            if name in wanted and not self._says(self._template, name):
                yield self._missing(name)

    def _says(self, template: Template, name: str) -> bool:
        given = MANDATORY[self._kind]
        trees = (template.body, *template.head.values())
        return any(always_said(tree, name, given=given) for tree in trees)

    def _missing(self, name: str) -> Flaw:
        label, kind = LABELS[name], self._kind.short_label
        mark = marks_in_chinese(f"{{{{ {name} }}}}")
        cited = self._statute == "2019" and name in MANDATORY[self._kind] - {"remedy"}
        basis = f"（{self._kind.basis}）" if cited else ""
        for used, line in name_lines(self._text):
            if used != name:
                continue
            if name not in self._template.names:
                why = f"第 {line} 行的{label}写在不印的注里"
            else:
                why = f"第 {line} 行的{label}在有的情况下不印"
            return Flaw(line=line, sentence=f"{why}，{kind}必须写明，请移出来{basis}")
        line, shown = _line_with(self._default, mark)
        return Flaw(
            sentence=f"没有写明{label}，请补上 {mark}{basis}。默认文本写在第 {line} 行：{shown}",
            name=name,
        )

    def _article(self) -> Iterator[Flaw]:
        wanted = ARTICLES.get((self._statute, self._kind), ())
        literal = "".join(TOKEN.sub("", self._printed).split())
        if wanted and not any(article in literal for article in wanted):
            line, shown = _line_with(self._default, wanted[0])
            yield Flaw(
                sentence=f"没有引用条例{'或者'.join(wanted)}，请补上。"
                f"默认文本写在第 {line} 行：{shown}"
            )

    def _remedy(self) -> Iterator[Flaw]:
        for found in _REMEDY_WORDS.finditer(self._printed):
            line = line_of(self._printed, found.start())
            if self._kind.has_remedy:
                yield Flaw(
                    line=line,
                    must=False,
                    sentence=f"第 {line} 行写了“{found[0]}”。救济途径由系统按作出决定的日期写，"
                    "请核对没有写重、期限没有写死",
                )
            else:
                yield self._no_remedy(line, found[0])
        if not self._kind.has_remedy:
            for name, line in name_lines(self._printed):
                if name == "remedy":
                    yield self._no_remedy(line, LABELS["remedy"])

    def _no_remedy(self, line: int, words: str) -> Flaw:
        return Flaw(
            line=line,
            sentence=f"第 {line} 行写了“{words}”。{self._kind.short_label}是程序性文书，"
            f"不写救济途径，请删去（{_NO_REMEDY}）",
        )

    def _unsayable(self) -> Iterator[Flaw]:
        secret = UNSAYABLE.get(self._kind, frozenset())
        for name, line in name_lines(self._text):
            if name in secret:
                yield Flaw(
                    line=line,
                    sentence=f"第 {line} 行写出{LABELS[name]}，{self._kind.short_label}不得写，"
                    "请删去（个人信息保护法第三十四条）",
                )

    def _unfilled(self) -> Iterator[Flaw]:
        typed = {field.name for field in FORMS.get(self._kind, ())}
        filled = OF_EVERY_CASE | typed | self._model.names
        if self._kind.has_remedy:
            filled |= {"remedy"}
        bare = names_in(self._template.body).union(*map(names_in, self._template.head.values()))
        for name, line in name_lines(self._printed):
            if name in bare - filled - UNSAYABLE.get(self._kind, frozenset()) - {"remedy"}:
                yield Flaw(
                    line=line,
                    sentence=f"第 {line} 行的{LABELS[name]}在{self._kind.short_label}里没有内容，"
                    "会印成空白，请删去",
                )


def _line_with(text: str, words: str) -> tuple[int, str]:
    """Return the first line of the default that has ``words``: its number and what it says."""
    for number, line in enumerate(text.split("\n"), start=1):
        if words in line:
            first = max(line.index(words) - _SNIPPET // 2, 0)
            last = min(line.index(words) + len(words) + _SNIPPET // 2, len(line))
            return number, "…" * (first > 0) + line[first:last] + "…" * (last < len(line))
    return 1, ""
