"""How an agency writes its 文号: 青资公开答〔2026〕12号, 沪水务部答（2026）第012号.

GB/T 9704-2012 7.2.5 asks for 机关代字, the year in 〔〕 and the number without 第 and without
leading zeros; published letters differ (law.md 5.1), so the pattern is the agency's to set. The
places are named in Chinese because officers write them: ``{代字}{类}〔{年}〕第{序号:3}号``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from casework.domain.errors import RuleBroken
from casework.domain.text import clean_text

STANDARD = "{代字}{类}〔{年}〕{序号}号"
LONGEST = 60
_PLACE = re.compile(r"\{(?P<name>[^{}:]*)(?::(?P<width>[^{}]*))?\}")
_PLACES = ("代字", "类", "年", "序号")
_NEEDED = ("类", "年", "序号")
_WIDEST = 6
_BASIS = "GB/T 9704-2012 7.2.5"


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """A pattern that has been checked; make one with ``read_pattern``."""

    text: str = STANDARD

    def write(self, *, prefix: str, series: str, year: int, sequence: int) -> str:
        """Return the 文号: ``prefix`` the 机关代字, ``series`` the word of the kind of letter."""
        values = {"代字": prefix, "类": series, "年": f"{year:04d}"}

        def fill(place: re.Match[str]) -> str:
            if place["name"] == "序号":
                return f"{sequence:0{int(place['width'] or 1)}d}"
            return values[place["name"]]

        return _PLACE.sub(fill, self.text)

    def read(self, text: str, *, prefix: str, series: str) -> tuple[int, int] | None:
        """Return year and sequence if ``text`` is a number of this series, else None."""
        values = {"代字": re.escape(prefix), "类": re.escape(series), "年": r"(?P<year>\d{4})"}
        values["序号"] = r"(?P<sequence>\d+)"
        expression, end = "", 0
        for place in _PLACE.finditer(self.text):
            expression += re.escape(self.text[end : place.start()]) + values[place["name"]]
            end = place.end()
        found = re.fullmatch(expression + re.escape(self.text[end:]), text.strip())
        return (int(found["year"]), int(found["sequence"])) if found else None

    def departures(self) -> tuple[str, ...]:
        """Return in what the pattern differs from GB/T 9704-2012 7.2.5; the office may keep it."""
        said = []
        if "〔{年}〕" not in self.text:
            said.append("年份不在六角括号〔〕里")
        if "第{序号" in self.text:
            said.append("序号前加了“第”")
        if any(int(place["width"] or 1) > 1 for place in _PLACE.finditer(self.text)):
            said.append("序号编了虚位")
        return tuple(said)


def read_pattern(text: str) -> NumberPattern:
    """Return the pattern ``text`` spells; RuleBroken(field="number_pattern") says what is wrong.

    类, 年 and 序号 each stand in it once, or two letters could bear one number.
    """
    text = clean_text(text)
    if len(text) > LONGEST:
        raise _wrong(f"文号样式最多 {LONGEST} 个字，请删减")
    names = [place["name"] for place in _PLACE.finditer(text)]
    if re.search(r"[{}]", _PLACE.sub("", text)):
        raise _wrong("文号样式里的花括号没有成对，请写成 {年} 这样")
    if foreign := [name for name in names if name not in _PLACES]:
        known = "、".join(f"{{{name}}}" for name in _PLACES)
        raise _wrong(f"文号样式里没有 {{{foreign[0]}}}，能用的有 {known}")
    for name in _PLACES:
        if names.count(name) > 1:
            raise _wrong(f"文号样式里 {{{name}}} 只能写一次")
    if missing := [name for name in _NEEDED if name not in names]:
        raise _wrong(f"文号样式里须有 {{{missing[0]}}}，否则两份文书会用同一个文号")
    for place in _PLACE.finditer(text):
        width = place["width"]
        if width is None:
            continue
        if place["name"] != "序号" or not re.fullmatch(rf"[1-{_WIDEST}]", width):
            raise _wrong(f"只有 {{序号}} 可以写位数，1 到 {_WIDEST}，如 {{序号:3}}")
    return NumberPattern(text)


def check_series_words(words: dict[str, str]) -> dict[str, str]:
    """Return the words of the series, trimmed; RuleBroken names the first that cannot stand.

    ``words``: kind of letter to word. A digit in a word could be read as part of the number.
    """
    trimmed = {kind: clean_text(word) for kind, word in words.items()}
    seen: dict[str, str] = {}
    for kind, word in trimmed.items():
        if not word:
            raise RuleBroken("series_word_missing", "请填这种文书的类别字，如“答”", field=kind)
        if re.search(r"[\d{}]", word):
            raise RuleBroken("series_word_digits", "类别字里不能有数字和花括号", field=kind)
        if word in seen:
            raise RuleBroken(
                "series_word_taken", f"“{word}”已经用于另一种文书，两种文书会重号", field=kind
            )
        seen[word] = kind
    return trimmed


def _wrong(sentence: str) -> RuleBroken:
    return RuleBroken("number_pattern", sentence, field="number_pattern", basis=_BASIS)
