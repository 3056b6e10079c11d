"""PostScript outlines (CFF) to TrueType outlines (glyf), because ReportLab embeds only the latter.

The free fonts that cover 通用规范汉字表 come as CFF. fontTools turns each glyph once; the result
lies in a cache folder the caller names. Two processes may do it at the same moment: each writes
its own temporary file and renames it, so a reader sees a whole font or none.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

if TYPE_CHECKING:
    from collections.abc import Iterable

RECIPE = 1  # part of the cache name: raise it when the conversion changes
MAX_ERROR = 1.0  # font units of 1/1000 em between the cubic and the quadratic outline
_NOTDEF = ".notdef"

# Latin, punctuation and signs that letters use beside the hanzi of GB 2312.
_SIGN_BLOCKS = (
    (0x20, 0x7F),
    (0xA0, 0x180),
    (0x2000, 0x2070),
    (0x20A0, 0x20C0),
    (0x2100, 0x2400),
    (0x2460, 0x2700),
    (0x3000, 0x3040),
    (0x3220, 0x3244),
    (0x3280, 0x33FF),
    (0xFF00, 0xFFF0),
)
_GB_ROWS = range(0xA1, 0xF8)
_GB_CELLS = range(0xA1, 0xFF)


@cache
def common_characters() -> frozenset[int]:
    """Return the code points of GB 2312 and its signs: nearly all of nearly every letter."""
    gb2312 = {
        ord(char)
        for row in _GB_ROWS
        for cell in _GB_CELLS
        for char in bytes((row, cell)).decode("gb2312", "ignore")
    }
    return frozenset(gb2312.union(*(range(first, end) for first, end in _SIGN_BLOCKS)))


def is_postscript(path: Path) -> bool:
    """Tell whether the file is an OpenType font with CFF outlines."""
    with path.open("rb") as file:
        return file.read(4) == b"OTTO"


def coverage(path: Path) -> frozenset[int]:
    """Return the code points the font maps; fontTools' errors for a file that is no font."""
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


def converted(source: Path, cache_folder: Path, *, label: str, wanted: Iterable[int]) -> Path:
    """Return the TrueType version of the ``wanted`` characters of ``source``, made on first use.

    ``label`` names the part (``common``, ``rest``) in the cache. Characters the font lacks are
    left out. OSError if the cache folder cannot be written.
    """
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    target = cache_folder / f"{source.stem}-{label}-{digest}-{RECIPE}.ttf"
    if not target.exists():
        cache_folder.mkdir(parents=True, exist_ok=True)
        _write_whole(_convert(source, wanted), target)
    return target


def _convert(source: Path, wanted: Iterable[int]) -> TTFont:
    with TTFont(source, lazy=True) as font:
        cmap = font.getBestCmap()
        characters = {code: cmap[code] for code in sorted(set(wanted)) if code in cmap}
        names = [_NOTDEF, *sorted(set(characters.values()) - {_NOTDEF}, key=font.getGlyphID)]
        glyph_set = font.getGlyphSet()
        glyphs = {}
        for name in names:
            pen = TTGlyphPen(None)
            glyph_set[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
            glyphs[name] = pen.glyph()
        advances = {name: (font["hmtx"][name][0], 0) for name in names}
        builder = FontBuilder(font["head"].unitsPerEm, isTTF=True)
        builder.font.recalcTimestamp = False  # the same bytes on every machine
        builder.updateHead(created=font["head"].created, modified=font["head"].modified)
        builder.setupGlyphOrder(names)
        builder.setupCharacterMap(characters)
        builder.setupGlyf(glyphs)
        table = builder.font["glyf"]
        builder.setupHorizontalMetrics(
            {
                name: (width, table[name].xMin if table[name].numberOfContours else 0)
                for name, (width, _) in advances.items()
            }
        )
        builder.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
        builder.setupNameTable(_names(font, len(names)))
        os2 = font["OS/2"]
        builder.setupOS2(
            sTypoAscender=os2.sTypoAscender,
            sTypoDescender=os2.sTypoDescender,
            usWinAscent=os2.usWinAscent,
            usWinDescent=os2.usWinDescent,
            sCapHeight=getattr(os2, "sCapHeight", 0),
            usWeightClass=os2.usWeightClass,
            fsType=os2.fsType,
        )
        builder.setupPost(keepGlyphNames=False)
        return builder.font


def _names(font: TTFont, glyph_count: int) -> dict[str, str]:
    """Keep family and licence; tell the parts of one family apart by their PostScript names."""
    name = font["name"]
    family = name.getDebugName(1) or "Unknown"
    postscript = name.getDebugName(6) or family.replace(" ", "")
    kept = {
        "copyright": name.getDebugName(0),
        "familyName": family,
        "styleName": name.getDebugName(2) or "Regular",
        "uniqueFontIdentifier": f"{postscript} TrueType {glyph_count}",
        "fullName": name.getDebugName(4) or family,
        "psName": f"{postscript}-{glyph_count}",
        "licenseDescription": name.getDebugName(13),
        "licenseInfoURL": name.getDebugName(14),
    }
    return {key: value for key, value in kept.items() if value}


def _write_whole(font: TTFont, target: Path) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.stem, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            font.save(file)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
