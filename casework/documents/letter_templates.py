"""The wording of every letter, read once from ``templates/letters`` and checked as a whole.

``<statute>/<kind>.txt`` is one document. ``<statute>/findings.txt`` holds what an answer finds and
decides, one passage for each ground or for each letter of the catalogue; ``<statute>/natures.txt``
says in a clause what kind of information a ground speaks of, for whole and for partial refusals.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.documents.letter_values import LABELS, MANDATORY, UNSAYABLE, refuse_incomplete
from casework.documents.template_syntax import Node, WordingError, names_in, read
from casework.documents.wording import digest, paragraphs, parse, plain, render
from casework.domain.errors import RuleBroken
from casework.domain.letter_kinds import LetterKind
from casework.domain.statutes import StatuteCode
from casework.domain.template_parts import (
    AnswerPassages,
    TemplatePart,
    parts_of,
    parts_used_by,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from casework.documents.wording import Letter, Template
    from casework.domain.grounds import Ground

Nodes = tuple[Node, ...]
_PASSAGE = re.compile(r"^\[([a-z_]+)\]$", re.MULTILINE)
_FULL_STOPS = "。；，;,"
# Officers end these with a full stop or without one; the wording supplies it.
_CLAUSES = (
    "correction_guidance", "correction_items", "consultation_reason", "extension_reason",
    "fee_calculation", "fee_standard", "how_provided", "legal_basis", "payment_method",
    "public_interest", "reason", "reasons_given", "record_concerned", "record_result",
    "released_content", "released_part", "right_agency", "right_channel", "search_record",
    "third_party_opinion", "volume_found", "when_published", "where_published", "withdrawal",
    "withheld_part",
)  # fmt: skip
_DISCONTINUED = "discontinued"
# Ended by the applicant's own act or fate, or answered elsewhere: nothing to contest.
_NO_DECISION = frozenset({"withdrawn", "applicant_gone", "merged"})
# Here the regulation only points to another law, and the letter must say which.
_OWN_LAW = frozenset({"forbidden_by_law", "query_matter", "other_statutory_ground"})


TemplateKey = tuple[str, TemplatePart]
"""A regulation (2007, 2019) and which of its texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterTemplates:
    """All wording that one agency's letters are made of.

    ``texts`` are the templates as they are written; the other fields are what they were read into.
    """

    texts: Mapping[TemplateKey, str]
    letters: Mapping[tuple[str, LetterKind], Template]
    findings: Mapping[tuple[str, str], Nodes]
    natures: Mapping[tuple[str, str], Nodes]

    def adapted(self, texts: Mapping[TemplateKey, str]) -> LetterTemplates:
        """Return this wording with some of its texts replaced, each as a whole.

        Names that this program does not know are let pass: a text that was in force once must
        still be readable. WordingError only where a text is not the language at all.
        """
        letters, passages = dict(self.letters), {**self._passages()}
        for (statute, part), text in texts.items():
            if isinstance(part, LetterKind):
                letters[statute, part] = parse(text)
            else:
                passages[part] = {
                    **{key: tree for key, tree in passages[part].items() if key[0] != statute},
                    **{(statute, each.key): each.tree for each in read_passages(text)},
                }
        return LetterTemplates(
            texts={**self.texts, **{key: plain(text) for key, text in texts.items()}},
            letters=letters,
            findings=passages[AnswerPassages.FINDINGS],
            natures=passages[AnswerPassages.NATURES],
        )

    def text(self, statute: str, part: TemplatePart) -> str:
        """Return one text as it is written."""
        return self.texts[statute, part]

    def sha256(self, statute: str, part: TemplatePart) -> str:
        """Return the SHA-256 of one text."""
        return digest(self.texts[statute, part])

    def version(self, statute: str, kind: LetterKind) -> str:
        """Return the SHA-256 that tells which wording makes a letter, all its texts together."""
        self._template(statute, kind)
        joined = "".join(self.sha256(statute, part) for part in parts_used_by(kind))
        return hashlib.sha256(joined.encode()).hexdigest()

    def compose(
        self, kind: LetterKind, *, statute: str, values: Mapping[str, str], complete: bool = True
    ) -> Letter:
        """Return the letter of ``kind``; RuleBroken if it is not complete.

        ``values`` by the names of ``letter_values.LABELS``. ``complete=False`` lets parts be
        missing, for a preview.
        """
        template = self._template(statute, kind)
        if complete:
            refuse_incomplete(kind, values)
        return render(template, {"salutation": "您", **_tidy(values)})

    def compose_answer(
        self,
        ground: Ground,
        *,
        statute: str,
        values: Mapping[str, str],
        withheld: Sequence[Ground] = (),
        complete: bool = True,
    ) -> Letter:
        """Return the 答复书 (or 终止办理告知书) for a case decided on ``ground``.

        ``withheld``: for 部分公开 the grounds of the withheld part. Finding, legal basis and kind
        of letter follow from the grounds; ``values`` brings the facts and the remedy paragraphs.
        """
        if statute not in ground.basis:
            raise RuleBroken(
                "ground_not_in_statute",
                f"“{ground.label}”不能用于适用该条例的申请，请您改选理由。",
                field="grounds",
            )
        kind = answer_kind(ground)
        facts = {"salutation": "您", **_tidy(values)}
        facts["basis"] = ground.basis[statute]
        if facts.get("legal_basis", "") in facts["basis"]:
            facts["legal_basis"] = ""
        facts["nature"] = self._nature(statute, ground, facts)
        natures = (self._nature(statute, each, facts) for each in withheld)
        facts["withheld_nature"] = "；".join(filter(None, natures))
        bases = (each.basis[statute] for each in withheld if statute in each.basis)
        facts["withheld_basis"] = "、".join(dict.fromkeys(bases))
        facts["finding"] = paragraphs(self._finding(statute, ground), facts)
        if complete:
            refuse_incomplete(kind, facts, *needed_for(ground, withheld))
        return render(self._template(statute, kind), facts)

    def _passages(self) -> dict[AnswerPassages, Mapping[tuple[str, str], Nodes]]:
        return {AnswerPassages.FINDINGS: self.findings, AnswerPassages.NATURES: self.natures}

    def _template(self, statute: str, kind: LetterKind) -> Template:
        template = self.letters.get((statute, kind))
        if template is None:
            raise RuleBroken(
                "no_such_letter",
                f"适用{statute}年条例的申请没有{kind.short_label}，请您改用其他文书。",
                field="kind",
                basis=kind.basis,
            )
        return template

    def _nature(self, statute: str, ground: Ground, facts: Mapping[str, str]) -> str:
        return paragraphs(self.natures.get((statute, ground.code), ()), facts)

    def _finding(self, statute: str, ground: Ground) -> Nodes:
        by_ground = self.findings.get((statute, ground.code))
        return by_ground or self.findings[statute, ground.letter]


