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
from casework.documents.picture_page import picture_page
from casework.documents.void_mark import marked_void
from casework.documents.volume_pdf import render_cover, render_index, render_note
from casework.documents.wording import Letter, letter_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from casework.documents.letter_templates import TemplateKey
    from casework.documents.letters import LetterStyle
    from casework.documents.volume_pdf import CaseVolume


_WORDINGS_KEPT = 32
"""Adapted wordings held ready: a city's offices rarely have more between them."""


class Stationery:
    """Templates from one folder and fonts from another, each read on first use and kept."""

    def __init__(self, *, templates: Path, cache: Path, office_fonts: Path | None = None) -> None:
        self._folder = templates
        self._cache = cache
        self._office_fonts = office_fonts
        self._templates: LetterTemplates | None = None
        self._fonts: FontSet | None = None
        self._adapted: dict[frozenset[tuple[TemplateKey, str]], LetterTemplates] = {}
        self._lock = threading.Lock()

    def text_of(self, letter: Letter) -> str:
        """Return all that the letter says, as plain text."""
        return letter_text(letter)

    def pdf(self, letter: Letter, style: LetterStyle, *, draft: bool = False) -> bytes:
        """Return the letter as an official PDF in the agency's style.

        RuleBroken(undrawable) names the characters that no face of this installation has.
        """
        return render_pdf(letter, fonts=self.fonts(), style=style, draft=draft)

    def void_copy(self, content: bytes, *, voided_on: date) -> bytes:
        """Return a copy of an issued document that is void now, marked 作废 on every page."""
        return marked_void(content, voided_on=voided_on, fonts=self.fonts())

    def volume(self, volume: CaseVolume) -> tuple[bytes, bytes, bytes]:
        """Return 封面, 卷内目录 and 卷内备考表 of a case file."""
        fonts = self.fonts()
        return (
            render_cover(volume, fonts=fonts),
            render_index(volume, fonts=fonts),
            render_note(volume, fonts=fonts),
        )

    def picture_page(self, content: bytes, *, name: str) -> bytes:
        """Return a picture as a page; NotAPictureError if it is none."""
        return picture_page(content, name=name, fonts=self.fonts())

    def docx(self, letter: Letter, *, draft: bool = False) -> bytes:
        """Return the letter as DOCX, to be finished in WPS or Word."""
        return render_docx(letter, draft=draft)

    def templates(self) -> LetterTemplates:
        """Return the wording of this installation."""
        with self._lock:
            if self._templates is None:
                self._templates = load_templates(self._folder)
            return self._templates

    def adapted(
        self,
        hashes: Mapping[TemplateKey, str],
        read: Callable[[Sequence[str]], Mapping[str, str]],
    ) -> LetterTemplates:
        """Return the wording with other texts in some places, by their SHA-256.

        ``read`` fetches texts by their hashes; it is asked only for a wording that was not made
        of late. KeyError if a hash is unknown to it.
        """
        if not hashes:
            return self.templates()
        wanted = frozenset(hashes.items())
        with self._lock:
            known = self._adapted.get(wanted)
        if known is None:
            texts = read(sorted(set(hashes.values())))
            known = self.templates().adapted({key: texts[sha] for key, sha in hashes.items()})
            with self._lock:
                while len(self._adapted) >= _WORDINGS_KEPT:
                    del self._adapted[next(iter(self._adapted))]
                self._adapted[wanted] = known
        return known

    def fonts(self) -> FontSet:
        """Return the faces of this installation."""
        with self._lock:
            if self._fonts is None:
                self._fonts = load_fonts(self._cache, font_folder=self._office_fonts)
            return self._fonts
