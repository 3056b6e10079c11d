"""Whether adapted passages still say what each ground needs (条例第三十六条、第三十七条)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from casework.documents.letter_templates import needed_for, read_passages
from casework.documents.letter_values import LABELS
from casework.documents.template_chinese import PASSAGES, marks_in_chinese
from casework.documents.template_flaws import Flaw
from casework.documents.template_syntax import always_said
from casework.domain.ground_catalogue import CATALOGUE
from casework.domain.template_parts import AnswerPassages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from casework.documents.letter_templates import Passage
    from casework.domain.grounds import Ground

# Said by the template around the passage, or printed with another value.
_ELSEWHERE = frozenset({"remedy", "withheld_nature"})
_FULL_STOP = "。"
_HEAD = re.compile(r"\s*\[([^][]+)\]\s*")


def flaws_of_passages(
    statute: str, part: AnswerPassages, text: str, *, default: str
) -> Iterator[Flaw]:
    """Yield what is wrong with a file of passages; WordingError where it cannot be read."""
    passages = read_passages(text)
    model = {passage.key: passage for passage in read_passages(default)}
    yield from _heads(text, passages)
    own = {passage.key: passage for passage in passages}
    if part is AnswerPassages.NATURES:
        yield from _natures(own, model)
    else:
        yield from _findings(statute, own, model)


def _heads(text: str, passages: list[Passage]) -> Iterator[Flaw]:
    first = passages[0].line if passages else text.count("\n") + 1
    for number, line in enumerate(text.split("\n")[: first - 1], start=1):
        if line.strip() and not line.lstrip().startswith("// "):
            yield Flaw(
                line=number,
                sentence=f"第 {number} 行在第一个 [ ] 之前，不会印出，请移到所属的一段里",
            )
    # A head that nobody knows would be printed as a line of the passage above it.
    for number, line in enumerate(text.split("\n"), start=1):
        if (head := _HEAD.fullmatch(line)) and head[1] not in PASSAGES:
            yield Flaw(line=number, sentence=f"第 {number} 行的 [{head[1]}] 没有这样的情形，请核对")
    seen: dict[str, int] = {}
    for passage in passages:
        shown = PASSAGES.get(passage.key, passage.key)
        if passage.key in seen:
            yield Flaw(
                line=passage.line,
                sentence=f"第 {passage.line} 行的 [{shown}] 在第 {seen[passage.key]} 行已有一段，"
                "请并成一段",
            )
        elif not passage.text.strip():
            yield Flaw(line=passage.line, sentence=f"第 {passage.line} 行的 [{shown}] 是空的")
        seen.setdefault(passage.key, passage.line)


def _findings(
    statute: str, own: Mapping[str, Passage], model: Mapping[str, Passage]
) -> Iterator[Flaw]:
    told: set[tuple[str, str]] = set()
    for ground in CATALOGUE:
        if statute not in ground.basis:
            continue
        key = ground.code if ground.code in own else ground.letter
        if key not in own:
            if (key, "") not in told:
                yield _absent(key, model)
            told.add((key, ""))
            continue
        for name in sorted(_wanted(ground, model) - {name for k, name in told if k == key}):
            if not always_said(own[key].tree, name, given={"basis"}):
                told.add((key, name))
                yield _unsaid(own[key], name, ground)


def _wanted(ground: Ground, model: Mapping[str, Passage]) -> set[str]:
    default = model.get(ground.code) or model[ground.letter]
    wanted = needed_for(ground) - _ELSEWHERE
    if always_said(default.tree, "basis"):
        wanted.add("basis")
    return wanted


def _absent(key: str, model: Mapping[str, Passage]) -> Flaw:
    line = f"默认文本写在第 {model[key].line} 行" if key in model else ""
    return Flaw(sentence=f"缺少 [{PASSAGES[key]}] 一段，这类答复就没有认定和决定，请补上。{line}")


def _unsaid(passage: Passage, name: str, ground: Ground) -> Flaw:
    mark = marks_in_chinese(f"{{{{ {name} }}}}")
    return Flaw(
        line=passage.line,
        sentence=f"第 {passage.line} 行 [{PASSAGES[passage.key]}] 一段没有写明{LABELS[name]}，"
        f"“{ground.label}”的答复必须写明，请补上 {mark}",
    )


def _natures(own: Mapping[str, Passage], model: Mapping[str, Passage]) -> Iterator[Flaw]:
    for key, default in model.items():
        if key not in own:
            yield Flaw(
                sentence=f"缺少 [{PASSAGES[key]}] 一段，请补上。默认文本写在第 {default.line} 行"
            )
    for passage in own.values():
        clause = passage.text.strip()
        if clause.endswith(_FULL_STOP) or "\n" in clause:
            yield Flaw(
                line=passage.line,
                sentence=f"第 {passage.line} 行 [{PASSAGES.get(passage.key, passage.key)}] 一段"
                "要放进一句话中间，请写成一行，末尾不带句号",
            )