def needed_for(ground: Ground, withheld: Sequence[Ground] = ()) -> set[str]:
    """Return what an answer on ``ground`` must say beyond what every answer says."""
    needed = {need.value for need in ground.needs} & set(LABELS)
    # What a third party wrote stays on file: it would tell the applicant who that is.
    needed -= {"third_party_opinion", "legal_basis"}
    if any(each.code in _OWN_LAW for each in (ground, *withheld)):
        needed.add("legal_basis")
    if "withheld_part" in needed:
        needed |= {"withheld_nature", "withheld_basis"}
    if answer_kind(ground) is LetterKind.TERMINATION and ground.code not in _NO_DECISION:
        needed.add("remedy")
    return needed


def answer_kind(ground: Ground) -> LetterKind:
    """Return which document tells the applicant of a decision on ``ground``."""
    return LetterKind.TERMINATION if ground.letter == _DISCONTINUED else LetterKind.REPLY


def load_templates(folder: Path) -> LetterTemplates:
    """Read and check all wording below ``folder``; WordingError names the file and the line."""
    texts: dict[TemplateKey, str] = {}
    letters: dict[tuple[str, LetterKind], Template] = {}
    passages: dict[AnswerPassages, dict[tuple[str, str], Nodes]] = {
        part: {} for part in AnswerPassages
    }
    for statute in StatuteCode:
        for part in parts_of(statute):
            path = folder / statute.value / f"{part}.txt"
            text = plain(path.read_text(encoding="utf-8"))
            texts[statute.value, part] = text
            try:
                if isinstance(part, LetterKind):
                    letters[statute.value, part] = _checked(parse(text, known=LABELS), part)
                else:
                    for each in read_passages(text, known=LABELS):
                        passages[part][statute.value, each.key] = each.tree
            except WordingError as error:
                raise WordingError(f"{path.name}：{error}", line=error.line) from error
    return LetterTemplates(
        texts=texts,
        letters=letters,
        findings=passages[AnswerPassages.FINDINGS],
        natures=passages[AnswerPassages.NATURES],
    )


def _checked(template: Template, kind: LetterKind) -> Template:
    if leaked := sorted(UNSAYABLE.get(kind, frozenset()) & template.names):
        said = "、".join(LABELS[name] for name in leaked)
        raise WordingError(f"{kind.short_label}不得写出{said}，请您从模板中去掉。")
    if unsaid := sorted(MANDATORY[kind] - template.names):
        said = "、".join(LABELS[name] for name in unsaid)
        raise WordingError(f"{kind.short_label}必须写明{said}，模板里没有，请您补上。")
    return template


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One passage of an answer: the code at its head, the line of the head, its text and tree."""

    key: str
    line: int
    text: str
    tree: Nodes


def read_passages(text: str, *, known: Collection[str] | None = None) -> list[Passage]:
    """Read a file of passages; WordingError names the line that is wrong.

    ``known`` are the names placeholders may use, None for any.
    """
    text = plain(text)
    heads = list(_PASSAGE.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    passages = []
    for head, end in zip(heads, ends, strict=True):
        line = text.count("\n", 0, head.end()) + 1
        own = text[head.end() : end]
        tree = read(own, first_line=line)
        if known is not None and (foreign := sorted(names_in(tree) - set(known))):
            raise WordingError(f"[{head[1]}] 用了没有的占位符 {'、'.join(foreign)}。", line=line)
        passages.append(Passage(key=head[1], line=line, text=own, tree=tree))
    return passages


def _tidy(values: Mapping[str, str]) -> dict[str, str]:
    tidy = dict(values)
    for name in _CLAUSES:
        if name in tidy:
            tidy[name] = tidy[name].strip().rstrip(_FULL_STOPS)
    return tidy
