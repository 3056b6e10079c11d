"""The language of templates in Chinese, for the people who edit them in the browser.

Stored is the form with English names, which the program reads; shown and typed is
``{{收到日期}}``, ``[[如有 补正内容]] … [[否则]] … [[完]]``, ``标题：``, ``[不予公开]``.
The two say the same line by line, so that a line number means one line in both.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from casework.documents.letter_values import LABELS
from casework.domain.ground_catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHORTER = {"salutation": "称谓", "consulted_kind": "征求意见对象"}
SPOKEN: Mapping[str, str] = MappingProxyType({**LABELS, **_SHORTER})
"""What the office calls each name between the braces."""

HEADS: Mapping[str, str] = MappingProxyType(
    {
        "title": "标题",
        "number": "文号",
        "addressee": "主送",
        "agency": "署名",
        "date": "日期",
        "attachments": "附件",
        "contact": "附注",
    }
)
"""The lines a template begins with (GB/T 9704-2012 7.3)."""

_LETTERS_OF_SEVERAL_GROUNDS = {"not_disclosed": "不予公开", "discontinued": "终止办理"}
PASSAGES: Mapping[str, str] = MappingProxyType(
    {ground.code: ground.label for ground in CATALOGUE} | _LETTERS_OF_SEVERAL_GROUNDS
)
"""The head of each passage of an answer: a ground, or what several grounds share."""

_NAMES = {label: name for name, label in (*LABELS.items(), *SPOKEN.items())}
_KEYS = {label: key for key, label in HEADS.items()}
_CODES = {label: code for code, label in PASSAGES.items()}
_WIDE = str.maketrans({"｛": "{", "｝": "}", "［": "[", "］": "]"})
_IN_MARKS = re.compile(r"[｛{]{2}[^{}｛｝\n]*[｝}]{2}|[［[]{2}[^][［］\n]*[］\]]{2}")

_SPOKEN_FORMS = (
    (re.compile(r"\{\{ ([a-z][a-z0-9_]*) \}\}"), "{{%s}}"),
    (re.compile(r"\[\[if not ([a-z][a-z0-9_]*)\]\]"), "[[如无 %s]]"),
    (re.compile(r"\[\[if ([a-z][a-z0-9_]*)\]\]"), "[[如有 %s]]"),
)
_STORED_FORMS = (
    (re.compile(r"\{\{\s*([^{}\n]*?)\s*\}\}"), "{{ %s }}"),
    (re.compile(r"\[\[\s*如无\s*([^][\n]*?)\s*\]\]"), "[[if not %s]]"),
    (re.compile(r"\[\[\s*如有\s*([^][\n]*?)\s*\]\]"), "[[if %s]]"),
)
_WORDS = (("[[else]]", "[[否则]]"), ("[[end]]", "[[完]]"))
_HEAD_LINE = re.compile(r"^([a-z]+): ?", re.MULTILINE)
_SPOKEN_HEAD_LINE = re.compile(r"^([^\s:：]+)[:：][ \u3000]*", re.MULTILINE)
_PASSAGE_LINE = re.compile(r"^\[([^][\n]+)\]$", re.MULTILINE)


def in_chinese(text: str) -> str:
    """Return a stored template as a person reads it; what is not known stays as it is."""
    head, gap, body = text.partition("\n\n")
    if any(head.startswith(f"{key}:") for key in HEADS):
        head = _HEAD_LINE.sub(lambda m: f"{HEADS[m[1]]}：" if m[1] in HEADS else m[0], head)
    text = head + gap + body
    text = _PASSAGE_LINE.sub(lambda m: f"[{PASSAGES.get(m[1], m[1])}]", text)
    return marks_in_chinese(text)


def marks_in_chinese(text: str) -> str:
    """Return ``text`` with its placeholders and conditions in Chinese, for a sentence about it."""
    for form, spoken in _SPOKEN_FORMS:
        text = form.sub(lambda m, s=spoken: s % SPOKEN[m[1]] if m[1] in SPOKEN else m[0], text)  # type: ignore[misc]
    for stored, spoken in _WORDS:
        text = text.replace(stored, spoken)
    return text


def from_chinese(text: str) -> str:
    """Return what a person typed as it is stored; English names are understood as well.

    Full-width brackets around a mark count as the narrow ones. A name that is not known stays, for
    the check to complain of.
    """
    text = _IN_MARKS.sub(lambda m: m[0].translate(_WIDE), text)
    for form, stored in _STORED_FORMS:
        text = form.sub(lambda m, s=stored: s % _NAMES.get(m[1], m[1]), text)  # type: ignore[misc]
    for word, spoken in (*_WORDS, ("[[end]]", "[[结束]]")):
        text = text.replace(spoken, word)
    head, gap, body = text.partition("\n\n")
    if any(head.startswith((f"{label}：", f"{label}:")) for label in _KEYS):
        head = _SPOKEN_HEAD_LINE.sub(lambda m: f"{_KEYS[m[1]]}: " if m[1] in _KEYS else m[0], head)
    return _PASSAGE_LINE.sub(lambda m: f"[{_CODES.get(m[1], m[1])}]", head + gap + body)
