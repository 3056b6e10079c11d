"""The stationery: wording templates and fonts, loaded once per process.

Acts ask it for a letter's text (what is approved) and its PDF (what is sent); it knows no case
and no database.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from casework.documents.fonts import FontSet, load_fonts
from casework.documents.letter_templates import LetterTemplates, load_templates
from casework.documents.letters import render_pdf
from casework.documents.letters_docx import render_docx
from casework.documents.wording import Letter, letter_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from casework.documents.letters import LetterStyle
    from casework.domain.grounds import Ground
    from casework.domain.letter_kinds import LetterKind


class Stationery:
    """Templates from one folder and fonts from another, each read on first use and kept."""

    def __init__(self, *, templates: Path, cache: Path, office_fonts: Path | None = None) -> None:
        self._folder = templates
        self._cache = cache
        self._office_fonts = office_fonts
        self._templates: LetterTemplates | None = None
        self._fonts: FontSet | None = None
        self._lock = threading.Lock()

    def compose(
        self, kind: LetterKind, *, statute: str, values: Mapping[str, str], complete: bool = True
    ) -> Letter:
        """Return a procedural letter; RuleBroken if a part it must have is missing."""
        return self.templates().compose(kind, statute=statute, values=values, complete=complete)

    def compose_answer(
        self,
        ground: Ground,
        *,
        statute: str,
        values: Mapping[str, str],
        withheld: Sequence[Ground] = (),
        complete: bool = True,
    ) -> Letter:
        """Return the 答复书 (or 终止办理告知书) of a case decided on ``ground``."""
        return self.templates().compose_answer(
            ground, statute=statute, values=values, withheld=withheld, complete=complete
        )

    def text_of(self, letter: Letter) -> str:
        """Return all that the letter says, as plain text."""
        return letter_text(letter)

    def pdf(self, letter: Letter, style: LetterStyle, *, draft: bool = False) -> bytes:
        """Return the letter as an official PDF in the agency's style.

        RuleBroken(undrawable) names the characters that no face of this installation has.
        """
        return render_pdf(letter, fonts=self.fonts(), style=style, draft=draft)

    def docx(self, letter: Letter, *, draft: bool = False) -> bytes:
        """Return the letter as DOCX, to be finished in WPS or Word."""
        return render_docx(letter, draft=draft)

    def templates(self) -> LetterTemplates:
        """Return the wording of this installation."""
        with self._lock:
            if self._templates is None:
                self._templates = load_templates(self._folder)
            return self._templates

    def fonts(self) -> FontSet:
        """Return the faces of this installation."""
        with self._lock:
            if self._fonts is None:
                self._fonts = load_fonts(self._cache, font_folder=self._office_fonts)
            return self._fonts
