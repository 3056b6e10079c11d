"""The stationery: wording templates and fonts, loaded once per process.

Services ask it for a letter's text (what is approved) and its PDF (what is sent); it knows no
case and no database.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from casework.documents import letters
from casework.documents.fonts import FontSet, load_fonts
from casework.documents.wording import Letter, Template, letter_text, parse, render
from casework.domain.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from casework.domain.letter_kinds import LetterKind


class Stationery:
    """Templates from one folder and fonts from another, cached."""

    def __init__(self, *, templates: Path, cache: Path, office_fonts: Path | None = None) -> None:
        self._folder = templates
        self._cache = cache
        self._office_fonts = office_fonts
        self._templates: dict[tuple[str, str], Template] = {}
        self._fonts: FontSet | None = None
        self._lock = threading.Lock()

    def letter(self, kind: LetterKind, statute: str, values: Mapping[str, str]) -> Letter:
        """Return the letter of this kind under this statute with ``values`` in their places."""
        return render(self._template(kind, statute), values)

    def text_of(self, letter: Letter) -> str:
        """Return all that the letter says, as plain text."""
        return letter_text(letter)

    def pdf(self, letter: Letter, *, red_head: str, draft: bool = False) -> bytes:
        """Return the letter as an official PDF.

        Raises RuleBroken naming the characters that no installed font can draw.
        """
        fonts = self.fonts()
        missing = fonts.undrawable(letter_text(letter) + red_head)
        if missing and not draft:
            raise RuleBroken(
                "undrawable_characters",
                f"现有字体印不出“{missing}”。请管理员把含有这些字的字体放入字体文件夹后再签发",
            )
        return letters.render_pdf(
            letter, style=letters.LetterStyle(red_head=red_head), fonts=fonts, draft=draft
        )

    def fonts(self) -> FontSet:
        """Return the faces of this installation, converted on first use."""
        with self._lock:
            if self._fonts is None:
                self._fonts = load_fonts(self._cache, font_folder=self._office_fonts)
            return self._fonts

    def _template(self, kind: LetterKind, statute: str) -> Template:
        key = (statute, kind.value)
        if key not in self._templates:
            path = self._folder / statute / f"{kind.value}.txt"
            self._templates[key] = parse(path.read_text(encoding="utf-8"))
        return self._templates[key]
