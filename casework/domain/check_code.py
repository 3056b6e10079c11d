"""校验码: the short code on a paper copy that leads back to the one document that was issued.

It is the beginning of the SHA-256 of the document's text, number and date included: 48 bits, so
that two documents of one agency do not share it and nobody hits one by guessing.
"""

from __future__ import annotations

import re
import unicodedata

LENGTH = 12
_GROUP = 4
_CODE = re.compile(r"[0-9A-F]{4}-?[0-9A-F]{4}-?[0-9A-F]{4}$", re.IGNORECASE)


def check_code(text_sha256: str) -> str:
    """Return 3F2A-9C41-77E0 for the SHA-256 of a document's text in hex."""
    digits = text_sha256[:LENGTH].upper()
    return "-".join(digits[at : at + _GROUP] for at in range(0, LENGTH, _GROUP))


def read_mark(text: str) -> tuple[str, str]:
    """Return 文号 and 校验码 of what was scanned or typed; either is "" where it is not there.

    Full-width letters and stray spaces are what people type; the code comes back as it is printed.
    """
    plain = " ".join(text.split())
    tail = unicodedata.normalize("NFKC", plain).replace(" ", "")
    found = _CODE.search(tail)
    if found is None:
        return plain, ""
    digits = found[0].replace("-", "").upper()
    number = tail[: found.start()].removesuffix("校验码:").removesuffix("校验码")
    return _as_written(plain, number), check_code(digits)


def _as_written(plain: str, number: str) -> str:
    """Return the head of ``plain`` that normalises to ``number``, brackets as they were typed."""
    for end in range(len(plain) + 1):
        if unicodedata.normalize("NFKC", plain[:end]).replace(" ", "") == number:
            return plain[:end].strip()
    return number
