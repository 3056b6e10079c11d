"""A TrueType font as ReportLab embeds it, with the reading side (ToUnicode) put right.

ReportLab writes four hexadecimal digits for every character; above the BMP (𬱖, 𫖯 and other
characters of rare names) that is another character, and copying, searching and screen readers
get the wrong name. The map below is UTF-16BE with surrogate pairs, in blocks of at most 100, as
ISO 32000-1 9.10.3 asks.
"""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reportlab.pdfbase.pdfdoc import PDFDocument

_BLOCK = 100
_PER_EM = 1000
_registry: dict[tuple[str, int], EmbeddedFont] = {}
_registering = threading.Lock()


class EmbeddedFont(TTFont):
    """A registered face: knows what it can draw, how wide, and how its text reads back.

    ``place`` is which face of a .ttc it is.
    """

    place: int = 0

    def covers(self, char: str) -> bool:
        """Tell whether the face has a glyph for the character."""
        return ord(char) in self.face.charToGlyph

    def advance(self, char: str) -> float:
        """Return the width of the character in em."""
        widths = self.face.charWidths
        return float(widths.get(ord(char), self.face.defaultWidth)) / _PER_EM

    def addObjects(self, doc: PDFDocument) -> None:  # noqa: N802 - ReportLab's name
        """Add the subsets to the document, then correct their ToUnicode maps."""
        subsets = [list(subset) for subset in self.state[doc].subsets]
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            base = (SUBSETN(number) + b"+" + self.face.name + self.face.subfontNameX).decode(
                "pdfdoc"
            )
            stream = doc.idToObject[f"toUnicodeCMap:{base}"]
            setattr(stream, "content", to_unicode_map(subset))  # noqa: B010 - a PDFStream


def to_unicode_map(subset: Sequence[int]) -> str:
    """Return the CMap from the subset's one-byte codes to the code points in ``subset``."""
    rows = [
        f"<{index:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>"
        for index, code in enumerate(subset)
        if code  # code 0 is .notdef, which is never shown and means no character
    ]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<00> <FF>",
        "endcodespacerange",
    ]
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)


def registered_font(path: Path, index: int = 0) -> EmbeddedFont:
    """Return the one face for this file (and place in a .ttc), registering it on first use.

    Safe from several threads. ReportLab's TTFError for a file it cannot embed.
    """
    key = (str(path.resolve()), index)
    with _registering:
        if key not in _registry:
            name = "cw-" + hashlib.sha256(repr(key).encode()).hexdigest()[:12]
            font = EmbeddedFont(name, str(path), subfontIndex=index, asciiReadable=False)
            font.place = index
            taken = {other.face.name for other in _registry.values()}
            if font.face.name in taken:  # two files of one name must stay two PDF objects
                font.face.name += name.encode()
            pdfmetrics.registerFont(font)
            _registry[key] = font
        return _registry[key]
