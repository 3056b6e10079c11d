"""The words of search in Chinese: one spelling for traditional and simplified, pinyin initials.

The rules of folding are domain.search_text; what they need to know of Chinese comes from OpenCC
and pypinyin, once, at start-up. Both work offline.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice, product

from opencc import OpenCC
from pypinyin import Style, pinyin

from casework.domain.search_text import FoldTable

_IDEOGRAPHS = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
_MOST_READINGS = 8
_PERSONAL_NAME = 4


def _simplified_characters() -> dict[str, str]:
    """Return traditional character -> simplified one, one by one.

    By character and not by word, as OpenCC would: a word found inside another must fold alike, and
    a place in a folded text must be a place in the text.
    """
    every = [chr(code) for first, last in _IDEOGRAPHS for code in range(first, last + 1)]
    converted = OpenCC("t2s").convert("\n".join(every)).split("\n")
    return {
        old: new for old, new in zip(every, converted, strict=True) if old != new and len(new) == 1
    }


FOLDING = FoldTable(_simplified_characters())
"""The one table by which texts go into the index and queries come to it."""


@lru_cache(maxsize=4096)
def initials(name: str) -> tuple[str, ...]:
    """Return the pinyin initials of a name, e.g. ("lxz",) for 林秀珍; none for a name in Latin.

    A short name with a character of several readings has several: 单晓东 is dxd, cxd and sxd. A
    long one, an organisation's, has one.
    """
    readings = pinyin(
        name, style=Style.FIRST_LETTER, heteronym=len(name) <= _PERSONAL_NAME, errors="ignore"
    )
    spelt = ("".join(each) for each in islice(product(*readings), _MOST_READINGS))
    return tuple(dict.fromkeys(letters for letters in spelt if letters))
