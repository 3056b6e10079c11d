"""Which face draws which part of a letter, and what none can draw.

Each role takes the first face found: the office's fonts, the system's, then Noto Serif SC or Noto
Sans SC, which come with the program (OFL) and cover 通用规范汉字表. A character a face lacks is
drawn by the next face that has it. One that no face has is named, never boxed or lost:
``FontSet.undrawable`` lists it, and a letter with such a character must not be issued.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

import pylopdf_fonts_zh_cn
from fontTools.ttLib import TTLibError
from reportlab.pdfbase.pdfdoc import PDFError

from casework.documents.chinese_text import clean
from casework.documents.embedded_font import registered_font
from casework.documents.font_search import (
    FontRole,
    FoundFont,
    Source,
    family_name,
    fonts_by_role,
)
from casework.documents.glyph_conversion import (
    common_characters,
    converted,
    coverage,
    is_postscript,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from casework.documents.embedded_font import EmbeddedFont

__all__ = ["GETA", "FaceUse", "FontRole", "FontSet", "Source", "load_fonts"]

GETA = "〓"  # the printer's mark for a character that is not to be had
_LATIN_END = 0x250
_SANS_ROLES = frozenset({FontRole.HEADING})
# Roles whose letters and figures may come from a Latin face; 黑体 and 小标宋 keep their own.
_MIXED_ROLES = frozenset({FontRole.BODY, FontRole.KAI, FontRole.SONG})
# Where Noto is itself of the kind the standard asks for.
_NOTO_IS_RIGHT = frozenset({FontRole.HEADING, FontRole.SONG, FontRole.LATIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceUse:
    """One line for the settings page: the face a role uses and where it came from."""

    role: FontRole
    family: str
    source: Source
    path: Path
    as_the_standard_asks: bool


@dataclass(slots=True, kw_only=True)
class FontSet:
    """The faces of one installation; share one between all threads and requests."""

    cache_folder: Path
    preferred: Mapping[FontRole, tuple[FoundFont, ...]]
    rare: tuple[FoundFont, ...]
    unreadable: list[str] = field(default_factory=list)
    _chosen: dict[tuple[FontRole, str], EmbeddedFont | None] = field(default_factory=dict)
    _advances: dict[tuple[FontRole, str], float] = field(default_factory=dict)
    _opened: dict[FoundFont, EmbeddedFont | None] = field(default_factory=dict)
    _bundled: dict[tuple[Path, str], EmbeddedFont] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def font_for(self, role: FontRole, char: str) -> EmbeddedFont | None:
        """Return the face that draws ``char`` in ``role``, None if no face has it."""
        key = (role, char)
        if key not in self._chosen:
            with self._lock:
                self._chosen[key] = next(
                    (font for font in self._candidates(role, char) if font.covers(char)), None
                )
        return self._chosen[key]

    def runs(self, role: FontRole, text: str) -> list[tuple[EmbeddedFont, str]]:
        """Cut ``text`` into stretches of one face; what no face can draw becomes 〓."""
        result: list[tuple[EmbeddedFont, str]] = []
        for original in text:
            char, font = original, self.font_for(role, original)
            if font is None:
                char, font = GETA, self.bundled(role)
            if result and result[-1][0] is font:
                result[-1] = (font, result[-1][1] + char)
            else:
                result.append((font, char))
        return result

    def advance(self, role: FontRole, char: str) -> float:
        """Return the width of ``char`` in em, as ``runs`` would draw it."""
        key = (role, char)
        if key not in self._advances:
            font = self.font_for(role, char)
            self._advances[key] = 1.0 if font is None else font.advance(char)
        return self._advances[key]

    def undrawable(self, text: str) -> str:
        """Return the characters of ``text`` that no face can draw, each once, in order."""
        missing = [c for c in clean(text) if c != "\n" and self.font_for(FontRole.BODY, c) is None]
        return "".join(dict.fromkeys(missing))

    def is_bundled(self, role: FontRole) -> bool:
        """Tell whether the role has no better face than the one that comes with the program."""
        return not any(self._open(found) for found in self.preferred[role])

    def describe_faces(self) -> tuple[FaceUse, ...]:
        """Tell which face each role uses for its ordinary characters."""
        uses = []
        for role in FontRole:
            found = next(
                (each for each in self.preferred[role] if self._open(each)),
                FoundFont(_noto(role), Source.BUNDLED),
            )
            uses.append(
                FaceUse(
                    role=role,
                    family=family_name(found.path),
                    source=found.source,
                    path=found.path,
                    as_the_standard_asks=found.source is not Source.BUNDLED
                    or role in _NOTO_IS_RIGHT,
                )
            )
        return tuple(uses)

    def prepare(self) -> None:
        """Convert the bundled fonts now (half a minute, once), so that no reader waits for it."""
        for role in (FontRole.BODY, FontRole.HEADING):
            for part in ("common", "rest"):
                self.bundled(role, part)

    def _candidates(self, role: FontRole, char: str) -> Iterator[EmbeddedFont]:
        roles = (FontRole.LATIN, role) if role in _MIXED_ROLES and _is_latin(char) else (role,)
        for found in chain.from_iterable(self.preferred[each] for each in roles):
            if font := self._open(found):
                yield font
        yield self.bundled(role)
        for each in (role, FontRole.SONG):
            if ord(char) in _noto_coverage(each):
                yield self.bundled(each, "rest")
        for found in self.rare:
            if font := self._open(found):
                yield font

    def bundled(self, role: FontRole, part: str = "common") -> EmbeddedFont:
        """Return the face that comes with the program: ``common`` characters or the ``rest``."""
        source = _noto(role)
        if (source, part) not in self._bundled:
            with self._lock:
                common = common_characters()
                wanted = common if part == "common" else _noto_coverage(role) - common
                path = converted(source, self.cache_folder, label=part, wanted=wanted)
                self._bundled[source, part] = registered_font(path)
        return self._bundled[source, part]

    def _open(self, found: FoundFont) -> EmbeddedFont | None:
        if found not in self._opened:
            with self._lock:
                self._opened[found] = self._read(found.path)
        return self._opened[found]

    def _read(self, path: Path) -> EmbeddedFont | None:
        try:
            if is_postscript(path):
                path = converted(path, self.cache_folder, label="all", wanted=coverage(path))
            return registered_font(path)
        except (PDFError, TTLibError, OSError, KeyError, ValueError) as error:
            self.unreadable.append(f"{path.name}：{error}")
            return None


def load_fonts(
    cache_folder: Path, *, font_folder: Path | None = None, search_system: bool = True
) -> FontSet:
    """Return the faces to draw with.

    ``cache_folder`` keeps the converted Noto fonts (16 MB; made on first use, some seconds);
    ``font_folder`` is where the office drops fonts it has a licence for. With ``search_system``
    off, the same text gives the same bytes on every machine.
    """
    preferred, rare = fonts_by_role(font_folder, search_system=search_system)
    return FontSet(cache_folder=cache_folder, preferred=preferred, rare=rare)


def _is_latin(char: str) -> bool:
    return char.isascii() or (ord(char) < _LATIN_END and char.isalpha())


def _noto(role: FontRole) -> Path:
    package = pylopdf_fonts_zh_cn
    path: Path = package.sans_path() if role in _SANS_ROLES else package.serif_path()
    return path


@cache
def _coverage_of(path: Path) -> frozenset[int]:
    return coverage(path)


def _noto_coverage(role: FontRole) -> frozenset[int]:
    return _coverage_of(_noto(role))
