"""Text as people type it: what is dropped before it is kept."""

from __future__ import annotations

import unicodedata

_LINE_BREAKS = {"\n"}


def clean_text(text: str, *, keep_lines: bool = False) -> str:
    """Return ``text`` composed (NFC), without control characters, trimmed.

    Line breaks stay only with ``keep_lines``; otherwise any run of white space becomes one space.
    Control, surrogate and private-format characters go: neither PDF nor XLSX can hold them.
    """
    if text.isprintable() and unicodedata.is_normalized("NFC", text):
        # Nearly all text: nothing to drop, and no break in it.
        return text.strip() if keep_lines else " ".join(text.split())
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        character
        for character in text.replace("\t", " ")
        if character in _LINE_BREAKS or unicodedata.category(character) not in {"Cc", "Cs", "Cf"}
    )
    if keep_lines:
        return "\n".join(line.rstrip() for line in kept.split("\n")).strip()
    return " ".join(kept.split())
