"""The faces and the wording letters are made with; converted fonts are kept between runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.documents.fonts import FontSet, load_fonts
from casework.documents.letter_templates import LetterTemplates, load_templates

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def fonts() -> FontSet:
    return load_fonts(_ROOT / "var" / "fonts", search_system=False)


@pytest.fixture(scope="session")
def templates() -> LetterTemplates:
    return load_templates(_ROOT / "templates" / "letters")
